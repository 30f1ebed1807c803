"""Specification of cancelled and returned orders: never more comes back than was sold."""

import pytest

from stockledger.messages.item import StockReturned
from stockledger.messages.message import Command
from stockledger.messages.order import OrderAccepted, OrderReturned
from stockledger.messages.reservation import ReservationExpired, ReservationReleased
from stockledger.messages.results import ErrorCode
from tests.support.builders import (
    CHAIR,
    LAMP,
    NORTH,
    SOUTH,
    create_warehouse,
    deactivate_warehouse,
    with_particulars,
)
from tests.support.item_builders import correct_stock, issue_stock, receive_stock
from tests.support.order_builders import (
    Figures,
    Shop,
    accept_order,
    asked,
    came_back,
    cancel_order,
    confirm,
    names,
    order_cancelled,
    order_returned,
    reserve,
    return_order,
    return_stock,
    sell_under_order,
    shop,
)


def test_a_cancelled_order_comes_back_to_where_it_was_sold_from() -> None:
    selling = shop(accept_order(asked(12), allow_split=True))
    events = selling.did(cancel_order())

    assert names(events) == ["OrderCancelled", "StockReturned", "StockReturned"]
    assert events[0] == order_cancelled(came_back(10, 40, NORTH), came_back(2, 12, SOUTH))
    assert selling.item(NORTH) == Figures(10, 0, 0, value=40)
    assert selling.item(SOUTH) == Figures(5, 0, 0, value=30)


def test_goods_come_back_at_what_they_left_with_though_the_average_is_another_by_now() -> None:
    selling = shop(accept_order(asked(3)), receive_stock(7, unit_cost=10))
    selling.did(cancel_order())
    assert selling.item() == Figures(17, 0, 0, value=40 + 70)


def test_only_what_did_not_come_back_before_comes_back_with_the_cancellation() -> None:
    selling = shop(accept_order(asked(3)), return_order(asked(1)))
    [cancelled, *_] = selling.did(cancel_order())
    assert cancelled == order_cancelled(came_back(2, 8))
    assert selling.item() == Figures(10, 0, 0, value=40)


def test_a_warehouse_takes_back_what_is_cancelled_though_it_is_inactive_by_now() -> None:
    selling = shop(accept_order(asked(3)), deactivate_warehouse(NORTH))
    selling.did(cancel_order())
    assert selling.item() == Figures(10, value=40)


def test_what_was_sold_under_an_order_that_never_came_is_taken_back_too() -> None:
    selling = shop(reserve("R1", asked(2)), confirm("R1"), sell_under_order(1, warehouse_id=SOUTH))
    [cancelled, *_] = selling.did(cancel_order())
    assert cancelled == order_cancelled(came_back(2, 8, NORTH), came_back(1, 6, SOUTH))


def test_what_is_held_for_a_cancelled_order_is_released() -> None:
    selling = shop(reserve("R1", asked(2), order_id="O1"), reserve("R2", asked(3)))
    events = selling.did(cancel_order())

    assert events[:2] == [order_cancelled(), ReservationReleased(reservation_id="R1")]
    assert names(events[2:]) == ["StockReleased"]
    assert selling.item() == Figures(7, 3, value=40)


def test_what_lapsed_of_a_cancelled_order_ends_expired() -> None:
    selling = shop(reserve("R1", asked(2), order_id="O1", seconds=60))
    selling.wait(61)
    events = selling.did(cancel_order())

    assert names(events) == ["OrderCancelled", "ReservationExpired", "HoldsExpired"]
    assert isinstance(events[1], ReservationExpired)
    assert selling.item() == Figures(10, value=40)


def test_an_order_is_cancelled_before_it_comes() -> None:
    selling = shop()
    assert selling.did(cancel_order()) == [order_cancelled()]
    for late in (
        accept_order(asked(1)),
        sell_under_order(1),
        reserve("R1", asked(1), order_id="O1"),
    ):
        selling.when(late).then_refused(ErrorCode.INVALID_MOVEMENT, order_id="O1")


