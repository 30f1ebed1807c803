"""A tenant's settings are whole and valid, its default warehouse exists, each day begins once."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from typing import Final, assert_never
from zoneinfo import ZoneInfo

from stockledger.amounts import Money, Quantity
from stockledger.messages.fields import WarehouseId
from stockledger.messages.streams import TENANT_STREAM, warehouse_stream
from stockledger.messages.tenant import (
    APPROVAL_DAYS_DEFAULT,
    ConfigureTenant,
    DailyCheckCompleted,
    DailyCheckStarted,
    DefaultWarehouseSet,
    ItemPlace,
    ItemsChecked,
    SetDefaultWarehouse,
    StartDailyCheck,
    TenantConfigured,
)
from stockledger_command_handler.domain.refusals import (
    invalid,
    warehouse_inactive,
    warehouse_not_found,
)
from stockledger_command_handler.domain.settings import copied, merged
from stockledger_command_handler.domain.time_zones import UTC_NAME, refused_time_zone
from stockledger_command_handler.domain.view import Decision, Defaults, View

Command = ConfigureTenant | SetDefaultWarehouse | StartDailyCheck
Event = (
    TenantConfigured | DefaultWarehouseSet | DailyCheckStarted | ItemsChecked | DailyCheckCompleted
)

DAILY_CHECK_AT: Final = time(9)
"""When a day's check begins, by the tenant's clock."""

FOLD_VERSION: Final = 4
"""Raised when `TenantState` or `evolve` changes, so that older snapshots are not used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantSettings:
    """What a tenant can set; each name is that of a field of the messages.

    Without approval quantity or value, no adjustment needs an approval because of it.
    """

    time_zone: str
    currency: str | None
    low_stock_percent: int
    lead_time_days: int
    count_frequency_days: int
    approval_quantity: Quantity | None = None
    approval_value: Money | None = None
    approval_days: int = APPROVAL_DAYS_DEFAULT


@dataclass(slots=True)
class TenantState:
    """A tenant. `settings` is None until it set any: the installation's defaults hold.

    `checked_day` is the latest day (ISO 8601) whose check began. While that is under way,
    `checked_to` is the item that it has come to, and `items_checked` how many those were.
    """

    settings: TenantSettings | None = None
    default_warehouse_id: WarehouseId | None = None
    checked_day: str | None = None
    is_checking: bool = False
    checked_to: ItemPlace | None = None
    items_checked: int = 0

    def settings_or(self, defaults: Defaults) -> TenantSettings:
        """Return the settings that hold for this tenant now."""
        return self.settings or _settings_by(defaults)


def initial() -> TenantState:
    """Return a tenant of which nothing has happened; a new one each time, to be evolved."""
    return TenantState()


def decide(command: Command, view: View) -> Decision:
    match command:
        case ConfigureTenant():
            return _configure(command, view)
        case SetDefaultWarehouse():
            return _set_default_warehouse(command, view)
        case StartDailyCheck():
            return _start_daily_check(command, view)
        case _:
            assert_never(command)


def evolve(state: TenantState, event: Event) -> TenantState:
    match event:
        case TenantConfigured():
            state.settings = copied(TenantSettings, event)
        case DefaultWarehouseSet():
            state.default_warehouse_id = event.warehouse_id
        case DailyCheckStarted():
            state.checked_day, state.is_checking = event.day, True
            state.checked_to, state.items_checked = None, 0
        case ItemsChecked():
            state.checked_to = event.last
            state.items_checked += event.items
        case DailyCheckCompleted():
            state.is_checking = False
            state.checked_to, state.items_checked = None, 0
        case _:
            assert_never(event)
    return state


def _configure(command: ConfigureTenant, view: View) -> Decision:
    if refusal := refused_time_zone(command.time_zone):
        return refusal
    tenant = view.tenant()
    settings = merged(tenant.settings_or(view.defaults), command)
    return [] if settings == tenant.settings else [_configured(command, settings)]


def _set_default_warehouse(command: SetDefaultWarehouse, view: View) -> Decision:
    view.require(TENANT_STREAM, warehouse_stream(command.warehouse_id))
    tenant, warehouse = view.tenant(), view.warehouse(command.warehouse_id)
    if not warehouse.exists:
        return warehouse_not_found(command.warehouse_id)
    if tenant.default_warehouse_id == command.warehouse_id:
        return []
    if not warehouse.active:
        return warehouse_inactive(command.warehouse_id, "it cannot be the default")
    return _default_set(command, tenant)


def _start_daily_check(command: StartDailyCheck, view: View) -> Decision:
    try:
        day = date.fromisoformat(command.day)
    except ValueError:
        return invalid("day", f"{command.day!r} is no day of the calendar")
    tenant = view.tenant()
    if tenant.checked_day is not None and command.day <= tenant.checked_day:
        return []
    zone = ZoneInfo(tenant.settings_or(view.defaults).time_zone)
    if view.now < datetime.combine(day, DAILY_CHECK_AT, zone):
        return []
    return [
        DailyCheckStarted(
            effective_at=command.effective_at,
            reason=command.reason,
            reference=command.reference,
            day=command.day,
        )
    ]


def _settings_by(defaults: Defaults) -> TenantSettings:
    return TenantSettings(
        time_zone=UTC_NAME,
        currency=None,
        low_stock_percent=defaults.low_stock_percent,
        lead_time_days=defaults.lead_time_days,
        count_frequency_days=defaults.count_frequency_days,
    )


def _configured(command: ConfigureTenant, settings: TenantSettings) -> TenantConfigured:
    return TenantConfigured(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        **asdict(settings),
    )


def _default_set(
    command: SetDefaultWarehouse, tenant: TenantState
) -> Sequence[DefaultWarehouseSet]:
    return [
        DefaultWarehouseSet(
            effective_at=command.effective_at,
            reason=command.reason,
            reference=command.reference,
            warehouse_id=command.warehouse_id,
            previous_warehouse_id=tenant.default_warehouse_id,
        )
    ]
