"""Workbooks as people send them: values as typed in; what is none, and bombs, refused by name."""

import zipfile
from datetime import UTC, date, datetime, time
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from stockledger.amounts import Quantity
from stockledger.bulk.excel_tables import UNPACKED_BYTES_MAX
from stockledger.bulk.opening import open_table
from stockledger.bulk.tables import LINES_MAX, UnusableFile
from stockledger.messages.stock_import import QuantityRow, SettingsRow
from tests.support.bulk_files import (
    causes,
    checked,
    saved,
    sheet_xml,
    with_sheet,
    workbook,
    written,
)

HEADER = ["warehouse_id", "sku", "change", "reason"]
LAMP = ["NORTH", "LAMP", 1.5, None]


def book(folder: Path, *rows: list[Any], **formats: str) -> Path:
    return written(folder, workbook([HEADER, *rows], formats), "rows.xlsx")


def text_cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


HEADER_XML = "".join(text_cell(f"{'ABCD'[i]}1", title) for i, title in enumerate(HEADER))


def test_a_workbook_is_read_as_its_cells_say(tmp_path: Path) -> None:
    rows = checked(
        book(tmp_path, LAMP, [None, None], ["NORTH", 4711, -2.0, " counted "], ["", "", None])
    )

    assert causes(rows) == []
    first, second = rows.rows
    assert isinstance(first, QuantityRow)
    assert isinstance(second, QuantityRow)
    assert (first.line, first.change, first.reason) == (2, Quantity(1500), None)
    assert (second.line, second.sku, second.change) == (4, "4711", Quantity(-2000))
    assert second.reason == "counted"


def test_the_noise_behind_what_excel_shows_of_a_number_is_left_out(tmp_path: Path) -> None:
    cells = f'{text_cell("A2", "NORTH")}{text_cell("B2", "LAMP")}<c r="C2"><v>{0.1 + 0.2}</v></c>'
    sheet = sheet_xml(f"<row>{HEADER_XML}</row><row>{cells}</row>")
    assert b"0.30000000000000004" in sheet

    (row,) = checked(written(tmp_path, with_sheet(workbook([HEADER]), sheet))).rows

    assert isinstance(row, QuantityRow)
    assert row.change == Quantity(300)


@pytest.mark.parametrize(
    ("value", "cause"),
    [
        ("=1+1", "a formula: paste its value instead"),
        ("#DIV/0!", "an error of a formula"),
        (True, "TRUE or FALSE, where a text or a number belongs"),
        (datetime(2026, 11, 21, tzinfo=UTC).replace(tzinfo=None), "a date: no column here"),
        (date(2026, 11, 21), "a date: no column here"),
        (time(9, 30), "a date: no column here"),
        ("1,5", "a comma in a number"),
        (1e20, "a number of more than 15 digits"),
        (0.0001, "more than 3 fractional digits"),
    ],
    ids=["formula", "error", "boolean", "moment", "day", "time", "comma", "huge", "fine"],
)
@pytest.mark.parametrize("column", ["change", "reason"])
def test_what_is_no_value_is_refused_by_name(
    tmp_path: Path, column: str, value: object, cause: str
) -> None:
    cells = {"change": 1, "reason": None} | {column: value}
    if column == "reason" and value in ("1,5", 0.0001):
        cells, cause = {"change": 1, "reason": 0.5}, "a number with a fraction"

    rows = checked(book(tmp_path, LAMP, ["NORTH", "CUP", cells["change"], cells["reason"]]))

    ((line, said, why),) = causes(rows)
    assert (line, said) == (3, column)
    assert why.startswith(cause)
    assert [row.line for row in rows.rows] == [2]


def test_what_is_no_value_is_not_said_to_be_missing_too(tmp_path: Path) -> None:
    rows = checked(book(tmp_path, ["NORTH", "=A1", "=1+1", None]))

    formula = "a formula: paste its value instead"
    assert causes(rows) == [(2, "sku", formula), (2, "change", formula)]


@pytest.mark.parametrize(
    ("place", "number_format", "cause"),
    [("B2", "00000", "zeros before it"), ("C2", "0%", "a percentage")],
    ids=["leading-zeros", "percentage"],
)
def test_a_number_that_is_shown_as_another_is_refused(
    tmp_path: Path, place: str, number_format: str, cause: str
) -> None:
    rows = checked(book(tmp_path, ["NORTH", 123, 0.2, None], **{place: number_format}))

    ((line, _, why),) = causes(rows)
    assert line == 2
    assert cause in why


