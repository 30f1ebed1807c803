"""Which commands to send now: from the timers that are due and what was sent already, purely.

A timer is outstanding from its first sending until an event ends it, and in between it is sent
again and again: a command may get lost, or come before its time where clocks were set. One
that was sent often in vain is stuck: it is sent ever more rarely, and takes room from no other.

An automatic reorder is often in vain: an order that is open already answers it without an event,
and it is refused while its supplier is unknown or its warehouse takes nothing in. There may be
thousands of them, for weeks; they are put off instead, so that they hide nothing from view.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Final, NamedTuple

from stockledger.messages.codec import encode_command
from stockledger.messages.fields import TenantId
from stockledger.messages.message import Command
from stockledger_scheduler.tick_commands import command_for
from stockledger_scheduler.timer import Timer, TimerKind

OUTSTANDING_MAX: Final = 300
"""Lines of timers outstanding at once: some 30 ms of a handler's work, which customers wait behind.

In all partitions of this process: one handler may have all of them. With fewer, handlers decide
smaller batches, each of which costs much the same, and everything takes longer.
"""

OUTSTANDING_EACH_MIN: Final = 25
"""Lines that any partition may have outstanding, however many others have some."""

SENT_AT_ONCE_MAX: Final = 25
"""Lines of one command's reservations: four times as many would each cost as much to decide."""

RESEND_SECONDS: Final = 5.0
"""After so long without its event a timer is sent again: far beyond what a healthy way takes."""

RESEND_SECONDS_MAX: Final = 900.0
"""The pause doubles up to here, so that a queue that nobody reads does not fill up with ticks.

An automatic reorder is put off for so long each time.
"""

_DOUBLINGS_MAX: Final = math.ceil(math.log2(RESEND_SECONDS_MAX / RESEND_SECONDS))

SENT_TOGETHER_MAX: Final = 2
"""Sent so often in company without effect, a timer goes alone: one of them may be poison.

Sent more often, it is stuck. It leaves its room to others then, silent as its handler may be.
"""

STUCK_AT_ONCE_MAX: Final = 5
"""Lines of stuck timers that a partition is sent within RESEND_SECONDS: next to no work."""

STUCK_MAX: Final = 1_000
"""Stuck timers of a partition that are looked past: reading so many takes a few milliseconds.

More of them would hide from view what has come due behind them.
"""

ID_BYTES: Final = 16
"""Length of a command's id (bytes): nothing meets by chance."""


class Sent(NamedTuple):
    """When a timer was sent last (monotonic seconds), and how many times in all."""

    at: float
    times: int

    @property
    def is_stuck(self) -> bool:
        """Say whether it was sent so often in vain that others no longer wait for it."""
        return self.times > SENT_TOGETHER_MAX


@dataclass(frozen=True, slots=True)
class Tick:
    """A command to send, its JSON on the wire, and the timers that it is about."""

    partition: int
    tenant_id: TenantId
    kind: TimerKind
    id: str
    command: Command
    body: str
    timers: Sequence[Timer]


