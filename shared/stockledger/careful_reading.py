"""Reading on where the client would stop, and noticing that it has stopped.

aiokafka gives up a whole fetch over a header's name that is not UTF-8, and does not tell which
record it is. Asked for one record at a time, it stops right there.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, Final

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError

EXPLANATION_BYTES_MAX: Final = 100
"""Bytes of the header's name that are repeated."""

_log = structlog.get_logger(__name__)


class UnreadableRecord(ConsumerRecord[bytes, bytes]):
    """Stands in for a record that cannot be decoded: only where it is can be told."""

    explanation: str


def check_fetching(consumer: AIOKafkaConsumer) -> None:
    """Raise `KafkaError` when the client has given up fetching: it would return nothing for ever.

    Its task ends at any error that it does not expect, as uvloop's of a connection that was closed
    meanwhile (aiokafka's issue 1038), and nobody is told.
    """
    fetcher: Any = vars(consumer)["_fetcher"]  # there is no other way to ask
    if fetcher is None or not fetcher.error_future.done():
        return
    cause = fetcher.error_future.exception()
    _let_it_close(fetcher)
    message = "the client has given up fetching"
    raise KafkaError(message) from cause


def _let_it_close(fetcher: Any) -> None:  # noqa: ANN401 - it has no public type
    """Put what has failed out of the way of closing, which would end at it half-way."""
    for task in fetcher._pending_tasks:  # noqa: SLF001
        task.cancel()
    fetcher._pending_tasks.clear()  # noqa: SLF001
    fetcher._fetch_task = asyncio.ensure_future(asyncio.sleep(0))  # noqa: SLF001


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
