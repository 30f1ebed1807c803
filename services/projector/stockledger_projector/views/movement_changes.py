"""What a movement's event changes of an item's figures, and what they are after it."""

from collections.abc import Mapping
from typing import Any, Final

from stockledger.amounts import money_of_event, quantity_of_event

FIGURES: Final = (
    "available",
    "reserved",
    "damaged",
    "quarantined",
    "in_transit",
    "value",
    "transit_value",
)
"""An item's figures, in the order in which they are kept."""

_PLACES: Final = {name: place for place, name in enumerate(FIGURES)}

FigureChanges = list[int]
"""What becomes of each figure, in the order of `FIGURES`."""


def no_changes() -> FigureChanges:
    """Return changes of nothing, to be added to."""
    return [0] * len(FIGURES)


def add_changes(changes: FigureChanges, body: Mapping[str, Any], sign: int = 1) -> None:
    """Add what a movement changes; with sign -1 take it away."""
    for entry in body.get("entries", ()):
        place = _PLACES.get(entry["bucket"])
        if place is not None:
            changes[place] += sign * quantity_of_event(entry["change"])
    changes[-2] += sign * money_of_event(body["value_change"])
    changes[-1] += sign * money_of_event(body.get("transit_value_change") or 0)


def figures_after(body: Mapping[str, Any]) -> tuple[int, ...]:
    """Return the figures after a movement, in the order of `FIGURES`."""
    levels: Mapping[str, float] = body["levels"]
    return (
        quantity_of_event(levels["available"]),
        quantity_of_event(levels["reserved"]),
        quantity_of_event(levels["damaged"]),
        quantity_of_event(levels["quarantined"]),
        quantity_of_event(levels["in_transit"]),
        money_of_event(levels["value"]),
        money_of_event(levels.get("transit_value") or 0),
    )
