"""Specification of a supplier order's way: submitted, confirmed, not to be reached, late, over."""

from datetime import timedelta

import pytest

from stockledger.messages.message import Command
from stockledger.messages.results import ErrorCode
from stockledger.messages.supplier_order import SupplierOrderStatus
from tests.support.builders import (
    CHAIR,
    LAMP,
    NORTH,
    create_warehouse,
    deactivate_warehouse,
    with_particulars,
)
from tests.support.capacity_builders import delete_warehouse
from tests.support.item_builders import configure_item, issue_stock, receive_stock
from tests.support.specification import MONDAY_NOON, Given, given
from tests.support.supplier_builders import (
    P1,
    cancel_order_of,
    confirm,
    create_supplier_order,
    delivered,
    ordered,
    receive_order,
    register_supplier,
    report_late,
    report_unavailable,
    submit,
)
from tests.support.supplier_event_builders import (
    gone,
    on_order_changed,
    order_cancelled,
    order_confirmed,
    order_overdue,
    order_submitted,
    supplier_unavailable,
)

DAY_SECONDS = 24 * 3_600
TOMORROW = MONDAY_NOON + timedelta(days=1)
LATER = MONDAY_NOON + timedelta(days=3)
Status = SupplierOrderStatus


def queued() -> Given:
    """Return 20 lamps and 5 chairs on order, expected tomorrow."""
    return given().after(
        create_warehouse(),
        receive_stock(10),
        configure_item(NORTH, CHAIR),
        register_supplier(),
        create_supplier_order(
            ordered(20, unit_cost=3), ordered(5, CHAIR), expected_delivery=TOMORROW
        ),
    )


def received() -> Given:
    return queued().after(receive_order(delivered(20), delivered(rejected=5, sku=CHAIR)))


def status(history: Given) -> SupplierOrderStatus | None:
    return history.tenant.supplier_order(P1).status


def test_an_order_is_submitted_with_the_suppliers_own_number() -> None:
    history = queued()
    history.when(with_particulars(submit(supplier_reference="LW-88"))).then(
        with_particulars(order_submitted(supplier_reference="LW-88"))
    )
    assert status(history.after(submit(supplier_reference="LW-88"))) is Status.SUBMITTED
    assert history.tenant.supplier_order(P1).supplier_reference == "LW-88"


def test_it_is_submitted_once() -> None:
    history = queued().after(submit())
    again = history.when(submit(supplier_reference="told a second time"))
    again.then_nothing()
    assert again.answer()["status"] == "SUBMITTED"
    history.after(confirm()).when(submit()).then_nothing()


def test_a_supplier_that_was_not_reached_gets_the_order_by_hand() -> None:
    history = queued().after(report_unavailable())
    history.when(submit()).then(order_submitted())
    assert status(history.after(submit())) is Status.SUBMITTED


@pytest.mark.parametrize("before", [(), (report_unavailable(),), (submit(),)])
def test_an_order_is_confirmed_whatever_was_known_of_it(before: tuple[Command, ...]) -> None:
    history = queued().after(*before)
    command = confirm(supplier_reference="LW-88", expected_delivery=LATER)
    history.when(with_particulars(command)).then(
        with_particulars(order_confirmed(supplier_reference="LW-88", expected_delivery=LATER))
    )
    assert status(history.after(command)) is Status.CONFIRMED
    assert history.tenant.supplier_order(P1).expected_delivery == LATER


def test_a_confirmation_that_says_nothing_new_changes_nothing() -> None:
    history = queued().after(confirm(supplier_reference="LW-88", expected_delivery=LATER))
    history.when(confirm()).then_nothing()
    history.when(confirm(supplier_reference="LW-88")).then_nothing()
    history.when(confirm(expected_delivery=LATER)).then_nothing()


def test_a_supplier_may_put_the_delivery_off() -> None:
    history = queued().after(submit(supplier_reference="LW-88"), confirm())
    history.when(confirm(expected_delivery=LATER)).then(order_confirmed(expected_delivery=LATER))
    history.after(confirm(expected_delivery=LATER))
    state = history.tenant.supplier_order(P1)
    assert (state.expected_delivery, state.supplier_reference) == (LATER, "LW-88")


def test_a_confirmation_without_a_day_leaves_the_day_that_is_expected() -> None:
    history = queued().after(confirm())
    assert history.tenant.supplier_order(P1).expected_delivery == TOMORROW


def test_a_supplier_that_cannot_be_reached_is_said_once() -> None:
    history = queued()
    history.when(with_particulars(report_unavailable(attempts=3, cause="refused"))).then(
        with_particulars(supplier_unavailable(attempts=3, cause="refused"))
    )
    history.after(report_unavailable())
    assert status(history) is Status.UNAVAILABLE
    again = history.when(report_unavailable(attempts=9))
    again.then_nothing()
    assert again.answer()["status"] == "UNAVAILABLE"


@pytest.mark.parametrize("meanwhile", [submit(), confirm(), cancel_order_of()])
def test_a_late_report_that_it_cannot_be_reached_changes_nothing(meanwhile: Command) -> None:
    queued().after(meanwhile).when(report_unavailable()).then_nothing()


