"""Reports: how full warehouses are, what the stock is worth, and what was sold at cost."""

from fastapi import APIRouter, Response

from stockledger_projector.api import answers
from stockledger_projector.api import parameters as given
from stockledger_projector.api import report_answers as shapes
from stockledger_projector.api import report_parameters as asked
from stockledger_projector.api.cursors import key_behind, key_cursor
from stockledger_projector.api.database import QueryDatabase
from stockledger_projector.api.report_periods import whole_hours
from stockledger_projector.views import goods_sold, valuation, warehouses
from stockledger_projector.views.backdated_changes import Grain


class ReportQueries:
    """Answers them, of one tenant each, from the views."""

    def __init__(self, database: QueryDatabase) -> None:
        self._database = database

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/capacity", response_model=shapes.CapacityPage)(self.capacity)
        router.get("/valuation", response_model=shapes.ValuationAnswer)(self.valuation)
        router.get("/cost-of-goods-sold", response_model=shapes.CostOfGoodsSold)(
            self.cost_of_goods_sold
        )

    async def capacity(self, tenant: given.Tenant, pages: given.Pages) -> Response:
        """Tell how full each warehouse is."""
        (behind,) = key_behind(pages.cursor, 1)
        rows = await self._database.fetch(
            tenant, warehouses.SQL["capacity"], behind, pages.limit + 1
        )
        shown, more = rows[: pages.limit], len(rows) > pages.limit
        cursor = key_cursor(shown[-1]["warehouse_id"]) if more else None
        return answers.json_response(
            answers.page_of([shapes.capacity_of(row) for row in shown], cursor)
        )

    async def valuation(
        self,
        tenant: given.Tenant,
        pages: given.Pages,
        group_by: asked.GroupBy = asked.Grouping.WAREHOUSE,
    ) -> Response:
        """Tell what the stock is worth now: in all, and by warehouse or category."""
        (behind,) = key_behind(pages.cursor, 1)
        async with self._database.session(tenant) as session:
            rows = await session.fetch(
                valuation.SQL[f"by_{group_by}"], tenant, behind, pages.limit + 1
            )
            total = await session.fetchrow(valuation.SQL["total"], tenant)
        assert total is not None
        shown, more = rows[: pages.limit], len(rows) > pages.limit
        currency = {} if total["currency"] is None else {"currency": total["currency"]}
        page = answers.page_of(
            [shapes.valuation_row(row, group_by) for row in shown],
            key_cursor(shown[-1]["key"]) if more else None,
        )
        return answers.json_response(
            {"group_by": group_by, **currency, "total": shapes.value_of(total), **page}
        )

    async def cost_of_goods_sold(
        self,
        tenant: given.Tenant,
        since: asked.Begin,
        until: asked.End,
        by: asked.GrainQuery = Grain.DAY,
        warehouse: given.Warehouse = None,
    ) -> Response:
        """Tell what was sold and came back, at cost, by hour, day or month (UTC).

        Counted by whole hours: `from` is rounded down and `to` is rounded up.
        """
        begin, end = whole_hours(since, until, by)
        rows = await self._database.fetch(
            tenant, goods_sold.SQL["periods"], warehouse, begin, end, by
        )
        return answers.json_response(shapes.goods_sold_of(rows, begin, end))
