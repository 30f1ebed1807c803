"""Taking partitions over: raise the epoch, check that log and topics agree, publish what is left.

Whatever the owner before committed but did not see acknowledged is published again: events from
the published position, answers from the answered offset. Readers know repeats by their numbers.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final

from aiokafka.errors import KafkaError

from stockledger.broker import Record, TopicReader
from stockledger.config import Settings
from stockledger.errors import ConfigurationError, PublishingFailed
from stockledger.event_log.interface import EventLog, PartitionHead
from stockledger.last_records import last_records
from stockledger.publisher import PartitionPublisher
from stockledger.topics import Topics
from stockledger_command_handler.answering import Answering
from stockledger_command_handler.batch import Addressed
from stockledger_command_handler.outgoing import (
    Stamp,
    command_of,
    event_message,
    reply_from_json,
)

PAGE: Final = 2_000
"""Events or answers published again at once: bounds the memory that a take-over needs."""


class TakeOver:
    """What happens before a partition's first command is decided."""

    def __init__(
        self,
        settings: Settings,
        log: EventLog,
        publisher: PartitionPublisher,
        answering: Answering,
    ) -> None:
        self._settings = settings
        self._topics = Topics.of(settings)
        self._log = log
        self._publisher = publisher
        self._answering = answering

    async def run(
        self, reader: TopicReader, partitions: Sequence[int]
    ) -> Mapping[int, PartitionHead]:
        """Own the partitions and bring Kafka up to the log; return their rows.

        Raises:
            ConfigurationError: the log and the topics contradict each other.
        """
        heads = await self._log.own(partitions)
        await self._check_offsets(reader, heads)
        await self._check_positions(heads)
        await asyncio.gather(*(self._publish_left(head) for head in heads.values()))
        return heads

    async def _check_offsets(self, reader: TopicReader, heads: Mapping[int, PartitionHead]) -> None:
        begins, ends = await asyncio.gather(
            reader.beginning_offsets(heads), reader.end_offsets(heads)
        )
        for partition, head in heads.items():
            if not begins[partition] <= head.next_offset <= ends[partition]:
                message = (
                    f"partition {partition}: the log awaits offset {head.next_offset}, the topic "
                    f"has {begins[partition]} to {ends[partition]}. A restored database, a "
                    "recreated topic or too short a retention; see `stockledger adopt --help`"
                )
                raise ConfigurationError(message)

    async def _check_positions(self, heads: Mapping[int, PartitionHead]) -> None:
        try:
            last = await last_records(self._settings, self._topics.events, list(heads))
        except (KafkaError, TimeoutError) as error:
            message = f"the last events cannot be read: {error!r}"
            raise PublishingFailed(message) from error
        for partition, record in last.items():
            position = position_or_zero(record)
            head = heads[partition]
            if position >= max(head.next_position, head.adopted_position + 1):
                message = (
                    f"partition {partition}: the events topic has position {position}, the log "
                    f"only {head.next_position - 1}: the database was restored from "
                    "an older state; see `stockledger adopt --help`"
                )
                raise ConfigurationError(message)

    async def _publish_left(self, head: PartitionHead) -> None:
        await self._publish_events(head)
        await self._publish_answers(head)

    async def _publish_events(self, head: PartitionHead) -> None:
        position = head.published_position + 1
        while position < head.next_position:
            events = await self._log.read_partition(head.partition, position, PAGE)
            messages = [
                event_message(event, head.partition, Stamp.of(event.recorded_at))
                for event in events
            ]
            await self._publisher.publish(self._topics.events, {head.partition: messages})
            position = events[-1].position + 1

    async def _publish_answers(self, head: PartitionHead) -> None:
        offset = head.answered_offset
        while results := await self._log.read_results(head.partition, offset, PAGE):
            addressed: Addressed = {}
            for result in results:
                reply = reply_from_json(result.reply) if result.reply else None
                stamp = Stamp.of(result.decided_at)
                command = command_of(result)
                self._answering.address(addressed, command, reply, head.partition, result, stamp)
            for topic, messages in addressed.items():
                await self._publisher.publish(topic, messages)
            offset = results[-1].command_offset + 1


def position_or_zero(record: Record) -> int:
    """Return the position that an event in the topic has; 0 when it is no event of ours."""
    position = dict(record.headers).get("ce_position", b"")
    return int(position) if position.isdigit() else 0
