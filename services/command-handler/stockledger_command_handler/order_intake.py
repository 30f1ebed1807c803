"""The loop that turns what shop systems say on the orders topic into commands.

Nothing is kept but the offsets committed to Kafka, and these only when Kafka has the commands: what
a crash leaves between the two is sent again, and known as a repeat by whoever decides it.
"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import structlog
from aiokafka.errors import KafkaError

from stockledger.broker import Record, TopicReader
from stockledger.crash_points import CrashPoints
from stockledger.dead_letters import dead_letter_message
from stockledger.errors import PublishingFailed
from stockledger.publisher import OutgoingMessage, PartitionPublisher
from stockledger.telemetry import Progress
from stockledger.topics import Topics
from stockledger.watch import ReaderWatch
from stockledger_command_handler.decoding import ToDeadLetter
from stockledger_command_handler.metrics import CommandHandlerMetrics
from stockledger_command_handler.order_translation import ToSend, translate
from stockledger_command_handler.settings import CommandHandlerSettings

RECORDS_MAX: Final = 500
"""Events taken at once: some 20 ms of translating, for which the deciding of commands waits."""

FINISH_SECONDS: Final = 15
"""How long a rebalance waits for events under way; below the rebalance's timeout."""

PAUSES_SECONDS: Final = (0.1, 0.5, 1.0, 2.0)
"""Pauses before beginning again after failures in a row."""

CRASH_BEFORE_SENT: Final = "intake-before-sent"
CRASH_AFTER_SENT: Final = "intake-after-sent"
CRASH_POINTS: Final = (CRASH_BEFORE_SENT, CRASH_AFTER_SENT)

_Messages = dict[int, list[OutgoingMessage]]
_log = structlog.get_logger(__name__)


