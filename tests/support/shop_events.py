"""Shop events as records of the orders topic, and what the intake makes of them."""

import orjson

from stockledger.broker import Record
from stockledger.envelope import CommandEnvelope, decode_envelope
from stockledger.messages.codec import decode_command
from stockledger.messages.message import Command
from stockledger.messages.results import Rejection
from stockledger_command_handler.decoding import ToDeadLetter
from stockledger_command_handler.order_translation import ToSend, translate
from tests.support.records import BINARY, record

PARTITIONS = 12
IN_CART = {"cart_id": "C1", "sku": "LAMP", "quantity": 2}


def shop_event(
    event_type: str, data: object, *more: tuple[str, bytes], **changed: bytes | None
) -> Record:
    """Return an event in binary mode; `changed` headers by name without `ce_`; None: left out."""
    headers = {**BINARY, "ce_id": b"event-1001", "ce_type": event_type.encode()}
    stated = {**headers, **{f"ce_{name}": value for name, value in changed.items()}}
    kept = [(name, value) for name, value in stated.items() if value is not None]
    return record(orjson.dumps(data), [*kept, *more])


def sent(event: Record) -> ToSend:
    translated = translate(event, PARTITIONS)
    assert isinstance(translated, ToSend), translated
    return translated


def set_aside(event: Record) -> ToDeadLetter:
    translated = translate(event, PARTITIONS)
    assert isinstance(translated, ToDeadLetter), translated
    return translated


def as_received(event: Record) -> CommandEnvelope:
    """Return the event's command as the command handler reads it."""
    message = sent(event).message
    envelope = decode_envelope(record(message.value, message.headers))
    assert isinstance(envelope, CommandEnvelope)
    assert envelope.fault is None
    return envelope


def command_from(event_type: str, **data: object) -> Command:
    envelope = as_received(shop_event(event_type, data))
    command = decode_command(envelope.type, envelope.data)
    assert not isinstance(command, Rejection), command
    return command
