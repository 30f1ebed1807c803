"""Publishing batches to explicit partitions."""

import asyncio
import contextlib
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from stockledger.broker import STOP_SECONDS, connection_arguments
from stockledger.config import Settings
from stockledger.errors import PublishingFailed

if TYPE_CHECKING:  # not exported by name
    from aiokafka import BatchBuilder

PRODUCE_BATCH_BYTES: Final = 900_000
"""Bytes of one produced batch: below the broker's 1 MiB, far above aiokafka's 16 KiB."""

PRODUCE_REQUEST_BYTES: Final = 16 * 1_048_576
"""Bytes of one produce request over all partitions: the broker takes up to 100 MiB."""

PRODUCE_TIMEOUT_MS: Final = 10_000
"""How long (ms) one request may take before it is sent again; Kafka knows it as the same."""

CONNECT_SECONDS: Final = 10
"""How long connecting may take."""

_log = structlog.get_logger(__name__)


class OutgoingMessage(NamedTuple):
    """A message to publish: key, value, headers and its time in milliseconds."""

    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes]]
    timestamp_ms: int | None


class PartitionPublisher:
    """Publishes batches to explicit partitions, in order and without repeats of its own.

    After a failure the client stays out of sequence, so the next use makes a new one.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._producer: AIOKafkaProducer | None = None
        self._partitions: dict[str, tuple[int, ...]] = {}
        self._connecting = asyncio.Lock()

    async def start(self, topics: Sequence[str] = ()) -> None:
        """Connect, and learn the partitions of these topics.

        Raises:
            PublishingFailed: Kafka does not answer.
        """
        producer = await self._connected()
        for topic in topics:
            try:
                self._partitions[topic] = tuple(sorted(await producer.partitions_for(topic)))
            except KafkaError as error:
                _log.warning("no such topic", topic=topic, error=repr(error))

    def known_partitions(self, topic: str) -> Sequence[int]:
        """Return the partitions of a topic named at the start; empty when there is none."""
        return self._partitions.get(topic, ())

    async def stop(self) -> None:
        """Disconnect, giving up what is not acknowledged."""
        if self._producer is not None:
            await self._discard(self._producer)

    async def publish(self, topic: str, messages: Mapping[int, Iterable[OutgoingMessage]]) -> None:
        """Publish messages, by partition, and return when Kafka acknowledged all of them.

        Raises:
            PublishingFailed: not all are known to be in the topic.
        """
        producer = await self._connected()
        try:
            futures = [
                await producer.send_batch(batch, topic, partition=partition)
                for partition, outgoing in messages.items()
                for batch in batches_of(producer, outgoing)
            ]
            await asyncio.gather(*futures)
        except KafkaError as error:
            # One client's reply topic must not stop the others: it counts as absent from now on.
            self._partitions.pop(topic, None)
            await self._discard(producer)
            message = f"{topic}: {error!r}"
            raise PublishingFailed(message) from error

    async def _connected(self) -> AIOKafkaProducer:
        async with self._connecting:
            if self._producer is None:
                self._producer = await self._new_producer()
            return self._producer

    async def _new_producer(self) -> AIOKafkaProducer:
        producer = AIOKafkaProducer(
            **connection_arguments(self._settings),
            acks="all",
            enable_idempotence=True,
            max_batch_size=PRODUCE_BATCH_BYTES,
            max_request_size=PRODUCE_REQUEST_BYTES,
            request_timeout_ms=PRODUCE_TIMEOUT_MS,
        )
        async with contextlib.AsyncExitStack() as when_it_fails:
            when_it_fails.push_async_callback(self._discard, producer)
            try:
                async with asyncio.timeout(CONNECT_SECONDS):
                    await producer.start()
            except (KafkaError, TimeoutError) as error:
                message = f"no connection: {error!r}"
                raise PublishingFailed(message) from error
            when_it_fails.pop_all()
        return producer

    async def _discard(self, producer: AIOKafkaProducer) -> None:
        """Disconnect this producer; what it would send for ever is cut off with its client."""
        if self._producer is producer:
            self._producer = None
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await producer.stop()
        except (KafkaError, TimeoutError) as error:
            _log.info("producer left unfinished", error=repr(error))
            await producer.client.close()


def batches_of(
    producer: AIOKafkaProducer, messages: Iterable[OutgoingMessage]
) -> "Iterable[BatchBuilder]":
    """Pack messages into produced batches, each as full as it may be."""
    batch = producer.create_batch()
    for message in messages:
        if not _append(batch, message):
            yield batch
            batch = producer.create_batch()
            _append(batch, message)
    if batch.record_count():
        yield batch


def _append(batch: "BatchBuilder", message: OutgoingMessage) -> bool:
    key, value, headers, timestamp_ms = message
    added = batch.append(timestamp=timestamp_ms, key=key, value=value, headers=headers)
    return added is not None
