"""All use of FastStream but its security objects: connecting, and reading a topic in our loop.

FastStream's message handlers are not used (DESIGN section 11): a subscriber without a handler
gives the configured consumer, and `TopicReader.take` reads from it. Whoever decides or writes has
its offsets in PostgreSQL, and those committed to Kafka are for lag monitoring alone; the order
intake, which has no state, begins at them.
"""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final, Protocol

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.abc import ConsumerRebalanceListener
from aiokafka.errors import IllegalStateError, KafkaError, NoOffsetForPartitionError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.security import parse_security

from stockledger.careful_reading import UnreadableRecord, check_fetching, take_one_by_one
from stockledger.config import Settings
from stockledger.kafka_security import security_of

SESSION_TIMEOUT_MS: Final = 6_000
"""Kafka's default minimum (ms): how soon a dead process's partitions go to another."""

HEARTBEAT_MS: Final = 1_000
"""A sixth of the session timeout (ms), so that a lost one does not end the session."""

REBALANCE_TIMEOUT_MS: Final = 30_000
"""How long (ms) a rebalance waits for a member that finishes its batch; above the drain time."""

COMMIT_TIMEOUT_SECONDS: Final = 10
"""aiokafka asks for commits without end; one that is left out is made up for by a later one."""

STOP_SECONDS: Final = 10
"""How long leaving the group, or disconnecting a producer, may take."""

FETCH_WAIT_MS: Final = 25
"""How long (ms) the broker holds an empty fetch. aiokafka has one fetch under way and leaves out
of it the partitions whose records are not taken yet: they wait as long as the others are empty."""

PARTITION_FETCH_BYTES: Final = 1_048_576 + 65_536
"""Bytes fetched of one partition at once: the largest message and its overhead fit."""

Record = ConsumerRecord[bytes, bytes]
"""A record as Kafka has it: key, value and headers are bytes."""

_log = structlog.get_logger(__name__)


class Assignment(Protocol):
    """What a loop does when its process gets or gives up partitions."""

    async def assigned(self, partitions: Sequence[int]) -> Mapping[int, int]:
        """Take the partitions over and return the offset to start at for each."""
        ...

    async def revoked(self, partitions: Sequence[int]) -> None:
        """Finish or drop what is under way; the partitions belong to others afterwards."""
        ...


def connection_arguments(settings: Settings) -> dict[str, Any]:
    """Return what every client of aiokafka needs to connect."""
    security = security_of(settings)
    return {
        "bootstrap_servers": settings.kafka_bootstrap_servers,
        **(parse_security(security) if security else {}),
    }


