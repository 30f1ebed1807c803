"""From a shop's event to the one command that it becomes.

Without state: the same event always becomes the same command, which is then known as a repeat.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final, assert_never

import structlog

from stockledger.amounts import ZERO
from stockledger.broker import Record
from stockledger.careful_reading import UnreadableRecord
from stockledger.envelope import (
    COMMAND_ID_LENGTH_MAX,
    CommandEnvelope,
    Reply,
    Unreadable,
    decode_envelope,
)
from stockledger.messages.codec import decode_shop_event, encode_command
from stockledger.messages.fields import time_to_wire
from stockledger.messages.lines import AskedLine, ChangedLine
from stockledger.messages.message import Command
from stockledger.messages.order import AcceptOrder, CancelOrder, ReturnOrder
from stockledger.messages.registry import type_name
from stockledger.messages.reservation import (
    HOLD_SECONDS_DEFAULT,
    ReleaseReservation,
    ReserveStock,
    UpdateReservation,
)
from stockledger.messages.results import Rejection
from stockledger.messages.shop_events import (
    SHOP_EVENTS,
    AnyShopEvent,
    CartAbandoned,
    CartItemAdded,
    CartItemChanged,
    CartItemRemoved,
    OrderCancelled,
    OrderCreated,
    OrderedLine,
    OrderReturned,
)
from stockledger.partitioning import partition_of
from stockledger.publisher import OutgoingMessage
from stockledger_command_handler.decoding import ToDeadLetter
from stockledger_command_handler.origin import origin_of

ID_PREFIX: Final = "orders.events:"
"""Before an event's id in its command's id, so that no command of the shop's own has the same."""

EVENT_ID_LENGTH_MAX: Final = COMMAND_ID_LENGTH_MAX - len(ID_PREFIX)
"""Characters of an event's id."""

MADE_ID_BYTES: Final = 16
"""Bytes of an id made from source and event id: written in hexadecimal it fits into any id."""

_REPLY_PARTITION_BYTES: Final = 4
_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class ToSend:
    """A command on its way to its tenant's partition."""

    record: Record
    partition: int
    command_type: str
    message: OutgoingMessage


def translate(record: Record, partitions: int) -> ToSend | ToDeadLetter:
    """Return the command of a record of the orders topic, or why there is none; never raises."""
    if isinstance(record, UnreadableRecord):
        return ToDeadLetter(record, "unreadable_record", record.explanation)
    envelope: CommandEnvelope | Unreadable | None = None
    try:
        envelope = decode_envelope(record)
        return _translated(record, envelope, partitions)
    except Exception as error:  # noqa: BLE001 - the dead-letter policy
        _log.exception("translation failed", **origin_of(record, envelope))
        return ToDeadLetter(record, "translation_failed", repr(error))


def command_id_of(event_id: str) -> str:
    """Return the id of the command that an event becomes, by which the shop finds its result."""
    return ID_PREFIX + event_id


def _translated(
    record: Record, envelope: CommandEnvelope | Unreadable, partitions: int
) -> ToSend | ToDeadLetter:
    if isinstance(envelope, Unreadable):
        return ToDeadLetter(record, envelope.reason, envelope.explanation)
    if len(envelope.id) > EVENT_ID_LENGTH_MAX:
        problem = f"id (ce_id) has more than {EVENT_ID_LENGTH_MAX} characters"
        return ToDeadLetter(record, "invalid_id", problem)
    if envelope.fault is not None:
        return ToDeadLetter(record, "invalid_event", envelope.fault)
    event = decode_shop_event(envelope.type, envelope.data)
    if isinstance(event, Rejection):
        reason = "invalid_event" if envelope.type in SHOP_EVENTS else "unknown_type"
        return ToDeadLetter(record, reason, event.message)
    return _to_send(record, envelope, command_of(event, _made_id(envelope)), partitions)


def _made_id(envelope: CommandEnvelope) -> str:
    named = f"{envelope.source}\0{envelope.id}".encode()
    return blake2b(named, digest_size=MADE_ID_BYTES).hexdigest()


