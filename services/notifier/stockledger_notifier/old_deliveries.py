"""Deletes what was sent to whom, and the notifications of it, when it is long over.

Their keys keep an event that is read again from being told again. Normally none is: a row and the
position behind its event are committed together. Only when positions are set back by hand is the
log followed anew, and then nobody is told of what happened longer ago than `notify_within`, while
what is deleted is older. Orders would go out however old they are, unless the log says that they
are settled. One that was delivered is: the command that says so was published before. One that the
supplier refused is not, so it is kept until it is settled. An alert that is open keeps its
notifications: who was told of it is to be told of its end.
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Final

import asyncpg
import structlog

from stockledger.cleaning_up import PAUSE_SECONDS, ROWS_MAX, clean_up
from stockledger.event_log.driver_errors import log_errors
from stockledger.statements import load_statements
from stockledger_notifier.channels.channel import Route
from stockledger_notifier.metrics import Chore, NotifierMetrics

SQL: Final = load_statements(Path(__file__).with_suffix(".sql"))

_log = structlog.get_logger(__name__)


class OldDeliveries:
    """Deletes, round after round, the oldest first; several processes may do so at once."""

    def __init__(
        self,
        pool: "asyncpg.Pool[asyncpg.Record]",
        retention: timedelta,
        metrics: NotifierMetrics,
        rows_max: int = ROWS_MAX,
    ) -> None:
        self._pool = pool
        self._retention = retention
        self._metrics = metrics
        self._rows_max = rows_max

    async def run(self) -> None:
        """Delete until cancelled."""
        await clean_up(Chore.DELETING, self.delete, self._metrics.chores_failed)

    async def delete(self) -> int:
        """Delete all that is old now; return how many deliveries that was."""
        total = 0
        for route in Route:
            total += await self._delete(route)
        if total:
            _log.info("deliveries past retention deleted", deliveries=total)
        return total

    async def _delete(self, route: Route) -> int:
        """Delete old deliveries of a channel, and the notifications up to the same events."""
        total, deleted = 0, self._rows_max
        while deleted == self._rows_max:
            with log_errors():
                rows = await self._pool.fetch(
                    SQL["delete_deliveries"], route, self._retention, self._rows_max
                )
            deleted = len(rows)
            total += deleted
            self._metrics.deliveries_deleted.inc(deleted)
            for partition, position in _latest(rows).items():
                await self._delete_notifications(partition, position)
            await asyncio.sleep(PAUSE_SECONDS)
        return total

    async def _delete_notifications(self, partition: int, position: int) -> None:
        deleted = self._rows_max
        while deleted == self._rows_max:
            with log_errors():
                done = await self._pool.execute(
                    SQL["delete_notifications"], partition, position, self._rows_max
                )
            deleted = int(done.split()[-1])
            await asyncio.sleep(PAUSE_SECONDS)


def _latest(rows: list[asyncpg.Record]) -> Mapping[int, int]:
    """Return the last position of each partition."""
    latest: dict[int, int] = defaultdict(int)
    for partition, position in rows:
        latest[partition] = max(latest[partition], position)
    return latest
