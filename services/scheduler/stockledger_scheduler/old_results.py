"""Deletes old answers: a repeat of a command so old is refused for its age."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final

import asyncpg
import structlog

from stockledger.cleaning_up import PAUSE_SECONDS, ROWS_MAX, clean_up
from stockledger.event_log.driver_errors import log_errors
from stockledger.event_log.interface import BEFORE_ALL_OFFSETS
from stockledger.statements import load_statements
from stockledger_scheduler.metrics import Chore, SchedulerMetrics

SQL: Final = load_statements(Path(__file__).with_suffix(".sql"))

_log = structlog.get_logger(__name__)


class OldResults:
    """Deletes, round after round, in the partitions that are this process's at the time.

    A transaction deletes the oldest, so a round that is cut short is gone on with by the next.
    """

    def __init__(
        self,
        pool: "asyncpg.Pool[asyncpg.Record]",
        partitions: Callable[[], Sequence[int]],
        retention: timedelta,
        metrics: SchedulerMetrics,
        rows_max: int = ROWS_MAX,
    ) -> None:
        self._pool = pool
        self._partitions = partitions
        self._retention = retention
        self._metrics = metrics
        self._rows_max = rows_max

    async def run(self) -> None:
        """Delete until cancelled."""
        await clean_up(Chore.DELETING, self.delete, self._metrics.chores_failed)

    async def delete(self) -> int:
        """Delete all that is old now; return how many answers that was."""
        deleted = 0
        for partition in self._partitions():
            deleted += await self._delete_of(partition)
        if deleted:
            _log.info("answers past retention deleted", answers=deleted)
        return deleted

    async def _delete_of(self, partition: int) -> int:
        total, offset = 0, BEFORE_ALL_OFFSETS
        while partition in self._partitions():
            with log_errors():
                row = await self._pool.fetchrow(
                    SQL["delete"], partition, offset, self._retention, self._rows_max
                )
            deleted = 0 if row is None else row["deleted"]
            total += deleted
            self._metrics.results_deleted.inc(deleted)
            if row is None or deleted < self._rows_max:
                break
            offset = row["next_offset"]
            await asyncio.sleep(PAUSE_SECONDS)
        return total