class TopicReader(ConsumerRebalanceListener):
    """Reads one topic in one group, from the offsets that its assignment tells.

    A new assignment only marks the partitions; `take` hands them to the assignment in the loop's
    own task, so that a failure there is the loop's failure, and not swallowed by the client.
    `has_joined`: the group told which partitions are this process's, be it none.
    """

    def __init__(
        self, settings: Settings, topic: str, group_id: str, assignment: Assignment
    ) -> None:
        self._topic = topic
        self._assignment = assignment
        self._broker = KafkaBroker(
            settings.kafka_bootstrap_servers,
            security=security_of(settings),
            allow_auto_create_topics=False,
            logger=None,  # it tells nothing that our own lines do not
        )
        self._subscriber = self._broker.subscriber(
            topic,
            group_id=group_id,
            group_instance_id=settings.group_instance_id,
            batch=True,
            ack_policy=AckPolicy.MANUAL,
            listener=self,
            auto_offset_reset="none",
            isolation_level="read_committed",
            session_timeout_ms=SESSION_TIMEOUT_MS,
            heartbeat_interval_ms=HEARTBEAT_MS,
            rebalance_timeout_ms=REBALANCE_TIMEOUT_MS,
            max_partition_fetch_bytes=PARTITION_FETCH_BYTES,
            fetch_max_wait_ms=FETCH_WAIT_MS,
        )
        self._awaiting: frozenset[int] = frozenset()
        self._owned: frozenset[int] = frozenset()
        self._next_offsets: dict[int, int] = {}
        self._has_unreadable = False
        self.has_joined = False
        self._generation = 0

    @property
    def is_started(self) -> bool:
        """Whether the client is there; it may still wait for partitions."""
        return self._subscriber.consumer is not None

    @property
    def is_changing(self) -> bool:
        """Whether partitions are assigned that were not taken over yet."""
        return bool(self._awaiting)

    @property
    def assigned(self) -> frozenset[int]:
        """The partitions that are this process's, be they taken over or not yet."""
        return self._owned | self._awaiting

    @property
    def owned(self) -> frozenset[int]:
        """The partitions that were taken over and are read."""
        return self._owned

    async def start(self) -> None:
        """Join the group."""
        await self._broker.start()

    async def stop(self) -> None:
        """Leave the group, without waiting for anything under way."""
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await self._broker.stop()
        except* (KafkaError, TimeoutError) as errors:
            _log.info("group left unfinished", topic=self._topic, error=repr(errors.exceptions))

    async def take(self, *, records_max: int, wait_seconds: float) -> list[Record]:
        """Return what there is, in offset order for each partition; empty after the wait.

        Raises what the assignment raises; `KafkaError` when the topic cannot be read.
        """
        if self._awaiting:
            await self._take_over()
        try:
            if self._has_unreadable and self._owned:
                records = await self._take_carefully(records_max, wait_seconds)
            else:
                records = await self._take_many(records_max, wait_seconds)
        except (NoOffsetForPartitionError, IllegalStateError):
            return []  # the partitions change hands
        if not records:
            check_fetching(self._consumer)
        owned = [record for record in records if record.partition in self._owned]
        for record in owned:
            self._next_offsets[record.partition] = record.offset + 1
        return owned

    async def _take_many(self, records_max: int, wait_seconds: float) -> list[Record]:
        try:
            taken = await self._consumer.getmany(
                timeout_ms=int(wait_seconds * 1_000), max_records=records_max
            )
        except UnicodeDecodeError:
            self.rewind({p: self._next_offsets[p] for p in self._owned})
            self._has_unreadable = True
            return []
        return [record for records in taken.values() for record in records]

    async def _take_carefully(self, records_max: int, wait_seconds: float) -> list[Record]:
        partitions = self._named(sorted(self._owned))
        records = await take_one_by_one(
            self._consumer, partitions, records_max=records_max, wait_seconds=wait_seconds
        )
        has_unreadable = any(isinstance(record, UnreadableRecord) for record in records)
        self._has_unreadable = has_unreadable or not records
        return records

    def rewind(self, offsets: Mapping[int, int]) -> None:
        """Read these partitions again from these offsets."""
        for partition, offset in offsets.items():
            self._consumer.seek(TopicPartition(self._topic, partition), offset)
            self._next_offsets[partition] = offset

    def take_over_again(self) -> None:
        """Hand all partitions to the assignment once more, before the next record is taken."""
        self._awaiting |= self._owned
        self._owned = frozenset()

    async def commit(self, offsets: Mapping[int, int]) -> bool:
        """Tell Kafka the next offsets, for lag monitoring; a failure is logged and told."""
        named = {TopicPartition(self._topic, p): offset for p, offset in offsets.items()}
        try:
            async with asyncio.timeout(COMMIT_TIMEOUT_SECONDS):
                await self._consumer.commit(named)
        except (KafkaError, TimeoutError) as error:
            _log.info("offsets not committed", topic=self._topic, error=repr(error))
            return False
        return True

    async def committed_offsets(self, partitions: Iterable[int]) -> dict[int, int]:
        """Return the next offsets that the group committed; partitions without one are left out.

        Raises `KafkaError`, or `TimeoutError` when Kafka does not tell.
        """
        async with asyncio.timeout(COMMIT_TIMEOUT_SECONDS):
            asked = [(p, await self._consumer.committed(p)) for p in self._named(partitions)]
        return {p.partition: offset for p, offset in asked if offset is not None}

    async def end_offsets(self, partitions: Iterable[int]) -> dict[int, int]:
        """Return the offset behind the last message of each partition."""
        ends = await self._consumer.end_offsets(self._named(partitions))
        return {partition.partition: offset for partition, offset in ends.items()}

    async def beginning_offsets(self, partitions: Iterable[int]) -> dict[int, int]:
        """Return the offset of the first message that each partition still has."""
        begins = await self._consumer.beginning_offsets(self._named(partitions))
        return {partition.partition: offset for partition, offset in begins.items()}

    async def positions(self) -> dict[int, int]:
        """Return the offset behind all that was taken of each partition, records or not.

        A transaction's end and what it aborted have offsets, but are no records.
        """
        try:
            return {
                partition.partition: await self._consumer.position(partition)
                for partition in self._named(self._owned)
            }
        except IllegalStateError:
            return {}  # the partitions change hands

    async def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:
        """Stop reading at once, and let the assignment finish; heartbeats go on meanwhile."""
        given_up = sorted(p.partition for p in revoked if p.partition in self._owned)
        self._owned = self._awaiting = frozenset()
        self.has_joined = False
        self._generation += 1
        await self._assignment.revoked(given_up)

    async def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:
        """Mark the partitions; nothing is fetched until they were taken over."""
        self._consumer.pause(*assigned)
        self._generation += 1
        self._awaiting = frozenset(partition.partition for partition in assigned)
        self.has_joined = True

    async def _take_over(self) -> None:
        awaiting, generation = self._awaiting, self._generation
        offsets = await self._assignment.assigned(sorted(awaiting))
        if generation != self._generation:
            return
        self._next_offsets = {}
        self.rewind(offsets)
        self._consumer.resume(*self._named(awaiting))
        self._awaiting = frozenset()
        self._owned = awaiting

    def _named(self, partitions: Iterable[int]) -> list[TopicPartition]:
        return [TopicPartition(self._topic, partition) for partition in partitions]

    @property
    def _consumer(self) -> AIOKafkaConsumer:
        consumer = self._subscriber.consumer
        if consumer is None:
            message = "the reader is not started"
            raise RuntimeError(message)
        return consumer
