"""Files as people send them: CSV as bytes, workbooks as openpyxl or a zip tool writes them."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from stockledger.bulk.columns import Kind, layout_of
from stockledger.bulk.opening import open_table
from stockledger.bulk.rows import CheckedRows, checked_rows

SHEET_PART = "xl/worksheets/sheet1.xml"


def checked(path: Path, kind: Kind | None = None, ignored: Sequence[str] = ()) -> CheckedRows:
    """Return the rows of a file as an import takes them."""
    table = open_table(path)
    return checked_rows(layout_of(table.header.cells, kind, ignored), table.rows)


def written(folder: Path, content: str | bytes, name: str = "rows.csv") -> Path:
    """Return the path of a file with this content, text as UTF-8."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def causes(rows: CheckedRows) -> list[tuple[int, str, str]]:
    """Return what is wrong: line, column, cause."""
    return [(fault.line, fault.column, fault.cause) for fault in rows.bad]


def workbook(rows: Sequence[Sequence[Any]], formats: Mapping[str, str] | None = None) -> bytes:
    """Return a workbook with one sheet; `formats` are the number formats of cells."""
    book = Workbook()
    sheet: Any = book.active
    for row in rows:
        sheet.append(row)
    for place, number_format in (formats or {}).items():
        sheet[place].number_format = number_format
    return saved(book)


def saved(book: Workbook) -> bytes:
    """Return a workbook's bytes."""
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def with_sheet(book: bytes, sheet: bytes) -> bytes:
    """Return the workbook with another XML of its sheet, packed as small as it gets."""
    changed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book)) as old,
        zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            content = sheet if part.filename == SHEET_PART else old.read(part)
            new.writestr(part.filename, content)
    return changed.getvalue()


def sheet_xml(rows: str) -> bytes:
    """Return the XML of a sheet with these rows."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{space}"><sheetData>{rows}</sheetData></worksheet>'.encode()