def command_of(event: AnyShopEvent, made_id: str) -> Command:
    """Return the command of an event; `made_id` names what the event does not name."""
    match event:
        case OrderCreated():
            return _accept(event)
        case OrderCancelled():
            return CancelOrder(order_id=event.order_id, reason=event.reason)
        case OrderReturned():
            return ReturnOrder(
                order_id=event.order_id,
                return_id=event.return_id or made_id,
                lines=_asked(event.lines),
                reason=event.reason,
            )
        case CartItemAdded():
            return _reserve(event, made_id)
        case CartItemChanged():
            return _update(event, made_id)
        case CartItemRemoved():
            nothing = CartItemChanged(cart_id=event.cart_id, sku=event.sku, quantity=ZERO)
            return _update(nothing, made_id)
        case CartAbandoned():
            return ReleaseReservation(cart_id=event.cart_id, reason=event.reason)
        case _:
            assert_never(event)


def _accept(event: OrderCreated) -> AcceptOrder:
    return AcceptOrder(
        order_id=event.order_id,
        lines=_asked(event.lines or ()),
        reservation_ids=event.reservation_ids or (),
        allow_split=event.allow_split or False,
        customer_id=event.customer_id,
        cart_id=event.cart_id,
    )


def _asked(lines: Iterable[OrderedLine]) -> tuple[AskedLine, ...]:
    return tuple(
        AskedLine(sku=line.sku, quantity=line.quantity, warehouse_id=line.warehouse_id)
        for line in lines
    )


def _reserve(event: CartItemAdded, made_id: str) -> ReserveStock:
    line = AskedLine(sku=event.sku, quantity=event.quantity, warehouse_id=event.warehouse_id)
    return ReserveStock(
        reservation_id=made_id,
        lines=(line,),
        expires_in_seconds=event.expires_in_seconds or HOLD_SECONDS_DEFAULT,
        customer_id=event.customer_id,
        cart_id=event.cart_id,
        join_cart=True,
    )


def _update(event: CartItemChanged, made_id: str) -> UpdateReservation:
    line = ChangedLine(sku=event.sku, quantity=event.quantity, warehouse_id=event.warehouse_id)
    return UpdateReservation(
        reservation_id=made_id,
        lines=(line,),
        keep_others=True,
        expires_in_seconds=event.expires_in_seconds,
        cart_id=event.cart_id,
        customer_id=event.customer_id,
    )


def _to_send(
    record: Record, envelope: CommandEnvelope, command: Command, partitions: int
) -> ToSend:
    command_type = type_name(type(command))
    tenant = envelope.tenant_id.encode()
    value = encode_command(command).encode()
    message = OutgoingMessage(tenant, value, _headers(envelope, command_type), None)
    return ToSend(record, partition_of(envelope.tenant_id, partitions), command_type, message)


def _headers(envelope: CommandEnvelope, command_type: str) -> list[tuple[str, bytes]]:
    stated = {
        "ce_specversion": "1.0",
        "ce_type": command_type,
        "ce_source": envelope.source,
        "ce_id": command_id_of(envelope.id),
        "ce_tenantid": envelope.tenant_id,
        "ce_time": time_to_wire(envelope.time),
        "ce_causationid": f"{envelope.source}/{envelope.id}",
        "ce_correlationid": envelope.correlation_id,
        "ce_actor": envelope.actor,
        "traceparent": envelope.traceparent,
        "tracestate": envelope.tracestate,
        "content-type": "application/json",
    }
    headers = [(name, value.encode()) for name, value in stated.items() if value is not None]
    return headers if envelope.reply is None else headers + _reply_headers(envelope.reply)


def _reply_headers(reply: Reply) -> list[tuple[str, bytes]]:
    headers = [("kafka_replyTopic", reply.topic.encode()), *reply.headers]
    if reply.partition is None:
        return headers
    partition = reply.partition.to_bytes(_REPLY_PARTITION_BYTES, "big")
    return [*headers, ("kafka_replyPartition", partition)]
