"""What queries answer: the shapes for the OpenAPI document, and how rows become them.

Answers are built as JSON values straight from the rows; a test holds them to these shapes.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, TypeAlias

import asyncpg
import orjson
from fastapi import Response
from pydantic import BaseModel, Field, WithJsonSchema

from stockledger.amounts import money_to_wire, quantity_to_wire
from stockledger.messages.fields import time_to_wire
from stockledger.messages.level import LevelFlag
from stockledger_projector.api.parameters import Kind

QuantityNumber = Annotated[
    int | float, WithJsonSchema({"type": "number", "multipleOf": 0.001, "examples": [12.5]})
]
MoneyNumber = Annotated[
    int | float, WithJsonSchema({"type": "number", "multipleOf": 0.0001, "examples": [24.99]})
]

Row: TypeAlias = asyncpg.Record | Mapping[str, Any]
"""A row of an answer, or values that stand for one."""


class LevelAnswer(BaseModel):
    """An item's figures, settings and place, as of its last event."""

    tenant_id: str = Field(examples=["lamp-shop"])
    warehouse_id: str = Field(examples=["NORTH"])
    sku: str = Field(examples=["LAMP"])
    position: int = Field(description="Position of the item's last event.")
    version: int = Field(description="Version of the item, for `expected_version`.")
    recorded_at: datetime = Field(description="When that event was recorded.")
    available: QuantityNumber = Field(description="As recorded with that event.")
    available_now: QuantityNumber = Field(
        description="May be promised now: holds past their deadline count no more."
    )
    next_deadline: datetime | None = Field(
        default=None,
        description="Earliest deadline of the holds that are recorded; it may have passed.",
    )
    reserved: QuantityNumber
    damaged: QuantityNumber
    quarantined: QuantityNumber
    in_transit: QuantityNumber
    on_hand: QuantityNumber = Field(description="Available to quarantined, summed.")
    on_order: QuantityNumber = Field(description="From suppliers, not yet received.")
    value: MoneyNumber = Field(description="Cost of what is on hand.")
    unit_cost: MoneyNumber = Field(description="Average cost of a unit on hand.")
    transit_value: MoneyNumber | None = Field(
        default=None, description="Cost of what is in transit to it, if anything."
    )
    last_unit_cost: MoneyNumber | None = Field(
        default=None, description="Of one unit, when it was received last."
    )
    flags: list[LevelFlag]
    name: str | None = None
    category: str | None = None
    unit: str | None = None
    bin: str | None = None
    aisle: str | None = None
    shelf: str | None = None
    unit_volume: QuantityNumber | None = Field(default=None, description="Of one unit.")
    reorder_point: QuantityNumber | None = None
    reorder_quantity: QuantityNumber | None = None
    maximum: QuantityNumber | None = None
    safety_stock: QuantityNumber
    supplier_id: str | None = Field(default=None, description="Whom it is ordered from.")
    reorder_automatically: bool = Field(
        default=False, description="Ordered as soon as REORDER_NEEDED is raised."
    )
    low_stock_percent: int
    lead_time_days: int
    count_frequency_days: int


class EntryAnswer(BaseModel):
    """One side of a movement: before + change = after."""

    bucket: str = Field(examples=["available"])
    before: QuantityNumber
    change: QuantityNumber
    after: QuantityNumber


class ReferenceAnswer(BaseModel):
    """The document that a movement belongs to."""

    type: str = Field(examples=["order"])
    id: str = Field(examples=["O-1001"])


class MovementAnswer(BaseModel):
    """A quantity that moved from one bucket to another, or from or to outside."""

    warehouse_id: str = Field(examples=["NORTH"])
    sku: str = Field(examples=["LAMP"])
    kind: Kind
    quantity: QuantityNumber
    entries: tuple[EntryAnswer, EntryAnswer] = Field(
        description="The side that it left, then the side that it came to."
    )
    value_change: MoneyNumber
    unit_cost: MoneyNumber | None = None
    reason: str | None = None
    reference: ReferenceAnswer | None = None
    actor: str | None = None
    effective_at: datetime
    recorded_at: datetime
    partition: int
    position: int
    version: int = Field(description="Version of the item with this movement.")
    command: str = Field(description="`<source>/<id>` of the command that caused it.")


