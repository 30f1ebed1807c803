"""One builder a message of warehouses with a limit, and of those given up.

Amounts are given as on the wire.
"""

from typing import Final

from stockledger.messages.capacity import (
    CapacityEased,
    CapacitySet,
    CapacityUnit,
    CapacityUsed,
    CapacityWarned,
)
from stockledger.messages.fields import Sku, WarehouseId
from stockledger.messages.item import ConfigureItem
from stockledger.messages.message import Event
from stockledger.messages.results import DetailValue
from stockledger.messages.warehouse import (
    CreateWarehouse,
    DeleteWarehouse,
    UpdateWarehouse,
    WarehouseCreated,
    WarehouseDeleted,
    WarehouseUpdated,
)
from tests.support.builders import LAMP, NORTH, units
from tests.support.item_builders import receive_stock
from tests.support.specification import Given, Outcome, given

UNITS, VOLUME = CapacityUnit

CAPACITY_EVENTS: Final = (CapacitySet, CapacityUsed, CapacityWarned, CapacityEased)


def create_limited(
    capacity: float, warehouse_id: WarehouseId = NORTH, *, unit: CapacityUnit | None = None
) -> CreateWarehouse:
    return CreateWarehouse(
        warehouse_id=warehouse_id,
        name="Warehouse north",
        capacity=units(capacity),
        capacity_unit=unit,
    )


HUNDRED: Final = create_limited(100)


def limit(
    capacity: float | None = None,
    warehouse_id: WarehouseId = NORTH,
    *,
    unit: CapacityUnit | None = None,
) -> UpdateWarehouse:
    return UpdateWarehouse(
        warehouse_id=warehouse_id,
        capacity=None if capacity is None else units(capacity),
        capacity_unit=unit,
    )


def unlimit(warehouse_id: WarehouseId = NORTH) -> UpdateWarehouse:
    return UpdateWarehouse(warehouse_id=warehouse_id, unlimited=True)


def delete_warehouse(warehouse_id: WarehouseId = NORTH) -> DeleteWarehouse:
    return DeleteWarehouse(warehouse_id=warehouse_id)


def measure(volume: float, warehouse_id: WarehouseId = NORTH, sku: Sku = LAMP) -> ConfigureItem:
    return ConfigureItem(warehouse_id=warehouse_id, sku=sku, unit_volume=units(volume))


def limited_created(
    capacity: float, *, unit: CapacityUnit = CapacityUnit.UNITS
) -> WarehouseCreated:
    return WarehouseCreated(
        warehouse_id=NORTH,
        name="Warehouse north",
        code=NORTH,
        time_zone="UTC",
        priority=100,
        capacity=units(capacity),
        capacity_unit=unit,
    )


def limited_updated(
    capacity: float | None, *, unit: CapacityUnit = CapacityUnit.UNITS
) -> WarehouseUpdated:
    return WarehouseUpdated(
        warehouse_id=NORTH,
        name="Warehouse north",
        code=NORTH,
        time_zone="UTC",
        priority=100,
        capacity=None if capacity is None else units(capacity),
        capacity_unit=unit,
    )


def warehouse_deleted(warehouse_id: WarehouseId = NORTH) -> WarehouseDeleted:
    return WarehouseDeleted(warehouse_id=warehouse_id)


def capacity_set(
    capacity: float | None,
    *,
    used: float,
    unit: CapacityUnit = CapacityUnit.UNITS,
    warehouse_id: WarehouseId = NORTH,
) -> CapacitySet:
    return CapacitySet(
        warehouse_id=warehouse_id,
        capacity=None if capacity is None else units(capacity),
        unit=unit,
        used=units(used),
    )


def capacity_used(
    change: float, *, used: float, capacity: float = 100, warehouse_id: WarehouseId = NORTH
) -> CapacityUsed:
    return CapacityUsed(
        warehouse_id=warehouse_id, change=units(change), used=units(used), capacity=units(capacity)
    )


def warned(percent: int, *, used: float, capacity: float = 100) -> CapacityWarned:
    return CapacityWarned(
        warehouse_id=NORTH, percent=percent, used=units(used), capacity=units(capacity)
    )


def eased(percent: int, *, used: float, capacity: float = 100) -> CapacityEased:
    return CapacityEased(
        warehouse_id=NORTH, percent=percent, used=units(used), capacity=units(capacity)
    )


def capacity_events(outcome: Outcome) -> list[Event]:
    """Return the events of an outcome that are about a limit."""
    return [event for event in outcome.events() if isinstance(event, CAPACITY_EVENTS)]


def exceeded(used: float, asked_for: float, **more: DetailValue) -> dict[str, DetailValue]:
    """Return the figures of a refusal."""
    return {
        "warehouse_id": "NORTH",
        "capacity": 100,
        "unit": "units",
        "used": used,
        "asked": asked_for,
        **more,
    }


def shelf(on_hand: float, capacity: float = 100) -> Given:
    """Return a warehouse with a limit, and so many lamps in it."""
    return given().after(create_limited(capacity), receive_stock(on_hand))
