"""The table of timers keeps how far a check has come, and what is put off for a while."""

from datetime import timedelta

import asyncpg

from stockledger_scheduler import timers
from stockledger_scheduler.folding import CHECKED_WEIGHT
from stockledger_scheduler.timer import Timer, TimerKind
from tests.support.keeping import Keeping
from tests.support.ledger_clock import shift_ledger_clock
from tests.support.recorded_ledger import BEGIN, RecordedLedger
from tests.support.supply_timer_events import SupplyTimerEvents
from tests.support.timer_events import TimerEvents

SHOP = "lamp-shop"
DAY = "2026-11-23"
SOON, LATER = BEGIN + timedelta(minutes=30), BEGIN + timedelta(hours=2)


async def due_of(keeping: Keeping, kind: TimerKind) -> list[Timer]:
    return [timer for timer in (await keeping.due()).timers if timer.kind is kind]


async def test_a_check_is_at_one_place_until_it_is_completed(
    ledger: RecordedLedger, keeping: Keeping
) -> None:
    shop = SupplyTimerEvents(ledger, SHOP)
    await keeping.fold(TimerEvents(ledger, SHOP).day_begun(DAY))
    (begun,) = await due_of(keeping, TimerKind.CHECKED_ITEMS)
    assert (begun.place, begun.weight) == (f"{DAY}//", CHECKED_WEIGHT)

    checked = shop.checked(DAY)
    await keeping.fold(checked)
    (behind,) = await due_of(keeping, TimerKind.CHECKED_ITEMS)
    assert (behind.place, behind.due) == (f"{DAY}/NORTH/LAMP", checked.recorded_at)

    await keeping.fold(shop.check_completed(DAY))
    assert await due_of(keeping, TimerKind.CHECKED_ITEMS) == []


async def test_late_orders_and_reorders_come_due_and_end(
    ledger: RecordedLedger, keeping: Keeping
) -> None:
    shop = SupplyTimerEvents(ledger, SHOP)
    await keeping.fold(
        *(shop.ordered(name, SOON) for name in ("P1", "P2", "P3", "P4")),
        *(shop.raised(number) for number in (1, 2, 3)),
    )
    await keeping.fold(
        shop.promised("P1", LATER),
        shop.promised("P1", None),
        shop.called_off("P2"),
        shop.delivered("P3", completed=False),
        shop.overdue("P4", SOON),
        shop.ordered("P5", answers=1),
        shop.over(2),
    )
    assert await keeping.deadlines("supplier_order") == {(SHOP, "P1"): LATER, (SHOP, "P3"): SOON}
    assert set(await keeping.deadlines("reorder")) == {(SHOP, "NORTH/LAMP/3")}


async def test_what_is_put_off_comes_again_by_its_own_time_unless_it_was_ended_or_changed(
    ledger: RecordedLedger, keeping: Keeping, owner: asyncpg.Connection
) -> None:
    shop = SupplyTimerEvents(ledger, SHOP)
    ledger.now = await owner.fetchval("select clock_timestamp()")
    await keeping.fold(shop.raised(1), shop.raised(2), shop.raised(3), shop.ordered("P1", SOON))
    first, second, third = await due_of(keeping, TimerKind.REORDER)
    (late,) = await due_of(keeping, TimerKind.SUPPLIER_ORDER)
    await keeping.fold(shop.over(2))

    await timers.put_off(keeping.pool, [first, second, late], 900)

    assert await due_of(keeping, TimerKind.REORDER) == [third]
    assert set(await keeping.deadlines("reorder")) == {(SHOP, first.id), (SHOP, third.id)}
    await shift_ledger_clock(owner, ahead=timedelta(seconds=899))
    assert await due_of(keeping, TimerKind.REORDER) == [third]
    await shift_ledger_clock(owner, ahead=timedelta(seconds=960))
    again, _ = await due_of(keeping, TimerKind.REORDER)
    assert again == first._replace(retry_at=again.retry_at), "it has been due since its own time"

    await timers.put_off(keeping.pool, [first], 900)
    assert await due_of(keeping, TimerKind.REORDER) == [again, third], "it was changed meanwhile"
    await timers.put_off(keeping.pool, [again], 900)
    assert await due_of(keeping, TimerKind.REORDER) == [third]
    await keeping.fold(shop.promised("P1", ledger.now + timedelta(minutes=1)))
    (promised,) = await due_of(keeping, TimerKind.SUPPLIER_ORDER)
    assert promised.retry_at is None, "an event gave it another time"
