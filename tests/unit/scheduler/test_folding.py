"""What a batch changes in the timers, computed from its events alone."""

from datetime import date, timedelta

from stockledger.delivered_events import event_of_log
from stockledger.event_log.interface import StoredEvent
from stockledger_scheduler.folding import (
    CalendarChange,
    Deadline,
    Lapse,
    Tenant,
    Timed,
    TimerChanges,
    fold,
)
from stockledger_scheduler.timer import TimerKind
from tests.support.recorded_ledger import BEGIN, RecordedLedger
from tests.support.timer_events import TimerEvents

SHOP = "lamp-shop"
SOON, LATER = BEGIN + timedelta(minutes=30), BEGIN + timedelta(hours=2)


def lamp_shop() -> TimerEvents:
    return TimerEvents(RecordedLedger(4), SHOP)


def folded(*events: StoredEvent) -> TimerChanges:
    return fold([event_of_log(event) for event in events])


def of(shop: TimerEvents, name: str, kind: TimerKind = TimerKind.RESERVATION) -> Timed:
    return Timed(shop.ledger.events[0].partition, SHOP, kind, name)


def test_the_last_deadline_of_a_batch_counts() -> None:
    shop = lamp_shop()
    changes = folded(
        shop.created("R1", SOON, lines=3),
        shop.created("R2", SOON),
        shop.extended("R1", LATER),
        shop.updated("R2", LATER, lines=2),
        shop.extended("R3", LATER),
    )
    assert changes.deadlines == {
        of(shop, "R1"): Deadline(LATER, 3),
        of(shop, "R2"): Deadline(LATER, 2),
        of(shop, "R3"): Deadline(LATER, None),
    }


def test_an_end_takes_the_timer_away() -> None:
    shop = lamp_shop()
    shop.created("R1", SOON)
    changes = folded(
        shop.updated("R1", LATER),
        shop.confirmed("R1"),
        shop.released("R2"),
        shop.expired("R3", SOON),
    )
    assert changes.deadlines == {of(shop, name): None for name in ("R1", "R2", "R3")}


def test_what_begins_and_ends_in_one_batch_leaves_no_trace() -> None:
    shop = lamp_shop()
    changes = folded(shop.created("R1", SOON), shop.extended("R1", LATER), shop.released("R1"))
    assert changes.deadlines == {}


def test_a_lapse_tells_how_late_it_was() -> None:
    shop = lamp_shop()
    event = shop.expired("R1", SOON)
    assert folded(event).lapses == [Lapse(TimerKind.RESERVATION, SOON, event.recorded_at)]


def test_a_transfer_is_overdue_at_its_expected_delivery_until_all_is_accounted_for() -> None:
    shop = lamp_shop()
    changes = folded(
        shop.dispatched("T1", SOON),
        shop.dispatched("T2", None),
        shop.dispatched("T3", SOON),
        shop.received("T1", completed=False),
        shop.received("T3", completed=True),
        shop.received("T4", completed=True),
        shop.called_off("T5"),
    )
    assert changes.deadlines == {
        of(shop, "T1", TimerKind.TRANSFER): Deadline(SOON, 1),
        of(shop, "T4", TimerKind.TRANSFER): None,
        of(shop, "T5", TimerKind.TRANSFER): None,
    }


def test_an_overdue_transfer_is_reported_once() -> None:
    shop = lamp_shop()
    event = shop.overdue("T1", SOON)
    changes = folded(event)
    assert changes.deadlines == {of(shop, "T1", TimerKind.TRANSFER): None}
    assert changes.lapses == [Lapse(TimerKind.TRANSFER, SOON, event.recorded_at)]


def test_a_request_waits_until_it_is_approved_rejected_or_expired() -> None:
    shop = lamp_shop()
    shop.requested("A2", SOON)
    expired = shop.request_expired("A3", SOON)
    changes = folded(shop.requested("A1", LATER), shop.approved("A2"), expired, shop.rejected("A4"))
    assert changes.deadlines == {
        of(shop, "A1", TimerKind.ADJUSTMENT): Deadline(LATER, 1),
        **{of(shop, name, TimerKind.ADJUSTMENT): None for name in ("A2", "A3", "A4")},
    }
    assert changes.lapses == [Lapse(TimerKind.ADJUSTMENT, SOON, expired.recorded_at)]


def test_things_of_different_kinds_may_have_the_same_name() -> None:
    shop = lamp_shop()
    changes = folded(
        shop.created("X", SOON), shop.dispatched("X", LATER), shop.requested("X", LATER)
    )
    assert changes.deadlines == {
        of(shop, "X"): Deadline(SOON, 1),
        of(shop, "X", TimerKind.TRANSFER): Deadline(LATER, 1),
        of(shop, "X", TimerKind.ADJUSTMENT): Deadline(LATER, 1),
    }


def test_a_tenant_is_seen_with_its_first_event_whatever_that_is() -> None:
    shop = lamp_shop()
    first = shop.ledger.receive(SHOP, "NORTH", "LAMP", 5)
    changes = folded(first, shop.ledger.receive(SHOP, "NORTH", "LAMP", 5))
    assert changes.tenants == {Tenant(first.partition, SHOP): first.recorded_at}


def test_calendars_change_in_the_order_of_events() -> None:
    shop = lamp_shop()
    events = (shop.configured("Asia/Tokyo"), shop.day_begun("2026-11-23"), shop.configured("UTC"))
    tenant = Tenant(events[0].partition, SHOP)
    assert folded(*events).calendars == [
        CalendarChange(tenant, events[0].recorded_at, time_zone="Asia/Tokyo"),
        CalendarChange(tenant, events[1].recorded_at, day=date(2026, 11, 23)),
        CalendarChange(tenant, events[2].recorded_at, time_zone="UTC"),
    ]
