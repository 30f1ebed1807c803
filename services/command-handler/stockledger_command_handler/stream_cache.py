"""The streams held in memory: their states, ahead of the log by the batches under way."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from stockledger.errors import UnknownMessage
from stockledger.event_log.interface import LoadedStream, Snapshot, StoredEvent, StreamKey
from stockledger.messages.codec import decode_event
from stockledger.messages.message import Event
from stockledger_command_handler.routing import FOLD_VERSION, Aggregate, aggregate_of

SNAPSHOT_EVERY: Final = 200
"""Versions between two snapshots of a stream: bounds how many events a load has to fold."""

SNAPSHOT_SHARE: Final = 5
"""A state of many parts (holds) has changed by one in so many before it is written down again:
a snapshot of 100,000 holds takes 100 ms, which 20,000 of their events may cost."""

SNAPSHOT_WORTHWHILE: Final = 20
"""Versions from which a stream leaves memory with a snapshot: fewer events are folded sooner than
a row is rewritten for each reservation that ever was."""


@dataclass(slots=True)
class CachedStream:
    """One stream's state; number and version 0 while it does not exist.

    `batch` is the last batch that changed it: it stays in memory until that one is committed.
    """

    key: StreamKey
    aggregate: Aggregate[Any]
    number: int
    version: int
    state: Any
    snapshot_version: int
    batch: int = 0

    def apply(self, event: Event, position: int, batch: int) -> None:
        """Fold an event that was just decided, at its position, by a batch."""
        self.number = self.number or position
        self.version += 1
        self.batch = batch
        self.state = self.aggregate.evolve(self.state, event)


class StreamCache:
    """Streams by key, least recently used first."""

    __slots__ = ("_capacity", "_streams")

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._streams: dict[StreamKey, CachedStream] = {}

    def __len__(self) -> int:
        return len(self._streams)

    def get(self, key: StreamKey) -> CachedStream | None:
        """Return a stream if it is in memory, and count that as a use."""
        stream = self._streams.pop(key, None)
        if stream is not None:
            self._streams[key] = stream
        return stream

    def held(self, key: StreamKey) -> CachedStream:
        """Return a stream that is in memory."""
        return self._streams[key]

    def has(self, key: StreamKey) -> bool:
        """Return whether a stream is in memory."""
        return key in self._streams

    def put(self, keys: Iterable[StreamKey], loaded: Mapping[StreamKey, LoadedStream]) -> None:
        """Keep streams that were asked of the log; one that it does not have is an initial one."""
        for key in keys:
            self._streams[key] = _folded(key, loaded.get(key))

    def clear(self) -> None:
        """Forget all streams: what they say may not be in the log."""
        self._streams.clear()

    def snapshots_due(self, committed: int, changed: Collection[StreamKey]) -> list[Snapshot]:
        """Return the snapshots to store once the batch that changed these streams is in the log.

        Forgets the least recently used streams above the capacity, save those that a batch after
        the last `committed` one changed.
        """
        due = [stream for key in changed if _is_far(stream := self._streams[key])]
        excess = len(self._streams) - self._capacity
        for key in list(islice(self._streams, max(excess, 0))):
            stream = self._streams[key]
            if stream.batch <= committed:
                del self._streams[key]
                if stream.version - stream.snapshot_version >= SNAPSHOT_WORTHWHILE:
                    due.append(stream)
        return [_snapshot(stream) for stream in due]


def _is_far(stream: CachedStream) -> bool:
    behind = stream.version - stream.snapshot_version
    if behind < SNAPSHOT_EVERY:
        return False
    return behind >= stream.aggregate.parts(stream.state) // SNAPSHOT_SHARE


def _snapshot(stream: CachedStream) -> Snapshot:
    stream.snapshot_version = stream.version
    return Snapshot(
        key=stream.key,
        stream_number=stream.number,
        version=stream.version,
        fold_version=FOLD_VERSION,
        state=stream.aggregate.dump(stream.state),
    )


def _folded(key: StreamKey, loaded: LoadedStream | None) -> CachedStream:
    aggregate = aggregate_of(key.name)
    if loaded is None:
        return CachedStream(key, aggregate, 0, 0, aggregate.initial(), 0)
    snapshot = loaded.snapshot
    state = aggregate.load(snapshot.state) if snapshot else aggregate.initial()
    for event in loaded.events:
        state = aggregate.evolve(state, _decoded(event))
    return CachedStream(
        key,
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
