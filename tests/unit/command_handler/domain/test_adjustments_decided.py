"""Specification of approvals: another person decides once, in time, on today's stock."""

from dataclasses import replace

import pytest

from stockledger.messages.message import Command
from stockledger.messages.results import ErrorCode
from stockledger.messages.warehouse import WarehouseDeleted
from tests.support.adjustment_builders import (
    A1,
    ADA,
    BOB,
    EVE,
    WEEK,
    adjusted_under_id,
    adjustment_approved,
    adjustment_expired,
    adjustment_rejected,
    approve,
    ask_to_adjust,
    ask_to_correct,
    deadline_text,
    expire,
    reject,
)
from tests.support.builders import (
    NORTH,
    deactivate_warehouse,
    tenant_configured,
    warehouse_created,
    with_particulars,
)
from tests.support.item_builders import (
    issue_stock,
    item_configured,
    receive_stock,
    stock_received,
)
from tests.support.reservation_builders import asked, holds_expired, reserve_stock
from tests.support.specification import Given, given

TAKE_SIX = ask_to_adjust(-6)
FIND_SIX = ask_to_adjust(6)


def asked_by_ada(command: Command, *before: Command) -> Given:
    """Return a history of ten lamps at 4, of which Ada wants to change some; Bob looks at it."""
    history = given(
        tenant_configured(approval_quantity=5),
        warehouse_created(),
        item_configured(),
        stock_received(10, unit_cost=4),
    )
    return history.after(*before).acting(ADA).after(command).acting(BOB)


def test_another_person_lets_the_change_take_effect() -> None:
    outcome = asked_by_ada(TAKE_SIX).when(approve())
    outcome.then(
        adjustment_approved(0), adjusted_under_id(-6, available=10, value=40, value_change=-24)
    )
    outcome.answered(
        adjustment_id=A1,
        status="APPROVED",
        change=-6,
        expires_at=deadline_text(),
        changed_meanwhile=0,
    )


def test_what_was_found_comes_in_when_it_is_approved() -> None:
    asked_by_ada(FIND_SIX).when(approve()).then(
        adjustment_approved(0), adjusted_under_id(6, available=10, value=40, value_change=24)
    )


def test_nobody_approves_what_he_requested_himself() -> None:
    asked_by_ada(TAKE_SIX).acting(ADA).when(approve()).then_refused(
        ErrorCode.FORBIDDEN, adjustment_id=A1, requested_by=ADA
    )


@pytest.mark.parametrize("command", [approve(), reject()])
def test_nobody_decides_without_saying_who_he_is(command: Command) -> None:
    asked_by_ada(TAKE_SIX).acting(None).when(command).then_refused(
        ErrorCode.FORBIDDEN, adjustment_id=A1
    )


def test_of_two_approvers_the_second_changes_nothing_and_is_answered_alike() -> None:
    history = asked_by_ada(TAKE_SIX)
    first = dict(history.when(approve()).answer())
    history.after(approve())
    history.when(approve()).answered(**first).then_nothing()
    history.acting(EVE).when(approve()).answered(**first).then_nothing()
    history.acting(ADA).when(approve()).then_refused(
        ErrorCode.FORBIDDEN, adjustment_id=A1, requested_by=ADA
    )


def test_of_approval_and_rejection_the_first_counts() -> None:
    asked_by_ada(TAKE_SIX).after(approve()).acting(EVE).when(reject()).then_refused(
        ErrorCode.INVALID_MOVEMENT, adjustment_id=A1, status="APPROVED"
    )
    asked_by_ada(TAKE_SIX).after(reject()).acting(EVE).when(approve()).then_refused(
        ErrorCode.INVALID_MOVEMENT, adjustment_id=A1, status="REJECTED"
    )


@pytest.mark.parametrize("command", [approve("A9"), reject("A9")])
def test_what_was_never_requested_is_not_decided(command: Command) -> None:
    asked_by_ada(TAKE_SIX).when(command).then_refused(ErrorCode.NOT_FOUND, adjustment_id="A9")


