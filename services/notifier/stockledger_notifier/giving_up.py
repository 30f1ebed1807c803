"""Gives up what could not go out for long, so that no destination that is gone keeps a queue.

While a destination fails in a row, most of what waits for it is not tried, so that the number of
attempts alone would end little of it.
"""

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Final

import asyncpg
import structlog

from stockledger.event_log.driver_errors import log_errors
from stockledger.statements import load_statements
from stockledger_notifier.channels.channel import Route
from stockledger_notifier.metrics import NotifierMetrics, Result
from stockledger_notifier.outbox import NOT_CONFIGURED

SQL: Final = load_statements(Path(__file__).with_suffix(".sql"))

AGE_MAX: Final = timedelta(days=2)
"""For so long a delivery is tried, from when it was to go out: a weekend of a receiver's outage."""

EVERY_SECONDS: Final = 60.0
"""Between two looks for what is too old."""

GIVEN_UP_AT_ONCE_MAX: Final = 5_000
"""Deliveries of one statement: some hundred milliseconds."""

TOO_OLD: Final = "It could not go out for two days."

_log = structlog.get_logger(__name__)


class GivingUp:
    """Gives deliveries up by their age; orders are not, for people are told that they wait.

    What waits for its channel to be set up is not either: nobody has tried it.
    """

    def __init__(
        self,
        pool: "asyncpg.Pool[asyncpg.Record]",
        configured: Iterable[Route],
        metrics: NotifierMetrics,
    ) -> None:
        self._pool = pool
        self._routes = sorted(set(configured) - {Route.SUPPLIER})
        self._metrics = metrics

    async def give_up(self) -> int:
        """Give up what is too old now; return how many deliveries that was."""
        total = 0
        for route in self._routes:
            total += await self._give_up(route)
        if total:
            _log.warning("deliveries given up for their age", deliveries=total)
        return total

    async def _give_up(self, route: Route) -> int:
        total, given_up = 0, GIVEN_UP_AT_ONCE_MAX
        while given_up == GIVEN_UP_AT_ONCE_MAX:
            with log_errors():
                done = await self._pool.execute(
                    SQL["give_up"], route, AGE_MAX, NOT_CONFIGURED, TOO_OLD, GIVEN_UP_AT_ONCE_MAX
                )
            given_up = int(done.split()[-1])
            self._metrics.deliveries.labels(route, Result.GIVEN_UP).inc(given_up)
            total += given_up
        return total
