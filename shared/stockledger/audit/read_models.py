"""What the read models must say, as the auditor's own fold has it; column by column."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple, Protocol

import orjson

from stockledger.audit.balances import OWN_BUCKETS, EntryRead, entries_of, transit_change
from stockledger.audit.capacities import CapacitySeen
from stockledger.audit.figures import money, units
from stockledger.audit.item_seen import ItemSeen
from stockledger.audit.movements import (
    ADJUSTED,
    CORRECTED,
    COST_CORRECTED,
    DAMAGED,
    HOLDS_EXPIRED,
    ISSUED,
    RECEIVED,
    RELEASED,
    REPAIRED,
    RESERVED,
    RETURNED,
    SCRAPPED,
    TRANSFER_MOVED,
)
from stockledger.audit.rows import EventRow
from stockledger.audit.tenants import TenantSeen
from stockledger.audit.warehouses import WarehouseKey, WarehouseSeen

Row = Mapping[str, Any]


class Columns(Protocol):
    """A row as PostgreSQL gives it."""

    def __getitem__(self, column: str, /) -> Any: ...  # noqa: ANN401 - of any type


@dataclass(frozen=True, slots=True)
class JsonText:
    """A value that a column says as JSON, in whatever order and with whatever spaces."""

    value: object

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and orjson.loads(other) == self.value

    def __hash__(self) -> int:
        return hash(str(self))

    def __str__(self) -> str:
        return orjson.dumps(self.value).decode()


MOVEMENT_KINDS: Final = {
    RECEIVED: "received",
    ISSUED: "issued",
    ADJUSTED: "adjusted",
    CORRECTED: "corrected",
    RETURNED: "returned",
    DAMAGED: "damaged",
    REPAIRED: "repaired",
    SCRAPPED: "scrapped",
    RESERVED: "reserved",
    RELEASED: "released",
    HOLDS_EXPIRED: "holds_expired",
    TRANSFER_MOVED: "transfer",
    COST_CORRECTED: "cost_corrected",
}

_QUANTITIES: Final = ("reorder_point", "reorder_quantity", "maximum", "safety_stock", "unit_volume")
_TEXTS: Final = ("name", "category", "unit", "bin", "aisle", "shelf", "supplier_id")
_NUMBERS: Final = ("low_stock_percent", "lead_time_days", "count_frequency_days")
_DESCRIBED: Final = (
    "name",
    "code",
    "address",
    "contact",
    "operating_hours",
    "time_zone",
    "priority",
)


class Difference(NamedTuple):
    """A column that a read model has otherwise."""

    column: str
    expected: object
    found: object


def differences(expected: Row, found: Columns) -> Iterator[Difference]:
    """Yield the columns that are not as expected; columns not expected are not looked at."""
    for column, value in expected.items():
        if found[column] != value:
            yield Difference(column, value, found[column])


def level_row(partition: int, item: ItemSeen) -> Row:
    """Return what views.stock_levels must say of an item."""
    settings, balances = item.settings, item.balances
    return {
        "partition": partition,
        "position": item.position,
        "version": item.version,
        "updated_at": item.changed_at,
        **{bucket: balances.buckets[bucket] for bucket in OWN_BUCKETS},
        "on_hand": balances.on_hand,
        "value": balances.value,
        "transit_value": balances.transit_value,
        "on_order": item.on_order,
        "last_unit_cost": balances.last_unit_cost if balances.buckets["supplier"] else None,
        "reorder_automatically": settings.get("reorder_automatically", False),
        **{name: settings.get(name) for name in _TEXTS},
        **{name: settings.get(name, 0) for name in _NUMBERS},
        **{name: _optional_units(settings.get(name)) for name in _QUANTITIES},
        **_flags(item),
    }


def warehouse_row(
    partition: int,
    key: WarehouseKey,
    warehouse: WarehouseSeen,
    tenant: TenantSeen | None,
    capacity: CapacitySeen | None,
) -> Row:
    """Return what views.warehouses must say of a warehouse; without capacity it never had one."""
    return {
        "partition": partition,
        "version": warehouse.version,
        **{name: warehouse.description.get(name) for name in _DESCRIBED},
        "is_active": warehouse.active,
        "is_default": tenant is not None and tenant.default_warehouse == key[1],
        "deleted_at": warehouse.deleted_at,
        "capacity": capacity and capacity.capacity,
        "capacity_unit": capacity and capacity.unit,
        "capacity_used": capacity and capacity.used,
        "warned_percent": max(capacity.warned, default=None) if capacity else None,
    }


def movement_row(event: EventRow) -> Row:
    """Return what views.movements must say of a movement; its event is known to be one."""
    data = orjson.loads(event.data)
    reference = data.get("reference") or _document_of(data)
    unit_cost, effective_at = data.get("unit_cost"), data.get("effective_at")
    kind, step = MOVEMENT_KINDS[event.type], data.get("step")
    return {
        "tenant_id": event.tenant_id,
        "recorded_at": event.recorded_at,
        "position": event.position,
        "warehouse_id": data["warehouse_id"],
        "sku": data["sku"],
        "version": event.version,
        "kind": kind if step is None else f"{kind}_{step}",
        "quantity": units(data.get("quantity", 0)),
        **_sides(data),
        "value_change": money(data["value_change"]),
        "unit_cost": None if unit_cost is None else money(unit_cost),
        "reason": data.get("reason"),
        "reference_type": reference.get("type"),
        "reference_id": reference.get("id"),
        "actor": event.actor,
        "effective_at": effective_at and datetime.fromisoformat(effective_at).astimezone(UTC),
        "command": f"{event.command_source}/{event.command_id}",
        **{bucket: units(data["levels"][bucket]) for bucket in OWN_BUCKETS},
        "value": money(data["levels"]["value"]),
        "transit_value": money(data["levels"].get("transit_value") or 0),
        "transit_value_change": transit_change(data),
    }


def _sides(data: Row) -> Row:
    """Return both entries; where no unit moved, available as it was and is."""
    if "entries" not in data:
        available = units(data["levels"]["available"])
        left = came_to = EntryRead("available", available, 0, available)
    else:
        left, came_to = entries_of(data)
    return {
        "from_bucket": left.bucket,
        "from_before": left.before,
        "from_after": left.after,
        "to_bucket": came_to.bucket,
        "to_before": came_to.before,
        "to_after": came_to.after,
    }


def _document_of(data: Row) -> Row:
    for kind in ("order", "reservation", "transfer", "adjustment"):
        if data.get(f"{kind}_id") is not None:
            return {"type": kind, "id": data[f"{kind}_id"]}
    return {}


def _optional_units(number: object) -> int | None:
    return None if number is None else units(number)


def _flags(item: ItemSeen) -> Row:
    settings, available = item.settings, item.balances.buckets["available"]
    maximum = _optional_units(settings.get("maximum"))
    reorder_point = _optional_units(settings.get("reorder_point"))
    if maximum is not None:
        low = available * 100 <= settings["low_stock_percent"] * maximum
    else:
        low = reorder_point is not None and available <= reorder_point
    coming = available + item.balances.buckets["in_transit"] + item.on_order
    return {
        "is_out": available <= 0,
        "is_low": available > 0 and low,
        "needs_reorder": reorder_point is not None and coming <= reorder_point,
        "is_overstocked": maximum is not None and item.balances.on_hand > maximum,
    }
