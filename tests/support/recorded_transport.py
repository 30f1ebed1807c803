"""Puts recorded events where a subscriber finds them: into the log table, into the topic."""

from collections import defaultdict
from collections.abc import Sequence

import asyncpg

from stockledger.config import Settings
from stockledger.event_log.interface import StoredEvent
from stockledger.publisher import OutgoingMessage, PartitionPublisher
from stockledger.topics import Topics
from stockledger_command_handler.outgoing import Stamp, event_message

COLUMNS = (
    "partition",
    "position",
    "tenant_id",
    "stream",
    "stream_number",
    "version",
    "type",
    "recorded_at",
    "data",
    "metadata",
    "command_source",
    "command_id",
)


async def store(settings: Settings, events: Sequence[StoredEvent]) -> None:
    """Copy events into the log and move its partitions' rows behind them."""
    connection = await asyncpg.connect(settings.postgres_dsn.get_secret_value())
    try:
        await connection.copy_records_to_table(
            "events",
            schema_name="ledger",
            columns=COLUMNS,
            records=([getattr(event, name) for name in COLUMNS] for event in events),
        )
        await connection.executemany(
            "insert into ledger.streams (partition, tenant_id, stream, stream_number)"
            " values ($1, $2, $3, $4)",
            [
                (event.partition, event.tenant_id, event.stream, event.stream_number)
                for event in events
                if event.version == 1
            ],
        )
        await connection.execute(
            """
            update ledger.log_partitions as row
            set next_position = last + 1, published_position = last
            from (select partition, max(position) as last from ledger.events group by 1) as found
            where row.partition = found.partition
            """
        )
    finally:
        await connection.close()


async def publish(settings: Settings, events: Sequence[StoredEvent]) -> None:
    """Publish events to their partitions of the events topic, in order."""
    publisher = PartitionPublisher(settings)
    messages: dict[int, list[OutgoingMessage]] = defaultdict(list)
    for event in events:
        message = event_message(event, event.partition, Stamp.of(event.recorded_at))
        messages[event.partition].append(message)
    try:
        await publisher.publish(Topics.of(settings).events, messages)
    finally:
        await publisher.stop()
