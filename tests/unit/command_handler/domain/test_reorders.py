"""Specification of orders that answer an item's REORDER_NEEDED: one open order of them an item."""

from datetime import timedelta

import pytest

from stockledger.amounts import quantity_to_wire
from stockledger.messages.alert import AlertKind, AlertResolved
from stockledger.messages.results import ErrorCode
from stockledger.messages.supplier_order import OnOrderChanged, SupplierOrderCreated
from tests.support.builders import (
    CHAIR,
    LAMP,
    NORTH,
    create_warehouse,
    deactivate_warehouse,
    units,
)
from tests.support.item_builders import issue_stock, receive_stock
from tests.support.specification import MONDAY_NOON, Given, given
from tests.support.supplier_builders import (
    LUMEN,
    P1,
    cancel_order_of,
    create_supplier_order,
    delivered,
    ordered,
    receive_order,
    register_supplier,
    reorder,
    reorder_of,
    supply,
)
from tests.support.supplier_event_builders import (
    on_order_changed,
    order_created,
)

IN_A_WEEK = MONDAY_NOON + timedelta(days=7)


def running_low(left: float = 4) -> Given:
    """Return lamps of which 10 should be there, from LUMEN, 30 at a time: an alert is open."""
    return given().after(
        create_warehouse(),
        register_supplier(),
        receive_stock(20),
        supply(reorder_point=10, reorder_quantity=30, supplier_id=LUMEN),
        issue_stock(20 - left),
    )


def on_order(history: Given) -> float:
    return quantity_to_wire(history.tenant.item(NORTH, LAMP).stock.on_order)


def reorder_number(history: Given) -> int | None:
    """Return the number of the open alert."""
    alert = (history.tenant.item(NORTH, LAMP).alerts or {}).get(AlertKind.REORDER_NEEDED)
    return alert.number if alert is not None and alert.is_open else None


def test_what_the_alert_recommends_is_ordered_from_the_items_supplier() -> None:
    running_low().when(reorder(1)).then(
        order_created(ordered(30), reorder=reorder_of(1), expected_delivery=IN_A_WEEK),
        on_order_changed(30, on_order=30, reorder=True),
    )


def test_the_alert_is_over_with_the_order_that_answers_it() -> None:
    (over,) = running_low().when(reorder(1)).alerts()
    assert isinstance(over, AlertResolved)
    assert (over.kind, over.number, over.figure) == (AlertKind.REORDER_NEEDED, 1, units(34))
    assert reorder_number(running_low().after(reorder(1))) is None


def test_without_a_reorder_quantity_it_is_what_the_maximum_leaves_room_for() -> None:
    history = given().after(
        create_warehouse(),
        register_supplier(),
        receive_stock(20),
        supply(reorder_point=10, maximum=50, supplier_id=LUMEN),
        issue_stock(16),
        create_supplier_order(ordered(2), supplier_order_id="P0"),
    )
    created = history.when(reorder(1)).events()[0]
    assert isinstance(created, SupplierOrderCreated)
    assert created.lines == (ordered(50 - 4 - 2),), "as much as is recommended now"


def test_a_supplier_may_be_named_that_is_not_the_items() -> None:
    history = running_low().after(register_supplier("BRIGHT", name="Bright Ltd"))
    created = history.when(reorder(1, supplier_id="BRIGHT")).events()[0]
    assert isinstance(created, SupplierOrderCreated)
    assert (created.supplier_id, created.supplier_name) == ("BRIGHT", "Bright Ltd")


def test_two_answers_to_one_alert_are_one_order() -> None:
    history = running_low().after(reorder(1))
    second = history.when(reorder(1, "P2"))
    second.answered(supplier_order_id=P1, existing=True)
    second.then_nothing()
    assert history.tenant.supplier_order("P2").status is None


def test_the_same_answer_again_is_the_same_order() -> None:
    history = running_low().after(reorder(1))
    again = history.when(reorder(1))
    again.then_nothing()
    assert again.answer()["status"] == "QUEUED"
    assert again.answer() == running_low().when(reorder(1)).answer()


def test_it_is_the_same_order_even_when_its_lines_are_written_out_or_it_is_over() -> None:
    history = running_low().after(reorder(1), cancel_order_of())
    again = history.when(reorder(1))
    again.then_nothing()
    assert again.answer()["status"] == "CANCELLED"
    history.when(create_supplier_order(ordered(30))).then_refused(
        ErrorCode.DUPLICATE_COMMAND, supplier_order_id=P1
    )


