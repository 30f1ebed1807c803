"""No item gives away more than is available, and each of its units and their value is kept."""

from typing import assert_never

from stockledger.amounts import Money, Quantity, cost_of, quantity_to_wire
from stockledger.messages.fields import Bucket, StreamName
from stockledger.messages.item import (
    AdjustStock,
    ConfigureItem,
    CorrectStock,
    IssuePurpose,
    IssueStock,
    ItemCommand,
    MoveBin,
    ReceiveStock,
)
from stockledger.messages.results import Rejection
from stockledger.messages.streams import (
    TENANT_STREAM,
    order_stream,
    sku_stream,
    warehouse_stream,
)
from stockledger_command_handler.domain.drafts import Drafts, ItemDraft
from stockledger_command_handler.domain.item_events import (
    adjusted,
    bin_moved,
    configured,
    corrected,
    received,
    stocked,
)
from stockledger_command_handler.domain.item_settings import (
    ItemSettings,
    Place,
    refused_settings,
    settings_by_default,
)
from stockledger_command_handler.domain.order_sales import (
    items_sold,
    order_referred_to,
    refused_for,
)
from stockledger_command_handler.domain.refusals import (
    invalid,
    item_not_found,
    warehouse_inactive,
    warehouse_not_found,
)
from stockledger_command_handler.domain.settings import copied, merged
from stockledger_command_handler.domain.shortages import insufficient
from stockledger_command_handler.domain.stock import (
    Movement,
    moved,
    value_of_found,
    value_of_removed,
)
from stockledger_command_handler.domain.view import Decision, View

Command = ConfigureItem | ReceiveStock | IssueStock | AdjustStock | CorrectStock | MoveBin


def streams_of_new_stock(command: ItemCommand) -> tuple[StreamName, ...]:
    """Return the streams that may have a say in new stock: its own, and those of its place."""
    return command.stream, warehouse_stream(command.warehouse_id), TENANT_STREAM


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


def _receive(command: ReceiveStock, view: View) -> Decision:
    if refusal := _refused_new_stock(command, view):
        return refusal
    item = view.item(command.warehouse_id, command.sku)
    value = cost_of(command.quantity, command.unit_cost)
    movement = moved(item.stock, Bucket.SUPPLIER, Bucket.AVAILABLE, command.quantity, value)
    if isinstance(movement, Rejection):
        return movement
    if item.settings is None:
        view.require(sku_stream(command.sku))
        first = configured(command, _settings_by_default(command, view), Place(bin=command.bin))
        return [stocked(command), first, received(command, movement)]
    if command.bin is None or item.place.bin is not None:
        return [received(command, movement)]
    return [
        received(command, movement),
        bin_moved(command, _bin_added(command.bin, item.place), item.place),
    ]


def _issue(command: IssueStock, view: View) -> Decision:
    order_id = order_referred_to(command)
    if isinstance(order_id, Rejection):
        return order_id
    if order_id is not None:
        view.require(order_stream(order_id))
    item = Drafts(view, command).item(command.warehouse_id, command.sku)
    if refusal := _refused_to_issue(command, item) or refused_for(order_id, view):
        return refusal
    sold = item.issue(command.quantity, command.purpose, order_id)
    if isinstance(sold, Rejection):
        return sold
    return [items_sold(command, order_id, [sold]), *item.events] if order_id else item.events


def _refused_to_issue(command: IssueStock, item: ItemDraft) -> Rejection | None:
    if not item.exists:
        return item_not_found(command.warehouse_id, command.sku)
    if command.purpose is IssuePurpose.WRITE_OFF:
        return _refused_beyond_on_hand(command.quantity, item)
    return _refused_beyond_available(command.quantity, item)


def _adjust(command: AdjustStock, view: View) -> Decision:
    if command.change == 0:
        return invalid("change", "must not be 0")
    item = Drafts(view, command).item(command.warehouse_id, command.sku)
    if not item.exists:
        return item_not_found(command.warehouse_id, command.sku)
    if command.change > 0:
        refusal = _refused_new_stock(command, view)
    else:
        refusal = _refused_beyond_available(Quantity(-command.change), item)
    movement = refusal or _changed(item, command.change)
    if isinstance(movement, Rejection):
        return movement
    return [*item.events, adjusted(command, movement)]


def _correct(command: CorrectStock, view: View) -> Decision:
    item = Drafts(view, command).item(command.warehouse_id, command.sku)
    if not item.exists:
        return item_not_found(command.warehouse_id, command.sku)
    change = Quantity(command.actual_quantity - item.stock.on_hand)
    if change == 0:
        return []
    movement = _changed(item, change)
    if isinstance(movement, Rejection):
        return movement
    return [*item.events, corrected(command, movement, change)]


def _configure(command: ConfigureItem, view: View) -> Decision:
    item = view.item(command.warehouse_id, command.sku)
    if not item.exists and (refusal := _refused_new_stock(command, view)):
        return refusal
    settings = merged(item.settings or _settings_by_default(command, view), command)
    if refusal := refused_settings(settings):
        return refusal
    place = merged(item.place, command)
    if not item.exists:
        view.require(sku_stream(command.sku))
        return [stocked(command), configured(command, settings, place)]
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


def _changed(item: ItemDraft, change: Quantity) -> Movement | Rejection:
    if change > 0:
        value = value_of_found(item.stock, change)
        return item.move(Bucket.ADJUSTMENT, Bucket.AVAILABLE, change, value)
    quantity = Quantity(-change)
    item.expire_lapsed(quantity)
    value = Money(-value_of_removed(item.stock, quantity))
    return item.move(Bucket.AVAILABLE, Bucket.ADJUSTMENT, quantity, value)


def _refused_beyond_available(quantity: Quantity, item: ItemDraft) -> Rejection | None:
    return None if quantity <= item.available else insufficient(item.shortage(quantity))


def _refused_beyond_on_hand(quantity: Quantity, item: ItemDraft) -> Rejection | None:
    if quantity <= item.stock.saleable:
        return None
    on_hand = quantity_to_wire(item.stock.on_hand)
    return insufficient(item.shortage(quantity), on_hand=on_hand)
