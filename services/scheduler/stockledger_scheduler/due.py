"""Which commands to send now: from the timers that are due and what was sent already, purely.

A timer is outstanding from its first sending until an event ends it, and in between it is sent
again and again: a command may get lost, or come before its time where clocks were set.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import blake2b
from typing import Final, NamedTuple

from stockledger.messages.codec import encode_command
from stockledger.messages.fields import TenantId
from stockledger.messages.message import Command
from stockledger.messages.reservation import ExpireReservation
from stockledger.messages.tenant import StartDailyCheck
from stockledger_scheduler.calendars import UTC_NAME, latest_day

OUTSTANDING_MAX: Final = 250
"""Timers outstanding at once: some 20 ms of a handler's work, which customers wait behind.

In all partitions of this process: one handler may have all of them. A way there and back takes
about as long, so that more would keep customers waiting and hardly be faster.
"""

OUTSTANDING_EACH_MIN: Final = 25
"""Timers that any partition may have outstanding, however many others have some."""

SENT_AT_ONCE_MAX: Final = 25
"""Reservations of one command: four times as many would each cost as much to decide."""

RESEND_SECONDS: Final = 5.0
"""After so long without its event a timer is sent again: far beyond what a healthy way takes."""

RESEND_SECONDS_MAX: Final = 60.0
"""The pause doubles up to here, so that a queue that nobody reads does not fill up with ticks."""

SENT_TOGETHER_MAX: Final = 2
"""Sent so often in company without effect, a timer goes alone: one of them may be poison."""

ID_BYTES: Final = 16
"""Length of a command's id (bytes): nothing meets by chance."""


class TimerKind(StrEnum):
    """What comes due."""

    RESERVATION = "reservation"
    DAILY_CHECK = "daily_check"


class Timer(NamedTuple):
    """Something that is due until an event ends it; `time_zone` is that of a daily check."""

    partition: int
    tenant_id: TenantId
    kind: TimerKind
    id: str
    due: datetime
    time_zone: str | None = None


class Sent(NamedTuple):
    """When a timer was sent last (monotonic seconds), and how many times in all."""

    at: float
    times: int


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
    """What to send, and what is outstanding once it is sent."""

    ticks: Sequence[Tick]
    outstanding: Mapping[Timer, Sent]


def share_of_each(partitions: int) -> int:
    """Return how many timers each of so many partitions may have outstanding."""
    return max(OUTSTANDING_MAX // max(partitions, 1), OUTSTANDING_EACH_MIN)


def plan(due: Iterable[Timer], outstanding: Mapping[Timer, Sent], moment: Moment) -> Plan:
    """Return the commands for the first of the due timers, given in the order of their time.

    An outstanding timer that is not among the due ones was ended, or its time was changed.
    """
    waiting: dict[Timer, Sent] = {}
    ready: list[Timer] = []
    for timer in due:
        sent = outstanding.get(timer)
        if sent is not None and moment.clock - sent.at < pause_after(sent.times):
            waiting[timer] = sent
        else:
            ready.append(timer)
    chosen = _with_room(ready, waiting)
    for timer in chosen:
        before = outstanding.get(timer)
        waiting[timer] = Sent(moment.clock, 1 if before is None else before.times + 1)
    batches = _batches(chosen, outstanding, moment)
    return Plan([_tick(timers, moment.now) for timers in batches], waiting)


def pause_after(times: int) -> float:
    """Return how long (s) a timer rests that was sent so often."""
    return min(RESEND_SECONDS * 2.0 ** (times - 1), RESEND_SECONDS_MAX)


def attempt_of(timer: Timer, now: datetime) -> int:
    """Return the attempt's number: it rises with time, and nobody has to write it down."""
    return int((now - timer.due).total_seconds() // RESEND_SECONDS)


def _with_room(ready: Sequence[Timer], waiting: Iterable[Timer]) -> list[Timer]:
    taken = Counter(timer.partition for timer in waiting)
    share = share_of_each(len({timer.partition for timer in ready} | taken.keys()))
    chosen: list[Timer] = []
    for timer in ready:
        if taken[timer.partition] < share:
            taken[timer.partition] += 1
            chosen.append(timer)
    return chosen


def _batches(
    chosen: Iterable[Timer], outstanding: Mapping[Timer, Sent], moment: Moment
) -> Iterable[Sequence[Timer]]:
    together: dict[tuple[int, TenantId], list[Timer]] = defaultdict(list)
    for timer in chosen:
        if timer.kind is TimerKind.DAILY_CHECK or _goes_alone(timer, outstanding, moment):
            yield [timer]
        else:
            together[timer.partition, timer.tenant_id].append(timer)
    for timers in together.values():
        for start in range(0, len(timers), SENT_AT_ONCE_MAX):
            yield timers[start : start + SENT_AT_ONCE_MAX]


def _goes_alone(timer: Timer, outstanding: Mapping[Timer, Sent], moment: Moment) -> bool:
    """Say whether its partition's events went on, and yet none ended it."""
    sent = outstanding.get(timer)
    if sent is None or sent.times < SENT_TOGETHER_MAX:
        return False
    return moment.heard.get(timer.partition, sent.at) > sent.at


def _tick(timers: Sequence[Timer], now: datetime) -> Tick:
    partition, tenant_id, kind, *_ = timers[0]
    command = _command(timers, now)
    body = encode_command(command)
    return Tick(partition, tenant_id, kind, _tick_id(timers, body, now), command, body, timers)


def _command(timers: Sequence[Timer], now: datetime) -> ExpireReservation | StartDailyCheck:
    first = timers[0]
    if first.kind is TimerKind.DAILY_CHECK:
        day = latest_day(first.time_zone or UTC_NAME, now)
        return StartDailyCheck(day=day.isoformat())
    return ExpireReservation(reservation_ids=tuple(timer.id for timer in timers))


def _tick_id(timers: Sequence[Timer], body: str, now: datetime) -> str:
    """Return the same id for the same timers, each in the same attempt, and for nothing else."""
    digest = blake2b(body.encode(), digest_size=ID_BYTES)
    for timer in timers:
        attempt = attempt_of(timer, now)
        digest.update(f"\0{timer.tenant_id}\0{timer.kind}\0{timer.id}".encode())
        digest.update(f"\0{timer.due.isoformat()}\0{attempt}".encode())
    return digest.hexdigest()
