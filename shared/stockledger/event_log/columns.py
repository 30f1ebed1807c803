"""A batch as PostgreSQL takes it: one array a column, in the order of `ledger.append_batch`."""

from collections.abc import Sequence
from datetime import datetime

from stockledger.event_log.interface import PartitionAppend
from stockledger.event_log.numbering import expected_position

Columns = list[list[object]]


def append_arguments(parts: Sequence[PartitionAppend], time: datetime) -> list[object]:
    """Return the arguments of `ledger.append_batch`."""
    for part in parts:
        first = expected_position(part)
        assert all(event.position == first + index for index, event in enumerate(part.events))
    return [time, *_parts(parts), *_events(parts), *_new_streams(parts), *_results(parts)]


def _parts(parts: Sequence[PartitionAppend]) -> Columns:
    return [
        [part.partition for part in parts],
        [part.epoch for part in parts],
        [part.expected_offset for part in parts],
        [part.next_offset for part in parts],
        [expected_position(part) for part in parts],
        [part.next_position for part in parts],
        [part.answered_offset for part in parts],
        [part.published_position for part in parts],
    ]


def _events(parts: Sequence[PartitionAppend]) -> Columns:
    events = [event for part in parts for event in part.events]
    return [
        [part.partition for part in parts for _ in part.events],
        [event.position for event in events],
        [event.tenant_id for event in events],
        [event.stream for event in events],
        [event.stream_number for event in events],
        [event.version for event in events],
        [event.type for event in events],
        [event.data for event in events],
        [event.metadata for event in events],
        [event.command_source for event in events],
        [event.command_id for event in events],
    ]


def _new_streams(parts: Sequence[PartitionAppend]) -> Columns:
    begun = [
        (part.partition, event) for part in parts for event in part.events if event.version == 1
    ]
    return [
        [partition for partition, _ in begun],
        [event.tenant_id for _, event in begun],
        [event.stream for _, event in begun],
        [event.stream_number for _, event in begun],
    ]


def _results(parts: Sequence[PartitionAppend]) -> Columns:
    results = [result for part in parts for result in part.results]
    return [
        [part.partition for part in parts for _ in part.results],
        [result.command_offset for result in results],
        [result.digest for result in results],
        [result.body_hash for result in results],
        [result.tenant_id for result in results],
        [result.type for result in results],
        [result.data for result in results],
        [result.metadata for result in results],
        [result.reply for result in results],
    ]
