"""No item gives away more than is available, and each of its units and their value is kept."""

from dataclasses import dataclass, field
from typing import Final, assert_never

from stockledger.amounts import Money, Quantity, cost_of, quantity_to_wire
from stockledger.messages.fields import Bucket
from stockledger.messages.item import (
    AdjustStock,
    BinMoved,
    ConfigureItem,
    CorrectStock,
    IssuePurpose,
    IssueStock,
    ItemCommand,
    ItemConfigured,
    MoveBin,
    ReceiveStock,
    StockAdjusted,
    StockCorrected,
    StockIssued,
    StockMoved,
    StockReceived,
)
from stockledger.messages.results import ErrorCode, Rejection
from stockledger.messages.streams import TENANT_STREAM, warehouse_stream
from stockledger_command_handler.domain.item_events import (
    adjusted,
    bin_moved,
    configured,
    corrected,
    issued,
    received,
)
from stockledger_command_handler.domain.item_settings import (
    NOWHERE,
    ItemSettings,
    Place,
    refused_settings,
    settings_by_default,
)
from stockledger_command_handler.domain.refusals import (
    invalid,
    item_not_found,
    warehouse_inactive,
    warehouse_not_found,
)
from stockledger_command_handler.domain.settings import copied, merged
from stockledger_command_handler.domain.stock import (
    Movement,
    Stock,
    moved,
    value_of_found,
    value_of_removed,
)
from stockledger_command_handler.domain.view import Decision, View

Command = ConfigureItem | ReceiveStock | IssueStock | AdjustStock | CorrectStock | MoveBin
Event = ItemConfigured | BinMoved | StockReceived | StockIssued | StockAdjusted | StockCorrected

FOLD_VERSION: Final = 1
"""Raised when `ItemState` or `evolve` changes, so that older snapshots are not used."""

ISSUED_TO: Final = {
    IssuePurpose.SALE: Bucket.CUSTOMER,
    IssuePurpose.WRITE_OFF: Bucket.SCRAP,
    IssuePurpose.PRODUCTION: Bucket.PRODUCTION,
}


@dataclass(slots=True)
class ItemState:
    """A SKU in a warehouse. `settings` is None until the item exists."""

    settings: ItemSettings | None = None
    place: Place = NOWHERE
    stock: Stock = field(default_factory=Stock)

    @property
    def exists(self) -> bool:
        return self.settings is not None


def initial() -> ItemState:
    """Return an item that does not exist; a new one each time, to be evolved."""
    return ItemState()


def decide(command: Command, view: View) -> Decision:
    match command:
        case ReceiveStock():
            return _receive(command, view)
        case IssueStock():
            return _issue(command, view)
        case AdjustStock():
            return _adjust(command, view)
        case CorrectStock():
            return _correct(command, view)
        case ConfigureItem():
            return _configure(command, view)
        case MoveBin():
            return _move_bin(command, view)
        case _:
            assert_never(command)


def evolve(state: ItemState, event: Event) -> ItemState:
    match event:
        case StockReceived():
            _enter(state.stock, event)
            state.stock.last_unit_cost = event.unit_cost
        case StockIssued() | StockAdjusted() | StockCorrected():
            _enter(state.stock, event)
        case ItemConfigured():
            state.settings, state.place = copied(ItemSettings, event), copied(Place, event)
        case BinMoved():
            state.place = copied(Place, event)
        case _:
            assert_never(event)
    return state


def _receive(command: ReceiveStock, view: View) -> Decision:
    view.require(command.stream, warehouse_stream(command.warehouse_id), TENANT_STREAM)
    if refusal := _refused_new_stock(command, view):
        return refusal
    item = view.item(command.warehouse_id, command.sku)
    value = cost_of(command.quantity, command.unit_cost)
    movement = moved(item.stock, Bucket.SUPPLIER, Bucket.AVAILABLE, command.quantity, value)
    if isinstance(movement, Rejection):
        return movement
    if item.settings is None:
        first = configured(command, _settings_by_default(command, view), Place(bin=command.bin))
        return [first, received(command, movement)]
    if command.bin is None or item.place.bin is not None:
        return [received(command, movement)]
    return [
        received(command, movement),
        bin_moved(command, _bin_added(command.bin, item.place), item.place),
    ]


