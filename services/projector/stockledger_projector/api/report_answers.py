"""What reports answer: the shapes, and how rows become them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from pydantic import BaseModel, Field

from stockledger.amounts import (
    Money,
    Quantity,
    money_to_wire,
    quantity_to_wire,
    unit_cost_of,
)
from stockledger.messages.capacity import CapacityUnit
from stockledger.messages.fields import time_to_wire
from stockledger_projector.api.answers import MoneyNumber, QuantityNumber, Row
from stockledger_projector.api.report_parameters import Grouping

_KEYS: Final = {Grouping.WAREHOUSE: "warehouse_id", Grouping.CATEGORY: "category"}


class CapacityAnswer(BaseModel):
    """How full a warehouse is; without a limit only who it is."""

    warehouse_id: str = Field(examples=["NORTH"])
    name: str | None = None
    is_active: bool
    capacity: QuantityNumber | None = None
    unit: CapacityUnit | None = Field(
        default=None, description="What is counted: units on hand, or their unit volumes."
    )
    used: QuantityNumber | None = None
    free: QuantityNumber | None = Field(
        default=None, description="Below zero when corrections or returns went beyond the limit."
    )
    utilisation: float | None = Field(default=None, description="Percent of the capacity in use.")
    warned_percent: int | None = Field(
        default=None, description="The highest warning that has not eased."
    )


class CapacityPage(BaseModel):
    """Warehouses by id."""

    items: list[CapacityAnswer]
    next_cursor: str | None


class ValueAnswer(BaseModel):
    """Stock and its cost."""

    items: int = Field(description="SKUs in warehouses.")
    on_hand: QuantityNumber
    value: MoneyNumber = Field(description="Cost of what is on hand.")
    unit_cost: MoneyNumber = Field(description="Average cost of a unit on hand.")
    in_transit: QuantityNumber
    transit_value: MoneyNumber = Field(description="Cost of what is in transit, besides.")


class ValuationRow(ValueAnswer):
    """Of one warehouse or category; without either: of the items that have no category."""

    warehouse_id: str | None = Field(default=None, examples=["NORTH"])
    category: str | None = Field(default=None, examples=["lights"])


class ValuationAnswer(BaseModel):
    """What the stock is worth now."""

    group_by: Grouping
    currency: str | None = None
    total: ValueAnswer = Field(description="Of all items, whatever page this is.")
    items: list[ValuationRow]
    next_cursor: str | None


class SoldAnswer(BaseModel):
    """What went to customers and came back, at cost."""

    sold: QuantityNumber
    sold_value: MoneyNumber
    returned: QuantityNumber
    returned_value: MoneyNumber
    cost_of_goods_sold: MoneyNumber = Field(description="What was sold, less what came back.")


class SoldInPeriod(SoldAnswer):
    """Of one hour, day or month (UTC)."""

    begins_at: datetime


class CostOfGoodsSold(SoldAnswer):
    """Of all hours in a period of time, by when the sales and returns took effect."""

    begin: datetime
    end: datetime
    periods: list[SoldInPeriod] = Field(description="Those in which something was sold or came.")


_SOLD: Final = ("sold", "sold_value", "returned", "returned_value")


def capacity_of(row: Row) -> dict[str, Any]:
    """Return the JSON values of how full a warehouse is."""
    capacity = row["capacity"]
    named = {} if row["name"] is None else {"name": row["name"]}
    known = {"warehouse_id": row["warehouse_id"], **named, "is_active": row["is_active"]}
    if capacity is None:
        return known
    used = row["capacity_used"]
    warned = row["warned_percent"]
    return {
        **known,
        "capacity": quantity_to_wire(capacity),
        "unit": row["capacity_unit"],
        "used": quantity_to_wire(used),
        "free": quantity_to_wire(capacity - used),
        "utilisation": round(100 * used / capacity, 1),
        **({} if warned is None else {"warned_percent": warned}),
    }


def value_of(row: Row) -> dict[str, Any]:
    """Return the JSON values of stock and its cost."""
    unit_cost = unit_cost_of(Money(row["value"]), Quantity(row["on_hand"]))
    return {
        "items": row["items"],
        "on_hand": quantity_to_wire(row["on_hand"]),
        "value": money_to_wire(row["value"]),
        "unit_cost": money_to_wire(unit_cost),
        "in_transit": quantity_to_wire(row["in_transit"]),
        "transit_value": money_to_wire(row["transit_value"]),
    }


def valuation_row(row: Row, grouping: Grouping) -> dict[str, Any]:
    """Return the JSON values of one warehouse or category."""
    key = {_KEYS[grouping]: row["key"]} if row["key"] else {}
    return key | value_of(row)


def goods_sold_of(rows: Iterable[Row], begin: datetime, end: datetime) -> dict[str, Any]:
    """Return the JSON values of all periods together, and of each."""
    total: dict[str, int] = dict.fromkeys(_SOLD, 0)
    periods: list[dict[str, Any]] = []
    for row in rows:
        total = {name: total[name] + row[name] for name in _SOLD}
        periods.append({"begins_at": time_to_wire(row["begins_at"]), **_sold(row)})
    times = {"begin": time_to_wire(begin), "end": time_to_wire(end)}
    return times | _sold(total) | {"periods": periods}


def _sold(row: Row) -> dict[str, Any]:
    return {
        "sold": quantity_to_wire(row["sold"]),
        "sold_value": money_to_wire(row["sold_value"]),
        "returned": quantity_to_wire(row["returned"]),
        "returned_value": money_to_wire(row["returned_value"]),
        "cost_of_goods_sold": money_to_wire(row["sold_value"] - row["returned_value"]),
    }
