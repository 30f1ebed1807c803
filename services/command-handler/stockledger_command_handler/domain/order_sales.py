"""What is sold under an order by another command than the order's own."""

import re
from collections.abc import Sequence
from typing import Final

from stockledger.messages.fields import ID_PATTERN
from stockledger.messages.item import IssuePurpose, IssueStock
from stockledger.messages.lines import SoldLine
from stockledger.messages.message import Command
from stockledger.messages.order import OrderItemsSold
from stockledger.messages.results import ErrorCode, Rejection
from stockledger_command_handler.domain.refusals import invalid
from stockledger_command_handler.domain.reservation_state import ReservationState
from stockledger_command_handler.domain.view import View

ORDER: Final = "order"
"""Type of a reference that names an order."""

_ID: Final = re.compile(ID_PATTERN)


def order_referred_to(command: IssueStock) -> str | Rejection | None:
    """Return the id of the order that a sale names; refused when it can be no order's id."""
    reference = command.reference
    if command.purpose is not IssuePurpose.SALE or reference is None or reference.type != ORDER:
        return None
    if _ID.fullmatch(reference.id) is None:
        return invalid("reference.id", f"must match {ID_PATTERN}, as an order's id does")
    return reference.id


def refused_for(order_id: str | None, view: View) -> Rejection | None:
    """Return the refusal to hold or sell anything for an order that is cancelled."""
    if order_id is None or not view.order(order_id).cancelled:
        return None
    return Rejection(
        ErrorCode.INVALID_MOVEMENT,
        f"Order {order_id} is cancelled: nothing is held or sold for it.",
        {"order_id": order_id},
    )


def refused_of_another(reservation_id: str, state: ReservationState) -> Rejection:
    """Return the refusal to sell under one order what is held for another."""
    return Rejection(
        ErrorCode.INVALID_MOVEMENT,
        f"Reservation {reservation_id} is held for order {state.order_id}.",
        {"reservation_id": reservation_id, "order_id": state.order_id or ""},
    )


def items_sold(
    command: Command, order_id: str, lines: Sequence[SoldLine], reservation_id: str | None = None
) -> OrderItemsSold:
    """Return the event by which the order remembers what was sold under it."""
    return OrderItemsSold(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        order_id=order_id,
        lines=tuple(lines),
        reservation_id=reservation_id,
    )
