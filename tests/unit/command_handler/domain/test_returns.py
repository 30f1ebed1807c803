"""Specification of returns: where units come back to, and those beyond what was sold."""

from dataclasses import replace

import pytest

from stockledger.messages.fields import Bucket
from stockledger.messages.item import StockBucket, StockReturned
from stockledger.messages.order import OrderReturned
from stockledger.messages.results import ErrorCode
from stockledger.messages.warehouse import WarehouseDeleted
from tests.support.builders import (
    LAMP,
    NORTH,
    SOUTH,
    create_warehouse,
    deactivate_warehouse,
    with_particulars,
)
from tests.support.damage_builders import (
    Shelf,
    correct_cost,
    return_into,
    stock_returned,
)
from tests.support.item_builders import issue_stock, receive_stock
from tests.support.order_builders import (
    asked,
    came_back,
    cancel_order,
    order_returned,
    return_order,
    sell_under_order,
)
from tests.support.specification import Given, given

AVAILABLE, DAMAGED, QUARANTINED = StockBucket


def four_sold() -> Given:
    """Return a history of ten lamps at 4, four of them sold under O1."""
    return given().after(
        create_warehouse(NORTH), receive_stock(10, unit_cost=4), sell_under_order(4)
    )


FOUR_SOLD = Shelf(damaged=0, quarantined=0, outside=4, value=24)


@pytest.mark.parametrize(
    ("bucket", "target"),
    [
        (AVAILABLE, Bucket.AVAILABLE),
        (DAMAGED, Bucket.DAMAGED),
        (QUARANTINED, Bucket.QUARANTINED),
    ],
)
def test_units_come_back_into_the_bucket_that_is_named(bucket: StockBucket, target: Bucket) -> None:
    four_sold().when(return_into(bucket, 3)).then(
        order_returned(came_back(3, 12), return_id=None),
        stock_returned(3, FOUR_SOLD, target, value_change=12),
    )


def test_units_that_come_back_broken_are_not_sold_again() -> None:
    history = four_sold().after(return_into(DAMAGED, 2), return_into(QUARANTINED, 2))
    assert history.when(issue_stock(6.001)).refusal().details["available"] == 6


def test_units_come_back_once_whatever_the_bucket() -> None:
    history = four_sold().after(return_into(DAMAGED, 3))
    history.when(return_into(QUARANTINED, 1.001)).then_refused(
        ErrorCode.INVALID_MOVEMENT, order_id="O1", sku="LAMP", sold=4, returned=3, asked=1.001
    )


def test_an_inactive_warehouse_takes_nothing_back_though_it_is_broken() -> None:
    history = four_sold().after(deactivate_warehouse())
    for command in (return_into(DAMAGED, 1), return_into(DAMAGED, 9, "O2", allow_unsold=True)):
        history.when(command).then_refused(ErrorCode.WAREHOUSE_INACTIVE, warehouse_id="NORTH")


def test_more_than_was_sold_comes_back_where_it_is_allowed_by_name() -> None:
    four_sold().when(return_into(DAMAGED, 5, allow_unsold=True)).then(
        order_returned(came_back(4, 16), return_id=None),
        stock_returned(5, FOUR_SOLD, Bucket.DAMAGED, value_change=20, unsold=1),
    )


def test_what_was_sold_is_worth_what_it_left_with_and_the_rest_what_units_are_worth_now() -> None:
    history = four_sold().after(correct_cost(10))
    before = FOUR_SOLD._replace(value=60)
    history.when(return_into(AVAILABLE, 6, allow_unsold=True)).then(
        order_returned(came_back(4, 16), return_id=None),
        stock_returned(6, before, value_change=16 + 20, unsold=2),
    )


def test_unsold_units_of_an_empty_shelf_are_worth_what_the_last_receipt_cost() -> None:
    history = four_sold().after(issue_stock(6))
    before = FOUR_SOLD._replace(available=0, outside=10, value=0)
    history.when(return_into(AVAILABLE, 5, allow_unsold=True)).then(
        order_returned(came_back(4, 16), return_id=None),
        stock_returned(5, before, value_change=16 + 4, unsold=1),
    )


def test_up_to_what_was_sold_nothing_is_unsold_though_it_were_allowed() -> None:
    four_sold().when(return_into(AVAILABLE, 4, allow_unsold=True)).then(
        order_returned(came_back(4, 16), return_id=None),
        stock_returned(4, FOUR_SOLD, value_change=16),
    )


@pytest.mark.parametrize("order_id", ["O1", "O9"])
def test_of_an_order_of_which_nothing_is_left_all_that_comes_is_unsold(order_id: str) -> None:
    history = four_sold().after(return_into(AVAILABLE, 4))
    before = Shelf(available=10, damaged=0, quarantined=0, outside=0)
    history.when(return_into(QUARANTINED, 2, order_id, allow_unsold=True)).then(
        stock_returned(2, before, Bucket.QUARANTINED, value_change=8, unsold=2, order_id=order_id)
    )


def test_unsold_units_do_not_count_as_returned() -> None:
    history = four_sold().after(return_into(DAMAGED, 6, allow_unsold=True))
    history.when(return_into(AVAILABLE, 1)).then_refused(
        ErrorCode.INVALID_MOVEMENT, order_id="O1", sku="LAMP", sold=4, returned=4, asked=1
    )


def test_units_sold_from_another_warehouse_are_not_unsold() -> None:
    history = four_sold().after(create_warehouse(SOUTH), receive_stock(5, SOUTH, unit_cost=6))
    history.after(sell_under_order(1, warehouse_id=SOUTH))
    [returned, stock] = history.when(return_into(DAMAGED, 7, allow_unsold=True)).events()
    assert returned == order_returned(
        came_back(4, 16), came_back(1, 6, sold_from=SOUTH), return_id=None
    )
    assert isinstance(stock, StockReturned)
    assert stock.unsold == 2_000
    assert stock.value_change == (16 + 6 + 8) * 10_000


def test_unsold_units_come_back_only_to_where_their_item_is_kept() -> None:
    history = four_sold().after(create_warehouse(SOUTH))
    command = replace(return_into(DAMAGED, 1, "O9", allow_unsold=True), warehouse_id=SOUTH)
    history.when(command).then_refused(ErrorCode.NOT_FOUND, warehouse_id="SOUTH", sku="LAMP")


def test_nothing_comes_back_to_a_warehouse_that_is_gone() -> None:
    history = four_sold().after(create_warehouse(SOUTH), receive_stock(1, SOUTH))
    history.tenant.record(WarehouseDeleted(warehouse_id=NORTH))
    for command in (
        return_into(AVAILABLE, 1),
        return_into(AVAILABLE, 9, allow_unsold=True),
        return_order(asked(1)),
    ):
        history.when(command).then_refused(ErrorCode.NOT_FOUND, warehouse_id="NORTH")
    history.after(return_order(asked(4, LAMP, SOUTH)), cancel_order())


def test_returns_carry_what_every_command_may_say() -> None:
    command = with_particulars(return_into(DAMAGED, 5, allow_unsold=True))
    [returned, stock] = four_sold().when(command).events()
    assert isinstance(returned, OrderReturned)
    for event in (returned, stock):
        assert (event.effective_at, event.reason, event.reference) == (
            command.effective_at,
            command.reason,
            command.reference,
        )
