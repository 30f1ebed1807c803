"""What every view that is kept in tables offers to the live projector and to its rebuild."""

import re
from collections.abc import Sequence
from typing import ClassVar, Final, Protocol, TypeVar

from stockledger.delivered_events import DeliveredEvent
from stockledger.messages.item import CostCorrected, StockMoved
from stockledger.messages.registry import EVENT_TYPES
from stockledger.statements import Connection

LIVE_SCHEMA: Final = "views"
SHADOW_SCHEMA: Final = "views_shadow"

_NEXT_WORD: Final = re.compile(r"(?<!^)(?=[A-Z])")
MOVEMENT_KINDS: Final = {
    name: _NEXT_WORD.sub(
        "_", event.__name__.removeprefix("Stock").removesuffix("StockMoved")
    ).lower()
    for name, event in EVENT_TYPES.items()
    if issubclass(event, StockMoved | CostCorrected)
}
"""Types of events that change an item's figures, and the short name of that kind of movement."""

Changes = TypeVar("Changes")


class View(Protocol[Changes]):
    """A table that follows from the events. Its statements name it without a schema."""

    table: ClassVar[str]
    """The table's name in the live and in the shadow schema."""

    types: ClassVar[Sequence[str]]
    """The types of events that change it."""

    def fold(self, events: Sequence[DeliveredEvent]) -> Changes:
        """Return what the events, in order, change; of one item's states only the last."""
        ...

    async def write(self, connection: Connection, schema: str, changes: Changes) -> None:
        """Write the changes; the schema is the first of the search path already."""
        ...
