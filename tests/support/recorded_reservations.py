"""Reservations and orders as the command handler would have recorded them, made without it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from stockledger.messages.order import (
    OrderAccepted,
    OrderCancelled,
    OrderItemsSold,
    OrderReserved,
    OrderReturned,
)
from stockledger.messages.reservation import (
    CartReserved,
    ReservationConfirmed,
    ReservationCreated,
    ReservationExpired,
    ReservationExtended,
    ReservationReleased,
    ReservationUpdated,
)
from tests.support.recorded_holds import LAMP, LAMPS, TENT, Line, RecordedHolds
from tests.support.recorded_ledger import RecordedLedger

HOLD = timedelta(minutes=30)


@dataclass(slots=True)
class _Kept:
    lines: list[Line]
    expires_at: datetime


class RecordedReservations:
    """One tenant's. Each call records all events of one decision, in their order."""

    def __init__(self, ledger: RecordedLedger, tenant: str) -> None:
        self.ledger = ledger
        self.tenant = tenant
        self._holds = RecordedHolds(ledger, tenant)
        self._kept: dict[str, _Kept] = {}

    def stock(self, *lines: Line) -> Self:
        """Receive units, at 2.50 each."""
        for line in lines:
            self.ledger.receive(self.tenant, *line)
        return self

    def reserve(
        self,
        reservation: str,
        *lines: Line,
        lasting: timedelta = HOLD,
        asked: Sequence[Line] | None = None,
        customer: str | None = None,
        cart: str | None = None,
        order: str | None = None,
    ) -> datetime:
        """Hold the lines; return the deadline."""
        expires_at = self.ledger.now + lasting
        self._kept[reservation] = _Kept(list(lines), expires_at)
        self.ledger.record(
            self.tenant,
            ReservationCreated(
                reservation_id=reservation,
                lines=tuple(line.held for line in lines),
                asked=None if asked is None else tuple(line.asked for line in asked),
                expires_at=expires_at,
                customer_id=customer,
                cart_id=cart,
                order_id=order,
            ),
        )
        if cart is not None:
            self.ledger.record(self.tenant, CartReserved(cart_id=cart, reservation_id=reservation))
        if order is not None:
            self.ledger.record(
                self.tenant, OrderReserved(order_id=order, reservation_id=reservation)
            )
        for line in lines:
            self._holds.hold(reservation, line, line.quantity, expires_at)
        return expires_at

    def enlarge(self, reservation: str, more: Line) -> None:
        """Hold more units of one line, until the same deadline."""
        kept = self._kept[reservation]
        (before,) = (each for each in kept.lines if each[:2] == more[:2])
        held = before._replace(quantity=before.quantity + more.quantity)
        kept.lines[kept.lines.index(before)] = held
        self._tell_update(reservation)
        self._holds.hold(reservation, more, held.quantity, kept.expires_at)

    def shrink(self, reservation: str, less: Line) -> None:
        """Hold fewer units of one line, or none of it."""
        kept = self._kept[reservation]
        (before,) = (each for each in kept.lines if each[:2] == less[:2])
        held = before._replace(quantity=before.quantity - less.quantity)
        kept.lines[kept.lines.index(before)] = held
        kept.lines = [each for each in kept.lines if each.quantity]
        self._tell_update(reservation)
        self._holds.release(reservation, less, held.quantity)

    def extend(self, reservation: str, *, by: timedelta) -> datetime:
        """Hold on for longer; return the new deadline."""
        kept = self._kept[reservation]
        kept.expires_at += by
        self.ledger.record(
            self.tenant, ReservationExtended(reservation_id=reservation, expires_at=kept.expires_at)
        )
        for line in kept.lines:
            self._holds.extend(reservation, line, kept.expires_at)
        return kept.expires_at

    def release(self, reservation: str) -> None:
        """Give everything back."""
        self.ledger.record(self.tenant, ReservationReleased(reservation_id=reservation))
        for line in self._kept.pop(reservation).lines:
            self._holds.release(reservation, line, 0)

    def confirm(self, reservation: str, *, order: str | None = None) -> None:
        """Sell everything that is held."""
        lines = self._kept.pop(reservation).lines
        self.ledger.record(
            self.tenant,
            ReservationConfirmed(
                reservation_id=reservation, lines=tuple(each.held for each in lines), order_id=order
            ),
        )
        values = [self._holds.value(line) for line in lines]
        if order is not None:
            sold = tuple(line.sold(value) for line, value in zip(lines, values, strict=True))
            self.ledger.record(
                self.tenant, OrderItemsSold(order_id=order, lines=sold, reservation_id=reservation)
            )
        for line, value in zip(lines, values, strict=True):
            self._holds.issue_held(reservation, line, value, order)

    def expire(self, *reservations: str) -> None:
        """End lapsed reservations; an item's holds are gone in one event."""
        gone: dict[tuple[str, str], list[tuple[str, int]]] = {}
        for reservation in reservations:
            kept = self._kept.pop(reservation)
            self.ledger.record(
                self.tenant,
                ReservationExpired(reservation_id=reservation, expires_at=kept.expires_at),
            )
            for warehouse, sku, quantity in kept.lines:
                gone.setdefault((warehouse, sku), []).append((reservation, quantity))
        for item, holds in gone.items():
            self._holds.expire(item, holds)

    def accept(
        self,
        order: str,
        *lines: Line,
        reservations: Sequence[str] = (),
        customer: str | None = None,
        cart: str | None = None,
    ) -> None:
        """Sell an order's lines out of what is available."""
        values = [self._holds.value(line) for line in lines]
        self.ledger.record(
            self.tenant,
            OrderAccepted(
                order_id=order,
                asked=tuple(line.asked for line in lines),
                lines=tuple(line.sold(value) for line, value in zip(lines, values, strict=True)),
                reservation_ids=tuple(reservations),
                customer_id=customer,
                cart_id=cart,
            ),
        )
        for line, value in zip(lines, values, strict=True):
            self._holds.issue(line, value, order)

    def give_back(self, order: str, *lines: Line, to: str = "NORTH", value: int = 25_000) -> None:
        """Take back units that were sold under the order, each at a value."""
        taken = tuple(line.returned(line.quantity * value, to=to) for line in lines)
        self.ledger.record(self.tenant, OrderReturned(order_id=order, lines=taken))
        for line in lines:
            self._holds.take_back(order, line, value, to)

    def cancel(self, order: str, *lines: Line, value: int = 25_000) -> None:
        """Take all these lines back, where they were sold from; the order is off."""
        taken = tuple(line.returned(line.quantity * value, to=line.warehouse) for line in lines)
        self.ledger.record(self.tenant, OrderCancelled(order_id=order, lines=taken))
        for line in lines:
            self._holds.take_back(order, line, value, line.warehouse)

    def _tell_update(self, reservation: str) -> None:
        kept = self._kept[reservation]
        self.ledger.record(
            self.tenant,
            ReservationUpdated(
                reservation_id=reservation,
                lines=tuple(line.held for line in kept.lines),
                expires_at=kept.expires_at,
            ),
        )


