"""Positions, versions and stream numbers of what is to be appended."""

from collections.abc import Sequence

from stockledger.errors import VersionConflict
from stockledger.event_log.interface import NewEvent, PartitionAppend, PartitionHead, StreamKey


def expected_position(part: PartitionAppend) -> int:
    """Return the next position that the partition's row must say before."""
    return part.next_position - len(part.events)


def check_version(key: StreamKey, version: int, expected: int) -> None:
    """Raise VersionConflict when a stream's version is not the expected one."""
    if version != expected:
        raise VersionConflict(f"{key.name} has version {version}, not {expected}.")


def appended_behind(
    head: PartitionHead, stream_number: int | None, version: int, events: Sequence[NewEvent]
) -> PartitionAppend:
    """Number events of one stream behind what is in the log; change nothing else of the row.

    `stream_number` is None for a stream that does not exist yet.
    """
    for index, event in enumerate(events):
        event.position = head.next_position + index
        event.version = version + 1 + index
        event.stream_number = stream_number or head.next_position
    return PartitionAppend(
        partition=head.partition,
        epoch=head.epoch,
        expected_offset=head.next_offset,
        next_offset=head.next_offset,
        next_position=head.next_position + len(events),
        answered_offset=head.answered_offset,
        published_position=head.published_position,
        events=list(events),
    )
