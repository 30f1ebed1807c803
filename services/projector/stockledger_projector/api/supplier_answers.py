"""What queries about suppliers and orders to them answer: the shapes, and how rows become them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from pydantic import BaseModel, Field

from stockledger.amounts import money_to_wire, quantity_to_wire
from stockledger.messages.fields import time_to_wire
from stockledger.messages.supplier_order import SupplierOrderStatus
from stockledger_projector.api.answers import MoneyNumber, QuantityNumber, ReferenceAnswer, Row

_DAY_SECONDS: Final = 86_400
_UNITS: Final = ("ordered", "received", "rejected", "over", "cancelled", "on_order")
_REORDER: Final = ("reorder_warehouse_id", "reorder_sku", "reorder_number")
_CONTACT: Final = ("contact", "email", "phone")
_OF_LINE: Final = ("warehouse_id", "sku", "unit_cost", "received_value", *_UNITS)
_ELSEWHERE: Final = frozenset({*_REORDER, *_CONTACT, *_OF_LINE})
_WITHOUT_API: Final = SupplierOrderStatus.QUEUED

HISTORY_SAID: Final = (
    "supplier_id",
    "supplier_reference",
    "expected_delivery",
    "delivery_id",
    "lines",
    "cancelled",
    "completed",
    "attempts",
    "cause",
    "reason",
    "reference",
    "effective_at",
)
"""Fields of the events of an order that its history shows."""


class SupplierAnswer(BaseModel):
    """A supplier, as it was registered last."""

    supplier_id: str = Field(examples=["LUMEN"])
    name: str
    api_url: str | None = Field(default=None, description="Orders are submitted there.")
    contact: str | None = None
    email: str | None = None
    phone: str | None = None
    address: str | None = None
    lead_time_days: int | None = Field(default=None, description="As the supplier says.")
    registered_at: datetime
    updated_at: datetime
    position: int
    version: int = Field(description="Version of the supplier, for `expected_version`.")


class LeadTime(BaseModel):
    """Days that deliveries took since the order was created."""

    median: float
    p95: float


class PerformanceAnswer(BaseModel):
    """What the supplier's latest orders came to."""

    orders: int = Field(description="How many of the latest ones are counted.")
    open: int
    received: int
    cancelled: int
    unavailable: int = Field(description="Of which the supplier could not be told at once.")
    due: int = Field(description="Received, or expected by now; without those with no date.")
    on_time: int = Field(description="Of those that were due: whole by the date expected last.")
    on_time_share: float | None = Field(default=None, examples=[0.9375])
    days_until_first_delivery: LeadTime | None = None
    days_until_received: LeadTime | None = Field(default=None, description="The whole order.")


class SupplierDetails(SupplierAnswer):
    """A supplier, and how well it delivers."""

    performance: PerformanceAnswer


class SupplierPage(BaseModel):
    """Suppliers by id."""

    items: list[SupplierAnswer]
    next_cursor: str | None


class OrderedUnits(BaseModel):
    """Ordered + over = received + on order + rejected + cancelled."""

    ordered: QuantityNumber
    received: QuantityNumber
    rejected: QuantityNumber = Field(description="Came, and was turned away.")
    over: QuantityNumber = Field(description="Came besides those that were on order.")
    cancelled: QuantityNumber = Field(description="Will not come.")
    on_order: QuantityNumber
    received_value: MoneyNumber = Field(description="What was received, at cost.")


class SupplierOrderLineAnswer(OrderedUnits):
    """What became of an item of an order."""

    warehouse_id: str = Field(examples=["NORTH"])
    sku: str = Field(examples=["LAMP"])
    unit_cost: MoneyNumber | None = Field(default=None, description="As ordered.")


class ReorderAnswer(BaseModel):
    """The REORDER_NEEDED alert that an order answers."""

    warehouse_id: str = Field(examples=["NORTH"])
    sku: str = Field(examples=["LAMP"])
    number: int


class SupplierOrderAnswer(OrderedUnits):
    """An order as of its last event; its figures are the sums of its lines."""

    supplier_order_id: str = Field(examples=["P-1001"])
    status: SupplierOrderStatus
    by_hand: bool = Field(
        description="To be ordered by hand: there is no API, or none that could be reached."
    )
    supplier_id: str = Field(examples=["LUMEN"])
    supplier_name: str
    api_url: str | None = None
    supplier_reference: str | None = None
    reorder: ReorderAnswer | None = None
    created_by: str | None = None
    created_at: datetime
    expected_delivery: datetime | None = None
    submitted_at: datetime | None = None
    confirmed_at: datetime | None = None
    unavailable_at: datetime | None = Field(
        default=None, description="When it was said last that the supplier could not be reached."
    )
    attempts: int | None = Field(default=None, description="Made to reach it until then.")
    cause: str | None = Field(default=None, description="Why they failed.")
    overdue_at: datetime | None = Field(default=None, description="When it was reported late.")
    first_received_at: datetime | None = None
    ended_at: datetime | None = None
    deliveries: int = Field(description="How often something was received.")
    updated_at: datetime
    position: int = Field(description="Position of the order's last event.")
    version: int = Field(description="Version of the order, for `expected_version`.")


