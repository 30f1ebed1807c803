"""Specification of adjustments above the tenant's threshold: they wait, and the stock stays."""

from dataclasses import replace

import pytest

from stockledger.messages.item import AdjustStock, CorrectStock
from stockledger.messages.message import Event
from stockledger.messages.results import ErrorCode
from tests.support.adjustment_builders import (
    A1,
    ADA,
    BOB,
    DAY,
    WEEK,
    adjusted_under_id,
    adjustment_applied,
    adjustment_requested,
    approve,
    ask_to_adjust,
    ask_to_correct,
    corrected_under_id,
    deadline_text,
    expire,
    reject,
)
from tests.support.builders import (
    CHAIR,
    LAMP,
    NORTH,
    SOUTH,
    configure_tenant,
    tenant_configured,
    warehouse_created,
    warehouse_deactivated,
    with_particulars,
)
from tests.support.item_builders import (
    adjust_stock,
    correct_stock,
    issue_stock,
    item_configured,
    receive_stock,
    stock_adjusted,
    stock_corrected,
    stock_received,
)
from tests.support.reservation_builders import asked, reserve_stock
from tests.support.specification import Given, given

COUNTED = "Counted by hand"


def ten_lamps(
    *events: Event, quantity: float | None = 5, value: float | None = None, days: int = 7
) -> Given:
    """Return a history of ten lamps at 4; Ada wants to change something."""
    return given(
        tenant_configured(approval_quantity=quantity, approval_value=value, approval_days=days),
        warehouse_created(),
        item_configured(),
        stock_received(10, unit_cost=4),
        *events,
    ).acting(ADA)


def test_an_adjustment_above_the_quantity_waits_and_the_stock_is_unchanged() -> None:
    outcome = ten_lamps().when(ask_to_adjust(-5.001))
    outcome.then(adjustment_requested(-5.001, value=-20.004))
    outcome.answered(adjustment_id=A1, status="PENDING", change=-5.001, expires_at=deadline_text())


def test_an_adjustment_upwards_above_the_quantity_waits_as_well() -> None:
    ten_lamps().when(ask_to_adjust(5.001)).then(adjustment_requested(5.001, value=20.004))


@pytest.mark.parametrize("change", [-5.001, 5.001])
def test_an_adjustment_worth_more_than_the_value_waits(change: float) -> None:
    ten_lamps(quantity=None, value=20).when(ask_to_adjust(change)).then(
        adjustment_requested(change, value=20.004 if change > 0 else -20.004)
    )


@pytest.mark.parametrize(("quantity", "value"), [(5, None), (None, 20), (5, 20), (None, None)])
def test_an_adjustment_within_the_thresholds_is_made_at_once(
    quantity: float | None, value: float | None
) -> None:
    ten_lamps(quantity=quantity, value=value).when(adjust_stock(-5)).then(
        stock_adjusted(-5, available=10, value=40, value_change=-20)
    )


def test_one_threshold_that_is_passed_is_enough() -> None:
    for history in (ten_lamps(quantity=5, value=1_000), ten_lamps(quantity=1_000, value=20)):
        [event] = history.when(ask_to_adjust(-6)).events()
        assert event == adjustment_requested(-6, value=-24)


def test_a_threshold_of_nothing_lets_every_adjustment_wait() -> None:
    ten_lamps(quantity=0).when(ask_to_adjust(0.001)).then(adjustment_requested(0.001, value=0.004))
    ten_lamps(quantity=None, value=0).when(ask_to_adjust(0.001)).then(
        adjustment_requested(0.001, value=0.004)
    )


def test_units_that_are_worth_nothing_pass_no_threshold_of_value() -> None:
    given(tenant_configured(approval_value=0), warehouse_created(), item_configured()).when(
        adjust_stock(1_000)
    ).then(stock_adjusted(1_000, available=0, value=0, value_change=0))


def test_a_request_waits_as_long_as_the_tenant_says() -> None:
    ten_lamps(days=2).when(ask_to_adjust(-6)).then(adjustment_requested(-6, value=-24, days=2))


def test_without_an_id_an_approval_is_required_and_the_thresholds_are_named() -> None:
    ten_lamps(value=30).when(adjust_stock(-6)).then_refused(
        ErrorCode.APPROVAL_REQUIRED,
        warehouse_id="NORTH",
        sku="LAMP",
        change=-6,
        value=-24,
        approval_quantity=5,
        approval_value=30,
    )
    refusal = ten_lamps().when(correct_stock(4)).refusal()
    assert refusal.code is ErrorCode.APPROVAL_REQUIRED
    assert "adjustment_id" in refusal.message
    assert "approval_value" not in refusal.details


def test_nobody_can_request_an_adjustment() -> None:
    ten_lamps().acting(None).when(ask_to_adjust(-6)).then_refused(
        ErrorCode.FORBIDDEN, adjustment_id=A1
    )


def test_what_would_be_refused_at_once_is_not_requested() -> None:
    ten_lamps().when(ask_to_adjust(-10.001)).then_refused(
        ErrorCode.INSUFFICIENT_STOCK, warehouse_id="NORTH", sku="LAMP", asked=10.001, available=10
    )
    ten_lamps(warehouse_deactivated()).when(ask_to_adjust(6)).then_refused(
        ErrorCode.WAREHOUSE_INACTIVE, warehouse_id="NORTH"
    )
    ten_lamps().when(ask_to_adjust(6, NORTH, CHAIR)).then_refused(
        ErrorCode.NOT_FOUND, warehouse_id="NORTH", sku="CHAIR"
    )
    ten_lamps().when(ask_to_adjust(0)).then_refused(
        ErrorCode.VALIDATION_ERROR, field="change", problem="must not be 0"
    )


