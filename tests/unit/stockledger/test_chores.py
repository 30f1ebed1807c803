"""What a service does beside its work fails alone, and is tried again."""

import asyncio
from enum import StrEnum

import asyncpg
import pytest
from prometheus_client import CollectorRegistry, Counter

from stockledger.chores import repeat
from stockledger.errors import LogUnavailable

HOUR = 3_600.0


class Chore(StrEnum):
    """What is done beside."""

    SWEEPING = "sweeping"


class Counting:
    """Fails in these ways, one after the other, then succeeds."""

    def __init__(self, *failures: Exception) -> None:
        self.done = asyncio.Event()
        self._failures = list(failures)

    async def work(self) -> None:
        if self._failures:
            raise self._failures.pop(0)
        self.done.set()


def counter(registry: CollectorRegistry) -> Counter:
    return Counter("chores_failed", "Chores that failed.", ["chore"], registry=registry)


async def test_a_chore_that_fails_is_counted_and_tried_again_soon() -> None:
    registry = CollectorRegistry()
    counting = Counting(LogUnavailable(), asyncpg.InsufficientPrivilegeError("no"), TimeoutError())
    running = asyncio.create_task(
        repeat(Chore.SWEEPING, counting.work, HOUR, counter(registry), retry_seconds=0)
    )

    await asyncio.wait_for(counting.done.wait(), 5)

    assert not running.done()
    running.cancel()
    assert registry.get_sample_value("chores_failed_total", {"chore": "sweeping"}) == 3


async def test_a_mistake_of_our_own_is_not_passed_over() -> None:
    counting = Counting(KeyError("stored"))
    with pytest.raises(KeyError):
        await repeat(Chore.SWEEPING, counting.work, HOUR, counter(CollectorRegistry()))
