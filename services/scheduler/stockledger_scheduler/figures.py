"""Figures of the timers, asked of PostgreSQL now and then."""

from collections.abc import Callable, Sequence
from typing import Final

import asyncpg

from stockledger_scheduler.chores import repeat
from stockledger_scheduler.metrics import Chore, SchedulerMetrics
from stockledger_scheduler.timer import TimerKind
from stockledger_scheduler.timers import figures_of

LOOK_EVERY_SECONDS: Final = 15.0
"""As often as Prometheus asks."""


class TimerFigures:
    """Shows how many timers there are, and how many of them are due."""

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
        await repeat(Chore.COUNTING, self.look, LOOK_EVERY_SECONDS, self._metrics)

    async def look(self) -> None:
        """Look once."""
        found = {kind: (stored, due) for kind, stored, due in await self._figures()}
        for kind in TimerKind:
            self._metrics.show_stored(kind, *found.get(kind, (0, 0)))

    async def _figures(self) -> Sequence[tuple[TimerKind, int, int]]:
        partitions = self._partitions()
        return await figures_of(self._pool, partitions) if partitions else []
