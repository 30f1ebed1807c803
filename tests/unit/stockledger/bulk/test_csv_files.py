"""CSV as people send it: whatever its encoding and delimiter, read as meant or refused aloud."""

from pathlib import Path

import pytest

from stockledger.amounts import Quantity
from stockledger.bulk.opening import open_table
from stockledger.bulk.tables import COLUMNS_MAX, FILE_BYTES_MAX, LINES_MAX, UnusableFile
from stockledger.messages.stock_import import ROWS_MAX, QuantityRow
from tests.support.bulk_files import causes, checked, written

HEADER = "warehouse_id,sku,change,reason\n"


def quantity(row: object) -> QuantityRow:
    assert isinstance(row, QuantityRow)
    return row


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("begin", ["", "\ufeff"], ids=["plain", "bom"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["unix", "windows", "old-mac"])
def test_every_usual_delimiter_encoding_and_line_end_is_the_same_table(
    tmp_path: Path, delimiter: str, begin: str, end: str
) -> None:
    lines = (
        "Warehouse ID|SKU|Change|Reason",
        "NORTH|LAMP|1.5|counted: 3, not 2; or 4",
        "|||",
        "SOUTH|LAMP|-2|Gerät",
    )
    cells = [[f'"{cell}"' for cell in line.split("|")] for line in lines]
    text = begin + end.join(delimiter.join(line) for line in cells)

    rows = checked(written(tmp_path, text))

    assert causes(rows) == []
    first, second = (quantity(row) for row in rows.rows)
    assert (first.line, first.warehouse_id, first.change) == (2, "NORTH", Quantity(1500))
    assert first.reason == "counted: 3, not 2; or 4"
    assert (second.line, second.change, second.reason) == (4, Quantity(-2000), "Gerät")


def test_the_delimiter_that_excel_is_told_is_believed(tmp_path: Path) -> None:
    rows = checked(written(tmp_path, "sep=;\r\nwarehouse_id;sku;change\r\nNORTH;LAMP;1\r\n"))

    assert [row.line for row in rows.rows] == [3]


def test_a_file_that_is_not_utf_8_is_read_as_windows_1252_and_that_is_said(tmp_path: Path) -> None:
    text = HEADER + "NORTH,LAMP,1,\nNORTH,CUP,1,für Köln €\n"
    path = written(tmp_path, text.encode("cp1252"))

    assert open_table(path).remarks == ["line 3 is not UTF-8: the file is read as Windows-1252"]
    assert quantity(checked(path).rows[1]).reason == "für Köln €"


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (HEADER.encode("utf-16"), "UTF-16"),
        (HEADER.encode("utf-16-le"), "UTF-16"),
        (HEADER.encode() + b"NORTH,LAMP,1,\x81\n", "neither UTF-8 nor Windows-1252"),
        (b"", "empty"),
        (b"\n,,,\n  \n", "empty"),
        (HEADER.encode(), "no rows"),
        (b"\xd0\xcf\x11\xe0" + bytes(100), "old or encrypted Excel file"),
        (b"%PDF-1.7 \xe2\xe3 not a table\n", "no column says what to import"),
    ],
    ids=[
        "utf-16",
        "utf-16-without-bom",
        "undefined-byte",
        "nothing",
        "blank",
        "no-rows",
        "xls",
        "pdf",
    ],
)
def test_what_is_no_table_is_refused_with_its_cause(
    tmp_path: Path, content: bytes, cause: str
) -> None:
    with pytest.raises(UnusableFile, match=cause):
        checked(written(tmp_path, content))


def test_lines_are_counted_as_an_editor_does_also_behind_quotes_across_lines(
    tmp_path: Path,
) -> None:
    text = HEADER + 'NORTH,LAMP,1,"a\nreason of\nthree lines"\nNORTH,CUP,much,\n'

    rows = checked(written(tmp_path, text))

    assert quantity(rows.rows[0]).reason == "a\nreason of\nthree lines"
    assert causes(rows) == [(5, "change", "not a number, as in 12 or 12.5")]


@pytest.mark.parametrize(
    ("broken", "cause"),
    [
        ('NORTH,CUP,1,"never closed\nNORTH,PEN,1,\n', "a quoted cell is never closed"),
        ('NORTH,CUP,1,"a "word" in quotes"\n', "text follows a quoted cell"),
        ("NORTH,CUP,1," + "x" * 200_000 + "\n", "field larger than field limit"),
    ],
    ids=["open", "unescaped", "huge"],
)
def test_a_row_that_is_no_csv_is_bad_and_so_are_those_before_it(
    tmp_path: Path, broken: str, cause: str
) -> None:
    found = causes(checked(written(tmp_path, HEADER + "NORTH,LAMP,1.0001,\n" + broken)))

    assert [line for line, _, _ in found] == [2, 3]
    assert cause in found[1][2]


def test_nul_characters_make_their_rows_bad(tmp_path: Path) -> None:
    text = HEADER + "NORTH,LA\0MP,1,\nNORTH,LAMP,1\0,\nNORTH,LAMP,1,a\0b\nNORTH,LAMP,1,\n"

    rows = checked(written(tmp_path, text))

    assert [fault.line for fault in rows.bad] == [2, 3, 4]
    assert [row.line for row in rows.rows] == [5]


def test_a_row_with_more_cells_than_titles_is_bad_however_many_there_are(tmp_path: Path) -> None:
    text = HEADER + "NORTH,LAMP,1,5,why\nNORTH,LAMP,1,why,,,\n" + "x," * 1_000_000 + "x\n"

    found = causes(checked(written(tmp_path, text)))

    assert [(line, cause[:9]) for line, _, cause in found if "cells" in cause] == [
        (2, "5 cells u"),
        (4, "1,000,001"),
    ]
    assert {line for line, _, _ in found} == {2, 4}


def test_a_million_columns_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableFile, match=f"more than {COLUMNS_MAX} columns"):
        checked(written(tmp_path, HEADER.strip() + "," * 1_000_000 + "\nNORTH,LAMP,1\n"))


def test_a_file_one_byte_too_large_is_refused(tmp_path: Path) -> None:
    row = b"NORTH,LAMP,1,\n"
    content = HEADER.encode() + row
    full = content + b"\n" * (FILE_BYTES_MAX - len(content))

    with pytest.raises(UnusableFile, match=f"more than {FILE_BYTES_MAX:,} bytes"):
        checked(written(tmp_path, full + b"\n"))
    with pytest.raises(UnusableFile, match=f"behind line {LINES_MAX:,}"):
        checked(written(tmp_path, full))


def test_ten_thousand_rows_are_taken_and_not_one_more(tmp_path: Path) -> None:
    text = HEADER + "NORTH,LAMP,1,\n" * ROWS_MAX

    assert len(checked(written(tmp_path, text)).rows) == ROWS_MAX
    with pytest.raises(UnusableFile, match="more than 10,000 rows"):
        checked(written(tmp_path, text + "NORTH,LAMP,1,\n"))
