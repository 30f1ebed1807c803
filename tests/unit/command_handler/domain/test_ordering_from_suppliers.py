"""Specification of orders to suppliers that somebody writes, line by line."""

from datetime import timedelta

import pytest

from stockledger.messages.results import ErrorCode
from stockledger.messages.supplier_order import CreateSupplierOrder
from tests.support.builders import (
    CHAIR,
    LAMP,
    NORTH,
    SOUTH,
    SUNDAY_EVENING,
    create_warehouse,
    deactivate_warehouse,
    with_particulars,
)
from tests.support.capacity_builders import delete_warehouse
from tests.support.item_builders import configure_item, receive_stock
from tests.support.specification import MONDAY_NOON, Given, given
from tests.support.supplier_builders import (
    API,
    LUMEN,
    P1,
    create_supplier_order,
    ordered,
    register_supplier,
    reorder_of,
    supply,
)
from tests.support.supplier_event_builders import (
    on_order_changed,
    order_created,
)

IN_A_WEEK = MONDAY_NOON + timedelta(days=7)
LARGEST = 999_999_999_999.999


def a_shop() -> Given:
    """Return two warehouses, each with lamps, the first also with chairs; and a supplier."""
    return given().after(
        create_warehouse(NORTH),
        create_warehouse(SOUTH),
        receive_stock(10),
        receive_stock(4, SOUTH),
        configure_item(NORTH, CHAIR),
        register_supplier(),
    )


def test_what_is_ordered_is_on_order_for_each_item() -> None:
    command = create_supplier_order(ordered(20, unit_cost=3), ordered(2.5, CHAIR))
    a_shop().when(command).then(
        order_created(ordered(20, unit_cost=3), ordered(2.5, CHAIR), expected_delivery=IN_A_WEEK),
        on_order_changed(20, on_order=20),
        on_order_changed(2.5, CHAIR, on_order=2.5),
    )


def test_the_answer_says_what_is_on_order_and_when_it_is_expected() -> None:
    a_shop().when(create_supplier_order(ordered(20))).answered(
        supplier_order_id=P1,
        status="QUEUED",
        supplier_id=LUMEN,
        expected_delivery="2026-11-30T12:00:00.000000Z",
        lines=[
            {
                "warehouse_id": "NORTH",
                "sku": "LAMP",
                "ordered": 20,
                "received": 0,
                "rejected": 0,
                "over": 0,
                "cancelled": 0,
                "on_order": 20,
            }
        ],
    )


def test_two_orders_of_an_item_add_up() -> None:
    history = a_shop().after(create_supplier_order(ordered(20), supplier_order_id="P0"))
    history.when(create_supplier_order(ordered(5))).then(
        order_created(ordered(5), expected_delivery=IN_A_WEEK),
        on_order_changed(5, on_order=25),
    )
    assert history.tenant.item(NORTH, LAMP).stock.on_order == 20_000


def test_lines_of_one_item_are_added_up_and_other_warehouses_kept_apart() -> None:
    lines = (ordered(2), ordered(1, LAMP, SOUTH), ordered(3))
    a_shop().when(create_supplier_order(*lines)).then(
        order_created(ordered(5), ordered(1, LAMP, SOUTH), expected_delivery=IN_A_WEEK),
        on_order_changed(5, on_order=5),
        on_order_changed(1, LAMP, SOUTH, on_order=1),
    )


def test_what_the_command_says_besides_is_repeated_and_the_lead_time_counts_from_then() -> None:
    command = with_particulars(create_supplier_order(ordered(2)))
    a_shop().when(command).then(
        with_particulars(
            order_created(ordered(2), expected_delivery=SUNDAY_EVENING + timedelta(days=7))
        ),
        with_particulars(on_order_changed(2, on_order=2)),
    )


def test_where_orders_are_submitted_is_what_the_supplier_says_at_that_time() -> None:
    history = a_shop().after(register_supplier(name="Lumen and Sons", api_url=API))
    history.when(create_supplier_order(ordered(2))).then(
        order_created(
            ordered(2), supplier_name="Lumen and Sons", api_url=API, expected_delivery=IN_A_WEEK
        ),
        on_order_changed(2, on_order=2),
    )


@pytest.mark.parametrize(
    ("of_supplier", "of_lamps", "of_chairs", "expected"),
    [
        (None, None, None, 7),
        (None, 3, 12, 12),
        (None, 12, 3, 12),
        (5, 3, 12, 5),
        (None, 0, 0, None),
        (0, 12, 12, None),
    ],
    ids=[
        "the tenant's lead time",
        "the longest of the items'",
        "whichever of them it is",
        "the supplier's own before that",
        "none of the items'",
        "none of the supplier's",
    ],
)
def test_without_a_day_the_lead_time_says_when_it_is_expected(
    of_supplier: int | None, of_lamps: int | None, of_chairs: int | None, expected: int | None
) -> None:
    history = a_shop().after(
        register_supplier(name="Lumen", lead_time_days=of_supplier),
        supply(lead_time_days=of_lamps),
        supply(NORTH, CHAIR, lead_time_days=of_chairs),
    )
    answer = history.when(create_supplier_order(ordered(1), ordered(1, CHAIR))).answer()
    day = None if expected is None else MONDAY_NOON + timedelta(days=expected)
    assert answer["expected_delivery"] == (
        None if day is None else day.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    )


