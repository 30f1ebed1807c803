"""The log in memory: the same behaviour as PostgreSQL's, for tests of what stands on top."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from stockledger.errors import ConfigurationError, DataRefused, OwnershipLost, VersionConflict
from stockledger.event_log.data_checks import check_data
from stockledger.event_log.interface import (
    CommandKey,
    EventLog,
    LoadedStream,
    Lookup,
    NewEvent,
    NewResult,
    PartitionAppend,
    PartitionHead,
    Snapshot,
    StoredEvent,
    StoredResult,
    StreamKey,
)
from stockledger.event_log.numbering import appended_behind, check_version, expected_position
from stockledger.messages.fields import StreamName, TenantId
from stockledger.partitioning import partition_of


@dataclass(slots=True)
class _Stream:
    number: int
    events: list[StoredEvent] = field(default_factory=list[StoredEvent])
    snapshot: Snapshot | None = None


@dataclass(slots=True)
class _Partition:
    head: PartitionHead
    events: list[StoredEvent] = field(default_factory=list[StoredEvent])
    streams: dict[StreamKey, _Stream] = field(default_factory=dict[StreamKey, _Stream])
    results: dict[int, StoredResult] = field(default_factory=dict[int, StoredResult])
    by_digest: dict[CommandKey, StoredResult] = field(
        default_factory=dict[CommandKey, StoredResult]
    )


class MemoryEventLog(EventLog):
    """The log in memory; `clock` gives the ledger's time."""

    def __init__(self, partitions: int, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._partitions = {
            number: _Partition(PartitionHead(number, 0, 1, 0, 0, 0, None, 0, 0))
            for number in range(partitions)
        }

    async def own(self, partitions: Sequence[int]) -> Mapping[int, PartitionHead]:
        """Raise the epoch of each partition and return its row; waits for appends under way."""
        if not set(partitions) <= self._partitions.keys():
            raise ConfigurationError(f"The log lacks one of the partitions {list(partitions)}.")
        for number in partitions:
            stored = self._partitions[number]
            stored.head = replace(stored.head, epoch=stored.head.epoch + 1)
        return {number: self._partitions[number].head for number in partitions}

    async def heads(self) -> Mapping[int, PartitionHead]:
        """Return every partition's row, without owning any."""
        return {number: stored.head for number, stored in self._partitions.items()}

    async def append(self, parts: Sequence[PartitionAppend], time: datetime) -> None:
        """Write all parts or none, recorded at `time`; parts in ascending partition order."""
        for part in parts:
            check_data(part)
        for part in parts:
            _check_ownership(self._partitions[part.partition].head, part)
        for part in parts:
            _check_versions(self._partitions[part.partition], part.events)
            _check_results(self._partitions[part.partition], part)
        for part in parts:
            _write(self._partitions[part.partition], part, time)

    async def append_to_stream(
        self, key: StreamKey, expected_version: int, events: Sequence[NewEvent]
    ) -> int:
        """Append to one stream if its version is the expected one; return the new version."""
        head = self._partition(key).head
        stream = self._partition(key).streams.get(key)
        version = len(stream.events) if stream else 0
        check_version(key, version, expected_version)
        part = appended_behind(head, stream.number if stream else None, version, events)
        now = self._clock()
        await self.append([part], max(now, head.last_time or now))
        return version + len(events)

    async def lookup(self, keys: Sequence[CommandKey]) -> Lookup:
        """Return the ledger's time and the stored answers of these commands."""
        found = {key: self._partitions[key.partition].by_digest.get(key) for key in keys}
        return Lookup(self._clock(), {key: result for key, result in found.items() if result})

    async def load_streams(
        self, keys: Sequence[StreamKey], fold_version: int
    ) -> Mapping[StreamKey, LoadedStream]:
        """Return those of the streams that exist; a snapshot of another fold is left out."""
        streams = {key: self._partition(key).streams.get(key) for key in keys}
        return {
            key: _loaded(key, stream, fold_version) for key, stream in streams.items() if stream
        }

    async def stream_names(
        self, tenant_id: TenantId, begin: StreamName, limit: int, after: StreamName | None = None
    ) -> Sequence[StreamName]:
        """Return the tenant's streams whose names begin so, in the order of their names."""
        streams = self._partition(StreamKey(tenant_id, begin)).streams
        own = (key.name for key in streams if key.tenant_id == tenant_id)
        behind = after or begin
        return sorted(name for name in own if name.startswith(begin) and name > behind)[:limit]

    async def stream_version(self, key: StreamKey) -> int:
        """Return the version of a stream; 0 when it does not exist."""
        stream = self._partition(key).streams.get(key)
        return len(stream.events) if stream else 0

    async def save_snapshots(self, snapshots: Sequence[Snapshot]) -> None:
        """Store snapshots; an older one than the stored is ignored."""
        for snapshot in snapshots:
            stream = self._partition(snapshot.key).streams.get(snapshot.key)
            if stream and _replaces(snapshot, stream.snapshot):
                stream.snapshot = snapshot

    async def read_stream(
        self, key: StreamKey, from_version: int, limit: int
    ) -> Sequence[StoredEvent]:
        """Return events of a stream in version order, beginning at a version."""
        stream = self._partition(key).streams.get(key)
        first = max(from_version, 1) - 1
        return stream.events[first : first + limit] if stream else []

    async def read_partition(
        self, partition: int, from_position: int, limit: int, types: Sequence[str] | None = None
    ) -> Sequence[StoredEvent]:
        """Return events of a partition in position order, beginning at a position."""
        behind = self._partitions[partition].events[max(from_position, 1) - 1 :]
        return [event for event in behind if types is None or event.type in types][:limit]

    async def read_results(
        self, partition: int, from_offset: int, limit: int
    ) -> Sequence[StoredResult]:
        """Return answers of a partition in offset order, beginning at an offset."""
        results = self._partitions[partition].results
        offsets = sorted(offset for offset in results if offset >= from_offset)
        return [results[offset] for offset in offsets[:limit]]

    async def count_attempts(self, epochs: Mapping[int, int]) -> Mapping[int, int]:
        """Count one more begun attempt at each partition's next record; return the numbers."""
        for number, epoch in epochs.items():
            if self._partitions[number].head.epoch != epoch:
                raise OwnershipLost(f"Another process owns partition {number}.")
        for number in epochs:
            stored = self._partitions[number]
            stored.head = replace(stored.head, attempts=stored.head.attempts + 1)
        return {number: self._partitions[number].head.attempts for number in epochs}

    def _partition(self, key: StreamKey) -> _Partition:
        return self._partitions[partition_of(key.tenant_id, len(self._partitions))]


def _check_ownership(head: PartitionHead, part: PartitionAppend) -> None:
    expected = (part.epoch, part.expected_offset, expected_position(part))
    if (head.epoch, head.next_offset, head.next_position) != expected:
        raise OwnershipLost(f"Another process owns partition {part.partition}.")


def _check_versions(stored: _Partition, events: Sequence[NewEvent]) -> None:
    versions: dict[StreamKey, int] = {}
    for event in events:
        key = StreamKey(event.tenant_id, event.stream)
        stream = stored.streams.get(key)
        version = versions.get(key, len(stream.events) if stream else 0)
        if event.version <= version:
            raise VersionConflict(f"{event.stream} has version {version} already.")
        versions[key] = event.version


def _check_results(stored: _Partition, part: PartitionAppend) -> None:
    digests: set[str] = set()
    offsets: set[int] = set()
    for result in part.results:
        key = CommandKey(part.partition, result.digest)
        answered = key in stored.by_digest or result.command_offset in stored.results
        if answered or result.digest in digests or result.command_offset in offsets:
            raise DataRefused(f"Command {result.digest} is answered already.")
        digests.add(result.digest)
        offsets.add(result.command_offset)


def _write(stored: _Partition, part: PartitionAppend, time: datetime) -> None:
    for event in part.events:
        written = _stored_event(part.partition, event, time)
        stored.events.append(written)
        key = StreamKey(event.tenant_id, event.stream)
        stored.streams.setdefault(key, _Stream(event.stream_number)).events.append(written)
    for result in part.results:
        answer = _stored_result(part.partition, result, time)
        stored.results[result.command_offset] = answer
        stored.by_digest[CommandKey(part.partition, result.digest)] = answer
    stored.head = replace(
        stored.head,
        next_offset=part.next_offset,
        next_position=part.next_position,
        answered_offset=part.answered_offset,
        published_position=part.published_position,
        last_time=max(time, stored.head.last_time or time),
        attempts=0,
    )


def _stored_event(partition: int, event: NewEvent, time: datetime) -> StoredEvent:
    return StoredEvent(
        partition=partition,
        position=event.position,
        tenant_id=event.tenant_id,
        stream=event.stream,
        stream_number=event.stream_number,
        version=event.version,
        type=event.type,
        recorded_at=time,
        data=event.data,
        metadata=event.metadata,
        command_source=event.command_source,
        command_id=event.command_id,
    )


def _stored_result(partition: int, result: NewResult, time: datetime) -> StoredResult:
    return StoredResult(
        partition=partition,
        command_offset=result.command_offset,
        digest=result.digest,
        body_hash=result.body_hash,
        tenant_id=result.tenant_id,
        type=result.type,
        decided_at=time,
        data=result.data,
        metadata=result.metadata,
        reply=result.reply,
    )


def _loaded(key: StreamKey, stream: _Stream, fold_version: int) -> LoadedStream:
    snapshot = stream.snapshot
    if snapshot and snapshot.fold_version != fold_version:
        snapshot = None
    behind = stream.events[snapshot.version if snapshot else 0 :]
    return LoadedStream(key, stream.number, len(stream.events), snapshot, behind)


def _replaces(snapshot: Snapshot, stored: Snapshot | None) -> bool:
    return (
        stored is None
        or stored.fold_version != snapshot.fold_version
        or stored.version < snapshot.version
    )
