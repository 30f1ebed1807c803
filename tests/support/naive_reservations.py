"""A second opinion on reservations: what is held is added up anew for every question.

It shares no code with the deciders, and knows nothing of holds on items: a reservation that is
active and in time holds its lines, any other holds nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import assert_never

from stockledger.messages.fields import Sku, WarehouseId
from stockledger.messages.lines import AskedLine, ChangedLine
from stockledger.messages.reservation import (
    ConfirmReservation,
    ExpireReservation,
    ExtendReservation,
    ReleaseReservation,
    ReservationStatus,
    ReserveStock,
    UpdateReservation,
)
from stockledger.messages.results import ErrorCode
from tests.support.naive_ledger import NONE, ItemKey, NaiveLedger

ReservationCommand = (
    ReserveStock
    | UpdateReservation
    | ExtendReservation
    | ReleaseReservation
    | ConfirmReservation
    | ExpireReservation
)
Asked = dict[tuple[WarehouseId | None, Sku], Decimal]
Held = dict[ItemKey, Decimal]


@dataclass(slots=True)
class NaiveReservation:
    """A reservation: what was asked at first and by now, and what it holds while it does."""

    first_asked: Asked
    asked: Asked
    customer_id: str | None
    expires_at: datetime
    lines: Held
    status: ReservationStatus = ReservationStatus.ACTIVE

    @property
    def is_whole(self) -> bool:
        return sum(self.asked.values()) == sum(self.lines.values())


class NaiveReservations:
    """The reservations of a tenant; `expect` says whether a command is refused, and with what."""

    def __init__(self, ledger: NaiveLedger, now: datetime) -> None:
        self.now = now
        self.known: dict[str, NaiveReservation] = {}
        self._ledger = ledger
        ledger.held = self.held

    def held(self, key: ItemKey, besides: str = "") -> Decimal:
        """Return what all reservations hold of an item at this time."""
        holding = [
            reservation
            for name, reservation in self.known.items()
            if name != besides and self._is_in_time(reservation)
        ]
        return sum((reservation.lines.get(key, NONE) for reservation in holding), NONE)

    def expect(self, command: ReservationCommand) -> ErrorCode | None:
        """Return the code of the refusal, or take the command's effect."""
        match command:
            case ReserveStock():
                return self._reserve(command)
            case ExpireReservation():
                for name in command.reservation_ids:
                    self._expire(name)
                return None
            case UpdateReservation():
                return self._update(command)
            case ExtendReservation():
                return self._late(command.reservation_id) or self._extend(command)
            case ReleaseReservation():
                return self._release(command.reservation_id or "")
            case ConfirmReservation():
                return self._confirm(command.reservation_id)
            case _:
                assert_never(command)

    def _is_in_time(self, reservation: NaiveReservation) -> bool:
        is_active = reservation.status is ReservationStatus.ACTIVE
        return is_active and self.now < reservation.expires_at

    def _late(self, name: str) -> ErrorCode | None:
        reservation = self.known.get(name)
        if reservation is None:
            return ErrorCode.NOT_FOUND
        if self._is_in_time(reservation):
            return None
        if reservation.status in (ReservationStatus.ACTIVE, ReservationStatus.EXPIRED):
            return ErrorCode.RESERVATION_EXPIRED
        return ErrorCode.RESERVATION_NOT_ACTIVE

    def _reserve(self, command: ReserveStock) -> ErrorCode | None:
        asked = _added_up(command.lines)
        known = self.known.get(command.reservation_id)
        if known is not None:
            said = (known.first_asked, known.customer_id)
            same = said == (asked, command.customer_id)
            return None if same else ErrorCode.DUPLICATE_COMMAND
        lines = self._allocate(
            asked, {}, "", split=command.allow_split, partial=command.allow_partial
        )
        if isinstance(lines, ErrorCode):
            return lines
        expires_at = self.now + timedelta(seconds=command.expires_in_seconds)
        self.known[command.reservation_id] = NaiveReservation(
            asked, asked, command.customer_id, expires_at, lines
        )
        return None

    def _update(self, command: UpdateReservation) -> ErrorCode | None:
        reservation = self.known.get(command.reservation_id)
        changed = {line.sku for line in command.lines}
        asked = _added_up(line for line in command.lines if line.quantity)
        kept: Held = {}
        kept_asked: Asked = {}
        if reservation is not None and command.keep_others:
            kept = {key: held for key, held in reservation.lines.items() if key[1] not in changed}
            others = reservation.asked.items()
            kept_asked = {line: units for line, units in others if line[1] not in changed}
        if late := self._late(command.reservation_id):
            was_released = reservation and reservation.status is ReservationStatus.CANCELLED
            return None if was_released and not asked and not kept else late
        assert reservation is not None
        lines: Held | ErrorCode = reservation.lines
        if {**kept_asked, **asked} != reservation.asked or not reservation.is_whole:
            lines = self._allocate(
                asked,
                {key: held for key, held in reservation.lines.items() if key not in kept},
                command.reservation_id,
                split=command.allow_split,
                partial=command.allow_partial,
            )
        if isinstance(lines, ErrorCode):
            return lines
        if not lines and not kept:
            reservation.status = ReservationStatus.CANCELLED
            return None
        reservation.asked, reservation.lines = {**kept_asked, **asked}, {**kept, **lines}
        if command.expires_in_seconds is not None:
            reservation.expires_at = self.now + timedelta(seconds=command.expires_in_seconds)
        return None

    def _extend(self, command: ExtendReservation) -> ErrorCode | None:
        reservation = self.known[command.reservation_id]
        later = self.now + timedelta(seconds=command.expires_in_seconds)
        reservation.expires_at = max(reservation.expires_at, later)
        return None

    def _release(self, name: str) -> ErrorCode | None:
        reservation = self.known.get(name)
        if reservation is None:
            return ErrorCode.NOT_FOUND
        if reservation.status is ReservationStatus.COMPLETED:
            return ErrorCode.RESERVATION_NOT_ACTIVE
        if self._is_in_time(reservation):
            reservation.status = ReservationStatus.CANCELLED
        self._expire(name)
        return None

    def _expire(self, name: str) -> None:
        reservation = self.known.get(name)
        is_active = reservation is not None and reservation.status is ReservationStatus.ACTIVE
        if reservation is not None and is_active and reservation.expires_at <= self.now:
            reservation.status = ReservationStatus.EXPIRED

    def _confirm(self, name: str) -> ErrorCode | None:
        reservation = self.known.get(name)
        if reservation is not None and reservation.status is ReservationStatus.COMPLETED:
            return None
        if late := self._late(name):
            return late
        assert reservation is not None
        items = [(self._ledger.items[key], units) for key, units in reservation.lines.items()]
        if any(item.balance("available") < units for item, units in items):
            return ErrorCode.INSUFFICIENT_STOCK
        for item, units in items:
            rest = item.balance("available") == units
            value = item.value if rest else item.worth(units)
            item.move("available", "customer", units, -value)
        reservation.status = ReservationStatus.COMPLETED
        return None

    def _allocate(
        self, asked: Asked, own: Held, besides: str, *, split: bool, partial: bool
    ) -> Held | ErrorCode:
        taken: Held = {}
        short = False
        for (warehouse_id, sku), wanted in sorted(asked.items(), key=lambda line: not line[0][0]):
            if warehouse_id is not None:
                rooms = self._named(warehouse_id, sku, wanted, own, besides)
            else:
                rooms = self._anywhere(sku, taken, own, besides)
            if isinstance(rooms, ErrorCode):
                return rooms
            if not split:
                rooms = _one_of(rooms, wanted)
            left = wanted
            for key, room in rooms:
                used = min(left, room)
                taken[key] = taken.get(key, NONE) + used
                left -= used
            short = short or left > 0
        taken = {key: units for key, units in taken.items() if units}
        if short and not (partial and taken):
            return ErrorCode.INSUFFICIENT_STOCK
        return taken

    def _named(
        self, warehouse_id: WarehouseId, sku: Sku, wanted: Decimal, own: Held, besides: str
    ) -> list[tuple[ItemKey, Decimal]] | ErrorCode:
        key = (warehouse_id, sku)
        if warehouse_id not in self._ledger.warehouses or key not in self._ledger.items:
            return ErrorCode.NOT_FOUND
        if not self._ledger.warehouses[warehouse_id].active and wanted > own.get(key, NONE):
            return ErrorCode.WAREHOUSE_INACTIVE
        return [(key, self._room(key, own, besides))]

    def _anywhere(
        self, sku: Sku, taken: Held, own: Held, besides: str
    ) -> list[tuple[ItemKey, Decimal]] | ErrorCode:
        keys = [key for key in self._ledger.items if key[1] == sku]
        if not keys:
            return ErrorCode.NOT_FOUND
        rooms = {key: self._room(key, own, besides) - taken.get(key, NONE) for key in keys}
        order = sorted(
            (self._ledger.warehouses[key[0]].priority, -room, key) for key, room in rooms.items()
        )
        return [(key, rooms[key]) for _, _, key in order if rooms[key] > 0]

    def _room(self, key: ItemKey, own: Held, besides: str) -> Decimal:
        mine = own.get(key, NONE)
        if not self._ledger.warehouses[key[0]].active:
            return mine
        on_hand = self._ledger.items[key].balance("available")
        return mine + max(on_hand - mine - self.held(key, besides), NONE)


def _one_of(rooms: list[tuple[ItemKey, Decimal]], wanted: Decimal) -> list[tuple[ItemKey, Decimal]]:
    enough = [place for place in rooms if place[1] >= wanted]
    if enough:
        return enough[:1]
    most = max((room for _, room in rooms), default=NONE)
    return [place for place in rooms if place[1] == most][:1]


def _added_up(lines: Iterable[AskedLine | ChangedLine]) -> Asked:
    asked: Asked = {}
    for line in lines:
        key = (line.warehouse_id, line.sku)
        asked[key] = asked.get(key, NONE) + Decimal(line.quantity) / 1_000
    return asked