def test_a_given_day_goes_before_any_lead_time() -> None:
    tomorrow = MONDAY_NOON + timedelta(days=1)
    command = create_supplier_order(ordered(1), expected_delivery=tomorrow)
    a_shop().when(command).then(
        order_created(ordered(1), expected_delivery=tomorrow), on_order_changed(1, on_order=1)
    )


@pytest.mark.parametrize(
    "again",
    [
        create_supplier_order(ordered(5), ordered(1, CHAIR)),
        create_supplier_order(ordered(1, CHAIR), ordered(2), ordered(3)),
        create_supplier_order(ordered(5), ordered(1, CHAIR), expected_delivery=IN_A_WEEK),
    ],
    ids=["word by word", "in other lines", "with the day that it came to"],
)
def test_the_same_order_again_changes_nothing_and_gets_the_same_answer(
    again: CreateSupplierOrder,
) -> None:
    command = create_supplier_order(ordered(5), ordered(1, CHAIR))
    first = a_shop().when(command).answer()
    outcome = a_shop().after(command).when(again)
    assert outcome.answer() == first
    outcome.then_nothing()


@pytest.mark.parametrize(
    "other",
    [
        create_supplier_order(ordered(6)),
        create_supplier_order(ordered(5, CHAIR)),
        create_supplier_order(ordered(5, LAMP, SOUTH)),
        create_supplier_order(ordered(5, unit_cost=3)),
        create_supplier_order(ordered(5), ordered(1, CHAIR)),
        create_supplier_order(ordered(5), supplier_id="OTHER"),
        create_supplier_order(ordered(5), expected_delivery=MONDAY_NOON),
        CreateSupplierOrder(supplier_order_id=P1, reorder=reorder_of(1)),
    ],
    ids=["quantity", "item", "warehouse", "cost", "line", "supplier", "day", "reorder"],
)
def test_another_order_under_the_same_id_is_refused(other: CreateSupplierOrder) -> None:
    history = a_shop().after(create_supplier_order(ordered(5)))
    history.when(other).then_refused(ErrorCode.DUPLICATE_COMMAND, supplier_order_id=P1)


def test_an_unknown_supplier_is_refused() -> None:
    command = create_supplier_order(ordered(5), supplier_id="NOBODY")
    a_shop().when(command).then_refused(ErrorCode.NOT_FOUND, supplier_id="NOBODY")


def test_an_item_that_the_warehouse_does_not_keep_is_refused() -> None:
    command = create_supplier_order(ordered(5), ordered(1, CHAIR, SOUTH))
    a_shop().when(command).then_refused(ErrorCode.NOT_FOUND, warehouse_id="SOUTH", sku="CHAIR")


def test_an_unknown_warehouse_is_refused() -> None:
    history = given().after(register_supplier())
    refusal = history.when(create_supplier_order(ordered(5)))
    refusal.then_refused(ErrorCode.NOT_FOUND, warehouse_id="NORTH")


def test_a_warehouse_given_up_is_refused() -> None:
    history = given().after(
        create_warehouse(), configure_item(), register_supplier(), delete_warehouse()
    )
    refusal = history.when(create_supplier_order(ordered(5)))
    refusal.then_refused(ErrorCode.NOT_FOUND, warehouse_id="NORTH")


def test_an_inactive_warehouse_is_refused() -> None:
    history = a_shop().after(deactivate_warehouse(SOUTH))
    command = create_supplier_order(ordered(5), ordered(1, LAMP, SOUTH))
    history.when(command).then_refused(ErrorCode.WAREHOUSE_INACTIVE, warehouse_id="SOUTH")


def test_lines_need_a_supplier() -> None:
    a_shop().when(create_supplier_order(ordered(5), supplier_id=None)).then_refused(
        ErrorCode.VALIDATION_ERROR, field="supplier_id", problem="must be given with lines"
    )


@pytest.mark.parametrize(
    "command",
    [
        CreateSupplierOrder(supplier_order_id=P1, supplier_id=LUMEN),
        CreateSupplierOrder(
            supplier_order_id=P1, supplier_id=LUMEN, lines=(ordered(5),), reorder=reorder_of(1)
        ),
    ],
    ids=["neither", "both"],
)
def test_an_order_has_lines_or_answers_an_alert(command: CreateSupplierOrder) -> None:
    a_shop().when(command).then_refused(
        ErrorCode.VALIDATION_ERROR,
        field="lines",
        problem="must be given, or reorder, but not both",
    )


def test_units_of_an_item_all_cost_the_same() -> None:
    lines = (ordered(5, unit_cost=3), ordered(5, unit_cost=4))
    a_shop().when(create_supplier_order(*lines)).then_refused(
        ErrorCode.VALIDATION_ERROR, field="lines", problem="name more than one unit cost of LAMP"
    )


def test_no_more_can_be_on_order_than_a_number_holds() -> None:
    history = a_shop().after(create_supplier_order(ordered(LARGEST), supplier_order_id="P0"))
    history.when(create_supplier_order(ordered(0.001))).then_refused(
        ErrorCode.VALIDATION_ERROR,
        field="lines",
        problem="what is on order of LAMP would go beyond 999999999999.999",
    )
    too_much = create_supplier_order(ordered(LARGEST), ordered(LARGEST))
    assert a_shop().when(too_much).refusal().code is ErrorCode.VALIDATION_ERROR
