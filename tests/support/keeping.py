"""Folding recorded events into the timers by the product's own code, without Kafka."""

from collections.abc import Iterable
from datetime import datetime

import asyncpg

from stockledger.delivered_events import event_of_log
from stockledger.event_log.interface import StoredEvent
from stockledger.positions import Positions
from stockledger_scheduler import timers
from stockledger_scheduler.folding import fold
from stockledger_scheduler.following import GROUP
from stockledger_scheduler.fronts import FIRST, Asked
from stockledger_scheduler.rooms import Room
from tests.support.projecting import PARTITIONS, steps_of

Deadlines = dict[tuple[str, str], datetime]
"""When timers are due, by tenant and id; a daily check has no id."""


class Keeping:
    """The timers' tables, fed by hand."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        self.pool = pool
        self._positions = Positions(GROUP)

    async def fold(self, *events: StoredEvent) -> None:
        """Fold events in one transaction, as a batch."""
        delivered = [event_of_log(event) for event in events]
        async with self.pool.acquire() as connection:
            await self._positions.begin(connection, range(PARTITIONS))
            async with connection.transaction():
                await self._positions.advance(connection, steps_of(delivered))
                await timers.write(connection, fold(delivered))

    async def due(
        self,
        partitions: Iterable[int] = range(PARTITIONS),
        timers_max: int = 9,
        since: datetime = FIRST,
    ) -> timers.DueNow:
        """Return what is due in all rooms of partitions, at most so many timers of each."""
        asked = [Asked(each, room, since, timers_max) for each in partitions for room in Room]
        return await timers.due_now(self.pool, asked)

    async def deadlines(self, kind: str = "reservation") -> Deadlines:
        """Return all timers of a kind."""
        rows = await self.pool.fetch(
            "select tenant_id, id, due from timers.timers where kind = $1", kind
        )
        return {(row["tenant_id"], row["id"]): row["due"] for row in rows}

    async def check_of(self, tenant: str) -> datetime:
        """Return when a tenant's next daily check is due."""
        return (await self.deadlines("daily_check"))[tenant, ""]
