"""Late orders, reorders and checks of items: which events begin their timers, and end them."""

from datetime import timedelta

import pytest

from stockledger.delivered_events import event_of_log
from stockledger.event_log.interface import StoredEvent
from stockledger.messages.alert import AlertKind
from stockledger_scheduler.folding import (
    CHECKED_WEIGHT,
    Deadline,
    Lapse,
    Timed,
    TimerChanges,
    fold,
)
from stockledger_scheduler.timer import TimerKind
from tests.support.recorded_ledger import BEGIN, RecordedLedger
from tests.support.supply_timer_events import SupplyTimerEvents
from tests.support.timer_events import TimerEvents

SHOP = "lamp-shop"
SOON, LATER = BEGIN + timedelta(minutes=30), BEGIN + timedelta(hours=2)
DAY = "2026-11-23"
REORDER_1, REORDER_2 = "NORTH/LAMP/1", "NORTH/LAMP/2"


@pytest.fixture
def shop() -> SupplyTimerEvents:
    return SupplyTimerEvents(RecordedLedger(4), SHOP)


def folded(*events: StoredEvent) -> TimerChanges:
    return fold([event_of_log(event) for event in events])


def of(shop: SupplyTimerEvents, name: str, kind: TimerKind) -> Timed:
    return Timed(shop.ledger.events[0].partition, SHOP, kind, name)


class TestOverdueOrders:
    """An order to a supplier is overdue at its expected delivery, while something is on order."""

    def test_it_is_until_all_of_it_came_or_will_not(self, shop: SupplyTimerEvents) -> None:
        changes = folded(
            shop.ordered("P1", SOON),
            shop.ordered("P2"),
            shop.ordered("P3", SOON),
            shop.delivered("P1", completed=False),
            shop.delivered("P3", completed=True),
            shop.delivered("P4", completed=True),
            shop.called_off("P5"),
        )
        assert changes.deadlines == {
            of(shop, "P1", TimerKind.SUPPLIER_ORDER): Deadline(SOON, 1),
            of(shop, "P4", TimerKind.SUPPLIER_ORDER): None,
            of(shop, "P5", TimerKind.SUPPLIER_ORDER): None,
        }

    def test_a_supplier_may_promise_another_time(self, shop: SupplyTimerEvents) -> None:
        changes = folded(
            shop.ordered("P1", SOON),
            shop.promised("P1", LATER),
            shop.ordered("P2", SOON),
            shop.promised("P2", None),
            shop.promised("P3", LATER),
        )
        assert changes.deadlines == {
            of(shop, "P1", TimerKind.SUPPLIER_ORDER): Deadline(LATER, 1),
            of(shop, "P2", TimerKind.SUPPLIER_ORDER): Deadline(SOON, 1),
            of(shop, "P3", TimerKind.SUPPLIER_ORDER): Deadline(LATER, None),
        }

    def test_a_promise_that_has_passed_already_begins_nothing(
        self, shop: SupplyTimerEvents
    ) -> None:
        changes = folded(shop.promised("P1", BEGIN - timedelta(minutes=1)))
        assert changes.deadlines == {}

    def test_it_is_told_once(self, shop: SupplyTimerEvents) -> None:
        event = shop.overdue("P1", SOON)
        changes = folded(event)
        assert changes.deadlines == {of(shop, "P1", TimerKind.SUPPLIER_ORDER): None}
        assert changes.lapses == [Lapse(TimerKind.SUPPLIER_ORDER, SOON, event.recorded_at)]


class TestReorders:
    """An item is reordered when its alert says so, until the alert is over or an order answers."""

    def test_it_is_due_with_the_alert(self, shop: SupplyTimerEvents) -> None:
        event = shop.raised(1)
        assert folded(event).deadlines == {
            of(shop, REORDER_1, TimerKind.REORDER): Deadline(event.recorded_at, 1)
        }

    def test_it_is_left_to_people_unless_they_said_otherwise(self, shop: SupplyTimerEvents) -> None:
        events = [
            shop.raised(1, automatically=False),
            shop.raised(2, supplier=None),
            shop.raised(3, kind=AlertKind.LOW_STOCK),
        ]
        assert folded(*events).deadlines == {}

    def test_an_order_that_answers_it_ends_it(self, shop: SupplyTimerEvents) -> None:
        changes = folded(
            shop.raised(2), shop.ordered("P1", answers=2), shop.ordered("P2", answers=1)
        )
        assert changes.deadlines == {of(shop, REORDER_1, TimerKind.REORDER): None}

    def test_the_end_of_the_alert_ends_it(self, shop: SupplyTimerEvents) -> None:
        others = [shop.over(2, kind=AlertKind.LOW_STOCK), shop.ordered("P1")]
        assert folded(shop.over(1), *others).deadlines == {
            of(shop, REORDER_1, TimerKind.REORDER): None
        }
        assert folded(shop.raised(2), shop.over(2)).deadlines == {}

    def test_each_alert_of_an_item_has_its_own(self, shop: SupplyTimerEvents) -> None:
        changes = folded(shop.over(1), second := shop.raised(2))
        assert changes.deadlines == {
            of(shop, REORDER_1, TimerKind.REORDER): None,
            of(shop, REORDER_2, TimerKind.REORDER): Deadline(second.recorded_at, 1),
        }


class TestChecks:
    """A day's check goes on behind the items that were checked, until it is completed."""

    def test_it_begins_with_the_day(self, shop: SupplyTimerEvents) -> None:
        event = TimerEvents(shop.ledger, SHOP).day_begun(DAY)
        assert folded(event).deadlines == {
            of(shop, "", TimerKind.CHECKED_ITEMS): Deadline(
                event.recorded_at, CHECKED_WEIGHT, f"{DAY}//"
            )
        }

    def test_it_goes_on_behind_the_last_item(self, shop: SupplyTimerEvents) -> None:
        TimerEvents(shop.ledger, SHOP).day_begun(DAY)
        changes = folded(shop.checked(DAY), last := shop.checked(DAY, "TENT"))
        assert changes.deadlines == {
            of(shop, "", TimerKind.CHECKED_ITEMS): Deadline(
                last.recorded_at, CHECKED_WEIGHT, f"{DAY}/NORTH/TENT"
            )
        }

    def test_it_ends_when_it_is_completed(self, shop: SupplyTimerEvents) -> None:
        begun = TimerEvents(shop.ledger, SHOP).day_begun(DAY)
        changes = folded(begun, shop.checked(DAY), shop.check_completed(DAY))
        assert changes.deadlines == {of(shop, "", TimerKind.CHECKED_ITEMS): None}
