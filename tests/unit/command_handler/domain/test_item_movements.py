"""Specification of items' movements: what is received, issued, adjusted and corrected."""

from dataclasses import replace

import pytest

from stockledger.amounts import NO_MONEY
from stockledger.messages.fields import Bucket
from stockledger.messages.item import IssuePurpose
from stockledger.messages.message import Command, Event
from stockledger.messages.results import ErrorCode
from stockledger.messages.warehouse import WarehouseDeleted
from tests.support.builders import (
    CHAIR,
    NORTH,
    money,
    warehouse_created,
    warehouse_deactivated,
    with_particulars,
)
from tests.support.item_builders import (
    adjust_stock,
    configure_item,
    correct_stock,
    issue_stock,
    item_configured,
    move_bin,
    receive_stock,
    stock_adjusted,
    stock_corrected,
    stock_issued,
    stock_received,
)
from tests.support.specification import Given, given

MOST_UNITS = 999_999_999_999.999
MOST_MONEY = 99_999_999_999.9999


def lamps(*events: Event) -> Given:
    """Return a history in which lamps exist in an active warehouse."""
    return given(warehouse_created(), item_configured(), *events)


def test_receipt_moves_units_from_the_supplier_to_available() -> None:
    lamps(stock_received(10, unit_cost=4)).when(receive_stock(2.5, unit_cost=6)).then(
        stock_received(2.5, unit_cost=6, supplier=-10, available=10, value=40)
    )


def test_receipt_rounds_its_value_half_to_even() -> None:
    lamps().when(receive_stock(0.5, unit_cost=0.0001)).then(
        replace(stock_received(0.5, unit_cost=0.0001), value_change=NO_MONEY)
    )
    lamps().when(receive_stock(1.5, unit_cost=0.0001)).then(
        replace(stock_received(1.5, unit_cost=0.0001), value_change=money(0.0002))
    )


def test_receipt_into_an_inactive_warehouse_is_refused() -> None:
    lamps(warehouse_deactivated()).when(receive_stock(1)).then_refused(
        ErrorCode.WAREHOUSE_INACTIVE, warehouse_id="NORTH"
    )


@pytest.mark.parametrize(
    ("purpose", "bucket"),
    [
        (IssuePurpose.SALE, Bucket.CUSTOMER),
        (IssuePurpose.WRITE_OFF, Bucket.SCRAP),
        (IssuePurpose.PRODUCTION, Bucket.PRODUCTION),
    ],
)
def test_issue_moves_units_from_available_to_where_its_purpose_says(
    purpose: IssuePurpose, bucket: Bucket
) -> None:
    lamps(stock_received(10, unit_cost=4)).when(issue_stock(3, purpose=purpose)).then(
        stock_issued(3, purpose=purpose, to=bucket, available=10, value=40, value_change=-12)
    )


def test_issue_takes_its_share_of_the_value_rounded_half_to_even() -> None:
    lamps(stock_received(3, unit_cost=0.0001)).when(issue_stock(1.5)).then(
        stock_issued(1.5, available=3, value=0.0003, value_change=-0.0002)
    )


def test_issue_that_empties_the_item_takes_the_rest_of_its_value() -> None:
    lamps(
        stock_received(3, unit_cost=0.0001),
        stock_issued(1.5, available=3, value=0.0003, value_change=-0.0002),
    ).when(issue_stock(1.5)).then(
        stock_issued(1.5, outside=1.5, available=1.5, value=0.0001, value_change=-0.0001)
    )


def test_issue_of_more_than_available_is_refused_with_the_figures() -> None:
    lamps(stock_received(10)).when(issue_stock(10.001)).then_refused(
        ErrorCode.INSUFFICIENT_STOCK,
        warehouse_id="NORTH",
        sku="LAMP",
        asked=10.001,
        available=10,
    )


def test_issue_out_of_an_inactive_warehouse_is_accepted() -> None:
    lamps(stock_received(10), warehouse_deactivated()).when(issue_stock(10)).then(
        stock_issued(10, available=10, value=40, value_change=-40)
    )


def test_adjustment_upwards_values_units_at_their_average() -> None:
    lamps(
        stock_received(10, unit_cost=4),
        stock_received(10, unit_cost=6, supplier=-10, available=10, value=40),
    ).when(adjust_stock(2, reason="Found behind the shelf")).then(
        stock_adjusted(2, reason="Found behind the shelf", available=20, value=100, value_change=10)
    )


def test_adjustment_upwards_of_nothing_on_hand_values_units_as_the_last_receipt() -> None:
    lamps(
        stock_received(10, unit_cost=6),
        stock_issued(10, available=10, value=60, value_change=-60),
    ).when(adjust_stock(2)).then(stock_adjusted(2, available=0, value=0, value_change=12))


def test_adjustment_upwards_of_what_was_never_received_is_worth_nothing() -> None:
    lamps().when(adjust_stock(2)).then(stock_adjusted(2, available=0, value=0, value_change=0))


def test_adjustment_downwards_takes_units_with_their_share_of_the_value() -> None:
    lamps(stock_received(10, unit_cost=4)).when(adjust_stock(-2.5)).then(
        stock_adjusted(-2.5, available=10, value=40, value_change=-10)
    )


def test_adjustment_builds_on_the_adjustment_before() -> None:
    lamps(
        stock_received(10, unit_cost=4),
        stock_adjusted(-2, available=10, value=40, value_change=-8),
    ).when(adjust_stock(1)).then(
        stock_adjusted(1, adjustment=2, available=8, value=32, value_change=4)
    )


def test_adjustment_below_zero_is_refused_with_the_figures() -> None:
    lamps(stock_received(10)).when(adjust_stock(-11)).then_refused(
        ErrorCode.INSUFFICIENT_STOCK, warehouse_id="NORTH", sku="LAMP", asked=11, available=10
    )


