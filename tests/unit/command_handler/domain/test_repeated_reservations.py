"""Specification of repeats: the same reservation again is answered the same, another is refused."""

import pytest

from stockledger.messages.reservation import ReserveStock
from stockledger.messages.results import ErrorCode
from tests.support.builders import CHAIR, LAMP
from tests.support.lamps_and_chairs import HALF_PAST, shop
from tests.support.reservation_builders import (
    C1,
    O1,
    asked,
    changed,
    confirm_reservation,
    release_reservation,
    reserve_stock,
    update_reservation,
)


@pytest.mark.parametrize(
    "command",
    [
        reserve_stock(asked(3), asked(1, CHAIR), customer_id="Ann"),
        reserve_stock(asked(1, CHAIR), asked(1), asked(2), customer_id="Ann"),
        reserve_stock(asked(3), asked(1, CHAIR), customer_id="Ann", seconds=60),
    ],
    ids=["to the letter", "in other words", "with another deadline"],
)
def test_repeat_of_a_reservation_is_accepted_and_answered_the_same(command: ReserveStock) -> None:
    shop().after(reserve_stock(asked(3), asked(1, CHAIR), customer_id="Ann")).when(
        command
    ).answered(
        reservation_id="R1",
        status="ACTIVE",
        expires_at=HALF_PAST,
        lines=[
            {"warehouse_id": "NORTH", "sku": "LAMP", "quantity": 3},
            {"warehouse_id": "NORTH", "sku": "CHAIR", "quantity": 1},
        ],
    ).then_nothing()


def test_repeat_is_answered_with_the_present_status() -> None:
    sold = shop().after(reserve_stock(asked(3)), confirm_reservation())
    sold.when(reserve_stock(asked(3))).answered(
        reservation_id="R1",
        status="COMPLETED",
        expires_at=HALF_PAST,
        lines=[{"warehouse_id": "NORTH", "sku": "LAMP", "quantity": 3}],
    ).then_nothing()


def test_repeat_of_a_part_says_again_what_is_missing() -> None:
    command = reserve_stock(asked(12), allow_partial=True)
    first = shop().when(command)
    shop().after(command).when(command).answered(**first.answer()).then_nothing()


def test_repeat_is_known_by_what_was_asked_first_though_it_was_updated() -> None:
    shop().after(reserve_stock(asked(3)), update_reservation(changed(5))).when(
        reserve_stock(asked(3))
    ).then_nothing()


@pytest.mark.parametrize(
    "command",
    [
        reserve_stock(asked(4)),
        reserve_stock(asked(3, CHAIR)),
        reserve_stock(asked(3, LAMP, None)),
        reserve_stock(asked(3), asked(1, CHAIR)),
        reserve_stock(asked(3), customer_id="Ann"),
        reserve_stock(asked(3), cart_id=C1),
        reserve_stock(asked(3), order_id=O1),
    ],
)
def test_same_reservation_with_other_content_is_refused(command: ReserveStock) -> None:
    for shop_then in (
        shop().after(reserve_stock(asked(3))),
        shop().after(reserve_stock(asked(3)), release_reservation()),
    ):
        shop_then.when(command).then_refused(ErrorCode.DUPLICATE_COMMAND, reservation_id="R1")
