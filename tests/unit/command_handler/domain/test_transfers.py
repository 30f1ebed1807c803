"""Specification of transfers: held at the source, then on their way, or moved in one step."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from stockledger.messages.fields import Bucket, WarehouseId
from stockledger.messages.message import Command
from stockledger.messages.results import DetailValue, ErrorCode
from stockledger.messages.transfer import TransferStep
from tests.support.builders import (
    CHAIR,
    LAMP,
    SOUTH,
    with_particulars,
)
from tests.support.item_builders import (
    configure_item,
    issue_stock,
    receive_stock,
    sku_stocked,
)
from tests.support.reservation_builders import R1, asked, at, holds_expired, reserve_stock
from tests.support.transfer_builders import (
    cancel_transfer,
    create_transfer,
    dispatch_transfer,
    line,
    report_overdue,
    sent,
    stock_moved,
    transfer_created,
    transfer_dispatched,
    transfer_made,
    transfer_overdue,
    transfer_stock,
)
from tests.support.transfer_histories import (
    DETAILED,
    lamps_in_both,
    odd_lamps,
    town,
)

WEST = WarehouseId("WEST")
AVAILABLE, RESERVED = Bucket.AVAILABLE, Bucket.RESERVED
Begin = Callable[..., Command]
EITHER_WAY = pytest.mark.parametrize("begin", [create_transfer, transfer_stock])


def answer(status: str, sent: float, in_transit: float = 0) -> dict[str, DetailValue]:
    received = sent - in_transit
    return {
        "transfer_id": "T1",
        "status": status,
        "lines": [
            {
                "sku": "LAMP",
                "sent": sent,
                "received": received,
                "in_transit": in_transit,
                "short": 0,
                "damaged": 0,
                "returned": 0,
                "over": 0,
            }
        ],
    }


def test_created_transfer_holds_its_stock_at_the_source() -> None:
    outcome = town().when(create_transfer(line(8)))
    assert outcome.answer() == answer("PENDING", 0)
    outcome.then(
        transfer_created(line(8)),
        stock_moved(TransferStep.HELD, 8, before={AVAILABLE: 10}, value=40),
    )


def test_what_a_transfer_holds_cannot_be_sold() -> None:
    pending = town().after(create_transfer(line(8)))
    pending.when(issue_stock(3)).then_refused(
        ErrorCode.INSUFFICIENT_STOCK, warehouse_id="NORTH", sku="LAMP", asked=3, available=2
    )
    pending.after(issue_stock(2))


def test_lines_of_the_same_sku_add_up() -> None:
    town().when(create_transfer(line(3), line(1, CHAIR), line(2))).then(
        transfer_created(line(5), line(1, CHAIR)),
        stock_moved(TransferStep.HELD, 5, before={AVAILABLE: 10}, value=40),
        stock_moved(TransferStep.HELD, 1, sku=CHAIR, before={AVAILABLE: 5}, value=20),
    )


def test_dispatched_units_leave_the_source_and_are_expected_at_the_destination() -> None:
    pending = lamps_in_both().after(create_transfer(line(8)))
    dispatch = dispatch_transfer(carrier="Rail", tracking_number="R-5", expected_delivery=at(60))
    outcome = pending.when(dispatch)
    assert outcome.answer() == answer("IN_TRANSIT", 8, in_transit=8)
    outcome.then(
        transfer_dispatched(
            sent(8, 32), carrier="Rail", tracking_number="R-5", expected_delivery=at(60)
        ),
        stock_moved(
            TransferStep.SENT, 8, before={AVAILABLE: 2, RESERVED: 8}, value=40, value_change=-32
        ),
        stock_moved(
            TransferStep.EXPECTED, 8, SOUTH, before={AVAILABLE: 1}, value=9, transit_change=32
        ),
    )


def test_item_begins_at_the_destination_like_that_of_the_source() -> None:
    pending = town().after(create_transfer(line(8)))
    beginning = replace(DETAILED, warehouse_id=SOUTH)
    pending.when(dispatch_transfer()).then(
        transfer_dispatched(sent(8, 32)),
        sku_stocked(SOUTH),
        beginning,
        stock_moved(
            TransferStep.SENT, 8, before={AVAILABLE: 2, RESERVED: 8}, value=40, value_change=-32
        ),
        stock_moved(TransferStep.EXPECTED, 8, SOUTH, before={}, transit_change=32),
    )


def test_units_in_transit_are_not_available_and_not_on_hand() -> None:
    on_its_way = lamps_in_both().after(create_transfer(line(8)), dispatch_transfer())
    on_its_way.when(issue_stock(2, SOUTH)).then_refused(
        ErrorCode.INSUFFICIENT_STOCK, warehouse_id="SOUTH", sku="LAMP", asked=2, available=1
    )
    stock = on_its_way.tenant.item(SOUTH, LAMP).stock
    assert (stock.on_hand, stock.value, stock.transit_value) == (1_000, 90_000, 320_000)


def test_movements_meanwhile_keep_the_value_in_transit() -> None:
    on_its_way = town().after(create_transfer(line(8)), dispatch_transfer())
    on_its_way.after(
        receive_stock(1, SOUTH), issue_stock(1, SOUTH), configure_item(SOUTH, unit="x")
    )
    assert on_its_way.tenant.item(SOUTH, LAMP).stock.transit_value == 320_000


def test_transfer_in_one_step_is_three_events() -> None:
    outcome = lamps_in_both().when(transfer_stock(line(8)))
    assert outcome.answer() == answer("COMPLETED", 8)
    outcome.then(
        transfer_made(sent(8, 32)),
        stock_moved(
            TransferStep.SENT, 8, before={AVAILABLE: 10}, value=40, value_change=-32, at_once=True
        ),
        stock_moved(
            TransferStep.RECEIVED,
            8,
            SOUTH,
            before={AVAILABLE: 1},
            value=9,
            value_change=32,
            at_once=True,
        ),
    )


def test_transfer_in_one_step_begins_items_too() -> None:
    events = town().when(transfer_stock(line(10), line(5, CHAIR))).events()
    assert [type(event).__name__ for event in events] == [
        "TransferMade",
        *["SkuStocked", "ItemConfigured"] * 2,
        *["TransferStockMoved"] * 4,
    ]
    assert events[0] == transfer_made(sent(10, 40), sent(5, 20, CHAIR))


def test_last_units_take_all_the_value_with_them() -> None:
    third = odd_lamps().after(transfer_stock(line(1)))
    first = third.when(transfer_stock(line(2), transfer_id="T2")).events()[0]
    assert first == transfer_made(sent(2, 0.6666), transfer_id="T2")


@pytest.mark.parametrize(
    ("first", "command"),
    [
        ([], create_transfer(line(8))),
        ([], transfer_stock(line(8))),
        ([create_transfer(line(8))], dispatch_transfer()),
        ([create_transfer(line(8))], cancel_transfer()),
        ([create_transfer(line(8)), dispatch_transfer()], cancel_transfer()),
    ],
)
def test_every_event_says_what_the_command_did(first: list[Command], command: Command) -> None:
    events = town().after(*first).when(with_particulars(command)).events()
    assert len(events) > 1
    assert all(event == with_particulars(event) for event in events)


@EITHER_WAY
def test_lapsed_holds_make_room_for_a_transfer(begin: Begin) -> None:
    lapsed = town().after(reserve_stock(asked(9), seconds=60)).wait(60)
    events = lapsed.when(begin(line(8))).events()
    assert holds_expired((R1, 9), available=1, reserved=9, value=40) in events


def test_overdue_transfer_is_reported_once_and_not_before_its_time() -> None:
    on_its_way = town().after(create_transfer(line(8)), dispatch_transfer(expected_delivery=at(60)))
    on_its_way.wait(59).when(report_overdue()).then_nothing()
    on_its_way.wait(1).when(report_overdue()).then(transfer_overdue(at(60)))
    on_its_way.after(report_overdue()).when(report_overdue()).then_nothing()


def test_only_what_is_on_its_way_is_overdue() -> None:
    for command in (report_overdue(), report_overdue("never-created")):
        town().after(create_transfer(line(8))).when(command).then_nothing()
    without_a_day = town().after(create_transfer(line(8)), dispatch_transfer()).wait(1_000_000)
    without_a_day.when(report_overdue()).then_nothing()
    back = town().after(
        create_transfer(line(8)), dispatch_transfer(expected_delivery=at(60)), cancel_transfer()
    )
    back.wait(60).when(report_overdue()).then_nothing()
