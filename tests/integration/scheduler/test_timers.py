"""The table of timers follows the events, and tells what is due by the ledger's clock."""

from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from stockledger.delivered_events import event_of_log
from stockledger.errors import OwnershipLost
from stockledger_scheduler import timers
from stockledger_scheduler.folding import Lapse, fold
from stockledger_scheduler.timer import TimerKind
from stockledger_scheduler.timers import Figures, figures_of, put_off
from tests.support.keeping import Keeping
from tests.support.ledger_clock import shift_ledger_clock
from tests.support.projecting import PARTITIONS
from tests.support.recorded_ledger import BEGIN, RecordedLedger
from tests.support.timer_events import TimerEvents

LAMPS, TENTS = "lamp-shop", "tent-shop"
SOON, LATER = BEGIN + timedelta(minutes=30), BEGIN + timedelta(hours=2)
Session = asyncpg.Connection


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


async def test_deadlines_begin_move_and_end(ledger: RecordedLedger, keeping: Keeping) -> None:
    lamps, tents = TimerEvents(ledger, LAMPS), TimerEvents(ledger, TENTS)
    await keeping.fold(
        *(lamps.created(name, SOON) for name in ("R1", "R2", "R3", "R4", "R6")),
        tents.created("R1", SOON),
        tents.created("R3", SOON),
    )
    await keeping.fold(
        lamps.extended("R1", LATER),
        lamps.updated("R2", LATER),
        lamps.confirmed("R3"),
        lamps.expired("R4", SOON),
        lamps.released("R5"),
    )

    assert await keeping.deadlines() == {
        (LAMPS, "R1"): LATER,
        (LAMPS, "R2"): LATER,
        (LAMPS, "R6"): SOON,
        (TENTS, "R1"): SOON,
        (TENTS, "R3"): SOON,
    }


async def test_transfers_and_requests_come_due_beside_reservations(
    ledger: RecordedLedger, keeping: Keeping
) -> None:
    shop = TimerEvents(ledger, LAMPS)
    names = ("X1", "X2", "X3", "X4")
    for make in (shop.created, shop.dispatched, shop.requested):
        await keeping.fold(*(make(name, SOON) for name in names))
    await keeping.fold(
        shop.received("X1", completed=False),
        shop.received("X2", completed=True),
        shop.called_off("X3"),
        shop.overdue("X4", SOON),
        shop.approved("X2"),
        shop.rejected("X3"),
        shop.request_expired("X4", SOON),
    )

    assert await keeping.deadlines("transfer") == {(LAMPS, "X1"): SOON}
    assert await keeping.deadlines("adjustment") == {(LAMPS, "X1"): SOON}
    assert await keeping.deadlines() == {(LAMPS, name): SOON for name in names}
    due = (await keeping.due()).timers
    assert {timer.kind for timer in due if timer.id == "X1"} == {
        TimerKind.RESERVATION,
        TimerKind.TRANSFER,
        TimerKind.ADJUSTMENT,
    }


async def test_a_timer_weighs_as_many_lines_as_its_reservation_has(
    ledger: RecordedLedger, keeping: Keeping
) -> None:
    shop = TimerEvents(ledger, LAMPS)
    await keeping.fold(*(shop.created(name, BEGIN, lines=3) for name in ("R1", "R2", "R3", "R4")))
    await keeping.fold(
        shop.updated("R2", BEGIN, lines=500),
        shop.extended("R3", BEGIN + timedelta(minutes=1)),
        shop.updated("R4", BEGIN, lines=0),
        shop.extended("R4", BEGIN + timedelta(minutes=1)),
    )

    timers = (await keeping.due()).timers

    weights = {timer.id: timer.weight for timer in timers if timer.id}
    assert weights == {"R1": 3, "R2": 500, "R3": 3, "R4": 1}


async def test_a_daily_check_tells_how_late_it_began(
    ledger: RecordedLedger, keeping: Keeping
) -> None:
    shop = TimerEvents(ledger, LAMPS)
    ledger.now = utc("2026-11-23T08:00")
    await keeping.fold(shop.configured("UTC"))
    ledger.now = utc("2026-11-23T09:00:02")
    begun, again = shop.day_begun("2026-11-23"), shop.day_begun("2026-11-23")

    async with keeping.pool.acquire() as connection:
        changes = fold([event_of_log(begun), event_of_log(again)])
        lapses = await timers.write(connection, changes)

    assert lapses == [Lapse(TimerKind.DAILY_CHECK, utc("2026-11-23T09:00"), begun.recorded_at)]


async def test_figures_count_the_first_timers_and_no_more_than_a_number(
    ledger: RecordedLedger, keeping: Keeping
) -> None:
    shop = TimerEvents(ledger, LAMPS)
    await keeping.fold(*(shop.created(f"R{number}", BEGIN) for number in range(5)))
    partition = ledger.events[0].partition

    found = await figures_of(keeping.pool, [partition], counted_max=3)

    assert found[TimerKind.RESERVATION][:2] == (3, 3)


