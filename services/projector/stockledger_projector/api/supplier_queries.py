"""Questions about suppliers and the orders to them."""

from http import HTTPStatus
from typing import Final

import asyncpg
from fastapi import APIRouter, Response

from stockledger.messages.streams import supplier_order_stream
from stockledger.messages.supplier_order import SupplierOrderStatus
from stockledger_projector.api import answers
from stockledger_projector.api import parameters as given
from stockledger_projector.api import supplier_answers as shapes
from stockledger_projector.api import supplier_parameters as asked
from stockledger_projector.api.cursors import (
    key_behind,
    key_cursor,
    timed_key_behind,
    timed_key_cursor,
    version_behind,
    version_cursor,
)
from stockledger_projector.api.database import QueryDatabase
from stockledger_projector.api.problems import QueryRefused, problem_answer
from stockledger_projector.api.reservation_answers import event_of
from stockledger_projector.views import supplier_orders, suppliers

ORDERS_MEASURED_MAX: Final = 1_000
"""Latest orders of a supplier that tell how well it delivers: read in a few milliseconds."""

NO_ORDER: Final = problem_answer(404, "There is no such order.")


class SupplierQueries:
    """Answers them, of one tenant each, from the views."""

    def __init__(self, database: QueryDatabase) -> None:
        self._database = database

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/suppliers", response_model=shapes.SupplierPage)(self.suppliers)
        router.get(
            "/suppliers/{supplier}",
            response_model=shapes.SupplierDetails,
            responses=problem_answer(404, "There is no such supplier."),
        )(self.supplier)
        router.get("/supplier-orders", response_model=shapes.SupplierOrderPage)(self.orders)
        router.get(
            "/supplier-orders/{supplier_order}",
            response_model=shapes.SupplierOrderDetails,
            responses=NO_ORDER,
        )(self.order)
        router.get(
            "/supplier-orders/{supplier_order}/history",
            response_model=shapes.SupplierOrderHistory,
            responses=NO_ORDER,
        )(self.history)

    async def suppliers(self, tenant: given.Tenant, pages: given.Pages) -> Response:
        """List the suppliers."""
        (behind,) = key_behind(pages.cursor, 1)
        rows = await self._database.fetch(tenant, suppliers.SQL["page"], behind, pages.limit + 1)
        shown, more = rows[: pages.limit], len(rows) > pages.limit
        cursor = key_cursor(shown[-1]["supplier_id"]) if more else None
        return answers.json_response(
            answers.page_of([shapes.supplier_of(row) for row in shown], cursor)
        )

    async def supplier(self, tenant: given.Tenant, supplier: asked.SupplierPath) -> Response:
        """Tell what is known of one supplier, how long its deliveries take, and what is late."""
        async with self._database.session(tenant) as session:
            row = await session.fetchrow(suppliers.SQL["one"], tenant, supplier)
            measured = await session.fetchrow(
                suppliers.SQL["performance"], tenant, supplier, ORDERS_MEASURED_MAX
            )
        if row is None or measured is None:
            raise QueryRefused(HTTPStatus.NOT_FOUND, f"There is no supplier {supplier}.")
        performance = {"performance": shapes.performance_of(measured)}
        return answers.json_response(shapes.supplier_of(row) | performance)

    async def orders(
        self, tenant: given.Tenant, which: asked.SupplierOrders, pages: given.Pages
    ) -> Response:
        """List orders to suppliers, the latest first, by when they were created."""
        rows = await self._database.fetch(
            tenant,
            supplier_orders.SQL["page"],
            list(dict.fromkeys(which.status or SupplierOrderStatus)),
            which.supplier_id,
            which.warehouse_id,
            which.sku,
            which.overdue,
            which.by_hand,
            *timed_key_behind(pages.cursor),
            pages.limit + 1,
        )
        shown, more = rows[: pages.limit], len(rows) > pages.limit
        cursor = _cursor(shown[-1]) if more else None
        return answers.json_response(
            answers.page_of([shapes.supplier_order_of(row) for row in shown], cursor)
        )

    async def order(
        self, tenant: given.Tenant, supplier_order: asked.SupplierOrderPath
    ) -> Response:
        """Tell what became of every unit of one order, and whom to reach about it."""
        rows = await self._database.fetch(tenant, supplier_orders.SQL["one"], supplier_order)
        if not rows:
            raise _unknown(supplier_order)
        return answers.json_response(shapes.supplier_order_with_lines(rows))

    async def history(
        self, tenant: given.Tenant, supplier_order: asked.SupplierOrderPath, pages: given.Pages
    ) -> Response:
        """List all that happened to one order, each delivery too, the first event first."""
        behind = version_behind(pages.cursor)
        rows = await self._database.fetch(
            tenant,
            supplier_orders.SQL["history"],
            self._database.partition_of(tenant),
            supplier_order_stream(supplier_order),
            behind,
            pages.limit + 1,
        )
        if not rows and not behind:
            raise _unknown(supplier_order)
        shown, more = rows[: pages.limit], len(rows) > pages.limit
        cursor = version_cursor(shown[-1]["version"]) if more else None
        return answers.json_response(
            answers.page_of([event_of(row, shapes.HISTORY_SAID) for row in shown], cursor)
        )


def _cursor(last: asyncpg.Record) -> str:
    return timed_key_cursor(last["created_at"], last["supplier_order_id"])


def _unknown(supplier_order: str) -> QueryRefused:
    return QueryRefused(HTTPStatus.NOT_FOUND, f"There is no order {supplier_order} to a supplier.")
