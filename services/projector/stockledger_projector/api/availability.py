"""The availability of a basket, in one question."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

import asyncpg
from fastapi import APIRouter, Response
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from stockledger.amounts import quantity_from_wire, quantity_to_wire
from stockledger.messages.fields import ID_PATTERN, time_to_wire
from stockledger.messages.lines import LINES_MAX
from stockledger_projector.api import answers
from stockledger_projector.api import parameters as given
from stockledger_projector.api.database import QueryDatabase
from stockledger_projector.views import availability
from stockledger_projector.views.availability import ItemNow, Wanted

_Id = Annotated[str, Field(pattern=ID_PATTERN, strict=True)]
_Quantity = Annotated[
    int,
    BeforeValidator(quantity_from_wire),
    Field(gt=0),
    WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "multipleOf": 0.001}),
]


class BasketLine(BaseModel):
    """Units of a SKU, of one warehouse or of any."""

    model_config = ConfigDict(extra="forbid")

    sku: _Id = Field(examples=["LAMP"])
    quantity: _Quantity = Field(examples=[2])
    warehouse_id: _Id | None = Field(default=None, examples=["NORTH"])


class Basket(BaseModel):
    """What somebody would like to have; lines of the same SKU and warehouse add up."""

    model_config = ConfigDict(extra="forbid")

    lines: Annotated[list[BasketLine], Field(min_length=1, max_length=LINES_MAX)]
    allow_split: bool = Field(
        default=False,
        strict=True,
        description="A line of any warehouse may come from several.",
    )


class WarehouseAvailability(BaseModel):
    """What one warehouse has of a SKU."""

    warehouse_id: str = Field(examples=["NORTH"])
    available: answers.QuantityNumber = Field(description="May be promised now.")
    is_active: bool = Field(description="Nothing is promised of an inactive one.")
    next_lapse: datetime | None = Field(
        default=None, description="When the next hold ends, unless it is sold before."
    )


class LineAvailability(BaseModel):
    """Whether a line can be had now, together with the others of the basket."""

    sku: str = Field(examples=["LAMP"])
    quantity: answers.QuantityNumber
    warehouse_id: str | None = None
    can_be_reserved: bool
    available: answers.QuantityNumber = Field(
        description="In the active warehouses that the line may come from, without this basket."
    )
    warehouses: list[WarehouseAvailability]


class BasketAvailability(BaseModel):
    """Whether a basket can be reserved as a whole, by what the views know now."""

    can_be_reserved: bool
    lines: list[LineAvailability]


class AvailabilityQuery:
    """Answers it, of one tenant, from the views."""

    def __init__(self, database: QueryDatabase) -> None:
        self._database = database

    def add_to(self, router: APIRouter) -> None:
        """Add the route."""
        router.post("/availability", response_model=BasketAvailability)(self.availability)

    async def availability(self, tenant: given.Tenant, basket: Basket) -> Response:
        """Tell whether the lines of a basket can be reserved now, and what there is of each.

        Nothing is held by asking. Holds past their deadline count no more.
        """
        skus = sorted({line.sku for line in basket.lines})
        rows = await self._database.fetch(tenant, availability.SQL["of_skus"], skus)
        items = _items_of(rows)
        wanted: defaultdict[Wanted, int] = defaultdict(int)
        for line in basket.lines:
            wanted[line.sku, line.warehouse_id] += line.quantity
        fitting = availability.fits(items, wanted, split=basket.allow_split)
        lines = [
            _answer(line, items[line.sku], fits=fitting[line.sku, line.warehouse_id])
            for line in basket.lines
        ]
        return answers.json_response(
            {"can_be_reserved": all(line["can_be_reserved"] for line in lines), "lines": lines}
        )


def _items_of(rows: Sequence[asyncpg.Record]) -> defaultdict[str, list[ItemNow]]:
    items: defaultdict[str, list[ItemNow]] = defaultdict(list)
    for row in rows:
        items[row["sku"]].append(
            ItemNow(
                row["warehouse_id"],
                row["is_active"],
                row["priority"],
                row["available"],
                row["next_lapse"],
                row["available"],
            )
        )
    return items


def _answer(line: BasketLine, items: Sequence[ItemNow], *, fits: bool) -> dict[str, Any]:
    usable = availability.usable_items(items, (line.sku, line.warehouse_id))
    shown = [item for item in items if line.warehouse_id in (None, item.warehouse_id)]
    named = {} if line.warehouse_id is None else {"warehouse_id": line.warehouse_id}
    return {
        "sku": line.sku,
        "quantity": quantity_to_wire(line.quantity),
        **named,
        "can_be_reserved": fits,
        "available": quantity_to_wire(sum(max(item.available, 0) for item in usable)),
        "warehouses": [_warehouse(item) for item in shown],
    }


def _warehouse(item: ItemNow) -> dict[str, Any]:
    next_lapse = item.next_lapse
    return {
        "warehouse_id": item.warehouse_id,
        "available": quantity_to_wire(item.available),
        "is_active": item.is_active,
        **({} if next_lapse is None else {"next_lapse": time_to_wire(next_lapse)}),
    }
