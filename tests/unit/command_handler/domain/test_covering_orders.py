"""Specification of AcceptOrder: what is held for an order is sold under it, the rest goes back."""

import pytest

from stockledger.messages.lines import LINES_MAX
from stockledger.messages.message import Command
from stockledger.messages.order import OrderAccepted
from stockledger.messages.reservation import (
    ReservationConfirmed,
    ReservationReleased,
)
from stockledger.messages.results import ErrorCode
from tests.support.builders import CHAIR, LAMP, NORTH, SOUTH
from tests.support.item_builders import correct_stock
from tests.support.order_builders import (
    C1,
    O1,
    Figures,
    accept_order,
    asked,
    confirm,
    held,
    holding_lines,
    names,
    reserve,
    sell_under_order,
    shop,
    sold,
)


def test_a_named_reservation_is_confirmed() -> None:
    selling = shop(reserve("R1", asked(3), asked(1, CHAIR)))
    order = accept_order(asked(3), asked(1, CHAIR), reservation_ids=["R1"])

    events = selling.did(order)

    assert names(events) == [
        "OrderAccepted",
        "ReservationConfirmed",
        "StockIssued",
        "StockIssued",
    ]
    lines = (held(3), held(1, NORTH, CHAIR))
    assert events[1] == ReservationConfirmed(reservation_id="R1", lines=lines, order_id=O1)
    assert selling.item() == Figures(7, 0, 3, value=28)


@pytest.mark.parametrize(
    ("reservation", "order"),
    [
        (reserve("R1", asked(3), order_id=O1), accept_order(asked(3))),
        (reserve("R1", asked(3), cart_id=C1), accept_order(asked(3), cart_id=C1)),
        (reserve("R1", asked(3), order_id=O1), accept_order()),
        (reserve("R1", asked(3), cart_id=C1), accept_order(cart_id=C1)),
        (reserve("R1", asked(3)), accept_order(reservation_ids=["R1"])),
    ],
)
def test_what_is_held_for_an_order_is_sold_under_it_however_the_two_know_each_other(
    reservation: Command, order: Command
) -> None:
    selling = shop(reservation)
    events = selling.did(order)

    assert names(events) == ["OrderAccepted", "ReservationConfirmed", "StockIssued"]
    assert selling.item().reserved == 0
    assert selling.item().sold == 3


def test_several_reservations_and_what_is_available_cover_an_order_together() -> None:
    selling = shop(
        reserve("R1", asked(2, LAMP, NORTH)),
        reserve("R2", asked(3, LAMP, SOUTH), cart_id=C1),
        reserve("R3", asked(1, LAMP, NORTH), order_id=O1),
    )
    order = accept_order(asked(9), reservation_ids=["R1"], cart_id=C1)

    events = selling.did(order)

    assert isinstance(events[0], OrderAccepted)
    assert events[0].lines == (
        sold(2, 8, NORTH),
        sold(1, 4, NORTH),
        sold(3, 18, SOUTH),
        sold(3, 12, NORTH),
    )
    confirmed = [e.reservation_id for e in events if isinstance(e, ReservationConfirmed)]
    assert confirmed == ["R1", "R3", "R2"]
    assert selling.item(NORTH) == Figures(4, 0, 6, value=16)
    assert selling.item(SOUTH) == Figures(2, 0, 3, value=12)


def test_what_a_reservation_holds_beyond_the_order_is_given_back() -> None:
    selling = shop(reserve("R1", asked(5), asked(2, CHAIR), cart_id=C1))
    events = selling.did(accept_order(asked(3), cart_id=C1))

    assert names(events) == [
        "OrderAccepted",
        "ReservationConfirmed",
        "StockReleased",
        "StockIssued",
        "StockReleased",
    ]
    assert events[1] == ReservationConfirmed(reservation_id="R1", lines=(held(3),), order_id=O1)
    assert selling.item(NORTH, LAMP) == Figures(7, 0, 3, value=28)
    assert selling.item(NORTH, CHAIR) == Figures(5, 0, 0, value=100)


def test_a_reservation_of_which_nothing_is_asked_is_given_back() -> None:
    selling = shop(reserve("R1", asked(2, CHAIR)))
    events = selling.did(accept_order(asked(3), reservation_ids=["R1"]))

    assert ReservationReleased(reservation_id="R1") in events
    assert selling.item(NORTH, CHAIR) == Figures(5, value=100)


def test_a_line_of_a_named_warehouse_chooses_first_among_what_is_held() -> None:
    selling = shop(reserve("R1", asked(10, LAMP, NORTH)), reserve("R2", asked(5, LAMP, SOUTH)))
    anywhere, in_the_north = asked(5), asked(10, LAMP, NORTH)

    events = selling.did(accept_order(anywhere, in_the_north, reservation_ids=["R1", "R2"]))

    assert selling.item(NORTH) == Figures(0, 0, 10)
    assert selling.item(SOUTH) == Figures(0, 0, 5)
    assert "StockReleased" not in names(events)


