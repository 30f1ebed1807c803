"""Questions about orders."""

from http import HTTPStatus

import asyncpg
from fastapi import APIRouter, Response

from stockledger_projector.api import answers
from stockledger_projector.api import order_answers as shapes
from stockledger_projector.api import parameters as given
from stockledger_projector.api.cursors import timed_key_behind, timed_key_cursor
from stockledger_projector.api.database import QueryDatabase
from stockledger_projector.api.problems import QueryRefused, problem_answer
from stockledger_projector.views import orders
from stockledger_projector.views.orders import OrderStatus


class OrderQueries:
    """Answers them, of one tenant each, from the views."""

    def __init__(self, database: QueryDatabase) -> None:
        self._database = database

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/orders", response_model=shapes.OrderPage)(self.orders)
        router.get(
            "/orders/{order}",
            response_model=shapes.OrderDetails,
            responses=problem_answer(404, "There is no such order."),
        )(self.order)

    async def orders(
        self, tenant: given.Tenant, which: given.Orders, pages: given.Pages
    ) -> Response:
        """List orders, the latest first, by when they were first heard of."""
        rows = await self._database.fetch(
            tenant,
            orders.SQL["page"],
            list(dict.fromkeys(which.status or OrderStatus)),
            which.customer_id,
            which.cart_id,
            which.since,
            which.until,
            *timed_key_behind(pages.cursor),
            pages.limit + 1,
        )
        shown, more = rows[: pages.limit], len(rows) > pages.limit
        cursor = _cursor(shown[-1]) if more else None
        return answers.json_response(
            answers.page_of([shapes.order_of(row) for row in shown], cursor)
        )

    async def order(self, tenant: given.Tenant, order: given.OrderPath) -> Response:
        """Tell what was sold under one order, and what of it came back."""
        rows = await self._database.fetch(tenant, orders.SQL["one"], order)
        if not rows:
            raise QueryRefused(HTTPStatus.NOT_FOUND, f"There is no order {order}.")
        return answers.json_response(shapes.order_with_lines(rows))


def _cursor(last: asyncpg.Record) -> str:
    return timed_key_cursor(last["created_at"], last["order_id"])
