"""Specification of damage: broken units stay ours, with their value, until they are scrapped."""

from dataclasses import replace
from typing import TypeVar

import pytest

from stockledger.amounts import Quantity
from stockledger.messages.damage import StockDamaged
from stockledger.messages.fields import Bucket
from stockledger.messages.item import StockBucket, StockMoved
from stockledger.messages.message import Command
from stockledger.messages.results import ErrorCode
from stockledger.messages.warehouse import WarehouseDeleted
from tests.support.builders import NORTH, SOUTH, deactivate_warehouse, units, with_particulars
from tests.support.damage_builders import (
    Shelf,
    record_damage,
    repair_damage,
    return_into,
    scrap_damage,
    set_apart,
    stock_damaged,
    stock_repaired,
    stock_scrapped,
)
from tests.support.item_builders import correct_stock, issue_stock, stock_corrected
from tests.support.reservation_builders import asked, holds_expired, reserve_stock

AVAILABLE, DAMAGED, QUARANTINED = StockBucket
MovedT = TypeVar("MovedT", bound=StockMoved)


def beside_damage(event: MovedT) -> MovedT:
    """Return the event with two units each that are damaged and quarantined."""
    levels = event.levels
    return replace(
        event,
        levels=replace(
            levels,
            damaged=units(2),
            quarantined=units(2),
            on_hand=Quantity(levels.on_hand + units(4)),
        ),
    )


def test_damaged_units_are_set_apart_with_their_value() -> None:
    outcome = set_apart().when(record_damage(1.5))
    outcome.then(stock_damaged(1.5, Shelf()))
    [event] = outcome.events()
    assert isinstance(event, StockDamaged)
    assert (event.levels.available, event.levels.damaged) == (4_500, 3_500)
    assert (event.levels.on_hand, event.levels.value) == (10_000, 400_000)


def test_damaged_units_can_be_sold_or_held_no_more() -> None:
    history = set_apart().after(record_damage(6))
    for command in (issue_stock(0.001), reserve_stock(asked(0.001))):
        assert history.when(command).refusal().code is ErrorCode.INSUFFICIENT_STOCK


def test_quarantined_units_are_found_damaged() -> None:
    set_apart().when(record_damage(2, source=QUARANTINED)).then(
        stock_damaged(2, Shelf(), Bucket.QUARANTINED)
    )


def test_damage_may_cut_below_what_is_held() -> None:
    history = set_apart().after(reserve_stock(asked(5)))
    history.when(record_damage(6)).then(stock_damaged(6, Shelf(available=1, reserved=5)))


def test_no_more_is_damaged_than_stands_on_the_shelf_held_or_not() -> None:
    history = set_apart().after(reserve_stock(asked(5)))
    refusal = history.when(record_damage(6.001)).refusal()
    assert refusal.code is ErrorCode.INSUFFICIENT_STOCK
    assert refusal.details["asked"] == 6.001
    assert (refusal.details["available"], refusal.details["on_hand"]) == (1, 10)


def test_what_has_lapsed_expires_before_it_is_damaged() -> None:
    history = set_apart().after(reserve_stock(asked(5), seconds=60)).wait(60)
    history.when(record_damage(6)).then(
        beside_damage(holds_expired(("R1", 5), available=1, reserved=5, value=40)),
        stock_damaged(6, Shelf()),
    )


def test_repaired_units_are_available_again() -> None:
    set_apart().when(repair_damage(1.5)).then(stock_repaired(1.5, Shelf()))
    set_apart().when(repair_damage(2, source=QUARANTINED)).then(
        stock_repaired(2, Shelf(), Bucket.QUARANTINED)
    )
    set_apart().after(repair_damage(2), issue_stock(8))


def test_scrapped_units_leave_with_their_share_of_the_value() -> None:
    set_apart().when(scrap_damage(1.5)).then(stock_scrapped(1.5, Shelf(), value_change=-6))
    set_apart().when(scrap_damage(2, source=QUARANTINED)).then(
        stock_scrapped(2, Shelf(), Bucket.QUARANTINED, value_change=-8)
    )


