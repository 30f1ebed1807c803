"""Specification of deliveries that a supplier order does not take."""

import pytest

from stockledger.messages.results import ErrorCode
from stockledger.messages.supplier_order import (
    DELIVERIES_MAX,
    DeliveredLine,
)
from tests.support.builders import (
    CHAIR,
    LAMP,
    SOUTH,
    create_warehouse,
    deactivate_warehouse,
)
from tests.support.capacity_builders import limit
from tests.support.item_builders import receive_stock
from tests.support.supplier_builders import (
    create_supplier_order,
    delivered,
    ordered,
    receive_order,
    submit,
)
from tests.support.supplier_event_builders import (
    on_order_changed,
    order_received,
    taken,
)
from tests.support.supplier_histories import a_shop, submitted

LARGEST = 999_999_999_999.999


def test_an_item_that_was_not_ordered_is_refused() -> None:
    history = submitted().after(create_warehouse(SOUTH), receive_stock(1, SOUTH))
    history.when(receive_order(delivered(8), delivered(1, LAMP, SOUTH))).then_refused(
        ErrorCode.VALIDATION_ERROR, field="lines", problem="LAMP of SOUTH is not of this order"
    )


def test_a_line_of_nothing_is_refused() -> None:
    submitted().when(receive_order(delivered(8), delivered(0, CHAIR))).then_refused(
        ErrorCode.VALIDATION_ERROR,
        field="lines",
        problem="must each say that something was received or rejected",
    )


def test_two_costs_of_an_item_are_two_deliveries() -> None:
    lines = (delivered(8, unit_cost=3), delivered(1, unit_cost=2))
    submitted().when(receive_order(*lines)).then_refused(
        ErrorCode.VALIDATION_ERROR, field="lines", problem="name more than one unit cost of LAMP"
    )


def test_an_inactive_warehouse_takes_nothing_in_but_may_turn_it_away() -> None:
    history = submitted().after(deactivate_warehouse())
    history.when(receive_order(delivered(8))).then_refused(
        ErrorCode.WAREHOUSE_INACTIVE, warehouse_id="NORTH"
    )
    history.when(receive_order(delivered(rejected=20))).then(
        order_received(taken(rejected=20)), on_order_changed(-20, on_order=0)
    )


def test_a_full_warehouse_turns_a_delivery_away() -> None:
    history = submitted().after(limit(10))
    refusal = history.when(receive_order(delivered(10))).refusal()
    assert refusal.code is ErrorCode.CAPACITY_EXCEEDED
    history.after(receive_order(delivered(9)))


def test_each_delivery_is_remembered_so_there_are_only_so_many() -> None:
    history = a_shop().after(create_supplier_order(ordered(1_000, unit_cost=3)), submit())
    for number in range(DELIVERIES_MAX):
        history.after(receive_order(delivered(1), delivery_id=f"lorry-{number}"))
    history.when(receive_order(delivered(1), delivery_id="one-more")).then_refused(
        ErrorCode.VALIDATION_ERROR,
        field="delivery_id",
        problem=f"the order has {DELIVERIES_MAX} deliveries, all it may have",
    )
    history.when(receive_order(delivered(1), delivery_id="lorry-0")).then_nothing()


@pytest.mark.parametrize(
    "line",
    [delivered(LARGEST), delivered(rejected=LARGEST), delivered(LARGEST, rejected=LARGEST)],
)
def test_figures_beyond_what_a_number_holds_are_refused(line: DeliveredLine) -> None:
    history = submitted().after(receive_order(delivered(1, rejected=1, unit_cost=0)))
    refusal = history.when(receive_order(line, delivery_id="second")).refusal()
    assert refusal.code is ErrorCode.VALIDATION_ERROR


def test_what_is_over_in_all_is_refused_beyond_what_a_number_holds() -> None:
    line = delivered(LARGEST - 1, rejected=LARGEST, unit_cost=0)
    refusal = submitted().when(receive_order(line)).refusal()
    assert refusal.details["problem"] == "what came of LAMP would go beyond 999999999999.999"


def test_a_value_beyond_what_a_number_holds_is_refused() -> None:
    costly = delivered(2_000, unit_cost=99_999_999_999)
    refusal = submitted().when(receive_order(costly)).refusal()
    assert (refusal.code, refusal.details["field"]) == (ErrorCode.VALIDATION_ERROR, "value")
