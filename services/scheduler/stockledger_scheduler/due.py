"""Which commands to send now: from the timers that are due and what was sent already, purely.

A timer is outstanding from its first sending until an event ends it, and in between it is sent
again and again: a command may get lost, or come before its time where clocks were set. One
that was sent often in vain is stuck: it takes room from no other, and is sent alone. When that is
in vain as well it is put off: it waits in a room of its own, where it hides nothing from view.

An automatic reorder is often in vain: an order that is open already answers it without an event,
and it is refused while its supplier is unknown or its warehouse takes nothing in. There may be
thousands of them, for weeks; they are put off at once.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Final

from stockledger.messages.codec import encode_command
from stockledger.messages.fields import TenantId
from stockledger.messages.message import Command
from stockledger_scheduler.resending import (
    RESEND_SECONDS,
    RESEND_SECONDS_MAX,
    Sent,
    attempt_of,
    pause_after,
    turns_stuck,
)
from stockledger_scheduler.rooms import Place, Room, room_of
from stockledger_scheduler.tick_commands import command_for
from stockledger_scheduler.timer import Timer, TimerKind

OUTSTANDING_MAX: Final = 300
"""Lines of reservations outstanding: some 30 ms of a handler's work, which customers wait behind.

In all partitions of this process: one handler may have all of them. With fewer, handlers decide
smaller batches, each of which costs much the same, and everything takes longer.
"""

OUTSTANDING_BESIDE_MAX: Final = 100
"""Lines outstanding in each of the other rooms: some 10 ms more, so that none waits for another."""

OUTSTANDING_EACH_MIN: Final = 25
"""Lines that a room of any partition may have outstanding, however many others have some."""

SENT_AT_ONCE_MAX: Final = 25
"""Lines of one command's reservations: four times as many would each cost as much to decide."""

STUCK_MAX: Final = 1_000
"""Stuck timers of a place that are looked past: reading so many takes a few milliseconds.

There are more only while a handler is silent, and then all of them wait. One that works has some
700 at most, for as many are put off as turn stuck.
"""

_SENT_ONCE: Final = frozenset({Room.REORDERS, Room.PUT_OFF})
"""Rooms whose timers are put off when they were sent once in vain."""

ID_BYTES: Final = 16
"""Length of a command's id (bytes): nothing meets by chance."""


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


@dataclass(slots=True)
class _Sorted:
    """The due timers of a room, by what is to be done with them."""

    known: dict[Timer, Sent] = field(default_factory=dict[Timer, Sent])
    resting: list[Timer] = field(default_factory=list[Timer])
    ready: list[Timer] = field(default_factory=list[Timer])
    stuck: list[Timer] = field(default_factory=list[Timer])
    put_off: list[Timer] = field(default_factory=list[Timer])


def share_of_each(partitions: int, room: Room = Room.RESERVATIONS) -> int:
    """Return how many lines of a room each of so many partitions may have outstanding."""
    lines = OUTSTANDING_MAX if room is Room.RESERVATIONS else OUTSTANDING_BESIDE_MAX
    return max(lines // max(partitions, 1), OUTSTANDING_EACH_MIN)


def stuck_share_of_each(partitions: int, room: Room = Room.RESERVATIONS) -> int:
    """Return how many lines of stuck timers each partition is sent within RESEND_SECONDS.

    A share turns stuck in 15 seconds at the soonest: they are sent, alone, faster than they come.
    """
    return share_of_each(partitions, room) // 2


def looked_at_max(
    partitions: Iterable[int], outstanding: Mapping[Timer, Sent]
) -> Mapping[Place, int]:
    """Return how many due timers to look at in each place: past those that are stuck."""
    taken: Counter[Place] = Counter()
    stuck: Counter[Place] = Counter()
    for timer, sent in outstanding.items():
        place = Place(timer.partition, room_of(timer))
        (stuck if turns_stuck(sent) else taken)[place] += 1
    active = Counter(place.room for place in taken)
    places = [Place(partition, room) for partition in partitions for room in Room]
    return {
        place: max(share_of_each(active[place.room], place.room), taken[place])
        + min(stuck[place], STUCK_MAX)
        for place in places
    }


def plan(due: Iterable[Timer], outstanding: Mapping[Timer, Sent], moment: Moment) -> Plan:
    """Return the commands for the first of the due timers, given in the order of their time.

    An outstanding timer that is not among the due ones was ended, or its time was changed.
    """
    known: dict[Timer, Sent] = {}
    chosen: list[Timer] = []
    put_off: list[Timer] = []
    rooms: dict[Room, list[Timer]] = {room: [] for room in Room}
    for timer in due:
        rooms[room_of(timer)].append(timer)
    for room, timers in rooms.items():
        if timers:
            found = _sort(room, timers, outstanding, moment)
            known |= found.known
            put_off += found.put_off
            chosen += [*_with_room(room, found), *_stuck_with_room(room, found, moment)]
    for timer in chosen:
        before = outstanding.get(timer)
        known[timer] = Sent(moment.clock, 1 if before is None else before.times + 1)
    batches = _batches(chosen, outstanding, moment)
    return Plan([_tick(timers, moment.now) for timers in batches], known, put_off)


def _sort(
    room: Room, due: Iterable[Timer], outstanding: Mapping[Timer, Sent], moment: Moment
) -> _Sorted:
    found = _Sorted()
    for timer in due:
        sent = outstanding.get(timer)
        if sent is None:
            found.ready.append(timer)
            continue
        found.known[timer] = sent
        if moment.clock - sent.at < pause_after(sent.times):
            found.resting.append(timer)
        elif room in _SENT_ONCE or _is_in_vain(timer, sent, moment):
            found.put_off.append(timer)
        else:
            (found.stuck if turns_stuck(sent) else found.ready).append(timer)
    return found


def _is_in_vain(timer: Timer, sent: Sent, moment: Moment) -> bool:
    """Say whether a timer was sent alone in vain, or for so long that it does not matter why."""
    if not sent.is_stuck:
        return False
    return _is_outlived(timer, sent, moment) or pause_after(sent.times) >= RESEND_SECONDS_MAX


def _with_room(room: Room, found: _Sorted) -> list[Timer]:
    known = found.known
    taken = _lines_of(timer for timer in found.resting if not known[timer].is_stuck)
    partitions = {timer.partition for timer in found.ready} | taken.keys()
    return _first_within(found.ready, taken, share_of_each(len(partitions), room))


def _stuck_with_room(room: Room, found: _Sorted, moment: Moment) -> list[Timer]:
    """Return what was sent longest ago, so that none of them keeps the others back."""
    known, since = found.known, moment.clock - RESEND_SECONDS
    taken = _lines_of(t for t in found.resting if known[t].is_stuck and known[t].at > since)
    partitions = {timer.partition for timer in found.stuck} | taken.keys()
    in_turn = sorted(found.stuck, key=lambda timer: known[timer].at)
    return _first_within(in_turn, taken, stuck_share_of_each(len(partitions), room))


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
    """Say whether a timer was in vain in company, or was put off."""
    if timer.retry_at is not None:
        return True
    sent = outstanding.get(timer)
    return sent is not None and turns_stuck(sent) and _is_outlived(timer, sent, moment)


def _is_outlived(timer: Timer, sent: Sent, moment: Moment) -> bool:
    """Say whether its partition's events went on after it was sent, and yet none ended it."""
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
