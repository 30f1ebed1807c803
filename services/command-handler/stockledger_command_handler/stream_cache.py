"""The streams held in memory: their states, ahead of the log by the batches under way."""

from collections import deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from stockledger.errors import UnknownMessage
from stockledger.event_log.interface import LoadedStream, Snapshot, StoredEvent, StreamKey
from stockledger.messages.codec import decode_event
from stockledger.messages.fields import StreamName, TenantId
from stockledger.messages.generated import maker_of
from stockledger.messages.message import Event
from stockledger_command_handler.aggregates import FOLD_VERSION, Aggregate, aggregate_of

SNAPSHOT_EVERY: Final = 200
"""Versions between two snapshots of a stream: bounds how many events a load has to fold."""

SNAPSHOT_SHARE: Final = 3
"""A state of many parts (holds) has changed by one in so many before it is written down again:
a snapshot of 100,000 holds takes 100 ms, which 33,000 of their events may cost."""

SNAPSHOT_WORTHWHILE: Final = 20
"""Versions from which a stream leaves memory with a snapshot: fewer events are folded sooner than
a row is rewritten for each reservation that ever was."""

PASSED_OVER_MAX: Final = 1_000
"""Streams in use that are passed over at once while looking for those to forget: 0.1 ms."""


LEFT_EARLY_MAX: Final = 10_000
"""Streams that left before their turn, until the turns are gone through for them: some 4 ms."""


@dataclass(slots=True, eq=False)
class CachedStream:
    """One stream's state; number and version 0 while it does not exist.

    `batch` is the last batch that changed it: it stays in memory until that one is committed.
    `used` is the last batch that looked at it, `kept` what that was when its turn to go came.
    `has_left`: it is in memory no more.
    """

    tenant_id: TenantId
    name: StreamName
    aggregate: Aggregate[Any]
    number: int
    version: int
    state: Any
    snapshot_version: int
    batch: int = 0
    used: int = 0
    kept: int = 0
    has_left: bool = False

    def apply(self, event: Event, position: int, batch: int) -> None:
        """Fold an event that was just decided, at its position, by a batch."""
        self.number = self.number or position
        self.version += 1
        self.batch = batch
        self.state = self.aggregate.evolve(self.state, event)


_cached_stream: Final = maker_of(CachedStream)


class StreamCache:
    """Streams by tenant and name. Their turn to go comes in the order in which they came.

    One that was used since it came, or since its last turn, stays until the next: so those that
    are in use stay, without an order to be kept at each use. What is over leaves before all of
    them: when many thousand holds lapse, each would drive out one that lapses soon.
    """

    __slots__ = ("_capacity", "_left_early", "_over", "_tenants", "_turns")

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._tenants: dict[TenantId, dict[StreamName, CachedStream]] = {}
        self._turns: deque[CachedStream] = deque()
        self._over: deque[CachedStream] = deque()
        self._left_early = 0

    def __len__(self) -> int:
        return len(self._turns) - self._left_early

    def of(self, tenant_id: TenantId) -> Mapping[StreamName, CachedStream]:
        """Return a tenant's streams that are in memory; who looks at one says so in `used`."""
        return self._tenants.get(tenant_id, _NOTHING)

    def put(
        self, keys: Iterable[StreamKey], loaded: Mapping[StreamKey, LoadedStream], batch: int
    ) -> None:
        """Keep streams that a batch asked of the log; one that it does not have is initial."""
        for key in keys:
            stream = _folded(key, loaded.get(key))
            stream.used = stream.kept = batch
            streams = self._tenants.setdefault(key.tenant_id, {})
            assert key.name not in streams, "what is in memory is ahead of the log"
            streams[key.name] = stream
            self._turns.append(stream)

    def clear(self) -> None:
        """Forget all streams: what they say may not be in the log."""
        self._tenants.clear()
        self._turns.clear()
        self._over.clear()
        self._left_early = 0

    def snapshots_due(self, committed: int, changed: Collection[CachedStream]) -> list[Snapshot]:
        """Return the snapshots to store once the batch that changed these streams is in the log.

        Forgets streams above the capacity, save those that a batch after the last `committed` one
        changed.
        """
        due = [stream for stream in changed if _is_far(stream)]
        self._over.extend([one for one in changed if one.aggregate.is_over(one.state)])
        due += [
            stream
            for stream in self._forget_excess(committed)
            if stream.version - stream.snapshot_version >= SNAPSHOT_WORTHWHILE
        ]
        return [_snapshot(stream) for stream in due]

    def _forget_excess(self, committed: int) -> list[CachedStream]:
        excess = len(self) - self._capacity
        if excess <= 0:
            return []
        forgotten = self._forget_over(committed, excess)
        return forgotten + self._forget_in_turn(committed, excess - len(forgotten))

    def _forget_over(self, committed: int, excess: int) -> list[CachedStream]:
        """Forget streams that are over, in the order in which they ended."""
        forgotten: list[CachedStream] = []
        over = self._over
        while over and len(forgotten) < excess and over[0].batch <= committed:
            stream = over.popleft()
            if not stream.has_left:
                self._remove(stream)
                forgotten.append(stream)
        self._left_early += len(forgotten)
        if self._left_early > LEFT_EARLY_MAX:
            self._turns = deque([stream for stream in self._turns if not stream.has_left])
            self._left_early = 0
        return forgotten

    def _forget_in_turn(self, committed: int, excess: int) -> list[CachedStream]:
        forgotten: list[CachedStream] = []
        looks = min(excess + PASSED_OVER_MAX, len(self._turns)) if excess > 0 else 0
        while looks and len(forgotten) < excess:
            looks -= 1
            stream = self._turns.popleft()
            if stream.has_left:
                self._left_early -= 1
            elif stream.used > stream.kept or stream.batch > committed:
                stream.kept = stream.used
                self._turns.append(stream)
            else:
                self._remove(stream)
                forgotten.append(stream)
        return forgotten

    def _remove(self, stream: CachedStream) -> None:
        stream.has_left = True
        streams = self._tenants[stream.tenant_id]
        del streams[stream.name]
        if not streams:
            del self._tenants[stream.tenant_id]


_NOTHING: Final[Mapping[StreamName, CachedStream]] = MappingProxyType({})


def _is_far(stream: CachedStream) -> bool:
    behind = stream.version - stream.snapshot_version
    if behind < SNAPSHOT_EVERY:
        return False
    return behind >= stream.aggregate.parts(stream.state) // SNAPSHOT_SHARE


def _snapshot(stream: CachedStream) -> Snapshot:
    stream.snapshot_version = stream.version
    return Snapshot(
        key=StreamKey(stream.tenant_id, stream.name),
        stream_number=stream.number,
        version=stream.version,
        fold_version=FOLD_VERSION,
        state=stream.aggregate.dump(stream.state),
    )


def _folded(key: StreamKey, loaded: LoadedStream | None) -> CachedStream:
    aggregate = aggregate_of(key.name)
    if loaded is None:
        return _cached_stream(*key, aggregate, 0, 0, aggregate.initial(), 0)
    snapshot = loaded.snapshot
    state = aggregate.load(snapshot.state) if snapshot else aggregate.initial()
    for event in loaded.events:
        state = aggregate.evolve(state, _decoded(event))
    return _cached_stream(
        *key,
        aggregate,
        loaded.stream_number,
        loaded.version,
        state,
        snapshot.version if snapshot else 0,
    )


def _decoded(event: StoredEvent) -> Event:
    try:
        return decode_event(event.type, event.data)
    except ValueError as error:
        message = f"{event.type} at position {event.position} of partition {event.partition}"
        raise UnknownMessage(message) from error
