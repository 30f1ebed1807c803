"""What became of each row, as a CSV file."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Final

from stockledger.bulk.formula_guard import guarded
from stockledger.bulk.rows import BadRow, ImportRow
from stockledger.bulk.written_file import replaced_file

FIGURES: Final = ("asked", "available")
COLUMNS: Final = ("line", "warehouse_id", "sku", "result", "column", "cause", *FIGURES)


class RowResult(StrEnum):
    """What became of a row."""

    VALID = "valid"
    APPLIED = "applied"
    APPLIED_BEFORE = "applied before"
    NOT_APPLIED = "not applied"
    BAD = "bad"


def write_results(
    path: Path, rows: Sequence[ImportRow], bad: Sequence[BadRow], others: RowResult
) -> None:
    """Write a line for each row, and one for each fault of a bad row, in the file's order."""
    with replaced_file(path) as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(_lines(rows, bad, others))


def _lines(
    rows: Sequence[ImportRow], bad: Sequence[BadRow], others: RowResult
) -> Iterator[list[str]]:
    items = {row.line: row for row in rows}
    blamed = {fault.line for fault in bad}
    fine = [(row.line, _line(row.line, row, others)) for row in rows if row.line not in blamed]
    wrong = [
        (fault.line, _line(fault.line, items.get(fault.line), RowResult.BAD, fault))
        for fault in bad
    ]
    for _, line in sorted([*fine, *wrong], key=lambda numbered: numbered[0]):
        yield line


def _line(
    line: int, row: ImportRow | None, result: RowResult, fault: BadRow | None = None
) -> list[str]:
    item = (row.warehouse_id, row.sku) if row is not None else ("", "")
    said = _texts((fault.column, fault.cause)) if fault is not None else ("", "")
    figures = [fault.figures.get(name) if fault is not None else None for name in FIGURES]
    shown = ["" if figure is None else str(figure) for figure in figures]
    return [str(line), *item, result.value, *said, *shown]


def _texts(texts: Iterable[str]) -> list[str]:
    return [guarded(text) for text in texts]