def test_the_last_units_that_are_scrapped_take_the_rest_of_the_value() -> None:
    history = set_apart().after(
        issue_stock(6), scrap_damage(1.9), scrap_damage(2, source=QUARANTINED)
    )
    history.when(scrap_damage(0.1)).then(
        stock_scrapped(
            0.1,
            Shelf(available=0, damaged=0.1, quarantined=0, outside=3.9, value=0.4),
            value_change=-0.4,
        )
    )


@pytest.mark.parametrize(
    ("command", "bucket"),
    [
        (record_damage(2.001, source=QUARANTINED), "quarantined"),
        (repair_damage(2.001), "damaged"),
        (repair_damage(2.001, source=QUARANTINED), "quarantined"),
        (scrap_damage(2.001), "damaged"),
        (scrap_damage(2.001, source=QUARANTINED), "quarantined"),
    ],
)
def test_no_more_leaves_a_bucket_than_it_has(command: Command, bucket: str) -> None:
    refusal = set_apart().when(command).refusal()
    assert refusal.code is ErrorCode.INSUFFICIENT_STOCK
    assert refusal.details == {
        "warehouse_id": "NORTH",
        "sku": "LAMP",
        "bucket": bucket,
        "asked": 2.001,
        bucket: 2,
    }


@pytest.mark.parametrize(
    ("command", "problem"),
    [
        (
            record_damage(1, source=DAMAGED),
            "must not be damaged: these units are set apart already",
        ),
        (repair_damage(1, source=AVAILABLE), "must be damaged or quarantined"),
        (scrap_damage(1, source=AVAILABLE), "must be damaged or quarantined"),
    ],
)
def test_units_are_not_moved_to_where_they_are_or_scrapped_unseen(
    command: Command, problem: str
) -> None:
    set_apart().when(command).then_refused(
        ErrorCode.VALIDATION_ERROR, field="source", problem=problem
    )


@pytest.mark.parametrize(
    "command", [record_damage(1, SOUTH), repair_damage(1, SOUTH), scrap_damage(1, SOUTH)]
)
def test_damage_to_an_item_that_is_not_there_is_refused(command: Command) -> None:
    set_apart().when(command).then_refused(ErrorCode.NOT_FOUND, warehouse_id="SOUTH", sku="LAMP")


@pytest.mark.parametrize("command", [record_damage(1), repair_damage(1), scrap_damage(1)])
def test_an_inactive_warehouse_has_its_damage_as_any_other(command: Command) -> None:
    set_apart().after(deactivate_warehouse(), command)


@pytest.mark.parametrize("command", [record_damage(1), repair_damage(1), scrap_damage(1)])
def test_a_warehouse_that_is_gone_has_no_damage(command: Command) -> None:
    history = set_apart()
    history.tenant.record(WarehouseDeleted(warehouse_id=NORTH))
    history.when(command).then_refused(ErrorCode.NOT_FOUND, warehouse_id="NORTH")


def test_on_hand_is_not_stated_below_what_is_set_apart() -> None:
    to_none_available = stock_corrected(0, available=6, value=40, value_change=-24)
    set_apart().when(correct_stock(4)).then(
        beside_damage(replace(to_none_available, actual_quantity=units(4)))
    )
    set_apart().when(correct_stock(3.999)).then_refused(
        ErrorCode.INSUFFICIENT_STOCK,
        warehouse_id="NORTH",
        sku="LAMP",
        asked=6.001,
        available=6,
        on_hand=10,
    )


def test_damage_that_comes_back_is_repaired_or_scrapped_once() -> None:
    history = set_apart().after(repair_damage(1), scrap_damage(1))
    assert history.when(scrap_damage(0.001)).refusal().code is ErrorCode.INSUFFICIENT_STOCK
    history.after(return_into(DAMAGED, 1, "O2", allow_unsold=True), scrap_damage(1))


@pytest.mark.parametrize("command", [record_damage(1), repair_damage(1), scrap_damage(1)])
def test_events_of_damage_carry_what_every_command_may_say(command: Command) -> None:
    stated = with_particulars(command)
    [event] = set_apart().when(stated).events()
    assert (event.effective_at, event.reason, event.reference) == (
        stated.effective_at,
        stated.reason,
        stated.reference,
    )
