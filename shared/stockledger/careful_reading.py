"""Reading past records that the client cannot decode.

aiokafka gives up a whole fetch over a header's name that is not UTF-8, and does not tell which
record it is. Asked for one record at a time, it stops right there.
"""

from collections.abc import Sequence
from typing import Final

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

EXPLANATION_BYTES_MAX: Final = 100
"""Bytes of the header's name that are repeated."""

_log = structlog.get_logger(__name__)


class UnreadableRecord(ConsumerRecord[bytes, bytes]):
    """Stands in for a record that cannot be decoded: only where it is can be told."""

    explanation: str


async def take_one_by_one(
    consumer: AIOKafkaConsumer,
    partitions: Sequence[TopicPartition],
    *,
    records_max: int,
    wait_seconds: float,
) -> list[ConsumerRecord[bytes, bytes]]:
    """Return what there is, with stand-ins for what cannot be decoded, in offset order.

    Each partition may take its share of the wait.
    """
    wait_ms = int(wait_seconds * 1_000 / len(partitions))
    records: list[ConsumerRecord[bytes, bytes]] = []
    for partition in partitions:
        while len(records) < records_max:
            found = await _take_one(consumer, partition, wait_ms)
            if found is None:
                break
            records.append(found)
    return records


async def _take_one(
    consumer: AIOKafkaConsumer, partition: TopicPartition, wait_ms: int
) -> ConsumerRecord[bytes, bytes] | None:
    try:
        taken = await consumer.getmany(partition, timeout_ms=wait_ms, max_records=1)
    except UnicodeDecodeError as error:
        return await _pass_over(consumer, partition, error)
    records = taken.get(partition)
    return records[0] if records else None


async def _pass_over(
    consumer: AIOKafkaConsumer, partition: TopicPartition, error: UnicodeDecodeError
) -> UnreadableRecord:
    await consumer.getmany(partition, max_records=1)  # the client notes where it had stopped
    offset = await consumer.position(partition)
    consumer.seek(partition, offset + 1)
    _log.warning("unreadable record", topic=partition.topic, partition=partition.partition)
    return _stand_in(partition, offset, error)


def _stand_in(
    partition: TopicPartition, offset: int, error: UnicodeDecodeError
) -> UnreadableRecord:
    record = UnreadableRecord(
        topic=partition.topic,
        partition=partition.partition,
        offset=offset,
        timestamp=-1,
        timestamp_type=-1,
        key=None,
        value=None,
        checksum=None,
        serialized_key_size=-1,
        serialized_value_size=-1,
        headers=(),
    )
    name = bytes(error.object[:EXPLANATION_BYTES_MAX])
    record.explanation = f"a header's name is not UTF-8: {name!r}; the record is left in its topic"
    return record
