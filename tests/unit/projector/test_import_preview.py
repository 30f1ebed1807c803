"""What an import's rows would do, by what the views know."""

from dataclasses import replace
from typing import Any

import pytest

from stockledger.amounts import Quantity
from stockledger.bulk.preview_messages import RowPreview
from stockledger.messages.fields import Sku, WarehouseId
from stockledger.messages.stock_import import QuantityRow, SettingsRow
from stockledger_projector.views.import_preview import (
    ItemFigures,
    Known,
    preview_quantities,
    preview_settings,
)
from tests.support.recorded_ledger import THOUSAND


def units(number: float) -> Quantity:
    """Return a quantity."""
    return Quantity(round(number * THOUSAND))


def known(approval_quantity: int | None = None, approval_value: int | None = None) -> Known:
    """Ten lamps in NORTH worth 25, two of them held; EAST is inactive."""
    lamps = ItemFigures(units(8), units(10), 250_000, {"name": "Lamp", "maximum": units(50)})
    tents = ItemFigures(units(8), units(8), 0, {"name": "Tent"})
    items = {("NORTH", "LAMP"): lamps, ("EAST", "TENT"): tents}
    return Known(items, {"NORTH": True, "EAST": False}, approval_quantity, approval_value)


def quantity_row(
    warehouse: str = "NORTH", sku: str = "LAMP", *, line: int = 2, **told: float
) -> QuantityRow:
    """Return a row about a quantity."""
    amounts: dict[str, Any] = {name: units(number) for name, number in told.items()}
    return QuantityRow(line=line, warehouse_id=WarehouseId(warehouse), sku=Sku(sku), **amounts)


def settings_row(warehouse: str = "NORTH", sku: str = "LAMP", **told: Any) -> SettingsRow:  # noqa: ANN401 - any setting
    """Return a row about settings."""
    return SettingsRow(line=2, warehouse_id=WarehouseId(warehouse), sku=Sku(sku), **told)


def changes(preview: RowPreview) -> dict[str, tuple[object, object]]:
    """Return before and after of each field."""
    assert preview.problem is None
    return {each.field: (each.before, each.after) for each in preview.changes}


def test_a_change_tells_the_figures_before_and_after() -> None:
    (preview,) = preview_quantities([quantity_row(change=-2)], known())

    assert (preview.line, preview.warehouse_id, preview.sku) == (2, "NORTH", "LAMP")
    assert changes(preview) == {"available": (8, 6), "on_hand": (10, 8), "value": (25, 20)}


def test_what_is_really_on_hand_changes_available_by_the_difference() -> None:
    less, same = preview_quantities([quantity_row(actual=7.5), quantity_row(actual=7.5)], known())

    assert changes(less)["available"] == (8, 5.5)
    assert changes(same) == {}


def test_a_row_that_changes_nothing_is_no_mistake() -> None:
    (preview,) = preview_quantities([quantity_row(change=0)], known())

    assert preview.problem is None
    assert changes(preview) == {}


def test_rows_of_an_item_see_each_other_and_refused_ones_change_nothing() -> None:
    rows = [quantity_row(change=-5), quantity_row(change=-5), quantity_row(change=-3)]

    first, second, third = preview_quantities(rows, known())

    assert changes(first)["available"] == (8, 3)
    assert second.problem == "only 3 are available"
    assert second.changes == []
    assert changes(third)["available"] == (3, 0)


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (quantity_row(change=-9), "only 8 are available"),
        (quantity_row(), "either change or actual must be given"),
        (quantity_row(change=1, actual=1), "either change or actual must be given"),
        (quantity_row(sku="TABLE", change=1), "there is no item TABLE in NORTH"),
        (quantity_row("WEST", change=1), "there is no warehouse WEST"),
        (quantity_row("EAST", "TENT", change=1), "the warehouse is inactive"),
        (quantity_row(change=6), "needs approval: a change above 5"),
        (quantity_row(change=-5), "needs approval: worth more than 10"),
        (quantity_row(actual=0), "needs approval"),
    ],
)
def test_a_row_that_would_be_refused_says_why(row: QuantityRow, problem: str) -> None:
    (preview,) = preview_quantities(
        [row], known(approval_quantity=units(5), approval_value=100_000)
    )

    assert preview.problem is not None
    assert problem in preview.problem
    assert preview.changes == []


def test_what_is_set_apart_is_not_taken_by_what_is_really_on_hand() -> None:
    lamps = ItemFigures(units(6), units(10), 250_000, set_apart=units(4))
    items = Known({("NORTH", "LAMP"): lamps}, {"NORTH": True})

    beyond, just = preview_quantities([quantity_row(actual=3), quantity_row(actual=4)], items)

    assert beyond.problem == "only 6 are neither damaged nor quarantined"
    assert changes(just)["on_hand"] == (10, 4)


def test_settings_that_change_are_told_and_no_others() -> None:
    row = settings_row(name="Lamp", maximum=units(60), bin="A-7", lead_time_days=3)

    (preview,) = preview_settings([row], known())

    assert changes(preview) == {
        "maximum": (50, 60),
        "lead_time_days": (None, 3),
        "bin": (None, "A-7"),
    }


def test_a_supplier_is_told_as_any_other_setting() -> None:
    rows = [settings_row(supplier_id="LUMEN"), settings_row(reorder_automatically=True)]

    first, second = preview_settings(rows, replace(known(), suppliers={"LUMEN"}))

    assert changes(first) == {"supplier_id": (None, "LUMEN")}
    assert changes(second) == {"reorder_automatically": (None, True)}


def test_an_item_that_is_not_there_begins_with_the_row() -> None:
    rows = [settings_row(sku="TABLE", name="Table"), settings_row(sku="TABLE", name="Desk")]

    first, second = preview_settings(rows, known())

    assert changes(first) == {"name": (None, "Table")}
    assert changes(second) == {"name": ("Table", "Desk")}


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (settings_row("WEST", name="Lamp"), "the warehouse WEST does not exist"),
        (settings_row("EAST", name="Lamp"), "the warehouse EAST is inactive"),
        (settings_row(reorder_point=units(50)), "reorder_point: must be below the maximum"),
        (settings_row(supplier_id="NOBODY"), "there is no supplier NOBODY"),
        (settings_row(reorder_automatically=True), "reorder_automatically: needs a supplier_id"),
    ],
)
def test_settings_that_would_be_refused_say_why(row: SettingsRow, problem: str) -> None:
    (preview,) = preview_settings([row], known())

    assert problem in (preview.problem or "")
    assert preview.changes == []
