"""What is read from a file: a header and rows of cells, whatever the file's format."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from stockledger.errors import StockledgerError

FILE_BYTES_MAX: Final = 20_000_000
"""Bytes of a file: 10,000 rows with reasons of 2,000 characters each."""

LINES_MAX: Final = 100_000
"""Lines looked at, empty ones included: a table may be sparse, but it has an end."""

COLUMNS_MAX: Final = 200
"""Columns of a table; ours are fewer than twenty, the rest can be ignored by name."""


class UnusableFile(StockledgerError):
    """The file as a whole cannot be read as a table of rows; the message says why."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A cell whose value cannot be taken as it is, and why."""

    cause: str


Cell = str | bool | int | float | Unreadable
"""An empty text is an empty cell; only workbooks have TRUE and FALSE that are no texts."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the file, counted as editors and spreadsheets do: from 1."""

    line: int
    cells: Sequence[Cell]
    fault: str | None = None
    """Why the row cannot be read as cells; it is the last one then."""

    @property
    def is_blank(self) -> bool:
        """Whether nothing is in it."""
        return self.fault is None and all(cell == "" for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Table:
    """The titles of the columns, the rows below, and what to tell about the file."""

    header: Row
    rows: Iterator[Row]
    remarks: Sequence[str] = ()


def filled(rows: Iterator[Row]) -> Iterator[Row]:
    """Yield the rows that are not blank; raises UnusableFile when they do not end in time."""
    for row in rows:
        if row.line > LINES_MAX:
            raise UnusableFile(f"it goes on behind line {LINES_MAX:,}: split the file")
        if not row.is_blank:
            yield row


def first_of(rows: Iterator[Row]) -> Row:
    """Return the header; raises UnusableFile when there is none that could be used."""
    header = next(rows, None)
    if header is None:
        raise UnusableFile("it is empty")
    if header.fault is not None:
        raise UnusableFile(f"line {header.line}: {header.fault}")
    if len(header.cells) > COLUMNS_MAX:
        raise UnusableFile(f"it has more than {COLUMNS_MAX} columns")
    return header
