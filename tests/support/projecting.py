"""Folding recorded events into the views by the product's own code, without Kafka."""

import contextlib
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any

import asyncpg
from starlette.applications import Starlette

from stockledger.crash_points import CrashPoints
from stockledger.delivered_events import DeliveredEvent, event_of_log
from stockledger.event_log.interface import StoredEvent
from stockledger.positions import Positions, Step
from stockledger_projector.level_snapshots import snapshot_of
from stockledger_projector.projection import GROUP, Projection

PARTITIONS = 4


class KeptLevels:
    """Stands for the levels topic: keeps what would be published, by item."""

    def __init__(self) -> None:
        self.snapshots: dict[tuple[str, str, str], dict[str, Any]] = {}

    async def owned(self, partitions: Sequence[int]) -> None:
        """Need nothing."""

    async def released(self) -> None:
        """Need nothing."""

    async def publish(self, rows: Sequence[asyncpg.Record]) -> None:
        for row in rows:
            self.snapshots[row["tenant_id"], row["warehouse_id"], row["sku"]] = snapshot_of(row)


class Projecting:
    """The live projection, fed by hand."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        self.pool = pool
        self.levels = KeptLevels()
        self._projection = Projection(self.levels, CrashPoints({}))
        self._positions = Positions(GROUP)

    async def fold(self, events: Sequence[StoredEvent]) -> None:
        """Fold events in one transaction, as a batch."""
        delivered = [event_of_log(event) for event in events]
        async with self.pool.acquire() as connection:
            await self._positions.begin(connection, range(PARTITIONS))
            async with connection.transaction():
                await self._positions.advance(connection, steps_of(delivered))
                await self._projection.apply(connection, self._projection.fold(delivered))
        await self._projection.committed()


def steps_of(events: Sequence[DeliveredEvent]) -> list[Step]:
    """Return where a batch of consecutive events takes each partition."""
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for event in events:
        first.setdefault(event.partition, event.position)
        last[event.partition] = event.position
    return [Step(each, first[each] - 1, last[each], None) for each in sorted(first)]


async def rows_of(
    session: "asyncpg.Connection[asyncpg.Record]", table: str
) -> list[Mapping[str, Any]]:
    """Return all rows of a view as dictionaries, in the order of its key."""
    found = await session.fetch(f"select * from {table} order by 1, 2, 3, 4, 5")  # noqa: S608 - our name
    return [dict(row) for row in found]


@contextlib.asynccontextmanager
async def no_worker(_app: Starlette) -> AsyncGenerator[None]:
    """Let the application live without a loop beside it."""
    yield
