"""What the answers of the outside bring about: commands like any other, of the notifier's own.

Their ids follow from the delivery, so a repeat is the same command and changes nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID, uuid5

from stockledger import own_commands
from stockledger.messages.codec import encode_command
from stockledger.messages.fields import (
    NAME_LENGTH_MAX,
    TEXT_LENGTH_MAX,
    time_from_wire,
)
from stockledger.messages.message import Command
from stockledger.messages.recipients import VerifyRecipient
from stockledger.messages.registry import type_name
from stockledger.messages.supplier_order import (
    ConfirmSupplierOrder,
    ReportSupplierUnavailable,
    SubmitSupplierOrder,
)
from stockledger.own_commands import OwnCommand, Sender
from stockledger.publisher import OutgoingMessage
from stockledger_notifier.channels.channel import Delivery, Outcome, Sent, SupplierAnswer
from stockledger_notifier.outbox import Claimed

SENDER: Final = Sender(source="/stockledger/notifier", actor="notifier")


class Issued(NamedTuple):
    """A command, and the delivery whose outcome brought it about."""

    claimed: Claimed
    command: Command


def command_of(delivery: Delivery, outcome: Outcome) -> Command | None:
    """Return what an outcome brings about by itself: nothing, mostly."""
    if not isinstance(outcome, Sent):
        return None
    if delivery.supplier_order_id is not None:
        return _of_order(delivery.supplier_order_id, outcome)
    if outcome.code is not None and delivery.recipient_id is not None:
        return VerifyRecipient(recipient_id=delivery.recipient_id, code=outcome.code)
    return None


def report_of(delivery: Delivery, cause: str) -> Command | None:
    """Return what tells people that an order does not reach its supplier."""
    if delivery.supplier_order_id is None:
        return None
    return ReportSupplierUnavailable(
        supplier_order_id=delivery.supplier_order_id,
        attempts=delivery.attempt,
        cause=cause[:TEXT_LENGTH_MAX],
    )


def messages_of(issued: Iterable[Issued], now: datetime) -> Mapping[int, Sequence[OutgoingMessage]]:
    """Return the messages of each partition."""
    return own_commands.messages_of(SENDER, map(_own, issued), now)


def _own(issued: Issued) -> OwnCommand:
    claimed, command = issued
    delivery, name = claimed.delivery, type_name(type(command))
    command_id = uuid5(UUID(delivery.delivery_id), name)
    return OwnCommand(
        claimed.partition, delivery.tenant_id, str(command_id), name, encode_command(command)
    )


def _of_order(order_id: str, sent: Sent) -> Command:
    answer = sent.order or SupplierAnswer()
    reference = _one_line(answer.reference)
    if not answer.confirmed:
        return SubmitSupplierOrder(supplier_order_id=order_id, supplier_reference=reference)
    return ConfirmSupplierOrder(
        supplier_order_id=order_id,
        supplier_reference=reference,
        expected_delivery=_time(answer.expected_delivery),
    )


def _one_line(text: str | None) -> str | None:
    """Return what a stranger wrote as a command takes it."""
    cleaned = "".join(each for each in text or "" if each.isprintable()).strip()
    return cleaned[:NAME_LENGTH_MAX] or None


def _time(text: str | None) -> datetime | None:
    try:
        return None if text is None else time_from_wire(text)
    except ValueError:
        return None
