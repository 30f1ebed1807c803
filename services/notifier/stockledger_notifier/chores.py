"""What is done beside following and sending: its failures are never theirs."""

import asyncio
from collections.abc import Awaitable, Callable

import asyncpg
import structlog

from stockledger.errors import StockledgerError
from stockledger_notifier.metrics import Chore, NotifierMetrics

_log = structlog.get_logger(__name__)


async def repeat(
    chore: Chore, work: Callable[[], Awaitable[object]], seconds: float, metrics: NotifierMetrics
) -> None:
    """Work every so many seconds until cancelled; what PostgreSQL fails to do is tried again."""
    while True:
        try:
            await work()
        except (StockledgerError, asyncpg.PostgresError, TimeoutError) as error:
            metrics.chores_failed.labels(chore).inc()
            _log.warning("a chore failed", chore=chore, error=f"{type(error).__name__}: {error}")
        await asyncio.sleep(seconds)