def _issue(command: IssueStock, view: View) -> Decision:
    item = view.item(command.warehouse_id, command.sku)
    if not item.exists:
        return item_not_found(command.warehouse_id, command.sku)
    movement = _taken(command, item.stock, ISSUED_TO[command.purpose], command.quantity)
    return movement if isinstance(movement, Rejection) else [issued(command, movement)]


def _adjust(command: AdjustStock, view: View) -> Decision:
    if command.change == 0:
        return invalid("change", "must not be 0")
    view.require(command.stream, warehouse_stream(command.warehouse_id))
    item = view.item(command.warehouse_id, command.sku)
    if not item.exists:
        return item_not_found(command.warehouse_id, command.sku)
    if command.change > 0 and (refusal := _refused_new_stock(command, view)):
        return refusal
    movement = _changed(command, item.stock, command.change)
    return movement if isinstance(movement, Rejection) else [adjusted(command, movement)]


def _correct(command: CorrectStock, view: View) -> Decision:
    item = view.item(command.warehouse_id, command.sku)
    if not item.exists:
        return item_not_found(command.warehouse_id, command.sku)
    change = Quantity(command.actual_quantity - item.stock.on_hand)
    if change == 0:
        return []
    movement = _changed(command, item.stock, change)
    return movement if isinstance(movement, Rejection) else [corrected(command, movement, change)]


def _configure(command: ConfigureItem, view: View) -> Decision:
    view.require(command.stream, warehouse_stream(command.warehouse_id), TENANT_STREAM)
    item = view.item(command.warehouse_id, command.sku)
    if not item.exists and (refusal := _refused_new_stock(command, view)):
        return refusal
    settings = merged(item.settings or _settings_by_default(command, view), command)
    if refusal := refused_settings(settings):
        return refusal
    place = merged(item.place, command)
    unchanged = (settings, place) == (item.settings, item.place)
    return [] if unchanged else [configured(command, settings, place)]


def _move_bin(command: MoveBin, view: View) -> Decision:
    item = view.item(command.warehouse_id, command.sku)
    if not item.exists:
        return item_not_found(command.warehouse_id, command.sku)
    place = copied(Place, command)
    return [] if place == item.place else [bin_moved(command, place, item.place)]


def _refused_new_stock(command: ItemCommand, view: View) -> Rejection | None:
    warehouse = view.warehouse(command.warehouse_id)
    if not warehouse.exists:
        return warehouse_not_found(command.warehouse_id)
    if not warehouse.active:
        return warehouse_inactive(command.warehouse_id, "it takes no new stock")
    return None


def _bin_added(bin_label: str, place: Place) -> Place:
    return Place(bin=bin_label, aisle=place.aisle, shelf=place.shelf)


def _settings_by_default(command: ItemCommand, view: View) -> ItemSettings:
    return settings_by_default(command.sku, view.tenant().settings_or(view.defaults))


def _changed(command: ItemCommand, stock: Stock, change: Quantity) -> Movement | Rejection:
    if change < 0:
        return _taken(command, stock, Bucket.ADJUSTMENT, Quantity(-change))
    value = value_of_found(stock, change)
    return moved(stock, Bucket.ADJUSTMENT, Bucket.AVAILABLE, change, value)


def _taken(
    command: ItemCommand, stock: Stock, target: Bucket, quantity: Quantity
) -> Movement | Rejection:
    if quantity > stock.available:
        return _insufficient(command, quantity, stock.available)
    value = value_of_removed(stock, quantity)
    return moved(stock, Bucket.AVAILABLE, target, quantity, Money(-value))


def _insufficient(command: ItemCommand, asked: Quantity, available: Quantity) -> Rejection:
    figures = {"asked": quantity_to_wire(asked), "available": quantity_to_wire(available)}
    return Rejection(
        ErrorCode.INSUFFICIENT_STOCK,
        f"{figures['asked']} of {command.sku} asked of warehouse {command.warehouse_id}, "
        f"{figures['available']} available.",
        {"warehouse_id": command.warehouse_id, "sku": command.sku, **figures},
    )


def _enter(stock: Stock, event: StockMoved) -> None:
    for entry in event.entries:
        stock.balances[entry.bucket] = entry.after
    stock.value = event.levels.value
