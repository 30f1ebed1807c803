"""Questions about alerts: which are open, which there were, and how long they took."""

from collections.abc import Sequence
from typing import Final

import asyncpg
from fastapi import APIRouter, Response

from stockledger.messages.alert import AlertKind, Severity
from stockledger_projector.api import alert_answers as shapes
from stockledger_projector.api import alert_parameters as asked
from stockledger_projector.api import answers
from stockledger_projector.api import parameters as given
from stockledger_projector.api import report_parameters as reported
from stockledger_projector.api.cursors import graded_behind, graded_cursor
from stockledger_projector.api.database import QueryDatabase
from stockledger_projector.api.report_periods import whole_hours
from stockledger_projector.views import alerts
from stockledger_projector.views.alerts import AlertStatus
from stockledger_projector.views.backdated_changes import Grain

STILL_OPEN: Final = (AlertStatus.OPEN, AlertStatus.ACKNOWLEDGED)
GRAVEST_FIRST: Final = tuple(reversed(Severity))


class AlertQueries:
    """Answers them, of one tenant each, from the views."""

    def __init__(self, database: QueryDatabase) -> None:
        self._database = database

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/alerts", response_model=shapes.AlertPage)(self.alerts)
        router.get("/alerts/history", response_model=shapes.AlertPage)(self.history)
        router.get("/alerts/response-times", response_model=shapes.ResponseTimesAnswer)(
            self.response_times
        )

    async def alerts(
        self,
        tenant: given.Tenant,
        which: asked.Alerts,
        pages: given.Pages,
        status: asked.AlertStatuses = (),
    ) -> Response:
        """List alerts, those that are open unless others are asked for."""
        return await self._page(tenant, which, status or STILL_OPEN, asked.RaisedPeriod(), pages)

    async def history(
        self, tenant: given.Tenant, which: asked.Alerts, times: asked.Raised, pages: given.Pages
    ) -> Response:
        """List all alerts that there were, by when they were raised, with what became of them."""
        return await self._page(tenant, which, tuple(AlertStatus), times, pages)

    async def response_times(
        self,
        tenant: given.Tenant,
        since: reported.Begin,
        until: reported.End,
        by: reported.GrainQuery = Grain.DAY,
        kind: asked.AlertKinds = (),
        warehouse: given.Warehouse = None,
    ) -> Response:
        """Tell how long it took to acknowledge and to resolve alerts, by kind and by period.

        Counted by whole hours: `from` is rounded down and `to` is rounded up.
        """
        begin, end = whole_hours(since, until, by)
        rows = await self._database.fetch(
            tenant,
            alerts.SQL["response_times"],
            list(dict.fromkeys(kind or AlertKind)),
            warehouse,
            begin,
            end,
            by,
        )
        return answers.json_response(shapes.response_times_of(rows, begin, end))

    async def _page(
        self,
        tenant: str,
        which: asked.AlertFilter,
        statuses: Sequence[AlertStatus],
        times: asked.RaisedPeriod,
        pages: given.Paging,
    ) -> Response:
        last, time, position = graded_behind(pages.cursor, GRAVEST_FIRST)
        severities = [each for each in GRAVEST_FIRST if each in (which.severity or Severity)]
        within: list[str | None] = []
        if which.sort is asked.AlertSort.GRAVEST:
            severities = [each for each in severities if not _is_graver(each, last)]
            within = [last]
        rows = await self._database.fetch(
            tenant,
            alerts.SQL[f"page_by_{which.sort}"],
            list(dict.fromkeys(statuses)),
            list(dict.fromkeys(which.kind or AlertKind)),
            severities,
            which.warehouse_id,
            which.sku,
            times.since,
            times.until,
            time,
            position,
            pages.limit + 1,
            *within,
        )
        shown, more = rows[: pages.limit], len(rows) > pages.limit
        cursor = _cursor(shown[-1]) if more else None
        return answers.json_response(
            answers.page_of([shapes.alert_of(row) for row in shown], cursor)
        )


def _is_graver(severity: Severity, last: str | None) -> bool:
    """Return whether all of a severity were on an earlier page."""
    if last is None:
        return False
    return GRAVEST_FIRST.index(severity) < GRAVEST_FIRST.index(Severity(last))


def _cursor(last: asyncpg.Record) -> str:
    return graded_cursor(last["severity"], last["raised_at"], last["raised_position"])
