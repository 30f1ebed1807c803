"""The compacted levels topic: a full snapshot of every item that a batch changed."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

import asyncpg
import orjson

from stockledger.config import Settings
from stockledger.errors import PublishingFailed
from stockledger.fenced_producer import FencedProducer
from stockledger.messages.level import level_key
from stockledger.publisher import OutgoingMessage
from stockledger_projector.level_snapshots import snapshot_of

HEADERS: Final = [("content-type", b"application/json")]


class LevelsTopic:
    """Publishes to the partitions that this process owns, and to no other."""

    def __init__(self, settings: Settings, topic: str) -> None:
        self._settings = settings
        self._topic = topic
        self._producers: dict[int, FencedProducer] = {}

    async def owned(self, partitions: Sequence[int]) -> None:
        """End every other process's publishing to these partitions."""
        await self.released()
        self._producers = {
            partition: FencedProducer(self._settings, self._topic, partition)
            for partition in partitions
        }
        await asyncio.gather(*(producer.start() for producer in self._producers.values()))

    async def released(self) -> None:
        """Publish no more."""
        producers, self._producers = self._producers, {}
        await asyncio.gather(*(producer.stop() for producer in producers.values()))

    async def publish(self, rows: Sequence[asyncpg.Record]) -> None:
        """Publish level rows, each partition's in one transaction of Kafka."""
        messages: dict[int, list[OutgoingMessage]] = defaultdict(list)
        for row in rows:
            messages[row["partition"]].append(_message(row))
        if not messages.keys() <= self._producers.keys():
            raise PublishingFailed(f"{self._topic}: partitions were given up")
        await asyncio.gather(
            *(self._producers[partition].publish(of_it) for partition, of_it in messages.items())
        )


def _message(row: asyncpg.Record) -> OutgoingMessage:
    key = level_key(row["tenant_id"], row["warehouse_id"], row["sku"])
    return OutgoingMessage(key.encode(), orjson.dumps(snapshot_of(row)), HEADERS, None)
