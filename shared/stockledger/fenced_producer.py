"""A producer of one partition that ends all before it: no late message of a replaced process.

Each batch is one Kafka transaction. Starting a producer makes the broker refuse every
transaction of an earlier one with the same `transactional.id`, however long that was frozen.
"""

import asyncio
from collections.abc import Sequence
from typing import Final

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import InvalidProducerEpoch, KafkaError, ProducerFenced

from stockledger.broker import connection_arguments
from stockledger.config import Settings
from stockledger.errors import OwnershipLost, PublishingFailed
from stockledger.publisher import (
    PRODUCE_BATCH_BYTES,
    PRODUCE_REQUEST_BYTES,
    PRODUCE_TIMEOUT_MS,
    OutgoingMessage,
    batches_of,
)

TRANSACTION_TIMEOUT_MS: Final = 15_000
"""After so long (ms) the broker aborts the transaction of a process that died inside it."""

START_SECONDS_MAX: Final = 20.0
"""How long the broker may take to end earlier producers, an open transaction of theirs included."""

STOP_SECONDS_MAX: Final = 2.0
"""Nothing is under way when a producer is stopped, except after a failure."""

_log = structlog.get_logger(__name__)


class FencedProducer:
    """Publishes to one partition of a topic until a later one is started."""

    def __init__(self, settings: Settings, topic: str, partition: int) -> None:
        self._topic = topic
        self._partition = partition
        self._producer = AIOKafkaProducer(
            **connection_arguments(settings),
            transactional_id=f"{topic}-{partition}",
            transaction_timeout_ms=TRANSACTION_TIMEOUT_MS,
            max_batch_size=PRODUCE_BATCH_BYTES,
            max_request_size=PRODUCE_REQUEST_BYTES,
            request_timeout_ms=PRODUCE_TIMEOUT_MS,
        )

    async def start(self) -> None:
        """End all earlier producers of this partition; `PublishingFailed` when Kafka is silent."""
        try:
            async with asyncio.timeout(START_SECONDS_MAX):
                await self._producer.start()
        except (KafkaError, TimeoutError) as error:
            await self.stop()
            raise PublishingFailed(f"{self._named()}: {error!r}") from error

    async def stop(self) -> None:
        """Disconnect; an open transaction is aborted by the next producer, or by its timeout."""
        try:
            async with asyncio.timeout(STOP_SECONDS_MAX):
                await self._producer.stop()
        except (KafkaError, TimeoutError) as error:
            _log.info("producer left unfinished", producer=self._named(), error=repr(error))

    async def publish(self, messages: Sequence[OutgoingMessage]) -> None:
        """Publish all of the messages or none.

        Raises:
            OwnershipLost: a later producer was started; nothing was published.
            PublishingFailed: the outcome is unknown; this producer is of no use any more.
        """
        producer = self._producer
        try:
            await producer.begin_transaction()
            sent = [
                await producer.send_batch(batch, self._topic, partition=self._partition)
                for batch in batches_of(producer, messages)
            ]
            await asyncio.gather(*sent)
            await producer.commit_transaction()
        except (ProducerFenced, InvalidProducerEpoch) as error:
            raise OwnershipLost(f"{self._named()}: a later producer was started") from error
        except KafkaError as error:
            raise PublishingFailed(f"{self._named()}: {error!r}") from error

    def _named(self) -> str:
        return f"{self._topic}-{self._partition}"
