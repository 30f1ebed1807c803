"""Specification of items' settings and places: how an item begins, and what can be set."""

from dataclasses import replace

import pytest

from stockledger.messages.message import Command, Event
from stockledger.messages.results import ErrorCode
from stockledger_command_handler.domain.view import Defaults
from tests.support.builders import (
    LAMP,
    NORTH,
    tenant_configured,
    warehouse_created,
    warehouse_deactivated,
    with_particulars,
)
from tests.support.item_builders import (
    bin_moved,
    configure_item,
    item_configured,
    move_bin,
    receive_stock,
    sku_stocked,
    stock_received,
)
from tests.support.specification import given


def test_item_begins_with_every_setting_resolved_from_the_tenant() -> None:
    given(
        warehouse_created(NORTH),
        tenant_configured(low_stock_percent=5, lead_time_days=3, count_frequency_days=90),
    ).when(configure_item(NORTH, LAMP)).then(
        sku_stocked(NORTH, LAMP),
        item_configured(
            NORTH,
            LAMP,
            name="LAMP",
            unit="piece",
            low_stock_percent=5,
            lead_time_days=3,
            count_frequency_days=90,
        ),
    )


def test_item_of_an_unconfigured_tenant_takes_the_settings_of_the_installation() -> None:
    defaults = Defaults(low_stock_percent=15, lead_time_days=9, count_frequency_days=60)
    given(warehouse_created(), defaults=defaults).when(configure_item()).then(
        sku_stocked(),
        item_configured(low_stock_percent=15, lead_time_days=9, count_frequency_days=60),
    )


def test_item_is_configured_as_stated() -> None:
    given(warehouse_created()).when(
        configure_item(name="Desk lamp", unit="box", reorder_point=5, maximum=50, place="A-1")
    ).then(
        sku_stocked(),
        item_configured(name="Desk lamp", unit="box", reorder_point=5, maximum=50, place="A-1"),
    )


def test_configuration_of_an_item_keeps_what_it_leaves_out() -> None:
    given(
        warehouse_created(),
        item_configured(name="Desk lamp", maximum=50, place="A-1"),
        tenant_configured(low_stock_percent=5),
    ).when(configure_item(reorder_point=0)).then(
        item_configured(
            name="Desk lamp", maximum=50, place="A-1", low_stock_percent=20, reorder_point=0
        )
    )


def test_configuration_of_an_item_can_move_it() -> None:
    given(warehouse_created(), item_configured(), bin_moved("A-1")).when(
        configure_item(place="B-2")
    ).then(item_configured(place="B-2"))


def test_configuration_of_an_item_that_changes_nothing_is_accepted_without_an_event() -> None:
    given(warehouse_created(), item_configured(name="Desk lamp", place="A-1")).when(
        configure_item(name="Desk lamp", place="A-1")
    ).then_nothing()


@pytest.mark.parametrize("history", [[], [item_configured(maximum=50)]])
@pytest.mark.parametrize("reorder_point", [50, 50.001])
def test_reorder_point_must_be_below_the_maximum(
    history: list[Event], reorder_point: float
) -> None:
    given(warehouse_created(), *history).when(
        configure_item(reorder_point=reorder_point, maximum=50)
    ).then_refused(
        ErrorCode.VALIDATION_ERROR,
        field="reorder_point",
        problem="must be below the maximum",
        reorder_point=reorder_point,
        maximum=50,
    )


def test_reorder_point_must_be_below_the_maximum_that_was_set_before() -> None:
    given(warehouse_created(), item_configured(reorder_point=20)).when(
        configure_item(maximum=10)
    ).then_refused(
        ErrorCode.VALIDATION_ERROR,
        field="reorder_point",
        problem="must be below the maximum",
        reorder_point=20,
        maximum=10,
    )


@pytest.mark.parametrize("command", [configure_item(), receive_stock(10)])
def test_item_cannot_begin_in_an_unknown_warehouse(command: Command) -> None:
    given().when(command).then_refused(ErrorCode.NOT_FOUND, warehouse_id="NORTH")


@pytest.mark.parametrize("command", [configure_item(), receive_stock(10)])
def test_item_cannot_begin_in_an_inactive_warehouse(command: Command) -> None:
    given(warehouse_created(), warehouse_deactivated()).when(command).then_refused(
        ErrorCode.WAREHOUSE_INACTIVE, warehouse_id="NORTH"
    )


def test_item_of_an_inactive_warehouse_can_be_configured() -> None:
    given(warehouse_created(), item_configured(), warehouse_deactivated()).when(
        configure_item(name="Desk lamp")
    ).then(item_configured(name="Desk lamp"))


def test_item_begins_with_its_first_receipt() -> None:
    given(warehouse_created(), tenant_configured(low_stock_percent=5)).when(
        receive_stock(10, place="A-1")
    ).then(
        sku_stocked(),
        item_configured(low_stock_percent=5, place="A-1"),
        stock_received(10, place="A-1"),
    )


def test_receipt_gives_an_item_its_first_bin() -> None:
    given(warehouse_created(), item_configured()).when(receive_stock(10, place="A-1")).then(
        stock_received(10, place="A-1"), bin_moved("A-1")
    )


def test_receipt_gives_an_item_its_first_bin_on_the_aisle_where_it_is() -> None:
    on_aisle = replace(item_configured(), aisle="A", shelf="3")
    given(warehouse_created(), on_aisle).when(receive_stock(10, place="A-1")).then(
        stock_received(10, place="A-1"),
        replace(bin_moved("A-1", aisle="A", shelf="3"), previous_aisle="A", previous_shelf="3"),
    )


def test_receipt_leaves_an_item_at_its_bin() -> None:
    given(warehouse_created(), item_configured(place="A-1")).when(
        receive_stock(10, place="B-2")
    ).then(stock_received(10, place="B-2"))


def test_bin_is_moved() -> None:
    given(warehouse_created(), item_configured(place="A-1")).when(move_bin("B-2", aisle="B")).then(
        bin_moved("B-2", aisle="B", previous_bin="A-1")
    )


def test_bin_is_moved_from_where_it_was_moved_to() -> None:
    given(warehouse_created(), item_configured(place="A-1"), bin_moved("B-2")).when(
        move_bin("C-3")
    ).then(bin_moved("C-3", previous_bin="B-2"))


def test_bin_moved_to_the_same_place_is_accepted_without_an_event() -> None:
    given(warehouse_created(), item_configured(), bin_moved("B-2", aisle="B", shelf="2")).when(
        move_bin("B-2", aisle="B", shelf="2")
    ).then_nothing()


def test_bin_of_an_unknown_item_is_refused() -> None:
    given(warehouse_created()).when(move_bin("A-1")).then_refused(
        ErrorCode.NOT_FOUND, warehouse_id="NORTH", sku="LAMP"
    )


def test_events_of_an_item_carry_what_every_command_may_say() -> None:
    given(warehouse_created()).when(with_particulars(receive_stock(10))).then(
        with_particulars(sku_stocked()),
        with_particulars(item_configured()),
        with_particulars(stock_received(10)),
    )
    given(warehouse_created(), item_configured()).when(with_particulars(move_bin("A-1"))).then(
        with_particulars(bin_moved("A-1"))
    )
