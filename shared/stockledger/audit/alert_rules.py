"""When an item gives cause for an alert, and when that has gone: REQUIREMENTS' table, by hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from stockledger.audit.figures import UNITS, share, units
from stockledger.audit.item_seen import ItemSeen

OUT_OF_STOCK: Final = "OUT_OF_STOCK"
LOW_STOCK: Final = "LOW_STOCK"
REORDER_NEEDED: Final = "REORDER_NEEDED"
OVERSTOCK: Final = "OVERSTOCK"
CAPACITY: Final = "CAPACITY"
SEVERITY_OF: Final[Mapping[str, str]] = {
    OUT_OF_STOCK: "CRITICAL",
    LOW_STOCK: "WARNING",
    REORDER_NEEDED: "INFO",
    OVERSTOCK: "INFO",
}
"""How urgent each alert of an item is; CAPACITY is more or less so."""

FIGURE_MAX: Final = 10**15 - 1
"""The largest figure that is said, in 1/1000 units."""

_HIGHER: Final = 105
_LOWER: Final = 95
_FULL: Final = 100


class Cause(NamedTuple):
    """A kind of alert at an item: its figure, its trigger, and what they say (1/1000 units)."""

    figure: int
    trigger: int | None
    is_there: bool
    has_gone: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """What an item's alerts go by (1/1000 units); without a setting there is no trigger."""

    available: int
    on_hand: int
    total: int
    reorder_point: int | None
    maximum: int | None
    low_stock_percent: int


def figures_of(item: ItemSeen) -> Figures:
    """Return what the alerts of an item go by now."""
    buckets, settings = item.balances.buckets, item.settings
    total = buckets["available"] + buckets["in_transit"] + item.on_order
    return Figures(
        available=buckets["available"],
        on_hand=item.balances.on_hand,
        total=min(total, FIGURE_MAX),
        reorder_point=_units(settings, "reorder_point"),
        maximum=_units(settings, "maximum"),
        low_stock_percent=settings.get("low_stock_percent", 0),
    )


def causes_of(figures: Figures) -> dict[str, Cause]:
    """Return the four causes of alerts at an item."""
    available, on_hand = figures.available, figures.on_hand
    low = _low_trigger(figures)
    return {
        OUT_OF_STOCK: Cause(available, 0, available <= 0, available >= UNITS),
        LOW_STOCK: _scarce(available, low)._replace(
            is_there=low is not None and 0 < available <= low
        ),
        REORDER_NEEDED: _scarce(figures.total, figures.reorder_point),
        OVERSTOCK: _plenty(on_hand, figures.maximum),
    }


def recommended(item: ItemSeen, *, ordered: int = 0) -> int | None:
    """Return how much of an item to order (1/1000 units), had not so much just been ordered.

    None: nobody can say.
    """
    asked = _units(item.settings, "reorder_quantity")
    if asked is not None:
        return asked
    figures = figures_of(item)
    total = figures.total - ordered
    if figures.maximum is None or figures.maximum <= total:
        return None
    return figures.maximum - total


def percent_of(figure: int, percent: int) -> int:
    """Return so many percent of a figure, rounded half to even."""
    return share(figure, percent, _FULL)


def _low_trigger(figures: Figures) -> int | None:
    if figures.maximum is None:
        return figures.reorder_point
    return percent_of(figures.maximum, figures.low_stock_percent)


def _scarce(figure: int, trigger: int | None) -> Cause:
    """Return a cause that is there at its trigger or below, and goes above it."""
    if trigger is None:
        return Cause(figure, None, is_there=False, has_gone=True)
    has_gone = figure - trigger >= UNITS and figure * _FULL >= trigger * _HIGHER
    return Cause(figure, trigger, figure <= trigger, has_gone)


def _plenty(figure: int, trigger: int | None) -> Cause:
    """Return a cause that is there above its trigger, and goes below it, or with everything."""
    if trigger is None:
        return Cause(figure, None, is_there=False, has_gone=True)
    has_gone = trigger - figure >= UNITS and figure * _FULL <= trigger * _LOWER
    return Cause(figure, trigger, figure > trigger, has_gone or figure <= 0)


def _units(settings: Mapping[str, Any], name: str) -> int | None:
    number = settings.get(name)
    return None if number is None else units(number)
