"""Levels as a file: CSV as it is read, or an Excel workbook once it is whole."""

import asyncio
import contextlib
import csv
import io
import tempfile
from collections.abc import AsyncGenerator, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Response
from fastapi.responses import FileResponse, StreamingResponse
from starlette.background import BackgroundTask

from stockledger.bulk.level_sheets import COLUMNS, TooManyLevels, csv_row, write_excel
from stockledger.messages.level import LevelFlag
from stockledger_projector.api import parameters as given
from stockledger_projector.api.database import QueryDatabase
from stockledger_projector.api.problems import QueryRefused
from stockledger_projector.level_snapshots import level_of
from stockledger_projector.views import stock_levels

READ_AT_ONCE: Final = 2_000
"""Levels of one statement: about 2 MB. No statement waits for a client that is slow to read."""

Level = dict[str, Any]


class FileFormat(StrEnum):
    """What the levels are written as."""

    CSV = "csv"
    EXCEL = "xlsx"


_MEDIA_TYPES: Final = {
    FileFormat.CSV: "text/csv; charset=utf-8",
    FileFormat.EXCEL: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_FormatQuery = Annotated[
    FileFormat, Query(alias="format", description="csv, or xlsx for an Excel workbook.")
]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Which levels, of whom."""

    tenant: str
    filters: Sequence[object]


class ExportQuery:
    """Answers it, of one tenant, from the levels."""

    def __init__(self, database: QueryDatabase) -> None:
        self._database = database

    def add_to(self, router: APIRouter) -> None:
        """Add the route."""
        content: dict[str, dict[str, str]] = {
            media_type: {} for media_type in _MEDIA_TYPES.values()
        }
        router.get(
            "/levels/export",
            response_class=Response,
            responses={200: {"description": "The file.", "content": content}},
        )(self.export)

    async def export(
        self,
        tenant: given.Tenant,
        items: given.Items,
        file_format: _FormatQuery = FileFormat.CSV,
        category: given.Category = None,
        flag: given.Flags = (),
    ) -> Response:
        """Write the levels of all items into a file, by warehouse and SKU.

        They are read some at a time: each is as it was when it was read. No text in the file can
        be run as a formula.
        """
        flags = [wanted in flag for wanted in LevelFlag]
        wanted = _Wanted(tenant, (items.warehouse_id, items.sku, category, *flags))
        headers = {"content-disposition": f'attachment; filename="levels.{file_format}"'}
        media_type = _MEDIA_TYPES[file_format]
        if file_format is FileFormat.EXCEL:
            file = await self._workbook(wanted)
            cleaning = BackgroundTask(file.unlink, missing_ok=True)
            return FileResponse(file, headers=headers, media_type=media_type, background=cleaning)
        first = await self._after(wanted, None)
        return StreamingResponse(self._lines(wanted, first), headers=headers, media_type=media_type)

    async def _lines(self, wanted: _Wanted, first: list[Level]) -> AsyncGenerator[str]:
        yield _csv([COLUMNS])
        levels = first
        while levels:
            yield _csv(csv_row(level) for level in levels)
            levels = await self._after(wanted, levels[-1])

    async def _workbook(self, wanted: _Wanted) -> Path:
        """Write a workbook in a thread of its own, which asks this loop for the levels."""
        loop = asyncio.get_running_loop()

        def levels() -> Iterator[Level]:
            last: Level | None = None
            while True:
                asking: Future[list[Level]] = asyncio.run_coroutine_threadsafe(
                    self._after(wanted, last), loop
                )
                page = asking.result()
                if not page:
                    return
                yield from page
                last = page[-1]

        with tempfile.NamedTemporaryFile(suffix=".xlsx", delete=False) as made:
            file = Path(made.name)
        try:
            await asyncio.to_thread(_write_whole, file, levels())
        except TooManyLevels as error:
            raise QueryRefused(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from error
        return file

    async def _after(self, wanted: _Wanted, last: Level | None) -> list[Level]:
        """Return the next levels behind one."""
        behind = (None, None) if last is None else (last["warehouse_id"], last["sku"])
        rows = await self._database.fetch(
            wanted.tenant, stock_levels.SQL["page"], *wanted.filters, *behind, READ_AT_ONCE
        )
        return [level_of(row) for row in rows]


def _write_whole(file: Path, levels: Iterator[Level]) -> None:
    with contextlib.ExitStack() as failing:
        failing.callback(file.unlink, missing_ok=True)
        write_excel(file, levels)
        failing.pop_all()


def _csv(rows: Any) -> str:  # noqa: ANN401 - any iterable of rows, as csv takes them
    lines = io.StringIO()
    csv.writer(lines).writerows(rows)
    return lines.getvalue()