class ContactAnswer(BaseModel):
    """Whom to reach at the supplier now."""

    contact: str | None = None
    email: str | None = None
    phone: str | None = None


class SupplierOrderDetails(SupplierOrderAnswer):
    """An order with its lines."""

    supplier: ContactAnswer
    lines: list[SupplierOrderLineAnswer]


class SupplierOrderPage(BaseModel):
    """Orders, the latest first."""

    items: list[SupplierOrderAnswer]
    next_cursor: str | None


class SupplierOrderEventAnswer(BaseModel):
    """Something that happened to an order; its lines are as the event has them."""

    event: str = Field(examples=["SupplierOrderReceived"])
    recorded_at: datetime
    actor: str | None = None
    command: str = Field(description="`<source>/<id>` of the command that caused it.")
    position: int
    version: int
    supplier_id: str | None = None
    supplier_reference: str | None = None
    expected_delivery: datetime | None = None
    delivery_id: str | None = None
    lines: list[dict[str, Any]] | None = None
    cancelled: list[dict[str, Any]] | None = None
    completed: bool | None = None
    attempts: int | None = None
    cause: str | None = None
    reason: str | None = None
    reference: ReferenceAnswer | None = None
    effective_at: datetime | None = None


class SupplierOrderHistory(BaseModel):
    """Events of one order, the first one first."""

    items: list[SupplierOrderEventAnswer]
    next_cursor: str | None


def supplier_of(row: Row) -> dict[str, Any]:
    """Return a supplier's JSON values; what is unknown is left out."""
    return {name: _told(value) for name, value in row.items() if value is not None}


def performance_of(row: Row) -> dict[str, Any]:
    """Return the JSON values of how well a supplier delivers."""
    counts = ("orders", "open", "received", "cancelled", "unavailable", "due", "on_time")
    values: dict[str, Any] = {name: row[name] for name in counts}
    if row["due"]:
        values["on_time_share"] = round(row["on_time"] / row["due"], 4)
    for columns, name in (
        ("first", "days_until_first_delivery"),
        ("whole", "days_until_received"),
    ):
        if row[f"{columns}_median"] is not None:
            values[name] = {
                part: round(row[f"{columns}_{part}"] / _DAY_SECONDS, 2)
                for part in ("median", "p95")
            }
    return values


def supplier_order_of(row: Row) -> dict[str, Any]:
    """Return an order's JSON values; what is unknown is left out."""
    return _order(row) | _units(row)


def supplier_order_with_lines(rows: Sequence[Row]) -> dict[str, Any]:
    """Return the JSON values of an order that has its lines, one a row."""
    order = rows[0]
    lines = [row for row in rows if row["sku"] is not None]
    totals = {name: sum(row[name] for row in lines) for name in (*_UNITS, "received_value")}
    reached = {name: order[name] for name in _CONTACT if order[name] is not None}
    told = {"supplier": reached, "lines": [_line(row) for row in lines]}
    return _order(order) | _units(totals) | told


def _order(row: Row) -> dict[str, Any]:
    values = {
        name: _told(value)
        for name, value in row.items()
        if value is not None and name not in _ELSEWHERE
    }
    status = row["status"]
    unreached = status == _WITHOUT_API and row["api_url"] is None
    values["by_hand"] = unreached or status == SupplierOrderStatus.UNAVAILABLE
    if row["reorder_sku"] is not None:
        values["reorder"] = {name.removeprefix("reorder_"): row[name] for name in _REORDER}
    return values


def _line(row: Row) -> dict[str, Any]:
    cost = {} if row["unit_cost"] is None else {"unit_cost": money_to_wire(row["unit_cost"])}
    return {"warehouse_id": row["warehouse_id"], "sku": row["sku"]} | cost | _units(row)


def _units(row: Row | Mapping[str, int]) -> dict[str, Any]:
    units = {name: quantity_to_wire(row[name]) for name in _UNITS}
    return units | {"received_value": money_to_wire(row["received_value"])}


def _told(value: object) -> object:
    return time_to_wire(value) if isinstance(value, datetime) else value