def test_another_alert_of_the_item_gets_no_other_order_while_one_is_open() -> None:
    """It is raised again although so much is on order: still more was taken out."""
    history = running_low().after(reorder(1), receive_stock(40), issue_stock(44))
    history.after(receive_order(delivered(29, unit_cost=3)), issue_stock(29))
    assert (reorder_number(history), on_order(history)) == (2, 1)
    second = history.when(reorder(2, "P2"))
    second.answered(supplier_order_id=P1, existing=True)
    second.then_nothing()


def test_an_order_written_by_hand_does_not_stand_in_the_way() -> None:
    history = running_low().after(create_supplier_order(ordered(1), supplier_order_id="P0"))
    assert history.when(reorder(1)).answer()["supplier_order_id"] == P1


@pytest.mark.parametrize("end", ["received", "cancelled", "rejected"])
def test_once_the_order_is_over_the_next_alert_gets_one_of_its_own(end: str) -> None:
    history = running_low().after(reorder(1))
    if end == "received":
        history.after(receive_order(delivered(30, unit_cost=3)), issue_stock(30))
    elif end == "rejected":
        history.after(receive_order(delivered(rejected=30)))
    else:
        history.after(cancel_order_of())
    assert (reorder_number(history), on_order(history)) == (2, 0)
    assert history.when(reorder(2, "P2")).answer()["supplier_order_id"] == "P2"


def test_a_late_answer_to_an_alert_that_is_over_is_not_needed_any_more() -> None:
    history = running_low().after(receive_stock(50))
    history.when(reorder(1)).then_refused(
        ErrorCode.INVALID_MOVEMENT, warehouse_id="NORTH", sku="LAMP", number=1, open_number=None
    )


def test_an_answer_to_the_alert_before_is_not_one_to_the_open_alert() -> None:
    history = running_low().after(receive_stock(50), issue_stock(50))
    history.when(reorder(1)).then_refused(
        ErrorCode.INVALID_MOVEMENT, warehouse_id="NORTH", sku="LAMP", number=1, open_number=2
    )


def test_an_item_that_never_had_an_alert_needs_no_order() -> None:
    history = given().after(create_warehouse(), register_supplier(), receive_stock(20))
    history.when(reorder(1, supplier_id=LUMEN)).then_refused(
        ErrorCode.INVALID_MOVEMENT, warehouse_id="NORTH", sku="LAMP", number=1, open_number=None
    )


def test_an_unknown_item_is_refused() -> None:
    running_low().when(reorder(1, sku=CHAIR)).then_refused(
        ErrorCode.NOT_FOUND, warehouse_id="NORTH", sku="CHAIR"
    )


def test_an_item_without_a_supplier_needs_one_named() -> None:
    history = given().after(
        create_warehouse(),
        receive_stock(20),
        supply(reorder_point=10, reorder_quantity=30),
        issue_stock(16),
    )
    history.when(reorder(1)).then_refused(
        ErrorCode.VALIDATION_ERROR,
        field="supplier_id",
        problem="must be given: the item has none",
    )


def test_without_quantity_and_maximum_nothing_is_recommended() -> None:
    history = given().after(
        create_warehouse(),
        register_supplier(),
        receive_stock(20),
        supply(reorder_point=10, supplier_id=LUMEN),
        issue_stock(16),
    )
    history.when(reorder(1)).then_refused(
        ErrorCode.VALIDATION_ERROR,
        field="reorder",
        problem="needs the item's reorder quantity, or a maximum above its stock",
    )


def test_nothing_is_reordered_for_an_inactive_warehouse() -> None:
    running_low().after(deactivate_warehouse()).when(reorder(1)).then_refused(
        ErrorCode.WAREHOUSE_INACTIVE, warehouse_id="NORTH"
    )


def test_changes_of_what_is_on_order_say_that_they_are_of_a_reorder() -> None:
    history = running_low().after(reorder(1))
    for end in (cancel_order_of(), receive_order(delivered(1, LAMP, unit_cost=3))):
        changes = [
            event for event in history.when(end).events() if isinstance(event, OnOrderChanged)
        ]
        assert [change.reorder for change in changes] == [True]


def test_an_order_that_was_too_small_leaves_the_alert_open_and_is_still_the_only_one() -> None:
    history = given().after(
        create_warehouse(),
        register_supplier(),
        receive_stock(20),
        supply(reorder_point=10, reorder_quantity=1, supplier_id=LUMEN),
        issue_stock(18),
        reorder(1),
    )
    assert reorder_number(history) == 1
    history.when(reorder(1, "P2")).answered(supplier_order_id=P1, existing=True)
