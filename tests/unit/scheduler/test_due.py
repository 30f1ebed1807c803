"""What is sent of what is due: all of it in the end, never too much at once, under steady ids."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from stockledger.messages.adjustment import ExpireAdjustment
from stockledger.messages.fields import TenantId
from stockledger.messages.reservation import EXPIRED_AT_ONCE_MAX, ExpireReservation
from stockledger.messages.tenant import StartDailyCheck
from stockledger.messages.transfer import ReportOverdueTransfer
from stockledger_scheduler.due import (
    OUTSTANDING_MAX,
    SENT_AT_ONCE_MAX,
    STUCK_MAX,
    Moment,
    Plan,
    Tick,
    looked_at_max,
    plan,
    share_of_each,
    stuck_share_of_each,
)
from stockledger_scheduler.resending import (
    RESEND_SECONDS,
    RESEND_SECONDS_MAX,
    SENT_TOGETHER_MAX,
    Sent,
    pause_after,
)
from stockledger_scheduler.rooms import Place, Room
from stockledger_scheduler.timer import Timer, TimerKind

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
AT_NOON = Moment(NOON, 0, {})
NOTHING: Mapping[Timer, Sent] = {}


def later(seconds: float, heard: Mapping[int, float] | None = None) -> Moment:
    return Moment(NOON + timedelta(seconds=seconds), seconds, heard or {})


def reservation(
    number: int, *, tenant: str = "lamp-shop", partition: int = 0, lines: int = 1
) -> Timer:
    due = NOON - timedelta(seconds=4) + timedelta(milliseconds=number)
    shop = TenantId(tenant)
    return Timer(partition, shop, TimerKind.RESERVATION, f"R{number}", due, weight=lines)


def reservations(count: int) -> list[Timer]:
    return [reservation(number) for number in range(count)]


def check_of(tenant: str, due: datetime, time_zone: str = "UTC") -> Timer:
    return Timer(0, TenantId(tenant), TimerKind.DAILY_CHECK, "", due, time_zone)


def sent_by(planned: Plan) -> list[Timer]:
    return [timer for tick in planned.ticks for timer in tick.timers]


def lines_of(timers: Iterable[Timer]) -> int:
    return sum(timer.weight for timer in timers)


def only(ticks: Sequence[Tick]) -> Tick:
    (tick,) = ticks
    return tick


def living_in_one_partition(timer: Timer) -> Timer:
    return timer._replace(tenant_id=TenantId(f"{timer.tenant_id}-{timer.partition}"))


TIMERS = st.lists(
    st.builds(
        reservation,
        st.integers(0, 3_000),
        tenant=st.sampled_from(["lamp-shop", "tent-shop", "boat-shop"]),
        partition=st.integers(0, 5),
        lines=st.sampled_from([1, 1, 1, 2, 7, SENT_AT_ONCE_MAX, OUTSTANDING_MAX + 250]),
    ).map(living_in_one_partition),
    max_size=250,
    unique_by=lambda timer: (timer.tenant_id, timer.kind, timer.id),
)


@given(timers=TIMERS, copies=st.integers(1, 4))
def test_every_due_timer_is_sent_in_the_end_and_never_more_than_may_be_outstanding(
    timers: list[Timer], copies: int
) -> None:
    due = [timer._replace(id=f"{timer.id}-{copy}") for timer in timers for copy in range(copies)]
    everything, sent, outstanding = set(due), Counter[Timer](), NOTHING
    while due:
        planned = plan(due, outstanding, AT_NOON)
        sent.update(sent_by(planned))
        busy = {timer.partition for timer in due}
        for partition in busy:
            held = [timer for timer in planned.outstanding if timer.partition == partition]
            assert lines_of(held) <= share_of_each(len(busy)) <= OUTSTANDING_MAX or len(held) == 1
        ended = set(list(planned.outstanding)[: len(planned.outstanding) // 2 + 1])
        due = [timer for timer in due if timer not in ended]
        outstanding = planned.outstanding
    assert sent == Counter(dict.fromkeys(everything, 1))


@given(timers=TIMERS)
def test_a_command_names_a_few_reservations_of_one_tenant(timers: list[Timer]) -> None:
    planned = plan(timers, NOTHING, AT_NOON)
    for tick in planned.ticks:
        assert isinstance(tick.command, ExpireReservation)
        assert tick.command.reservation_ids == tuple(timer.id for timer in tick.timers)
        assert lines_of(tick.timers) <= SENT_AT_ONCE_MAX or len(tick.timers) == 1
        assert len(tick.timers) <= SENT_AT_ONCE_MAX <= EXPIRED_AT_ONCE_MAX
        assert {(t.partition, t.tenant_id) for t in tick.timers} == {
            (tick.partition, tick.tenant_id)
        }


@given(timers=TIMERS, seconds=st.floats(0, 0.9))
def test_the_same_timers_in_the_same_attempt_are_the_same_command(
    timers: list[Timer], seconds: float
) -> None:
    asked_twice = [plan(timers, NOTHING, moment).ticks for moment in (AT_NOON, later(seconds))]
    ids = [[tick.id for tick in ticks] for ticks in asked_twice]
    assert ids[0] == ids[1]
    assert len(set(ids[0])) == len(ids[0])


def test_another_attempt_deadline_tenant_or_company_is_another_command() -> None:
    timer = reservation(1)
    due_later = timer._replace(due=timer.due + timedelta(seconds=1))
    moved = timer._replace(tenant_id=TenantId("tent-shop"))
    ids = {
        only(plan([timer], NOTHING, AT_NOON).ticks).id,
        only(plan([timer], NOTHING, later(RESEND_SECONDS)).ticks).id,
        only(plan([due_later], NOTHING, AT_NOON).ticks).id,
        only(plan([moved], NOTHING, AT_NOON).ticks).id,
        only(plan([timer, reservation(2)], NOTHING, AT_NOON).ticks).id,
    }
    assert len(ids) == 5


def test_a_timer_is_sent_again_under_another_id_when_its_event_does_not_come() -> None:
    timer = reservation(1)
    first = plan([timer], NOTHING, AT_NOON)
    assert plan([timer], first.outstanding, later(RESEND_SECONDS - 0.01)).ticks == []

    second = plan([timer], first.outstanding, later(RESEND_SECONDS))

    assert only(second.ticks).id != only(first.ticks).id
    assert second.outstanding == {timer: Sent(RESEND_SECONDS, 2)}


def test_pauses_grow_up_to_a_quarter_of_an_hour() -> None:
    pauses = [pause_after(times) for times in range(1, 11)]
    assert pauses == [5, 10, 20, 40, 80, 160, 320, 640, 900, 900]
    assert pause_after(100_000) == RESEND_SECONDS_MAX


def test_a_reservation_of_many_lines_goes_alone_and_lighter_ones_behind_it_wait() -> None:
    lamp, lamps, last = reservation(1), reservation(2, lines=OUTSTANDING_MAX + 1), reservation(3)
    first = plan([lamp, lamps, last], NOTHING, AT_NOON)
    assert sent_by(first) == [lamp]

    second = plan([lamps, last], first.outstanding, later(0.1))
    assert sent_by(second) == [lamps]

    assert sent_by(plan([last], second.outstanding, later(0.2))) == [last]


@given(
    stuck=st.lists(st.integers(SENT_TOGETHER_MAX + 1, 30), max_size=200),
    healthy=TIMERS,
    seconds=st.floats(0, 2_000),
)
def test_stuck_timers_at_the_front_delay_no_other(
    stuck: list[int], healthy: list[Timer], seconds: float
) -> None:
    timers = [
        reservation(-number, tenant="poison-shop", lines=times)
        for number, times in enumerate(stuck, 1)
    ]
    outstanding = {timer: Sent(0, times) for timer, times in zip(timers, stuck, strict=True)}

    planned = plan([*timers, *healthy], outstanding, later(seconds))

    sent = [timer for timer in sent_by(planned) if timer not in outstanding]
    assert Counter(sent) == Counter(sent_by(plan(healthy, NOTHING, later(seconds))))
    assert planned.outstanding.keys() >= set(timers)
    again = [timer for timer in sent_by(planned) if timer in outstanding]
    assert lines_of(again) <= stuck_share_of_each(1) or len(again) == 1


def test_a_partition_full_of_stuck_timers_sends_others_after_two_vain_attempts() -> None:
    timers = reservations(3 * OUTSTANDING_MAX)
    stuck, healthy = timers[: 2 * OUTSTANDING_MAX], timers[2 * OUTSTANDING_MAX :]
    outstanding, sent = NOTHING, Counter[Timer]()
    for second in range(60):
        waiting = [timer for timer in healthy if timer not in sent]
        seen = looked_at_max([0], outstanding)[Place(0, Room.RESERVATIONS)]
        planned = plan([*stuck, *waiting][:seen], outstanding, later(second, heard={0: second}))
        sent.update(sent_by(planned))
        outstanding = planned.outstanding
    assert [sent[timer] for timer in healthy] == [1] * len(healthy)
    assert min(sent[timer] for timer in stuck) >= SENT_TOGETHER_MAX


def test_every_stuck_timer_has_its_turn_before_any_has_its_second() -> None:
    stuck = reservations(8 * stuck_share_of_each(1))
    outstanding: Mapping[Timer, Sent] = dict.fromkeys(stuck, Sent(-1_000, SENT_TOGETHER_MAX))
    sent = Counter[Timer]()
    for turn in range(8):
        planned = plan(stuck, outstanding, later(turn * RESEND_SECONDS))
        sent.update(sent_by(planned))
        outstanding = planned.outstanding
    assert sent == Counter(stuck)


def test_no_more_than_a_number_of_stuck_timers_is_looked_past() -> None:
    outstanding = dict.fromkeys(reservations(STUCK_MAX + 1), Sent(0, 9))
    seen = looked_at_max([0, 1], outstanding)
    assert [seen[Place(partition, Room.RESERVATIONS)] for partition in (0, 1)] == [
        OUTSTANDING_MAX + STUCK_MAX,
        OUTSTANDING_MAX,
    ]


def test_a_timer_that_ended_makes_room_and_is_forgotten() -> None:
    due = reservations(OUTSTANDING_MAX + 3)
    first = plan(due, NOTHING, AT_NOON)
    assert sent_by(first) == due[:OUTSTANDING_MAX]

    second = plan(due[2:], first.outstanding, later(0.1))

    assert sent_by(second) == due[OUTSTANDING_MAX : OUTSTANDING_MAX + 2]
    assert second.outstanding.keys() == set(due[2 : OUTSTANDING_MAX + 2])


def test_a_deadline_that_was_moved_is_another_timer() -> None:
    timer = reservation(1)
    moved = timer._replace(due=timer.due + timedelta(milliseconds=1))
    planned = plan([moved], {timer: Sent(0, 1)}, AT_NOON)
    assert sent_by(planned) == [moved]
    assert planned.outstanding == {moved: Sent(0, 1)}


def test_timers_that_others_outlive_go_alone_and_those_of_a_silent_handler_do_not() -> None:
    due = reservations(3)
    twice = dict.fromkeys(due, Sent(10, 2))
    silent = plan(due, twice, later(30, heard={0: 9, 1: 20}))
    assert [len(tick.timers) for tick in silent.ticks] == [3]

    alive = plan(due, twice, later(30, heard={0: 11}))
    assert [len(tick.timers) for tick in alive.ticks] == [1, 1, 1]


def test_a_daily_check_names_the_latest_day_that_is_due() -> None:
    friday = datetime(2026, 11, 20, 9, tzinfo=UTC)
    for zone, day in (("UTC", "2026-11-23"), ("America/New_York", "2026-11-22")):
        tick = only(plan([check_of("lamp-shop", friday, zone)], NOTHING, AT_NOON).ticks)
        assert tick.command == StartDailyCheck(day=day)


def test_every_tenant_has_a_check_of_its_own() -> None:
    due = [check_of(tenant, NOON) for tenant in ("lamp-shop", "tent-shop")]
    ticks = plan([*due, reservation(1)], NOTHING, AT_NOON).ticks
    assert Counter(tick.kind for tick in ticks) == {
        TimerKind.DAILY_CHECK: 2,
        TimerKind.RESERVATION: 1,
    }


def test_each_overdue_transfer_and_each_old_request_is_a_command_of_its_own() -> None:
    first = reservation(1)
    transfers = [first._replace(kind=TimerKind.TRANSFER, id=name) for name in ("X1", "X2")]
    due = [*transfers, first._replace(kind=TimerKind.ADJUSTMENT)]
    ticks = plan([*due, first, reservation(2)], NOTHING, AT_NOON).ticks
    assert Counter(tick.kind for tick in ticks)[TimerKind.RESERVATION] == 1
    commands = [tick.command for tick in ticks if tick.kind is not TimerKind.RESERVATION]
    assert commands == [
        ReportOverdueTransfer(transfer_id="X1"),
        ReportOverdueTransfer(transfer_id="X2"),
        ExpireAdjustment(adjustment_id="R1"),
    ]
    assert len({tick.id for tick in ticks}) == 4


def test_a_clock_that_jumps_changes_no_pause() -> None:
    timer = reservation(1)
    first = plan([timer], NOTHING, AT_NOON)
    hour_back = replace(later(1), now=NOON - timedelta(hours=1))
    assert plan([timer], first.outstanding, hour_back).ticks == []
