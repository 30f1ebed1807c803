"""Deciding a batch: each command in order, on the states that the ones before left behind."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import Final

import structlog

from stockledger.broker import Record
from stockledger.event_log.interface import (
    NewResult,
    PartitionAppend,
    StoredResult,
    StreamKey,
)
from stockledger.messages.generated import maker_of
from stockledger.messages.message import Command, Event
from stockledger.messages.results import Accepted, ErrorCode, Rejection
from stockledger_command_handler.answering import Answering
from stockledger_command_handler.batch import Answered, Batch, OwnedPartition
from stockledger_command_handler.decoding import (
    Task,
    ToDeadLetter,
    ToDecide,
    ToForward,
    ToSetAside,
)
from stockledger_command_handler.domain.accounting import accounted
from stockledger_command_handler.domain.alerting import alerted
from stockledger_command_handler.effects import (
    NO_EFFECT,
    Effect,
    accepted,
    effect_of,
    outcome_of,
    rejected,
)
from stockledger_command_handler.general_checks import refused_by_its_fields, refused_unseen
from stockledger_command_handler.loading import StreamLoading
from stockledger_command_handler.origin import origin_of
from stockledger_command_handler.outgoing import Stamp, named
from stockledger_command_handler.routing import DECIDERS
from stockledger_command_handler.stream_cache import StreamCache
from stockledger_command_handler.stream_view import NotListed, NotLoaded, StreamView
from stockledger_command_handler.streams_named import streams_named

PAUSE_EVERY: Final = 64
"""Commands and events between two pauses, about 1 ms: what arrives from Kafka and PostgreSQL in
between is dealt with, so that the batches before are appended and published meanwhile."""

_answered: Final = maker_of(Answered)
_stream_key: Final = maker_of(StreamKey)
_log = structlog.get_logger(__name__)


class AwaitsCommit(Exception):
    """A repeat wants its own answer, and the first one's is not in the log yet.

    It is answered before its batch is committed, as all repeats are: after a crash nobody would.
    One without a reply address needs no more than the first one's answer.
    """


class BatchDecider:
    """Decides one batch. What it changes in memory counts only once the batch is committed.

    With `awaits_commit`, the task behind the decided ones waits for what was pushed before.
    """

    def __init__(
        self,
        batch: Batch,
        previous: Batch | None,
        stored: Mapping[str, StoredResult],
        owned: Mapping[int, OwnedPartition],
        cache: StreamCache,
        view: StreamView,
        answering: Answering,
        loading: StreamLoading,
    ) -> None:
        self._batch = batch
        self._in_flight = previous.answered if previous else {}
        self._stored = stored
        self._owned = owned
        self._cache = cache
        self._view = view
        self._answering = answering
        self._loading = loading
        self._work = 0
        self.awaits_commit = False

    async def decide(self, tasks: Sequence[Task], seconds_max: float) -> int:
        """Decide tasks in order until the time is up; return how many were decided."""
        deadline = time.monotonic() + seconds_max
        await self._load_named(tasks)
        done, listed = 0, False
        while done < len(tasks):
            try:
                self._take(tasks[done])
            except NotLoaded as missing:
                await self._load_for(tasks[done:], missing)
                continue
            except NotListed as missing:
                names = await self._loading.names(missing, self._batch.changed)
                self._view.name_streams(missing, names)
                listed = True
                continue
            except AwaitsCommit:
                self.awaits_commit = True
                break
            done += 1
            if listed:
                self._view.forget_names()
                listed = False
            if self._work >= PAUSE_EVERY:
                self._work = 0
                if time.monotonic() > deadline:
                    break
                await asyncio.sleep(0)
        return done

    def _take(self, task: Task) -> None:
        match task:
            case ToDecide():
                self._answer(task)
            case ToForward():
                self._answering.forward(self._batch, task)
            case ToDeadLetter():
                self._answering.dead_letter(self._batch, task.record, task.reason, task.explanation)
            case ToSetAside():
                self._set_aside(task.task, task.reason, task.explanation)
        self._pass(task.record)

    def _pass(self, record: Record) -> None:
        owned = self._owned[record.partition]
        part = self._part(owned)
        part.next_offset = owned.next_offset = record.offset + 1
        part.next_position = owned.next_position
        self._batch.taken.append((record.partition, record.offset))
        self._work += 1

    def _part(self, owned: OwnedPartition) -> PartitionAppend:
        part = self._batch.parts.get(owned.partition)
        if part is None:
            part = self._batch.parts[owned.partition] = owned.append()
        return part

    def _answer(self, task: ToDecide) -> None:
        digest = task.envelope.digest
        known = self._batch.answered.get(digest) or self._in_flight.get(digest)
        if known is not None:
            if task.envelope.reply is not None:
                raise AwaitsCommit
            self._repeat(task, known.result, known.stamp, uncommitted=True)
        elif (stored := self._stored.get(digest)) is not None:
            self._repeat(task, stored, Stamp.of(stored.decided_at), uncommitted=False)
        else:
            self._decide_new(task)

    def _repeat(
        self, task: ToDecide, known: NewResult | StoredResult, stamp: Stamp, *, uncommitted: bool
    ) -> None:
        if known.body_hash == task.envelope.body_hash:
            self._answering.repeat(self._batch, task, known, stamp, uncommitted=uncommitted)
            return
        refusal = Rejection(
            ErrorCode.DUPLICATE_COMMAND,
            f"Command {task.envelope.id} of {task.envelope.source} was answered already, "
            "with other content.",
            {"command_id": task.envelope.id, "command_source": task.envelope.source},
        )
        self._refuse_unstored(task, refusal)

    def _refuse_unstored(self, task: ToDecide, refusal: Rejection) -> None:
        result = rejected(task, self._batch.time, self._last_position(task), refusal)
        self._answering.refuse_unstored(self._batch, task, result, refusal.code)

    def _set_aside(
        self, task: ToDecide, reason: str, explanation: str, error: Exception | None = None
    ) -> None:
        self._answering.dead_letter(self._batch, task.record, reason, explanation, error)
        refusal = Rejection(ErrorCode.INTERNAL_ERROR, "The command could not be decided.")
        self._refuse_unstored(task, refusal)

    def _decide_new(self, task: ToDecide) -> None:
        try:
            decision = self._decision(task)
            result, effect = self._effect(task, decision)
        except (NotLoaded, NotListed):
            raise
        except Exception as error:  # noqa: BLE001 - the dead-letter policy
            _log.exception("a decision failed", **origin_of(task.record, task.envelope))
            self._set_aside(task, "decision_failed", repr(error), error)
            return
        if not isinstance(decision, Rejection):
            self._apply(task, decision.events, effect)
        self._part(self._owned[task.record.partition]).results.append(result)
        self._batch.answered[task.envelope.digest] = _answered(
            result=result,
            command=named(task.envelope),
            command_type=task.envelope.type,
            reply=task.envelope.reply,
            partition=task.record.partition,
            timestamp=task.record.timestamp,
            stamp=self._batch.stamp,
            outcome=decision.code if isinstance(decision, Rejection) else "accepted",
        )

    def _decision(self, task: ToDecide) -> Accepted | Rejection:
        envelope, command = task.envelope, task.command
        refusal = refused_unseen(envelope, self._batch.time)
        if refusal is not None:
            return refusal
        if isinstance(command, Rejection):
            return command
        view = self._view.of(envelope.tenant_id, envelope.actor)
        refusal = refused_by_its_fields(command, view)
        if refusal is not None:
            return refusal
        decision = DECIDERS[type(command)](command, view)
        decision = alerted(accounted(command, decision, view), view)
        if isinstance(decision, (Accepted, Rejection)):
            return decision
        return Accepted(decision, outcome_of(decision))

    def _effect(self, task: ToDecide, decision: Accepted | Rejection) -> tuple[NewResult, Effect]:
        last = self._last_position(task)
        if isinstance(decision, Rejection):
            return rejected(task, self._batch.time, last, decision), NO_EFFECT
        effect = effect_of(task, decision.events, last + 1, self._view)
        last += len(effect.events)
        return accepted(task, self._batch.time, last, decision.outcome, effect), effect

    def _apply(self, task: ToDecide, events: Sequence[Event], effect: Effect) -> None:
        owned = self._owned[task.record.partition]
        position, batch = owned.next_position, self._batch.number
        for event, stream in zip(events, effect.streams, strict=True):
            stream.apply(event, position, batch)
            position += 1
        self._batch.changed.update(effect.streams)
        self._part(owned).events.extend(effect.events)
        self._work += position - owned.next_position
        owned.next_position = position

    def _last_position(self, task: ToDecide) -> int:
        return self._owned[task.record.partition].next_position - 1

    async def _load_named(self, tasks: Sequence[Task]) -> None:
        """Load what the commands name, before any of them is decided."""
        missing: dict[StreamKey, None] = {}
        for task in tasks:
            if isinstance(task, ToDecide) and isinstance(task.command, Command):
                tenant_id = task.envelope.tenant_id
                held = self._cache.of(tenant_id)
                for name in streams_named(task.command):
                    if name not in held:
                        missing[_stream_key(tenant_id, name)] = None
        if missing:
            await self._loading.load(missing, self._batch.number)

    async def _load_for(self, tasks: Sequence[Task], missing: NotLoaded) -> None:
        """Load what states name of this task and, as far as they can tell, those behind it."""
        wanted = dict.fromkeys(missing.keys)
        for task in tasks:
            if isinstance(task, ToDecide) and isinstance(task.command, Command):
                wanted.update(dict.fromkeys(self._wanted_by(task)))
        await self._loading.load(wanted, self._batch.number)

    def _wanted_by(self, task: ToDecide) -> Sequence[StreamKey]:
        try:
            self._decision(task)
        except NotLoaded as missing:
            return missing.keys
        except Exception:  # noqa: BLE001 - met again, and set aside, in its turn
            return ()
        return ()
