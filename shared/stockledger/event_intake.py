"""What a subscriber reads: each partition's events in position order, without repeats and gaps.

The events topic is the source; the log table fills its gaps: what retention took away, what a
lost topic no longer has. The position alone decides; offsets only say where to look.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import asyncpg

from stockledger.broker import TopicReader
from stockledger.delivered_events import (
    DeliveredEvent,
    EventRecord,
    event_of_log,
    event_of_record,
    position_of,
)
from stockledger.errors import UnknownMessage
from stockledger.event_log.interface import EventLog, PartitionHead
from stockledger.positions import Positions, Standing

RECORDS_TAKEN_MAX: Final = 2_000
"""Records taken at once: some megabytes, some ten milliseconds of decoding."""

LOG_EVENTS_MAX: Final = 2_000
"""Events read from the log at once, as many as records."""

WAIT_SECONDS: Final = 0.5
"""How long an idle reader waits for a record before it looks after other things."""


class PartitionsHeld(Protocol):
    """What happens when partitions come and go, before they are read and after they were."""

    async def owned(self, partitions: Sequence[int]) -> None:
        """The partitions are this process's: whoever had them must not write any more."""
        ...

    async def released(self) -> None:
        """All partitions belong to others."""
        ...


@dataclass(slots=True)
class Tail:
    """A partition's last event handed on, and the offset of the record to come."""

    position: int
    next_offset: int


class EventIntake:
    """Reads the partitions that it is assigned; `finish` ends what is under way on a rebalance."""

    def __init__(
        self,
        log: EventLog,
        pool: "asyncpg.Pool[asyncpg.Record]",
        positions: Positions,
        held: PartitionsHeld,
        finish: Callable[[], Awaitable[None]],
    ) -> None:
        self._log = log
        self._pool = pool
        self._positions = positions
        self._held = held
        self._finish = finish
        self._tails: dict[int, Tail] = {}
        self._behind: dict[int, int] = {}
        self._changing = asyncio.Lock()
        self.pending: list[DeliveredEvent] = []
        self.refusal: UnknownMessage | None = None

    def tails(self) -> Mapping[int, Tail]:
        """Return the partitions that are read, and how far."""
        return self._tails

    def take_pending(self) -> list[DeliveredEvent]:
        """Return what has arrived, and forget it."""
        events, self.pending = self.pending, []
        return events

    async def arrive(self, reader: TopicReader) -> None:
        """Add the next events to `pending`, none after a wait; a `refusal` follows the last."""
        wait_seconds = 0 if self._behind else WAIT_SECONDS
        records = await reader.take(records_max=RECORDS_TAKEN_MAX, wait_seconds=wait_seconds)
        try:
            self._admit(records)
            for partition in list(self._behind):
                await self._catch_up(partition, reader)
        except UnknownMessage as refusal:
            self.refusal = refusal

    async def assigned(self, reader: TopicReader, partitions: Sequence[int]) -> Mapping[int, int]:
        """Take over where the group stands; return the offset to start at for each."""
        async with self._changing:
            await self._held.owned(partitions)
            async with self._pool.acquire() as connection:
                standings = await self._positions.begin(connection, partitions)
            begins = await reader.beginning_offsets(partitions)
            ends = await reader.end_offsets(partitions)
            heads = await self._log.heads()
            self._behind.clear()
            self._tails = {
                partition: self._tail(
                    heads[partition], standing, begins[partition], ends[partition]
                )
                for partition, standing in standings.items()
            }
            return {partition: tail.next_offset for partition, tail in self._tails.items()}

    async def revoked(self) -> None:
        """Finish what is under way; nothing is handed on afterwards."""
        self._forget()
        await self._finish()
        async with self._changing:
            self._forget()
            await self._held.released()

    def _forget(self) -> None:
        self._tails = {}
        self._behind.clear()
        self.pending.clear()

    def _tail(self, head: PartitionHead, standing: Standing, begin: int, end: int) -> Tail:
        """Begin at the offset kept; where the topic lacks what follows, read the log first."""
        offset = begin if standing.next_offset is None else standing.next_offset
        published = standing.position >= head.published_position
        if begin <= offset < end or (offset == end and published):
            return Tail(standing.position, offset)
        self._behind[head.partition] = begin
        return Tail(standing.position, begin)

    def _admit(self, records: Sequence[EventRecord]) -> None:
        for record in records:
            partition = record.partition
            tail = self._tails.get(partition)
            if tail is None or partition in self._behind:
                continue
            headers = dict(record.headers)
            position = position_of(record, headers)
            if position > tail.position + 1:
                self._behind[partition] = record.offset
                continue
            if position == tail.position + 1:
                self.pending.append(event_of_record(record, headers, position))
                tail.position = position
            tail.next_offset = record.offset + 1

    async def _catch_up(self, partition: int, reader: TopicReader) -> None:
        tail = self._tails.get(partition)
        if tail is None:
            return
        missing = await self._log.read_partition(partition, tail.position + 1, LOG_EVENTS_MAX)
        if self._tails.get(partition) is not tail:
            return
        for stored in missing:
            self.pending.append(event_of_log(stored))
            tail.position = stored.position
        if len(missing) < LOG_EVENTS_MAX:
            tail.next_offset = self._behind.pop(partition)
            reader.rewind({partition: tail.next_offset})
