"""The questions, one function each."""

from http import HTTPStatus
from typing import Final

from fastapi import APIRouter, Depends, Response

from stockledger.messages.level import LevelFlag
from stockledger_projector.api import answers
from stockledger_projector.api import parameters as given
from stockledger_projector.api.adjustment_queries import AdjustmentQueries
from stockledger_projector.api.alert_queries import AlertQueries
from stockledger_projector.api.as_of_queries import AsOfQueries
from stockledger_projector.api.availability import AvailabilityQuery
from stockledger_projector.api.cursors import key_behind, key_cursor
from stockledger_projector.api.database import QueryDatabase
from stockledger_projector.api.export import ExportQuery
from stockledger_projector.api.import_queries import ImportQueries
from stockledger_projector.api.movement_queries import MovementQueries
from stockledger_projector.api.notification_queries import NotificationQueries
from stockledger_projector.api.order_queries import OrderQueries
from stockledger_projector.api.position_watch import PositionWatch
from stockledger_projector.api.problems import QueryRefused, problem_answer
from stockledger_projector.api.reorder_proposals import ReorderProposals
from stockledger_projector.api.report_queries import ReportQueries
from stockledger_projector.api.reservation_queries import ReservationQueries
from stockledger_projector.api.supplier_queries import SupplierQueries
from stockledger_projector.api.transfer_queries import TransferQueries
from stockledger_projector.level_snapshots import level_of
from stockledger_projector.views import stock_levels, summary, warehouses

PROBLEMS: Final = {
    **problem_answer(422, "A parameter cannot be used."),
    **problem_answer(503, "PostgreSQL does not answer, or too many ask at once."),
    **problem_answer(504, "The views did not reach `min_position` in time."),
}
NO_ITEM: Final = problem_answer(404, "There is no such item.")


BESIDE: Final = (
    AvailabilityQuery,
    MovementQueries,
    ReservationQueries,
    OrderQueries,
    TransferQueries,
    AdjustmentQueries,
    AlertQueries,
    SupplierQueries,
    ReorderProposals,
    NotificationQueries,
    AsOfQueries,
    ReportQueries,
    ImportQueries,
    ExportQuery,
)
"""The questions that have a module of their own."""


class Queries:
    """Answers the questions, of one tenant each, from the views."""

    def __init__(self, database: QueryDatabase, watch: PositionWatch) -> None:
        self._database = database
        self._watch = watch

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter(
            prefix="/v1/tenants/{tenant}",
            responses=PROBLEMS,
            dependencies=[Depends(self.reached)],
        )
        router.get("/levels", response_model=answers.LevelPage)(self.levels)
        router.get(
            "/items/{warehouse}/{sku}", response_model=answers.LevelAnswer, responses=NO_ITEM
        )(self.item)
        router.get("/warehouses", response_model=answers.WarehousePage)(self.warehouses)
        router.get("/summary", response_model=answers.SummaryAnswer)(self.summary)
        for questions in BESIDE:
            questions(self._database).add_to(router)
        return router

    async def reached(self, tenant: given.Tenant, min_position: given.MinPosition = 0) -> None:
        """Wait until the views have the position that the query asks for."""
        if min_position:
            partition = self._database.partition_of(tenant)
            await self._watch.wait_for(partition, min_position)

    async def levels(
        self,
        tenant: given.Tenant,
        items: given.Items,
        pages: given.Pages,
        category: given.Category = None,
        flag: given.Flags = (),
    ) -> Response:
        """List the levels of items by warehouse and SKU."""
        filters = (items.warehouse_id, items.sku, category)
        flags = [wanted in flag for wanted in LevelFlag]
        behind = key_behind(pages.cursor, 2)
        rows = await self._database.fetch(
            tenant, stock_levels.SQL["page"], *filters, *flags, *behind, pages.limit + 1
        )
        shown, more = rows[: pages.limit], len(rows) > pages.limit
        cursor = key_cursor(shown[-1]["warehouse_id"], shown[-1]["sku"]) if more else None
        return answers.json_response(answers.page_of([level_of(row) for row in shown], cursor))

    async def item(
        self, tenant: given.Tenant, warehouse: given.WarehousePath, sku: given.SkuPath
    ) -> Response:
        """Tell the level of one item."""
        rows = await self._database.fetch(tenant, stock_levels.SQL["one"], warehouse, sku)
        if not rows:
            raise QueryRefused(HTTPStatus.NOT_FOUND, f"There is no item {sku} in {warehouse}.")
        return answers.json_response(level_of(rows[0]))

    async def warehouses(self, tenant: given.Tenant, pages: given.Pages) -> Response:
        """List the warehouses."""
        (behind,) = key_behind(pages.cursor, 1)
        rows = await self._database.fetch(tenant, warehouses.SQL["page"], behind, pages.limit + 1)
        shown, more = rows[: pages.limit], len(rows) > pages.limit
        cursor = key_cursor(shown[-1]["warehouse_id"]) if more else None
        return answers.json_response(
            answers.page_of([answers.warehouse_of(row) for row in shown], cursor)
        )

    async def summary(self, tenant: given.Tenant) -> Response:
        """Tell the tenant's stock in a few figures."""
        (row,) = await self._database.fetch(tenant, summary.SQL["summary"])
        return answers.json_response(answers.summary_of(row))