async def test_figures_tell_for_how_long_the_oldest_of_a_kind_has_been_due(
    ledger: RecordedLedger, keeping: Keeping, owner: Session
) -> None:
    ledger.now = now = await owner.fetchval("select clock_timestamp()")
    lamps, tents = TimerEvents(ledger, LAMPS), TimerEvents(ledger, TENTS)
    await keeping.fold(
        lamps.created("R1", now - timedelta(seconds=30)),
        tents.created("R1", now - timedelta(seconds=90)),
        tents.created("R2", now - timedelta(seconds=60)),
        lamps.requested("A1", now + timedelta(hours=1)),
    )
    (oldest,) = [
        timer
        for timer in (await keeping.due(timers_max=1)).timers
        if timer.id == "R1" and timer.tenant_id == TENTS
    ]
    await put_off(keeping.pool, [oldest], 900)

    found = await figures_of(keeping.pool, range(PARTITIONS))

    reservations, requests = found[TimerKind.RESERVATION], found[TimerKind.ADJUSTMENT]
    assert reservations[:2] == (3, 3)
    assert 90 <= reservations.oldest_due_seconds < 150, "put off, it is late all the same"
    assert requests == Figures(stored=1, due=0, oldest_due_seconds=0)


async def test_a_tenant_has_a_daily_check_from_its_first_event_on(
    ledger: RecordedLedger, keeping: Keeping
) -> None:
    ledger.now = utc("2026-11-23T08:59")
    await keeping.fold(ledger.receive(LAMPS, "NORTH", "LAMP", 5))
    ledger.now = utc("2026-11-23T09:30")
    await keeping.fold(ledger.receive(LAMPS, "NORTH", "LAMP", 5))
    await keeping.fold(ledger.receive(TENTS, "NORTH", "TENT", 5))

    assert await keeping.check_of(LAMPS) == utc("2026-11-23T09:00")
    assert await keeping.check_of(TENTS) == utc("2026-11-24T09:00")


async def test_a_day_that_was_begun_is_followed_by_the_next(
    ledger: RecordedLedger, keeping: Keeping
) -> None:
    shop = TimerEvents(ledger, LAMPS)
    ledger.now = utc("2026-03-27T12:00")
    await keeping.fold(shop.configured("Europe/Berlin"))
    assert await keeping.check_of(LAMPS) == utc("2026-03-28T08:00")

    ledger.now = utc("2026-03-28T08:00:01")
    await keeping.fold(shop.day_begun("2026-03-28"))
    assert await keeping.check_of(LAMPS) == utc("2026-03-29T07:00")

    ledger.now = utc("2026-03-28T08:00:02")
    await keeping.fold(shop.configured("Asia/Tokyo"), shop.configured("America/New_York"))
    assert await keeping.check_of(LAMPS) == utc("2026-03-29T13:00")


async def test_settings_that_leave_the_clock_alone_do_not_put_a_check_off(
    ledger: RecordedLedger, keeping: Keeping
) -> None:
    shop = TimerEvents(ledger, LAMPS)
    ledger.now = utc("2026-11-23T08:00")
    await keeping.fold(shop.configured("UTC"))
    ledger.now = utc("2026-11-23T09:00:01")
    await keeping.fold(shop.configured("UTC"))

    assert await keeping.check_of(LAMPS) == utc("2026-11-23T09:00")


async def test_what_is_due_comes_in_order_by_the_ledgers_clock_and_within_limits(
    ledger: RecordedLedger, keeping: Keeping, owner: Session
) -> None:
    now: datetime = await owner.fetchval("select clock_timestamp()")
    ledger.now = now
    lamps, tents = TimerEvents(ledger, LAMPS), TimerEvents(ledger, TENTS)
    minutes = {f"R{number}": now + timedelta(minutes=number) for number in (1, 4, 2, 9, 3)}
    await keeping.fold(
        *(lamps.created(name, at) for name, at in minutes.items()), tents.created("T1", now)
    )
    (of_lamps,) = {event.partition for event in ledger.events if event.tenant_id == LAMPS}

    assert [timer.id for timer in (await keeping.due()).timers] == ["T1"]

    await shift_ledger_clock(owner, ahead=timedelta(minutes=5))
    found = await keeping.due(timers_max=3)
    assert now + timedelta(minutes=5) <= found.now < now + timedelta(minutes=6)
    assert [timer.id for timer in found.timers] == ["T1", "R1", "R2", "R3"]
    only_lamps = await keeping.due([of_lamps])
    assert [timer.id for timer in only_lamps.timers] == ["R1", "R2", "R3", "R4"]
    figures = await figures_of(keeping.pool, [of_lamps])
    assert figures[TimerKind.RESERVATION][:2] == (5, 4)


async def test_a_daily_check_that_is_due_comes_with_its_clock(
    ledger: RecordedLedger, keeping: Keeping
) -> None:
    await keeping.fold(TimerEvents(ledger, LAMPS).configured("Asia/Tokyo"))

    (timer,) = (await keeping.due()).timers

    assert (timer.kind, timer.time_zone) == (TimerKind.DAILY_CHECK, "Asia/Tokyo")


async def test_starting_over_throws_all_away_and_stops_whoever_folds(
    ledger: RecordedLedger, keeping: Keeping, owner: Session
) -> None:
    shop = TimerEvents(ledger, LAMPS)
    await keeping.fold(shop.created("R1", SOON), shop.created("R2", SOON))
    before = await keeping.deadlines()

    await owner.execute("select timers.start_over()")

    assert await keeping.deadlines() == {}
    with pytest.raises(OwnershipLost):
        await keeping.fold(shop.released("R2"))
    assert await keeping.deadlines() == {}
    await keeping.fold(*ledger.events[:2])
    assert await keeping.deadlines() == before


async def test_the_schedulers_role_changes_timers_and_nothing_else(owner: Session) -> None:
    await owner.execute("set role stockledger_scheduler")
    for change in (
        "delete from ledger.results",
        "delete from ledger.events",
        "update ledger.log_partitions set epoch = 0",
        "select timers.start_over()",
        "truncate timers.timers",
        "select from views.stock_levels",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await owner.execute(change)
