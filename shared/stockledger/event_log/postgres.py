"""The log in PostgreSQL: every method is one statement, so one round trip, save loading many."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Final, TypeVar, cast

import asyncpg

from stockledger.errors import ConfigurationError, OwnershipLost
from stockledger.event_log.columns import append_arguments, array, texts
from stockledger.event_log.driver_errors import log_errors
from stockledger.event_log.interface import (
    CommandKey,
    EventLog,
    LoadedStream,
    Lookup,
    NewEvent,
    PartitionAppend,
    PartitionHead,
    Snapshot,
    StoredEvent,
    StoredResult,
    StreamKey,
)
from stockledger.event_log.numbering import appended_behind, check_version
from stockledger.messages.fields import StreamName, TenantId
from stockledger.partitioning import partition_of
from stockledger.statements import load_statements

Answer = TypeVar("Answer")

APPEND_ATTEMPTS_MAX: Final = 100
"""How often one append to a stream is tried again when others append to its partition meanwhile;
each failure is another's success, so this bounds a crowd, not a fault."""

STREAMS_LOADED_MAX: Final = 100
"""Streams loaded by one statement: with the events since their snapshots some ten thousand rows,
far inside the statement's timeout."""

_EVENT: Final = slice(4, None)
"""The columns of `load_streams` that make a StoredEvent."""

_SQL: Final = load_statements(Path(__file__).with_suffix(".sql"))


