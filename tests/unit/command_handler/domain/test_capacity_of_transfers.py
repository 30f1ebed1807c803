"""Specification of limits at both ends of a transfer."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from stockledger.messages.message import Command
from stockledger.messages.results import ErrorCode
from stockledger.messages.transfer import TransferLine
from tests.support.builders import (
    NORTH,
    SOUTH,
    create_warehouse,
)
from tests.support.capacity_builders import (
    VOLUME,
    capacity_events,
    capacity_used,
    create_limited,
    exceeded,
    measure,
)
from tests.support.item_builders import (
    receive_stock,
)
from tests.support.specification import Given, given
from tests.support.transfer_builders import (
    came,
    cancel_transfer,
    create_transfer,
    dispatch_transfer,
    line,
    receive_transfer,
    transfer_stock,
)


def two_warehouses(in_south: float, capacity: float = 100) -> Given:
    """Fifty lamps in warehouse north; south has a limit and lamps, too."""
    south = replace(create_limited(capacity, SOUTH), name="South")
    return given().after(
        create_warehouse(NORTH), south, receive_stock(50), receive_stock(in_south, SOUTH)
    )


def test_a_transfer_at_once_is_counted_at_both_ends() -> None:
    ends = given().after(
        create_limited(100), create_limited(100, SOUTH), receive_stock(50), receive_stock(10, SOUTH)
    )
    assert capacity_events(ends.when(transfer_stock(line(20)))) == [
        capacity_used(-20, used=30),
        capacity_used(20, used=30, warehouse_id=SOUTH),
    ]


@pytest.mark.parametrize("make", [transfer_stock, create_transfer])
def test_a_transfer_beyond_the_destinations_limit_is_refused(
    make: Callable[[TransferLine], Command],
) -> None:
    two_warehouses(90).when(make(line(11))).then_refused(
        ErrorCode.CAPACITY_EXCEEDED, **exceeded(90, 11, warehouse_id="SOUTH")
    )
    two_warehouses(90).when(make(line(10))).events()


def test_a_dispatch_is_refused_once_there_is_no_room_any_more() -> None:
    created = two_warehouses(90).after(create_transfer(line(10)), receive_stock(1, SOUTH))
    created.when(dispatch_transfer()).then_refused(
        ErrorCode.CAPACITY_EXCEEDED, **exceeded(91, 10, warehouse_id="SOUTH")
    )


def test_what_is_on_its_way_is_counted_when_it_comes() -> None:
    going = two_warehouses(40).after(create_transfer(line(10)))
    assert capacity_events(going.when(dispatch_transfer())) == []
    gone = going.after(dispatch_transfer())
    assert capacity_events(gone.when(receive_transfer(came(8, damaged=1, short=1)))) == [
        capacity_used(9, used=49, warehouse_id=SOUTH)
    ]


def test_a_receipt_of_a_transfer_beyond_the_limit_is_refused() -> None:
    gone = two_warehouses(90).after(
        create_transfer(line(10)), dispatch_transfer(), receive_stock(5, SOUTH)
    )
    gone.when(receive_transfer(came(6))).then_refused(
        ErrorCode.CAPACITY_EXCEEDED, **exceeded(95, 6, warehouse_id="SOUTH")
    )
    gone.when(receive_transfer(came(5, short=5))).events()


def test_a_cancelled_transfer_comes_back_though_it_is_beyond_the_limit() -> None:
    full = given().after(
        create_limited(50),
        create_warehouse(SOUTH),
        receive_stock(50),
        create_transfer(line(10)),
        dispatch_transfer(),
        receive_stock(10),
    )
    assert capacity_events(full.when(cancel_transfer())) == [
        capacity_used(10, used=60, capacity=50)
    ]


def test_a_transfers_volume_is_that_of_the_item_or_of_its_source() -> None:
    sent = given().after(
        create_warehouse(NORTH),
        create_limited(100, SOUTH, unit=VOLUME),
        measure(10),
        receive_stock(50),
    )
    figures = exceeded(0, 110, warehouse_id="SOUTH", unit="volume")
    sent.when(create_transfer(line(11))).then_refused(ErrorCode.CAPACITY_EXCEEDED, **figures)
    known = sent.after(measure(5, SOUTH))
    known.when(create_transfer(line(20))).events()
