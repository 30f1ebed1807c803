"""No item gives away more than is available, and each of its units and their value is kept."""

from typing import assert_never

from stockledger.amounts import Money, cost_of, money_to_wire, quantity_to_wire
from stockledger.messages.fields import Bucket, StreamName
from stockledger.messages.item import (
    AdjustStock,
    ConfigureItem,
    CorrectCost,
    CorrectStock,
    IssuePurpose,
    IssueStock,
    ItemCommand,
    MoveBin,
    ReceiveStock,
)
from stockledger.messages.results import Accepted, Rejection
from stockledger.messages.streams import (
    TENANT_STREAM,
    order_stream,
    sku_stream,
    warehouse_stream,
)
from stockledger_command_handler.domain.adjusting import adjust
from stockledger_command_handler.domain.changing import (
    refused_beyond_available,
    refused_beyond_shelf,
)
from stockledger_command_handler.domain.drafts import Drafts, ItemDraft
from stockledger_command_handler.domain.item_events import (
    bin_moved,
    configured,
    cost_corrected,
    received,
    stocked,
)
from stockledger_command_handler.domain.item_settings import (
    ItemSettings,
    Place,
    refused_settings,
    settings_by_default,
)
from stockledger_command_handler.domain.keeping import refused_new_stock, refused_unless_kept
from stockledger_command_handler.domain.order_sales import (
    items_sold,
    order_referred_to,
    refused_for,
)
from stockledger_command_handler.domain.refusals import invalid
from stockledger_command_handler.domain.settings import copied, merged
from stockledger_command_handler.domain.stock import moved, revalued
from stockledger_command_handler.domain.supplying import refused_supply
from stockledger_command_handler.domain.view import Decision, View

Command = (
    ConfigureItem | ReceiveStock | IssueStock | AdjustStock | CorrectStock | CorrectCost | MoveBin
)


def streams_of_new_stock(command: ItemCommand) -> tuple[StreamName, ...]:
    """Return the streams that may have a say in new stock: its own, and those of its place."""
    return command.stream, warehouse_stream(command.warehouse_id), TENANT_STREAM


def decide(command: Command, view: View) -> Decision:
    match command:
        case ReceiveStock():
            return _receive(command, view)
        case IssueStock():
            return _issue(command, view)
        case AdjustStock() | CorrectStock():
            return adjust(command, view)
        case CorrectCost():
            return _correct_cost(command, view)
        case ConfigureItem():
            return _configure(command, view)
        case MoveBin():
            return _move_bin(command, view)
        case _:
            assert_never(command)


def _receive(command: ReceiveStock, view: View) -> Decision:
    if refusal := refused_new_stock(command.warehouse_id, view):
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
    if refusal := _refused_to_issue(command, item):
        view.require(warehouse_stream(command.warehouse_id))
        return refused_unless_kept(command.warehouse_id, command.sku, view) or refusal
    if refusal := refused_for(order_id, view):
        return refusal
    sold = item.issue(command.quantity, command.purpose, order_id)
    if isinstance(sold, Rejection):
        return sold
    return [items_sold(command, order_id, [sold]), *item.events] if order_id else item.events


def _refused_to_issue(command: IssueStock, item: ItemDraft) -> Rejection | None:
    if command.purpose is IssuePurpose.WRITE_OFF:
        return refused_beyond_shelf(command.quantity, item)
    return refused_beyond_available(command.quantity, item)


def _correct_cost(command: CorrectCost, view: View) -> Decision:
    view.require(command.stream, warehouse_stream(command.warehouse_id))
    if refusal := refused_unless_kept(command.warehouse_id, command.sku, view):
        return refusal
    stock = view.item(command.warehouse_id, command.sku).stock
    on_hand = stock.on_hand
    if on_hand == 0:
        return invalid("unit_cost", "cannot be corrected while nothing is on hand")
    levels = revalued(stock, cost_of(on_hand, command.unit_cost))
    if isinstance(levels, Rejection):
        return levels
    value_change = Money(levels.value - stock.value)
    said = {"on_hand": quantity_to_wire(on_hand), "value": money_to_wire(levels.value)}
    events = [] if value_change == 0 else [cost_corrected(command, value_change, levels)]
    return Accepted(events, said)


def _configure(command: ConfigureItem, view: View) -> Decision:
    item = view.item(command.warehouse_id, command.sku)
    if item.exists:
        refusal = refused_unless_kept(command.warehouse_id, command.sku, view)
    else:
        refusal = refused_new_stock(command.warehouse_id, view)
    if refusal:
        return refusal
    settings = merged(item.settings or _settings_by_default(command, view), command)
    refusal = refused_settings(settings) or refused_supply(command.supplier_id, settings, view)
    if refusal:
        return refusal
    place = merged(item.place, command)
    if not item.exists:
        view.require(sku_stream(command.sku))
        return [stocked(command), configured(command, settings, place)]
    unchanged = (settings, place) == (item.settings, item.place)
    return [] if unchanged else [configured(command, settings, place)]


def _move_bin(command: MoveBin, view: View) -> Decision:
    view.require(command.stream, warehouse_stream(command.warehouse_id))
    if refusal := refused_unless_kept(command.warehouse_id, command.sku, view):
        return refusal
    item = view.item(command.warehouse_id, command.sku)
    place = copied(Place, command)
    return [] if place == item.place else [bin_moved(command, place, item.place)]


def _bin_added(bin_label: str, place: Place) -> Place:
    return Place(bin=bin_label, aisle=place.aisle, shelf=place.shelf)


def _settings_by_default(command: ItemCommand, view: View) -> ItemSettings:
    return settings_by_default(command.sku, view.tenant().settings_or(view.defaults))
