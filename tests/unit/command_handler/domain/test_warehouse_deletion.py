"""Specification of warehouses given up: only empty ones, and for good."""

import pytest

from stockledger.messages.item import StockReturned
from stockledger.messages.message import Command
from stockledger.messages.order import OrderCancelled
from stockledger.messages.results import ErrorCode, Rejection
from stockledger_command_handler.domain.accounting import accounted
from tests.support.builders import (
    NORTH,
    SOUTH,
    activate_warehouse,
    create_warehouse,
    deactivate_warehouse,
    set_default_warehouse,
    update_warehouse,
    with_particulars,
)
from tests.support.capacity_builders import delete_warehouse, limit, warehouse_deleted
from tests.support.damage_builders import record_damage
from tests.support.item_builders import (
    configure_item,
    correct_stock,
    issue_stock,
    receive_stock,
    stock_received,
)
from tests.support.order_builders import accept_order, asked, cancel_order, reserve
from tests.support.specification import Given, given
from tests.support.transfer_builders import (
    came,
    cancel_transfer,
    create_transfer,
    dispatch_transfer,
    line,
    receive_transfer,
)


def stocked(units: float = 3) -> Given:
    """Return two warehouses, and lamps in the first."""
    return given().after(create_warehouse(NORTH), create_warehouse(SOUTH), receive_stock(units))


def given_up() -> Given:
    """Return a warehouse that had lamps once, and is given up."""
    return stocked(3).after(issue_stock(3), delete_warehouse())


def refused_as(outcome_of: Given, *, items: int, on_hand: float, in_transit: float) -> None:
    """Check that the warehouse cannot be given up, and the figures that say why."""
    outcome_of.when(delete_warehouse()).then_refused(
        ErrorCode.INVALID_MOVEMENT,
        warehouse_id="NORTH",
        items=items,
        on_hand=on_hand,
        in_transit=in_transit,
        on_order=0,
    )


def test_a_warehouse_that_never_had_anything_is_given_up() -> None:
    empty = given().after(create_warehouse())
    empty.when(with_particulars(delete_warehouse())).then(with_particulars(warehouse_deleted()))


def test_an_inactive_one_is_given_up_too() -> None:
    given().after(create_warehouse(), deactivate_warehouse()).when(delete_warehouse()).then(
        warehouse_deleted()
    )


def test_items_that_are_empty_by_now_do_not_matter() -> None:
    stocked(3).after(issue_stock(3)).when(delete_warehouse()).then(warehouse_deleted())


def test_a_warehouse_with_stock_is_not_given_up() -> None:
    refused_as(stocked(3), items=1, on_hand=3, in_transit=0)


@pytest.mark.parametrize("command", [reserve("R1", asked(3)), record_damage(3)])
def test_stock_counts_wherever_in_the_warehouse_it_is(command: Command) -> None:
    refused_as(stocked(3).after(command), items=1, on_hand=3, in_transit=0)


def test_held_stock_that_is_not_there_any_more_counts_too() -> None:
    refused_as(
        stocked(3).after(reserve("R1", asked(3)), correct_stock(0)),
        items=1,
        on_hand=0,
        in_transit=0,
    )


def test_stock_on_its_way_to_it_counts() -> None:
    coming = given().after(
        create_warehouse(NORTH),
        create_warehouse(SOUTH),
        receive_stock(5, SOUTH),
        create_transfer(line(2), source=SOUTH, destination=NORTH),
        dispatch_transfer(),
    )
    refused_as(coming, items=1, on_hand=0, in_transit=2)


def test_stock_elsewhere_does_not_count() -> None:
    stocked(3).when(delete_warehouse(SOUTH)).then(warehouse_deleted(SOUTH))


def test_the_default_warehouse_is_not_given_up() -> None:
    given().after(create_warehouse(), set_default_warehouse()).when(
        delete_warehouse()
    ).then_refused(ErrorCode.INVALID_MOVEMENT, warehouse_id="NORTH", default_warehouse_id="NORTH")


def test_an_unknown_warehouse_is_not_given_up() -> None:
    given().when(delete_warehouse()).then_refused(ErrorCode.NOT_FOUND, warehouse_id="NORTH")


def test_giving_it_up_again_is_accepted_without_an_event() -> None:
    given_up().when(delete_warehouse()).then_nothing()


def test_its_id_is_never_used_again() -> None:
    given_up().when(create_warehouse()).then_refused(
        ErrorCode.INVALID_MOVEMENT, warehouse_id="NORTH"
    )


@pytest.mark.parametrize(
    "command",
    [
        update_warehouse(),
        limit(10),
        activate_warehouse(),
        deactivate_warehouse(),
        set_default_warehouse(),
        receive_stock(1),
        configure_item(name="Lamp"),
        create_transfer(line(1), source=SOUTH, destination=NORTH),
    ],
)
def test_nothing_finds_it_any_more(command: Command) -> None:
    supplied = given_up().after(receive_stock(1, SOUTH))
    supplied.when(command).then_refused(ErrorCode.NOT_FOUND, warehouse_id="NORTH")


def test_nothing_is_reserved_there() -> None:
    assert given_up().when(reserve("R1", asked(1))).refusal().code is ErrorCode.INSUFFICIENT_STOCK


def test_what_is_on_its_way_from_it_cannot_come_back_but_still_arrives() -> None:
    sent = stocked(2).after(create_transfer(line(2)), dispatch_transfer(), delete_warehouse())
    sent.when(cancel_transfer()).then_refused(ErrorCode.NOT_FOUND, warehouse_id="NORTH")
    sent.when(receive_transfer(came(2))).events()


def test_nothing_comes_to_it_whatever_was_decided() -> None:
    refusal = accounted(receive_stock(1), [stock_received(1)], given_up().tenant)
    assert isinstance(refusal, Rejection)
    assert refusal.code is ErrorCode.NOT_FOUND


def test_an_order_is_cancelled_though_a_warehouse_that_it_was_sold_from_is_given_up() -> None:
    sold = stocked(3).after(
        receive_stock(2, SOUTH),
        accept_order(asked(3, warehouse_id=NORTH), asked(2, warehouse_id=SOUTH)),
        delete_warehouse(),
    )
    (cancelled, back) = sold.when(cancel_order()).events()
    assert isinstance(cancelled, OrderCancelled)
    assert isinstance(back, StockReturned)
    assert [line.warehouse_id for line in cancelled.lines] == [SOUTH]
    assert back.warehouse_id == SOUTH
    sold.after(cancel_order()).when(cancel_order()).then_nothing()
