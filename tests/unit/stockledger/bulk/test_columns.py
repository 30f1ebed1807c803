"""The titles of the columns say what a file is; what is not understood is refused, not guessed."""

from dataclasses import fields

import pytest

from stockledger.bulk.columns import FIELDS, Content, Kind, layout_of
from stockledger.bulk.tables import UnusableFile
from stockledger.messages.item import ConfigureItem
from stockledger.messages.stock_import import SettingsRow

ITEM = ("warehouse_id", "sku")


@pytest.mark.parametrize(
    ("titles", "kind"),
    [
        (("change",), Kind.QUANTITIES),
        (("actual", "reason"), Kind.QUANTITIES),
        (("change", "actual"), Kind.QUANTITIES),
        (("maximum",), Kind.SETTINGS),
        (("name", "shelf"), Kind.SETTINGS),
    ],
)
def test_the_titles_tell_what_the_rows_are_about(titles: tuple[str, ...], kind: Kind) -> None:
    assert layout_of([*ITEM, *titles], None, ()).kind is kind


@pytest.mark.parametrize(
    "title", ["low_stock_percent", "Low stock percent", " LOW-STOCK  PERCENT ", "Low_Stock-percent"]
)
def test_case_spaces_and_dashes_do_not_matter(title: str) -> None:
    column = layout_of([*ITEM, title], None, ()).columns[2]

    assert (column.title, column.field) == (title, "low_stock_percent")
    assert column.content is Content.WHOLE_NUMBER


@pytest.mark.parametrize(
    ("titles", "causes"),
    [
        (("sku", "change"), ["there is no column warehouse_id"]),
        (("change", "reason"), ["no column warehouse_id", "no column sku"]),
        ((*ITEM, "change", "Change"), ["the column change is there 2 times"]),
        (("warehouse", *ITEM, "change"), ["the column warehouse_id is there 2 times"]),
        ((*ITEM, "change", "comment"), ["no column of quantities is called 'comment'"]),
        ((*ITEM, "maxmum", "minimum"), ["no column says what to import"]),
        ((*ITEM, "maximum", "minimum"), ["no column of settings is called 'minimum'"]),
        ((*ITEM, "change", "maximum"), ["columns of quantities and of settings"]),
        ((*ITEM, "reason"), ["no column says what to import"]),
        ((*ITEM, "line", "change"), ["no column of quantities is called 'line'"]),
        ((), ["no column says what to import"]),
    ],
)
def test_columns_that_do_not_fit_are_refused_and_all_named(
    titles: tuple[str, ...], causes: list[str]
) -> None:
    with pytest.raises(UnusableFile) as refused:
        layout_of(titles, None, ())

    assert all(cause in str(refused.value) for cause in causes)


def test_a_column_is_left_out_when_that_is_said() -> None:
    layout = layout_of([*ITEM, "Change", "comment", "maximum"], None, ["Comment", "maximum"])

    assert layout.kind is Kind.QUANTITIES
    assert [column.field for column in layout.columns] == [*ITEM, "change", None, None]


def test_the_kind_that_is_named_decides() -> None:
    titles = [*ITEM, "change", "maximum"]

    assert layout_of(titles, Kind.SETTINGS, ["change"]).kind is Kind.SETTINGS
    with pytest.raises(UnusableFile, match="no column of settings is called 'change'"):
        layout_of(titles, Kind.SETTINGS, ())
    with pytest.raises(UnusableFile, match="no column change or actual"):
        layout_of([*ITEM, "reason"], Kind.QUANTITIES, ())


def test_every_setting_of_an_item_can_be_imported() -> None:
    command = {field.name for field in fields(ConfigureItem)}
    outer = {"effective_at", "reason", "reference", "expected_version"}

    assert FIELDS[Kind.SETTINGS].keys() == command - outer
    assert FIELDS[Kind.SETTINGS].keys() == {field.name for field in fields(SettingsRow)} - {"line"}
