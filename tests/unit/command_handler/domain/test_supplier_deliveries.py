"""Specification of what came of a supplier order: partly, over or rejected, once a delivery."""

import pytest

from stockledger.amounts import quantity_to_wire
from stockledger.messages.fields import Bucket
from stockledger.messages.message import Command
from stockledger.messages.results import ErrorCode
from stockledger.messages.supplier_order import (
    DeliveredLine,
    SupplierOrderStatus,
)
from tests.support.builders import (
    CHAIR,
    LAMP,
    NORTH,
    with_particulars,
)
from tests.support.specification import Given
from tests.support.supplier_builders import (
    P1,
    confirm,
    create_supplier_order,
    delivered,
    ordered,
    receive_order,
    report_unavailable,
)
from tests.support.supplier_event_builders import (
    gone,
    on_order_changed,
    order_received,
    order_submitted,
    stock_delivered,
    taken,
)
from tests.support.supplier_histories import a_shop, submitted

FATES = ("ordered", "received", "rejected", "over", "cancelled", "on_order")


def lamps(history: Given) -> dict[str, float]:
    """Return what became of the lamps, as far as anything did."""
    state = history.tenant.supplier_order(P1)
    (line,) = [item for item in state.items.values() if item.sku == LAMP]
    figures = {fate: quantity_to_wire(getattr(line, fate)) for fate in FATES}
    return {fate: figure for fate, figure in figures.items() if figure}


def status(history: Given) -> SupplierOrderStatus | None:
    return history.tenant.supplier_order(P1).status


def test_what_came_is_available_at_its_cost_and_the_rest_stays_on_order() -> None:
    history = submitted()
    history.when(with_particulars(receive_order(delivered(8)))).then(
        with_particulars(order_received(taken(8))),
        with_particulars(stock_delivered(8, available=1, value=4)),
        with_particulars(on_order_changed(-8, on_order=12)),
    )
    history.after(receive_order(delivered(8)))
    stock = history.tenant.item(NORTH, LAMP).stock
    assert (stock.available, stock.value, stock.on_order) == (9_000, 28 * 10_000, 12_000)
    assert (lamps(history), status(history)) == (
        {"ordered": 20, "received": 8, "on_order": 12},
        SupplierOrderStatus.SUBMITTED,
    )


def test_a_unit_costs_what_the_delivery_says_before_what_the_order_says() -> None:
    submitted().when(receive_order(delivered(8, unit_cost=2.5))).then(
        order_received(taken(8, unit_cost=2.5)),
        stock_delivered(8, available=1, value=4, unit_cost=2.5),
        on_order_changed(-8, on_order=12),
    )


def test_what_nobody_said_the_cost_of_is_not_taken_in() -> None:
    submitted().when(receive_order(delivered(5, CHAIR))).then_refused(
        ErrorCode.VALIDATION_ERROR,
        field="lines",
        problem="must say what a unit of CHAIR cost: the order does not",
    )


def test_what_is_rejected_is_not_on_order_and_not_in_stock_and_may_cost_anything() -> None:
    history = submitted()
    history.when(receive_order(delivered(rejected=2, sku=CHAIR))).then(
        order_received(taken(sku=CHAIR, rejected=2, unit_cost=0)),
        on_order_changed(-2, CHAIR, on_order=3),
    )
    history.after(receive_order(delivered(rejected=2, sku=CHAIR)))
    assert history.tenant.item(NORTH, CHAIR).stock.balances == {}


def test_more_than_was_ordered_is_taken_in_as_over() -> None:
    history = submitted()
    history.when(receive_order(delivered(22, rejected=1))).then(
        order_received(taken(22, rejected=1, over=3)),
        stock_delivered(22, available=1, value=4),
        on_order_changed(-20, on_order=0),
    )
    history.after(receive_order(delivered(22, rejected=1)))
    assert lamps(history) == {"ordered": 20, "received": 22, "rejected": 1, "over": 3}


def test_once_all_of_an_item_came_any_more_is_over() -> None:
    history = submitted().after(receive_order(delivered(20)))
    history.when(receive_order(delivered(1), delivery_id="second")).then(
        order_received(taken(1, over=1), delivery_id="second"),
        stock_delivered(1, available=21, value=64),
    )


def test_lines_of_one_item_are_added_up() -> None:
    lines = (delivered(3), delivered(2), delivered(rejected=1))
    submitted().when(receive_order(*lines)).then(
        order_received(taken(5, rejected=1)),
        stock_delivered(5, available=1, value=4),
        on_order_changed(-6, on_order=14),
    )


def test_the_delivery_that_leaves_nothing_on_order_completes_it() -> None:
    history = submitted().after(receive_order(delivered(rejected=5, sku=CHAIR)))
    history.when(receive_order(delivered(20), delivery_id="second")).then(
        order_received(taken(20), completed=True, delivery_id="second"),
        stock_delivered(20, available=1, value=4),
        on_order_changed(-20, on_order=0),
    )
    history.after(receive_order(delivered(20), delivery_id="second"))
    assert status(history) is SupplierOrderStatus.RECEIVED


