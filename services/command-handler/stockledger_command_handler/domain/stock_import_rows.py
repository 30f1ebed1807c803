"""What the rows of an import come to, in their order: those of one item see each other."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from stockledger.amounts import ZERO, Quantity, quantity_to_wire
from stockledger.messages.fields import StreamName
from stockledger.messages.item import StockAdjusted, StockCorrected
from stockledger.messages.message import Event, Reference
from stockledger.messages.results import ErrorCode, Figure, Rejection
from stockledger.messages.stock_import import ApplyImport, QuantityRow, SettingsRow
from stockledger.messages.streams import (
    TENANT_STREAM,
    item_stream,
    sku_stream,
    supplier_stream,
    warehouse_stream,
)
from stockledger_command_handler.domain.adjusting import needs_approval
from stockledger_command_handler.domain.changing import changed
from stockledger_command_handler.domain.drafts import Drafts, ItemDraft
from stockledger_command_handler.domain.item_settings import refused_settings, settings_by_default
from stockledger_command_handler.domain.keeping import refused_new_stock
from stockledger_command_handler.domain.refusals import item_not_found, warehouse_not_found
from stockledger_command_handler.domain.settings import merged
from stockledger_command_handler.domain.stock import Movement
from stockledger_command_handler.domain.supplying import refused_supply
from stockledger_command_handler.domain.tenant import TenantSettings
from stockledger_command_handler.domain.view import View

REFERENCE_TYPE: Final = "import"
"""What the items' events name as the type of the document that they belong to."""

_IDS: Final = ("supplier_id", "sku", "warehouse_id")
"""Columns that name what may be missing; an item is blamed on its SKU."""

_REPEATED: Final = ("asked", "available")


@dataclass(frozen=True, slots=True)
class BadRow:
    """Why a row cannot be applied: the column to blame, and what is asked and there."""

    line: int
    column: str
    refusal: Rejection

    def figures(self, *, figured: bool) -> dict[str, Figure]:
        """Return what the answer says of it, with its figures or without."""
        said: dict[str, Figure] = {
            "line": self.line,
            "column": self.column,
            "cause": self.refusal.code.value,
        }
        if figured:
            for name in _REPEATED:
                figure = self.refusal.details.get(name)
                if isinstance(figure, int | float):
                    said[name] = figure
        return said


@dataclass(slots=True)
class ImportedRows:
    """The events of the rows, how many of the rows changed something, and those that cannot."""

    events: Sequence[Event]
    changed: int = 0
    bad: list[BadRow] = field(default_factory=list[BadRow])

    def refuse(self, line: int, column: str, refusal: Rejection) -> None:
        """Blame a row: for one of its columns, or for one that names what is not there."""
        match refusal.code:
            case ErrorCode.NOT_FOUND:
                column = next(each for each in _IDS if each in refusal.details)
            case ErrorCode.WAREHOUSE_INACTIVE:
                column = "warehouse_id"
            case _:
                pass
        self.bad.append(BadRow(line, column, refusal))


def import_quantities(
    command: ApplyImport, rows: Sequence[QuantityRow], view: View
) -> ImportedRows:
    """Decide each row like an adjustment or a correction, but one that nobody has to approve."""
    _require(rows, view)
    referring = _referring(command)
    drafts = Drafts(view, referring)
    imported = ImportedRows(drafts.events)
    settings = view.tenant().settings
    for row in rows:
        item = drafts.item(row.warehouse_id, row.sku)
        event = _changed_by(row, item, referring, settings, view)
        if isinstance(event, Rejection):
            imported.refuse(row.line, "actual" if row.change is None else "change", event)
        elif event is not None:
            drafts.events.append(event)
            imported.changed += 1
    return imported


