"""The loop: batch in, one transaction, batch out.

Taking and deciding a batch overlaps with appending the one before and publishing the ones before
that. Every failure has one answer: forget what is in memory and take the partitions over again.
"""

import asyncio
import contextlib
import time
from collections.abc import Mapping, Sequence
from typing import Final

import structlog

from stockledger.broker import Record, TopicReader
from stockledger.crash_points import CrashPoints
from stockledger.errors import DataRefused, LogError, PublishingFailed, UnknownMessage
from stockledger.event_log.interface import CommandKey, EventLog
from stockledger.publisher import PartitionPublisher
from stockledger.telemetry import Progress
from stockledger.topics import Topics
from stockledger.watch import ReaderWatch
from stockledger_command_handler.answering import Answering
from stockledger_command_handler.batch import Batch
from stockledger_command_handler.caution import Caution
from stockledger_command_handler.deciding import BatchDecider
from stockledger_command_handler.decoding import (
    Task,
    ToDecide,
    ToSetAside,
    decided_together,
    decode,
)
from stockledger_command_handler.loading import StreamLoading
from stockledger_command_handler.metrics import CommandHandlerMetrics
from stockledger_command_handler.outgoing import Stamp
from stockledger_command_handler.ownership import Ownership
from stockledger_command_handler.pipeline import Pipeline
from stockledger_command_handler.settings import CommandHandlerSettings
from stockledger_command_handler.stream_cache import StreamCache
from stockledger_command_handler.stream_view import StreamView
from stockledger_command_handler.take_over import TakeOver

FINISH_SECONDS: Final = 15
"""How long a rebalance or a drain waits for batches under way; below the rebalance's timeout."""

BATCHES_TAKEN: Final = 4
"""Batches taken at once: Kafka is asked for more only when what it gave is taken."""

PAUSES_SECONDS: Final = (0.1, 0.5, 1.0, 2.0)
"""Pauses before partitions are taken over again after failures in a row."""

_log = structlog.get_logger(__name__)