def test_a_reservation_of_the_shop_is_not_sold_to_a_cancelled_order() -> None:
    selling = shop(reserve("R1", asked(1)), cancel_order())
    selling.when(confirm("R1")).then_refused(ErrorCode.INVALID_MOVEMENT, order_id="O1")


def test_cancelling_again_changes_nothing_and_is_answered_alike() -> None:
    selling = shop(accept_order(asked(3)))
    first = selling.answer(cancel_order())
    assert first == {
        "order_id": "O1",
        "lines": [{"warehouse_id": "NORTH", "sku": "LAMP", "quantity": 3, "returned": 3}],
    }
    selling.when(cancel_order()).answered(**first).then_nothing()


def test_nothing_is_returned_of_a_cancelled_order() -> None:
    selling = shop(accept_order(asked(3)), cancel_order())
    selling.when(return_order(asked(1))).then_refused(
        ErrorCode.INVALID_MOVEMENT, order_id="O1", sku="LAMP", sold=3, returned=3, asked=1
    )


def test_returned_goods_go_back_to_where_they_were_sold_from() -> None:
    selling = shop(accept_order(asked(12), allow_split=True))
    events = selling.did(return_order(asked(11)))

    assert events[0] == order_returned(
        came_back(10, 40, NORTH), came_back(1, 6, SOUTH), asked=[asked(11)]
    )
    assert names(events[1:]) == ["StockReturned", "StockReturned"]
    assert selling.item(NORTH) == Figures(10, 0, 0, value=40)


def test_returned_goods_go_to_the_warehouse_that_takes_them_in() -> None:
    selling = shop(accept_order(asked(12), allow_split=True))
    into_the_south = asked(4, LAMP, SOUTH)
    events = selling.did(return_order(into_the_south))

    assert events[0] == order_returned(
        came_back(2, 12, SOUTH),
        came_back(2, 8, SOUTH, sold_from=NORTH),
        asked=[into_the_south],
    )
    assert names(events[1:]) == ["StockReturned"]
    assert selling.item(SOUTH) == Figures(3 + 4, 0, 2 - 4, value=18 + 12 + 8)


def test_units_of_several_lines_are_returned_once() -> None:
    selling = shop(accept_order(asked(12), allow_split=True))
    lines = [asked(5), asked(7, LAMP, NORTH)]
    [returned, *_] = selling.did(return_order(*lines))

    assert returned == order_returned(
        came_back(7, 28, NORTH),
        came_back(3, 12, NORTH),
        came_back(2, 12, SOUTH),
        asked=lines,
    )
    assert selling.item(NORTH) == Figures(10, 0, 0, value=40)
    selling.when(return_order(asked(1), return_id="RET-2")).then_refused(
        ErrorCode.INVALID_MOVEMENT, order_id="O1", sku="LAMP", sold=12, returned=12, asked=1
    )


def test_no_more_is_returned_than_was_sold_and_did_not_come_back() -> None:
    selling = shop(accept_order(asked(3)), return_order(asked(2)))
    selling.when(return_order(asked(1), asked(1, LAMP, SOUTH), return_id="RET-2")).then_refused(
        ErrorCode.INVALID_MOVEMENT, order_id="O1", sku="LAMP", sold=3, returned=2, asked=2
    )


@pytest.mark.parametrize(
    ("returned", "sku"), [(return_order(asked(1, CHAIR)), "CHAIR"), (return_stock(1), "LAMP")]
)
def test_nothing_is_returned_that_was_never_sold_under_the_order(
    returned: Command, sku: str
) -> None:
    selling = shop(sell_under_order(1, "O2"), issue_stock(1))
    selling.when(returned).then_refused(
        ErrorCode.INVALID_MOVEMENT, order_id="O1", sku=sku, sold=0, returned=0, asked=1
    )


