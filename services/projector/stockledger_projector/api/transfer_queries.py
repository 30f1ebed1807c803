"""Questions about transfers."""

from http import HTTPStatus

import asyncpg
from fastapi import APIRouter, Response

from stockledger.messages.transfer import TransferStatus
from stockledger_projector.api import answers
from stockledger_projector.api import parameters as given
from stockledger_projector.api import transfer_answers as shapes
from stockledger_projector.api import transfer_parameters as asked
from stockledger_projector.api.cursors import timed_key_behind, timed_key_cursor
from stockledger_projector.api.database import QueryDatabase
from stockledger_projector.api.problems import QueryRefused, problem_answer
from stockledger_projector.views import transfers


class TransferQueries:
    """Answers them, of one tenant each, from the views."""

    def __init__(self, database: QueryDatabase) -> None:
        self._database = database

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/transfers", response_model=shapes.TransferPage)(self.transfers)
        router.get(
            "/transfers/{transfer}",
            response_model=shapes.TransferDetails,
            responses=problem_answer(404, "There is no such transfer."),
        )(self.transfer)

    async def transfers(
        self, tenant: given.Tenant, which: asked.Transfers, pages: given.Pages
    ) -> Response:
        """List transfers, the latest first, by when they were created."""
        rows = await self._database.fetch(
            tenant,
            transfers.SQL["page"],
            list(dict.fromkeys(which.status or TransferStatus)),
            which.source_warehouse_id,
            which.destination_warehouse_id,
            which.overdue,
            *timed_key_behind(pages.cursor),
            pages.limit + 1,
        )
        shown, more = rows[: pages.limit], len(rows) > pages.limit
        cursor = _cursor(shown[-1]) if more else None
        return answers.json_response(
            answers.page_of([shapes.transfer_of(row) for row in shown], cursor)
        )

    async def transfer(self, tenant: given.Tenant, transfer: asked.TransferPath) -> Response:
        """Tell what became of every unit of one transfer."""
        rows = await self._database.fetch(tenant, transfers.SQL["one"], transfer)
        if not rows:
            raise QueryRefused(HTTPStatus.NOT_FOUND, f"There is no transfer {transfer}.")
        return answers.json_response(shapes.transfer_with_lines(rows))


def _cursor(last: asyncpg.Record) -> str:
    return timed_key_cursor(last["created_at"], last["transfer_id"])
