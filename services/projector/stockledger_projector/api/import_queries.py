"""Questions about imports: what one would change, and what came of those that were made."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from http import HTTPStatus
from typing import Any

import asyncpg
from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from stockledger.bulk.preview_messages import PreviewAnswer, PreviewRequest, RowPreview
from stockledger.messages.fields import time_to_wire
from stockledger_projector.api import answers
from stockledger_projector.api import parameters as given
from stockledger_projector.api import transfer_parameters as asked
from stockledger_projector.api.cursors import timed_key_behind, timed_key_cursor
from stockledger_projector.api.database import QueryDatabase
from stockledger_projector.api.problems import QueryRefused, problem_answer, unusable
from stockledger_projector.projection import GROUP
from stockledger_projector.views import import_preview, imports, tenants
from stockledger_projector.views.import_preview import ItemFigures, ItemKey, Known
from stockledger_projector.views.imports import ImportKind


class ImportAnswer(BaseModel):
    """An import as of its last event."""

    import_id: str = Field(examples=["I-1001"])
    kind: ImportKind | None = None
    chunks: int = Field(description="Chunks that were staged.")
    rows: int = Field(description="Rows that were staged.")
    changed: int | None = Field(
        default=None, description="Rows that changed something, once it was applied."
    )
    created_at: datetime
    applied_at: datetime | None = None
    updated_at: datetime
    position: int
    version: int


class ImportPage(BaseModel):
    """Imports, the latest first."""

    items: list[ImportAnswer]
    next_cursor: str | None


class ImportQueries:
    """Answers them, of one tenant each, from the views."""

    def __init__(self, database: QueryDatabase) -> None:
        self._database = database

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/imports", response_model=ImportPage)(self.imports)
        router.post("/imports/preview", response_model=PreviewAnswer)(self.preview)
        router.get(
            "/imports/{import_id}",
            response_model=ImportAnswer,
            responses=problem_answer(404, "There is no such import."),
        )(self.one)

    async def imports(self, tenant: given.Tenant, pages: given.Pages) -> Response:
        """List imports, the latest first, by when they were begun."""
        rows = await self._database.fetch(
            tenant, imports.SQL["page"], *timed_key_behind(pages.cursor), pages.limit + 1
        )
        shown, more = rows[: pages.limit], len(rows) > pages.limit
        last = shown[-1] if more else None
        cursor = None if last is None else timed_key_cursor(last["created_at"], last["import_id"])
        return answers.json_response(answers.page_of([_import(row) for row in shown], cursor))

    async def one(self, tenant: given.Tenant, import_id: asked.ImportPath) -> Response:
        """Tell what was staged of one import, and what came of it."""
        rows = await self._database.fetch(tenant, imports.SQL["one"], import_id)
        if not rows:
            raise QueryRefused(HTTPStatus.NOT_FOUND, f"There is no import {import_id}.")
        return answers.json_response(_import(rows[0]))

    async def preview(self, tenant: given.Tenant, request: PreviewRequest) -> Response:
        """Tell what rows would change, or why they would be refused; nothing is kept by asking."""
        if bool(request.quantities) == bool(request.settings):
            raise unusable("body", "either quantities or settings, at least one row of them")
        rows = request.quantities or request.settings
        named = {row.supplier_id for row in request.settings if row.supplier_id is not None}
        keys: set[ItemKey] = {(row.warehouse_id, row.sku) for row in rows}
        position, known = await self._known(tenant, keys, named)
        previews = (
            import_preview.preview_quantities(request.quantities, known)
            if request.quantities
            else import_preview.preview_settings(request.settings, known)
        )
        told = [_row(preview) for preview in previews]
        return answers.json_response({"rows": told, "position": position})

    async def _known(
        self, tenant: str, keys: set[ItemKey], supplier_ids: set[str]
    ) -> tuple[int, Known]:
        warehouse_ids, skus = zip(*sorted(keys), strict=True)
        async with self._database.session(tenant) as session:
            partition = self._database.partition_of(tenant)
            position = await session.fetchval(import_preview.SQL["position"], GROUP, partition)
            items = await session.fetch(import_preview.SQL["items"], tenant, warehouse_ids, skus)
            warehouses = await session.fetch(
                import_preview.SQL["warehouses"], tenant, list(set(warehouse_ids))
            )
            suppliers = await session.fetch(
                import_preview.SQL["suppliers"], tenant, list(supplier_ids)
            )
            settings = await session.fetchrow(tenants.SQL["one"], tenant)
        return position or 0, Known(
            {(row["warehouse_id"], row["sku"]): _figures(row) for row in items},
            {row["warehouse_id"]: row["is_active"] for row in warehouses},
            None if settings is None else settings["approval_quantity"],
            None if settings is None else settings["approval_value"],
            {row["supplier_id"] for row in suppliers},
        )


def _figures(row: asyncpg.Record) -> ItemFigures:
    settings = {name: row[name] for name in import_preview.SETTINGS if row[name] is not None}
    set_apart = row["damaged"] + row["quarantined"]
    return ItemFigures(row["available_now"], row["on_hand"], row["value"], settings, set_apart)


def _row(preview: RowPreview) -> dict[str, Any]:
    values: dict[str, Any] = asdict(preview)
    return values


def _import(row: asyncpg.Record | Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: time_to_wire(value) if isinstance(value, datetime) else value
        for name, value in row.items()
        if value is not None
    }
