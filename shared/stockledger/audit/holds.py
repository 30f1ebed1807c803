"""The holds on one item, and the rules that each change of them has to keep."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from stockledger.audit.balances import Breach
from stockledger.audit.figures import UNITS, shown, units
from stockledger.audit.findings import Kind
from stockledger.audit.movements import (
    FREED,
    HELD,
    HOLDS_EXPIRED,
    ISSUED,
    RELEASED,
    RESERVED,
    SENT,
)

HOLD_EXTENDED: Final = "stockledger.HoldExtended.v1"


@dataclass(slots=True)
class Hold:
    """Units of an item that a reservation holds (1/1000), and until when."""

    quantity: int
    expires_at: datetime


@dataclass(slots=True)
class ItemHolds:
    """All holds on an item by reservation, their sum, and what is held for transfers."""

    live: dict[str, Hold] = field(default_factory=dict[str, Hold])
    total: int = 0
    for_transfers: int = 0
    apart: int = 0

    def apply(self, type_name: str, data: Mapping[str, Any], now: datetime) -> Iterator[Breach]:
        """Take over what the event says of holds, and yield every rule that it breaks."""
        match type_name:
            case "stockledger.StockReserved.v1":
                yield from self._reserve(data, now)
            case "stockledger.StockReleased.v1":
                yield from self._release(data, now)
            case "stockledger.HoldExtended.v1":
                yield from self._extend(data, now)
            case "stockledger.HoldsExpired.v1":
                yield from self._expire(data, now)
            case _:
                yield from self._issue(data, now)

    def move_for_transfer(self, data: Mapping[str, Any]) -> None:
        """Take over what a transfer holds, lets go of, or sends of what it held."""
        quantity, source = units(data["quantity"]), data["entries"][0]["bucket"]
        if data["step"] == HELD:
            self.for_transfers += quantity
        elif data["step"] == FREED or (data["step"] == SENT and source == "reserved"):
            self.for_transfers -= quantity

    def check_sum(self, reserved: int) -> Iterator[Breach]:
        """Yield a breach when the sum of the holds has parted from what is reserved."""
        held = self.total + self.for_transfers
        apart = reserved - held
        if apart != self.apart:
            expected = f"reserved {shown(held, UNITS)}, as all holds together"
            yield Kind.HOLD_SUM, expected, shown(reserved, UNITS)
        self.apart = apart

    def _reserve(self, data: Mapping[str, Any], now: datetime) -> Iterator[Breach]:
        reservation_id, held = data["reservation_id"], units(data["held"])
        expires_at = datetime.fromisoformat(data["expires_at"])
        hold = self.live.get(reservation_id)
        before = 0
        if hold is None:
            self.live[reservation_id] = Hold(held, expires_at)
        else:
            yield from _in_time(hold, reservation_id, now)
            before, hold.quantity, hold.expires_at = hold.quantity, held, expires_at
        yield from _held(reservation_id, before + units(data["quantity"]), held)
        yield from _ahead(expires_at, now)
        self.total += held - before

    def _release(self, data: Mapping[str, Any], now: datetime) -> Iterator[Breach]:
        reservation_id, held = data["reservation_id"], units(data["held"])
        hold = self.live.get(reservation_id)
        if hold is None:
            yield _no_hold(reservation_id)
            return
        yield from _in_time(hold, reservation_id, now)
        yield from _held(reservation_id, hold.quantity - units(data["quantity"]), held)
        self.total += held - hold.quantity
        hold.quantity = held
        if not held:
            del self.live[reservation_id]

    def _extend(self, data: Mapping[str, Any], now: datetime) -> Iterator[Breach]:
        hold = self.live.get(data["reservation_id"])
        if hold is None:
            yield _no_hold(data["reservation_id"])
            return
        yield from _in_time(hold, data["reservation_id"], now)
        hold.expires_at = datetime.fromisoformat(data["expires_at"])
        yield from _ahead(hold.expires_at, now)

    def _expire(self, data: Mapping[str, Any], now: datetime) -> Iterator[Breach]:
        total = 0
        for expired in data["holds"]:
            reservation_id, quantity = expired["reservation_id"], units(expired["quantity"])
            total += quantity
            hold = self.live.get(reservation_id)
            if hold is not None and hold.expires_at > now:
                expected = f"{reservation_id} held until {hold.expires_at}"
                yield Kind.HOLD_DEADLINE, expected, f"expired at {now}"
            yield from self._end(reservation_id, quantity)
        if total != units(data["quantity"]):
            expected = f"quantity {shown(total, UNITS)}, as its holds together"
            yield Kind.MOVEMENT_CHANGE, expected, str(data["quantity"])

    def _issue(self, data: Mapping[str, Any], now: datetime) -> Iterator[Breach]:
        hold = self.live.get(data["reservation_id"])
        if hold is not None:
            yield from _in_time(hold, data["reservation_id"], now)
        yield from self._end(data["reservation_id"], units(data["quantity"]))

    def _end(self, reservation_id: str, quantity: int) -> Iterator[Breach]:
        hold = self.live.pop(reservation_id, None)
        if hold is None:
            yield _no_hold(reservation_id)
            return
        self.total -= hold.quantity
        if hold.quantity != quantity:
            expected = f"all {shown(hold.quantity, UNITS)} that {reservation_id} holds"
            yield Kind.HOLD, expected, shown(quantity, UNITS)


def reservations_named(type_name: str, data: Mapping[str, Any]) -> Sequence[str]:
    """Return the reservations whose holds an item's event changes."""
    if type_name == HOLDS_EXPIRED:
        return [expired["reservation_id"] for expired in data["holds"]]
    if type_name in {RESERVED, RELEASED, HOLD_EXTENDED}:
        return [data["reservation_id"]]
    named = data.get("reservation_id") if type_name == ISSUED else None
    return [] if named is None else [named]


def _held(reservation_id: str, expected: int, stated: int) -> Iterator[Breach]:
    if stated != expected:
        expectation = f"{shown(expected, UNITS)} held by {reservation_id}"
        yield Kind.HOLD, expectation, shown(stated, UNITS)


def _in_time(hold: Hold, reservation_id: str, now: datetime) -> Iterator[Breach]:
    if now >= hold.expires_at:
        expected = f"the hold of {reservation_id} used before its deadline {hold.expires_at}"
        yield Kind.HOLD_DEADLINE, expected, f"at {now}"


def _ahead(expires_at: datetime, now: datetime) -> Iterator[Breach]:
    if expires_at <= now:
        yield Kind.HOLD_DEADLINE, f"a deadline after {now}", str(expires_at)


def _no_hold(reservation_id: str) -> Breach:
    return Kind.HOLD, f"a hold of {reservation_id}", "none"