def record_checkouts(shop: RecordedReservations, name: str) -> None:
    """Record carts that are sold, given back, left to expire and still held, and orders."""
    shop.stock(*([LAMPS] * 4), *([TENT] * 4))
    shop.reserve(f"{name}-sold", LAMPS, TENT, customer="Anna", cart=f"{name}-cart")
    shop.reserve(f"{name}-released", LAMP)
    shop.reserve(f"{name}-expired", LAMP, TENT)
    shop.reserve(f"{name}-kept", LAMPS, order=f"{name}-open", asked=[LAMPS, TENT])
    shop.enlarge(f"{name}-kept", LAMP)
    shop.extend(f"{name}-kept", by=HOLD)
    shop.confirm(f"{name}-sold", order=f"{name}-order")
    shop.release(f"{name}-released")
    shop.expire(f"{name}-expired")
    named = [f"{name}-sold", f"{name}-early"]
    shop.accept(f"{name}-order", TENT, reservations=named, customer="Anna")
    shop.give_back(f"{name}-order", LAMP, to="SOUTH")
    shop.give_back(f"{name}-order", LAMP)
    shop.shrink(f"{name}-kept", LAMP)
    shop.accept(f"{name}-off", LAMP)
    shop.cancel(f"{name}-off", LAMP)
