"""Questions about reservations."""

from http import HTTPStatus

import asyncpg
from fastapi import APIRouter, Response

from stockledger.messages.reservation import ReservationStatus
from stockledger.messages.streams import reservation_stream
from stockledger_projector.api import answers
from stockledger_projector.api import parameters as given
from stockledger_projector.api import reservation_answers as shapes
from stockledger_projector.api.cursors import (
    timed_key_behind,
    timed_key_cursor,
    version_behind,
    version_cursor,
)
from stockledger_projector.api.database import QueryDatabase
from stockledger_projector.api.problems import QueryRefused, problem_answer
from stockledger_projector.api.report_periods import hour_behind
from stockledger_projector.views import fulfilment, reservations
from stockledger_projector.views.backdated_changes import Grain, begin_of

NO_RESERVATION = problem_answer(404, "There is no such reservation.")


class ReservationQueries:
    """Answers them, of one tenant each, from the views."""

    def __init__(self, database: QueryDatabase) -> None:
        self._database = database

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/reservations", response_model=shapes.ReservationPage)(self.reservations)
        router.get(
            "/reservations/{reservation}",
            response_model=shapes.ReservationAnswer,
            responses=NO_RESERVATION,
        )(self.reservation)
        router.get(
            "/reservations/{reservation}/history",
            response_model=shapes.ReservationHistory,
            responses=NO_RESERVATION,
        )(self.history)
        router.get("/fulfilment", response_model=shapes.FulfilmentAnswer)(self.fulfilment)

    async def reservations(
        self, tenant: given.Tenant, which: given.Reservations, pages: given.Pages
    ) -> Response:
        """List reservations by their deadline."""
        rows = await self._database.fetch(
            tenant,
            reservations.SQL[f"page_by_{which.sort}"],
            list(dict.fromkeys(which.status or ReservationStatus)),
            which.customer_id,
            which.cart_id,
            which.order_id,
            which.expires_after,
            which.expires_before,
            *timed_key_behind(pages.cursor),
            pages.limit + 1,
        )
        shown, more = rows[: pages.limit], len(rows) > pages.limit
        cursor = _cursor(shown[-1]) if more else None
        page = answers.page_of([shapes.reservation_of(row) for row in shown], cursor)
        return answers.json_response(page)

    async def reservation(
        self, tenant: given.Tenant, reservation: given.ReservationPath
    ) -> Response:
        """Tell what one reservation holds, until when, or how it ended."""
        rows = await self._database.fetch(tenant, reservations.SQL["one"], reservation)
        if not rows:
            raise _unknown(reservation)
        return answers.json_response(shapes.reservation_of(rows[0]))

    async def history(
        self, tenant: given.Tenant, reservation: given.ReservationPath, pages: given.Pages
    ) -> Response:
        """List all that happened to one reservation, the first event first."""
        behind = version_behind(pages.cursor)
        rows = await self._database.fetch(
            tenant,
            reservations.SQL["history"],
            self._database.partition_of(tenant),
            reservation_stream(reservation),
            behind,
            pages.limit + 1,
        )
        if not rows and not behind:
            raise _unknown(reservation)
        shown, more = rows[: pages.limit], len(rows) > pages.limit
        cursor = version_cursor(shown[-1]["version"]) if more else None
        page = answers.page_of([shapes.event_of(row) for row in shown], cursor)
        return answers.json_response(page)

    async def fulfilment(
        self, tenant: given.Tenant, since: given.Since = None, until: given.Until = None
    ) -> Response:
        """Tell how many reservations were sold, given back and left to expire.

        Counted by whole hours (UTC): `from` is rounded down and `to` is rounded up.
        """
        begin = None if since is None else begin_of(Grain.HOUR, since)
        end = None if until is None else hour_behind(until)
        (row,) = await self._database.fetch(tenant, fulfilment.SQL["period"], begin, end)
        return answers.json_response(shapes.fulfilment_of(row, begin, end))


def _cursor(last: asyncpg.Record) -> str:
    return timed_key_cursor(last["expires_at"], last["reservation_id"])


def _unknown(reservation: str) -> QueryRefused:
    return QueryRefused(HTTPStatus.NOT_FOUND, f"There is no reservation {reservation}.")
