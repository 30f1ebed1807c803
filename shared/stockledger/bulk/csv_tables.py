"""Tables from CSV: the encoding and the delimiter are found out, and told when guessed."""

import csv
import io
import re
from collections.abc import Iterator
from typing import Final

from stockledger.bulk.columns import recognised
from stockledger.bulk.formula_guard import unguarded
from stockledger.bulk.tables import Cell, Row, Table, UnusableFile, filled, first_of

DELIMITERS: Final = (",", ";", "\t")

HEADER_CHARACTERS_MAX: Final = 65_536
"""Characters of the file's beginning in which the header is looked for."""

_STATED_DELIMITER: Final = re.compile(r"sep=([,;\t])\r?\n", re.IGNORECASE)
"""How Excel is told the delimiter, in a line before the header."""

_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_AS_UTF_8: Final = "save it as “CSV UTF-8”"


def csv_table(content: bytes) -> Table:
    """Return the table of a CSV file; raises UnusableFile."""
    text, remarks = _decoded(content)
    stated = _STATED_DELIMITER.match(text)
    delimiter = stated[1] if stated else _likely_delimiter(text)
    rows = filled(_rows(text, delimiter))
    if stated:
        next(rows)
    return Table(first_of(rows), rows, remarks)


def _decoded(content: bytes) -> tuple[str, list[str]]:
    if content.startswith(_UTF_16) or b"\0" in content[:HEADER_CHARACTERS_MAX].split(b"\n")[0]:
        raise UnusableFile(f"it is UTF-16, or no text at all: {_AS_UTF_8}")
    try:
        return content.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError as error:
        raise UnusableFile(
            f"line {line}: neither UTF-8 nor Windows-1252 text: {_AS_UTF_8}"
        ) from error
    return text, [f"line {line} is not UTF-8: the file is read as Windows-1252"]


def _likely_delimiter(text: str) -> str:
    """Return the delimiter that makes the most columns of the header known."""
    beginning = text[:HEADER_CHARACTERS_MAX]

    def known(delimiter: str) -> int:
        header = next((row for row in _rows(beginning, delimiter) if not row.is_blank), None)
        return recognised(header.cells) if header is not None else 0

    return max(DELIMITERS, key=known)


def _rows(text: str, delimiter: str) -> Iterator[Row]:
    """Yield the rows, each with the line it begins in; a broken one is the last."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    while True:
        try:
            cells: list[Cell] = [unguarded(cell.strip()) for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error as error:
            yield Row(line, (), f"no readable CSV from here on: {_explained(error)}")
            return
        yield Row(line, cells)
        line = reader.line_num + 1


def _explained(error: csv.Error) -> str:
    said = str(error)
    if said == "unexpected end of data":
        return "a quoted cell is never closed"
    if "expected after" in said:
        return "text follows a quoted cell; a quote inside one is written twice"
    return said
