"""A row is as valid as the command that it becomes; every fault of every bad row is told."""

from pathlib import Path

import pytest

from stockledger.amounts import Quantity
from stockledger.bulk.columns import Kind
from stockledger.messages.stock_import import QuantityRow, SettingsRow
from tests.support.bulk_files import causes, checked, written

CHANGES = "warehouse_id,sku,change\n"
BOTH = "warehouse_id,sku,change,actual\n"


def test_all_faults_of_all_bad_rows_are_told_and_the_good_rows_stay(tmp_path: Path) -> None:
    text = (
        CHANGES
        + "NORTH,LAMP,1\n"
        + ",LAMP,1\n"
        + 'NO RTH,LA/MP,"1,5"\n'
        + "NORTH,LAMP,\n"
        + f"NORTH,{'L' * 65},0.0001\n"
        + "NORTH,CUP,-7\n"
    )

    rows = checked(written(tmp_path, text))

    not_an_id = "not an id: letters, digits and . _ : - , at most 64, no spaces"
    assert causes(rows) == [
        (3, "warehouse_id", "nothing is given"),
        (4, "change", rows.bad[1].cause),
        (4, "warehouse_id", not_an_id),
        (4, "sku", not_an_id),
        (5, "change / actual", "one of them is needed, but none is given"),
        (6, "sku", not_an_id),
        (6, "change", "more than 3 fractional digits"),
    ]
    assert rows.bad[1].cause.startswith("a comma in a number")
    assert [row.line for row in rows.rows] == [2, 7]


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("0", 0),
        ("+7", 7_000),
        ("-7.250", -7_250),
        ("007", 7_000),
        ("999999999999.999", 999_999_999_999_999),
        ("0.10000000000000000000", 100),
    ],
)
def test_numbers_are_taken_exactly(tmp_path: Path, text: str, quantity: int) -> None:
    (row,) = checked(written(tmp_path, f"{CHANGES}NORTH,LAMP,{text}\n")).rows

    assert isinstance(row, QuantityRow)
    assert row.change == Quantity(quantity)


@pytest.mark.parametrize(
    "text",
    [
        *["1e5", "0x10", "1_000", "1 000", "٣", "∞", "NaN", "inf", ".5", "5.", "--1", "1.2.3"],
        *["1.0000000000000001", "1000000000000", "9" * 400, "=1+1", "1'000", "£5", "-"],
    ],
)
def test_whatever_is_no_number_written_out_is_refused(tmp_path: Path, text: str) -> None:
    ((line, column, _),) = causes(checked(written(tmp_path, f"{CHANGES}NORTH,LAMP,{text}\n")))

    assert (line, column) == (2, "change")


def test_a_row_says_a_change_or_what_is_there_and_not_both(tmp_path: Path) -> None:
    text = BOTH + "NORTH,LAMP,1,\nNORTH,LAMP,,0\nNORTH,LAMP,1,1\nNORTH,LAMP,,-1\n"

    rows = checked(written(tmp_path, text))

    assert causes(rows) == [
        (4, "change / actual", "one of them is needed, but both are given"),
        (5, "actual", "it has to be greater than or equal to 0"),
    ]
    assert [row.line for row in rows.rows] == [2, 3]


def test_an_empty_cell_leaves_a_setting_as_it_is(tmp_path: Path) -> None:
    text = "warehouse_id,sku,name,maximum,lead_time_days,bin\nNORTH,LAMP,,12.5,,B-7\n"

    rows = checked(written(tmp_path, text))

    assert rows.kind is Kind.SETTINGS
    assert rows.rows == [
        SettingsRow(line=2, warehouse_id="NORTH", sku="LAMP", maximum=Quantity(12_500), bin="B-7")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType] - ids as texts
    ]


def test_a_supplier_and_whether_to_order_automatically_are_settings_too(tmp_path: Path) -> None:
    said = ["TRUE", "yes", "false", "No", ""]
    lines = "".join(f"NORTH,LAMP,LUMEN,{flag}\n" for flag in said)

    rows = checked(written(tmp_path, f"warehouse,sku,supplier-id,Reorder Automatically\n{lines}"))

    taken = [row for row in rows.rows if isinstance(row, SettingsRow)]
    assert [row.reorder_automatically for row in taken] == [True, True, False, False, None]
    assert {row.supplier_id for row in taken} == {"LUMEN"}


@pytest.mark.parametrize(
    ("title", "cell", "cause"),
    [
        ("maximum", "0", "it has to be greater than 0"),
        ("safety_stock", "-1", "it has to be greater than or equal to 0"),
        ("low_stock_percent", "101", "it has to be less than or equal to 100"),
        ("low_stock_percent", "12.5", "not a whole number"),
        ("lead_time_days", "soon", "not a number, as in 12 or 12.5"),
        ("name", "x" * 201, "it may have at most 200 characters"),
        ("name", '"two\nlines"', "it has control characters or line breaks"),
        ("bin", "x" * 65, "it may have at most 64 characters"),
        (
            "supplier_id",
            "Lumen Works",
            "not an id: letters, digits and . _ : - , at most 64, no spaces",
        ),
        ("reorder_automatically", "1", "neither true nor false, nor yes or no"),
    ],
)
def test_settings_have_the_limits_of_the_command(
    tmp_path: Path, title: str, cell: str, cause: str
) -> None:
    text = f"warehouse_id,sku,{title}\nNORTH,LAMP,{cell}\n"

    assert causes(checked(written(tmp_path, text))) == [(2, title, cause)]


def test_a_value_under_no_title_is_bad_and_under_an_ignored_one_is_not(tmp_path: Path) -> None:
    text = "warehouse_id,sku,,change,comment\nNORTH,LAMP,,1,anything at all\nNORTH,LAMP,x,1,\n"

    rows = checked(written(tmp_path, text), ignored=["comment"])

    assert causes(rows) == [(3, "", "a value in column 3, which has no title")]


def test_a_text_that_an_export_guarded_is_as_it_was(tmp_path: Path) -> None:
    text = "warehouse_id,sku,name\nNORTH,LAMP,'=SUM(A1)\nNORTH,CUP,''=x\nNORTH,PEN,'n Sync\n"

    rows = checked(written(tmp_path, text)).rows

    assert [row.name for row in rows if isinstance(row, SettingsRow)] == [
        "=SUM(A1)",
        "'=x",
        "'n Sync",
    ]