def import_settings(command: ApplyImport, rows: Sequence[SettingsRow], view: View) -> ImportedRows:
    """Decide each row like the configuration of an item."""
    _require(rows, view)
    view.require(*suppliers_of(rows))
    drafts = Drafts(view, _referring(command))
    imported = ImportedRows(drafts.events)
    items = [drafts.item(row.warehouse_id, row.sku) for row in rows]
    view.require(*dict.fromkeys([sku_stream(item.sku) for item in items if not item.exists]))
    defaults = view.tenant().settings_or(view.defaults)
    for row, item in zip(rows, items, strict=True):
        refusal = _refused_item(item, view, may_begin=True)
        settings = merged(item.settings or settings_by_default(row.sku, defaults), row)
        refusal = (
            refusal or refused_settings(settings) or refused_supply(row.supplier_id, settings, view)
        )
        if refusal is not None:
            imported.refuse(row.line, str(refusal.details.get("field")), refusal)
            continue
        place = merged(item.place, row)
        if (settings, place) != (item.settings, item.place):
            item.configure(settings, place)
            imported.changed += 1
    return imported


def suppliers_of(rows: Iterable[SettingsRow]) -> list[StreamName]:
    """Return the streams of the suppliers that rows name, each once."""
    return [supplier_stream(each) for each in {row.supplier_id for row in rows} if each is not None]


def _require(rows: Sequence[QuantityRow] | Sequence[SettingsRow], view: View) -> None:
    view.require(
        TENANT_STREAM,
        *{warehouse_stream(row.warehouse_id) for row in rows},
        *{item_stream(row.warehouse_id, row.sku) for row in rows},
    )


def _referring(command: ApplyImport) -> ApplyImport:
    """Return the command as the items' events refer to it."""
    return replace(command, reference=Reference(type=REFERENCE_TYPE, id=command.import_id))


def _changed_by(
    row: QuantityRow,
    item: ItemDraft,
    command: ApplyImport,
    settings: TenantSettings | None,
    view: View,
) -> StockAdjusted | StockCorrected | Rejection | None:
    if refusal := _refused_item(item, view, may_begin=False):
        return refusal
    change = row.change
    if change is None:
        change = Quantity((row.actual or ZERO) - item.stock.on_hand)
    if change == 0:
        return None
    movement = changed(item, change, view, is_fact=row.change is None)
    if isinstance(movement, Rejection):
        return movement
    if settings is not None and needs_approval(movement, settings):
        return _refused_without_approval(row, change)
    return _event(row, change, movement, command)


def _refused_item(item: ItemDraft, view: View, *, may_begin: bool) -> Rejection | None:
    warehouse = view.warehouse(item.warehouse_id)
    if not warehouse.exists:
        return warehouse_not_found(item.warehouse_id)
    if item.exists:
        return None
    if not may_begin:
        return item_not_found(item.warehouse_id, item.sku)
    return refused_new_stock(item.warehouse_id, view)


def _refused_without_approval(row: QuantityRow, change: Quantity) -> Rejection:
    return Rejection(
        ErrorCode.APPROVAL_REQUIRED,
        f"The change of {row.sku} in warehouse {row.warehouse_id} needs another person's approval, "
        "which rows of an import cannot wait for.",
        {"asked": quantity_to_wire(change)},
    )


def _event(
    row: QuantityRow, change: Quantity, movement: Movement, command: ApplyImport
) -> StockAdjusted | StockCorrected:
    if row.actual is None:
        return StockAdjusted(
            effective_at=command.effective_at,
            reason=row.reason or command.reason,
            reference=command.reference,
            warehouse_id=row.warehouse_id,
            sku=row.sku,
            quantity=movement.quantity,
            entries=movement.entries,
            value_change=movement.value_change,
            levels=movement.levels,
            change=change,
        )
    return StockCorrected(
        effective_at=command.effective_at,
        reason=row.reason or command.reason,
        reference=command.reference,
        warehouse_id=row.warehouse_id,
        sku=row.sku,
        quantity=movement.quantity,
        entries=movement.entries,
        value_change=movement.value_change,
        levels=movement.levels,
        actual_quantity=row.actual,
        change=change,
    )
