"""Specification of limits that change, and of the warnings that they are nearly reached."""

from dataclasses import replace

import pytest

from stockledger.amounts import Quantity
from stockledger.messages.capacity import CapacityUnit
from stockledger.messages.results import ErrorCode
from tests.support.builders import (
    CHAIR,
    LAMP,
    create_warehouse,
    update_warehouse,
)
from tests.support.capacity_builders import (
    HUNDRED,
    VOLUME,
    capacity_events,
    capacity_set,
    capacity_used,
    eased,
    exceeded,
    limit,
    limited_updated,
    shelf,
    unlimit,
    warned,
)
from tests.support.item_builders import (
    issue_stock,
    receive_stock,
)
from tests.support.specification import given


@pytest.mark.parametrize(
    ("received", "percents"), [(79.999, []), (80, [80]), (94.999, [80]), (95, [80, 95])]
)
def test_it_warns_from_80_and_from_95_percent_on(received: float, percents: list[int]) -> None:
    events = capacity_events(given().after(HUNDRED).when(receive_stock(received)))
    warnings = [warned(percent, used=received) for percent in percents]
    assert events == [capacity_used(received, used=received), *warnings]


def test_a_warning_is_said_once() -> None:
    assert capacity_events(shelf(80).when(receive_stock(1))) == [capacity_used(1, used=81)]
    assert capacity_events(shelf(81).when(receive_stock(15))) == [
        capacity_used(15, used=96),
        warned(95, used=96),
    ]


def test_a_warning_is_over_five_percents_below_it() -> None:
    assert capacity_events(shelf(96).when(issue_stock(6))) == [capacity_used(-6, used=90)]
    assert capacity_events(shelf(96).when(issue_stock(6.001))) == [
        capacity_used(-6.001, used=89.999),
        eased(95, used=89.999),
    ]
    assert capacity_events(shelf(96).when(issue_stock(90))) == [
        capacity_used(-90, used=6),
        eased(95, used=6),
        eased(80, used=6),
    ]


def test_a_warning_that_was_over_is_said_again() -> None:
    again = shelf(96).after(issue_stock(10), issue_stock(20), receive_stock(10))
    assert capacity_events(again.when(receive_stock(20))) == [
        capacity_used(20, used=96),
        warned(80, used=96),
        warned(95, used=96),
    ]


def test_a_limit_set_later_counts_what_is_there() -> None:
    full = given().after(create_warehouse(), receive_stock(70), receive_stock(12, sku=CHAIR))
    full.when(limit(100)).then(
        limited_updated(100), capacity_set(100, used=82), warned(80, used=82)
    )


def test_another_limit_goes_by_what_was_counted() -> None:
    assert capacity_events(shelf(60).when(limit(70))) == [
        capacity_set(70, used=60),
        warned(80, used=60, capacity=70),
    ]
    assert capacity_events(shelf(85).when(limit(1_000))) == [
        capacity_set(1_000, used=85),
        eased(80, used=85, capacity=1_000),
    ]


def test_the_same_limit_again_changes_nothing() -> None:
    shelf(60).when(limit(100)).then_nothing()
    assert capacity_events(shelf(60).when(update_warehouse(name="Igloo"))) == []


def test_a_limit_below_what_is_there_only_refuses_more() -> None:
    below = shelf(60).after(limit(50))
    below.when(receive_stock(1)).then_refused(
        ErrorCode.CAPACITY_EXCEEDED, **exceeded(60, 1, capacity=50)
    )
    below.when(issue_stock(1)).events()


def test_a_limit_is_taken_away() -> None:
    shelf(96).when(unlimit()).then(limited_updated(None), capacity_set(None, used=96))
    free = shelf(96).after(unlimit())
    assert capacity_events(free.when(receive_stock(1_000))) == []


def test_a_limit_that_comes_back_counts_again_and_warns_again() -> None:
    back = shelf(96).after(unlimit(), receive_stock(2))
    assert capacity_events(back.when(limit(100))) == [
        capacity_set(100, used=98),
        warned(80, used=98),
        warned(95, used=98),
    ]


def test_no_limit_and_a_limit_contradict_each_other() -> None:
    shelf(1).when(replace(unlimit(), capacity=Quantity(1_000))).then_refused(
        ErrorCode.VALIDATION_ERROR, field="unlimited", problem="contradicts a capacity"
    )


def test_a_unit_alone_sets_no_limit() -> None:
    plain = given().after(create_warehouse(), receive_stock(1, sku=LAMP))
    plain.when(limit(unit=CapacityUnit.VOLUME)).then(limited_updated(None, unit=VOLUME))
