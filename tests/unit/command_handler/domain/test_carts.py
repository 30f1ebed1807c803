"""Specification of carts: one active reservation, which grows, changes and is given back."""

import pytest

from stockledger.messages.lines import LINES_MAX
from stockledger.messages.message import Command
from stockledger.messages.results import ErrorCode, Figure
from stockledger_command_handler.domain import reservation_state
from stockledger_command_handler.domain.cart import (
    CART_RESERVATIONS_MAX,
    CartState,
    evolve,
)
from stockledger_command_handler.domain.reservation_state import JOINED_MAX
from tests.support.builders import CHAIR
from tests.support.item_builders import receive_stock
from tests.support.lamps_and_chairs import shop
from tests.support.order_builders import holding_lines
from tests.support.order_builders import shop as shop_of_orders
from tests.support.reservation_builders import (
    C1,
    R1,
    R2,
    abandon_cart,
    asked,
    cart_reserved,
    changed,
    confirm_reservation,
    held,
    holds_expired,
    release_reservation,
    reservation_created,
    reservation_expired,
    reservation_released,
    reservation_updated,
    reserve_stock,
    stock_released,
    stock_reserved,
    update_reservation,
)


def test_reservation_may_not_join_a_cart_without_naming_it() -> None:
    shop().when(reserve_stock(asked(1), join_cart=True)).then_refused(
        ErrorCode.VALIDATION_ERROR,
        field="cart_id",
        problem="must be given to join the cart's reservation",
    )


def test_line_joins_the_active_reservation_of_its_cart() -> None:
    cart = shop().after(reserve_stock(asked(2), cart_id=C1)).wait(60)
    cart.when(
        reserve_stock(asked(3), asked(1, CHAIR), reservation_id=R2, cart_id=C1, join_cart=True)
    ).answered(
        reservation_id="R1",
        status="ACTIVE",
        expires_at="2026-11-23T12:31:00.000000Z",
        lines=[
            {"warehouse_id": "NORTH", "sku": "LAMP", "quantity": 5},
            {"warehouse_id": "NORTH", "sku": "CHAIR", "quantity": 1},
        ],
    ).then(
        reservation_updated(held(5), held(1, CHAIR), until=1_860, joined_as=R2),
        stock_reserved(3, holds=5, until=1_860, available=8, reserved=2, value=40),
        stock_reserved(1, sku=CHAIR, until=1_860, available=5, value=20),
    )


def test_joining_never_brings_the_deadline_nearer() -> None:
    cart = shop().after(reserve_stock(asked(2), cart_id=C1))
    cart.when(
        reserve_stock(asked(1), reservation_id=R2, cart_id=C1, join_cart=True, seconds=60)
    ).then(
        reservation_updated(held(3), joined_as=R2),
        stock_reserved(1, holds=3, available=8, reserved=2, value=40),
    )


def test_line_that_comes_again_joins_its_cart_only_once() -> None:
    joining = reserve_stock(asked(3), reservation_id=R2, cart_id=C1, join_cart=True)
    cart = shop().after(reserve_stock(asked(2), cart_id=C1), joining)
    now = cart.when(joining).answer()
    assert now["reservation_id"] == "R1"
    assert now["lines"] == [{"warehouse_id": "NORTH", "sku": "LAMP", "quantity": 5}]
    cart.when(joining).answered(**now).then_nothing()

    cart.after(release_reservation())

    assert cart.when(joining).answer()["status"] == "CANCELLED"
    cart.when(joining).then_nothing()


def test_line_that_was_refused_may_join_its_cart_later() -> None:
    joining = reserve_stock(asked(9), reservation_id=R2, cart_id=C1, join_cart=True)
    cart = shop().after(reserve_stock(asked(2), cart_id=C1))
    assert cart.when(joining).refusal().code is ErrorCode.INSUFFICIENT_STOCK
    cart.after(receive_stock(1))
    assert cart.when(joining).events()[0] == reservation_updated(held(11), joined_as=R2)


def test_reservation_remembers_its_newest_joins() -> None:
    state = reservation_state.initial()
    for number in range(JOINED_MAX + 5):
        reservation_state.evolve(state, reservation_updated(held(1), joined_as=f"J{number}"))
    assert state.joined[0] == "J5"
    assert len(state.joined) == JOINED_MAX


@pytest.mark.parametrize(
    "end", [release_reservation(), confirm_reservation()], ids=["released", "sold"]
)
def test_cart_without_active_reservation_begins_one(end: Command) -> None:
    joining = reserve_stock(asked(1), reservation_id=R2, cart_id=C1, join_cart=True)
    expected = reservation_created(held(1), reservation_id=R2, cart_id=C1)
    events = shop().after(reserve_stock(asked(2), cart_id=C1), end).when(joining).events()
    assert events[:2] == [expected, cart_reserved(R2)]
    events = shop().when(joining).events()
    assert events[:2] == [expected, cart_reserved(R2)]


