"""What queries about orders answer: the shapes, and how rows become them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import asyncpg
import orjson
from pydantic import BaseModel, Field

from stockledger.amounts import money_to_wire, quantity_to_wire
from stockledger.messages.fields import time_to_wire
from stockledger_projector.api.answers import MoneyNumber, QuantityNumber
from stockledger_projector.api.reservation_answers import AskedLineAnswer
from stockledger_projector.views.orders import OrderStatus

_AMOUNTS: Final = ("sold", "sold_value", "returned", "returned_value")
_OF_LINE: Final = ("warehouse_id", "sku", *_AMOUNTS)


class OrderAnswer(BaseModel):
    """An order as of its last event, and what was sold under it in all."""

    order_id: str = Field(examples=["O-1001"])
    status: OrderStatus = Field(
        description="OPEN: stock is held or was sold for it, the order itself has not come yet."
    )
    customer_id: str | None = None
    cart_id: str | None = None
    reservation_ids: list[str] = Field(description="Made for it, or named by it.")
    asked: list[AskedLineAnswer] | None = None
    sold: QuantityNumber
    sold_value: MoneyNumber = Field(description="At cost.")
    returned: QuantityNumber = Field(description="What of it came back.")
    returned_value: MoneyNumber
    created_at: datetime
    accepted_at: datetime | None = None
    cancelled_at: datetime | None = None
    updated_at: datetime
    partition: int
    position: int = Field(description="Position of the order's last event.")
    version: int = Field(description="Version of the order, for `expected_version`.")


class OrderLineAnswer(BaseModel):
    """What was sold from an item, and came back of it, wherever it was taken in."""

    warehouse_id: str = Field(examples=["NORTH"])
    sku: str = Field(examples=["LAMP"])
    sold: QuantityNumber
    sold_value: MoneyNumber
    returned: QuantityNumber
    returned_value: MoneyNumber


class OrderDetails(OrderAnswer):
    """An order with its lines."""

    lines: list[OrderLineAnswer]


class OrderPage(BaseModel):
    """Orders, the latest first."""

    items: list[OrderAnswer]
    next_cursor: str | None


def order_of(row: asyncpg.Record) -> dict[str, Any]:
    """Return an order's JSON values; what is unknown is left out."""
    return _order(row) | _amounts(row)


def order_with_lines(rows: Sequence[asyncpg.Record]) -> dict[str, Any]:
    """Return the JSON values of an order that has its lines, one a row, perhaps none."""
    lines = [row for row in rows if row["sku"] is not None]
    totals = {name: sum(row[name] for row in lines) for name in _AMOUNTS}
    told = [
        {"warehouse_id": row["warehouse_id"], "sku": row["sku"], **_amounts(row)} for row in lines
    ]
    return _order(rows[0]) | _amounts(totals) | {"lines": told}


def _order(row: asyncpg.Record) -> dict[str, Any]:
    values = {
        name: time_to_wire(value) if isinstance(value, datetime) else value
        for name, value in row.items()
        if value is not None and name not in _OF_LINE
    }
    if "asked" in values:
        values["asked"] = orjson.Fragment(row["asked"])
    return values


def _amounts(row: asyncpg.Record | dict[str, int]) -> dict[str, int | float]:
    return {
        "sold": quantity_to_wire(row["sold"]),
        "sold_value": money_to_wire(row["sold_value"]),
        "returned": quantity_to_wire(row["returned"]),
        "returned_value": money_to_wire(row["returned_value"]),
    }
