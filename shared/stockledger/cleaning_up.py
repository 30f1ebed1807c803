"""Deleting what is past retention: round after round, some rows at a time."""

import asyncio
from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Final

from prometheus_client import Counter

from stockledger.chores import repeat

FIRST_SECONDS: Final = 60.0
"""Before the first round: what a start has to do comes first."""

EVERY_SECONDS: Final = 3_600.0
"""Between two rounds: what an hour brings is little beside what is kept for days."""

ROWS_MAX: Final = 2_000
"""Rows deleted in one transaction: some ten milliseconds."""

PAUSE_SECONDS: Final = 0.05
"""Between two transactions, so that deleting never takes more than a part of the disk's time."""


async def clean_up(
    chore: StrEnum, delete: Callable[[], Awaitable[object]], failed: Counter
) -> None:
    """Delete until cancelled; a round that fails is counted, by chore, and tried again."""
    await asyncio.sleep(FIRST_SECONDS)
    await repeat(chore, delete, EVERY_SECONDS, failed)
