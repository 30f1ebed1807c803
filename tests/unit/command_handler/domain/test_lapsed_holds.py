"""Specification of lapse: past its deadline a hold is in nobody's way, tick or no tick."""

from dataclasses import replace

import pytest

from stockledger.messages.fields import Bucket
from stockledger.messages.hold import HoldsExpired
from stockledger.messages.item import IssuePurpose, StockMoved
from stockledger.messages.message import Command, Reference
from stockledger.messages.results import ErrorCode
from tests.support.builders import LAMP, NORTH, create_warehouse, warehouse_created
from tests.support.item_builders import (
    adjust_stock,
    correct_stock,
    issue_stock,
    item_configured,
    receive_stock,
    stock_adjusted,
    stock_corrected,
    stock_issued,
    stock_received,
)
from tests.support.order_builders import cancel_order
from tests.support.reservation_builders import (
    R1,
    R2,
    asked,
    changed,
    expire_reservation,
    held,
    holds_expired,
    items_sold,
    release_reservation,
    reservation_created,
    reservation_expired,
    reserve_stock,
    stock_reserved,
    update_reservation,
)
from tests.support.specification import Given, given


def lamps() -> Given:
    """Return a history in which ten lamps are in warehouse north."""
    return given(warehouse_created(), item_configured(), stock_received(10))


def lapsing() -> Given:
    """Return a history in which A holds 2, B 3 and C 4 of ten lamps, lapsing in this order."""
    return lamps().after(
        reserve_stock(asked(4), reservation_id="C", seconds=30),
        reserve_stock(asked(2), reservation_id="A", seconds=10),
        reserve_stock(asked(3), reservation_id="B", seconds=20),
    )


def test_hold_counts_until_just_before_its_deadline_and_not_at_it() -> None:
    full = lamps().after(reserve_stock(asked(10), seconds=60))
    full.wait(59.999999).when(reserve_stock(asked(1), reservation_id=R2)).then_refused(
        ErrorCode.INSUFFICIENT_STOCK,
        warehouse_id="NORTH",
        sku="LAMP",
        asked=1,
        available=0,
        next_lapse="2026-11-23T12:01:00.000000Z",
        lines=[
            {
                "warehouse_id": "NORTH",
                "sku": "LAMP",
                "asked": 1,
                "available": 0,
                "next_lapse": "2026-11-23T12:01:00.000000Z",
            }
        ],
    )
    full.wait(0.000001).when(reserve_stock(asked(1), reservation_id=R2)).then(
        reservation_created(held(1), reservation_id=R2, until=60 + 1_800),
        holds_expired((R1, 10), available=0, reserved=10, value=40),
        stock_reserved(1, reservation_id=R2, until=60 + 1_800, available=10, value=40),
    )


def test_no_more_holds_expire_than_the_decision_needs_the_oldest_first() -> None:
    shop = lapsing().wait(30)
    shop.when(reserve_stock(asked(1))).then(
        reservation_created(held(1), until=30 + 1_800),
        stock_reserved(1, until=30 + 1_800, available=1, reserved=9, value=40),
    )
    shop.when(reserve_stock(asked(4))).then(
        reservation_created(held(4), until=30 + 1_800),
        holds_expired(("A", 2), ("B", 3), available=1, reserved=9, value=40),
        stock_reserved(4, until=30 + 1_800, available=6, reserved=4, value=40),
    )


def test_only_lapsed_holds_make_room() -> None:
    refusal = lapsing().wait(20).when(reserve_stock(asked(7))).refusal()
    assert refusal.details["available"] == 6
    assert refusal.details["next_lapse"] == "2026-11-23T12:00:30.000000Z"


def test_reservation_whose_hold_made_room_ends_when_its_tick_comes() -> None:
    shop = lapsing().wait(20).after(reserve_stock(asked(3)))
    shop.when(expire_reservation("A", "B")).then(
        reservation_expired("A", until=10),
        reservation_expired("B", until=20),
        holds_expired(("B", 3), available=0, reserved=10, value=40),
    )
    shop.when(release_reservation("A")).then(reservation_expired("A", until=10))


def test_update_makes_room_by_lapsed_holds_as_well() -> None:
    shop = lapsing().after(reserve_stock(asked(1))).wait(10)
    shop.when(update_reservation(changed(3))).then(
        *shop.when(update_reservation(changed(3))).events()[:1],
        holds_expired(("A", 2), available=0, reserved=10, value=40),
        stock_reserved(2, holds=3, available=2, reserved=8, value=40),
    )


