"""Specification of cancelling an order of more lines than one decision takes."""

from stockledger.messages.fields import Sku
from stockledger.messages.lines import LINES_MAX
from stockledger.messages.order import OrderCancelled
from stockledger.messages.results import ErrorCode
from tests.support.order_builders import (
    O1,
    asked,
    cancel_order,
    confirm,
    holding_lines,
    names,
    return_order,
    shop,
)
from tests.support.reservation_builders import release_reservation


def test_an_order_that_holds_too_much_is_cancelled_as_a_whole_or_not_at_all() -> None:
    selling = shop(*holding_lines(LINES_MAX + 1, order_id=O1))
    selling.when(cancel_order()).then_refused(
        ErrorCode.VALIDATION_ERROR,
        field="order_id",
        problem=f"holds more than {LINES_MAX} lines; release its reservations one by one",
    )

    events = selling.did(release_reservation("B0"), cancel_order())

    assert names(events) == ["OrderCancelled", "ReservationReleased", "StockReleased"]


def test_an_order_of_more_lines_than_one_decision_takes_back_is_returned_in_parts_first() -> None:
    selling = shop(*holding_lines(LINES_MAX + 1), confirm("B0"), confirm(f"B{LINES_MAX}"))
    selling.when(cancel_order()).then_refused(
        ErrorCode.VALIDATION_ERROR,
        field="order_id",
        problem=f"has more than {LINES_MAX} lines sold; take some back by ReturnOrder",
    )

    [cancelled, *_] = selling.did(return_order(asked(1, Sku("S0"))), cancel_order())

    assert isinstance(cancelled, OrderCancelled)
    assert len(cancelled.lines) == LINES_MAX