class PostgresEventLog(EventLog):
    """The log in the schema `ledger`, through a pool of sessions that took on a role for it."""

    def __init__(self, pool: asyncpg.Pool, partitions: int) -> None:
        self._pool = pool
        self._partitions = partitions

    async def own(self, partitions: Sequence[int]) -> Mapping[int, PartitionHead]:
        """Raise the epoch of each partition and return its row; waits for appends under way."""
        with log_errors():
            rows = await self._under_lock(
                partitions, lambda: self._pool.fetch(_SQL["own"], partitions)
            )
        if len(rows) != len(set(partitions)):
            raise ConfigurationError(f"The log lacks one of the partitions {list(partitions)}.")
        return {row["partition"]: PartitionHead(*row) for row in rows}

    async def heads(self) -> Mapping[int, PartitionHead]:
        """Return every partition's row, without owning any."""
        rows = await self._fetch("heads")
        return {row["partition"]: PartitionHead(*row) for row in rows}

    async def append(self, parts: Sequence[PartitionAppend], time: datetime) -> None:
        """Write all parts or none, recorded at `time`; parts in ascending partition order."""
        arguments = append_arguments(parts, time)
        with log_errors():
            await self._under_lock(
                [part.partition for part in parts],
                lambda: self._pool.execute(_SQL["append"], *arguments),
            )

    async def append_to_stream(
        self, key: StreamKey, expected_version: int, events: Sequence[NewEvent]
    ) -> int:
        """Append to one stream if its version is the expected one; return the new version."""
        attempts_left = APPEND_ATTEMPTS_MAX
        while True:
            part, time = await self._part_of_stream(key, expected_version, events)
            attempts_left -= 1
            try:
                await self.append([part], time)
            except OwnershipLost:
                if not attempts_left:
                    raise
            else:
                return expected_version + len(events)

    async def lookup(self, keys: Sequence[CommandKey]) -> Lookup:
        """Return the ledger's time and the stored answers of these commands."""
        rows = await self._fetch(
            "lookup",
            array([key.partition for key in keys]),
            array([key.digest for key in keys]),
        )
        answered = (StoredResult(*tuple(row)[1:]) for row in rows if row["digest"] is not None)
        return Lookup(
            now=rows[0]["now"],
            results={CommandKey(result.partition, result.digest): result for result in answered},
        )

    async def load_streams(
        self, keys: Sequence[StreamKey], fold_version: int
    ) -> Mapping[StreamKey, LoadedStream]:
        """Return those of the streams that exist; a snapshot of another fold is left out."""
        loaded: dict[StreamKey, LoadedStream] = {}
        if len(keys) > STREAMS_LOADED_MAX:
            rows = await self._fetch("existing_streams", *self._named(keys))
            keys = [keys[_ordinal(row) - 1] for row in rows]
        for begin in range(0, len(keys), STREAMS_LOADED_MAX):
            some = keys[begin : begin + STREAMS_LOADED_MAX]
            rows = await self._fetch("load_streams", *self._named(some), fold_version)
            for ordinal, group in groupby(rows, _ordinal):
                key = some[ordinal - 1]
                loaded[key] = _loaded_stream(key, fold_version, list(group))
        return loaded

    async def stream_names(
        self, tenant_id: TenantId, begin: StreamName, limit: int, after: StreamName | None = None
    ) -> Sequence[StreamName]:
        """Return the tenant's streams whose names begin so, in the order of their names."""
        partition = self._partition(StreamKey(tenant_id, begin))
        rows = await self._fetch("stream_names", partition, tenant_id, begin, limit, after or begin)
        return [StreamName(row["stream"]) for row in rows]

    async def stream_version(self, key: StreamKey) -> int:
        """Return the version of a stream; 0 when it does not exist."""
        (row,) = await self._fetch("head_of_stream", self._partition(key), *key)
        return row["version"] or 0

    async def save_snapshots(self, snapshots: Sequence[Snapshot]) -> None:
        """Store snapshots; an older one than the stored is ignored."""
        ordered = sorted(snapshots, key=lambda snapshot: snapshot.key)
        await self._fetch(
            "save_snapshots",
            [self._partition(snapshot.key) for snapshot in ordered],
            [snapshot.key.tenant_id for snapshot in ordered],
            [snapshot.key.name for snapshot in ordered],
            [snapshot.version for snapshot in ordered],
            [snapshot.fold_version for snapshot in ordered],
            [snapshot.state for snapshot in ordered],
        )

    async def read_stream(
        self, key: StreamKey, from_version: int, limit: int
    ) -> Sequence[StoredEvent]:
        """Return events of a stream in version order, beginning at a version."""
        rows = await self._fetch("read_stream", self._partition(key), *key, from_version, limit)
        return [StoredEvent(*row) for row in rows]

    async def read_partition(
        self, partition: int, from_position: int, limit: int, types: Sequence[str] | None = None
    ) -> Sequence[StoredEvent]:
        """Return events of a partition in position order, beginning at a position."""
        rows = await self._fetch("read_partition", partition, from_position, limit, types)
        return [StoredEvent(*row) for row in rows]

    async def read_results(
        self, partition: int, from_offset: int, limit: int
    ) -> Sequence[StoredResult]:
        """Return answers of a partition in offset order, beginning at an offset."""
        rows = await self._fetch("read_results", partition, from_offset, limit)
        return [StoredResult(*row) for row in rows]

    async def count_attempts(self, epochs: Mapping[int, int]) -> Mapping[int, int]:
        """Count one more begun attempt at each partition's next record; return the numbers."""
        partitions = list(epochs)
        with log_errors():
            rows = await self._under_lock(
                partitions,
                lambda: self._pool.fetch(_SQL["count_attempts"], partitions, list(epochs.values())),
            )
        return {row["partition"]: row["attempts"] for row in rows}

    def _named(self, keys: Sequence[StreamKey]) -> tuple[str, str, str]:
        return (
            array([self._partition(key) for key in keys]),
            texts([key.tenant_id for key in keys]),
            texts([key.name for key in keys]),
        )

    def _partition(self, key: StreamKey) -> int:
        return partition_of(key.tenant_id, self._partitions)

    async def _fetch(self, statement: str, *arguments: object) -> Sequence[asyncpg.Record]:
        with log_errors():
            return await self._pool.fetch(_SQL[statement], *arguments)

    async def _under_lock(
        self, partitions: Sequence[int], statement: Callable[[], Awaitable[Answer]]
    ) -> Answer:
        """Run a statement that locks the rows; whoever holds one too long is ended."""
        try:
            return await statement()
        except asyncpg.LockNotAvailableError:
            await self._end_blockers(partitions)
            return await statement()

    async def _end_blockers(self, partitions: Sequence[int]) -> None:
        async with self._pool.acquire() as session, session.transaction():
            await session.execute(_SQL["act_as_login"])
            await session.fetch(_SQL["end_blockers"], partitions)

    async def _part_of_stream(
        self, key: StreamKey, expected_version: int, events: Sequence[NewEvent]
    ) -> tuple[PartitionAppend, datetime]:
        """Number the events behind what is there now; return them with their time."""
        (row,) = await self._fetch("head_of_stream", self._partition(key), *key)
        head = PartitionHead(*tuple(row)[1:10])
        version = row["version"] or 0
        check_version(key, version, expected_version)
        part = appended_behind(head, row["stream_number"], version, events)
        return part, max(row["now"], head.last_time or row["now"])


def _ordinal(row: asyncpg.Record) -> int:
    return cast("int", row["ordinal"])


def _loaded_stream(
    key: StreamKey, fold_version: int, rows: Sequence[asyncpg.Record]
) -> LoadedStream:
    first = rows[0]
    number, version, state = first["number"], first["snapshot_version"], first["snapshot"]
    snapshot = None if state is None else Snapshot(key, number, version, fold_version, state)
    events = [StoredEvent(*row[_EVENT]) for row in rows if row["version"] is not None]
    return LoadedStream(key, number, version + len(events), snapshot, events)
