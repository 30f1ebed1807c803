"""What a service does beside its work: its failures are never those of the work."""

import asyncio
from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Final

import asyncpg
import structlog
from prometheus_client import Counter

from stockledger.errors import StockledgerError

RETRY_SECONDS: Final = 60.0
"""Longest time until a chore that failed is tried again: PostgreSQL may be back by then."""

_log = structlog.get_logger(__name__)


async def repeat(
    chore: StrEnum,
    work: Callable[[], Awaitable[object]],
    seconds: float,
    failed: Counter,
    retry_seconds: float = RETRY_SECONDS,
) -> None:
    """Work every so many seconds until cancelled; what PostgreSQL fails to do is tried again.

    It is counted as `failed`, by chore.
    """
    while True:
        pause = seconds
        try:
            await work()
        except (StockledgerError, asyncpg.PostgresError, TimeoutError) as error:
            failed.labels(chore).inc()
            _log.warning("a chore failed", chore=chore, error=f"{type(error).__name__}: {error}")
            pause = min(seconds, retry_seconds)
        await asyncio.sleep(pause)
