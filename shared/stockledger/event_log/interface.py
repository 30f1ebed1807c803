"""The partitioned log: what can be appended to it and what can be read from it.

Two implementations share one behaviour suite: `PostgresEventLog`, and `MemoryEventLog` for tests
of what stands on top. Positions, versions and epochs start at 1; 0 means none. Offsets are Kafka's
own offsets in the commands topic, "next" ones: the first that has not been answered yet. Answers
to commands of a topic that was recreated since have offsets below zero.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple, Protocol

from stockledger.messages.fields import StreamName, TenantId

BEFORE_ALL_OFFSETS: Final = -(2**63)
"""PostgreSQL's least bigint, which no answer has: where reading or deleting all of them begins."""


class StreamKey(NamedTuple):
    """One stream: a tenant's, by name. Its partition follows from the tenant."""

    tenant_id: TenantId
    name: StreamName


class CommandKey(NamedTuple):
    """One command for ever: a hash of tenant, source and id (hex), in the tenant's partition."""

    partition: int
    digest: str


@dataclass(slots=True)
class NewEvent:
    """An event to be appended. `data` and `metadata` are JSON texts, published as they are.

    `stream_number` names the stream inside its partition: the position of its first event.
    `metadata` holds the envelope's attributes that are not columns (actor, correlation, trace).
    """

    position: int
    tenant_id: TenantId
    stream: StreamName
    stream_number: int
    version: int
    type: str
    data: str
    metadata: str
    command_source: str
    command_id: str


@dataclass(slots=True)
class NewResult:
    """An answer to be stored under the offset of its command. `data`, `reply` are JSON texts.

    `reply` tells where else than to the results topic the answer goes; None: to the topic.
    `body_hash` tells a repeat from another command under the same id (16 bytes).
    """

    command_offset: int
    digest: str
    body_hash: bytes
    tenant_id: TenantId
    type: str
    data: str
    metadata: str
    reply: str | None


@dataclass(slots=True)
class PartitionAppend:
    """One partition's part of a batch: what its row must say before, and says afterwards.

    `answered_offset` and `published_position` record what is known to be in Kafka by now.
    """

    partition: int
    epoch: int
    expected_offset: int
    next_offset: int
    next_position: int
    answered_offset: int
    published_position: int
    events: list[NewEvent] = field(default_factory=list[NewEvent])
    results: list[NewResult] = field(default_factory=list[NewResult])


@dataclass(frozen=True, slots=True)
class PartitionHead:
    """What a partition's row says. `last_time` is the time of its last batch, None before it.

    Up to `adopted_position` an operator knows that the events topic is ahead of the log.
    """

    partition: int
    epoch: int
    next_position: int
    next_offset: int
    answered_offset: int
    published_position: int
    last_time: datetime | None
    attempts: int
    adopted_position: int


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event as it stands in the log."""

    partition: int
    position: int
    tenant_id: TenantId
    stream: StreamName
    stream_number: int
    version: int
    type: str
    recorded_at: datetime
    data: str
    metadata: str
    command_source: str
    command_id: str


@dataclass(frozen=True, slots=True)
class StoredResult:
    """An answer as it stands in the log."""

    partition: int
    command_offset: int
    digest: str
    body_hash: bytes
    tenant_id: TenantId
    type: str
    decided_at: datetime
    data: str
    metadata: str
    reply: str | None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A cached fold of a stream up to its version, valid for one fold version only."""

    key: StreamKey
    stream_number: int
    version: int
    fold_version: int
    state: bytes


@dataclass(frozen=True, slots=True)
class LoadedStream:
    """What it takes to have a stream's state: its snapshot, if any, and the events behind it."""

    key: StreamKey
    stream_number: int
    version: int
    snapshot: Snapshot | None
    events: Sequence[StoredEvent]


@dataclass(frozen=True, slots=True)
class Lookup:
    """What the handler asks before it decides: the time, and which commands are answered."""

    now: datetime
    results: Mapping[CommandKey, StoredResult]


class EventLog(Protocol):
    """The log. Every method may raise `LogUnavailable` (outcome unknown) from errors.py."""

    async def own(self, partitions: Sequence[int]) -> Mapping[int, PartitionHead]:
        """Raise the epoch of each partition and return its row; waits for appends under way."""
        ...

    async def heads(self) -> Mapping[int, PartitionHead]:
        """Return every partition's row, without owning any."""
        ...

    async def append(self, parts: Sequence[PartitionAppend], time: datetime) -> None:
        """Write all parts or none, recorded at `time`; parts in ascending partition order.

        Raises:
            OwnershipLost: an epoch, offset or position is not what a part expects.
            VersionConflict: a stream has such a version already.
            DataRefused: PostgreSQL refuses a value; nothing was written.
        """
        ...

    async def append_to_stream(
        self, key: StreamKey, expected_version: int, events: Sequence[NewEvent]
    ) -> int:
        """Append to one stream if its version is the expected one; return the new version.

        For tools and tests: the position, number and version of `events` are set here.

        Raises:
            VersionConflict: the stream's version is another one.
        """
        ...

    async def lookup(self, keys: Sequence[CommandKey]) -> Lookup:
        """Return the ledger's time and the stored answers of these commands."""
        ...

    async def load_streams(
        self, keys: Sequence[StreamKey], fold_version: int
    ) -> Mapping[StreamKey, LoadedStream]:
        """Return those of the streams that exist; a snapshot of another fold is left out."""
        ...

    async def stream_names(
        self, tenant_id: TenantId, begin: StreamName, limit: int, after: StreamName | None = None
    ) -> Sequence[StreamName]:
        """Return the tenant's streams whose names begin so, in the order of their names.

        `begin` ends with a slash, as in `item/NORTH/`. With `after`: only those behind that name,
        which begins so too.
        """
        ...

    async def stream_version(self, key: StreamKey) -> int:
        """Return the version of a stream; 0 when it does not exist."""
        ...

    async def save_snapshots(self, snapshots: Sequence[Snapshot]) -> None:
        """Store snapshots; an older one than the stored is ignored."""
        ...

    async def read_stream(
        self, key: StreamKey, from_version: int, limit: int
    ) -> Sequence[StoredEvent]:
        """Return events of a stream in version order, beginning at a version."""
        ...

    async def read_partition(
        self, partition: int, from_position: int, limit: int, types: Sequence[str] | None = None
    ) -> Sequence[StoredEvent]:
        """Return events of a partition in position order, beginning at a position."""
        ...

    async def read_results(
        self, partition: int, from_offset: int, limit: int
    ) -> Sequence[StoredResult]:
        """Return answers of a partition in offset order, beginning at an offset."""
        ...

    async def count_attempts(self, epochs: Mapping[int, int]) -> Mapping[int, int]:
        """Count one more begun attempt at each partition's next record; return the numbers.

        Called with `partition -> epoch` before the first batch after a take-over; an append sets
        the number back to 0. So it counts how often that record ended its owner.

        Raises:
            OwnershipLost: an epoch is another one.
        """
        ...
