"""Specification of a reservation's end: sold, given back or expired, exclusively and for good."""

import pytest

from stockledger.messages.message import Command
from stockledger.messages.reservation import ReleaseReservation
from stockledger.messages.results import DetailValue, ErrorCode
from tests.support.builders import NORTH, deactivate_warehouse, warehouse_created, with_particulars
from tests.support.item_builders import correct_stock, item_configured, stock_issued, stock_received
from tests.support.lamps_and_chairs import HALF_PAST, shop
from tests.support.order_builders import cancel_order
from tests.support.reservation_builders import (
    C1,
    O1,
    R1,
    R2,
    asked,
    confirm_reservation,
    expire_reservation,
    held,
    holds_expired,
    items_sold,
    release_reservation,
    reservation_confirmed,
    reservation_expired,
    reservation_released,
    reserve_stock,
    stock_released,
)
from tests.support.specification import Given, given


def held_lamps() -> Given:
    """Return a history in which R1 holds eight of the ten lamps for half an hour."""
    return shop().after(reserve_stock(asked(8)))


def answer(status: str) -> dict[str, DetailValue]:
    return {
        "reservation_id": "R1",
        "status": status,
        "expires_at": HALF_PAST,
        "lines": [{"warehouse_id": "NORTH", "sku": "LAMP", "quantity": 8}],
    }


def test_confirmed_reservation_is_sold_at_cost() -> None:
    outcome = held_lamps().when(confirm_reservation())
    assert outcome.answer() == answer("COMPLETED")
    outcome.then(
        reservation_confirmed(held(8)),
        stock_issued(8, available=2, reserved=8, value=40, value_change=-32, reservation_id=R1),
    )


def test_last_units_take_the_rest_of_the_value() -> None:
    third = given(
        warehouse_created(NORTH), item_configured(), stock_received(3, unit_cost=0.3333)
    ).after(reserve_stock(asked(1), reservation_id=R2), confirm_reservation(R2))
    third.after(reserve_stock(asked(2))).when(confirm_reservation()).then(
        reservation_confirmed(held(2)),
        stock_issued(
            2,
            available=0,
            reserved=2,
            outside=1,
            value=0.6666,
            value_change=-0.6666,
            reservation_id=R1,
        ),
    )


@pytest.mark.parametrize("named_by", ["the reservation", "the command"])
def test_order_remembers_what_was_sold_under_it(named_by: str) -> None:
    of_reservation = O1 if named_by == "the reservation" else None
    of_command = O1 if named_by == "the command" else None
    shop().after(reserve_stock(asked(8), order_id=of_reservation)).when(
        confirm_reservation(order_id=of_command)
    ).then(
        reservation_confirmed(held(8), order_id=O1),
        items_sold(8, 32, reservation_id=R1),
        stock_issued(
            8,
            available=2,
            reserved=8,
            value=40,
            value_change=-32,
            reservation_id=R1,
            order_id=O1,
        ),
    )


def test_what_is_held_for_one_order_is_not_sold_under_another() -> None:
    for_another = shop().after(reserve_stock(asked(8), order_id="O2"))
    for_another.when(confirm_reservation(order_id=O1)).then_refused(
        ErrorCode.INVALID_MOVEMENT, reservation_id="R1", order_id="O2"
    )


def test_nothing_is_sold_under_a_cancelled_order() -> None:
    held_lamps().after(cancel_order(O1)).when(confirm_reservation(order_id=O1)).then_refused(
        ErrorCode.INVALID_MOVEMENT, order_id="O1"
    )


def test_sale_of_what_is_held_goes_on_in_an_inactive_warehouse() -> None:
    held_lamps().after(deactivate_warehouse(NORTH)).when(confirm_reservation()).answer()


def test_more_than_is_on_hand_cannot_be_sold_though_it_is_held() -> None:
    cut = held_lamps().after(correct_stock(7))
    cut.when(confirm_reservation()).then_refused(
        ErrorCode.INSUFFICIENT_STOCK,
        warehouse_id="NORTH",
        sku="LAMP",
        asked=8,
        available=0,
        on_hand=7,
        next_lapse=HALF_PAST,
    )
    cut.after(correct_stock(8)).when(confirm_reservation()).answer()


def test_of_two_holds_on_too_little_the_first_confirmed_is_served() -> None:
    cut = held_lamps().after(reserve_stock(asked(2), reservation_id=R2), correct_stock(8))
    cut.after(confirm_reservation(R1)).when(confirm_reservation(R2)).then_refused(
        ErrorCode.INSUFFICIENT_STOCK,
        warehouse_id="NORTH",
        sku="LAMP",
        asked=2,
        available=0,
        on_hand=0,
        next_lapse=HALF_PAST,
    )


