"""What is done beside keeping and sending timers: its failures are never theirs."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import asyncpg
import structlog

from stockledger.errors import StockledgerError
from stockledger_scheduler.metrics import Chore, SchedulerMetrics

RETRY_SECONDS: Final = 60.0
"""Longest time until a chore that failed is tried again: PostgreSQL may be back by then."""

_log = structlog.get_logger(__name__)


async def repeat(
    chore: Chore,
    work: Callable[[], Awaitable[object]],
    seconds: float,
    metrics: SchedulerMetrics,
    retry_seconds: float = RETRY_SECONDS,
) -> None:
    """Work every so many seconds until cancelled; what PostgreSQL fails to do is tried again."""
    while True:
        pause = seconds
        try:
            await work()
        except (StockledgerError, asyncpg.PostgresError, TimeoutError) as error:
            metrics.chores_failed.labels(chore).inc()
            _log.warning("a chore failed", chore=chore, error=f"{type(error).__name__}: {error}")
            pause = min(seconds, retry_seconds)
        await asyncio.sleep(pause)