@pytest.mark.parametrize("command", [approve(), reject()])
def test_what_was_applied_at_once_is_not_decided_again(command: Command) -> None:
    asked_by_ada(ask_to_adjust(-5)).when(command).then_refused(
        ErrorCode.INVALID_MOVEMENT, adjustment_id=A1, status="APPLIED"
    )


@pytest.mark.parametrize("command", [approve(), reject()])
def test_past_the_deadline_nothing_is_decided_whether_or_not_a_tick_came(command: Command) -> None:
    asked_by_ada(TAKE_SIX).wait(WEEK - 1).after(command)
    late, ended = asked_by_ada(TAKE_SIX).wait(WEEK), asked_by_ada(TAKE_SIX).wait(WEEK)
    for history in (late, ended.after(expire())):
        history.when(command).then_refused(
            ErrorCode.INVALID_MOVEMENT,
            adjustment_id=A1,
            status="EXPIRED",
            expires_at=deadline_text(),
        )


def test_the_change_is_made_to_todays_stock_at_todays_value() -> None:
    history = asked_by_ada(TAKE_SIX).after(issue_stock(2), receive_stock(8, unit_cost=10))
    history.when(approve()).then(
        adjustment_approved(6), adjusted_under_id(-6, available=16, value=112, value_change=-42)
    )


def test_the_approver_is_told_when_the_item_is_not_what_he_looked_at() -> None:
    history = asked_by_ada(TAKE_SIX)
    history.when(approve(item_version=2)).then(
        adjustment_approved(0), adjusted_under_id(-6, available=10, value=40, value_change=-24)
    )
    history.after(issue_stock(3))
    history.when(approve(item_version=2)).then_refused(
        ErrorCode.VERSION_CONFLICT,
        stream="item/NORTH/LAMP",
        expected_version=2,
        actual_version=3,
        available=7,
        on_hand=7,
        changed_meanwhile=-3,
    )
    history.when(approve(item_version=3)).then(
        adjustment_approved(-3), adjusted_under_id(-6, available=7, value=28, value_change=-24)
    )


def test_a_change_below_zero_is_refused_and_can_be_approved_later() -> None:
    history = asked_by_ada(TAKE_SIX).after(issue_stock(5))
    history.when(approve()).then_refused(
        ErrorCode.INSUFFICIENT_STOCK, warehouse_id="NORTH", sku="LAMP", asked=6, available=5
    )
    history.after(receive_stock(1, unit_cost=4))
    history.when(approve()).then(
        adjustment_approved(-4), adjusted_under_id(-6, available=6, value=24, value_change=-24)
    )


def test_of_two_requests_for_the_same_units_one_is_approved() -> None:
    history = asked_by_ada(TAKE_SIX).acting(ADA).after(ask_to_adjust(-6, adjustment_id="A2"))
    history.acting(BOB).after(approve("A2"))
    refusal = history.when(approve(A1)).refusal()
    assert refusal.code is ErrorCode.INSUFFICIENT_STOCK
    assert (refusal.details["asked"], refusal.details["available"]) == (6, 4)


def test_a_change_does_not_take_what_is_held() -> None:
    history = asked_by_ada(TAKE_SIX).after(reserve_stock(asked(5)))
    refusal = history.when(approve()).refusal()
    assert refusal.code is ErrorCode.INSUFFICIENT_STOCK
    assert (refusal.details["asked"], refusal.details["available"]) == (6, 5)


def test_what_has_lapsed_meanwhile_may_be_taken() -> None:
    history = asked_by_ada(TAKE_SIX).after(reserve_stock(asked(5), seconds=60)).wait(60)
    history.when(approve()).then(
        adjustment_approved(0),
        holds_expired(("R1", 5), available=5, reserved=5, value=40),
        adjusted_under_id(-6, available=10, value=40, value_change=-24),
    )


def test_a_correction_changes_the_stock_by_the_difference_that_was_found() -> None:
    history = asked_by_ada(ask_to_correct(4)).after(issue_stock(3))
    history.when(approve()).then(
        adjustment_approved(-3),
        replace(
            adjusted_under_id(-6, available=7, value=28, value_change=-24), reason="Counted by hand"
        ),
    )


