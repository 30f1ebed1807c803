"""How a reservation's decisions are written down as events, and what its answers say."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from stockledger.amounts import ZERO, Quantity, quantity_to_wire
from stockledger.messages.fields import Sku, Time, time_to_wire
from stockledger.messages.generated import maker_of
from stockledger.messages.lines import AskedLine, HeldLine
from stockledger.messages.message import Command, Event
from stockledger.messages.order import OrderReserved
from stockledger.messages.reservation import (
    CartReserved,
    ReservationConfirmed,
    ReservationCreated,
    ReservationExpired,
    ReservationExtended,
    ReservationReleased,
    ReservationStatus,
    ReservationUpdated,
    ReserveStock,
)
from stockledger.messages.results import DetailValue, Figure
from stockledger_command_handler.domain.allocation import ItemKey, merged
from stockledger_command_handler.domain.reservation_state import ReservationState

_held_line: Final = maker_of(HeldLine)
_reservation_created: Final = maker_of(ReservationCreated)


def held_lines(held: Mapping[ItemKey, Quantity]) -> tuple[HeldLine, ...]:
    return tuple(
        [
            _held_line(warehouse_id=warehouse_id, sku=sku, quantity=quantity)
            for (warehouse_id, sku), quantity in held.items()
        ]
    )


def held_by(lines: Iterable[HeldLine]) -> dict[ItemKey, Quantity]:
    return {(line.warehouse_id, line.sku): line.quantity for line in lines}


def created(
    command: ReserveStock,
    lines: tuple[HeldLine, ...],
    asked: tuple[AskedLine, ...] | None,
    expires_at: Time,
) -> ReservationCreated:
    return _reservation_created(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        reservation_id=command.reservation_id,
        lines=lines,
        asked=asked,
        expires_at=expires_at,
        customer_id=command.customer_id,
        cart_id=command.cart_id,
        order_id=command.order_id,
    )


def noted(command: ReserveStock) -> list[Event]:
    """Return the events by which the reservation's cart and order know of it."""
    events: list[Event] = []
    if command.cart_id is not None:
        events.append(
            CartReserved(
                effective_at=command.effective_at,
                reason=command.reason,
                reference=command.reference,
                cart_id=command.cart_id,
                reservation_id=command.reservation_id,
            )
        )
    if command.order_id is not None:
        events.append(
            OrderReserved(
                effective_at=command.effective_at,
                reason=command.reason,
                reference=command.reference,
                order_id=command.order_id,
                reservation_id=command.reservation_id,
            )
        )
    return events


def updated(
    command: Command,
    reservation_id: str,
    lines: tuple[HeldLine, ...],
    asked: tuple[AskedLine, ...] | None,
    expires_at: Time,
    joined_as: str | None,
) -> ReservationUpdated:
    return ReservationUpdated(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        reservation_id=reservation_id,
        lines=lines,
        asked=asked,
        expires_at=expires_at,
        joined_as=joined_as,
    )


def prolonged(command: Command, reservation_id: str, expires_at: Time) -> ReservationExtended:
    return ReservationExtended(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        reservation_id=reservation_id,
        expires_at=expires_at,
    )


def confirmed(
    command: Command, reservation_id: str, lines: tuple[HeldLine, ...], order_id: str | None
) -> ReservationConfirmed:
    return ReservationConfirmed(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        reservation_id=reservation_id,
        lines=lines,
        order_id=order_id,
    )


def given_back(command: Command, reservation_id: str) -> ReservationReleased:
    return ReservationReleased(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        reservation_id=reservation_id,
    )


def run_out(command: Command, reservation_id: str, expires_at: Time) -> ReservationExpired:
    return ReservationExpired(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        reservation_id=reservation_id,
        expires_at=expires_at,
    )


def outcome(
    reservation_id: str,
    status: ReservationStatus,
    expires_at: Time,
    lines: Iterable[HeldLine],
) -> dict[str, DetailValue]:
    """Return what the answer to a command about a reservation says."""
    return {
        "reservation_id": reservation_id,
        "status": status.value,
        "expires_at": time_to_wire(expires_at),
        "lines": [
            {
                "warehouse_id": line.warehouse_id,
                "sku": line.sku,
                "quantity": quantity_to_wire(line.quantity),
            }
            for line in lines
        ],
    }


def outcome_of(reservation_id: str, state: ReservationState) -> dict[str, DetailValue]:
    """Return what the answer says of a reservation that stays as it is."""
    assert state.status is not None
    return outcome(reservation_id, state.status, state.expires_at, state.lines)


def missing(asked: Sequence[AskedLine], lines: Iterable[HeldLine]) -> list[dict[str, Figure]]:
    """Return the SKUs of which less is held than asked."""
    wanted: dict[Sku, int] = {}
    for (_, sku), quantity in merged(asked).items():
        wanted[sku] = wanted.get(sku, 0) + quantity
    held = dict.fromkeys(wanted, 0)
    for line in lines:
        held[line.sku] = held.get(line.sku, ZERO) + line.quantity
    return [
        {"sku": sku, "asked": quantity_to_wire(quantity), "held": quantity_to_wire(held[sku])}
        for sku, quantity in wanted.items()
        if held[sku] < quantity
    ]
