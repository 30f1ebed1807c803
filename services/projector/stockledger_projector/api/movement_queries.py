"""The question what moved: which statement answers it depends on the filters.

By recorded time, the movements of an item, a SKU, a document, a warehouse and a kind can be asked
for as far back as they go. Every index is paid for by each movement that is written (some 10 us
of 30), so few have to do: a SKU is put together from its items, a warehouse or a kind from an
index of both. What none of them knows is searched for in a period.
"""

from collections.abc import Sequence

import asyncpg
from fastapi import APIRouter, Response

from stockledger_projector.api import answers
from stockledger_projector.api import parameters as given
from stockledger_projector.api.cursors import time_behind, time_cursor
from stockledger_projector.api.database import QueryDatabase
from stockledger_projector.api.searched_periods import demand_period
from stockledger_projector.views import movements


class MovementQueries:
    """Answers it, of one tenant, from the movements."""

    def __init__(self, database: QueryDatabase) -> None:
        self._database = database

    def add_to(self, router: APIRouter) -> None:
        """Add the route."""
        router.get("/movements", response_model=answers.MovementPage)(self.movements)

    async def movements(
        self,
        tenant: given.Tenant,
        items: given.Items,
        which: given.Movements,
        times: given.Times,
        pages: given.Pages,
    ) -> Response:
        """List movements, the latest first, by the clock that is asked for.

        Without a SKU or a document's id, `reference_type` needs `from` and `to`, at most 31 days
        apart. By effective time any filter but an item or a document's id needs them.
        """
        statement, filters = _question(items, which, times)
        rows = await self._database.fetch(
            tenant,
            movements.SQL[statement],
            *filters,
            times.since,
            times.until,
            *time_behind(pages.cursor),
            pages.limit + 1,
        )
        shown, more = rows[: pages.limit], len(rows) > pages.limit
        cursor = _cursor(shown[-1], times.clock) if more else None
        return answers.json_response(
            answers.page_of([answers.movement_of(row) for row in shown], cursor)
        )


def _question(
    items: given.ItemFilter, which: given.MovementFilter, times: given.Period
) -> tuple[str, Sequence[object]]:
    """Return the statement's name and its filters; refuses what would search through all."""
    warehouse, sku, kind = items.warehouse_id, items.sku, which.kind
    filters = (warehouse, sku, kind, which.reference_id, which.reference_type)
    if which.reference_id is None and None in {warehouse, sku}:
        if times.clock is given.Clock.EFFECTIVE:
            if any(filters):
                demand_period("with these filters by effective time", times.since, times.until)
        elif sku is not None:
            return "page_of_sku", (sku, kind, which.reference_type)
        elif which.reference_type is not None:
            demand_period("with reference_type alone", times.since, times.until)
        elif any(filters):
            return "page_of_kinds", (warehouse, [kind] if kind else list(given.Kind))
    return f"page_by_{times.clock}", filters


def _cursor(row: asyncpg.Record, clock: given.Clock) -> str:
    effective = row["effective_at"] if clock is given.Clock.EFFECTIVE else None
    return time_cursor(effective or row["recorded_at"], row["position"])
