"""The running figures of one item, and the rules that each movement has to keep."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from stockledger.audit.figures import MONEY, UNITS, money, product, share, shown, units
from stockledger.audit.findings import Kind
from stockledger.audit.movements import (
    ADJUSTED,
    ARRIVED,
    BROKEN,
    CORRECTED,
    EXPECTED,
    RECALLED,
    RECEIVED,
    RETURNED,
    SHORT,
    TRANSFER_MOVED,
    WITHIN_ON_HAND,
    may_cut,
    ways_of,
)

OWN_BUCKETS: Final = ("available", "reserved", "damaged", "quarantined", "in_transit")
ON_HAND_BUCKETS: Final = OWN_BUCKETS[:4]
OUTSIDE: Final = ("supplier", "customer", "adjustment", "scrap", "production", "transfer")
BUCKETS: Final = (*OWN_BUCKETS, *OUTSIDE)

_ON_ITS_WAY: Final = frozenset({EXPECTED, ARRIVED, BROKEN, SHORT, RECALLED})
"""The steps of a transfer that change what is on its way to an item."""

Breach = tuple[Kind, str, str]
"""What is wrong, what was expected, what was found."""


@dataclass(slots=True)
class Balances:
    """What an item has in each bucket (1/1000 units), and its value (1/10000).

    `transit_value` is that of what is in transit to it.
    """

    buckets: dict[str, int] = field(default_factory=lambda: dict.fromkeys(BUCKETS, 0))
    value: int = 0
    last_unit_cost: int = 0
    transit_value: int = 0

    @property
    def on_hand(self) -> int:
        buckets = self.buckets
        return (
            buckets["available"] + buckets["reserved"] + buckets["damaged"] + buckets["quarantined"]
        )

    def worth(self, quantity: int) -> int:
        """Return what so many units on hand, or found, are worth; without any: as the last."""
        on_hand = self.on_hand
        if on_hand == 0:
            return product(quantity, self.last_unit_cost)
        return share(self.value, quantity, on_hand)


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
    rule = _value_rule(balances, type_name, data, entries)
    yield from _apply_entries(balances, entries, cuts=may_cut(type_name, data))
    yield from _saleable(balances, type_name, data)
    yield from _sums(type_name, data, entries)
    change = money(data["value_change"])
    if change != rule:
        yield Kind.VALUE, f"value_change {shown(rule, MONEY)}", shown(change, MONEY)
    balances.value += change
    if type_name == TRANSFER_MOVED:
        yield from _apply_transit(balances, data)
    yield from _levels(balances, data["levels"])
    if type_name == CORRECTED and units(data["actual_quantity"]) != balances.on_hand:
        found = f"actual_quantity {data['actual_quantity']}"
        yield Kind.MOVEMENT_CHANGE, f"on hand {shown(balances.on_hand, UNITS)}", found


def apply_cost(balances: Balances, data: Mapping[str, Any]) -> Iterator[Breach]:
    """Take over a value that was stated, and yield every rule that this breaks."""
    if balances.on_hand <= 0:
        yield Kind.VALUE, "units on hand to be worth something", shown(balances.on_hand, UNITS)
    change = money(data["value_change"])
    rule = product(balances.on_hand, money(data["unit_cost"])) - balances.value
    if change != rule or not change:
        yield Kind.VALUE, f"value_change {shown(rule, MONEY)}, not 0", shown(change, MONEY)
    balances.value += change
    yield from _levels(balances, data["levels"])


def _apply_entries(balances: Balances, entries: list[EntryRead], *, cuts: bool) -> Iterator[Breach]:
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
            if change < 0 and not cuts:
                yield Kind.OVERSOLD, "available at least 0", shown(after, UNITS)
        elif after < 0 and bucket in OWN_BUCKETS:
            yield Kind.OVERSOLD, f"{bucket} at least 0", shown(after, UNITS)
    if cuts and balances.on_hand < 0:
        yield Kind.OVERSOLD, "on hand at least 0", shown(balances.on_hand, UNITS)


def _saleable(balances: Balances, type_name: str, data: Mapping[str, Any]) -> Iterator[Breach]:
    """Yield a breach when more is written off or broken than was available or held."""
    if type_name == CORRECTED or not may_cut(type_name, data):
        return
    left = balances.buckets["available"] + balances.buckets["reserved"]
    if left < 0:
        yield Kind.OVERSOLD, "available and reserved at least 0", shown(left, UNITS)


def _sums(type_name: str, data: Mapping[str, Any], entries: list[EntryRead]) -> Iterator[Breach]:
    total = sum(entry.change for entry in entries)
    if len(entries) != 2 or total:  # noqa: PLR2004 - double entry
        found = f"{len(entries)} entries summing to {shown(total, UNITS)}"
        yield Kind.MOVEMENT_SUM, "two entries that cancel out", found
    quantity = units(data["quantity"])
    moved = {entry.bucket: entry.change for entry in entries}
    signed = units(data["change"]) if type_name in {ADJUSTED, CORRECTED} else quantity
    ways = ways_of(type_name, data, signed)
    allowed = [{source: -quantity, target: quantity} for source, target in ways]
    if quantity <= 0 or abs(signed) != quantity or moved not in allowed:
        found = f"quantity {shown(quantity, UNITS)}, {_listed(moved)}"
        expected = " or ".join(_listed(each) for each in allowed)
        yield Kind.MOVEMENT_CHANGE, f"{shown(abs(signed), UNITS)}: {expected}", found


def _value_rule(
    balances: Balances, type_name: str, data: Mapping[str, Any], entries: list[EntryRead]
) -> int:
    """Return what the value changes by; the balances are those before the movement."""
    if type_name in WITHIN_ON_HAND:
        return 0
    if type_name == RETURNED:
        return money(data["value_change"])  # the order says what the units left with
    if type_name == RECEIVED:
        balances.last_unit_cost = money(data["unit_cost"])
        return product(units(data["quantity"]), balances.last_unit_cost)
    if type_name == TRANSFER_MOVED:
        return _transfer_rule(balances, data, entries)
    changes = [entry.change for entry in entries if entry.bucket in ON_HAND_BUCKETS]
    return balances.worth(sum(changes))


def _transfer_rule(balances: Balances, data: Mapping[str, Any], entries: list[EntryRead]) -> int:
    quantity = units(data["quantity"])
    match data["step"]:
        case "sent":
            return balances.worth(-quantity)
        case "over":
            return balances.worth(quantity)
        case "received" | "damaged" if entries[0].bucket == "in_transit":
            return -transit_change(data)
        case "received" | "returned":
            return money(data["value_change"])  # the transfer says what the units left with
        case _:
            return 0


def transit_change(data: Mapping[str, Any]) -> int:
    """Return what a transfer's movement changes the value of what is on its way by (1/10000)."""
    change = data.get("transit_value_change")
    return 0 if change is None else money(change)


