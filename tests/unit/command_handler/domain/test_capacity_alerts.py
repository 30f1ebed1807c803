"""Specification of alerts that a warehouse is nearly full."""

from stockledger.messages.alert import AlertResolution, Severity
from stockledger.messages.results import ErrorCode
from tests.support.alert_builders import (
    CAPACITY,
    acknowledge,
    acknowledged,
    full,
    full_no_more,
    resolve,
)
from tests.support.builders import LAMP, NORTH
from tests.support.capacity_builders import HUNDRED, limit, shelf, unlimit
from tests.support.item_builders import issue_stock, receive_stock
from tests.support.specification import given

WARNING, CRITICAL = Severity.WARNING, Severity.CRITICAL
REPLACED = AlertResolution.REPLACED


def test_a_warehouse_that_is_nearly_full_raises_an_alert() -> None:
    given().after(HUNDRED).when(receive_stock(79.999)).then_alerts()
    given().after(HUNDRED).when(receive_stock(80)).then_alerts(full(WARNING, 80, 80))
    shelf(80).when(receive_stock(14.999)).then_alerts()


def test_a_graver_alert_takes_the_place_of_the_other() -> None:
    shelf(80).when(receive_stock(15)).then_alerts(
        full_no_more(WARNING, 95, resolution=REPLACED), full(CRITICAL, 95, 95, number=2)
    )


def test_a_warehouse_that_is_filled_at_once_raises_only_the_gravest() -> None:
    given().after(HUNDRED).when(receive_stock(96)).then_alerts(full(CRITICAL, 96, 95))


def test_it_is_over_when_the_warnings_are() -> None:
    shelf(80).when(issue_stock(5)).then_alerts()
    shelf(80).when(issue_stock(5.001)).then_alerts(full_no_more(WARNING, 74.999))
    shelf(96).when(issue_stock(90)).then_alerts(full_no_more(CRITICAL, 6))


def test_what_is_not_critical_any_more_may_still_be_a_warning() -> None:
    shelf(96).when(issue_stock(6.001)).then_alerts(
        full_no_more(CRITICAL, 89.999), full(WARNING, 89.999, 80, number=2)
    )


def test_another_limit_raises_it_and_none_ends_it() -> None:
    shelf(80, 1000).when(limit(100)).then_alerts(full(WARNING, 80, 80))
    shelf(96).when(limit(1000)).then_alerts(full_no_more(CRITICAL, 96))
    shelf(96).when(unlimit()).then_alerts(full_no_more(CRITICAL, 96))


def test_after_a_limit_was_taken_away_the_next_one_is_raised_anew() -> None:
    shelf(80).after(unlimit()).when(limit(90)).then_alerts(full(WARNING, 80, 72, number=2))


def test_somebody_sees_to_it() -> None:
    history = shelf(80).acting("grace")
    history.when(acknowledge(CAPACITY, None)).then_alerts(acknowledged(CAPACITY))


def test_it_is_closed_by_hand_and_the_next_warning_raises_another() -> None:
    history = shelf(80).acting("grace")
    closed = full_no_more(WARNING, 80, resolution=AlertResolution.BY_HAND, by="grace")
    history.when(resolve(CAPACITY, None)).then_alerts(closed)
    history.after(resolve(CAPACITY, None)).when(receive_stock(1)).then_alerts()
    history.when(receive_stock(15)).then_alerts(full(CRITICAL, 95, 95, number=2))
    history.when(issue_stock(6)).then_alerts()
    history.after(issue_stock(6)).when(receive_stock(6)).then_alerts(
        full(WARNING, 80, 80, number=2)
    )


def test_a_critical_one_that_was_closed_says_nothing_while_the_stock_goes_down() -> None:
    history = shelf(96).acting("grace").after(resolve(CAPACITY, None))
    history.when(issue_stock(10)).then_alerts()


def test_a_warehouse_with_room_has_none_open() -> None:
    shelf(10).acting("grace").when(acknowledge(CAPACITY, None)).then_refused(
        ErrorCode.NOT_FOUND, kind="CAPACITY", warehouse_id=NORTH, sku=None, open=[]
    )
    assert shelf(80).tenant.item(NORTH, LAMP).alerts is None