def test_what_is_held_in_another_warehouse_does_not_cover_a_line_that_names_one() -> None:
    selling = shop(reserve("R1", asked(3, LAMP, SOUTH)))
    selling.did(accept_order(asked(3, LAMP, NORTH), reservation_ids=["R1"]))

    assert selling.item(NORTH) == Figures(7, 0, 3, value=28)
    assert selling.item(SOUTH) == Figures(5, value=30)


def test_held_units_that_a_count_did_not_find_refuse_the_order() -> None:
    selling = shop(reserve("R1", asked(8, LAMP, NORTH), seconds=60), correct_stock(6))
    selling.when(accept_order(reservation_ids=["R1"])).then_refused(
        ErrorCode.INSUFFICIENT_STOCK,
        warehouse_id="NORTH",
        sku="LAMP",
        asked=8,
        available=0,
        next_lapse="2026-11-23T12:01:00.000000Z",
        on_hand=6,
    )


def test_a_lapsed_reservation_does_not_cover_but_its_units_are_available() -> None:
    selling = shop(reserve("R1", asked(10, LAMP, NORTH), cart_id=C1, seconds=60))
    selling.wait(60)

    events = selling.did(accept_order(asked(8, LAMP, NORTH), cart_id=C1))

    assert names(events) == ["OrderAccepted", "HoldsExpired", "StockIssued"]
    assert selling.item() == Figures(2, 0, 8, value=8)


def test_a_lapsed_reservation_that_others_took_over_leaves_nothing_for_the_order() -> None:
    selling = shop(
        reserve("R1", asked(10, LAMP, NORTH), order_id=O1, seconds=60),
    )
    selling.wait(60)
    selling.did(reserve("R2", asked(9, LAMP, NORTH)))

    outcome = selling.when(accept_order(asked(10, LAMP, NORTH)))

    outcome.then_refused(
        ErrorCode.INSUFFICIENT_STOCK,
        warehouse_id="NORTH",
        sku="LAMP",
        asked=10,
        available=1,
        next_lapse="2026-11-23T12:31:00.000000Z",
        lines=[
            {
                "warehouse_id": "NORTH",
                "sku": "LAMP",
                "asked": 10,
                "available": 1,
                "next_lapse": "2026-11-23T12:31:00.000000Z",
            }
        ],
    )


def test_an_unknown_reservation_does_not_cover_and_does_not_matter() -> None:
    events = shop().did(accept_order(asked(1), reservation_ids=["R9"]))
    assert names(events) == ["OrderAccepted", "StockIssued"]


def test_a_reservation_that_another_order_took_does_not_cover() -> None:
    selling = shop(reserve("R1", asked(4)), confirm("R1", "O2"))
    selling.did(accept_order(asked(4), reservation_ids=["R1"]))
    assert selling.item() == Figures(2, 0, 8, value=8)


def test_a_reservation_that_is_named_but_held_for_another_order_refuses_the_order() -> None:
    selling = shop(reserve("R1", asked(3), order_id="O2"))
    selling.when(accept_order(asked(3), reservation_ids=["R1"])).then_refused(
        ErrorCode.INVALID_MOVEMENT, reservation_id="R1", order_id="O2"
    )


def test_what_is_held_for_another_order_of_the_same_cart_stays_held_for_it() -> None:
    selling = shop(reserve("R1", asked(3, LAMP, NORTH), order_id="O2", cart_id=C1))
    events = selling.did(accept_order(asked(3), cart_id=C1))
    assert names(events) == ["OrderAccepted", "StockIssued"]
    assert selling.item() == Figures(4, 3, 3, value=28)


def test_an_order_covered_by_more_lines_than_an_event_may_have_is_refused() -> None:
    selling = shop(*holding_lines(LINES_MAX + 1))
    names_all = [f"B{first}" for first in range(0, LINES_MAX + 1, LINES_MAX)]
    for order in (
        accept_order(reservation_ids=names_all),
        accept_order(asked(1), reservation_ids=names_all),
    ):
        selling.when(order).then_refused(
            ErrorCode.VALIDATION_ERROR,
            field="lines",
            problem=f"must come to at most {LINES_MAX}, with all that is held for them",
        )
    selling.did(accept_order(reservation_ids=names_all[:1]))


def test_an_order_never_comes_to_sell_more_lines_than_an_event_may_have() -> None:
    selling = shop(*holding_lines(LINES_MAX), sell_under_order(1))
    selling.when(accept_order(reservation_ids=["B0"])).then_refused(
        ErrorCode.VALIDATION_ERROR,
        field="lines",
        problem=f"must come to at most {LINES_MAX}, with all that is held for them",
    )
