"""Where a topic ends: its last records, read outside of any group."""

import asyncio
from collections.abc import Sequence
from typing import Final

from aiokafka import AIOKafkaConsumer, TopicPartition

from stockledger.broker import Record, connection_arguments
from stockledger.config import Settings

LAST_RECORDS_SECONDS: Final = 10
"""How long reading the last record of some partitions may take."""


async def last_records(
    settings: Settings, topic: str, partitions: Sequence[int]
) -> dict[int, Record]:
    """Return the last record of each partition that has one; outside of any group.

    Raises:
        TimeoutError: Kafka does not give them, as when something else than a record is last.
    """
    async with (
        asyncio.timeout(LAST_RECORDS_SECONDS),
        AIOKafkaConsumer(**connection_arguments(settings), enable_auto_commit=False) as consumer,
    ):
        named = [TopicPartition(topic, partition) for partition in partitions]
        begins = await consumer.beginning_offsets(named)
        ends = await consumer.end_offsets(named)
        filled = [partition for partition in named if ends[partition] > begins[partition]]
        consumer.assign(filled)
        for partition in filled:
            consumer.seek(partition, ends[partition] - 1)
        return {p.partition: await consumer.getone(p) for p in filled}
