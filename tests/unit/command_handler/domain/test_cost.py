"""Specification of cost: what a unit is worth can be corrected, by an event of its own."""

import pytest

from stockledger.messages.message import Event
from stockledger.messages.results import ErrorCode
from stockledger.messages.warehouse import WarehouseDeleted
from tests.support.builders import (
    NORTH,
    SOUTH,
    deactivate_warehouse,
    warehouse_created,
    with_particulars,
)
from tests.support.damage_builders import (
    Shelf,
    correct_cost,
    cost_corrected,
    set_apart,
)
from tests.support.item_builders import (
    adjust_stock,
    issue_stock,
    item_configured,
    receive_stock,
    stock_adjusted,
    stock_issued,
    stock_received,
)
from tests.support.reservation_builders import asked, reserve_stock
from tests.support.specification import Given, given

MOST_MONEY = 99_999_999_999.9999
TEN = Shelf(available=10, damaged=0, quarantined=0)


def lamps(*events: Event) -> Given:
    """Return a history in which lamps exist in an active warehouse."""
    return given(warehouse_created(), item_configured(), *events)


def test_a_corrected_cost_is_that_of_every_unit_on_hand() -> None:
    outcome = lamps(stock_received(10, unit_cost=4)).when(correct_cost(5.5))
    outcome.then(cost_corrected(5.5, TEN, value_change=15))
    outcome.answered(on_hand=10, value=55)


def test_a_cost_is_corrected_downwards_and_to_nothing() -> None:
    lamps(stock_received(10, unit_cost=4)).when(correct_cost(0)).then(
        cost_corrected(0, TEN, value_change=-40)
    )


def test_units_that_are_held_or_set_apart_are_worth_the_same() -> None:
    history = set_apart().after(reserve_stock(asked(5)))
    history.when(correct_cost(5)).then(
        cost_corrected(5, Shelf(available=1, reserved=5), value_change=10)
    )


def test_the_value_is_rounded_half_to_even() -> None:
    for quantity, value in ((0.5, 0), (1.5, 0.0002), (2.5, 0.0002)):
        lamps(stock_received(quantity, unit_cost=4)).when(correct_cost(0.0001)).answered(
            on_hand=quantity, value=value
        )


def test_what_is_issued_afterwards_takes_its_share_of_the_corrected_value() -> None:
    lamps(stock_received(10, unit_cost=4)).after(correct_cost(6)).when(issue_stock(5)).then(
        stock_issued(5, available=10, value=60, value_change=-30)
    )


def test_what_the_last_receipt_cost_stays_what_it_was() -> None:
    history = lamps(stock_received(10, unit_cost=4)).after(correct_cost(6), issue_stock(10))
    history.when(adjust_stock(1)).then(stock_adjusted(1, available=0, value=0, value_change=4))


def test_a_cost_that_is_right_already_is_accepted_without_an_event() -> None:
    outcome = lamps(stock_received(10, unit_cost=4)).when(correct_cost(4))
    outcome.answered(on_hand=10, value=40).then_nothing()


@pytest.mark.parametrize("history", [lamps(), lamps(stock_received(1)).after(issue_stock(1))])
def test_nothing_on_hand_has_no_cost(history: Given) -> None:
    history.when(correct_cost(5)).then_refused(
        ErrorCode.VALIDATION_ERROR,
        field="unit_cost",
        problem="cannot be corrected while nothing is on hand",
    )


def test_a_value_beyond_the_limit_is_refused() -> None:
    lamps(stock_received(2, unit_cost=1)).when(correct_cost(MOST_MONEY)).then_refused(
        ErrorCode.VALIDATION_ERROR,
        field="value",
        problem=f"would go beyond {MOST_MONEY}",
        limit=MOST_MONEY,
    )
    lamps(stock_received(1, unit_cost=1)).after(correct_cost(MOST_MONEY))


def test_the_cost_of_an_item_that_is_not_there_is_refused() -> None:
    history = lamps(stock_received(10))
    history.when(correct_cost(5, SOUTH)).then_refused(
        ErrorCode.NOT_FOUND, warehouse_id="SOUTH", sku="LAMP"
    )
    history.tenant.record(WarehouseDeleted(warehouse_id=NORTH))
    history.when(correct_cost(5)).then_refused(ErrorCode.NOT_FOUND, warehouse_id="NORTH")


def test_the_cost_in_an_inactive_warehouse_can_be_corrected() -> None:
    lamps(stock_received(10)).after(deactivate_warehouse(), correct_cost(5))


def test_a_receipt_adds_to_the_corrected_value() -> None:
    history = lamps(stock_received(10, unit_cost=4)).after(correct_cost(6))
    history.when(receive_stock(1, unit_cost=5)).then(
        stock_received(1, unit_cost=5, supplier=-10, available=10, value=60)
    )


def test_the_event_carries_what_every_command_may_say() -> None:
    lamps(stock_received(10, unit_cost=4)).when(with_particulars(correct_cost(5))).then(
        with_particulars(cost_corrected(5, TEN, value_change=10))
    )
