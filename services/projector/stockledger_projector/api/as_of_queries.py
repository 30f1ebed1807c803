"""Questions about a past time, by either clock."""

from http import HTTPStatus

from fastapi import APIRouter, Response

from stockledger_projector.api import answers
from stockledger_projector.api import as_of_answers as shapes
from stockledger_projector.api import parameters as given
from stockledger_projector.api import report_parameters as asked
from stockledger_projector.api.cursors import key_behind, key_cursor
from stockledger_projector.api.database import QueryDatabase
from stockledger_projector.api.problems import QueryRefused, problem_answer
from stockledger_projector.views import as_of
from stockledger_projector.views.warehouse_balances import BLOCK_POSITIONS

NO_WAREHOUSE = problem_answer(404, "There is no such warehouse.")


class AsOfQueries:
    """Answers them, of one tenant each, from the views."""

    def __init__(self, database: QueryDatabase) -> None:
        self._database = database

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/as-of", response_model=shapes.TenantAsOf)(self.tenant)
        router.get(
            "/warehouses/{warehouse}/as-of",
            response_model=shapes.TenantAsOf,
            responses=NO_WAREHOUSE,
        )(self.warehouse)
        router.get("/warehouses/{warehouse}/items/as-of", response_model=shapes.ItemsAsOf)(
            self.items
        )
        router.get(
            "/items/{warehouse}/{sku}/as-of",
            response_model=shapes.ItemAsOf,
            responses=problem_answer(404, "There is no such item."),
        )(self.item)

    async def tenant(self, tenant: given.Tenant, when: asked.PastTime) -> Response:
        """Tell what was where, and what it was worth, in all warehouses at a past time."""
        return answers.json_response(await self._sums(tenant, None, when))

    async def warehouse(
        self, tenant: given.Tenant, warehouse: given.WarehousePath, when: asked.PastTime
    ) -> Response:
        """Tell the same of one warehouse."""
        sums = await self._sums(tenant, warehouse, when)
        if not sums["warehouses"]:
            raise QueryRefused(HTTPStatus.NOT_FOUND, f"There is no warehouse {warehouse}.")
        return answers.json_response(sums)

    async def items(
        self,
        tenant: given.Tenant,
        warehouse: given.WarehousePath,
        when: asked.PastTime,
        pages: given.Pages,
        category: given.Category = None,
    ) -> Response:
        """List the items of one warehouse as they were; those that came later are left out."""
        (behind,) = key_behind(pages.cursor, 1)
        rows = await self._database.fetch(
            tenant,
            as_of.SQL["items"],
            warehouse,
            category,
            when.at,
            when.clock is given.Clock.EFFECTIVE,
            behind,
            pages.limit + 1,
        )
        shown, more = rows[: pages.limit], len(rows) > pages.limit
        items = [
            shapes.item_as_of(row, when.at, when.clock)
            for row in shown
            if row["position"] is not None or row["movements"]
        ]
        cursor = key_cursor(shown[-1]["sku"]) if more else None
        return answers.json_response(answers.page_of(items, cursor))

    async def item(
        self,
        tenant: given.Tenant,
        warehouse: given.WarehousePath,
        sku: given.SkuPath,
        when: asked.PastTime,
    ) -> Response:
        """Tell the level and value of one item at a past time."""
        is_effective = when.clock is given.Clock.EFFECTIVE
        rows = await self._database.fetch(
            tenant, as_of.SQL["item"], warehouse, sku, when.at, is_effective
        )
        if not rows:
            raise QueryRefused(HTTPStatus.NOT_FOUND, f"There is no item {sku} in {warehouse}.")
        return answers.json_response(shapes.item_as_of(rows[0], when.at, when.clock))

    async def _sums(
        self, tenant: str, warehouse: str | None, when: asked.AsOf
    ) -> dict[str, object]:
        async with self._database.session(tenant) as session:
            rows = await session.fetch(
                as_of.SQL["warehouses"], tenant, when.at, warehouse, BLOCK_POSITIONS
            )
            if when.clock is given.Clock.EFFECTIVE:
                later = await session.fetch(as_of.SQL["backdated"], tenant, when.at, warehouse)
            else:
                later = []
        return shapes.tenant_as_of(shapes.warehouses_as_of(rows, later), when.at, when.clock)
