"""Backdated changes: what was in effect in a warehouse before it was recorded.

Each backdated movement counts when it took effect, and is taken away when it was recorded: the
sum up to a time is what was in effect then, and not yet in the recorded figures. Kept by months,
days and hours (UTC), so that a few rows make the sum of years.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import ClassVar, Final

from stockledger.delivered_events import DeliveredEvent
from stockledger.rows import columns
from stockledger.statements import Connection, load_statements
from stockledger_projector.views.event_fields import effective_time
from stockledger_projector.views.movement_changes import FigureChanges, add_changes, no_changes
from stockledger_projector.views.view import MOVEMENT_KINDS

SQL: Final = load_statements(Path(__file__).with_suffix(".sql"))
TABLE: Final = "backdated_changes"


class Grain(StrEnum):
    """How long the time is that a row sums up."""

    MONTH = "month"
    DAY = "day"
    HOUR = "hour"


BackdatedRow = tuple[object, ...]


class BackdatedChanges:
    """Keeps `backdated_changes`."""

    table: ClassVar[str] = TABLE
    types: ClassVar[Sequence[str]] = tuple(MOVEMENT_KINDS)

    def fold(self, events: Sequence[DeliveredEvent]) -> list[BackdatedRow]:
        """Return what is added to each time."""
        sums: dict[tuple[object, ...], FigureChanges] = {}
        for event in events:
            if event.type not in MOVEMENT_KINDS:
                continue
            body = event.body()
            effective_at = effective_time(body)
            if effective_at is None:
                continue
            for time, sign in ((effective_at, 1), (event.recorded_at, -1)):
                for grain in Grain:
                    begin = begin_of(grain, time)
                    key = (event.tenant_id, body["warehouse_id"], grain, begin, event.partition)
                    add_changes(sums.setdefault(key, no_changes()), body, sign)
        return [(*key, *changes) for key, changes in sums.items()]

    async def write(
        self, connection: Connection, schema: str, changes: Sequence[BackdatedRow]
    ) -> None:
        """Add the changes."""
        del schema
        if changes:
            await connection.execute(SQL["add"], *columns(changes))


def begin_of(grain: Grain, time: datetime) -> datetime:
    """Return when the month, day or hour (UTC) of a time began."""
    hour = time.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    if grain is Grain.HOUR:
        return hour
    day = hour.replace(hour=0)
    return day if grain is Grain.DAY else day.replace(day=1)
