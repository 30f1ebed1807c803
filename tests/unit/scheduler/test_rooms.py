"""Who waits for whom: reservations for no other kind, and nobody for what is in vain."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from stockledger.messages.fields import TenantId
from stockledger_scheduler.due import (
    OUTSTANDING_BESIDE_MAX,
    OUTSTANDING_EACH_MIN,
    OUTSTANDING_MAX,
    STUCK_MAX,
    Moment,
    Plan,
    looked_at_max,
    plan,
    share_of_each,
)
from stockledger_scheduler.folding import CHECKED_WEIGHT
from stockledger_scheduler.resending import RESEND_SECONDS, RESEND_SECONDS_MAX, Sent
from stockledger_scheduler.rooms import Place, room_of
from stockledger_scheduler.tick_commands import place_of_check, reorder_name
from stockledger_scheduler.timer import Timer, TimerKind

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
BUSY = range(2 * OUTSTANDING_MAX // OUTSTANDING_EACH_MIN)
"""So many partitions that each has the least share."""


def reservation(number: int, partition: int = 0, tenant: str = "lamp-shop") -> Timer:
    due = NOON - timedelta(hours=1) + timedelta(milliseconds=number)
    return Timer(partition, TenantId(tenant), TimerKind.RESERVATION, f"R{number}", due)


def older(kind: TimerKind, number: int, partition: int = 0) -> Timer:
    """Return what was due before every reservation."""
    due = NOON - timedelta(days=1) + timedelta(milliseconds=number)
    if kind is TimerKind.REORDER:
        name = reorder_name("NORTH", "LAMP", number)
        return Timer(partition, TenantId("lamp-shop"), kind, name, due)
    place, shop = place_of_check("2026-11-23"), TenantId(f"shop-{number}")
    return Timer(partition, shop, kind, "", due, weight=CHECKED_WEIGHT, place=place)


class Site:
    """A table of timers, and a handler that decides all ticks at once, poisoned ones in vain."""

    def __init__(self, timers: Iterable[Timer], poison: Callable[[Timer], bool]) -> None:
        self.left = {(timer.tenant_id, timer.kind, timer.id): timer for timer in timers}
        self.poison = poison
        self.seconds = 0.0
        self.handles = True
        self.sent: Counter[str] = Counter()
        self._outstanding: Mapping[Timer, Sent] = {}

    def look(self, step: float = 1.0) -> Plan:
        """Send what is due now, and end what the handler decides of it."""
        self.seconds += step
        now = NOON + timedelta(seconds=self.seconds)
        heard = dict.fromkeys(BUSY, self.seconds) if self.handles else {}
        seen = looked_at_max([0], self._outstanding)
        planned = plan(self._due(now, seen), self._outstanding, Moment(now, self.seconds, heard))
        self._outstanding = planned.outstanding
        for timer in planned.put_off:
            retry_at = now + timedelta(seconds=RESEND_SECONDS_MAX)
            self.left[timer.tenant_id, timer.kind, timer.id] = timer._replace(retry_at=retry_at)
        for tick in planned.ticks:
            self.sent.update(timer.id for timer in tick.timers)
            if self.handles and not any(map(self.poison, tick.timers)):
                for timer in tick.timers:
                    del self.left[timer.tenant_id, timer.kind, timer.id]
        return planned

    def look_until(self, seconds: float, step: float = 1.0) -> None:
        """Look again and again until so many seconds after noon."""
        while self.seconds < seconds:
            self.look(step)

    def _due(self, now: datetime, seen: Mapping[Place, int]) -> list[Timer]:
        found: Counter[Place] = Counter()
        due: list[Timer] = []
        for timer in sorted(self.left.values(), key=lambda each: each.retry_at or each.due):
            place = Place(timer.partition, room_of(timer))
            if (timer.retry_at or timer.due) <= now and found[place] < seen[place]:
                found[place] += 1
                due.append(timer)
        return sorted(due, key=lambda each: each.due)


def is_called(name: str) -> Callable[[Timer], bool]:
    return lambda timer: timer.tenant_id == name


def test_a_reservation_waits_for_no_reorders_and_no_checks() -> None:
    due = [
        timer
        for partition in BUSY
        for timer in (
            *(older(TimerKind.REORDER, number, partition) for number in range(500)),
            *(older(TimerKind.CHECKED_ITEMS, number, partition) for number in range(50)),
            reservation(1, partition),
        )
    ]
    planned = plan(due, {}, Moment(NOON, 0, {}))
    expired = [t for tick in planned.ticks for t in tick.timers if t.kind is TimerKind.RESERVATION]
    assert expired == [reservation(1, partition) for partition in BUSY]


def test_nobody_waits_for_reorders_that_are_in_vain() -> None:
    reorders = [older(TimerKind.REORDER, number) for number in range(STUCK_MAX)]
    check = older(TimerKind.CHECKED_ITEMS, 1)
    site = Site([*reorders, check, reservation(1)], lambda each: each.kind is TimerKind.REORDER)
    assert {tick.kind for tick in site.look().ticks} == {
        TimerKind.RESERVATION,
        TimerKind.CHECKED_ITEMS,
        TimerKind.REORDER,
    }
    site.look_until(RESEND_SECONDS_MAX / 2, RESEND_SECONDS)
    assert min(site.sent[each.id] for each in reorders) == 1, "each had its turn"
    assert not any(sent.is_stuck for sent in site.look().outstanding.values())


def test_each_room_has_a_share_of_its_own() -> None:
    kinds = (TimerKind.REORDER, TimerKind.CHECKED_ITEMS)
    due = [older(kind, number) for kind in kinds for number in range(OUTSTANDING_MAX)]
    due += [reservation(number) for number in range(2 * OUTSTANDING_MAX)]
    ticks = plan(due, {}, Moment(NOON, 0, {})).ticks
    lines = Counter[TimerKind]()
    for tick in ticks:
        lines[tick.kind] += sum(timer.weight for timer in tick.timers)
    assert lines == {
        TimerKind.RESERVATION: OUTSTANDING_MAX,
        TimerKind.CHECKED_ITEMS: OUTSTANDING_BESIDE_MAX,
        TimerKind.REORDER: OUTSTANDING_BESIDE_MAX,
    }
    for kind in kinds:
        room = room_of(older(kind, 1))
        assert share_of_each(len(BUSY), room) == OUTSTANDING_EACH_MIN


def test_partitions_share_what_may_be_outstanding_in_all() -> None:
    assert share_of_each(0) == share_of_each(1) == OUTSTANDING_MAX
    assert share_of_each(4) == OUTSTANDING_MAX // 4
    assert share_of_each(200) == OUTSTANDING_EACH_MIN


def test_more_poisoned_reservations_than_are_looked_at_hide_nothing_and_drain_when_mended() -> None:
    crowd = STUCK_MAX + 2 * OUTSTANDING_MAX
    poisoned = [reservation(number, tenant="poison-shop") for number in range(crowd)]
    behind = [reservation(crowd + number) for number in range(20)]
    site = Site([*poisoned, *behind], is_called("poison-shop"))
    site.look_until(120)
    assert [site.sent[timer.id] for timer in behind] == [1] * len(behind)
    assert {timer.tenant_id for timer in site.left.values()} == {"poison-shop"}

    site.look_until(RESEND_SECONDS_MAX, RESEND_SECONDS)
    late = reservation(2 * crowd)
    site.left[late.tenant_id, late.kind, late.id] = late
    site.look()
    assert site.sent[late.id] == 1, "they delay nothing that comes due now"

    site.poison = is_called("nobody")
    site.look_until(2 * RESEND_SECONDS_MAX + 60, RESEND_SECONDS)
    assert site.left == {}


def test_innocents_in_a_poisoned_command_end_once_they_go_alone() -> None:
    crowd = [reservation(number) for number in range(4 * OUTSTANDING_MAX)]
    poisoned = {timer.id for timer in crowd[::2]}
    site = Site(crowd, lambda timer: timer.id in poisoned)
    site.look_until(90)
    assert {timer.id for timer in site.left.values()} == poisoned
    assert max(site.sent[timer.id] for timer in crowd[1::2]) == 3


def test_while_the_handler_is_silent_nothing_is_put_off_until_pauses_are_longest() -> None:
    site = Site([reservation(1)], is_called("nobody"))
    site.handles = False
    sendings: list[float] = []
    put_off: list[Timer] = []
    while not put_off and site.seconds < 4 * RESEND_SECONDS_MAX:
        planned = site.look()
        put_off += planned.put_off
        sendings += [site.seconds for _ in planned.ticks]
    pauses = [later - earlier for earlier, later in pairwise(sendings)]
    assert pauses == [5, 10, 20, 40, 80, 160, 320, 640]
    site.handles = True
    site.look_until(site.seconds + RESEND_SECONDS_MAX, RESEND_SECONDS)
    assert site.left == {}
