"""Reads a topic from outside any group: for people and for the auditor, never for a service."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from types import TracebackType
from typing import Any, Final, Protocol, Self

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaConnectionError

from stockledger.broker import PARTITION_FETCH_BYTES, connection_arguments
from stockledger.careful_reading import check_fetching
from stockledger.config import Settings
from stockledger.errors import ConfigurationError

METADATA_SECONDS: Final = 10.0
"""How long Kafka may take to tell a topic's partitions; a missing topic has none by then."""

RETRY_SECONDS: Final = 0.05
"""Pause between two looks at the metadata."""

RECORDS_MAX: Final = 5_000
"""Records taken at once: a few megabytes."""

WAIT_MS: Final = 200
"""How long (ms) one look waits for records; only how soon an end is seen depends on it."""


class TopicRecord(Protocol):
    """What is read of a Kafka record; `timestamp` in ms since 1970."""

    @property
    def partition(self) -> int: ...
    @property
    def offset(self) -> int: ...
    @property
    def timestamp(self) -> int: ...
    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def headers(self) -> Sequence[tuple[str, bytes | None]]: ...


class TopicTail:
    """All partitions of a topic, or some, from their beginning or from their end on.

    Entering it raises ConfigurationError when Kafka does not answer or has no such topic.
    """

    def __init__(
        self,
        settings: Settings,
        topic: str,
        *,
        from_beginning: bool,
        partitions: Collection[int] | None = None,
    ) -> None:
        consumer: Any = AIOKafkaConsumer
        self._make_consumer = consumer
        self._consumer: Any = None
        self._settings = settings
        self._topic = topic
        self._from_beginning = from_beginning
        self._only = partitions
        self._partitions: list[TopicPartition] = []

    async def __aenter__(self) -> Self:
        self._consumer = self._make_consumer(
            **connection_arguments(self._settings),
            enable_auto_commit=False,
            isolation_level="read_committed",
            max_partition_fetch_bytes=PARTITION_FETCH_BYTES,
        )
        async with contextlib.AsyncExitStack() as when_it_fails:
            when_it_fails.push_async_callback(self._consumer.stop)
            await self._open()
            when_it_fails.pop_all()
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        await self._consumer.stop()

    async def records(self) -> AsyncIterator[TopicRecord]:
        """Yield what comes, for ever, each partition in order."""
        while True:
            for record in await self.take():
                yield record

    async def take(self) -> list[TopicRecord]:
        """Return what there is, each partition in order; empty after a short wait."""
        taken = await self._consumer.getmany(timeout_ms=WAIT_MS, max_records=RECORDS_MAX)
        if not taken:
            check_fetching(self._consumer)
        return [record for batch in taken.values() for record in batch]

    async def until_end(self) -> AsyncIterator[TopicRecord]:
        """Yield what is in the topic now, each partition in order, and then end."""
        ends = await self.end_offsets()
        while await self._behind(ends):
            for record in await self.take():
                if record.offset < ends[record.partition]:
                    yield record

    async def end_offsets(self) -> dict[int, int]:
        """Return the offset behind the last record of each partition."""
        ends: Mapping[TopicPartition, int] = await self._consumer.end_offsets(self._partitions)
        return {partition.partition: offset for partition, offset in ends.items()}

    async def first_offsets(self) -> dict[int, int]:
        """Return the offset of the first record that each partition still has."""
        first: Mapping[TopicPartition, int] = await self._consumer.beginning_offsets(
            self._partitions
        )
        return {partition.partition: offset for partition, offset in first.items()}

    async def _behind(self, ends: Mapping[int, int]) -> bool:
        for partition in self._partitions:
            if await self._consumer.position(partition) < ends[partition.partition]:
                return True
        return False

    async def _open(self) -> None:
        address = self._settings.kafka_bootstrap_servers
        try:
            await self._consumer.start()
        except KafkaConnectionError as error:
            raise ConfigurationError(
                f"no Kafka answers at {address} (INVENTORY_KAFKA_BOOTSTRAP_SERVERS)"
            ) from error
        self._partitions = [
            TopicPartition(self._topic, partition)
            for partition in sorted(await self._known_partitions())
            if self._only is None or partition in self._only
        ]
        self._consumer.assign(self._partitions)
        # Known offsets at once, and not at the first read: what comes from now on is not missed.
        offsets = await (self.first_offsets() if self._from_beginning else self.end_offsets())
        for partition in self._partitions:
            self._consumer.seek(partition, offsets[partition.partition])

    async def _known_partitions(self) -> Collection[int]:
        deadline = asyncio.get_running_loop().time() + METADATA_SECONDS
        while True:
            # Asked for all topics first: naming one that is missing might create it.
            if self._topic in await self._consumer.topics():
                self._consumer.assign([TopicPartition(self._topic, 0)])
                found: Collection[int] | None = self._consumer.partitions_for_topic(self._topic)
                if found:
                    return found
            if asyncio.get_running_loop().time() > deadline:
                raise ConfigurationError(
                    f"there is no topic {self._topic}: run `stockledger topics` first"
                )
            await asyncio.sleep(RETRY_SECONDS)


def header(record: TopicRecord, name: str) -> str | None:
    """Return a header's text; None when the record has none of the name."""
    for key, value in record.headers:
        if key == name and value is not None:
            return value.decode(errors="replace")
    return None