def test_line_that_comes_after_the_deadline_begins_a_new_reservation() -> None:
    cart = shop().after(reserve_stock(asked(10), cart_id=C1, seconds=60)).wait(60)
    joining = reserve_stock(asked(1), reservation_id=R2, cart_id=C1, join_cart=True)
    events = cart.when(joining).events()
    assert events[0] == reservation_created(
        held(1), reservation_id=R2, cart_id=C1, until=60 + 1_800
    )


def test_changed_line_changes_the_active_reservation_of_its_cart() -> None:
    change = update_reservation(changed(3), reservation_id=R2, cart_id=C1, keep_others=True)
    shop().after(reserve_stock(asked(2), asked(1, CHAIR), cart_id=C1)).when(change).then(
        reservation_updated(held(1, CHAIR), held(3)),
        stock_reserved(1, holds=3, available=8, reserved=2, value=40),
    )


def test_changed_line_of_a_cart_without_active_reservation_begins_one() -> None:
    change = update_reservation(changed(3), reservation_id=R2, cart_id=C1, keep_others=True)
    empty = shop()
    empty.when(change).then(
        reservation_created(held(3), reservation_id=R2, cart_id=C1),
        cart_reserved(R2),
        stock_reserved(3, reservation_id=R2, available=10, value=40),
    )
    empty.after(change).when(change).then_nothing()


def test_line_removed_from_a_cart_that_holds_nothing_is_accepted_without_an_event() -> None:
    removed = update_reservation(changed(0), reservation_id=R2, cart_id=C1, keep_others=True)
    shop().when(removed).answered().then_nothing()
    cart = shop().after(reserve_stock(asked(2), cart_id=C1))
    first = cart.when(removed).answer()
    assert first["status"] == "CANCELLED"
    cart.after(removed).when(removed).answered(**first).then_nothing()


def test_change_that_ends_the_newest_reservation_of_a_cart_never_goes_on_to_an_older_one() -> None:
    cart = shop().after(
        reserve_stock(asked(2), cart_id=C1),
        reserve_stock(asked(3), reservation_id=R2, cart_id=C1),
    )
    emptied = update_reservation(changed(0), reservation_id="R3", cart_id=C1)
    first = cart.when(emptied).answer()
    assert (first["reservation_id"], first["status"]) == (R2, "CANCELLED")
    cart.after(emptied).when(emptied).answered(**first).then_nothing()


def test_abandoned_cart_gives_back_all_that_is_active() -> None:
    cart = shop().after(
        reserve_stock(asked(1), reservation_id="SOLD", cart_id=C1),
        confirm_reservation("SOLD"),
        reserve_stock(asked(2), cart_id=C1),
        reserve_stock(asked(3), reservation_id=R2, cart_id=C1, seconds=60),
        reserve_stock(asked(1), reservation_id="OTHER", cart_id="C2"),
    )
    standing: list[dict[str, Figure]] = [
        {"reservation_id": "SOLD", "status": "COMPLETED"},
        {"reservation_id": "R1", "status": "CANCELLED"},
        {"reservation_id": "R2", "status": "EXPIRED"},
    ]
    cart.wait(60).when(abandon_cart()).answered(cart_id="C1", reservations=standing).then(
        reservation_released(R1),
        reservation_expired(R2, until=60),
        stock_released(2, available=3, reserved=6, value=36),
        holds_expired((R2, 3), available=5, reserved=4, value=36),
    )
    cart.after(abandon_cart()).when(abandon_cart()).answered(
        cart_id="C1", reservations=standing
    ).then_nothing()


def test_cart_without_reservations_is_abandoned_without_an_event() -> None:
    shop().when(abandon_cart()).answered(cart_id="C1", reservations=[]).then_nothing()


def test_cart_of_many_years_remembers_its_newest_reservations() -> None:
    cart = CartState()
    for number in range(CART_RESERVATIONS_MAX + 5):
        evolve(cart, cart_reserved(f"R{number}"))
    assert cart.reservation_ids[0] == "R5"
    assert len(cart.reservation_ids) == CART_RESERVATIONS_MAX


def test_cart_of_more_lines_than_one_decision_takes_is_not_abandoned_at_once() -> None:
    selling = shop_of_orders(*holding_lines(LINES_MAX + 1, cart_id=C1))
    selling.when(abandon_cart()).then_refused(
        ErrorCode.VALIDATION_ERROR,
        field="cart_id",
        problem=f"holds more than {LINES_MAX} lines; release its reservations one by one",
    )
    selling.did(release_reservation("B0"), abandon_cart())
