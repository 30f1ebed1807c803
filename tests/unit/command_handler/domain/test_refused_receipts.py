"""Specification of receipts: what they may say of a transfer, and just once."""

import pytest

from stockledger.messages.fields import Bucket, Sku
from stockledger.messages.results import ErrorCode, Figure
from stockledger.messages.transfer import (
    RECEIPTS_MAX,
    ReceiptLine,
)
from tests.support.builders import (
    CHAIR,
    NORTH,
    SOUTH,
    deactivate_warehouse,
    warehouse_created,
)
from tests.support.specification import Given, given
from tests.support.transfer_builders import (
    came,
    cancel_transfer,
    line,
    receive_transfer,
    transfer_stock,
)
from tests.support.transfer_histories import (
    on_its_way,
    pending,
    town,
)

AVAILABLE, RESERVED, DAMAGED = Bucket.AVAILABLE, Bucket.RESERVED, Bucket.DAMAGED
IN_TRANSIT, PASSING, ADJUSTMENT = Bucket.IN_TRANSIT, Bucket.TRANSFER, Bucket.ADJUSTMENT
FATES = ("sent", "received", "in_transit", "short", "damaged", "returned", "over")


@pytest.mark.parametrize("receipt", [came(9), came(7, damaged=2), came(5, damaged=2, short=2)])
def test_no_more_is_accounted_for_than_is_in_transit(receipt: ReceiptLine) -> None:
    lamp: dict[str, Figure] = {"sku": "LAMP", "asked": 9, "in_transit": 8}
    on_its_way().when(receive_transfer(came(1, CHAIR), receipt)).then_refused(
        ErrorCode.INVALID_MOVEMENT, transfer_id="T1", **lamp, lines=[lamp]
    )


def test_all_lines_beyond_what_is_in_transit_are_named() -> None:
    partly = on_its_way().after(receive_transfer(came(6)))
    lamp: dict[str, Figure] = {"sku": "LAMP", "asked": 3, "in_transit": 2}
    chair: dict[str, Figure] = {"sku": "CHAIR", "asked": 2, "in_transit": 1}
    receipt = receive_transfer(came(3, over=9), came(short=2, sku=CHAIR), receipt_id="2")
    partly.when(receipt).then_refused(
        ErrorCode.INVALID_MOVEMENT, transfer_id="T1", **lamp, lines=[lamp, chair]
    )


@pytest.mark.parametrize("said", [came(), came(1, Sku("TABLE"))])
def test_a_line_that_says_nothing_or_of_another_sku_is_invalid(said: ReceiptLine) -> None:
    refusal = on_its_way().when(receive_transfer(came(1), said)).refusal()
    assert (refusal.code, refusal.details["field"]) == (ErrorCode.VALIDATION_ERROR, "lines")


def test_inactive_destination_takes_nothing_in() -> None:
    on_its_way().after(deactivate_warehouse(SOUTH)).when(receive_transfer(came(1))).then_refused(
        ErrorCode.WAREHOUSE_INACTIVE, warehouse_id="SOUTH"
    )
    on_its_way().after(deactivate_warehouse(NORTH), receive_transfer(came(1)))


def test_repeated_receipt_changes_nothing_even_when_all_is_done() -> None:
    first = receive_transfer(came(3), came(1, CHAIR))
    done = on_its_way().after(first, receive_transfer(came(short=5), receipt_id="2"))
    for again in (first, receive_transfer(came(1, CHAIR), came(2), came(1))):
        outcome = done.when(again)
        outcome.then_nothing()
        assert outcome.answer()["status"] == "COMPLETED"


@pytest.mark.parametrize("other", [came(4), came(3, over=1), came(short=3), came(damaged=3)])
def test_same_receipt_with_other_lines_is_a_duplicate(other: ReceiptLine) -> None:
    on_its_way().after(receive_transfer(came(3))).when(receive_transfer(other)).then_refused(
        ErrorCode.DUPLICATE_COMMAND, transfer_id="T1", receipt_id="first-van"
    )


@pytest.mark.parametrize(
    ("history", "now"),
    [
        (pending(), "PENDING"),
        (pending().after(cancel_transfer()), "CANCELLED"),
        (on_its_way().after(cancel_transfer()), "CANCELLED"),
        (on_its_way().after(receive_transfer(came(8), came(1, CHAIR))), "COMPLETED"),
    ],
    ids=["pending", "cancelled before", "cancelled after", "completed"],
)
def test_only_what_is_in_transit_is_received(history: Given, now: str) -> None:
    history.when(receive_transfer(came(over=1), receipt_id="late")).then_refused(
        ErrorCode.INVALID_MOVEMENT, transfer_id="T1", status=now
    )


def test_transfer_in_one_step_is_not_received_again() -> None:
    history = town().after(transfer_stock(line(8)))
    history.when(receive_transfer(came(1))).then_refused(
        ErrorCode.INVALID_MOVEMENT, transfer_id="T1", status="COMPLETED"
    )


def test_receipt_of_an_unknown_transfer_is_not_found() -> None:
    given(warehouse_created()).when(receive_transfer(came(1))).then_refused(
        ErrorCode.NOT_FOUND, transfer_id="T1"
    )


def test_a_transfer_has_so_many_receipts_at_most() -> None:
    history = on_its_way()
    for number in range(RECEIPTS_MAX):
        history.after(receive_transfer(came(0.001), receipt_id=f"van-{number}"))
    refusal = history.when(receive_transfer(came(1), receipt_id="one-more")).refusal()
    assert (refusal.code, refusal.details["field"]) == (ErrorCode.VALIDATION_ERROR, "receipt_id")
    history.after(cancel_transfer())
