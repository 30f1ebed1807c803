"""What is written for spreadsheets: nothing in it runs, and it is there whole or not at all."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as some

from stockledger.amounts import Quantity
from stockledger.bulk.formula_guard import guarded, unguarded
from stockledger.bulk.level_sheets import (
    COLUMNS,
    SHEET_ROWS_MAX,
    TooManyLevels,
    write_csv,
    write_excel,
)
from stockledger.bulk.result_rows import RowResult, write_results
from stockledger.bulk.rows import BadRow
from stockledger.messages.fields import Sku, WarehouseId
from stockledger.messages.stock_import import QuantityRow, SettingsRow
from tests.support.bulk_files import checked

HOSTILE = [
    '=HYPERLINK("http://evil","click")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\uff1d1+1",
    '=cmd|"/c calc"!A1',
    "'=1",
]
IMPORTED = ("warehouse_id", "sku", "name", "supplier_id", "reorder_automatically")
LAMP: dict[str, Any] = {
    "warehouse_id": "NORTH",
    "sku": "LAMP",
    "name": 'Lamp; „blue“, 5" tall',
    "available": -5,
    "available_now": 2.5,
    "flags": ["LOW_STOCK", "REORDER_NEEDED"],
    "maximum": None,
    "supplier_id": "LUMEN",
}


def csv_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def cell_of_name(path: Path) -> tuple[object, str]:
    cell: Any = openpyxl.load_workbook(path)["levels"]["C2"]
    return cell.value, cell.data_type


def test_levels_are_written_as_csv(tmp_path: Path) -> None:
    write_csv(tmp_path / "levels.csv", [LAMP])

    (row,) = csv_rows(tmp_path / "levels.csv")
    assert tuple(row) == COLUMNS
    assert (row["name"], row["available"], row["available_now"]) == (LAMP["name"], "-5", "2.5")
    assert (row["flags"], row["maximum"]) == ("LOW_STOCK REORDER_NEEDED", "")
    assert (row["supplier_id"], row["reorder_automatically"]) == ("LUMEN", "false")
    assert (tmp_path / "levels.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_levels_are_written_as_a_workbook_with_numbers_as_numbers(tmp_path: Path) -> None:
    write_excel(tmp_path / "levels.xlsx", [LAMP])

    rows = list(openpyxl.load_workbook(tmp_path / "levels.xlsx")["levels"].values)
    assert rows[0] == COLUMNS
    assert dict(zip(COLUMNS, rows[1], strict=True)) == {
        **dict.fromkeys(COLUMNS),
        **LAMP,
        "flags": "LOW_STOCK REORDER_NEEDED",
        "reorder_automatically": False,
    }


@pytest.mark.parametrize("text", HOSTILE)
def test_no_exported_text_is_a_formula(tmp_path: Path, text: str) -> None:
    levels = [LAMP | {"name": text, "category": text}]
    write_csv(tmp_path / "levels.csv", levels)
    write_excel(tmp_path / "levels.xlsx", levels)

    (row,) = csv_rows(tmp_path / "levels.csv")
    assert row["name"] == row["category"] == f"'{text}"
    assert cell_of_name(tmp_path / "levels.xlsx") == (text, "s")


def test_a_name_that_looks_like_an_error_stays_a_name(tmp_path: Path) -> None:
    write_excel(tmp_path / "levels.xlsx", [LAMP | {"name": "#N/A"}])

    assert cell_of_name(tmp_path / "levels.xlsx") == ("#N/A", "s")


@given(some.text() | some.sampled_from(HOSTILE))
def test_what_is_guarded_can_be_imported_again_as_it_was(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert guarded(text)[:1] not in ("=", "+", "-", "@", "\t", "\r", "\n")


def test_an_export_can_be_imported_again(tmp_path: Path) -> None:
    ignored = [column for column in COLUMNS if column not in IMPORTED]
    levels = [
        LAMP | {"name": name, "sku": f"SKU-{n}", "reorder_automatically": n > 0}
        for n, name in enumerate(HOSTILE)
    ]
    for write, name in ((write_csv, "levels.csv"), (write_excel, "levels.xlsx")):
        write(tmp_path / name, levels)

        rows = checked(tmp_path / name, ignored=ignored).rows

        taken = [row for row in rows if isinstance(row, SettingsRow)]
        assert [row.name for row in taken] == HOSTILE
        assert [row.reorder_automatically for row in taken] == [n > 0 for n in range(len(HOSTILE))]
        assert {row.supplier_id for row in taken} == {"LUMEN"}


@pytest.mark.parametrize(("write", "name"), [(write_csv, "a.csv"), (write_excel, "a.xlsx")])
def test_a_file_is_there_whole_or_as_it_was(
    tmp_path: Path, write: Callable[[Path, Iterator[dict[str, Any]]], None], name: str
) -> None:
    def breaking_off() -> Iterator[dict[str, Any]]:
        yield LAMP
        raise ConnectionError

    path = tmp_path / name
    path.write_text("as it was")
    with pytest.raises(ConnectionError):
        write(path, breaking_off())

    assert path.read_text() == "as it was"
    assert list(tmp_path.iterdir()) == [path]


def test_a_sheet_is_never_fuller_than_excel_allows(tmp_path: Path) -> None:
    write_excel(tmp_path / "full.xlsx", [LAMP] * 2, rows_max=3)

    with pytest.raises(TooManyLevels, match="write CSV"):
        write_excel(tmp_path / "fuller.xlsx", [LAMP] * 3, rows_max=3)
    assert SHEET_ROWS_MAX == 2**20


def test_results_say_what_became_of_every_row(tmp_path: Path) -> None:
    rows = [
        QuantityRow(
            line=line, warehouse_id=WarehouseId("NORTH"), sku=Sku("LAMP"), change=Quantity(1_000)
        )
        for line in (2, 3, 5)
    ]
    bad = [
        BadRow(3, "change", "not enough", {"asked": 5, "available": 3.5}),
        BadRow(4, "=2+2", "=HYPERLINK(1)"),
        BadRow(4, "", "gone"),
    ]

    write_results(tmp_path / "results.csv", rows, bad, RowResult.NOT_APPLIED)

    assert [tuple(row.values()) for row in csv_rows(tmp_path / "results.csv")] == [
        ("2", "NORTH", "LAMP", "not applied", "", "", "", ""),
        ("3", "NORTH", "LAMP", "bad", "change", "not enough", "5", "3.5"),
        ("4", "", "", "bad", "'=2+2", "'=HYPERLINK(1)", "", ""),
        ("4", "", "", "bad", "", "gone", "", ""),
        ("5", "NORTH", "LAMP", "not applied", "", "", "", ""),
    ]