@pytest.mark.parametrize(
    "command",
    [
        issue_stock(3),
        issue_stock(3, purpose=IssuePurpose.PRODUCTION),
        issue_stock(3, purpose=IssuePurpose.WRITE_OFF),
        adjust_stock(-3),
        correct_stock(7),
    ],
    ids=["sale", "production", "write-off", "adjustment", "correction"],
)
def test_whatever_takes_stock_sees_lapsed_holds(command: Command) -> None:
    events = lapsing().wait(30).when(command).events()
    assert events[0] == holds_expired(("A", 2), available=1, reserved=9, value=40)
    taken = events[1]
    assert isinstance(taken, StockMoved)
    assert taken.levels.available == 0


def test_correction_may_cut_below_what_is_held_and_says_so() -> None:
    shop = lamps().after(reserve_stock(asked(8)))
    shop.when(correct_stock(5)).then(
        stock_corrected(5, available=2, reserved=8, value=40, value_change=-20)
    )
    cut = shop.after(correct_stock(5)).tenant.item(NORTH, LAMP).stock
    assert (cut.available, cut.on_hand) == (-3_000, 5_000)


def test_correction_upwards_fills_what_was_cut_below_the_holds() -> None:
    lamps().after(reserve_stock(asked(8)), correct_stock(5)).when(correct_stock(9)).then(
        stock_corrected(9, adjustment=5, available=-3, reserved=8, value=20, value_change=16)
    )


def test_write_off_may_cut_below_what_is_held_but_not_below_what_is_on_hand() -> None:
    shop = lamps().after(reserve_stock(asked(8)))
    shop.when(issue_stock(5, purpose=IssuePurpose.WRITE_OFF)).then(
        stock_issued(
            5,
            purpose=IssuePurpose.WRITE_OFF,
            to=Bucket.SCRAP,
            available=2,
            reserved=8,
            value=40,
            value_change=-20,
        )
    )
    shop.when(issue_stock(10.001, purpose=IssuePurpose.WRITE_OFF)).then_refused(
        ErrorCode.INSUFFICIENT_STOCK,
        warehouse_id="NORTH",
        sku="LAMP",
        asked=10.001,
        available=2,
        on_hand=10,
        next_lapse="2026-11-23T12:30:00.000000Z",
    )


@pytest.mark.parametrize(
    "command", [issue_stock(3), issue_stock(3, purpose=IssuePurpose.PRODUCTION), adjust_stock(-3)]
)
def test_what_is_held_can_be_neither_sold_nor_used_nor_adjusted_away(command: Command) -> None:
    lamps().after(reserve_stock(asked(8))).when(command).then_refused(
        ErrorCode.INSUFFICIENT_STOCK,
        warehouse_id="NORTH",
        sku="LAMP",
        asked=3,
        available=2,
        next_lapse="2026-11-23T12:30:00.000000Z",
    )


def test_adjustment_takes_what_is_not_held() -> None:
    lamps().after(reserve_stock(asked(8))).when(adjust_stock(-2)).then(
        stock_adjusted(-2, available=2, reserved=8, value=40, value_change=-8)
    )


def test_more_than_500_holds_expire_in_several_events() -> None:
    shop = given().after(create_warehouse(), receive_stock(1_002))
    for number in range(1_002):
        shop.after(reserve_stock(asked(1), reservation_id=f"R-{number}", seconds=60))
    events = shop.wait(60).when(reserve_stock(asked(1_001))).events()
    expired = [event for event in events if isinstance(event, HoldsExpired)]
    assert [len(event.holds) for event in expired] == [500, 500, 1]
    assert [event.levels.available for event in expired] == [500_000, 1_000_000, 1_001_000]
    shop.after(reserve_stock(asked(1_001)))
    assert len(shop.tenant.item(NORTH, LAMP).holds) == 2


def test_sale_under_an_order_is_remembered_by_the_order() -> None:
    order = Reference(type="order", id="O1")
    sale = replace(issue_stock(3), reference=order)
    sold = stock_issued(3, available=10, value=40, value_change=-12, order_id="O1")
    lamps().when(sale).then(
        replace(items_sold(3, 12), reference=order), replace(sold, reference=order)
    )
    lamps().after(cancel_order("O1")).when(sale).then_refused(
        ErrorCode.INVALID_MOVEMENT, order_id="O1"
    )


def test_sale_under_what_can_be_no_order_is_refused() -> None:
    sale = replace(issue_stock(3), reference=Reference(type="order", id="no id"))
    refusal = lamps().when(sale).refusal()
    assert (refusal.code, refusal.details["field"]) == (ErrorCode.VALIDATION_ERROR, "reference.id")


@pytest.mark.parametrize(
    ("purpose", "reference"),
    [
        (IssuePurpose.WRITE_OFF, Reference(type="order", id="no id")),
        (IssuePurpose.SALE, Reference(type="invoice", id="no id")),
    ],
)
def test_reference_to_anything_else_is_only_repeated(
    purpose: IssuePurpose, reference: Reference
) -> None:
    issue = replace(issue_stock(3, purpose=purpose), reference=reference)
    [event] = lamps().when(issue).events()
    assert event.reference == reference