class OrderIntake:
    """Translates the orders topic's partitions that Kafka assigns to this process."""

    def __init__(
        self,
        settings: CommandHandlerSettings,
        metrics: CommandHandlerMetrics,
        crash_points: CrashPoints,
        progress: Progress,
    ) -> None:
        self.progress = progress
        self._settings = settings
        self._topics = Topics.of(settings)
        self._group = settings.order_intake_group
        self._metrics = metrics
        self._figures = metrics.of(self._topics.orders)
        self._crash_points = crash_points
        self._publisher = PartitionPublisher(settings)
        self._reader = self._new_reader()
        self._next_offsets: dict[int, int] = {}
        self._turning = asyncio.Lock()
        self._failures = 0
        self._draining = asyncio.Event()
        self._unready: str | None = "not started"

    async def run(self) -> None:
        """Translate events until drained or cancelled; a failure of Kafka begins it again."""
        while not self._draining.is_set():
            try:
                await self._follow()
            except (KafkaError, PublishingFailed, TimeoutError) as error:
                await self._pause(error)
        self._unready = "stopped"

    async def drain(self) -> None:
        """Take nothing new; `run` then finishes and returns."""
        self._draining.set()

    def unready(self) -> str | None:
        """Return why events are not translated now, None when they are."""
        return None if self._unready is None else f"order intake: {self._unready}"

    async def assigned(self, partitions: Sequence[int]) -> Mapping[int, int]:
        """Return the offsets to start at: those committed, or the first that there still are."""
        committed = await self._reader.committed_offsets(partitions)
        begins = await self._reader.beginning_offsets(partitions)
        ends = await self._reader.end_offsets(partitions)
        self._next_offsets = {
            partition: _start(partition, committed.get(partition), begins[partition], end)
            for partition, end in ends.items()
        }
        _log.info("orders taken over", partitions=list(partitions))
        return self._next_offsets

    async def revoked(self, partitions: Sequence[int]) -> None:
        """Let what is under way be sent, and commit how far that is."""
        self._figures.rebalances.inc()
        try:
            async with asyncio.timeout(FINISH_SECONDS), self._turning:
                await self._commit(partitions)
        except TimeoutError:
            _log.warning("orders given up unfinished; they are sent again")
        _log.info("orders given up", partitions=list(partitions))

    async def _follow(self) -> None:
        """Join the group and translate, until drained or until Kafka fails."""
        watch = ReaderWatch(
            self._reader,
            self._topics.orders,
            self.progress,
            self._metrics,
            lambda: self._offsets_of(self._reader.owned),
        )
        async with contextlib.AsyncExitStack() as at_the_end:
            at_the_end.push_async_callback(self._publisher.stop)
            await self._publisher.start([self._topics.orders_dead_letters])
            at_the_end.push_async_callback(self._reader.stop)
            await self._reader.start()
            watching = asyncio.create_task(watch.run(), name="watch over orders")
            at_the_end.callback(watching.cancel)
            while not self._draining.is_set():
                await self._turn()
            await self._commit(self._reader.owned)

    def _new_reader(self) -> TopicReader:
        return TopicReader(self._settings, self._topics.orders, self._group, self)

    async def _pause(self, error: Exception) -> None:
        pause = PAUSES_SECONDS[min(self._failures, len(PAUSES_SECONDS) - 1)]
        self._failures += 1
        self._unready = repr(error)
        self._reader = self._new_reader()
        self.progress.begun_again()
        _log.warning("order intake begins again", error=repr(error), pause_seconds=pause)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await self._draining.wait()

    async def _turn(self) -> None:
        records = await self._reader.take(
            records_max=RECORDS_MAX, wait_seconds=self._settings.poll_seconds
        )
        self.progress.turned()
        async with self._turning:
            owned = [record for record in records if record.partition in self._reader.owned]
            if owned:
                with self._figures.batch_seconds.time():
                    await self._translate(owned)
            else:
                await self._rest()

    async def _rest(self) -> None:
        """Pass over offsets that hold no record (a transaction's end); nothing is under way."""
        if not self._reader.has_joined or self._reader.is_changing:
            return
        self._next_offsets |= await self._reader.positions()
        self._succeeded()

    async def _translate(self, records: Sequence[Record]) -> None:
        """Send the commands of these records; only then count the records as dealt with."""
        partitions = self._settings.partitions
        translated = [translate(record, partitions) for record in records]
        to_send = [one for one in translated if isinstance(one, ToSend)]
        aside = [one for one in translated if isinstance(one, ToDeadLetter)]
        self._crash_points.passed(CRASH_BEFORE_SENT)
        await self._publisher.publish(self._topics.commands, _commands(to_send))
        await self._publisher.publish(self._topics.orders_dead_letters, self._letters(aside))
        self._crash_points.passed(CRASH_AFTER_SENT)
        for record in records:
            self._next_offsets[record.partition] = record.offset + 1
        self._count(to_send, aside)
        self._succeeded()
        self.progress.took_records()

    def _letters(self, aside: Sequence[ToDeadLetter]) -> _Messages:
        """Address dead letters; their topic may have fewer partitions than the shops' has."""
        topic = self._topics.orders_dead_letters
        known = self._publisher.known_partitions(topic)
        if aside and not known:
            complaint = f"{topic}: no partition is known"
            raise PublishingFailed(complaint)
        letters: _Messages = {}
        for one in aside:
            record = one.record
            message = dead_letter_message(record, self._group, one.reason, one.explanation)
            letters.setdefault(known[record.partition % len(known)], []).append(message)
        return letters

    def _count(self, to_send: Sequence[ToSend], aside: Sequence[ToDeadLetter]) -> None:
        metrics = self._metrics
        self._figures.batch_records.observe(len(to_send) + len(aside))
        metrics.order_events.inc(len(to_send) + len(aside))
        for command_type, count in Counter(one.command_type for one in to_send).items():
            metrics.order_commands.labels(command_type).inc(count)
        for reason, count in Counter(one.reason for one in aside).items():
            metrics.dead_letters.labels(self._topics.orders, reason).inc(count)

    def _succeeded(self) -> None:
        self._failures = 0
        self._unready = None

    def _offsets_of(self, partitions: Iterable[int]) -> dict[int, int]:
        offsets = self._next_offsets
        return {partition: offsets[partition] for partition in partitions if partition in offsets}

    async def _commit(self, partitions: Iterable[int]) -> None:
        if offsets := self._offsets_of(partitions):
            await self._reader.commit(offsets)


def _commands(to_send: Sequence[ToSend]) -> _Messages:
    messages: _Messages = {}
    for one in to_send:
        messages.setdefault(one.partition, []).append(one.message)
    return messages


def _start(partition: int, committed: int | None, begin: int, end: int) -> int:
    """Return where to begin in a partition that has the offsets from `begin` up to `end`."""
    if committed is None:
        return begin
    if begin <= committed <= end:
        return committed
    _log.warning(
        "the committed offset is no longer in the orders topic: begun at the first there is",
        partition=partition,
        committed=committed,
        begin=begin,
        end=end,
    )
    return begin