def test_adjustment_by_zero_is_refused() -> None:
    lamps(stock_received(10)).when(adjust_stock(0)).then_refused(
        ErrorCode.VALIDATION_ERROR, field="change", problem="must not be 0"
    )


def test_adjustment_upwards_in_an_inactive_warehouse_is_refused() -> None:
    lamps(stock_received(10), warehouse_deactivated()).when(adjust_stock(1)).then_refused(
        ErrorCode.WAREHOUSE_INACTIVE, warehouse_id="NORTH"
    )


def test_adjustment_downwards_in_an_inactive_warehouse_is_accepted() -> None:
    lamps(stock_received(10), warehouse_deactivated()).when(adjust_stock(-1)).then(
        stock_adjusted(-1, available=10, value=40, value_change=-4)
    )


def test_correction_downwards_takes_the_difference() -> None:
    lamps(stock_received(10, unit_cost=4)).when(correct_stock(7.5)).then(
        stock_corrected(7.5, available=10, value=40, value_change=-10)
    )


def test_correction_to_zero_takes_all_the_value() -> None:
    lamps(stock_received(3, unit_cost=0.3333)).when(correct_stock(0)).then(
        stock_corrected(0, available=3, value=0.9999, value_change=-0.9999)
    )


def test_correction_upwards_values_the_difference_at_the_average() -> None:
    lamps(stock_received(10, unit_cost=4)).when(correct_stock(15)).then(
        stock_corrected(15, available=10, value=40, value_change=20)
    )


def test_correction_upwards_in_an_inactive_warehouse_is_accepted() -> None:
    lamps(stock_received(10), warehouse_deactivated()).when(correct_stock(11)).then(
        stock_corrected(11, available=10, value=40, value_change=4)
    )


def test_correction_to_what_is_on_hand_is_accepted_without_an_event() -> None:
    lamps(stock_received(10)).when(correct_stock(10)).then_nothing()


@pytest.mark.parametrize(
    "command",
    [
        issue_stock(1, NORTH, CHAIR),
        adjust_stock(1, NORTH, CHAIR),
        adjust_stock(-1, NORTH, CHAIR),
        correct_stock(1, NORTH, CHAIR),
    ],
)
def test_movement_of_an_unknown_item_is_refused(command: Command) -> None:
    lamps(stock_received(10)).when(command).then_refused(
        ErrorCode.NOT_FOUND, warehouse_id="NORTH", sku="CHAIR"
    )


@pytest.mark.parametrize(
    "command",
    [
        receive_stock(1),
        issue_stock(1),
        adjust_stock(1),
        correct_stock(1),
        correct_stock(0),
        configure_item(name="Desk lamp"),
        move_bin("B-2"),
    ],
)
def test_nothing_happens_to_the_items_of_a_warehouse_that_is_gone(command: Command) -> None:
    lamps(WarehouseDeleted(warehouse_id=NORTH)).when(command).then_refused(
        ErrorCode.NOT_FOUND, warehouse_id="NORTH"
    )


@pytest.mark.parametrize(
    "command", [receive_stock(0.001, unit_cost=0), adjust_stock(0.001), adjust_stock(MOST_UNITS)]
)
def test_movement_that_brings_available_beyond_the_limit_is_refused(command: Command) -> None:
    lamps(stock_received(MOST_UNITS, unit_cost=0)).when(command).then_refused(
        ErrorCode.VALIDATION_ERROR,
        field="quantity",
        problem=f"would go beyond {MOST_UNITS}",
        limit=MOST_UNITS,
    )


def test_movement_that_brings_a_bucket_outside_beyond_the_limit_is_refused() -> None:
    all_sold = stock_issued(MOST_UNITS, available=MOST_UNITS, value=0, value_change=NO_MONEY)
    lamps(stock_received(MOST_UNITS, unit_cost=0), all_sold).when(
        receive_stock(0.001, unit_cost=0)
    ).then_refused(
        ErrorCode.VALIDATION_ERROR,
        field="quantity",
        problem=f"would go beyond {MOST_UNITS}",
        limit=MOST_UNITS,
    )
    lamps(
        stock_received(MOST_UNITS, unit_cost=0),
        all_sold,
        stock_adjusted(1, available=0, value=0, value_change=0),
    ).when(issue_stock(1)).then_refused(
        ErrorCode.VALIDATION_ERROR,
        field="quantity",
        problem=f"would go beyond {MOST_UNITS}",
        limit=MOST_UNITS,
    )


@pytest.mark.parametrize(
    "command", [receive_stock(1, unit_cost=0.0001), adjust_stock(0.5), correct_stock(2)]
)
def test_movement_that_brings_the_value_beyond_the_limit_is_refused(command: Command) -> None:
    lamps(stock_received(1, unit_cost=MOST_MONEY)).when(command).then_refused(
        ErrorCode.VALIDATION_ERROR,
        field="value",
        problem=f"would go beyond {MOST_MONEY}",
        limit=MOST_MONEY,
    )


def test_movements_carry_what_every_command_may_say() -> None:
    before = stock_received(10)
    lamps(before).when(with_particulars(issue_stock(1, purpose=IssuePurpose.PRODUCTION))).then(
        with_particulars(
            stock_issued(
                1,
                purpose=IssuePurpose.PRODUCTION,
                to=Bucket.PRODUCTION,
                available=10,
                value=40,
                value_change=-4,
            )
        )
    )
    lamps(before).when(with_particulars(adjust_stock(-1))).then(
        with_particulars(stock_adjusted(-1, available=10, value=40, value_change=-4))
    )
    lamps(before).when(with_particulars(correct_stock(9))).then(
        with_particulars(stock_corrected(9, available=10, value=40, value_change=-4))
    )
