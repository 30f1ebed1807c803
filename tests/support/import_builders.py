"""One builder a message of imports: I1, of rows about lamps in warehouse north.

Amounts are given as on the wire.
"""

from typing import Final

from stockledger.amounts import Quantity
from stockledger.messages.fields import Sku, WarehouseId
from stockledger.messages.message import Reference
from stockledger.messages.results import DetailValue
from stockledger.messages.stock_import import (
    ApplyImport,
    ImportApplied,
    QuantitiesStaged,
    QuantityRow,
    SettingsRow,
    SettingsStaged,
    StageQuantities,
    StageSettings,
)
from tests.support.builders import LAMP, NORTH, units
from tests.support.specification import Given

I1: Final = "I1"
OF_I1: Final = Reference(type="import", id=I1)
REASON: Final = "Counted in the night"


def change(
    number: float,
    sku: Sku = LAMP,
    warehouse_id: WarehouseId = NORTH,
    *,
    line: int = 2,
    reason: str | None = None,
) -> QuantityRow:
    """Return a row that changes what is available."""
    return QuantityRow(
        line=line, warehouse_id=warehouse_id, sku=sku, change=units(number), reason=reason
    )


def actual(
    number: float, sku: Sku = LAMP, warehouse_id: WarehouseId = NORTH, *, line: int = 2
) -> QuantityRow:
    """Return a row that states what is on hand."""
    return QuantityRow(line=line, warehouse_id=warehouse_id, sku=sku, actual=units(number))


def setting(
    sku: Sku = LAMP,
    warehouse_id: WarehouseId = NORTH,
    *,
    line: int = 2,
    name: str | None = None,
    reorder_point: float | None = None,
    maximum: float | None = None,
    bin_label: str | None = None,
) -> SettingsRow:
    """Return a row that sets something."""
    return SettingsRow(
        line=line,
        warehouse_id=warehouse_id,
        sku=sku,
        name=name,
        reorder_point=_units_or_none(reorder_point),
        maximum=_units_or_none(maximum),
        bin=bin_label,
    )


def stage(*rows: QuantityRow, chunk: int = 1, import_id: str = I1) -> StageQuantities:
    return StageQuantities(import_id=import_id, chunk=chunk, rows=rows)


def stage_settings(*rows: SettingsRow, chunk: int = 1) -> StageSettings:
    return StageSettings(import_id=I1, chunk=chunk, rows=rows)


def apply_import(rows: int, *, chunks: int = 1, import_id: str = I1) -> ApplyImport:
    return ApplyImport(import_id=import_id, chunks=chunks, rows=rows, reason=REASON)


def quantities_staged(*rows: QuantityRow, chunk: int = 1) -> QuantitiesStaged:
    return QuantitiesStaged(import_id=I1, chunk=chunk, rows=rows)


def settings_staged(*rows: SettingsRow, chunk: int = 1) -> SettingsStaged:
    return SettingsStaged(import_id=I1, chunk=chunk, rows=rows)


def import_applied(rows: int, *, changed: int) -> ImportApplied:
    return ImportApplied(reason=REASON, import_id=I1, rows=rows, changed=changed)


def bad_rows_of(history: Given, rows: int, *, chunks: int = 1) -> DetailValue:
    """Return the rows that a refusal of the import lists."""
    refusal = history.when(apply_import(rows, chunks=chunks)).refusal()
    listed = refusal.details["rows"]
    assert isinstance(listed, list)
    assert refusal.details["bad_rows"] == len(listed)
    return listed


def _units_or_none(number: float | None) -> Quantity | None:
    return None if number is None else units(number)
