"""The running figures of one item, and the rules that each movement has to keep."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from stockledger.audit.figures import MONEY, UNITS, money, product, share, shown, units
from stockledger.audit.findings import Kind

OWN_BUCKETS: Final = ("available", "reserved", "damaged", "quarantined", "in_transit")
ON_HAND_BUCKETS: Final = ("available", "reserved", "damaged", "quarantined")
BUCKETS: Final = (*OWN_BUCKETS, "supplier", "customer", "adjustment", "scrap", "production")

RECEIVED: Final = "stockledger.StockReceived.v1"
ISSUED: Final = "stockledger.StockIssued.v1"
ADJUSTED: Final = "stockledger.StockAdjusted.v1"
CORRECTED: Final = "stockledger.StockCorrected.v1"
RETURNED: Final = "stockledger.StockReturned.v1"
RESERVED: Final = "stockledger.StockReserved.v1"
RELEASED: Final = "stockledger.StockReleased.v1"
HOLDS_EXPIRED: Final = "stockledger.HoldsExpired.v1"
WITHIN_ON_HAND: Final = frozenset({RESERVED, RELEASED, HOLDS_EXPIRED})
MOVEMENTS: Final = frozenset({RECEIVED, ISSUED, ADJUSTED, CORRECTED, RETURNED, *WITHIN_ON_HAND})

_ISSUED_TO: Final = {"sale": "customer", "write_off": "scrap", "production": "production"}

Breach = tuple[Kind, str, str]
"""What is wrong, what was expected, what was found."""


@dataclass(slots=True)
class Balances:
    """What an item has in each bucket (1/1000 units), and its value (1/10000)."""

    buckets: dict[str, int] = field(default_factory=lambda: dict.fromkeys(BUCKETS, 0))
    value: int = 0
    last_unit_cost: int = 0

    @property
    def on_hand(self) -> int:
        buckets = self.buckets
        return (
            buckets["available"] + buckets["reserved"] + buckets["damaged"] + buckets["quarantined"]
        )


class EntryRead(NamedTuple):
    """One entry of a movement, in 1/1000 units."""

    bucket: str
    before: int
    change: int
    after: int


def entries_of(data: Mapping[str, Any]) -> list[EntryRead]:
    """Return the entries of a movement; KeyError, ValueError when it has none that can be read."""
    return [
        EntryRead(
            entry["bucket"], units(entry["before"]), units(entry["change"]), units(entry["after"])
        )
        for entry in data["entries"]
    ]


def apply_movement(balances: Balances, type_name: str, data: Mapping[str, Any]) -> Iterator[Breach]:
    """Move the balances and yield every rule that the movement breaks.

    What an event states is taken over even where it is wrong, so that one mistake is one finding.
    """
    entries = entries_of(data)
    on_hand = balances.on_hand
    yield from _apply_entries(balances, entries, may_cut=_may_cut(type_name, data))
    yield from _sums(type_name, data, entries)
    change = money(data["value_change"])
    rule = _value_rule(balances, type_name, data, on_hand)
    if change != rule:
        yield Kind.VALUE, f"value_change {shown(rule, MONEY)}", shown(change, MONEY)
    balances.value += change
    yield from _levels(balances, data["levels"])
    if type_name == CORRECTED and units(data["actual_quantity"]) != balances.on_hand:
        found = f"actual_quantity {data['actual_quantity']}"
        yield Kind.MOVEMENT_CHANGE, f"on hand {shown(balances.on_hand, UNITS)}", found


def _may_cut(type_name: str, data: Mapping[str, Any]) -> bool:
    """Say whether the movement states what is gone already, even of what is held."""
    return type_name == CORRECTED or (type_name == ISSUED and data["purpose"] == "write_off")


def _apply_entries(
    balances: Balances, entries: list[EntryRead], *, may_cut: bool
) -> Iterator[Breach]:
    buckets = balances.buckets
    for bucket, before, change, after in entries:
        if before + change != after:
            expected = f"{bucket} {shown(before + change, UNITS)} after"
            yield Kind.ENTRY_ARITHMETIC, expected, shown(after, UNITS)
        if before != buckets[bucket]:
            expected = f"{bucket} {shown(buckets[bucket], UNITS)} before"
            yield Kind.ENTRY_BEFORE, expected, shown(before, UNITS)
        buckets[bucket] = after
        if after < 0 and bucket == "available":
            if change < 0 and not may_cut:
                yield Kind.OVERSOLD, "available at least 0", shown(after, UNITS)
        elif after < 0 and bucket in OWN_BUCKETS:
            yield Kind.OVERSOLD, f"{bucket} at least 0", shown(after, UNITS)
    if may_cut and balances.on_hand < 0:
        yield Kind.OVERSOLD, "on hand at least 0", shown(balances.on_hand, UNITS)


def _sums(type_name: str, data: Mapping[str, Any], entries: list[EntryRead]) -> Iterator[Breach]:
    total = sum(entry.change for entry in entries)
    if len(entries) != 2 or total:  # noqa: PLR2004 - double entry
        found = f"{len(entries)} entries summing to {shown(total, UNITS)}"
        yield Kind.MOVEMENT_SUM, "two entries that cancel out", found
    quantity = units(data["quantity"])
    moved = {entry.bucket: entry.change for entry in entries}
    expected = _moved_by(type_name, data, quantity)
    if quantity <= 0 or moved != expected:
        found = f"quantity {shown(quantity, UNITS)}, {_listed(moved)}"
        yield Kind.MOVEMENT_CHANGE, _listed(expected), found


def _moved_by(type_name: str, data: Mapping[str, Any], quantity: int) -> dict[str, int]:
    match type_name:
        case "stockledger.StockReceived.v1":
            return {"supplier": -quantity, "available": quantity}
        case "stockledger.StockIssued.v1":
            source = "available" if data.get("reservation_id") is None else "reserved"
            return {source: -quantity, _ISSUED_TO[data["purpose"]]: quantity}
        case "stockledger.StockReturned.v1":
            return {"customer": -quantity, "available": quantity}
        case "stockledger.StockReserved.v1":
            return {"available": -quantity, "reserved": quantity}
        case "stockledger.StockReleased.v1" | "stockledger.HoldsExpired.v1":
            return {"reserved": -quantity, "available": quantity}
        case _:
            change = units(data["change"])
            signed = quantity if change > 0 else -quantity
            return {"adjustment": -signed, "available": change}


def _value_rule(balances: Balances, type_name: str, data: Mapping[str, Any], on_hand: int) -> int:
    if type_name in WITHIN_ON_HAND:
        return 0
    if type_name == RETURNED:
        return money(data["value_change"])  # the order says what the units left with
    if type_name == RECEIVED:
        balances.last_unit_cost = money(data["unit_cost"])
        return product(units(data["quantity"]), balances.last_unit_cost)
    change = balances.on_hand - on_hand
    if on_hand == 0:
        return product(change, balances.last_unit_cost)
    return share(balances.value, change, on_hand)


def _levels(balances: Balances, levels: Mapping[str, Any]) -> Iterator[Breach]:
    buckets = balances.buckets
    for bucket in OWN_BUCKETS:
        if units(levels[bucket]) != buckets[bucket]:
            yield Kind.LEVELS, f"{bucket} {shown(buckets[bucket], UNITS)}", str(levels[bucket])
    if units(levels["on_hand"]) != balances.on_hand:
        yield Kind.LEVELS, f"on_hand {shown(balances.on_hand, UNITS)}", str(levels["on_hand"])
    if money(levels["value"]) != balances.value:
        yield Kind.LEVELS, f"value {shown(balances.value, MONEY)}", str(levels["value"])


def _listed(moved: Mapping[str, int]) -> str:
    return ", ".join(f"{bucket} {shown(change, UNITS)}" for bucket, change in sorted(moved.items()))
