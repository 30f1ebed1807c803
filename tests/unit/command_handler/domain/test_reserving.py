"""Specification of reserving: all lines or none, with figures; each repeat answered the same."""

import pytest

from stockledger.messages.fields import Sku
from stockledger.messages.order import ORDER_RESERVATIONS_MAX
from stockledger.messages.results import ErrorCode
from tests.support.builders import (
    CHAIR,
    LAMP,
    NORTH,
    SOUTH,
    warehouse_created,
    warehouse_deactivated,
    with_particulars,
)
from tests.support.item_builders import correct_stock, item_configured, sku_stocked, stock_received
from tests.support.lamps_and_chairs import HALF_PAST, shop
from tests.support.order_builders import cancel_order
from tests.support.reservation_builders import (
    C1,
    O1,
    R2,
    asked,
    cart_reserved,
    held,
    order_reserved,
    reservation_created,
    reserve_stock,
    stock_reserved,
)
from tests.support.specification import given


def test_reserved_stock_is_held_until_the_deadline() -> None:
    shop().when(reserve_stock(asked(3))).answered(
        reservation_id="R1",
        status="ACTIVE",
        expires_at=HALF_PAST,
        lines=[{"warehouse_id": "NORTH", "sku": "LAMP", "quantity": 3}],
    ).then(reservation_created(held(3)), stock_reserved(3, available=10, value=40))


def test_hold_of_a_second_reservation_stands_beside_the_first() -> None:
    shop().after(reserve_stock(asked(3))).when(
        reserve_stock(asked(7), reservation_id=R2, seconds=60)
    ).then(
        reservation_created(held(7), reservation_id=R2, until=60),
        stock_reserved(7, reservation_id=R2, until=60, available=7, reserved=3, value=40),
    )


def test_reservation_of_many_items_is_one() -> None:
    shop().when(reserve_stock(asked(3), asked(2.5, CHAIR))).then(
        reservation_created(held(3), held(2.5, CHAIR)),
        stock_reserved(3, available=10, value=40),
        stock_reserved(2.5, sku=CHAIR, available=5, value=20),
    )


def test_lines_of_the_same_item_add_up() -> None:
    shop().when(reserve_stock(asked(3), asked(4))).then(
        reservation_created(held(7)), stock_reserved(7, available=10, value=40)
    )
    shop().when(reserve_stock(asked(6), asked(5))).then_refused(
        ErrorCode.INSUFFICIENT_STOCK,
        warehouse_id="NORTH",
        sku="LAMP",
        asked=11,
        available=10,
        lines=[{"warehouse_id": "NORTH", "sku": "LAMP", "asked": 11, "available": 10}],
    )


def test_cart_and_order_know_of_the_reservation_made_for_them() -> None:
    shop().when(reserve_stock(asked(3), customer_id="Ann", cart_id=C1, order_id=O1)).then(
        reservation_created(held(3), customer_id="Ann", cart_id=C1, order_id=O1),
        cart_reserved(),
        order_reserved(),
        stock_reserved(3, available=10, value=40),
    )


def test_events_of_a_reservation_carry_what_every_command_may_say() -> None:
    shop().when(with_particulars(reserve_stock(asked(3), cart_id=C1, order_id=O1))).then(
        with_particulars(reservation_created(held(3), cart_id=C1, order_id=O1)),
        with_particulars(cart_reserved()),
        with_particulars(order_reserved()),
        with_particulars(stock_reserved(3, available=10, value=40)),
    )


def test_one_unit_more_than_available_is_refused_with_the_figures_of_each_line_that_fails() -> None:
    shop().after(reserve_stock(asked(2), reservation_id=R2, seconds=60)).when(
        reserve_stock(asked(8.001), asked(5, CHAIR))
    ).then_refused(
        ErrorCode.INSUFFICIENT_STOCK,
        warehouse_id="NORTH",
        sku="LAMP",
        asked=8.001,
        available=8,
        next_lapse="2026-11-23T12:01:00.000000Z",
        lines=[
            {
                "warehouse_id": "NORTH",
                "sku": "LAMP",
                "asked": 8.001,
                "available": 8,
                "next_lapse": "2026-11-23T12:01:00.000000Z",
            }
        ],
    )


def test_refusal_names_every_line_that_fails() -> None:
    shop().when(reserve_stock(asked(1), asked(6, CHAIR), asked(11))).then_refused(
        ErrorCode.INSUFFICIENT_STOCK,
        warehouse_id="NORTH",
        sku="LAMP",
        asked=12,
        available=10,
        lines=[
            {"warehouse_id": "NORTH", "sku": "LAMP", "asked": 12, "available": 10},
            {"warehouse_id": "NORTH", "sku": "CHAIR", "asked": 6, "available": 5},
        ],
    )


