"""Rows of a file, validated as the commands that they become; every bad one is told."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from stockledger.bulk.columns import AMOUNT_FIELDS, LINE, ROW_TYPES, Column, Content, Kind, Layout
from stockledger.bulk.tables import Cell, Row, Unreadable, UnusableFile
from stockledger.command_data import SIGNIFICANT_DIGITS_MAX
from stockledger.messages.stock_import import ROWS_MAX, QuantityRow, SettingsRow

ImportRow = QuantityRow | SettingsRow

_NUMBER: Final = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_FLAGS: Final = {"true": True, "yes": True, "false": False, "no": False}
_COMMA: Final = re.compile(r"[0-9],[0-9]")
_VALIDATORS: Final[Mapping[Kind, TypeAdapter[Any]]] = {
    kind: TypeAdapter(row_type) for kind, row_type in ROW_TYPES.items()
}


@dataclass(frozen=True, slots=True)
class BadRow:
    """What is wrong in a line; without a column it is the line as a whole."""

    line: int
    column: str
    cause: str
    figures: Mapping[str, object] = field(default_factory=dict[str, object])
    """What was asked and what there is, where the cause is a matter of quantities."""


@dataclass(frozen=True, slots=True)
class CheckedRows:
    """The rows that are right, and what is wrong with the others; both in the file's order."""

    kind: Kind
    rows: Sequence[ImportRow]
    bad: Sequence[BadRow]


class _NotTaken(ValueError):
    """A cell is not what its column holds; the message says why."""


def checked_rows(layout: Layout, rows: Iterable[Row]) -> CheckedRows:
    """Return every row validated, and every fault of every bad row.

    Raises UnusableFile when there are no rows, or more than one import takes.
    """
    good: list[ImportRow] = []
    bad: list[BadRow] = []
    count = 0
    for count, row in enumerate(rows, start=1):
        if count > ROWS_MAX:
            raise UnusableFile(f"it has more than {ROWS_MAX:,} rows: split the file")
        faults = list(_faults_of(row, layout, good))
        bad += faults
    if not count:
        raise UnusableFile("it has no rows under its header")
    return CheckedRows(layout.kind, good, bad)


def _faults_of(row: Row, layout: Layout, good: list[ImportRow]) -> Iterator[BadRow]:
    """Yield what is wrong with a row, or add it to the good ones."""
    values: dict[str, object] = {LINE: row.line}
    faults = list(_filled_in(values, row, layout.columns))
    if row.fault is None and layout.kind is Kind.QUANTITIES and not faults:
        faults += _amount_faults(row.line, values)
    yield from faults
    unread = {fault.column for fault in faults}
    if row.fault is not None:
        return
    titles = {column.field: column.title for column in layout.columns if column.field}
    try:
        valid = _VALIDATORS[layout.kind].validate_python(values)
    except ValidationError as error:
        for problem in error.errors(include_url=False, include_context=False):
            column = titles.get(str(problem["loc"][0]), str(problem["loc"][0]))
            if column not in unread:
                yield BadRow(row.line, column, _cause(problem))
    else:
        if not faults:
            good.append(valid)


def _filled_in(values: dict[str, object], row: Row, columns: Sequence[Column]) -> Iterator[BadRow]:
    """Put the row's values under their fields; yield what is no such value."""
    if row.fault is not None:
        yield BadRow(row.line, "", row.fault)
    for number, cell in enumerate(row.cells):
        if cell == "":
            continue
        if number >= len(columns):
            yield BadRow(row.line, "", _too_many_cells(len(row.cells), len(columns)))
            return
        column = columns[number]
        if column.field is None and column.title:
            continue
        if column.field is None:
            yield BadRow(row.line, "", f"a value in column {number + 1}, which has no title")
            continue
        try:
            values[column.field] = _taken(cell, column.content)
        except _NotTaken as error:
            yield BadRow(row.line, column.title, str(error))


def _too_many_cells(cells: int, columns: int) -> str:
    return (
        f"{cells:,} cells under {columns} titles; a text or number with the delimiter in it "
        'stands in "quotes", and decimals are written with a point'
    )


def _amount_faults(line: int, values: Mapping[str, object]) -> Iterator[BadRow]:
    given = [name for name in AMOUNT_FIELDS if name in values]
    if len(given) != 1:
        said = "both are given" if given else "none is given"
        yield BadRow(line, " / ".join(AMOUNT_FIELDS), f"one of them is needed, but {said}")


def _taken(cell: Cell, content: Content) -> object:
    """Return the cell's value as its column holds it; raises _NotTaken."""
    if isinstance(cell, Unreadable):
        raise _NotTaken(cell.cause)
    if content is Content.FLAG:
        return _flag(cell)
    if isinstance(cell, bool):
        raise _NotTaken("TRUE or FALSE, where a text or a number belongs")
    if content is Content.TEXT:
        return _text(cell)
    number = _number(cell) if isinstance(cell, str) else cell
    if content is Content.WHOLE_NUMBER and isinstance(number, float):
        raise _NotTaken("not a whole number")
    return number


def _flag(cell: Cell) -> bool:
    said = cell if isinstance(cell, bool) else _FLAGS.get(str(cell).lower())
    if said is None:
        raise _NotTaken("neither true nor false, nor yes or no")
    return said


def _text(cell: str | float) -> str:
    if isinstance(cell, float):
        raise _NotTaken("a number with a fraction, where a text belongs")
    return str(cell)


def _number(text: str) -> int | float:
    if not _NUMBER.fullmatch(text):
        raise _NotTaken(_why_no_number(text))
    if len(text.lstrip("+-").replace(".", "").strip("0")) > SIGNIFICANT_DIGITS_MAX:
        raise _NotTaken(f"more than {SIGNIFICANT_DIGITS_MAX} digits")
    number = float(text) if "." in text else int(text)
    return int(number) if isinstance(number, float) and number.is_integer() else number


def _why_no_number(text: str) -> str:
    if _COMMA.search(text):
        return "a comma in a number: decimals are written with a point, thousands with nothing"
    if text.startswith("="):
        return "a formula: write its value"
    return "not a number, as in 12 or 12.5"


def _cause(problem: Any) -> str:  # noqa: ANN401 - pydantic's own shape
    """Return the sentence for what pydantic found."""
    match problem["type"]:
        case "missing":
            return "nothing is given"
        case "string_pattern_mismatch" | "string_too_long" if problem["loc"][0] in _IDS:
            return "not an id: letters, digits and . _ : - , at most 64, no spaces"
        case "string_pattern_mismatch":
            return "it has control characters or line breaks"
        case "value_error":
            return str(problem["msg"]).removeprefix("Value error, ")
        case _:
            return _sentence(str(problem["msg"]))


def _sentence(message: str) -> str:
    for wordy, short in (
        ("Input should be", "it has to be"),
        ("String should have", "it may have"),
    ):
        message = message.replace(wordy, short)
    return message


_IDS: Final = frozenset({"warehouse_id", "sku", "supplier_id"})
