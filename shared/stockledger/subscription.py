"""Following the events: what projector, notifier and scheduler share.

One batch, one transaction: its first statement moves the group's positions on, or fails because
another process did; then the subscriber writes. Reading, decoding and folding of the next batch
overlap with writing this one. A failure of the outside ends `run`; the service makes a new one.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, Protocol, TypeVar

import asyncpg
import structlog

from stockledger.broker import TopicReader
from stockledger.cancelling import cancel
from stockledger.config import Settings
from stockledger.delivered_events import DeliveredEvent
from stockledger.errors import UnknownMessage
from stockledger.event_intake import EventIntake, PartitionsHeld
from stockledger.event_log.interface import EventLog
from stockledger.positions import Positions, Step
from stockledger.statements import Connection
from stockledger.telemetry import Progress, ReadingMetrics
from stockledger.watch import ReaderWatch

BATCH_EVENTS_MAX: Final = 4_000
"""Events in a transaction: large enough to be set-based, far inside the session's timeouts."""

_log = structlog.get_logger(__name__)
Folded = TypeVar("Folded")


class Subscriber(PartitionsHeld, Protocol[Folded]):
    """What a service makes of the events. A batch passes through the methods in this order."""

    def fold(self, events: Sequence[DeliveredEvent]) -> Folded:
        """Compute what changes, without looking at anything but the events."""
        ...

    async def apply(self, connection: Connection, folded: Folded) -> None:
        """Write it, in the transaction that moves the positions.

        What must have happened outside before they move, has happened when this returns.
        """
        ...

    async def committed(self) -> None:
        """Know that the positions have moved."""
        ...


@dataclass(frozen=True, slots=True)
class Source:
    """What is followed, and for whom: a group of processes shares the partitions."""

    settings: Settings
    topic: str
    group: str
    log: EventLog
    pool: "asyncpg.Pool[asyncpg.Record]"


@dataclass(slots=True)
class _Batch(Generic[Folded]):
    steps: list[Step]
    folded: Folded
    events: int


