"""What an order has to sell as it is accepted: all that it asks for, and nothing beyond."""

from collections import Counter
from collections.abc import Iterator, Mapping

from stockledger.audit.decision import ItemPlace
from stockledger.audit.figures import UNITS, shown, units
from stockledger.audit.reservations import Lines, by_item


def not_whole(
    asked: Lines, sold: Lines, kept: Mapping[ItemPlace, int]
) -> Iterator[tuple[str, str]]:
    """Yield what was expected and found where an order does not sell what it asks for.

    `sold` with it, beyond what is `kept` of earlier sales under it and counts first.
    """
    named = by_item([line for line in asked if line.get("warehouse_id") is not None])
    now = by_item(sold)
    for place, quantity in named.items():
        there = kept.get(place, 0) + now.get(place, 0)
        if there < quantity:
            yield f"{shown(quantity, UNITS)} of {'/'.join(place)} sold", shown(there, UNITS)
    lacking = _lacking(asked, named, kept)
    found: Counter[str] = Counter()
    for (_, sku), quantity in now.items():
        found[sku] += quantity
    for sku in sorted({*lacking, *found}):
        if found[sku] != lacking[sku]:
            expected = f"{shown(lacking[sku], UNITS)} of {sku} sold with it, to be whole"
            yield expected, shown(found[sku], UNITS)


def _lacking(
    asked: Lines, named: Mapping[ItemPlace, int], kept: Mapping[ItemPlace, int]
) -> Counter[str]:
    """Return by SKU what was not sold before; what a warehouse has beyond its lines is spare."""
    lacking: Counter[str] = Counter()
    spare: Counter[str] = Counter()
    for place in {**named, **kept}:
        difference = named.get(place, 0) - kept.get(place, 0)
        if difference > 0:
            lacking[place[1]] += difference
        else:
            spare[place[1]] -= difference
    anywhere: Counter[str] = Counter()
    for line in asked:
        if line.get("warehouse_id") is None:
            anywhere[line["sku"]] += units(line["quantity"])
    for sku, quantity in anywhere.items():
        lacking[sku] += max(0, quantity - spare[sku])
    return lacking
