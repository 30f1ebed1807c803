"""The shadow of a view: the same table in another schema, folded from the log."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import asyncpg

from stockledger.delivered_events import DeliveredEvent, event_of_log
from stockledger.event_log.interface import EventLog
from stockledger.positions import Positions, Step
from stockledger.statements import load_statements
from stockledger_projector.projection import USE_SCHEMA
from stockledger_projector.views.view import SHADOW_SCHEMA, View

SQL: Final = load_statements(Path(__file__).with_name("rebuild.sql"))

CHUNK_EVENTS: Final = 10_000
"""Events folded in one transaction: large, for most are overtaken inside it; about 20 MB."""


class Shadow:
    """One view, folded up to where the live one is."""

    def __init__(
        self, view: View[Any], log: EventLog, pool: "asyncpg.Pool[asyncpg.Record]"
    ) -> None:
        self._view = view
        self._log = log
        self._pool = pool
        self._positions = Positions(f"rebuild.{view.table}")
        self._folded: dict[int, int] = {}

    async def create(self, partitions: Sequence[int]) -> None:
        """Make the table, empty; what an earlier rebuild left is dropped."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(SQL["create"], self._view.table)
            await self._positions.begin(connection, partitions)
        self._folded = dict.fromkeys(partitions, 0)

    def missing(self, positions: Mapping[int, int]) -> int:
        """Return how many events there are up to these positions that are not folded."""
        return sum(position - self._folded[p] for p, position in positions.items())

    async def fold_up_to(self, positions: Mapping[int, int]) -> None:
        """Fold what is missing up to these positions, by partition."""
        for partition, position in positions.items():
            await self._fold_partition(partition, position)

    async def _fold_partition(self, partition: int, until: int) -> None:
        """Read the next chunk while the one before is written."""
        reading = asyncio.create_task(self._read(partition, self._folded[partition], until))
        try:
            while self._folded[partition] < until:
                events, reached = await reading
                reading = asyncio.create_task(self._read(partition, reached, until))
                await self._write(partition, events, reached)
        finally:
            reading.cancel()
            await asyncio.wait({reading})

    async def _read(
        self, partition: int, behind: int, until: int
    ) -> tuple[Sequence[DeliveredEvent], int]:
        """Return the next events that matter, and the position read up to."""
        reached = min(behind + CHUNK_EVENTS, until)
        if reached == behind:
            return [], reached
        stored = await self._log.read_partition(
            partition, behind + 1, reached - behind, self._view.types
        )
        return [event_of_log(each) for each in stored if each.position <= reached], reached

    async def _write(self, partition: int, events: Sequence[DeliveredEvent], reached: int) -> None:
        changes = self._view.fold(events)
        step = Step(partition, self._folded[partition], reached, None)
        async with self._pool.acquire() as connection, connection.transaction():
            await self._positions.advance(connection, [step])
            await connection.execute(USE_SCHEMA, SHADOW_SCHEMA)
            await self._view.write(connection, SHADOW_SCHEMA, changes)
        self._folded[partition] = reached
