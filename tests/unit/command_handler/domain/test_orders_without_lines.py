"""Specification of AcceptOrder without lines: all that is held is sold, or nothing is."""

import pytest

from stockledger.messages.message import Command
from stockledger.messages.reservation import (
    ExpireReservation,
    ReleaseReservation,
    ReservationConfirmed,
)
from stockledger.messages.results import ErrorCode
from tests.support.order_builders import (
    C1,
    Figures,
    accept_order,
    asked,
    confirm,
    held,
    names,
    reserve,
    sell_under_order,
    shop,
)

LAPSED = {
    "expires_at": "2026-11-23T12:01:00.000000Z",
    "now": "2026-11-23T12:01:30.000000Z",
}
EXPIRE_R1 = ExpireReservation(reservation_ids=("R1",))


def test_an_order_without_lines_whose_reservation_lapsed_says_since_when() -> None:
    selling = shop(reserve("R1", asked(2), cart_id=C1, seconds=60))
    selling.wait(90)
    selling.when(accept_order(cart_id=C1)).then_refused(
        ErrorCode.RESERVATION_EXPIRED,
        reservation_id="R1",
        expires_at="2026-11-23T12:01:00.000000Z",
        now="2026-11-23T12:01:30.000000Z",
    )


def test_an_order_without_lines_whose_reservation_was_given_back_says_so() -> None:
    selling = shop(reserve("R1", asked(2), cart_id=C1), ReleaseReservation(reservation_id="R1"))
    selling.when(accept_order(cart_id=C1)).then_refused(
        ErrorCode.RESERVATION_NOT_ACTIVE, reservation_id="R1", status="CANCELLED"
    )


@pytest.mark.parametrize("order", [accept_order(), accept_order(cart_id=C1)])
def test_an_order_without_lines_for_which_nothing_was_ever_held_is_not_found(
    order: Command,
) -> None:
    shop().when(order).then_refused(ErrorCode.NOT_FOUND, order_id="O1")


@pytest.mark.parametrize("ended", [[], [EXPIRE_R1]], ids=["lapsed", "expired"])
@pytest.mark.parametrize(
    ("first", "second", "order"),
    [
        (
            reserve("R1", asked(2), seconds=60),
            reserve("R2", asked(1)),
            accept_order(reservation_ids=["R1", "R2"]),
        ),
        (
            reserve("R1", asked(2), order_id="O1", seconds=60),
            reserve("R2", asked(1), order_id="O1"),
            accept_order(),
        ),
        (
            reserve("R1", asked(2), cart_id=C1, seconds=60),
            reserve("R2", asked(1), cart_id=C1),
            accept_order(cart_id=C1),
        ),
    ],
    ids=["named", "made for it", "of its cart"],
)
def test_one_of_several_reservations_that_ran_out_refuses_the_whole_order(
    first: Command, second: Command, order: Command, ended: list[Command]
) -> None:
    selling = shop(first, second)
    selling.wait(90)
    selling.did(*ended)
    selling.when(order).then_refused(ErrorCode.RESERVATION_EXPIRED, reservation_id="R1", **LAPSED)


def test_what_was_sold_before_does_not_make_up_for_a_reservation_that_ran_out() -> None:
    selling = shop(sell_under_order(1), reserve("R1", asked(2), order_id="O1", seconds=60))
    selling.wait(90)
    selling.when(accept_order()).then_refused(
        ErrorCode.RESERVATION_EXPIRED, reservation_id="R1", **LAPSED
    )


def test_a_named_reservation_that_is_unknown_refuses_though_another_is_there() -> None:
    selling = shop(reserve("R1", asked(2)))
    selling.when(accept_order(reservation_ids=["R1", "R9"])).then_refused(
        ErrorCode.NOT_FOUND, reservation_id="R9"
    )


@pytest.mark.parametrize(
    ("end", "status"),
    [(ReleaseReservation(reservation_id="R2"), "CANCELLED"), (confirm("R2", "O2"), "COMPLETED")],
)
def test_a_named_reservation_that_was_given_back_or_sold_to_another_order_refuses(
    end: Command, status: str
) -> None:
    selling = shop(reserve("R1", asked(2)), reserve("R2", asked(1)), end)
    selling.when(accept_order(reservation_ids=["R1", "R2"])).then_refused(
        ErrorCode.RESERVATION_NOT_ACTIVE, reservation_id="R2", status=status
    )


def test_a_reservation_that_is_sold_to_the_order_already_is_no_obstacle() -> None:
    selling = shop(reserve("R1", asked(2)), reserve("R2", asked(1), order_id="O1"), confirm("R2"))
    events = selling.did(accept_order(reservation_ids=["R1", "R2"]))
    assert names(events) == ["OrderAccepted", "ReservationConfirmed", "StockIssued"]
    assert selling.item() == Figures(7, 0, 3, value=28)


@pytest.mark.parametrize(
    "end", [ReleaseReservation(cart_id=C1), confirm("R2", None)], ids=["given back", "sold"]
)
def test_a_cart_that_is_filled_anew_does_not_answer_for_what_it_lost_before(end: Command) -> None:
    selling = shop(
        reserve("R1", asked(2), cart_id=C1, seconds=60), reserve("R2", asked(1), cart_id=C1)
    )
    selling.wait(90)
    selling.did(end, reserve("R3", asked(4), cart_id=C1))

    events = selling.did(accept_order(cart_id=C1))

    assert ReservationConfirmed(reservation_id="R3", lines=(held(4),), order_id="O1") in events