def test_after_the_final_delivery_nothing_more_is_expected() -> None:
    history = submitted()
    history.when(receive_order(delivered(8), final=True)).then(
        order_received(taken(8), cancelled=(gone(12), gone(5, CHAIR)), completed=True),
        stock_delivered(8, available=1, value=4),
        on_order_changed(-20, on_order=0),
        on_order_changed(-5, CHAIR, on_order=0),
    )
    history.after(receive_order(delivered(8), final=True))
    assert status(history) is SupplierOrderStatus.RECEIVED
    assert lamps(history) == {"ordered": 20, "received": 8, "cancelled": 12}


def test_the_final_delivery_cancels_nothing_of_what_came() -> None:
    submitted().when(receive_order(delivered(20), final=True)).then(
        order_received(taken(20), cancelled=(gone(5, CHAIR),), completed=True),
        stock_delivered(20, available=1, value=4),
        on_order_changed(-20, on_order=0),
        on_order_changed(-5, CHAIR, on_order=0),
    )


@pytest.mark.parametrize("before", [(), (report_unavailable(),)], ids=["queued", "unavailable"])
def test_a_supplier_that_delivers_a_part_has_the_order(before: tuple[Command, ...]) -> None:
    order = create_supplier_order(ordered(20, unit_cost=3))
    history = a_shop().after(order, *before)
    history.when(receive_order(delivered(8))).then(
        order_submitted(),
        order_received(taken(8)),
        stock_delivered(8, available=1, value=4),
        on_order_changed(-8, on_order=12),
    )
    history.after(receive_order(delivered(8)))
    assert status(history) is SupplierOrderStatus.SUBMITTED


def test_a_supplier_that_delivers_all_at_once_need_not_have_been_told() -> None:
    order = create_supplier_order(ordered(20, unit_cost=3))
    a_shop().after(order).when(receive_order(delivered(20))).then(
        order_received(taken(20), completed=True),
        stock_delivered(20, available=1, value=4),
        on_order_changed(-20, on_order=0),
    )


def test_a_part_of_a_confirmed_order_leaves_it_confirmed() -> None:
    history = submitted().after(confirm(), receive_order(delivered(8)))
    assert status(history) is SupplierOrderStatus.CONFIRMED


@pytest.mark.parametrize(
    "again",
    [
        receive_order(delivered(8), delivered(rejected=1, sku=CHAIR)),
        receive_order(delivered(rejected=1, sku=CHAIR), delivered(3), delivered(5)),
        receive_order(delivered(8, unit_cost=3), delivered(rejected=1, sku=CHAIR)),
    ],
    ids=["word by word", "in other lines", "with the cost that it came to"],
)
def test_a_delivery_is_taken_in_once(again: Command) -> None:
    first = receive_order(delivered(8), delivered(rejected=1, sku=CHAIR))
    history = submitted()
    answer = history.when(first).answer()
    outcome = history.after(first).when(again)
    outcome.then_nothing()
    assert outcome.answer() == answer


def test_the_last_delivery_is_known_again_although_the_order_is_over() -> None:
    history = submitted().after(receive_order(delivered(8), final=True))
    history.when(receive_order(delivered(8), final=True)).then_nothing()
    history.when(receive_order(delivered(8))).then_nothing()


@pytest.mark.parametrize(
    "lines",
    [
        (delivered(9),),
        (delivered(8, unit_cost=2),),
        (delivered(7, rejected=1),),
        (delivered(8), delivered(rejected=1, sku=CHAIR)),
        (delivered(rejected=8),),
    ],
)
def test_another_delivery_under_the_same_id_is_refused(lines: tuple[DeliveredLine, ...]) -> None:
    history = submitted().after(receive_order(delivered(8)))
    history.when(receive_order(*lines)).then_refused(
        ErrorCode.DUPLICATE_COMMAND, supplier_order_id=P1, delivery_id="first-lorry"
    )


def test_a_delivery_that_was_not_final_does_not_become_so_by_a_repeat() -> None:
    history = submitted().after(receive_order(delivered(8)))
    history.when(receive_order(delivered(8), final=True)).then_refused(
        ErrorCode.DUPLICATE_COMMAND, supplier_order_id=P1, delivery_id="first-lorry"
    )


def test_units_come_from_the_supplier_and_from_nowhere_else() -> None:
    history = submitted().after(receive_order(delivered(8, rejected=2)))
    balances = history.tenant.item(NORTH, LAMP).stock.balances
    assert balances == {Bucket.SUPPLIER: -9_000, Bucket.AVAILABLE: 9_000}
