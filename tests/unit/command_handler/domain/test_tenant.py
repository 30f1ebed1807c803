"""Specification of the tenant's commands."""

import pytest

from stockledger.messages.fields import WarehouseId
from stockledger.messages.results import ErrorCode
from stockledger_command_handler.domain.view import Defaults
from tests.support.builders import (
    NORTH,
    SOUTH,
    configure_tenant,
    daily_check_started,
    default_warehouse_set,
    set_default_warehouse,
    start_daily_check,
    tenant_configured,
    warehouse_created,
    warehouse_deactivated,
    with_particulars,
)
from tests.support.specification import given


def test_first_configuration_resolves_what_is_left_out_from_the_installation() -> None:
    defaults = Defaults(low_stock_percent=15, lead_time_days=9, count_frequency_days=60)
    given(defaults=defaults).when(configure_tenant(currency="EUR")).then(
        tenant_configured(
            currency="EUR", low_stock_percent=15, lead_time_days=9, count_frequency_days=60
        )
    )


def test_configuration_keeps_what_it_leaves_out() -> None:
    given(tenant_configured(time_zone="Europe/Berlin", lead_time_days=3)).when(
        configure_tenant(low_stock_percent=5)
    ).then(tenant_configured(time_zone="Europe/Berlin", lead_time_days=3, low_stock_percent=5))


def test_configuration_that_changes_nothing_is_accepted_without_an_event() -> None:
    given(tenant_configured(time_zone="Europe/Berlin")).when(
        configure_tenant(time_zone="Europe/Berlin", low_stock_percent=20)
    ).then_nothing()


def test_configuration_can_set_a_percentage_of_zero() -> None:
    given(tenant_configured()).when(configure_tenant(low_stock_percent=0)).then(
        tenant_configured(low_stock_percent=0)
    )


def test_thresholds_of_approval_are_set_one_by_one_and_kept() -> None:
    given(tenant_configured(approval_quantity=5)).when(
        configure_tenant(approval_value=250.5, approval_days=2)
    ).then(tenant_configured(approval_quantity=5, approval_value=250.5, approval_days=2))


def test_without_thresholds_no_adjustment_needs_an_approval() -> None:
    given().when(configure_tenant(currency="EUR")).then(tenant_configured(currency="EUR"))
    settings = tenant_configured()
    assert (settings.approval_quantity, settings.approval_value) == (None, None)
    assert settings.approval_days == 7


def test_a_threshold_of_nothing_can_be_set() -> None:
    given(tenant_configured()).when(configure_tenant(approval_quantity=0, approval_value=0)).then(
        tenant_configured(approval_quantity=0, approval_value=0)
    )


@pytest.mark.parametrize("name", ["Europe/Atlantis", "Europe", "../etc/passwd", "europe/berlin"])
def test_unknown_time_zone_is_refused(name: str) -> None:
    given().when(configure_tenant(time_zone=name)).then_refused(
        ErrorCode.VALIDATION_ERROR,
        field="time_zone",
        problem=f"{name!r} is no time zone of the IANA database",
    )


def test_default_warehouse_is_set() -> None:
    given(warehouse_created(NORTH)).when(set_default_warehouse(NORTH)).then(
        default_warehouse_set(NORTH)
    )


def test_default_warehouse_tells_which_one_it_replaces() -> None:
    given(warehouse_created(NORTH), warehouse_created(SOUTH), default_warehouse_set(NORTH)).when(
        set_default_warehouse(SOUTH)
    ).then(default_warehouse_set(SOUTH, instead_of=NORTH))


def test_default_warehouse_again_is_accepted_without_an_event() -> None:
    given(warehouse_created(NORTH), default_warehouse_set(NORTH)).when(
        set_default_warehouse(NORTH)
    ).then_nothing()


def test_unknown_warehouse_cannot_be_the_default() -> None:
    given(warehouse_created(NORTH)).when(set_default_warehouse(WarehouseId("WEST"))).then_refused(
        ErrorCode.NOT_FOUND, warehouse_id="WEST"
    )


def test_inactive_warehouse_cannot_be_the_default() -> None:
    given(warehouse_created(NORTH), warehouse_deactivated(NORTH)).when(
        set_default_warehouse(NORTH)
    ).then_refused(ErrorCode.WAREHOUSE_INACTIVE, warehouse_id="NORTH")


SUNDAY, MONDAY, TUESDAY = "2026-11-22", "2026-11-23", "2026-11-24"
"""It is Monday, 12:00 UTC."""


def test_the_days_check_begins_once() -> None:
    given().when(start_daily_check(MONDAY)).then(daily_check_started(MONDAY))
    given(daily_check_started(SUNDAY)).when(start_daily_check(MONDAY)).then(
        daily_check_started(MONDAY)
    )
    given(daily_check_started(MONDAY)).when(start_daily_check(MONDAY)).then_nothing()


def test_the_check_of_a_day_that_a_later_one_followed_begins_no_more() -> None:
    given(daily_check_started(MONDAY)).when(start_daily_check(SUNDAY)).then_nothing()


def test_the_days_check_waits_for_nine_by_the_tenants_clock() -> None:
    given().when(start_daily_check(TUESDAY)).then_nothing()
    given(tenant_configured(time_zone="America/New_York")).when(
        start_daily_check(MONDAY)
    ).then_nothing()
    given(tenant_configured(time_zone="America/Sao_Paulo")).when(start_daily_check(MONDAY)).then(
        daily_check_started(MONDAY)
    )


def test_another_clock_does_not_begin_a_day_again() -> None:
    given(
        tenant_configured(time_zone="Asia/Tokyo"),
        daily_check_started(MONDAY),
        tenant_configured(time_zone="America/Sao_Paulo"),
    ).when(start_daily_check(MONDAY)).then_nothing()


@pytest.mark.parametrize("day", ["2026-02-30", "2026-13-01", "0000-01-01"])
def test_a_day_that_no_calendar_has_is_refused(day: str) -> None:
    given().when(start_daily_check(day)).then_refused(
        ErrorCode.VALIDATION_ERROR, field="day", problem=f"{day!r} is no day of the calendar"
    )


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_the_ends_of_the_calendar_are_days_like_any_other(zone: str) -> None:
    tenant = tenant_configured(time_zone=zone)
    given(tenant).when(start_daily_check("0001-01-01")).then(daily_check_started("0001-01-01"))
    given(tenant).when(start_daily_check("9999-12-31")).then_nothing()


def test_events_of_the_tenant_carry_what_every_command_may_say() -> None:
    given().when(with_particulars(configure_tenant())).then(with_particulars(tenant_configured()))
    given(warehouse_created(NORTH)).when(with_particulars(set_default_warehouse(NORTH))).then(
        with_particulars(default_warehouse_set(NORTH))
    )
    given().when(with_particulars(start_daily_check(MONDAY))).then(
        with_particulars(daily_check_started(MONDAY))
    )
