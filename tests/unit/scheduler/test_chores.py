"""What is done beside keeping and sending timers fails alone, and is tried again."""

import asyncio

import asyncpg
import pytest
from prometheus_client import CollectorRegistry

from stockledger.errors import LogUnavailable
from stockledger_scheduler.chores import repeat
from stockledger_scheduler.metrics import Chore, SchedulerMetrics

HOUR = 3_600.0


class Counting:
    """Fails in these ways, one after the other, then succeeds."""

    def __init__(self, *failures: Exception) -> None:
        self.done = asyncio.Event()
        self._failures = list(failures)

    async def work(self) -> None:
        if self._failures:
            raise self._failures.pop(0)
        self.done.set()


async def test_a_chore_that_fails_is_counted_and_tried_again_soon() -> None:
    registry = CollectorRegistry()
    metrics = SchedulerMetrics(registry)
    counting = Counting(LogUnavailable(), asyncpg.InsufficientPrivilegeError("no"), TimeoutError())
    running = asyncio.create_task(
        repeat(Chore.COUNTING, counting.work, HOUR, metrics, retry_seconds=0)
    )

    await asyncio.wait_for(counting.done.wait(), 5)

    assert not running.done()
    running.cancel()
    failed = registry.get_sample_value("inventory_chores_failed_total", {"chore": "counting"})
    assert failed == 3


async def test_a_mistake_of_our_own_is_not_passed_over() -> None:
    counting, metrics = Counting(KeyError("stored")), SchedulerMetrics(CollectorRegistry())
    with pytest.raises(KeyError):
        await repeat(Chore.COUNTING, counting.work, HOUR, metrics)
