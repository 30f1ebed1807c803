"""Looking after a reader from the side: lag, signs of life, and the offsets that Kafka shows."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Final

import structlog
from aiokafka.errors import KafkaError

from stockledger.broker import TopicReader
from stockledger.telemetry import Progress, ReadingMetrics

LOOK_EVERY_SECONDS: Final = 2.0
"""Between two looks at the topic's ends."""

ASK_SECONDS: Final = 5.0
"""How long Kafka may take to tell the ends."""

_log = structlog.get_logger(__name__)


class ReaderWatch:
    """Asks Kafka for the topic's ends again and again, which also shows that it answers.

    `next_offsets` gives, for each partition that is read, the offset behind the last record that
    is dealt with for good; they are committed to Kafka, for lag monitors and autoscalers. A
    partition that is assigned and not taken over yet stands where it was last seen.
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
        self._lag = metrics.lag
        self._next_offsets = next_offsets
        self._committed: dict[int, int] = {}

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY_SECONDS)
            if self._reader.is_started:
                await self.look()

    async def look(self) -> None:
        """Look once."""
        known = self._lag.offsets(self._topic, self._reader.assigned)
        offsets = {**known, **self._next_offsets()}
        try:
            async with asyncio.timeout(ASK_SECONDS):
                ends = await self._reader.end_offsets(offsets or [0])
        except (KafkaError, TimeoutError) as error:
            _log.warning("Kafka does not tell its offsets", topic=self._topic, error=repr(error))
            return
        self._progress.broker_answered()
        owned = self._reader.owned
        self._progress.backlog(sum(ends[p] - offset for p, offset in offsets.items() if p in owned))
        for partition, offset in offsets.items():
            self._lag.looked(self._topic, partition, offset, ends[partition])
        if self._reader.has_joined:
            self._lag.show_only(self._topic, self._reader.assigned)
        await self._commit(offsets)

    async def _commit(self, offsets: Mapping[int, int]) -> None:
        moved = {
            partition: offset
            for partition, offset in offsets.items()
            if offset != self._committed.get(partition) and partition in self._reader.owned
        }
        if moved and await self._reader.commit(moved):
            self._committed |= moved
