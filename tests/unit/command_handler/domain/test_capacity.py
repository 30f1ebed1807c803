"""Specification of limits: how much a warehouse takes in, and when it says that it is full."""

from dataclasses import replace

import pytest

from stockledger.amounts import AMOUNT_MAX, quantity_to_wire
from stockledger.messages.message import Command
from stockledger.messages.results import ErrorCode
from tests.support.builders import (
    CHAIR,
    NORTH,
    create_warehouse,
    deactivate_warehouse,
    with_particulars,
)
from tests.support.capacity_builders import (
    HUNDRED,
    UNITS,
    VOLUME,
    capacity_events,
    capacity_set,
    capacity_used,
    create_limited,
    delete_warehouse,
    exceeded,
    limit,
    limited_created,
    measure,
    shelf,
    warned,
)
from tests.support.damage_builders import record_damage, scrap_damage
from tests.support.item_builders import (
    adjust_stock,
    correct_stock,
    issue_stock,
    receive_stock,
)
from tests.support.order_builders import (
    asked,
    cancel_order,
    return_order,
    return_stock,
    sell_under_order,
)
from tests.support.specification import Given, given


def test_a_warehouse_is_created_with_its_limit_and_nothing_in_it() -> None:
    given().when(HUNDRED).then(limited_created(100), capacity_set(100, used=0))


def test_creation_with_another_limit_is_refused() -> None:
    given().after(HUNDRED).when(create_limited(99)).then_refused(
        ErrorCode.DUPLICATE_COMMAND, warehouse_id="NORTH"
    )


def test_a_limit_repeats_what_every_command_may_say() -> None:
    created, limited = given().when(with_particulars(HUNDRED)).events()
    assert created == with_particulars(limited_created(100))
    assert limited == with_particulars(capacity_set(100, used=0))


def test_what_comes_and_leaves_is_counted_once_a_decision() -> None:
    assert capacity_events(shelf(10).when(receive_stock(5))) == [capacity_used(5, used=15)]
    assert capacity_events(shelf(10).when(issue_stock(5))) == [capacity_used(-5, used=5)]


def test_a_warehouse_without_limit_counts_nothing() -> None:
    unlimited = given().after(create_warehouse(), receive_stock(10))
    assert capacity_events(unlimited.when(issue_stock(5))) == []


def test_what_moves_inside_the_warehouse_is_not_counted() -> None:
    assert capacity_events(shelf(10).when(record_damage(5))) == []
    damaged = shelf(10).after(record_damage(5))
    assert capacity_events(damaged.when(scrap_damage(5))) == [capacity_used(-5, used=5)]


def test_the_last_place_is_taken() -> None:
    given().after(HUNDRED, receive_stock(60)).when(receive_stock(40)).events()


def test_a_receipt_beyond_the_limit_is_refused_with_its_figures() -> None:
    shelf(60).when(receive_stock(40.001)).then_refused(
        ErrorCode.CAPACITY_EXCEEDED, **exceeded(60, 40.001)
    )


def test_all_items_share_the_limit() -> None:
    shelf(60).when(receive_stock(41, sku=CHAIR)).then_refused(
        ErrorCode.CAPACITY_EXCEEDED, **exceeded(60, 41)
    )


@pytest.mark.parametrize("command", [return_stock(5), return_order(asked(5, warehouse_id=NORTH))])
def test_a_return_beyond_the_limit_is_refused(command: Command) -> None:
    sold = shelf(60).after(sell_under_order(5), receive_stock(44))
    sold.when(command).then_refused(ErrorCode.CAPACITY_EXCEEDED, **exceeded(99, 5))


def test_a_cancelled_order_comes_back_though_it_is_beyond_the_limit() -> None:
    sold = shelf(60).after(sell_under_order(5), receive_stock(44))
    assert capacity_events(sold.when(cancel_order())) == [
        capacity_used(5, used=104),
    ]


@pytest.mark.parametrize("command", [adjust_stock(41), correct_stock(101)])
def test_what_is_found_is_counted_though_it_is_beyond_the_limit(command: Command) -> None:
    found = capacity_events(shelf(60).when(command))
    assert found[0].reason is not None
    assert [replace(event, reason=None) for event in found] == [
        capacity_used(41, used=101),
        warned(80, used=101),
        warned(95, used=101),
    ]


def test_beyond_its_limit_a_warehouse_still_gives_stock_away() -> None:
    full = shelf(60).after(adjust_stock(60))
    assert capacity_events(full.when(issue_stock(10))) == [capacity_used(-10, used=110)]


def bulky(capacity: float = 100) -> Given:
    """Ten lamps of 2.5 each and four chairs of no known volume, in a limited volume."""
    return given().after(
        create_limited(capacity, unit=VOLUME),
        measure(2.5),
        receive_stock(10),
        receive_stock(4, sku=CHAIR),
    )


def test_volume_is_that_of_the_units_on_hand() -> None:
    assert capacity_events(bulky().when(receive_stock(3))) == [capacity_used(7.5, used=32.5)]
    assert capacity_events(bulky().when(receive_stock(99, sku=CHAIR))) == []
    bulky().when(receive_stock(30.1)).then_refused(
        ErrorCode.CAPACITY_EXCEEDED, **exceeded(25, 75.25, unit="volume")
    )


def test_another_unit_volume_changes_what_is_used() -> None:
    assert capacity_events(bulky().when(measure(3))) == [capacity_used(5, used=30)]
    assert capacity_events(bulky().when(measure(9, sku=CHAIR))) == [capacity_used(36, used=61)]
    assert capacity_events(shelf(10).when(measure(3))) == []


def test_the_volume_of_an_item_is_rounded_as_a_whole() -> None:
    tiny = given().after(create_limited(1, unit=VOLUME), measure(0.001), receive_stock(0.4))
    assert capacity_events(tiny.when(receive_stock(0.2))) == [
        capacity_used(0.001, used=0.001, capacity=1)
    ]


def test_another_unit_counts_anew() -> None:
    changed = shelf(10).after(measure(2.5)).when(limit(unit=VOLUME))
    assert capacity_events(changed) == [capacity_set(100, used=25, unit=VOLUME)]
    assert capacity_events(bulky().when(limit(unit=UNITS))) == [capacity_set(100, used=14)]


def test_nothing_is_counted_beyond_what_can_be_written() -> None:
    most = quantity_to_wire(AMOUNT_MAX)
    full = given().after(create_limited(most), receive_stock(most, unit_cost=0))
    full.when(adjust_stock(1, sku=CHAIR)).refusal()
    full.after(measure(1, sku=CHAIR)).when(adjust_stock(1, sku=CHAIR)).then_refused(
        ErrorCode.VALIDATION_ERROR, warehouse_id="NORTH", field="used", limit=most
    )


def test_a_warehouse_given_up_takes_nothing_in() -> None:
    gone = given().after(create_warehouse(), receive_stock(1), issue_stock(1), delete_warehouse())
    for command in (receive_stock(1), correct_stock(1), adjust_stock(1), measure(1)):
        gone.when(command).then_refused(ErrorCode.NOT_FOUND, warehouse_id="NORTH")


def test_an_inactive_warehouse_counts_what_leaves() -> None:
    inactive = shelf(50).after(deactivate_warehouse())
    assert capacity_events(inactive.when(issue_stock(1))) == [capacity_used(-1, used=49)]
