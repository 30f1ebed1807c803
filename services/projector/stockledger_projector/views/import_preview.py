"""What rows of an import would change, by what the views know; the rules are those of the import.

A row sees what the rows before it did to the same item. A refused row changes nothing.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final

from stockledger.amounts import (
    Money,
    Quantity,
    money_to_wire,
    quantity_to_wire,
    share_of,
)
from stockledger.bulk.preview_messages import FieldChange, RowPreview, Shown
from stockledger.messages.fields import NAME_LENGTH_MAX
from stockledger.messages.stock_import import QuantityRow, SettingsRow
from stockledger.statements import load_statements

SQL: Final = load_statements(Path(__file__).with_suffix(".sql"))

_IDENTITY: Final = frozenset({"line", "warehouse_id", "sku"})
SETTINGS: Final = tuple(each.name for each in fields(SettingsRow) if each.name not in _IDENTITY)
"""What a row can set."""

_QUANTITIES: Final = frozenset(
    {"unit_volume", "reorder_point", "reorder_quantity", "maximum", "safety_stock"}
)

ItemKey = tuple[str, str]
"""Warehouse and SKU."""


@dataclass(slots=True)
class ItemFigures:
    """An item as the rows before left it; `settings` by name, None: not set.

    `set_apart` of what is on hand is damaged or quarantined.
    """

    available: int = 0
    on_hand: int = 0
    value: int = 0
    settings: dict[str, Any] = field(default_factory=dict[str, Any])
    set_apart: int = 0


@dataclass(frozen=True, slots=True)
class Known:
    """What the views know: items, warehouses and whether they are active, suppliers, thresholds."""

    items: dict[ItemKey, ItemFigures]
    warehouses: Mapping[str, bool]
    approval_quantity: int | None = None
    approval_value: int | None = None
    suppliers: Collection[str] = ()


def preview_quantities(rows: Sequence[QuantityRow], known: Known) -> list[RowPreview]:
    """Return what each row would do to its item's quantities."""
    return [_preview_quantity(row, known) for row in rows]


def preview_settings(rows: Sequence[SettingsRow], known: Known) -> list[RowPreview]:
    """Return what each row would do to its item's settings."""
    return [_preview_settings(row, known) for row in rows]


def _preview_quantity(row: QuantityRow, known: Known) -> RowPreview:
    item = known.items.get((row.warehouse_id, row.sku))
    is_active = known.warehouses.get(row.warehouse_id)
    if item is None or is_active is None:
        return _refused(row, _who_is_missing(row, known))
    if (row.change is None) == (row.actual is None):
        return _refused(row, "either change or actual must be given")
    if row.change is None:
        change = (row.actual or 0) - item.on_hand
        problem = _problem_of_fact(change, item)
    else:
        change = row.change
        problem = _problem_of_change(change, item, is_active=is_active)
    value = _value_of(change, item)
    problem = problem or _problem_of_threshold(change, value, known)
    return _refused(row, problem) if problem else _moved(row, item, change, value)


def _who_is_missing(row: QuantityRow, known: Known) -> str:
    if row.warehouse_id not in known.warehouses:
        return f"there is no warehouse {row.warehouse_id}"
    return f"there is no item {row.sku} in {row.warehouse_id}"


def _problem_of_change(change: int, item: ItemFigures, *, is_active: bool) -> str | None:
    if change > 0:
        return None if is_active else "the warehouse is inactive: it takes no new stock"
    if change < 0 and -change > item.available:
        return f"only {quantity_to_wire(item.available)} are available"
    return None


def _problem_of_fact(change: int, item: ItemFigures) -> str | None:
    on_shelf = item.on_hand - item.set_apart
    if -change <= on_shelf:
        return None
    return f"only {quantity_to_wire(on_shelf)} are neither damaged nor quarantined"


def _problem_of_threshold(change: int, value: int, known: Known) -> str | None:
    quantity_max, value_max = known.approval_quantity, known.approval_value
    if quantity_max is not None and abs(change) > quantity_max:
        return f"needs approval: a change above {quantity_to_wire(quantity_max)}"
    if value_max is not None and abs(value) > value_max:
        return f"needs approval: worth more than {money_to_wire(value_max)}"
    return None


def _value_of(change: int, item: ItemFigures) -> int:
    """Return what the change is worth at average cost; of an empty item that is not known."""
    if item.on_hand <= 0:
        return 0
    return share_of(Money(item.value), Quantity(change), Quantity(item.on_hand))


def _moved(row: QuantityRow, item: ItemFigures, change: int, value: int) -> RowPreview:
    before = (item.available, item.on_hand, item.value)
    was_empty = item.on_hand <= 0
    item.available += change
    item.on_hand += change
    item.value += value
    if change == 0:
        return _previewed(row, [])
    changes = [
        _field("available", quantity_to_wire(before[0]), quantity_to_wire(item.available)),
        _field("on_hand", quantity_to_wire(before[1]), quantity_to_wire(item.on_hand)),
    ]
    if not was_empty:
        changes.append(_field("value", money_to_wire(before[2]), money_to_wire(item.value)))
    return _previewed(row, changes)


def _preview_settings(row: SettingsRow, known: Known) -> RowPreview:
    key = (row.warehouse_id, row.sku)
    item = known.items.get(key)
    if item is None and not known.warehouses.get(row.warehouse_id, False):
        is_known = row.warehouse_id in known.warehouses
        why = "is inactive: it takes no new items" if is_known else "does not exist"
        return _refused(row, f"the warehouse {row.warehouse_id} {why}")
    before = {} if item is None else item.settings
    told = {name: getattr(row, name) for name in SETTINGS}
    after = before | {name: value for name, value in told.items() if value is not None}
    if problem := _problem_of_settings(row, after, known):
        return _refused(row, problem)
    if item is None:
        item = known.items[key] = ItemFigures()
    item.settings = after
    changes = [
        _field(name, _shown(name, before.get(name)), _shown(name, after[name]))
        for name in SETTINGS
        if name in after and after[name] != before.get(name)
    ]
    return _previewed(row, changes)


def _problem_of_settings(row: SettingsRow, after: Mapping[str, Any], known: Known) -> str | None:
    point, maximum = after.get("reorder_point"), after.get("maximum")
    if point is not None and maximum is not None and point >= maximum:
        return "reorder_point: must be below the maximum"
    if after.get("reorder_automatically") and after.get("supplier_id") is None:
        return "reorder_automatically: needs a supplier_id"
    if row.supplier_id is not None and row.supplier_id not in known.suppliers:
        return f"there is no supplier {row.supplier_id}"
    return None


def _shown(name: str, value: Any) -> Shown:  # noqa: ANN401 - any setting
    if value is None or name not in _QUANTITIES:
        return value  # type: ignore[no-any-return]
    return quantity_to_wire(value)


def _field(name: str, before: Shown, after: Shown) -> FieldChange:
    return FieldChange(field=name, before=before, after=after)


def _previewed(row: QuantityRow | SettingsRow, changes: list[FieldChange]) -> RowPreview:
    return RowPreview(line=row.line, warehouse_id=row.warehouse_id, sku=row.sku, changes=changes)


def _refused(row: QuantityRow | SettingsRow, problem: str) -> RowPreview:
    return RowPreview(
        line=row.line,
        warehouse_id=row.warehouse_id,
        sku=row.sku,
        problem=problem[:NAME_LENGTH_MAX],
        changes=[],
    )
