"""Figures of the timers, asked of PostgreSQL now and then."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

import asyncpg

from stockledger.chores import repeat
from stockledger_scheduler.metrics import Chore, SchedulerMetrics
from stockledger_scheduler.timer import TimerKind
from stockledger_scheduler.timers import Figures, figures_of

LOOK_EVERY_SECONDS: Final = 15.0
"""As often as Prometheus asks."""

REST_TIMES: Final = 20
"""A rest as many times as long as the look took comes on top: millions take seconds to count."""


class TimerFigures:
    """Shows how many timers there are, how many of them are due, and for how long."""

    def __init__(
        self,
        pool: "asyncpg.Pool[asyncpg.Record]",
        partitions: Callable[[], Sequence[int]],
        metrics: SchedulerMetrics,
    ) -> None:
        self._pool = pool
        self._partitions = partitions
        self._metrics = metrics

    async def run(self) -> None:
        """Look again and again until cancelled."""
        failed = self._metrics.chores_failed
        await repeat(Chore.COUNTING, self._look_and_rest, LOOK_EVERY_SECONDS, failed)

    async def look(self) -> None:
        """Look once."""
        found = await figures_of(self._pool, self._partitions())
        for kind in TimerKind:
            self._metrics.show_stored(kind, found.get(kind, Figures()))

    async def _look_and_rest(self) -> None:
        clock = asyncio.get_running_loop().time
        began = clock()
        await self.look()
        await asyncio.sleep(REST_TIMES * (clock() - began))
