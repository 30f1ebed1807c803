"""Questions about adjustments, above all those that wait for approval."""

from http import HTTPStatus

import asyncpg
from fastapi import APIRouter, Response

from stockledger.messages.adjustment import AdjustmentStatus
from stockledger_projector.api import adjustment_answers as shapes
from stockledger_projector.api import answers
from stockledger_projector.api import parameters as given
from stockledger_projector.api import transfer_parameters as asked
from stockledger_projector.api.cursors import timed_key_behind, timed_key_cursor
from stockledger_projector.api.database import QueryDatabase
from stockledger_projector.api.problems import QueryRefused, problem_answer
from stockledger_projector.views import adjustments


class AdjustmentQueries:
    """Answers them, of one tenant each, from the views."""

    def __init__(self, database: QueryDatabase) -> None:
        self._database = database

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/adjustments", response_model=shapes.AdjustmentPage)(self.adjustments)
        router.get(
            "/adjustments/{adjustment}",
            response_model=shapes.AdjustmentAnswer,
            responses=problem_answer(404, "There is no such adjustment."),
        )(self.adjustment)

    async def adjustments(
        self, tenant: given.Tenant, which: asked.Adjustments, pages: given.Pages
    ) -> Response:
        """List adjustments, the latest first; those that wait with what changed meanwhile."""
        rows = await self._database.fetch(
            tenant,
            adjustments.SQL["page"],
            list(dict.fromkeys(which.status or AdjustmentStatus)),
            which.warehouse_id,
            which.sku,
            *timed_key_behind(pages.cursor),
            pages.limit + 1,
        )
        shown, more = rows[: pages.limit], len(rows) > pages.limit
        cursor = _cursor(shown[-1]) if more else None
        return answers.json_response(
            answers.page_of([shapes.adjustment_of(row) for row in shown], cursor)
        )

    async def adjustment(self, tenant: given.Tenant, adjustment: asked.AdjustmentPath) -> Response:
        """Tell what one adjustment changes, and what changed since it was requested."""
        rows = await self._database.fetch(tenant, adjustments.SQL["one"], adjustment)
        if not rows:
            raise QueryRefused(HTTPStatus.NOT_FOUND, f"There is no adjustment {adjustment}.")
        return answers.json_response(shapes.adjustment_of(rows[0]))


def _cursor(last: asyncpg.Record) -> str:
    return timed_key_cursor(last["created_at"], last["adjustment_id"])
