"""Specification of AcceptOrder: an order is sold as a whole, or nothing changes."""

import pytest

from stockledger.messages.message import Command
from stockledger.messages.results import ErrorCode
from tests.support.builders import CHAIR, LAMP, NORTH, SOUTH, with_particulars
from tests.support.order_builders import (
    C1,
    Figures,
    accept_order,
    asked,
    cancel_order,
    confirm,
    names,
    order_accepted,
    reserve,
    return_order,
    sell_under_order,
    shop,
    sold,
)


def test_an_order_without_reservation_is_issued_from_the_warehouse_that_is_named() -> None:
    selling = shop()
    events = selling.did(accept_order(asked(2, LAMP, SOUTH)))

    assert names(events) == ["OrderAccepted", "StockIssued"]
    assert events[0] == order_accepted(sold(2, 12, SOUTH), asked=[asked(2, LAMP, SOUTH)])
    assert selling.item(SOUTH) == Figures(3, 0, 2, value=18)


def test_an_order_of_any_warehouse_is_issued_by_priority() -> None:
    selling = shop()
    [accepted, *_] = selling.did(accept_order(asked(6), asked(1, CHAIR)))

    lines = (sold(6, 24, NORTH), sold(1, 20, NORTH, CHAIR))
    assert accepted == order_accepted(*lines, asked=[asked(6), asked(1, CHAIR)])


def test_a_line_comes_from_several_warehouses_only_when_the_order_allows_it() -> None:
    selling = shop()
    selling.when(accept_order(asked(12))).then_refused(
        ErrorCode.INSUFFICIENT_STOCK,
        sku="LAMP",
        asked=12,
        available=10,
        lines=[{"sku": "LAMP", "asked": 12, "available": 10}],
    )

    [accepted, *_] = selling.did(accept_order(asked(12), allow_split=True))

    assert accepted == order_accepted(sold(10, 40, NORTH), sold(2, 12, SOUTH), asked=[asked(12)])


def test_an_order_is_refused_as_a_whole_with_the_figures_of_every_line_that_fails() -> None:
    selling = shop(reserve("R1", asked(8, LAMP, NORTH), seconds=60))
    selling.when(accept_order(asked(1, CHAIR), asked(3, LAMP, NORTH))).then_refused(
        ErrorCode.INSUFFICIENT_STOCK,
        warehouse_id="NORTH",
        sku="LAMP",
        asked=3,
        available=2,
        next_lapse="2026-11-23T12:01:00.000000Z",
        lines=[
            {
                "warehouse_id": "NORTH",
                "sku": "LAMP",
                "asked": 3,
                "available": 2,
                "next_lapse": "2026-11-23T12:01:00.000000Z",
            }
        ],
    )
    assert selling.item(NORTH, CHAIR) == Figures(5, value=100)


def test_what_was_sold_under_the_order_before_counts() -> None:
    selling = shop(reserve("R1", asked(2)), confirm("R1"), sell_under_order(1, warehouse_id=SOUTH))
    [accepted, *rest] = selling.did(accept_order(asked(4)))

    assert accepted == order_accepted(sold(1, 4), asked=[asked(4)])
    assert names(rest) == ["StockIssued"]


def test_an_order_that_is_sold_already_is_accepted_without_a_movement() -> None:
    selling = shop(sell_under_order(2))
    assert selling.did(accept_order(asked(2))) == [order_accepted(asked=[asked(2)])]


def test_an_order_without_lines_is_accepted_when_its_goods_are_sold_already() -> None:
    selling = shop(reserve("R1", asked(2)), confirm("R1"))
    assert selling.did(accept_order()) == [order_accepted()]


def test_what_came_back_before_does_not_count_as_sold() -> None:
    selling = shop(sell_under_order(2), return_order(asked(2)))
    [accepted, *_] = selling.did(accept_order(asked(2)))
    assert accepted == order_accepted(sold(2, 8), asked=[asked(2)])


def test_the_same_order_again_changes_nothing_and_is_answered_alike() -> None:
    order = accept_order(asked(2), asked(1, CHAIR), customer_id="Ada")
    selling = shop()
    first = selling.answer(order)
    assert first == {
        "order_id": "O1",
        "lines": [
            {"warehouse_id": "NORTH", "sku": "LAMP", "quantity": 2, "returned": 0},
            {"warehouse_id": "NORTH", "sku": "CHAIR", "quantity": 1, "returned": 0},
        ],
    }
    selling.when(order).answered(**first).then_nothing()


@pytest.mark.parametrize(
    "other",
    [
        accept_order(asked(3)),
        accept_order(asked(2), customer_id="Ada"),
        accept_order(asked(2), cart_id=C1),
        accept_order(asked(2), reservation_ids=["R1"]),
        accept_order(),
    ],
)
def test_the_same_order_with_other_content_is_refused(other: Command) -> None:
    shop(accept_order(asked(2))).when(other).then_refused(
        ErrorCode.DUPLICATE_COMMAND, order_id="O1"
    )


def test_a_cancelled_order_is_never_accepted() -> None:
    shop(cancel_order()).when(accept_order(asked(1))).then_refused(
        ErrorCode.INVALID_MOVEMENT, order_id="O1"
    )


def test_an_order_of_what_no_warehouse_keeps_is_refused() -> None:
    selling = shop()
    selling.when(accept_order(asked(1), asked(1, CHAIR, SOUTH))).then_refused(
        ErrorCode.NOT_FOUND, warehouse_id="SOUTH", sku="CHAIR"
    )
    assert selling.item() == Figures(10, value=40)


def test_the_events_of_an_order_repeat_what_its_command_says() -> None:
    selling = shop(reserve("R1", asked(1)), reserve("R2", asked(1)))
    order = with_particulars(accept_order(asked(1), reservation_ids=["R1", "R2"]))

    for event in selling.did(order):
        assert (event.effective_at, event.reason, event.reference) == (
            order.effective_at,
            order.reason,
            order.reference,
        ), event