class Subscription(Generic[Folded]):
    """The loop of one process of a group; `run` is called once."""

    def __init__(
        self,
        source: Source,
        subscriber: Subscriber[Folded],
        metrics: ReadingMetrics,
        progress: Progress,
    ) -> None:
        self.progress = progress
        self._source = source
        self._subscriber = subscriber
        self._figures = metrics.of(source.topic)
        self._positions = Positions(source.group)
        self._draining = asyncio.Event()
        self._intake = EventIntake(
            source.log, source.pool, self._positions, subscriber, self._finish
        )
        group_id = f"{source.settings.topic_prefix}stockledger.{source.group}"
        self._reader = TopicReader(source.settings, source.topic, group_id, self)
        self._watch = ReaderWatch(self._reader, source.topic, progress, metrics, self._next_offsets)
        self._ready: _Batch[Folded] | None = None
        self._writing: asyncio.Task[None] | None = None
        self._written: dict[int, int] = {}
        self._running = False

    async def run(self) -> None:
        """Follow the events until drained; an event of a newer release ends it for good."""
        await self._reader.start()
        watching = asyncio.create_task(self._watch.run(), name="watch")
        self._running = True
        try:
            await self._follow()
        finally:
            self._running = False
            await cancel(watching)
            await self._reader.stop()
            await self._subscriber.released()
        if self._intake.refusal is not None:
            await self._stand_by(self._intake.refusal)

    async def drain(self) -> None:
        """Take nothing new, write what was taken, and let `run` return."""
        self._draining.set()

    def unready(self) -> str | None:
        """Return why nothing is followed now, None when it is."""
        if self._intake.refusal is not None:
            return f"a newer release wrote an event: {self._intake.refusal}"
        return None if self._running and self._reader.owned else "no partition is assigned"

    async def assigned(self, partitions: Sequence[int]) -> Mapping[int, int]:
        """Take the partitions over (the reader's rebalance listener).

        They are looked at before, and again before the first event: where nothing can be taken
        over, or a batch fails at once, they are seen to stand.
        """
        await self._watch.look()
        offsets = await self._intake.assigned(self._reader, partitions)
        self._written = dict(offsets)
        await self._watch.look()
        _log.info("partitions taken over", group=self._source.group, partitions=list(partitions))
        return offsets

    async def revoked(self, partitions: Sequence[int]) -> None:
        """Give the partitions up (the reader's rebalance listener)."""
        self._figures.rebalances.inc()
        await self._intake.revoked()
        self._written.clear()
        _log.info("partitions given up", group=self._source.group, partitions=list(partitions))

    async def _finish(self) -> None:
        self._ready = None
        if self._writing is not None:
            await asyncio.wait({self._writing})

    async def _follow(self) -> None:
        arriving: asyncio.Task[None] | None = None
        try:
            while True:
                self.progress.turned()
                if arriving is None and self._has_room():
                    arriving = asyncio.create_task(self._intake.arrive(self._reader))
                self._begin_writing()
                under_way = {task for task in (arriving, self._writing) if task is not None}
                if not under_way:
                    return
                await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
                if self._writing is not None and self._writing.done():
                    written, self._writing = self._writing, None
                    written.result()
                if arriving is not None and arriving.done():
                    arrived, arriving = arriving, None
                    arrived.result()
        finally:
            for task in (arriving, self._writing):
                if task is not None:
                    await cancel(task)

    def _has_room(self) -> bool:
        return (
            len(self._intake.pending) < BATCH_EVENTS_MAX
            and not self._draining.is_set()
            and self._intake.refusal is None
        )

    def _begin_writing(self) -> None:
        pending = len(self._intake.pending)
        full = pending >= BATCH_EVENTS_MAX
        if self._ready is None and pending and (full or self._writing is None):
            self._ready = self._next_batch()
        if self._writing is None and self._ready is not None:
            batch, self._ready = self._ready, None
            self._writing = asyncio.create_task(self._write(batch))

    def _next_batch(self) -> _Batch[Folded]:
        events = self._intake.take_pending()
        first: dict[int, DeliveredEvent] = {}
        last: dict[int, DeliveredEvent] = {}
        for event in events:
            first.setdefault(event.partition, event)
            last[event.partition] = event
        steps = [_step(first[partition], last[partition]) for partition in sorted(first)]
        return _Batch(steps, self._subscriber.fold(events), len(events))

    async def _write(self, batch: _Batch[Folded]) -> None:
        with self._figures.batch_seconds.time():
            async with self._source.pool.acquire() as connection, connection.transaction():
                await self._positions.advance(connection, batch.steps)
                await self._subscriber.apply(connection, batch.folded)
            await self._subscriber.committed()
        self._tell_written(batch)

    def _tell_written(self, batch: _Batch[Folded]) -> None:
        self._figures.batch_records.observe(batch.events)
        for step in batch.steps:
            if step.next_offset is not None:
                self._written[step.partition] = step.next_offset
        self.progress.took_records()

    def _next_offsets(self) -> Mapping[int, int]:
        """Return the offsets behind what is written; with nothing under way, what was read."""
        tails = {p: tail.next_offset for p, tail in self._intake.tails().items()}
        if self._ready is None and self._writing is None and not self._intake.pending:
            self._written = tails
        return {partition: self._written.get(partition, tails[partition]) for partition in tails}

    async def _stand_by(self, refusal: UnknownMessage) -> None:
        """Own nothing and be alive, until a newer release takes this process's place."""
        _log.critical("a newer release is needed", error=str(refusal))
        await self.progress.stand_by(self._draining)


def _step(first: DeliveredEvent, last: DeliveredEvent) -> Step:
    next_offset = None if last.offset is None else last.offset + 1
    return Step(first.partition, first.position - 1, last.position, next_offset)
