"""Availability of a basket: whether its lines can be reserved now, all of them together.

Asked of `stock_levels`, `holds` and `warehouses`; the rules are those by which ReserveStock is
decided, so that both say the same as long as nothing happens in between.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from stockledger.statements import load_statements

SQL: Final = load_statements(Path(__file__).with_suffix(".sql"))

Wanted = tuple[str, str | None]
"""A SKU of one warehouse, or of any that is active: quantities of the same add up."""


@dataclass(slots=True)
class ItemNow:
    """An item of a SKU: what may be promised of it now, and what a basket leaves of that."""

    warehouse_id: str
    is_active: bool
    priority: int
    available: int
    next_lapse: datetime | None
    left: int


def fits(
    items: Mapping[str, Sequence[ItemNow]], basket: Mapping[Wanted, int], *, split: bool
) -> dict[Wanted, bool]:
    """Take a basket out of the items, by SKU; return what of it can be had as a whole.

    Named warehouses first. Any warehouse: by priority, then where most is left; from several only
    when it may be split.
    """
    named_first = sorted(basket, key=lambda wanted: wanted[1] is None)
    return {
        wanted: _take(usable_items(items.get(wanted[0], ()), wanted), basket[wanted], split=split)
        for wanted in named_first
    }


def usable_items(items: Sequence[ItemNow], wanted: Wanted) -> Sequence[ItemNow]:
    """Return the items that it may be taken from, in the order in which they are tried."""
    _, warehouse_id = wanted
    usable = [
        item for item in items if item.is_active and warehouse_id in (None, item.warehouse_id)
    ]
    return sorted(usable, key=lambda item: (item.priority, -item.left, item.warehouse_id))


def _take(usable: Sequence[ItemNow], quantity: int, *, split: bool) -> bool:
    rooms = [max(item.left, 0) for item in usable]
    available = sum(rooms) if split else max(rooms, default=0)
    rest = least = min(quantity, available)
    for item, room in zip(usable, rooms, strict=True):
        if split or room >= least:
            taken = min(room, rest)
            item.left -= taken
            rest -= taken
    return available >= quantity