def test_an_adjustment_within_the_threshold_remembers_its_id() -> None:
    outcome = ten_lamps().when(ask_to_adjust(-5))
    outcome.then(
        adjustment_applied(-5),
        adjusted_under_id(-5, available=10, value=40, value_change=-20),
    )
    outcome.answered(adjustment_id=A1, status="APPLIED", change=-5)


def test_within_the_threshold_nobody_needs_to_say_who_it_was() -> None:
    [applied, _] = ten_lamps().acting(None).when(ask_to_adjust(-5)).events()
    assert applied == adjustment_applied(-5, requested_by=None)


def test_a_correction_waits_when_the_difference_is_above_the_threshold() -> None:
    outcome = ten_lamps().when(ask_to_correct(4))
    outcome.then(adjustment_requested(-6, actual=4, value=-24, reason=COUNTED))
    outcome.answered(adjustment_id=A1, status="PENDING", change=-6, expires_at=deadline_text())


def test_a_correction_of_much_stock_by_little_is_made_at_once() -> None:
    ten_lamps().when(ask_to_correct(5)).then(
        adjustment_applied(-5, actual=5, reason=COUNTED),
        corrected_under_id(5, available=10, value=40, value_change=-20),
    )


def test_a_correction_that_finds_what_is_recorded_is_remembered_under_its_id() -> None:
    history = ten_lamps()
    history.when(ask_to_correct(10)).then(adjustment_applied(0, actual=10, reason=COUNTED))
    history.after(ask_to_correct(10), issue_stock(3))
    history.when(ask_to_correct(10)).then_nothing()


@pytest.mark.parametrize("change", [-6, -5, 5, 6])
def test_the_same_adjustment_again_has_no_second_effect(change: float) -> None:
    command = ask_to_adjust(change)
    history = ten_lamps()
    first = dict(history.when(command).answer())
    history.after(command, receive_stock(1)).acting(BOB)
    history.when(command).answered(**first).then_nothing()
    history.when(replace(command, reason="Told once more")).then_nothing()


@pytest.mark.parametrize("actual", [4, 5, 10, 16])
def test_the_same_correction_again_has_no_second_effect_though_the_stock_is_another(
    actual: float,
) -> None:
    command = ask_to_correct(actual)
    history = ten_lamps()
    first = dict(history.when(command).answer())
    history.after(command, receive_stock(1))
    history.when(command).answered(**first).then_nothing()


@pytest.mark.parametrize(
    "other",
    [
        ask_to_adjust(-7),
        ask_to_adjust(-6, SOUTH, LAMP),
        ask_to_adjust(-6, NORTH, CHAIR),
        ask_to_correct(4),
    ],
)
def test_the_same_id_with_other_content_is_refused(other: AdjustStock | CorrectStock) -> None:
    for history in (ten_lamps(), ten_lamps(quantity=None)):
        history.after(ask_to_adjust(-6))
        history.when(other).then_refused(ErrorCode.DUPLICATE_COMMAND, adjustment_id=A1)


def test_a_change_is_no_repeat_of_the_correction_that_came_to_it() -> None:
    history = ten_lamps().after(ask_to_correct(4))
    for other in (ask_to_adjust(-6), ask_to_correct(5)):
        history.when(other).then_refused(ErrorCode.DUPLICATE_COMMAND, adjustment_id=A1)


def test_a_repeat_is_answered_with_how_the_request_stands_by_now() -> None:
    command = ask_to_adjust(-6)
    for end, status in ((approve(), "APPROVED"), (reject(), "REJECTED")):
        history = ten_lamps().after(command).acting(BOB).after(end)
        again = history.acting(ADA).when(command)
        again.then_nothing()
        assert again.answer()["status"] == status
    history = ten_lamps().after(command).wait(WEEK)
    assert history.when(command).answer()["status"] == "EXPIRED"
    history.after(expire())
    again = history.when(command)
    again.then_nothing()
    assert again.answer()["status"] == "EXPIRED"


def test_a_request_counts_what_has_lapsed_as_available_and_leaves_it_as_it_is() -> None:
    history = ten_lamps().after(reserve_stock(asked(8), seconds=60)).wait(60)
    history.when(ask_to_adjust(-6)).then(
        adjustment_requested(-6, days=7 + 60 / DAY, item_version=3, available=2, value=-24)
    )


def test_a_correction_may_cut_below_what_is_held_but_not_below_zero() -> None:
    history = ten_lamps(quantity=None).after(reserve_stock(asked(8)))
    history.when(correct_stock(1)).then(
        stock_corrected(1, available=2, reserved=8, value=40, value_change=-36)
    )


def test_a_new_threshold_is_for_requests_after_it() -> None:
    history = ten_lamps().after(ask_to_adjust(-6))
    history.after(configure_tenant(approval_quantity=100))
    assert history.when(ask_to_adjust(-6)).answer()["status"] == "PENDING"
    history.when(ask_to_adjust(-6, adjustment_id="A2")).answered(
        adjustment_id="A2", status="APPLIED", change=-6
    )
    history.wait(DAY).acting(BOB).after(approve())


def test_requests_carry_what_every_command_may_say() -> None:
    ten_lamps().when(with_particulars(ask_to_adjust(-6))).then(
        with_particulars(adjustment_requested(-6, value=-24))
    )
    ten_lamps().when(with_particulars(ask_to_correct(9))).then(
        with_particulars(adjustment_applied(-1, actual=9)),
        with_particulars(corrected_under_id(9, available=10, value=40, value_change=-4)),
    )
