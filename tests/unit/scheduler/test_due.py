"""What is sent of what is due: all of it in the end, never too much at once, under steady ids."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from stockledger.messages.fields import TenantId
from stockledger.messages.reservation import EXPIRED_AT_ONCE_MAX, ExpireReservation
from stockledger.messages.tenant import StartDailyCheck
from stockledger_scheduler.due import (
    OUTSTANDING_EACH_MIN,
    OUTSTANDING_MAX,
    RESEND_SECONDS,
    RESEND_SECONDS_MAX,
    SENT_AT_ONCE_MAX,
    Moment,
    Plan,
    Sent,
    Tick,
    Timer,
    TimerKind,
    pause_after,
    plan,
    share_of_each,
)

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
AT_NOON = Moment(NOON, 0, {})
NOTHING: Mapping[Timer, Sent] = {}


def later(seconds: float, heard: Mapping[int, float] | None = None) -> Moment:
    return Moment(NOON + timedelta(seconds=seconds), seconds, heard or {})


def reservation(number: int, *, tenant: str = "lamp-shop", partition: int = 0) -> Timer:
    due = NOON - timedelta(seconds=4) + timedelta(milliseconds=number)
    return Timer(partition, TenantId(tenant), TimerKind.RESERVATION, f"R{number}", due)


def reservations(count: int) -> list[Timer]:
    return [reservation(number) for number in range(count)]


def check_of(tenant: str, due: datetime, time_zone: str = "UTC") -> Timer:
    return Timer(0, TenantId(tenant), TimerKind.DAILY_CHECK, "", due, time_zone)


def sent_by(planned: Plan) -> list[Timer]:
    return [timer for tick in planned.ticks for timer in tick.timers]


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
    ).map(living_in_one_partition),
    max_size=250,
    unique=True,
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
        for partition, held in Counter(timer.partition for timer in planned.outstanding).items():
            assert held <= share_of_each(len(busy)) <= OUTSTANDING_MAX, partition
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


def test_pauses_grow_up_to_a_minute() -> None:
    assert [pause_after(times) for times in range(1, 8)] == [5, 10, 20, 40, 60, 60, 60]
    assert pause_after(1_000) == RESEND_SECONDS_MAX


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


def test_partitions_share_what_may_be_outstanding_in_all() -> None:
    assert share_of_each(0) == share_of_each(1) == OUTSTANDING_MAX
    assert share_of_each(4) == OUTSTANDING_MAX // 4
    assert share_of_each(200) == OUTSTANDING_EACH_MIN


def test_a_clock_that_jumps_changes_no_pause() -> None:
    timer = reservation(1)
    first = plan([timer], NOTHING, AT_NOON)
    hour_back = replace(later(1), now=NOON - timedelta(hours=1))
    assert plan([timer], first.outstanding, hour_back).ticks == []
