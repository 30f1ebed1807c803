"""Fulfilment: how many reservations were made, sold, given back and left to expire, by hour."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Final

from stockledger.delivered_events import DeliveredEvent
from stockledger.messages.registry import type_name
from stockledger.messages.reservation import (
    ReservationConfirmed,
    ReservationCreated,
    ReservationExpired,
    ReservationReleased,
)
from stockledger.rows import columns
from stockledger.statements import Connection, load_statements

SQL: Final = load_statements(Path(__file__).with_suffix(".sql"))
TABLE: Final = "fulfilment"

_COLUMNS: Final = {
    type_name(ReservationCreated): 0,
    type_name(ReservationConfirmed): 1,
    type_name(ReservationReleased): 2,
    type_name(ReservationExpired): 3,
}
"""What is counted, and in which of the four columns."""

FulfilmentRow = tuple[object, ...]


class Fulfilment:
    """Keeps `fulfilment`."""

    table: ClassVar[str] = TABLE
    types: ClassVar[Sequence[str]] = tuple(_COLUMNS)

    def fold(self, events: Sequence[DeliveredEvent]) -> list[FulfilmentRow]:
        """Return how many there were of each, by tenant and hour."""
        counts: dict[tuple[object, ...], list[int]] = {}
        for event in events:
            column = _COLUMNS.get(event.type)
            if column is not None:
                hour = event.recorded_at.replace(minute=0, second=0, microsecond=0)
                key = (event.tenant_id, hour, event.partition)
                counts.setdefault(key, [0, 0, 0, 0])[column] += 1
        return [(*key, *counted) for key, counted in counts.items()]

    async def write(
        self, connection: Connection, schema: str, changes: Sequence[FulfilmentRow]
    ) -> None:
        """Add the counts."""
        del schema
        if changes:
            await connection.execute(SQL["count"], *columns(changes))