class WarehouseAnswer(BaseModel):
    """A warehouse as it is described now."""

    warehouse_id: str = Field(examples=["NORTH"])
    name: str | None = Field(default=None, examples=["Warehouse North"])
    code: str | None = None
    address: str | None = None
    contact: str | None = None
    operating_hours: str | None = None
    time_zone: str | None = None
    priority: int | None = None
    is_active: bool
    is_default: bool
    created_at: datetime | None = None
    updated_at: datetime
    position: int
    version: int


class SummaryAnswer(BaseModel):
    """A tenant's stock in a few figures."""

    products: int = Field(description="Different SKUs.")
    items: int = Field(description="SKUs in warehouses.")
    units: QuantityNumber = Field(description="On hand.")
    reserved: QuantityNumber = Field(description="Held, as recorded.")
    reservations: int = Field(description="Active ones whose deadline is ahead.")
    value: MoneyNumber
    low: int = Field(description="Items low on stock, without those that are out.")
    out: int
    reorder: int
    overstocked: int
    health_score: float = Field(description="100 x (1 - (out + low / 2) / items).")


class LevelPage(BaseModel):
    """Levels by warehouse and SKU."""

    items: list[LevelAnswer]
    next_cursor: str | None = Field(description="For the next page; null on the last.")


class MovementPage(BaseModel):
    """Movements, the latest first."""

    items: list[MovementAnswer]
    next_cursor: str | None


class WarehousePage(BaseModel):
    """Warehouses by id."""

    items: list[WarehouseAnswer]
    next_cursor: str | None


_COUNTS = ("products", "items", "low", "out", "reorder", "overstocked", "reservations")


def movement_of(row: asyncpg.Record) -> dict[str, Any]:
    """Return a movement's JSON values; what is unknown is left out."""
    quantity, reference_id, unit_cost = row["quantity"], row["reference_id"], row["unit_cost"]
    optional = {
        "unit_cost": None if unit_cost is None else money_to_wire(unit_cost),
        "reason": row["reason"],
        "reference": reference_id and {"type": row["reference_type"], "id": reference_id},
        "actor": row["actor"],
    }
    return {
        "warehouse_id": row["warehouse_id"],
        "sku": row["sku"],
        "kind": row["kind"],
        "quantity": quantity_to_wire(quantity),
        "entries": [_entry(row, "from", -quantity), _entry(row, "to", quantity)],
        "value_change": money_to_wire(row["value_change"]),
        **{name: value for name, value in optional.items() if value is not None},
        "effective_at": time_to_wire(row["effective_at"] or row["recorded_at"]),
        "recorded_at": time_to_wire(row["recorded_at"]),
        "partition": row["partition"],
        "position": row["position"],
        "version": row["version"],
        "command": row["command"],
    }


def warehouse_of(row: asyncpg.Record) -> dict[str, Any]:
    """Return a warehouse's JSON values; what is unknown is left out."""
    return {
        name: time_to_wire(value) if isinstance(value, datetime) else value
        for name, value in row.items()
        if value is not None
    }


def summary_of(row: asyncpg.Record) -> dict[str, Any]:
    """Return a summary's JSON values. A tenant without items is in perfect health."""
    counts = {name: row[name] for name in _COUNTS}
    unhealthy = row["out"] + row["low"] / 2
    return {
        **counts,
        "units": quantity_to_wire(row["units"]),
        "reserved": quantity_to_wire(row["reserved"]),
        "value": money_to_wire(row["value"]),
        "health_score": round(100 * (1 - unhealthy / max(row["items"], 1)), 1),
    }


def page_of(rows: Sequence[dict[str, Any]], next_cursor: str | None) -> dict[str, Any]:
    """Return a page's JSON values."""
    return {"items": rows, "next_cursor": next_cursor}


def json_response(values: dict[str, Any]) -> Response:
    """Return the answer to a query."""
    return Response(orjson.dumps(values), media_type="application/json")


def _entry(row: asyncpg.Record, side: str, change: int) -> dict[str, Any]:
    return {
        "bucket": row[f"{side}_bucket"],
        "before": quantity_to_wire(row[f"{side}_before"]),
        "change": quantity_to_wire(change),
        "after": quantity_to_wire(row[f"{side}_after"]),
    }
