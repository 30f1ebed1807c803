"""Reservations and carts: each ends once and in time, and its lines are what it holds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from stockledger.audit.decision import Convict, Decision, ItemPlace, ReservationKey, Subject
from stockledger.audit.figures import UNITS, shown, units
from stockledger.audit.findings import Kind
from stockledger.audit.holds import Hold
from stockledger.audit.rows import EventRow

CREATED: Final = "stockledger.ReservationCreated.v1"
CART_RESERVED: Final = "stockledger.CartReserved.v1"

ACTIVE: Final = "ACTIVE"
COMPLETED: Final = "COMPLETED"
STATUS_AFTER: Final = {
    CREATED: ACTIVE,
    "stockledger.ReservationUpdated.v1": ACTIVE,
    "stockledger.ReservationExtended.v1": ACTIVE,
    "stockledger.ReservationConfirmed.v1": COMPLETED,
    "stockledger.ReservationReleased.v1": "CANCELLED",
    "stockledger.ReservationExpired.v1": "EXPIRED",
}

Lines = list[dict[str, Any]]
"""Lines as an event says them."""

_COUNTED_AS: Final = {
    CREATED: "created",
    "stockledger.ReservationConfirmed.v1": "confirmed",
    "stockledger.ReservationReleased.v1": "released",
    "stockledger.ReservationExpired.v1": "expired",
}
_NONE_COUNTED: Final = dict.fromkeys(_COUNTED_AS.values(), 0)


@dataclass(slots=True)
class ReservationSeen:
    """A reservation as its events leave it, and its holds as the items' events leave them.

    `told` and `asked`: lines as its last event says them; `made_for`: customer, cart and order.
    `expired`: items whose holds ended with the deadline, while the reservation had no end yet.
    """

    expires_at: datetime
    created_at: datetime
    lines: dict[ItemPlace, int]
    told: Lines
    asked: Lines | None
    made_for: dict[str, str | None]
    status: str = ACTIVE
    version: int = 0
    position: int = 0
    updated_at: datetime | None = None
    ended_at: datetime | None = None
    holds: dict[ItemPlace, Hold] = field(default_factory=dict[ItemPlace, Hold])
    expired: set[ItemPlace] = field(default_factory=set[ItemPlace])


class Reservations:
    """All of one partition; an ended one keeps only its status and the order it was sold to.

    `fulfilment` counts by tenant and hour how many were made, and how they ended.
    """

    def __init__(self, convict: Convict) -> None:
        self.active: dict[ReservationKey, ReservationSeen] = {}
        self.ended: dict[ReservationKey, str] = {}
        self.fulfilment: dict[tuple[str, datetime], dict[str, int]] = {}
        self._sold_to: dict[ReservationKey, str] = {}
        self._settled: list[tuple[ReservationKey, ReservationSeen]] = []
        self._convict = convict

    def take_settled(self) -> list[tuple[ReservationKey, ReservationSeen]]:
        """Return the reservations that ended since the last call, and let go of them."""
        settled, self._settled = self._settled, []
        return settled

    def apply(self, row: EventRow, data: Mapping[str, Any], decision: Decision) -> None:
        """Take the next event of a reservation."""
        if row.type not in STATUS_AFTER:
            self._unknown(row)
            return
        key = (row.tenant_id, data["reservation_id"])
        decision.touched[key] = None
        if row.type == CREATED:
            self._create(row, data, decision)
            return
        seen = self.active.get(key)
        if seen is None or seen.status != ACTIVE:
            found = seen.status if seen else self.ended.get(key, "none")
            self._convict(Kind.RESERVATION, row, "an active reservation", found)
        if seen is not None:
            self._check_time(row, data, seen)
            self._change(row, data, seen, decision)

    def apply_to_cart(self, row: EventRow, data: Mapping[str, Any], decision: Decision) -> None:
        """Take the next event of a cart."""
        if row.type == CART_RESERVED:
            decision.do(index_entry(f"cart/{data['cart_id']}", data["reservation_id"]))
        else:
            self._unknown(row)

    def hold_changed(
        self,
        row: EventRow,
        key: ReservationKey,
        place: ItemPlace,
        hold: Hold | None,
        decision: Decision,
    ) -> None:
        """Take what a reservation holds of an item from now on; None: nothing."""
        decision.touched[key] = None
        seen = self.active.get(key)
        if seen is None:
            if hold is not None:
                found = self.ended.get(key, "none")
                self._convict(Kind.RESERVATION_HOLDS, row, f"reservation {key[1]} active", found)
        elif hold is not None:
            seen.holds[place] = hold
        elif seen.holds.pop(place, None) is not None and row.recorded_at >= seen.expires_at:
            seen.expired.add(place)

    def check(self, key: ReservationKey, row: EventRow) -> None:
        """Compare a reservation with its holds, after the last event of a command."""
        seen = self.active.get(key)
        if seen is None:
            return
        if seen.status != ACTIVE:
            self.ended[key] = seen.status
            self._settled.append((key, self.active.pop(key)))
        held = {place: hold.quantity for place, hold in seen.holds.items()}
        expected = _still_held(seen)
        if held != expected:
            expectation = f"{key[1]} {seen.status} holding {_listed(expected)}"
            self._convict(Kind.RESERVATION_HOLDS, row, expectation, _listed(held))
        for place, hold in seen.holds.items():
            if hold.expires_at != seen.expires_at:
                expectation = f"{key[1]} holding {'/'.join(place)} until {seen.expires_at}"
                self._convict(Kind.HOLD_DEADLINE, row, expectation, hold.expires_at)

    def check_sold(self, key: ReservationKey, row: EventRow, decision: Decision) -> None:
        """Convict an order without lines that a reservation was not sold to, or only in part.

        To be called when the command's reservations are checked.
        """
        found = ACTIVE if key in self.active else self.ended.get(key, "none")
        if key in self._sold_to:
            found = f"{found} for order/{self._sold_to[key]}"
        expected = f"{COMPLETED} for {row.stream}"
        if found != expected:
            self._convict(Kind.ORDER, row, f"reservation {key[1]} {expected}", found)
        elif not decision.sold.get(key, True):
            self._convict(Kind.ORDER, row, f"all that {key[1]} held sold", "a part")

    def _create(self, row: EventRow, data: Mapping[str, Any], decision: Decision) -> None:
        key = (row.tenant_id, data["reservation_id"])
        if key in self.active or key in self.ended:
            self._convict(Kind.RESERVATION, row, "created once", "twice")
            return
        seen = self.active[key] = ReservationSeen(
            expires_at=datetime.fromisoformat(data["expires_at"]),
            created_at=row.recorded_at,
            lines=by_item(data["lines"]),
            told=data["lines"],
            asked=data.get("asked"),
            made_for={name: data.get(name) for name in ("customer_id", "cart_id", "order_id")},
        )
        self._changed(row, seen)
        self._check_ahead(row, seen)
        for name in ("cart", "order"):
            owner = data.get(f"{name}_id")
            if owner is not None:
                decision.state(index_entry(f"{name}/{owner}", key[1]))

    def _change(
        self, row: EventRow, data: Mapping[str, Any], seen: ReservationSeen, decision: Decision
    ) -> None:
        match row.type:
            case "stockledger.ReservationUpdated.v1":
                seen.lines, seen.told = by_item(data["lines"]), data["lines"]
                seen.asked = data.get("asked")
                seen.expires_at = datetime.fromisoformat(data["expires_at"])
                self._check_ahead(row, seen)
            case "stockledger.ReservationExtended.v1":
                before = seen.expires_at
                seen.expires_at = datetime.fromisoformat(data["expires_at"])
                if seen.expires_at <= before:
                    expected = f"a deadline after {before}"
                    self._convict(Kind.RESERVATION, row, expected, seen.expires_at)
            case "stockledger.ReservationConfirmed.v1":
                held, seen.lines = seen.lines, by_item(data["lines"])
                seen.told = data["lines"]
                key = (row.tenant_id, data["reservation_id"])
                decision.sold[key] = seen.lines == held
                if data.get("order_id") is not None:
                    self._sold_to[key] = data["order_id"]
                seen.made_for["order_id"] = data.get("order_id") or seen.made_for["order_id"]
                for place, quantity in seen.lines.items():
                    decision.state(sale(data["reservation_id"], place), quantity)
            case _:
                pass
        self._changed(row, seen)

    def _changed(self, row: EventRow, seen: ReservationSeen) -> None:
        seen.version, seen.position = row.version, row.position
        seen.updated_at = row.recorded_at
        seen.status = STATUS_AFTER[row.type]
        if seen.status != ACTIVE:
            seen.ended_at = row.recorded_at
        counted = _COUNTED_AS.get(row.type)
        if counted is not None:
            hour = row.recorded_at.replace(minute=0, second=0, microsecond=0)
            counts = self.fulfilment.setdefault((row.tenant_id, hour), dict(_NONE_COUNTED))
            counts[counted] += 1

    def _check_time(self, row: EventRow, data: Mapping[str, Any], seen: ReservationSeen) -> None:
        if row.type == "stockledger.ReservationExpired.v1":
            if row.recorded_at < seen.expires_at:
                expected = f"not before its deadline {seen.expires_at}"
                self._convict(Kind.RESERVATION, row, expected, row.recorded_at)
            if datetime.fromisoformat(data["expires_at"]) != seen.expires_at:
                expected = f"expires_at {seen.expires_at}"
                self._convict(Kind.RESERVATION, row, expected, data["expires_at"])
        elif row.recorded_at >= seen.expires_at:
            expected = f"before its deadline {seen.expires_at}"
            self._convict(Kind.RESERVATION, row, expected, row.recorded_at)

    def _check_ahead(self, row: EventRow, seen: ReservationSeen) -> None:
        if seen.expires_at <= row.recorded_at:
            expected = f"a deadline after {row.recorded_at}"
            self._convict(Kind.RESERVATION, row, expected, seen.expires_at)

    def _unknown(self, row: EventRow) -> None:
        self._convict(Kind.UNKNOWN_EVENT, row, "a type that this release knows", row.type)


def by_item(lines: Lines) -> dict[ItemPlace, int]:
    """Return the quantities of lines by item, those of the same item added up."""
    quantities: dict[ItemPlace, int] = {}
    for line in lines:
        place = (line["warehouse_id"], line["sku"])
        quantities[place] = quantities.get(place, 0) + units(line["quantity"])
    return quantities


def index_entry(stream: str, reservation_id: str) -> Subject:
    """Return the subject of a cart or order naming a reservation that is made for it."""
    return Subject(Kind.RESERVATION_INDEX, stream, f"{reservation_id} named there")


def sale(reservation_id: str, place: ItemPlace) -> Subject:
    """Return the subject of a reservation's units of an item being sold."""
    stream = f"reservation/{reservation_id}"
    return Subject(Kind.RESERVATION_HOLDS, stream, f"sold of {'/'.join(place)}")


def _still_held(seen: ReservationSeen) -> dict[ItemPlace, int]:
    if seen.status != ACTIVE:
        return {}
    return {place: quantity for place, quantity in seen.lines.items() if place not in seen.expired}


def _listed(lines: Mapping[ItemPlace, int]) -> str:
    named = (f"{'/'.join(place)} {shown(held, UNITS)}" for place, held in sorted(lines.items()))
    return ", ".join(named) or "nothing"
