"""Opens a file as a table: what it is follows from its content, not from its name."""

from pathlib import Path
from typing import Final

from stockledger.bulk.csv_tables import csv_table
from stockledger.bulk.excel_tables import excel_table
from stockledger.bulk.tables import FILE_BYTES_MAX, Table, UnusableFile

_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0"
"""What old Excel files begin with, and new ones that have a password."""


def open_table(path: Path, sheet: str | None = None) -> Table:
    """Return the table in a file, of the sheet named; raises UnusableFile, OSError."""
    with path.open("rb") as file:
        content = file.read(FILE_BYTES_MAX + 1)
    if len(content) > FILE_BYTES_MAX:
        raise UnusableFile(f"it has more than {FILE_BYTES_MAX:,} bytes: split the file")
    if content.startswith(_ZIP):
        return excel_table(content, sheet)
    if content.startswith(_OLE):
        raise UnusableFile("it is an old or encrypted Excel file: save it as .xlsx or CSV")
    if sheet is not None:
        raise UnusableFile("it is no workbook: --sheet has no meaning")
    return csv_table(content)
