"""One builder a message of tenants and warehouses, and the names that all tests use.

Amounts are given as on the wire: 10.5 units, 2.5 of money.
"""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Final, TypeVar

from stockledger.amounts import Money, Quantity, money_from_wire, quantity_from_wire
from stockledger.messages.fields import Sku, WarehouseId
from stockledger.messages.message import Command, Event, Reference
from stockledger.messages.tenant import (
    ConfigureTenant,
    DailyCheckStarted,
    DefaultWarehouseSet,
    SetDefaultWarehouse,
    StartDailyCheck,
    TenantConfigured,
)
from stockledger.messages.warehouse import (
    ActivateWarehouse,
    CreateWarehouse,
    DeactivateWarehouse,
    UpdateWarehouse,
    WarehouseActivated,
    WarehouseCreated,
    WarehouseDeactivated,
    WarehouseUpdated,
)

NORTH: Final = WarehouseId("NORTH")
SOUTH: Final = WarehouseId("SOUTH")
LAMP: Final = Sku("LAMP")
CHAIR: Final = Sku("CHAIR")
SUNDAY_EVENING: Final = datetime(2026, 11, 22, 20, 30, tzinfo=UTC)

MessageT = TypeVar("MessageT", bound=Command | Event)


def units(number: float) -> Quantity:
    """Return the quantity of a number of units, as 10.5."""
    return quantity_from_wire(number)


def money(number: float) -> Money:
    """Return the money of a number, as 2.5."""
    return money_from_wire(number)


def with_particulars(message: MessageT) -> MessageT:
    """Return the message with all that every command may say, and its events repeat."""
    return replace(
        message,
        effective_at=SUNDAY_EVENING,
        reason="Ordered by telephone",
        reference=Reference(type="order", id="O-7"),
    )


def configure_tenant(
    *,
    time_zone: str | None = None,
    currency: str | None = None,
    low_stock_percent: int | None = None,
    lead_time_days: int | None = None,
    count_frequency_days: int | None = None,
    approval_quantity: float | None = None,
    approval_value: float | None = None,
    approval_days: int | None = None,
) -> ConfigureTenant:
    return ConfigureTenant(
        time_zone=time_zone,
        currency=currency,
        low_stock_percent=low_stock_percent,
        lead_time_days=lead_time_days,
        count_frequency_days=count_frequency_days,
        approval_quantity=None if approval_quantity is None else units(approval_quantity),
        approval_value=None if approval_value is None else money(approval_value),
        approval_days=approval_days,
    )


def tenant_configured(
    *,
    time_zone: str = "UTC",
    currency: str | None = None,
    low_stock_percent: int = 20,
    lead_time_days: int = 7,
    count_frequency_days: int = 30,
    approval_quantity: float | None = None,
    approval_value: float | None = None,
    approval_days: int = 7,
) -> TenantConfigured:
    return TenantConfigured(
        time_zone=time_zone,
        currency=currency,
        low_stock_percent=low_stock_percent,
        lead_time_days=lead_time_days,
        count_frequency_days=count_frequency_days,
        approval_quantity=None if approval_quantity is None else units(approval_quantity),
        approval_value=None if approval_value is None else money(approval_value),
        approval_days=approval_days,
    )


def set_default_warehouse(warehouse_id: WarehouseId = NORTH) -> SetDefaultWarehouse:
    return SetDefaultWarehouse(warehouse_id=warehouse_id)


def default_warehouse_set(
    warehouse_id: WarehouseId = NORTH, *, instead_of: WarehouseId | None = None
) -> DefaultWarehouseSet:
    return DefaultWarehouseSet(warehouse_id=warehouse_id, previous_warehouse_id=instead_of)


def start_daily_check(day: str) -> StartDailyCheck:
    return StartDailyCheck(day=day)


def daily_check_started(day: str) -> DailyCheckStarted:
    return DailyCheckStarted(day=day)


def create_warehouse(
    warehouse_id: WarehouseId = NORTH,
    *,
    name: str = "Warehouse north",
    code: str | None = None,
    time_zone: str | None = None,
    priority: int | None = None,
) -> CreateWarehouse:
    return CreateWarehouse(
        warehouse_id=warehouse_id, name=name, code=code, time_zone=time_zone, priority=priority
    )


def update_warehouse(
    warehouse_id: WarehouseId = NORTH,
    *,
    name: str | None = None,
    address: str | None = None,
    time_zone: str | None = None,
    priority: int | None = None,
) -> UpdateWarehouse:
    return UpdateWarehouse(
        warehouse_id=warehouse_id,
        name=name,
        address=address,
        time_zone=time_zone,
        priority=priority,
    )


def activate_warehouse(warehouse_id: WarehouseId = NORTH) -> ActivateWarehouse:
    return ActivateWarehouse(warehouse_id=warehouse_id)


def deactivate_warehouse(warehouse_id: WarehouseId = NORTH) -> DeactivateWarehouse:
    return DeactivateWarehouse(warehouse_id=warehouse_id)


def warehouse_created(
    warehouse_id: WarehouseId = NORTH,
    *,
    name: str = "Warehouse north",
    code: str | None = None,
    time_zone: str = "UTC",
    priority: int = 100,
) -> WarehouseCreated:
    return WarehouseCreated(
        warehouse_id=warehouse_id,
        name=name,
        code=code or warehouse_id,
        time_zone=time_zone,
        priority=priority,
    )


def warehouse_updated(
    warehouse_id: WarehouseId = NORTH,
    *,
    name: str = "Warehouse north",
    address: str | None = None,
    time_zone: str = "UTC",
    priority: int = 100,
) -> WarehouseUpdated:
    return WarehouseUpdated(
        warehouse_id=warehouse_id,
        name=name,
        code=warehouse_id,
        address=address,
        time_zone=time_zone,
        priority=priority,
    )


def warehouse_activated(warehouse_id: WarehouseId = NORTH) -> WarehouseActivated:
    return WarehouseActivated(warehouse_id=warehouse_id)


def warehouse_deactivated(warehouse_id: WarehouseId = NORTH) -> WarehouseDeactivated:
    return WarehouseDeactivated(warehouse_id=warehouse_id)