def test_settings_come_from_workbooks_too(tmp_path: Path) -> None:
    header = ["Warehouse", "SKU", "Low-stock percent", "Maximum", "Bin"]
    content = workbook([header, ["NORTH", "LAMP", 15.0, 12.5, 7], ["NORTH", "CUP", 1.5, None, "A"]])

    rows = checked(written(tmp_path, content))

    (row,) = rows.rows
    assert isinstance(row, SettingsRow)
    assert (row.low_stock_percent, row.maximum, row.bin) == (15, Quantity(12_500), "7")
    assert causes(rows) == [(3, "Low-stock percent", "not a whole number")]


def test_which_sheet_is_said_when_there_are_several(tmp_path: Path) -> None:
    many = Workbook()
    many.create_sheet("March").append(["nothing"])
    path = written(tmp_path, saved(many), "many.xlsx")

    with pytest.raises(UnusableFile, match="sheets Sheet, March: say which"):
        open_table(path)
    with pytest.raises(UnusableFile, match="no sheet 'April'"):
        open_table(path, "April")
    assert open_table(path, "March").header.cells == ["nothing"]


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    bomb = with_sheet(workbook([HEADER]), b" " * (UNPACKED_BYTES_MAX + 1))
    assert len(bomb) < 200_000

    with pytest.raises(UnusableFile, match="unpacked it has"):
        open_table(written(tmp_path, bomb))


def test_a_bomb_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    bomb = bytearray(with_sheet(workbook([HEADER]), b" " * (UNPACKED_BYTES_MAX + 1)))
    size = (UNPACKED_BYTES_MAX + 1).to_bytes(4, "little")
    assert bomb.count(size) >= 2
    lying = bytes(bomb).replace(size, (1000).to_bytes(4, "little"))

    with pytest.raises(UnusableFile):
        checked(written(tmp_path, lying))


def test_thousands_of_parts_are_refused(tmp_path: Path) -> None:
    content = BytesIO(workbook([HEADER]))
    with zipfile.ZipFile(content, "a") as parts:
        for number in range(2_001):
            parts.writestr(f"part{number}", b"")

    with pytest.raises(UnusableFile, match="parts"):
        open_table(written(tmp_path, content.getvalue()))


def test_entities_that_multiply_are_refused(tmp_path: Path) -> None:
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>' + sheet_xml(
        f"<row>{text_cell('A1', '&b;')}</row>"
    )

    with pytest.raises(UnusableFile):
        checked(written(tmp_path, with_sheet(workbook([HEADER]), laughs)))


def test_a_sheet_whose_rows_are_a_billion_lines_apart_has_an_end(tmp_path: Path) -> None:
    row = f'<row r="1">{HEADER_XML}</row><row r="1000000000">{text_cell("A1000000000", "N")}</row>'

    with pytest.raises(UnusableFile, match=f"behind line {LINES_MAX:,}"):
        checked(written(tmp_path, with_sheet(workbook([HEADER]), sheet_xml(row))))


def test_a_sheet_of_more_columns_than_excel_knows_is_refused(tmp_path: Path) -> None:
    row = f"<row>{'<c><v>1</v></c>' * 20_000}</row>"

    with pytest.raises(UnusableFile, match="columns"):
        checked(written(tmp_path, with_sheet(workbook([HEADER]), sheet_xml(row))))


def test_a_sheet_that_ends_in_the_middle_is_bad_from_there_on(tmp_path: Path) -> None:
    row = f"<row>{text_cell('A2', 'NORTH')}</row>"
    sheet = sheet_xml(f'<dimension ref="A1"/><row>{HEADER_XML}</row>{row * 5_000}')
    cut = sheet.replace(b'<sheetData><dimension ref="A1"/>', b'<dimension ref="A1"/><sheetData>')

    table = open_table(written(tmp_path, with_sheet(workbook([HEADER]), cut[:-30])))

    last = list(table.rows)[-1]
    assert last.fault is not None
    assert "no readable sheet from here on" in last.fault


@pytest.mark.parametrize(
    "content",
    [b"PK\x03\x04", b"PK\x03\x04" + bytes(1000), workbook([HEADER])[:-100]],
    ids=["nothing", "zeros", "cut-off"],
)
def test_what_only_begins_like_a_workbook_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(UnusableFile, match="no workbook that can be read"):
        open_table(written(tmp_path, content))


def test_a_zip_of_something_else_is_refused(tmp_path: Path) -> None:
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as parts:
        parts.writestr("readme.txt", "hello")

    with pytest.raises(UnusableFile, match="no workbook that can be read"):
        open_table(written(tmp_path, content.getvalue()))