def test_parts_of_a_sale_come_back_pro_rata_and_the_last_takes_the_rest() -> None:
    selling = Shop(
        create_warehouse(NORTH),
        receive_stock(3, unit_cost=3.3333),
        receive_stock(1, unit_cost=0.0002),
        issue_stock(1),
    )
    [accepted, *_] = selling.did(accept_order(asked(3)))
    parts = [
        event.lines[0].value
        for number in range(3)
        for event in selling.did(return_order(asked(1), return_id=f"RET-{number}"))
        if isinstance(event, OrderReturned)
    ]

    assert isinstance(accepted, OrderAccepted)
    assert sum(parts) == accepted.lines[0].value
    assert accepted.lines[0].value % 3 != 0
    assert max(parts) - min(parts) == 1


def test_an_inactive_warehouse_takes_nothing_in() -> None:
    selling = shop(accept_order(asked(3)), deactivate_warehouse(NORTH))
    for returned in (return_order(asked(1)), return_order(asked(1, LAMP, NORTH)), return_stock(1)):
        selling.when(returned).then_refused(ErrorCode.WAREHOUSE_INACTIVE, warehouse_id="NORTH")
    selling.did(return_order(asked(1, LAMP, SOUTH)))


def test_goods_are_returned_only_to_where_their_item_is_kept() -> None:
    selling = shop(receive_stock(1, NORTH, CHAIR, unit_cost=20), accept_order(asked(1, CHAIR)))
    selling.when(return_order(asked(1, CHAIR, SOUTH))).then_refused(
        ErrorCode.NOT_FOUND, warehouse_id="SOUTH", sku="CHAIR"
    )


def test_the_same_return_again_changes_nothing_and_is_answered_alike() -> None:
    selling = shop(accept_order(asked(3)))
    first = selling.answer(return_order(asked(1)))
    assert first == {
        "order_id": "O1",
        "return_id": "RET-1",
        "lines": [{"warehouse_id": "NORTH", "sku": "LAMP", "quantity": 1}],
    }
    selling.did(return_order(asked(2), return_id="RET-2"))
    selling.when(return_order(asked(1))).answered(**first).then_nothing()


def test_the_same_return_with_other_content_is_refused() -> None:
    selling = shop(accept_order(asked(3)), return_order(asked(1)))
    selling.when(return_order(asked(2))).then_refused(
        ErrorCode.DUPLICATE_COMMAND, order_id="O1", return_id="RET-1"
    )


def test_the_same_return_into_another_warehouse_is_refused() -> None:
    selling = shop(accept_order(asked(3)), return_order(asked(1, LAMP, NORTH)))
    selling.when(return_order(asked(1, LAMP, SOUTH))).then_refused(
        ErrorCode.DUPLICATE_COMMAND, order_id="O1", return_id="RET-1"
    )


def test_stock_is_returned_with_reference_to_its_order() -> None:
    selling = shop(sell_under_order(3))
    events = selling.did(return_stock(2))

    assert events[0] == order_returned(came_back(2, 8), return_id=None)
    assert isinstance(events[1], StockReturned)
    assert events[1].order_id == "O1"
    assert selling.item() == Figures(9, 0, 1, value=36)


def test_stock_is_returned_once_for_each_command_and_never_beyond_what_was_sold() -> None:
    selling = shop(sell_under_order(3), return_stock(2), return_stock(1))
    selling.when(return_stock(0.001)).then_refused(
        ErrorCode.INVALID_MOVEMENT, order_id="O1", sku="LAMP", sold=3, returned=3, asked=0.001
    )


def test_goods_come_back_to_a_shelf_that_was_emptied_since() -> None:
    selling = shop(accept_order(asked(3)), correct_stock(0))
    selling.did(cancel_order())
    assert selling.item() == Figures(3, 0, 0, value=12)


@pytest.mark.parametrize("command", [cancel_order(), return_order(asked(1)), return_stock(1)])
def test_the_events_repeat_what_the_command_says(command: Command) -> None:
    selling = shop(accept_order(asked(3)), reserve("R1", asked(1), order_id="O2"))
    stated = with_particulars(command)
    for event in selling.did(stated):
        assert (event.effective_at, event.reason, event.reference) == (
            stated.effective_at,
            stated.reason,
            stated.reference,
        ), event