def test_a_correction_cuts_below_what_is_held_meanwhile() -> None:
    history = asked_by_ada(ask_to_correct(4)).after(reserve_stock(asked(8)))
    history.when(approve()).then(
        adjustment_approved(0),
        replace(
            adjusted_under_id(-6, available=2, reserved=8, value=40, value_change=-24),
            reason="Counted by hand",
        ),
    )


def test_a_correction_below_zero_is_refused() -> None:
    history = asked_by_ada(ask_to_correct(4)).after(issue_stock(5))
    history.when(approve()).then_refused(
        ErrorCode.INSUFFICIENT_STOCK,
        warehouse_id="NORTH",
        sku="LAMP",
        asked=6,
        available=5,
        on_hand=5,
    )


def test_an_inactive_warehouse_takes_no_adjustment_upwards_but_any_other() -> None:
    asked_by_ada(FIND_SIX).after(deactivate_warehouse()).when(approve()).then_refused(
        ErrorCode.WAREHOUSE_INACTIVE, warehouse_id="NORTH"
    )
    asked_by_ada(TAKE_SIX).after(deactivate_warehouse(), approve())
    asked_by_ada(ask_to_correct(16)).after(deactivate_warehouse(), approve())


def test_nothing_is_approved_for_a_warehouse_that_is_gone() -> None:
    for command in (FIND_SIX, TAKE_SIX, ask_to_correct(16)):
        history = asked_by_ada(command).after(issue_stock(10))
        history.tenant.record(WarehouseDeleted(warehouse_id=NORTH))
        history.when(approve()).then_refused(ErrorCode.NOT_FOUND, warehouse_id="NORTH")


def test_the_movement_says_what_the_request_said_and_the_approval_what_the_approver_says() -> None:
    asked_by_ada(with_particulars(TAKE_SIX)).when(approve()).then(
        adjustment_approved(0),
        with_particulars(adjusted_under_id(-6, available=10, value=40, value_change=-24)),
    )
    asked_by_ada(TAKE_SIX).when(with_particulars(approve())).then(
        with_particulars(adjustment_approved(0)),
        adjusted_under_id(-6, available=10, value=40, value_change=-24),
    )


def test_a_rejected_request_leaves_the_stock_and_stays_rejected() -> None:
    history = asked_by_ada(TAKE_SIX)
    outcome = history.when(reject())
    outcome.then(adjustment_rejected(BOB))
    outcome.answered(adjustment_id=A1, status="REJECTED", change=-6, expires_at=deadline_text())
    first = dict(outcome.answer())
    history.after(reject()).wait(WEEK)
    history.acting(EVE).when(reject()).answered(**first).then_nothing()


def test_whoever_requested_a_change_can_withdraw_it() -> None:
    asked_by_ada(TAKE_SIX).acting(ADA).when(reject(reason="Found them")).then(
        adjustment_rejected(ADA, reason="Found them")
    )


def test_a_request_expires_at_its_deadline() -> None:
    history = asked_by_ada(TAKE_SIX).acting(None).wait(WEEK)
    outcome = history.when(expire())
    outcome.then(adjustment_expired())
    outcome.answered(expired=1)
    history.when(with_particulars(expire())).then(with_particulars(adjustment_expired()))
    history.after(expire()).when(expire()).answered(expired=0).then_nothing()


def test_a_tick_that_comes_early_or_late_or_for_nothing_changes_nothing() -> None:
    asked_by_ada(TAKE_SIX).wait(WEEK - 1).when(expire()).answered(expired=0).then_nothing()
    asked_by_ada(TAKE_SIX).when(expire("A9")).then_nothing()
    for end in (approve(), reject()):
        asked_by_ada(TAKE_SIX).after(end).wait(WEEK).when(expire()).then_nothing()
    asked_by_ada(ask_to_adjust(-1)).wait(WEEK).when(expire()).then_nothing()
