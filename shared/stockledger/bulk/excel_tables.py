"""Tables from Excel workbooks: what was typed in, never what a formula would make of it."""

import io
import re
import warnings
import zlib
from collections.abc import Iterator, Sequence
from typing import Any, Final
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from stockledger.bulk.tables import (
    Cell,
    Row,
    Table,
    Unreadable,
    UnusableFile,
    filled,
    first_of,
)

UNPACKED_BYTES_MAX: Final = 40_000_000
"""Bytes of a workbook's parts unpacked, as its directory states them; no more is unpacked."""

PARTS_MAX: Final = 2_000
"""Files inside a workbook."""

EXCEL_DIGITS: Final = 15
"""Digits that Excel keeps and shows of a number; what a double has behind them is noise."""

_BROKEN: Final = (
    BadZipFile,
    ParseError,
    InvalidFileException,
    zlib.error,
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""What openpyxl and zipfile raise at files that are not what they say they are."""

_LEADING_ZEROS: Final = re.compile(r"00")
_KINDS: Final = {
    "f": "a formula: paste its value instead",
    "e": "an error of a formula",
    "d": "a date: no column here holds one; write a text",
}


def excel_table(content: bytes, sheet: str | None) -> Table:
    """Return the table of a workbook's only sheet, or of the one named; raises UnusableFile."""
    _check_size(content)
    try:
        # openpyxl warns of styles and extensions that it leaves out; values are all we read
        with warnings.catch_warnings(action="ignore"):
            workbook = openpyxl.load_workbook(
                io.BytesIO(content), read_only=True, data_only=False, keep_links=False
            )
            chosen = _sheet(workbook, sheet)
    except _BROKEN as error:
        raise UnusableFile(f"it is no workbook that can be read: {error}") from error
    rows = filled(_rows(chosen))
    return Table(first_of(rows), rows)


def _check_size(content: bytes) -> None:
    try:
        with ZipFile(io.BytesIO(content)) as parts:
            sizes = [part.file_size for part in parts.infolist()]
    except _BROKEN as error:
        raise UnusableFile(f"it is no workbook that can be read: {error}") from error
    if len(sizes) > PARTS_MAX or sum(sizes) > UNPACKED_BYTES_MAX:
        raise UnusableFile(
            f"unpacked it has {len(sizes)} parts of {sum(sizes):,} bytes, more than "
            f"{PARTS_MAX} parts or {UNPACKED_BYTES_MAX:,} bytes: save it as CSV"
        )


def _sheet(workbook: openpyxl.Workbook, name: str | None) -> Any:  # noqa: ANN401 - openpyxl's read-only sheets have no type of their own
    names: list[str] = [sheet.title for sheet in workbook.worksheets]
    if name is not None and name not in names:
        raise UnusableFile(f"it has no sheet {name!r}, but {', '.join(names)}")
    if name is None and len(names) != 1:
        raise UnusableFile(f"it has the sheets {', '.join(names)}: say which with --sheet")
    return workbook[name or names[0]]


def _rows(sheet: Any) -> Iterator[Row]:  # noqa: ANN401 - as above
    sheet.reset_dimensions()  # what the file says of its own size need not be true
    rows: Iterator[Sequence[Any]] = sheet.iter_rows()
    line = 0
    while True:
        line += 1
        try:
            cells = next(rows, None)
            row = None if cells is None else Row(line, _trimmed([_value(cell) for cell in cells]))
        except _BROKEN as error:
            row = Row(line, (), f"no readable sheet from here on: {error}")
        if row is None:
            return
        yield row
        if row.fault is not None:
            return


def _trimmed(cells: list[Cell]) -> list[Cell]:
    """Take away the empty cells on the right."""
    while cells and cells[-1] == "":
        cells.pop()
    return cells


def _value(cell: Any) -> Cell:  # noqa: ANN401 - a cell of any kind
    value: object = cell.value
    if value is None:
        return ""
    if cell.data_type in _KINDS:
        return Unreadable(_KINDS[cell.data_type])
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return _number(value, str(cell.number_format))
    return Unreadable(f"a {type(value).__name__}, where a text or a number belongs")


def _number(value: float, shown_as: str) -> Cell:
    if _LEADING_ZEROS.match(shown_as):
        return Unreadable("a number that is shown with zeros before it: make the cell a text")
    if "%" in shown_as:
        return Unreadable("a percentage: write 20 instead of 20 %, in a cell without a format")
    if abs(value) >= 10**EXCEL_DIGITS:
        return Unreadable(f"a number of more than {EXCEL_DIGITS} digits, which Excel cuts off")
    rounded = float(f"{value:.{EXCEL_DIGITS}g}")
    return int(rounded) if rounded.is_integer() else rounded