def test_reservation_given_back_is_available_again() -> None:
    outcome = held_lamps().when(release_reservation())
    assert outcome.answer() == answer("CANCELLED")
    outcome.then(reservation_released(), stock_released(8, available=2, reserved=8, value=40))


def test_reservation_given_back_past_its_deadline_has_expired() -> None:
    outcome = held_lamps().wait(1_800).when(release_reservation())
    assert outcome.answer() == answer("EXPIRED")
    outcome.then(reservation_expired(), holds_expired((R1, 8), available=2, reserved=8, value=40))


END_OF: dict[str, Command] = {
    "COMPLETED": confirm_reservation(),
    "CANCELLED": release_reservation(),
    "EXPIRED": expire_reservation(),
}


@pytest.mark.parametrize("status", END_OF)
def test_end_is_for_good_and_its_repeat_is_answered_the_same(status: str) -> None:
    ended = held_lamps()
    if status == "EXPIRED":
        ended.wait(1_800)
    ended.after(END_OF[status])
    confirming, releasing = ended.when(confirm_reservation()), ended.when(release_reservation())
    match status:
        case "COMPLETED":
            assert confirming.answer() == answer("COMPLETED")
            confirming.then_nothing()
            releasing.then_refused(
                ErrorCode.RESERVATION_NOT_ACTIVE, reservation_id="R1", status="COMPLETED"
            )
        case "CANCELLED":
            confirming.then_refused(
                ErrorCode.RESERVATION_NOT_ACTIVE, reservation_id="R1", status="CANCELLED"
            )
            assert releasing.answer() == answer("CANCELLED")
            releasing.then_nothing()
        case _:
            confirming.then_refused(
                ErrorCode.RESERVATION_EXPIRED,
                reservation_id="R1",
                expires_at=HALF_PAST,
                now=HALF_PAST,
            )
            assert releasing.answer() == answer("EXPIRED")
            releasing.then_nothing()
    ended.wait(10_000).when(expire_reservation()).answered(expired=0).then_nothing()


def test_confirmation_under_another_order_is_refused() -> None:
    sold = held_lamps().after(confirm_reservation(order_id=O1))
    sold.when(confirm_reservation(order_id=O1)).then_nothing()
    sold.when(confirm_reservation()).then_nothing()
    sold.when(confirm_reservation(order_id="O2")).then_refused(
        ErrorCode.RESERVATION_NOT_ACTIVE, reservation_id="R1", status="COMPLETED"
    )


def test_reservation_can_be_sold_until_just_before_its_deadline() -> None:
    held_lamps().wait(1_799.999999).when(confirm_reservation()).answer()
    held_lamps().wait(1_800).when(confirm_reservation()).then_refused(
        ErrorCode.RESERVATION_EXPIRED,
        reservation_id="R1",
        expires_at=HALF_PAST,
        now=HALF_PAST,
    )


@pytest.mark.parametrize("command", [confirm_reservation(), release_reservation()])
def test_unknown_reservation_cannot_end(command: Command) -> None:
    shop().when(command).then_refused(ErrorCode.NOT_FOUND, reservation_id="R1")


@pytest.mark.parametrize(
    ("command", "field", "problem"),
    [
        (ReleaseReservation(), "reservation_id", "must be given, or a cart_id"),
        (
            ReleaseReservation(reservation_id=R1, cart_id=C1),
            "cart_id",
            "must not be given with a reservation_id",
        ),
    ],
)
def test_release_names_either_a_reservation_or_a_cart(
    command: ReleaseReservation, field: str, problem: str
) -> None:
    shop().when(command).then_refused(ErrorCode.VALIDATION_ERROR, field=field, problem=problem)


def test_events_of_an_end_carry_what_every_command_may_say() -> None:
    held_lamps().when(with_particulars(confirm_reservation(order_id=O1))).then(
        with_particulars(reservation_confirmed(held(8), order_id=O1)),
        with_particulars(items_sold(8, 32, reservation_id=R1)),
        with_particulars(
            stock_issued(
                8,
                available=2,
                reserved=8,
                value=40,
                value_change=-32,
                reservation_id=R1,
                order_id=O1,
            )
        ),
    )
    held_lamps().when(with_particulars(release_reservation())).then(
        with_particulars(reservation_released()),
        with_particulars(stock_released(8, available=2, reserved=8, value=40)),
    )
    held_lamps().wait(1_800).when(with_particulars(expire_reservation())).then(
        with_particulars(reservation_expired()),
        holds_expired((R1, 8), available=2, reserved=8, value=40),
    )