def test_what_is_cancelled_is_not_on_order_any_more() -> None:
    history = queued().after(receive_order(delivered(8)))
    history.when(with_particulars(cancel_order_of())).then(
        with_particulars(order_cancelled(gone(12), gone(5, CHAIR))),
        with_particulars(on_order_changed(-12, on_order=0)),
        with_particulars(on_order_changed(-5, CHAIR, on_order=0)),
    )
    assert history.when(cancel_order_of()).answer()["lines"] == [
        {
            "warehouse_id": "NORTH",
            "sku": "LAMP",
            "ordered": 20,
            "received": 8,
            "rejected": 0,
            "over": 0,
            "cancelled": 12,
            "on_order": 0,
        },
        {
            "warehouse_id": "NORTH",
            "sku": "CHAIR",
            "ordered": 5,
            "received": 0,
            "rejected": 0,
            "over": 0,
            "cancelled": 5,
            "on_order": 0,
        },
    ]


def test_what_others_ordered_of_an_item_stays_on_order() -> None:
    history = queued().after(create_supplier_order(ordered(3), supplier_order_id="P2"))
    assert on_order_changed(-20, on_order=3) in history.when(cancel_order_of()).events()


def test_an_item_of_which_nothing_is_open_does_not_change_when_the_rest_is_cancelled() -> None:
    history = queued().after(receive_order(delivered(25)))
    history.when(cancel_order_of()).then(
        order_cancelled(gone(5, CHAIR)), on_order_changed(-5, CHAIR, on_order=0)
    )


def test_cancelling_again_changes_nothing() -> None:
    history = queued().after(cancel_order_of())
    again = history.when(cancel_order_of())
    again.then_nothing()
    assert again.answer()["status"] == "CANCELLED"


def test_an_order_of_an_inactive_warehouse_is_cancelled_too() -> None:
    history = queued().after(deactivate_warehouse(), cancel_order_of())
    assert status(history) is Status.CANCELLED


@pytest.mark.parametrize("command", [submit(), confirm(), receive_order(delivered(1))])
def test_a_cancelled_order_is_over(command: Command) -> None:
    queued().after(cancel_order_of()).when(command).then_refused(
        ErrorCode.INVALID_MOVEMENT, supplier_order_id=P1, status="CANCELLED"
    )


@pytest.mark.parametrize(
    "command",
    [submit(), confirm(), cancel_order_of(), receive_order(delivered(1), delivery_id="second")],
)
def test_a_received_order_is_over(command: Command) -> None:
    received().when(command).then_refused(
        ErrorCode.INVALID_MOVEMENT, supplier_order_id=P1, status="RECEIVED"
    )


@pytest.mark.parametrize(
    "command",
    [
        submit("P9"),
        confirm("P9"),
        report_unavailable("P9"),
        cancel_order_of("P9"),
        receive_order(delivered(1), supplier_order_id="P9"),
    ],
)
def test_an_unknown_order_is_refused(command: Command) -> None:
    queued().when(command).then_refused(ErrorCode.NOT_FOUND, supplier_order_id="P9")


def test_an_order_is_late_once_its_day_has_come() -> None:
    history = queued().wait(DAY_SECONDS)
    history.when(report_late()).then(order_overdue(TOMORROW))
    history.after(report_late()).when(report_late()).then_nothing()


def test_a_tick_that_comes_early_or_for_nothing_changes_nothing() -> None:
    queued().wait(DAY_SECONDS - 0.000_001).when(report_late()).then_nothing()
    queued().wait(DAY_SECONDS).when(report_late("P9")).then_nothing()
    for end in (cancel_order_of(), receive_order(delivered(20), final=True)):
        queued().after(end).wait(DAY_SECONDS).when(report_late()).then_nothing()


def test_an_order_that_is_expected_at_no_time_is_never_late() -> None:
    history = given().after(
        create_warehouse(),
        receive_stock(10),
        register_supplier(lead_time_days=0),
        create_supplier_order(ordered(20)),
    )
    history.wait(400 * DAY_SECONDS).when(report_late()).then_nothing()


def test_part_of_an_order_may_be_late() -> None:
    history = queued().after(receive_order(delivered(8))).wait(DAY_SECONDS)
    history.when(report_late()).then(order_overdue(TOMORROW))


def test_a_delivery_that_was_put_off_may_be_late_again() -> None:
    history = queued().wait(DAY_SECONDS).after(report_late(), confirm(expected_delivery=LATER))
    history.when(report_late()).then_nothing()
    history.wait(2 * DAY_SECONDS).when(report_late()).then(order_overdue(LATER))


def test_a_warehouse_with_units_on_order_is_not_given_up() -> None:
    history = queued().after(issue_stock(10))
    history.when(delete_warehouse()).then_refused(
        ErrorCode.INVALID_MOVEMENT,
        warehouse_id="NORTH",
        items=2,
        on_hand=0,
        in_transit=0,
        on_order=25,
    )
    history.after(cancel_order_of(), delete_warehouse())
    assert history.tenant.item(NORTH, LAMP).stock.on_order == 0
