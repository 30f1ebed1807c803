"""Specification of what no transfer may do, and of repeats, which do nothing."""

from collections.abc import Callable

import pytest

from stockledger.messages.fields import Bucket, Sku, WarehouseId
from stockledger.messages.item import IssuePurpose
from stockledger.messages.message import Command
from stockledger.messages.results import ErrorCode, Figure
from tests.support.builders import (
    CHAIR,
    NORTH,
    SOUTH,
    deactivate_warehouse,
    warehouse_created,
)
from tests.support.item_builders import (
    correct_stock,
    issue_stock,
)
from tests.support.transfer_builders import (
    T1,
    cancel_transfer,
    create_transfer,
    dispatch_transfer,
    line,
    transfer_stock,
)
from tests.support.transfer_histories import (
    town,
)

WEST = WarehouseId("WEST")
AVAILABLE, RESERVED = Bucket.AVAILABLE, Bucket.RESERVED
Begin = Callable[..., Command]
EITHER_WAY = pytest.mark.parametrize("begin", [create_transfer, transfer_stock])


@EITHER_WAY
def test_all_short_lines_refuse_the_whole(begin: Begin) -> None:
    lamp: dict[str, Figure] = {"sku": "LAMP", "asked": 11, "available": 10, "warehouse_id": "NORTH"}
    chair: dict[str, Figure] = {"sku": "CHAIR", "asked": 6, "available": 5, "warehouse_id": "NORTH"}
    town().when(begin(line(6), line(6, CHAIR), line(5))).then_refused(
        ErrorCode.INSUFFICIENT_STOCK, **lamp, lines=[lamp, chair]
    )


@EITHER_WAY
def test_a_transfer_goes_somewhere_else(begin: Begin) -> None:
    refusal = town().when(begin(line(1), destination=NORTH)).refusal()
    assert refusal.code is ErrorCode.VALIDATION_ERROR
    assert refusal.details["field"] == "destination_warehouse_id"


@EITHER_WAY
def test_unknown_ends_and_items_are_not_found(begin: Begin) -> None:
    for unknown in (begin(line(1), source=WEST), begin(line(1), destination=WEST)):
        town().when(unknown).then_refused(ErrorCode.NOT_FOUND, warehouse_id="WEST")
    town().when(begin(line(1), line(1, Sku("TABLE")))).then_refused(
        ErrorCode.NOT_FOUND, warehouse_id="NORTH", sku="TABLE"
    )


@EITHER_WAY
@pytest.mark.parametrize("closed", [NORTH, SOUTH])
def test_no_transfer_begins_while_one_end_is_inactive(begin: Begin, closed: WarehouseId) -> None:
    town().after(deactivate_warehouse(closed)).when(begin(line(1))).then_refused(
        ErrorCode.WAREHOUSE_INACTIVE, warehouse_id=closed
    )


def test_dispatch_needs_an_active_destination_only() -> None:
    pending = town().after(create_transfer(line(1)), deactivate_warehouse(NORTH))
    pending.when(dispatch_transfer()).answer()
    pending.after(deactivate_warehouse(SOUTH)).when(dispatch_transfer()).then_refused(
        ErrorCode.WAREHOUSE_INACTIVE, warehouse_id="SOUTH"
    )


def test_stock_cut_below_what_is_held_is_not_sent() -> None:
    pending = town().after(create_transfer(line(8)), correct_stock(7))
    pending.when(dispatch_transfer()).then_refused(
        ErrorCode.INSUFFICIENT_STOCK,
        warehouse_id="NORTH",
        sku="LAMP",
        asked=8,
        available=0,
        on_hand=7,
    )
    pending.after(correct_stock(8), dispatch_transfer())


def test_written_off_units_are_not_sent() -> None:
    pending = town().after(create_transfer(line(8)))
    pending.after(issue_stock(3, purpose=IssuePurpose.WRITE_OFF))
    assert pending.when(dispatch_transfer()).refusal().code is ErrorCode.INSUFFICIENT_STOCK


def test_cancelled_transfer_is_not_sent() -> None:
    cancelled = town().after(create_transfer(line(8)), cancel_transfer())
    cancelled.when(dispatch_transfer()).then_refused(
        ErrorCode.INVALID_MOVEMENT, transfer_id="T1", status="CANCELLED"
    )


@pytest.mark.parametrize("command", [dispatch_transfer(), cancel_transfer()])
def test_unknown_transfer_is_not_found(command: Command) -> None:
    town().when(command).then_refused(ErrorCode.NOT_FOUND, transfer_id="T1")


@EITHER_WAY
def test_repeated_beginning_is_as_it_was(begin: Begin) -> None:
    begun = town()
    first = begun.when(begin(line(3), line(2))).answer()
    begun.after(begin(line(3), line(2)))
    again = begun.when(begin(line(5)))
    assert again.answer() == first
    again.then_nothing()


def test_repeated_beginning_is_answered_as_the_transfer_stands_by_now() -> None:
    sent_off = town().after(create_transfer(line(8)), dispatch_transfer())
    again = sent_off.after(deactivate_warehouse(NORTH)).when(create_transfer(line(8)))
    again.then_nothing()
    assert again.answer()["status"] == "IN_TRANSIT"


@pytest.mark.parametrize(
    "other",
    [
        create_transfer(line(4)),
        create_transfer(line(5), line(1, CHAIR)),
        create_transfer(line(5), source=SOUTH, destination=NORTH),
        create_transfer(line(5), destination=WEST),
        transfer_stock(line(5)),
    ],
    ids=["less", "more lines", "other way round", "elsewhere", "in one step"],
)
def test_same_transfer_with_other_content_is_a_duplicate(other: Command) -> None:
    town(warehouse_created(WEST)).after(create_transfer(line(5))).when(other).then_refused(
        ErrorCode.DUPLICATE_COMMAND, transfer_id=T1
    )


def test_transfer_made_in_one_step_is_not_created_again() -> None:
    made = town().after(transfer_stock(line(5)))
    made.when(create_transfer(line(5))).then_refused(ErrorCode.DUPLICATE_COMMAND, transfer_id=T1)


def test_repeated_dispatch_changes_nothing() -> None:
    on_its_way = town().after(create_transfer(line(8)), dispatch_transfer())
    on_its_way.when(dispatch_transfer(carrier="Another")).then_nothing()
    made = town().after(transfer_stock(line(8)))
    made.when(dispatch_transfer()).then_nothing()