def test_part_will_do_when_allowed_and_the_answer_says_what_is_missing() -> None:
    lines = (asked(12), asked(2, CHAIR))
    shop().when(reserve_stock(*lines, allow_partial=True)).answered(
        reservation_id="R1",
        status="ACTIVE",
        expires_at=HALF_PAST,
        lines=[
            {"warehouse_id": "NORTH", "sku": "LAMP", "quantity": 10},
            {"warehouse_id": "NORTH", "sku": "CHAIR", "quantity": 2},
        ],
        missing=[{"sku": "LAMP", "asked": 12, "held": 10}],
    ).then(
        reservation_created(held(10), held(2, CHAIR), asked=lines),
        stock_reserved(10, available=10, value=40),
        stock_reserved(2, sku=CHAIR, available=5, value=20),
    )


def test_line_of_which_there_is_nothing_is_left_out_when_a_part_will_do() -> None:
    lines = (asked(1), asked(2, CHAIR))
    shop().after(reserve_stock(asked(10), reservation_id=R2)).when(
        reserve_stock(*lines, allow_partial=True)
    ).then(
        reservation_created(held(2, CHAIR), asked=lines),
        stock_reserved(2, sku=CHAIR, available=5, value=20),
    )


def test_nothing_at_all_is_no_part() -> None:
    shop().after(reserve_stock(asked(10), reservation_id=R2)).when(
        reserve_stock(asked(1), allow_partial=True)
    ).then_refused(
        ErrorCode.INSUFFICIENT_STOCK,
        warehouse_id="NORTH",
        sku="LAMP",
        asked=1,
        available=0,
        next_lapse=HALF_PAST,
        lines=[
            {
                "warehouse_id": "NORTH",
                "sku": "LAMP",
                "asked": 1,
                "available": 0,
                "next_lapse": HALF_PAST,
            }
        ],
    )


def test_unknown_warehouse_item_and_sku_are_refused_by_name() -> None:
    shop().when(reserve_stock(asked(1, LAMP, SOUTH))).then_refused(
        ErrorCode.NOT_FOUND, warehouse_id="SOUTH"
    )
    shop(warehouse_created(SOUTH)).when(reserve_stock(asked(1, LAMP, SOUTH))).then_refused(
        ErrorCode.NOT_FOUND, warehouse_id="SOUTH", sku="LAMP"
    )
    given().when(reserve_stock(asked(1, LAMP, None))).then_refused(ErrorCode.NOT_FOUND, sku="LAMP")


@pytest.mark.parametrize("allow_partial", [False, True])
def test_inactive_warehouse_takes_no_holds(*, allow_partial: bool) -> None:
    shop(warehouse_deactivated(NORTH)).when(
        reserve_stock(asked(1), allow_partial=allow_partial)
    ).then_refused(ErrorCode.WAREHOUSE_INACTIVE, warehouse_id="NORTH")


def test_nothing_can_be_held_while_less_is_on_hand_than_held() -> None:
    shop().after(reserve_stock(asked(8), reservation_id=R2), correct_stock(6)).when(
        reserve_stock(asked(1))
    ).then_refused(
        ErrorCode.INSUFFICIENT_STOCK,
        warehouse_id="NORTH",
        sku="LAMP",
        asked=1,
        available=0,
        next_lapse=HALF_PAST,
        lines=[
            {
                "warehouse_id": "NORTH",
                "sku": "LAMP",
                "asked": 1,
                "available": 0,
                "next_lapse": HALF_PAST,
            }
        ],
    )


def test_nothing_is_held_for_a_cancelled_order() -> None:
    shop().after(cancel_order(O1)).when(reserve_stock(asked(1), order_id=O1)).then_refused(
        ErrorCode.INVALID_MOVEMENT, order_id="O1"
    )


def test_reservation_holds_at_most_500_items() -> None:
    skus = [Sku(f"S{number}") for number in range(251)]
    two_each = [
        event
        for sku in skus
        for warehouse in (NORTH, SOUTH)
        for event in (
            sku_stocked(warehouse, sku),
            item_configured(warehouse, sku),
            stock_received(1, warehouse, sku),
        )
    ]
    shop(warehouse_created(SOUTH), *two_each).when(
        reserve_stock(*[asked(2, sku, None) for sku in skus], allow_split=True)
    ).then_refused(ErrorCode.VALIDATION_ERROR, field="lines", problem="must hold at most 500 items")


def test_deadline_is_counted_from_the_time_of_the_decision() -> None:
    shop().wait(0.5).when(reserve_stock(asked(1), seconds=60)).then(
        reservation_created(held(1), until=60.5),
        stock_reserved(1, until=60.5, available=10, value=40),
    )


def test_no_more_is_reserved_for_an_order_than_it_may_name() -> None:
    full = shop(*[order_reserved(f"B{number}") for number in range(ORDER_RESERVATIONS_MAX)])
    full.when(reserve_stock(asked(1), order_id=O1)).then_refused(
        ErrorCode.VALIDATION_ERROR,
        field="order_id",
        problem=f"has {ORDER_RESERVATIONS_MAX} reservations, as many as an order may have",
    )
    full.when(reserve_stock(asked(1), order_id="O2")).answer()
