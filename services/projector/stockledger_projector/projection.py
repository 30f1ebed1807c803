"""What the projector makes of the events: all views and the levels topic, in one transaction."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import asyncpg

from stockledger.crash_points import CrashPoints
from stockledger.delivered_events import DeliveredEvent
from stockledger.event_intake import PartitionsHeld
from stockledger.statements import Connection
from stockledger_projector.views.movements import MovementRow, Movements
from stockledger_projector.views.stock_levels import LevelChanges, StockLevels
from stockledger_projector.views.view import LIVE_SCHEMA
from stockledger_projector.views.warehouses import WarehouseChanges, Warehouses

GROUP: Final = "projector"
"""The views' place in the positions; also names the consumer group."""

USE_SCHEMA: Final = "select set_config('search_path', $1, true)"
"""Where the views' statements find their tables, until the transaction ends."""


class PublishedLevels(PartitionsHeld, Protocol):
    """Where the changed levels go."""

    async def publish(self, rows: Sequence[asyncpg.Record]) -> None:
        """Publish level rows; they are acknowledged when this returns."""
        ...


@dataclass(frozen=True, slots=True)
class Folded:
    """What a batch changes in each view."""

    levels: LevelChanges
    movements: list[MovementRow]
    warehouses: WarehouseChanges


class Projection:
    """The subscriber that keeps the views and the levels topic."""

    def __init__(self, levels_topic: PublishedLevels, crash_points: CrashPoints) -> None:
        self._levels_topic = levels_topic
        self._crash_points = crash_points
        self._levels = StockLevels()
        self._movements = Movements()
        self._warehouses = Warehouses()

    async def owned(self, partitions: Sequence[int]) -> None:
        """Let no other process publish levels of these partitions."""
        await self._levels_topic.owned(partitions)

    async def released(self) -> None:
        """Publish levels no more."""
        await self._levels_topic.released()

    def fold(self, events: Sequence[DeliveredEvent]) -> Folded:
        """Return what the events change in each view."""
        return Folded(
            self._levels.fold(events),
            self._movements.fold(events),
            self._warehouses.fold(events),
        )

    async def apply(self, connection: Connection, folded: Folded) -> None:
        """Write every view, and publish the changed levels while PostgreSQL works on the rest.

        The levels are acknowledged when this returns, thus before the positions move: no
        position passes a level that is not in the topic.
        """
        await connection.execute(USE_SCHEMA, LIVE_SCHEMA)
        rows = await self._levels.write_returning(connection, folded.levels)
        self._crash_points.passed("projector-before-levels")
        publishing = asyncio.create_task(self._levels_topic.publish(rows))
        try:
            await self._movements.write(connection, LIVE_SCHEMA, folded.movements)
            await self._warehouses.write(connection, LIVE_SCHEMA, folded.warehouses)
        finally:
            await publishing
        self._crash_points.passed("projector-after-levels")

    async def committed(self) -> None:
        """Know that the batch is done."""
        self._crash_points.passed("projector-after-commit")