def _apply_transit(balances: Balances, data: Mapping[str, Any]) -> Iterator[Breach]:
    change = transit_change(data)
    balances.transit_value += change
    if change and data["step"] not in _ON_ITS_WAY:
        yield Kind.VALUE, "transit_value_change 0", shown(change, MONEY)
    if balances.transit_value < 0:
        yield Kind.VALUE, "transit_value at least 0", shown(balances.transit_value, MONEY)
    elif balances.transit_value and not balances.buckets["in_transit"]:
        found = shown(balances.transit_value, MONEY)
        yield Kind.VALUE, "transit_value 0 with nothing in transit", found


def _levels(balances: Balances, levels: Mapping[str, Any]) -> Iterator[Breach]:
    buckets = balances.buckets
    for bucket in OWN_BUCKETS:
        if units(levels[bucket]) != buckets[bucket]:
            yield Kind.LEVELS, f"{bucket} {shown(buckets[bucket], UNITS)}", str(levels[bucket])
    if units(levels["on_hand"]) != balances.on_hand:
        yield Kind.LEVELS, f"on_hand {shown(balances.on_hand, UNITS)}", str(levels["on_hand"])
    if money(levels["value"]) != balances.value:
        yield Kind.LEVELS, f"value {shown(balances.value, MONEY)}", str(levels["value"])
    if money(levels.get("transit_value") or 0) != balances.transit_value:
        expected = f"transit_value {shown(balances.transit_value, MONEY)}"
        yield Kind.LEVELS, expected, str(levels.get("transit_value"))


def _listed(moved: Mapping[str, int]) -> str:
    return ", ".join(f"{bucket} {shown(change, UNITS)}" for bucket, change in sorted(moved.items()))
