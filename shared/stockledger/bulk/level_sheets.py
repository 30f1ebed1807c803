"""Levels as a table for people: CSV, or an Excel workbook."""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final, cast

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from stockledger.bulk.formula_guard import guarded
from stockledger.bulk.written_file import replaced_file, whole_file
from stockledger.errors import StockledgerError

COLUMNS: Final = (
    "warehouse_id",
    "sku",
    "name",
    "category",
    "unit",
    "available",
    "available_now",
    "reserved",
    "damaged",
    "quarantined",
    "in_transit",
    "on_hand",
    "unit_cost",
    "value",
    "flags",
    "bin",
    "aisle",
    "shelf",
    "reorder_point",
    "reorder_quantity",
    "maximum",
    "safety_stock",
    "low_stock_percent",
    "lead_time_days",
    "count_frequency_days",
    "supplier_id",
    "reorder_automatically",
    "recorded_at",
)

FLAG: Final = "reorder_automatically"
"""A level that does not tell it is not ordered automatically."""

SHEET_ROWS_MAX: Final = 1_048_576
"""Rows that a sheet of Excel can have, the header among them."""

ERROR_BEGIN: Final = "#"
"""What the names of Excel's errors begin with, `#N/A`: as a text it is none."""

Level = Mapping[str, Any]
Value = str | bool | int | float | None


class TooManyLevels(StockledgerError):
    """A sheet has no room for so many rows."""


def write_csv(path: Path, levels: Iterable[Level]) -> None:
    """Write the levels as CSV in UTF-8; no cell can be run as a formula."""
    with replaced_file(path) as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for level in levels:
            writer.writerow(csv_row(level))


def csv_row(level: Level) -> list[Value]:
    """Return the cells of a level in CSV, by COLUMNS; none can be run as a formula."""
    return [_text(_value(level, column)) for column in COLUMNS]


def write_excel(path: Path, levels: Iterable[Level], rows_max: int = SHEET_ROWS_MAX) -> None:
    """Write the levels as a workbook with one sheet; texts stay texts, whatever they look like.

    Raises TooManyLevels.
    """
    workbook = Workbook(write_only=True)
    sheet: Any = workbook.create_sheet("levels")
    sheet.freeze_panes = "C2"
    sheet.append([_title(sheet, column) for column in COLUMNS])
    try:
        for count, level in enumerate(levels, start=2):
            if count > rows_max:
                raise TooManyLevels(f"a sheet has {rows_max:,} rows: filter, or write CSV")
            sheet.append([_cell(sheet, _value(level, column)) for column in COLUMNS])
    finally:
        sheet.close()
    with whole_file(path) as place:
        workbook.save(place)


def _value(level: Level, column: str) -> Value:
    value: Any = level.get(column, False if column == FLAG else None)
    return " ".join(cast("list[str]", value)) if isinstance(value, list) else value


def _text(value: Value) -> Value:
    """Return a value as CSV has it."""
    if isinstance(value, bool):
        return str(value).lower()
    return guarded(value) if isinstance(value, str) else value


def _title(sheet: Any, text: str) -> Any:  # noqa: ANN401 - openpyxl's cells have no type of their own
    cell: Any = WriteOnlyCell(sheet, text)
    cell.font = Font(bold=True)
    return cell


def _cell(sheet: Any, value: Value) -> Any:  # noqa: ANN401 - as above
    if not isinstance(value, str) or (value[:1] != ERROR_BEGIN and value == guarded(value)):
        return value
    cell: Any = WriteOnlyCell(sheet, value)
    cell.data_type = "s"
    cell.quotePrefix = True
    return cell