@dataclass(frozen=True, slots=True)
class Moment:
    """Now: by the ledger's clock, by a clock that never jumps, and what was heard until now.

    `heard` says when an event of each partition was folded last, by the second clock.
    """

    now: datetime
    clock: float
    heard: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to send, what is outstanding once it is sent, and what is put off for a while."""

    ticks: Sequence[Tick]
    outstanding: Mapping[Timer, Sent]
    put_off: Sequence[Timer] = ()


def share_of_each(partitions: int) -> int:
    """Return how many lines each of so many partitions may have outstanding."""
    return max(OUTSTANDING_MAX // max(partitions, 1), OUTSTANDING_EACH_MIN)


def looked_at_max(partitions: Iterable[int], outstanding: Mapping[Timer, Sent]) -> list[int]:
    """Return how many due timers of each partition to look at: past those that are stuck."""
    taken: Counter[int] = Counter()
    stuck: Counter[int] = Counter()
    for timer, sent in outstanding.items():
        (stuck if _turns_stuck(sent) else taken)[timer.partition] += 1
    share = share_of_each(len(taken))
    return [max(share, taken[each]) + min(stuck[each], STUCK_MAX) for each in partitions]


def plan(due: Iterable[Timer], outstanding: Mapping[Timer, Sent], moment: Moment) -> Plan:
    """Return the commands for the first of the due timers, given in the order of their time.

    An outstanding timer that is not among the due ones was ended, or its time was changed.
    """
    known: dict[Timer, Sent] = {}
    resting: list[Timer] = []
    ready: list[Timer] = []
    stuck: list[Timer] = []
    put_off: list[Timer] = []
    for timer in due:
        sent = outstanding.get(timer)
        if sent is None:
            ready.append(timer)
            continue
        known[timer] = sent
        if moment.clock - sent.at < pause_after(sent.times):
            resting.append(timer)
        elif timer.kind is TimerKind.REORDER:
            put_off.append(timer)
        else:
            (stuck if _turns_stuck(sent) else ready).append(timer)
    chosen = [*_with_room(ready, resting, known), *_stuck_with_room(stuck, resting, known, moment)]
    for timer in chosen:
        before = outstanding.get(timer)
        known[timer] = Sent(moment.clock, 1 if before is None else before.times + 1)
    batches = _batches(chosen, outstanding, moment)
    return Plan([_tick(timers, moment.now) for timers in batches], known, put_off)


def pause_after(times: int) -> float:
    """Return how long (s) a timer rests that was sent so often."""
    return min(RESEND_SECONDS * 2.0 ** min(times - 1, _DOUBLINGS_MAX), RESEND_SECONDS_MAX)


def attempt_of(timer: Timer, now: datetime) -> int:
    """Return the attempt's number: it rises with time, and nobody has to write it down."""
    return int((now - timer.due).total_seconds() // RESEND_SECONDS)


def _turns_stuck(sent: Sent) -> bool:
    """Say whether a timer is stuck, or would be if it were sent once more."""
    return sent.times >= SENT_TOGETHER_MAX


def _with_room(
    ready: Sequence[Timer], resting: Iterable[Timer], known: Mapping[Timer, Sent]
) -> list[Timer]:
    taken = _lines_of(timer for timer in resting if not known[timer].is_stuck)
    share = share_of_each(len({timer.partition for timer in ready} | taken.keys()))
    return _first_within(ready, taken, share)


def _stuck_with_room(
    stuck: Iterable[Timer], resting: Iterable[Timer], known: Mapping[Timer, Sent], moment: Moment
) -> list[Timer]:
    """Return what was sent longest ago, so that none of them keeps the others back."""
    since = moment.clock - RESEND_SECONDS
    taken = _lines_of(t for t in resting if known[t].is_stuck and known[t].at > since)
    in_turn = sorted(stuck, key=lambda timer: known[timer].at)
    return _first_within(in_turn, taken, STUCK_AT_ONCE_MAX)


def _lines_of(timers: Iterable[Timer]) -> Counter[int]:
    lines: Counter[int] = Counter()
    for timer in timers:
        lines[timer.partition] += timer.weight
    return lines


def _first_within(ready: Iterable[Timer], taken: Counter[int], lines_max: int) -> list[Timer]:
    """Return the first timers of each partition; one that is too heavy has the room alone.

    It is waited for then: lighter ones behind it would take its room again and again.
    """
    chosen: list[Timer] = []
    full: set[int] = set()
    for timer in ready:
        partition, before = timer.partition, taken[timer.partition]
        if partition in full:
            continue
        if before and before + timer.weight > lines_max:
            full.add(partition)
            continue
        taken[partition] = before + timer.weight
        chosen.append(timer)
    return chosen


def _batches(
    chosen: Iterable[Timer], outstanding: Mapping[Timer, Sent], moment: Moment
) -> Iterable[Sequence[Timer]]:
    together: dict[tuple[int, TenantId], list[Timer]] = defaultdict(list)
    for timer in chosen:
        if timer.kind is TimerKind.RESERVATION and not _goes_alone(timer, outstanding, moment):
            together[timer.partition, timer.tenant_id].append(timer)
        else:
            yield [timer]
    for timers in together.values():
        yield from _within_a_command(timers)


def _within_a_command(timers: Iterable[Timer]) -> Iterable[Sequence[Timer]]:
    batch: list[Timer] = []
    lines = 0
    for timer in timers:
        if batch and lines + timer.weight > SENT_AT_ONCE_MAX:
            yield batch
            batch, lines = [], 0
        batch.append(timer)
        lines += timer.weight
    yield batch


def _goes_alone(timer: Timer, outstanding: Mapping[Timer, Sent], moment: Moment) -> bool:
    """Say whether its partition's events went on, and yet none ended it."""
    sent = outstanding.get(timer)
    if sent is None or sent.times < SENT_TOGETHER_MAX:
        return False
    return moment.heard.get(timer.partition, sent.at) > sent.at


def _tick(timers: Sequence[Timer], now: datetime) -> Tick:
    partition, tenant_id, kind, *_ = timers[0]
    command = command_for(timers, now)
    body = encode_command(command)
    return Tick(partition, tenant_id, kind, _tick_id(timers, body, now), command, body, timers)


def _tick_id(timers: Sequence[Timer], body: str, now: datetime) -> str:
    """Return the same id for the same timers, each in the same attempt, and for nothing else."""
    digest = blake2b(body.encode(), digest_size=ID_BYTES)
    for timer in timers:
        attempt = attempt_of(timer, now)
        digest.update(f"\0{timer.tenant_id}\0{timer.kind}\0{timer.id}".encode())
        digest.update(f"\0{timer.due.isoformat()}\0{attempt}".encode())
    return digest.hexdigest()
