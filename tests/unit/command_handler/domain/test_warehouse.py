"""Specification of the warehouses' commands."""

import pytest

from stockledger.messages.message import Command
from stockledger.messages.results import ErrorCode
from tests.support.builders import (
    NORTH,
    activate_warehouse,
    create_warehouse,
    deactivate_warehouse,
    tenant_configured,
    update_warehouse,
    warehouse_activated,
    warehouse_created,
    warehouse_deactivated,
    warehouse_updated,
    with_particulars,
)
from tests.support.specification import given


def test_warehouse_is_created_with_its_id_as_code_and_the_usual_priority() -> None:
    given().when(create_warehouse(NORTH, name="Warehouse north")).then(
        warehouse_created(NORTH, name="Warehouse north", code="NORTH", priority=100)
    )


def test_warehouse_is_created_in_the_time_zone_of_its_tenant() -> None:
    given(tenant_configured(time_zone="Europe/Berlin")).when(create_warehouse(NORTH)).then(
        warehouse_created(NORTH, time_zone="Europe/Berlin")
    )


def test_warehouse_is_created_as_described() -> None:
    given(tenant_configured(time_zone="Europe/Berlin")).when(
        create_warehouse(NORTH, code="N1", time_zone="Asia/Tokyo", priority=0)
    ).then(warehouse_created(NORTH, code="N1", time_zone="Asia/Tokyo", priority=0))


def test_created_warehouse_is_active() -> None:
    given(warehouse_created(NORTH)).when(activate_warehouse(NORTH)).then_nothing()


def test_creation_again_is_accepted_without_an_event() -> None:
    given(warehouse_created(NORTH)).when(create_warehouse(NORTH)).then_nothing()


def test_creation_again_is_accepted_after_the_tenant_moved_to_another_time_zone() -> None:
    given(warehouse_created(NORTH), tenant_configured(time_zone="Europe/Berlin")).when(
        create_warehouse(NORTH)
    ).then_nothing()


def test_creation_with_another_description_is_refused() -> None:
    given(warehouse_created(NORTH, name="Warehouse north")).when(
        create_warehouse(NORTH, name="Warehouse nord")
    ).then_refused(ErrorCode.DUPLICATE_COMMAND, warehouse_id="NORTH")


@pytest.mark.parametrize(
    "command", [create_warehouse(time_zone="Mars/Base"), update_warehouse(time_zone="Mars/Base")]
)
def test_unknown_time_zone_of_a_warehouse_is_refused(command: Command) -> None:
    given(warehouse_created(NORTH)).when(command).then_refused(
        ErrorCode.VALIDATION_ERROR,
        field="time_zone",
        problem="'Mars/Base' is no time zone of the IANA database",
    )


def test_update_keeps_what_it_leaves_out() -> None:
    given(warehouse_created(NORTH, name="Warehouse north", priority=5)).when(
        update_warehouse(NORTH, address="1 Pole Street")
    ).then(warehouse_updated(NORTH, name="Warehouse north", priority=5, address="1 Pole Street"))


def test_update_builds_on_the_update_before() -> None:
    given(warehouse_created(NORTH), warehouse_updated(NORTH, address="1 Pole Street")).when(
        update_warehouse(NORTH, name="Igloo")
    ).then(warehouse_updated(NORTH, name="Igloo", address="1 Pole Street"))


def test_update_that_changes_nothing_is_accepted_without_an_event() -> None:
    given(warehouse_created(NORTH)).when(update_warehouse(NORTH, priority=100)).then_nothing()


def test_warehouse_is_deactivated() -> None:
    given(warehouse_created(NORTH)).when(deactivate_warehouse(NORTH)).then(
        warehouse_deactivated(NORTH)
    )


def test_deactivation_again_is_accepted_without_an_event() -> None:
    given(warehouse_created(NORTH), warehouse_deactivated(NORTH)).when(
        deactivate_warehouse(NORTH)
    ).then_nothing()


def test_deactivated_warehouse_is_activated() -> None:
    given(warehouse_created(NORTH), warehouse_deactivated(NORTH)).when(
        activate_warehouse(NORTH)
    ).then(warehouse_activated(NORTH))


def test_activated_warehouse_can_be_deactivated() -> None:
    given(warehouse_created(), warehouse_deactivated(), warehouse_activated()).when(
        deactivate_warehouse()
    ).then(warehouse_deactivated())


def test_update_leaves_a_deactivated_warehouse_inactive() -> None:
    given(warehouse_created(), warehouse_deactivated(), warehouse_updated(priority=7)).when(
        deactivate_warehouse()
    ).then_nothing()


@pytest.mark.parametrize(
    "command", [update_warehouse(NORTH), activate_warehouse(NORTH), deactivate_warehouse(NORTH)]
)
def test_command_to_an_unknown_warehouse_is_refused(command: Command) -> None:
    given().when(command).then_refused(ErrorCode.NOT_FOUND, warehouse_id="NORTH")


def test_events_of_a_warehouse_carry_what_every_command_may_say() -> None:
    created = warehouse_created()
    given().when(with_particulars(create_warehouse())).then(with_particulars(created))
    given(created).when(with_particulars(update_warehouse(priority=7))).then(
        with_particulars(warehouse_updated(priority=7))
    )
    given(created).when(with_particulars(deactivate_warehouse())).then(
        with_particulars(warehouse_deactivated())
    )
    given(created, warehouse_deactivated()).when(with_particulars(activate_warehouse())).then(
        with_particulars(warehouse_activated())
    )