class CommandHandler:
    """Decides the commands of the partitions that Kafka assigns to this process."""

    def __init__(
        self,
        settings: CommandHandlerSettings,
        log: EventLog,
        metrics: CommandHandlerMetrics,
        crash_points: CrashPoints,
        progress: Progress,
    ) -> None:
        topics = Topics.of(settings)
        self.progress = progress
        self._settings = settings
        self._log = log
        self._metrics = metrics
        self._figures = metrics.of(topics.commands)
        self._reader = TopicReader(settings, topics.commands, settings.group, self)
        self._publisher = PartitionPublisher(settings)
        self._answering = Answering(settings, self._publisher.known_partitions, metrics)
        self._pipeline = Pipeline(
            log,
            self._publisher,
            self._answering,
            topics.events,
            crash_points,
            self._committed,
            self._published,
            settings.batches_unpublished_max,
        )
        self._watch = ReaderWatch(
            self._reader, topics.commands, self.progress, metrics, self._answered_offsets
        )
        self._caution = Caution(settings.batch_records_max)
        self._take_over = TakeOver(settings, log, self._publisher, self._answering)
        self._ownership = Ownership(log, self._caution)
        self._cache = StreamCache(settings.streams_cached_max)
        self._loading = StreamLoading(log, self._cache, self._pipeline)
        self._previous: Batch | None = None
        self._left: list[Record] = []
        self._fitting = settings.batch_records_max
        self._batches = 0
        self._turning = asyncio.Lock()
        self._failures = 0
        self._draining = asyncio.Event()
        self._unready: str | None = "not started"

    async def run(self) -> None:
        """Decide commands until drained or cancelled; an event of a newer release ends it too."""
        self._unready = "joining the group"
        async with contextlib.AsyncExitStack() as at_the_end:
            watching = asyncio.create_task(self._watch.run())
            at_the_end.callback(watching.cancel)
            at_the_end.push_async_callback(self._publisher.stop)
            await self._publisher.start(self._settings.reply_topics)
            at_the_end.push_async_callback(self._reader.stop)
            at_the_end.push_async_callback(self._pipeline.abandon)
            await self._reader.start()
            refusal = await self._work()
            async with self._turning:
                await self._finish()
        self._unready = "stopped"
        if refusal is not None:
            await self._stand_by(refusal)

    async def _work(self) -> UnknownMessage | None:
        """Take turns until drained; return the event that only a newer release knows, if any."""
        try:
            while not self._draining.is_set():
                await self._turn_safely()
        except UnknownMessage as error:
            return error
        return None

    async def drain(self) -> None:
        """Take nothing new; `run` then finishes and returns."""
        self._draining.set()

    def unready(self) -> str | None:
        """Return why commands are not decided now, None when they are."""
        return self._unready

    async def assigned(self, partitions: Sequence[int]) -> Mapping[int, int]:
        """Take partitions over and return the offsets to start at."""
        await self._forget()
        heads = await self._take_over.run(self._reader, partitions)
        await self._ownership.begin(heads)
        self._metrics.take_overs.inc(len(heads))
        self._unready = None
        _log.info("partitions taken over", partitions=list(partitions))
        return {partition: head.next_offset for partition, head in heads.items()}

    async def revoked(self, partitions: Sequence[int]) -> None:
        """Finish what is under way, then forget the partitions."""
        self._unready = "waiting for partitions"
        async with self._turning:
            await self._finish()
            await self._forget()
            self._ownership.give_up()
        self._figures.rebalances.inc()
        _log.info("partitions given up", partitions=list(partitions))

    async def _forget(self) -> None:
        """Let go of all that may not be in the log."""
        await self._pipeline.abandon()
        self._cache.clear()
        self._ownership.forget()
        self._previous = None
        self._left = []

    async def _turn_safely(self) -> None:
        try:
            await self._turn()
        except (LogError, PublishingFailed) as error:
            await self._begin_again(error)
        else:
            self._failures = 0

    async def _begin_again(self, error: Exception) -> None:
        """Take the same partitions over from oneself."""
        pause = PAUSES_SECONDS[min(self._failures, len(PAUSES_SECONDS) - 1)]
        _log.warning("taking over from oneself", error=repr(error), pause_seconds=pause)
        self.progress.begun_again()
        refused = self._pipeline.refused
        if isinstance(error, DataRefused) and refused is not None:
            self._caution.refused(refused.taken, error)
            self._pipeline.refused = None
        else:
            self._failures += 1
            self._unready = repr(error)
            await asyncio.sleep(pause)
        async with self._turning:
            await self._forget()
            self._reader.take_over_again()

    async def _stand_by(self, refusal: UnknownMessage) -> None:
        """Own nothing and be alive, until a newer release takes this process's place."""
        self._unready = f"a newer release wrote an event: {refusal}"
        _log.critical("a newer release is needed", error=str(refusal))
        await self.progress.stand_by(self._draining)

    async def _turn(self) -> None:
        records = self._left or await self._reader.take(
            records_max=self._settings.batch_records_max * BATCHES_TAKEN,
            wait_seconds=self._settings.poll_seconds,
        )
        self.progress.turned()
        async with self._turning:
            self._left = []
            owned = self._ownership.partitions
            records = [record for record in records if record.partition in owned]
            if not records:
                await self._rest()
                return
            batch = records[: min(self._fitting, self._caution.records_max)]
            await self._ownership.count_attempts(batch)
            with self._figures.batch_seconds.time():
                done = await self._take_batch(batch)
            self._left = records[done:]
        self.progress.took_records()

    async def _rest(self) -> None:
        """With nothing to decide and nothing under way, write down how far everything is."""
        self._pipeline.check()
        if self._pipeline.is_idle and not self._reader.is_changing:
            await self._ownership.pass_over(await self._reader.positions())

    async def _take_batch(self, records: Sequence[Record]) -> int:
        tasks = decided_together([self._task(record) for record in records])
        lookup = await self._log.lookup(
            [
                CommandKey(task.record.partition, task.envelope.digest)
                for task in tasks
                if isinstance(task, ToDecide)
            ]
        )
        self._batches += 1
        owned = self._ownership
        now = owned.last_time = max(owned.last_time, lookup.now)
        batch = Batch(self._batches, now, Stamp.of(now))
        decider = BatchDecider(
            batch,
            self._previous,
            {key.digest: result for key, result in lookup.results.items()},
            owned.partitions,
            self._cache,
            StreamView(self._cache, self._settings, now, batch.number),
            self._answering,
            self._loading,
        )
        done = await decider.decide(tasks, self._settings.decision_seconds_max)
        if done:
            batch.snapshots = self._cache.snapshots_due(self._pipeline.committed, batch.changed)
            await self._pipeline.push(batch, owned.partitions)
            self._previous = batch
            self._figures.batch_records.observe(done)
        if decider.awaits_commit:
            await self._pipeline.appended()
            self._previous = None
        else:
            self._learn_what_fits(done, len(tasks))
        return done

    def _learn_what_fits(self, done: int, records: int) -> None:
        """Take no more at once than there is time to decide: the rest would be decoded again."""
        if done < records:
            self._fitting = max(done, 1)
        else:
            self._fitting = min(2 * self._fitting, self._settings.batch_records_max)

    def _task(self, record: Record) -> Task:
        task = decode(record, self._settings.partitions)
        aside = self._caution.why_set_aside(record)
        if aside is not None and isinstance(task, ToDecide):
            return ToSetAside(task, aside.reason, aside.explanation)
        return task

    async def _committed(self, batch: Batch) -> None:
        self._caution.succeeded()
        if batch.snapshots:
            await self._log.save_snapshots(batch.snapshots)

    def _published(self, batch: Batch) -> None:
        self._ownership.published(batch.parts.values())
        self._metrics.answered(batch.answered.values(), time.time() * 1_000)

    def _answered_offsets(self) -> Mapping[int, int]:
        """Return how far everything is; while partitions are taken over, figures stay."""
        owned = self._ownership.partitions.values()
        if not self._reader.is_changing:
            oldest_seconds = self._pipeline.oldest_unpublished_seconds()
            self._metrics.show_kept(owned, oldest_seconds, len(self._cache))
        return {one.partition: one.answered_offset for one in owned}

    async def _finish(self) -> None:
        """Wait for what is under way, and write down what Kafka has by now."""
        try:
            async with asyncio.timeout(FINISH_SECONDS):
                await self._pipeline.idle()
        except (LogError, PublishingFailed, TimeoutError) as error:
            _log.warning("given up unfinished; taken over as after a crash", error=repr(error))
        await self._ownership.write_down()
