"""The question what to order: the answer's shape, and how rows become it."""

from datetime import datetime
from typing import Any, Final

import asyncpg
from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from stockledger.amounts import Money, Quantity, cost_of, money_to_wire, quantity_to_wire
from stockledger.messages.fields import time_to_wire
from stockledger.messages.supplier_order import SupplierOrderStatus
from stockledger_projector.api import alert_parameters as asked
from stockledger_projector.api import answers
from stockledger_projector.api import parameters as given
from stockledger_projector.api.answers import MoneyNumber, QuantityNumber, Row
from stockledger_projector.api.cursors import time_behind, time_cursor
from stockledger_projector.api.database import QueryDatabase
from stockledger_projector.views import reorder_proposals

_PLAIN: Final = (
    "warehouse_id",
    "sku",
    "number",
    "acknowledged_by",
    "name",
    "category",
    "unit",
    "lead_time_days",
    "supplier_id",
    "supplier_name",
    "reorder_automatically",
)
_QUANTITIES: Final = (
    "available",
    "on_hand",
    "in_transit",
    "on_order",
    "reorder_point",
    "reorder_quantity",
    "maximum",
)


class OpenOrderAnswer(BaseModel):
    """The order that answers a proposal already."""

    supplier_order_id: str = Field(examples=["P-1001"])
    status: SupplierOrderStatus


class ProposalAnswer(BaseModel):
    """An item to order, as it is now."""

    warehouse_id: str = Field(examples=["NORTH"])
    sku: str = Field(examples=["LAMP"])
    number: int = Field(description="The alert's, for `reorder` of CreateSupplierOrder.")
    raised_at: datetime
    acknowledged_by: str | None = None
    name: str | None = None
    category: str | None = None
    unit: str | None = None
    available: QuantityNumber
    on_hand: QuantityNumber
    in_transit: QuantityNumber
    on_order: QuantityNumber
    reorder_point: QuantityNumber | None = None
    reorder_quantity: QuantityNumber | None = None
    maximum: QuantityNumber | None = None
    recommended: QuantityNumber | None = Field(
        default=None,
        description="To order now: the reorder quantity, else what is missing to the maximum.",
    )
    last_unit_cost: MoneyNumber | None = Field(
        default=None, description="Of one unit, when it was received last."
    )
    recommended_value: MoneyNumber | None = Field(
        default=None, description="What that costs, at the last cost."
    )
    lead_time_days: int
    supplier_id: str | None = Field(default=None, examples=["LUMEN"])
    supplier_name: str | None = None
    reorder_automatically: bool
    supplier_order: OpenOrderAnswer | None = None


class ProposalPage(BaseModel):
    """What to order, the newest proposal first."""

    items: list[ProposalAnswer]
    next_cursor: str | None


class ReorderProposals:
    """Answers it, of one tenant, from the views."""

    def __init__(self, database: QueryDatabase) -> None:
        self._database = database

    def add_to(self, router: APIRouter) -> None:
        """Add the route."""
        router.get("/reorder-proposals", response_model=ProposalPage)(self.proposals)

    async def proposals(
        self, tenant: given.Tenant, which: asked.Proposals, pages: given.Pages
    ) -> Response:
        """List what is to be ordered: the items whose REORDER_NEEDED alert is open."""
        rows = await self._database.fetch(
            tenant,
            reorder_proposals.SQL["page"],
            which.warehouse_id,
            which.sku,
            which.supplier_id,
            *time_behind(pages.cursor),
            pages.limit + 1,
        )
        shown, more = rows[: pages.limit], len(rows) > pages.limit
        cursor = _cursor(shown[-1]) if more else None
        return answers.json_response(answers.page_of([proposal_of(row) for row in shown], cursor))


def proposal_of(row: Row) -> dict[str, Any]:
    """Return a proposal's JSON values; what is unknown is left out."""
    values = {name: row[name] for name in _PLAIN if row[name] is not None}
    values |= {name: quantity_to_wire(row[name]) for name in _QUANTITIES if row[name] is not None}
    values["raised_at"] = time_to_wire(row["raised_at"])
    recommended, cost = _recommended(row), row["last_unit_cost"]
    if recommended is not None:
        values["recommended"] = quantity_to_wire(recommended)
    if cost is not None:
        values["last_unit_cost"] = money_to_wire(cost)
        if recommended is not None:
            values["recommended_value"] = money_to_wire(cost_of(recommended, Money(cost)))
    if row["supplier_order_id"] is not None:
        order = {"supplier_order_id": row["supplier_order_id"]}
        values["supplier_order"] = order | {"status": row["supplier_order_status"]}
    return values


def _recommended(row: Row) -> Quantity | None:
    if row["reorder_quantity"] is not None:
        return Quantity(row["reorder_quantity"])
    if row["maximum"] is None or row["maximum"] <= row["coming"]:
        return None
    return Quantity(row["maximum"] - row["coming"])


def _cursor(last: asyncpg.Record) -> str:
    return time_cursor(last["raised_at"], last["raised_position"])
