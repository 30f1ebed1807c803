"""A batch as PostgreSQL takes it: one text a column, in the order of the statement `append`.

The driver asks of every element of an array whether it is an array itself, which takes as long as
all the rest of sending it. A text it sends as it is.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from stockledger.event_log.interface import PartitionAppend
from stockledger.event_log.numbering import expected_position

SEPARATOR: Final = "\x1f"
"""Stands between the texts of a column: ASCII's unit separator, which no id and no JSON text can
contain. A text that did would make its column longer than the others: the batch is refused."""

Columns = list[object]


def append_arguments(parts: Sequence[PartitionAppend], time: datetime) -> list[object]:
    """Return the arguments of the statement `append`."""
    for part in parts:
        first = expected_position(part)
        positions = [event.position for event in part.events]
        assert positions == list(range(first, first + len(positions)))
    return [time, *_parts(parts), *_events(parts), *_new_streams(parts), *_results(parts)]


def array(column: Iterable[object]) -> str:
    """Return numbers or digests as an array of PostgreSQL's."""
    return f"{{{','.join(map(str, column))}}}"


def texts(column: Iterable[str]) -> str:
    """Return texts as `string_to_array` takes them apart again."""
    return SEPARATOR.join(column)


def _parts(parts: Sequence[PartitionAppend]) -> Columns:
    return [
        array([part.partition for part in parts]),
        array([part.epoch for part in parts]),
        array([part.expected_offset for part in parts]),
        array([part.next_offset for part in parts]),
        array([expected_position(part) for part in parts]),
        array([part.next_position for part in parts]),
        array([part.answered_offset for part in parts]),
        array([part.published_position for part in parts]),
    ]


def _events(parts: Sequence[PartitionAppend]) -> Columns:
    events = [event for part in parts for event in part.events]
    return [
        array([part.partition for part in parts for _ in part.events]),
        array([event.position for event in events]),
        texts([event.tenant_id for event in events]),
        texts([event.stream for event in events]),
        array([event.stream_number for event in events]),
        array([event.version for event in events]),
        texts([event.type for event in events]),
        texts([event.data for event in events]),
        texts([event.metadata for event in events]),
        texts([event.command_source for event in events]),
        texts([event.command_id for event in events]),
    ]


def _new_streams(parts: Sequence[PartitionAppend]) -> Columns:
    begun = [
        (part.partition, event) for part in parts for event in part.events if event.version == 1
    ]
    return [
        array([partition for partition, _ in begun]),
        texts([event.tenant_id for _, event in begun]),
        texts([event.stream for _, event in begun]),
        array([event.stream_number for _, event in begun]),
    ]


def _results(parts: Sequence[PartitionAppend]) -> Columns:
    results = [result for part in parts for result in part.results]
    return [
        array([part.partition for part in parts for _ in part.results]),
        array([result.command_offset for result in results]),
        array([result.digest for result in results]),
        texts([f"\\x{result.body_hash.hex()}" for result in results]),
        texts([result.tenant_id for result in results]),
        texts([result.type for result in results]),
        texts([result.data for result in results]),
        texts([result.metadata for result in results]),
        texts([result.reply or "" for result in results]),
    ]
