"""The way of decided batches: one append at a time, then Kafka, each overlapping with the next.

Order is kept everywhere: a batch is appended after the one before it, and published after it.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from itertools import chain
from typing import Final

from stockledger.crash_points import CrashPoints
from stockledger.errors import DataRefused
from stockledger.event_log.interface import EventLog
from stockledger.publisher import OutgoingMessage, PartitionPublisher
from stockledger_command_handler.answering import Answering
from stockledger_command_handler.batch import Addressed, Batch, Outgoing, OwnedPartition, add
from stockledger_command_handler.outgoing import event_messages

CRASH_BEFORE_SENT_ON: Final = "handler-before-sent-on"
CRASH_BEFORE_APPEND: Final = "handler-before-append"
CRASH_AFTER_APPEND: Final = "handler-after-append"
CRASH_AFTER_EVENTS: Final = "handler-after-events"
CRASH_AFTER_ANSWERS: Final = "handler-after-answers"
CRASH_POINTS: Final = (
    CRASH_BEFORE_SENT_ON,
    CRASH_BEFORE_APPEND,
    CRASH_AFTER_APPEND,
    CRASH_AFTER_EVENTS,
    CRASH_AFTER_ANSWERS,
)


class Pipeline:
    """Takes decided batches to the log and to Kafka; fails as a whole."""

    def __init__(
        self,
        log: EventLog,
        publisher: PartitionPublisher,
        answering: Answering,
        events_topic: str,
        crash_points: CrashPoints,
        on_committed: Callable[[Batch], Awaitable[None]],
        on_published: Callable[[Batch], None],
        unpublished_max: int,
    ) -> None:
        self._log = log
        self._publisher = publisher
        self._answering = answering
        self._events_topic = events_topic
        self._crash_points = crash_points
        self._on_committed = on_committed
        self._on_published = on_published
        self._unpublished_max = unpublished_max
        self._committed: asyncio.Queue[Batch] = asyncio.Queue(unpublished_max)
        self._sending: asyncio.Task[None] | None = None
        self._appending: asyncio.Task[None] | None = None
        self._last_committed = 0
        self._unpublished: dict[int, float] = {}
        self.refused: Batch | None = None

    def oldest_unpublished_seconds(self) -> float:
        """Return for how long the oldest batch in the log waits for Kafka; 0 when none does."""
        now = time.monotonic()
        return now - next(iter(self._unpublished.values()), now)

    @property
    def committed(self) -> int:
        """The number of the last batch that is in the log."""
        return self._last_committed

    @property
    def is_idle(self) -> bool:
        """Whether everything pushed is in the log and in Kafka."""
        return not self._unpublished and (self._appending is None or self._appending.done())

    async def push(self, batch: Batch, owned: Mapping[int, OwnedPartition]) -> None:
        """Begin to append a batch once the one before is in the log.

        Raises what appending or publishing the batches before raised.
        """
        await self.appended()
        for part in batch.parts.values():
            part.answered_offset = owned[part.partition].answered_offset
            part.published_position = owned[part.partition].published_position
        self._appending = asyncio.create_task(self._append(batch))
        self._check_sending()

    def check(self) -> None:
        """Raise what appending or publishing raised since the last push."""
        if self._appending is not None and self._appending.done():
            self._appending.result()
        if self._sending is not None and self._sending.done():
            self._sending.result()

    async def appended(self) -> None:
        """Wait until everything pushed is in the log; raises what failed."""
        appending = self._appending
        if appending is not None:
            await asyncio.shield(appending)

    async def idle(self) -> None:
        """Wait until everything pushed is in the log and in Kafka; raises what failed."""
        await self.appended()
        sending = self._sending
        if sending is None:
            return
        emptied = asyncio.create_task(self._committed.join())
        try:
            await asyncio.wait({emptied, sending}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            emptied.cancel()
        self._check_sending()

    async def abandon(self) -> None:
        """Give up whatever is under way; what is in the log is published at a take-over."""
        for task in (self._appending, self._sending):
            if task is not None:
                task.cancel()
                await asyncio.wait([task])
                if not task.cancelled():
                    task.exception()
        self._appending = self._sending = None
        self._unpublished.clear()
        self._committed = asyncio.Queue(self._unpublished_max)

    def _check_sending(self) -> None:
        if self._sending is None:
            self._sending = asyncio.create_task(self._send_committed())
        elif self._sending.done():
            self._sending.result()

    async def _send_on(self, before: Addressed) -> None:
        self._crash_points.passed(CRASH_BEFORE_SENT_ON)
        for topic, messages in before.items():
            await self._publisher.publish(topic, messages)

    async def _append(self, batch: Batch) -> None:
        if batch.before:
            await self._send_on(batch.before)
        self._crash_points.passed(CRASH_BEFORE_APPEND)
        try:
            await self._log.append(batch.appends(), batch.time)
        except DataRefused:
            self.refused = batch
            raise
        self._crash_points.passed(CRASH_AFTER_APPEND)
        self._last_committed = batch.number
        self._unpublished[batch.number] = time.monotonic()
        await self._put(batch)
        await self._on_committed(batch)

    async def _put(self, batch: Batch) -> None:
        """Queue a batch for Kafka; when that fails instead, fail too rather than wait for room."""
        self._check_sending()
        sending = self._sending
        put = asyncio.create_task(self._committed.put(batch))
        try:
            await asyncio.wait({put, sending} if sending else {put}, return_when="FIRST_COMPLETED")
        finally:
            put.cancel()
        self._check_sending()

    async def _send_committed(self) -> None:
        while True:
            batches = [await self._committed.get()]
            while not self._committed.empty():
                batches.append(self._committed.get_nowait())
            await self._send(batches)
            for batch in batches:
                del self._unpublished[batch.number]
                self._on_published(batch)
                self._committed.task_done()

    async def _send(self, batches: list[Batch]) -> None:
        events: Outgoing = {}
        answers: Outgoing = {}
        for batch in batches:
            for part in batch.appends():
                if part.events:
                    messages = event_messages(part, batch.stamp)
                    add(events, self._events_topic, part.partition, messages)
            for addressed in (self._answering.answers(batch), batch.after):
                _join(answers, addressed)
        publishing = [
            asyncio.create_task(self._publish(events, CRASH_AFTER_EVENTS)),
            asyncio.create_task(self._publish(answers, CRASH_AFTER_ANSWERS)),
        ]
        try:
            await asyncio.gather(*publishing)
        finally:
            for task in publishing:
                task.cancel()
            await asyncio.wait(publishing)

    async def _publish(self, outgoing: Outgoing, crash_point: str) -> None:
        for topic, partitions in outgoing.items():
            messages = {p: chain.from_iterable(some) for p, some in partitions.items()}
            await self._publisher.publish(topic, messages)
        self._crash_points.passed(crash_point)


def _join(into: Outgoing, addressed: Mapping[str, Mapping[int, Iterable[OutgoingMessage]]]) -> None:
    for topic, partitions in addressed.items():
        for partition, messages in partitions.items():
            add(into, topic, partition, messages)
