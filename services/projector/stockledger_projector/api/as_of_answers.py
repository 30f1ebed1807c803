"""What queries as of a past time answer: the shapes, and how rows become them."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from pydantic import BaseModel, Field

from stockledger.amounts import (
    NO_MONEY,
    Money,
    Quantity,
    money_to_wire,
    quantity_to_wire,
    unit_cost_of,
)
from stockledger.messages.fields import time_to_wire
from stockledger_projector.api.answers import MoneyNumber, QuantityNumber, Row
from stockledger_projector.api.parameters import Clock
from stockledger_projector.views.movement_changes import FIGURES

_ON_HAND: Final = ("available", "reserved", "damaged", "quarantined")
_UNITS: Final = (*_ON_HAND, "in_transit")


class FiguresAnswer(BaseModel):
    """What was where, and what it was worth."""

    available: QuantityNumber
    reserved: QuantityNumber
    damaged: QuantityNumber
    quarantined: QuantityNumber
    on_hand: QuantityNumber = Field(description="Available to quarantined, summed.")
    in_transit: QuantityNumber
    value: MoneyNumber = Field(description="Cost of what was on hand.")
    transit_value: MoneyNumber = Field(description="Cost of what was in transit.")
    is_negative: bool = Field(
        description="Whether a figure is below zero: by the effective clock it may be, where "
        "something was backdated before the stock that it took."
    )


class ItemAsOf(FiguresAnswer):
    """An item's figures as of a past time; zeros before its first movement."""

    warehouse_id: str = Field(examples=["NORTH"])
    sku: str = Field(examples=["LAMP"])
    at: datetime
    clock: Clock
    unit_cost: MoneyNumber = Field(description="Average cost of a unit on hand.")
    name: str | None = Field(default=None, description="As it is called now.")
    category: str | None = Field(default=None, description="That of now.")
    unit: str | None = None
    version: int | None = Field(
        default=None, description="Version of the item with its last movement recorded by then."
    )
    position: int | None = None
    recorded_at: datetime | None = None


class ItemsAsOf(BaseModel):
    """Items of a warehouse by SKU. A page may be shorter than asked, though not the last one."""

    items: list[ItemAsOf]
    next_cursor: str | None


class WarehouseAsOf(FiguresAnswer):
    """The sums of a warehouse's items as of a past time."""

    warehouse_id: str = Field(examples=["NORTH"])
    name: str | None = None


class TenantAsOf(FiguresAnswer):
    """The sums of all items of a tenant as of a past time, and those of each warehouse."""

    at: datetime
    clock: Clock
    warehouses: list[WarehouseAsOf]


def item_as_of(row: Row, at: datetime, clock: Clock) -> dict[str, Any]:
    """Return the JSON values of an item; what is unknown is left out."""
    on_hand = Quantity(_on_hand(row))
    unit_cost = unit_cost_of(Money(row["value"]), on_hand) if on_hand > 0 else NO_MONEY
    optional = {name: row[name] for name in ("name", "category", "unit", "version", "position")}
    if row["recorded_at"] is not None:
        optional["recorded_at"] = time_to_wire(row["recorded_at"])
    return {
        "warehouse_id": row["warehouse_id"],
        "sku": row["sku"],
        "at": time_to_wire(at),
        "clock": clock,
        **figures_of(row),
        "unit_cost": money_to_wire(unit_cost),
        **{name: value for name, value in optional.items() if value is not None},
    }


def warehouses_as_of(
    rows: Iterable[Row], backdated: Iterable[Row]
) -> list[tuple[dict[str, Any], Counter[str]]]:
    """Return who each warehouse is and its figures, with what was backdated added."""
    added = {row["warehouse_id"]: row for row in backdated}
    found: list[tuple[dict[str, Any], Counter[str]]] = []
    for row in rows:
        figures = Counter({name: row[name] for name in FIGURES})
        if (later := added.get(row["warehouse_id"])) is not None:
            figures.update({name: later[name] for name in FIGURES})
        named = {} if row["name"] is None else {"name": row["name"]}
        found.append(({"warehouse_id": row["warehouse_id"], **named}, figures))
    return found


def tenant_as_of(
    warehouses: Iterable[tuple[dict[str, Any], Counter[str]]], at: datetime, clock: Clock
) -> dict[str, Any]:
    """Return the JSON values of all warehouses together, and of each."""
    total: Counter[str] = Counter(dict.fromkeys(FIGURES, 0))
    told: list[dict[str, Any]] = []
    for identity, figures in warehouses:
        total.update(figures)
        told.append(identity | figures_of(figures))
    times = {"at": time_to_wire(at), "clock": clock}
    return times | figures_of(total) | {"warehouses": told}


def figures_of(row: Row) -> dict[str, Any]:
    """Return the JSON values of figures."""
    return {
        **{name: quantity_to_wire(row[name]) for name in _UNITS},
        "on_hand": quantity_to_wire(_on_hand(row)),
        "value": money_to_wire(row["value"]),
        "transit_value": money_to_wire(row["transit_value"]),
        "is_negative": any(row[name] < 0 for name in FIGURES),
    }


def _on_hand(row: Row) -> int:
    return sum(row[name] for name in _ON_HAND)
