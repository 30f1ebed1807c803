"""Specification of imports of settings: row by row like ConfigureItem, all or none."""

from dataclasses import replace

from stockledger.messages.fields import Sku, WarehouseId
from stockledger.messages.item import ItemConfigured
from stockledger.messages.sku import SkuStocked
from tests.support.builders import (
    CHAIR,
    LAMP,
    SOUTH,
    create_warehouse,
    deactivate_warehouse,
    units,
)
from tests.support.import_builders import (
    OF_I1,
    apply_import,
    bad_rows_of,
    setting,
    stage_settings,
)
from tests.support.item_builders import configure_item, receive_stock
from tests.support.specification import Given, given
from tests.support.supplier_builders import LUMEN, register_supplier

NOWHERE = WarehouseId("NOWHERE")
TABLE = Sku("TABLE")


def stocked() -> Given:
    """Return a warehouse with lamps and chairs."""
    return given().after(create_warehouse(), receive_stock(10), receive_stock(10, sku=CHAIR))


def test_settings_are_set_row_by_row_and_items_begin_with_them() -> None:
    rows = (
        setting(name="Lamp", bin_label="A-1"),
        setting(maximum=9),
        setting(TABLE, name="Table", maximum=5),
        setting(TABLE, reorder_point=2),
        setting(CHAIR),
    )
    waiting = stocked().after(stage_settings(*rows))
    outcome = waiting.when(apply_import(5)).answered(import_id="I1", rows=5, changed=4)
    _, *events = outcome.events()
    assert [type(event) for event in events if not isinstance(event, ItemConfigured)] == [
        SkuStocked
    ]
    said = [
        (event.sku, event.name, event.maximum, event.reorder_point, event.bin)
        for event in events
        if isinstance(event, ItemConfigured)
    ]
    assert said == [
        ("LAMP", "Lamp", None, None, "A-1"),
        ("LAMP", "Lamp", units(9), None, "A-1"),
        ("TABLE", "Table", units(5), None, None),
        ("TABLE", "Table", units(5), units(2), None),
    ]
    assert all(event.reference == OF_I1 for event in events)


def test_items_are_given_suppliers_who_are_registered() -> None:
    rows = (
        replace(setting(), supplier_id=LUMEN),
        replace(setting(), reorder_automatically=True),
        replace(setting(TABLE), supplier_id=LUMEN, reorder_automatically=True),
    )
    waiting = stocked().after(register_supplier(), stage_settings(*rows))
    _, *events = waiting.when(apply_import(3)).events()
    assert [
        (event.sku, event.supplier_id, event.reorder_automatically)
        for event in events
        if isinstance(event, ItemConfigured)
    ] == [("LAMP", LUMEN, False), ("LAMP", LUMEN, True), ("TABLE", LUMEN, True)]


def test_a_supplier_who_is_not_there_and_reordering_from_nobody_are_bad_rows() -> None:
    rows = (
        replace(setting(line=2), supplier_id="NOBODY"),
        replace(setting(CHAIR, line=3), reorder_automatically=True),
        replace(setting(TABLE, NOWHERE, line=4), supplier_id=LUMEN),
        replace(setting(TABLE, line=5), supplier_id=LUMEN),
    )
    waiting = stocked().after(register_supplier(), stage_settings(*rows))
    assert bad_rows_of(waiting, 4) == [
        {"line": 2, "column": "supplier_id", "cause": "INVENTORY_NOT_FOUND"},
        {"line": 3, "column": "reorder_automatically", "cause": "INVENTORY_VALIDATION_ERROR"},
        {"line": 4, "column": "warehouse_id", "cause": "INVENTORY_NOT_FOUND"},
    ]


def test_settings_that_contradict_each_other_are_bad_rows() -> None:
    rows = (
        setting(reorder_point=5, maximum=9, line=2),
        setting(maximum=5, line=3),
        setting(LAMP, SOUTH, line=4, name="Lamp"),
        setting(TABLE, NOWHERE, line=5),
    )
    waiting = stocked().after(
        create_warehouse(SOUTH), deactivate_warehouse(SOUTH), stage_settings(*rows)
    )
    assert bad_rows_of(waiting, 4) == [
        {"line": 3, "column": "reorder_point", "cause": "INVENTORY_VALIDATION_ERROR"},
        {"line": 4, "column": "warehouse_id", "cause": "INVENTORY_WAREHOUSE_INACTIVE"},
        {"line": 5, "column": "warehouse_id", "cause": "INVENTORY_NOT_FOUND"},
    ]


def test_an_item_without_stock_is_configured_by_an_import_as_by_hand() -> None:
    row, command = (
        setting(TABLE, name="Table", maximum=5),
        configure_item(sku=TABLE, name="Table", maximum=5),
    )
    stocked_by_hand, by_hand = given().after(create_warehouse()).when(command).events()
    imported = given().after(create_warehouse(), stage_settings(row)).when(apply_import(1))
    _, *found = imported.events()
    assert [replace(event, reason=None, reference=None) for event in found] == [
        stocked_by_hand,
        by_hand,
    ]
