"""Looking after a reader from the side: lag, signs of life, and the offsets that Kafka shows."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Final

import structlog
from aiokafka.errors import KafkaError

from stockledger.broker import TopicReader
from stockledger.telemetry import Progress, ReadingMetrics

LOOK_EVERY_SECONDS: Final = 2.0
"""Between two looks at the topic's ends."""

LOOKS_KEPT: Final = 10_000
"""Ends of a partition remembered while it is behind, five hours of them, to tell since when."""

ASK_SECONDS: Final = 5.0
"""How long Kafka may take to tell the ends."""

_log = structlog.get_logger(__name__)


class ReaderWatch:
    """Asks Kafka for the topic's ends again and again, which also shows that it answers.

    `next_offsets` gives, for each partition that is read, the offset behind the last record that
    is dealt with for good; they are committed to Kafka, for lag monitors and autoscalers.
    """

    def __init__(
        self,
        reader: TopicReader,
        topic: str,
        progress: Progress,
        metrics: ReadingMetrics,
        next_offsets: Callable[[], Mapping[int, int]],
    ) -> None:
        self._reader = reader
        self._topic = topic
        self._progress = progress
        self._metrics = metrics
        self._next_offsets = next_offsets
        self._committed: dict[int, int] = {}
        self._ends: dict[int, deque[tuple[float, int]]] = {}
        self._shown: set[int] = set()

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY_SECONDS)
            if self._reader.is_started:
                await self.look()

    async def look(self) -> None:
        """Look once."""
        offsets = dict(self._next_offsets())
        try:
            async with asyncio.timeout(ASK_SECONDS):
                ends = await self._reader.end_offsets(offsets or [0])
        except (KafkaError, TimeoutError) as error:
            _log.warning("Kafka does not tell its offsets", topic=self._topic, error=repr(error))
            return
        self._progress.broker_answered()
        self._progress.backlog(sum(ends[p] - offset for p, offset in offsets.items()))
        for partition, offset in offsets.items():
            self._show(partition, offset, ends[partition])
        self._forget_others(set(offsets))
        await self._commit(offsets)

    def _show(self, partition: int, offset: int, end: int) -> None:
        now = time.time()
        labels = (self._topic, str(partition))
        if offset != self._committed.get(partition) or partition not in self._shown:
            self._metrics.last_progress.labels(*labels).set(now)
        self._metrics.lag_records.labels(*labels).set(max(end - offset, 0))
        self._metrics.lag_seconds.labels(*labels).set(now - self._seen_at(partition, offset, end))

    def _seen_at(self, partition: int, offset: int, end: int) -> float:
        """Return when a record at the offset was first known to be there; now when none is."""
        now = time.time()
        ends = self._ends.setdefault(partition, deque(maxlen=LOOKS_KEPT))
        if not ends or ends[-1][1] < end:
            ends.append((now, end))
        while ends and ends[0][1] <= offset:
            ends.popleft()
        return ends[0][0] if ends else now

    async def _commit(self, offsets: Mapping[int, int]) -> None:
        moved = {
            partition: offset
            for partition, offset in offsets.items()
            if offset != self._committed.get(partition) and partition in self._reader.owned
        }
        if moved and await self._reader.commit(moved):
            self._committed |= moved

    def _forget_others(self, partitions: set[int]) -> None:
        """Show nothing of partitions that others read by now."""
        for partition in self._shown - partitions:
            for gauge in (
                self._metrics.lag_records,
                self._metrics.lag_seconds,
                self._metrics.last_progress,
            ):
                gauge.remove(self._topic, str(partition))
            self._committed.pop(partition, None)
            self._ends.pop(partition, None)
        self._shown = partitions
