"""What is known of an order to a supplier, and how each of its events changes that."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Final, assert_never

from stockledger.amounts import ZERO, Money, Quantity
from stockledger.messages.fields import Sku, StreamName, Time, WarehouseId
from stockledger.messages.streams import item_stream
from stockledger.messages.supplier_order import (
    CancelledLine,
    Reorder,
    SupplierOrderCancelled,
    SupplierOrderConfirmed,
    SupplierOrderCreated,
    SupplierOrderLine,
    SupplierOrderOverdue,
    SupplierOrderReceived,
    SupplierOrderStatus,
    SupplierOrderSubmitted,
    SupplierUnavailable,
    TakenLine,
)

Event = (
    SupplierOrderCreated
    | SupplierOrderSubmitted
    | SupplierOrderConfirmed
    | SupplierUnavailable
    | SupplierOrderReceived
    | SupplierOrderCancelled
    | SupplierOrderOverdue
)

FOLD_VERSION: Final = 1
"""Raised when `SupplierOrderState` or `evolve` changes, so that older snapshots are not used."""

DIGEST_BYTES: Final = 16
"""Bytes of a delivery's digest: an order keeps up to 500 of them, of 500 lines each."""


@dataclass(slots=True)
class OrderedItem:
    """What became of the units of an item that were ordered.

    ordered + over = received + on order + rejected + cancelled.
    """

    warehouse_id: WarehouseId
    sku: Sku
    unit_cost: Money | None = None
    ordered: Quantity = ZERO
    received: Quantity = ZERO
    rejected: Quantity = ZERO
    over: Quantity = ZERO
    cancelled: Quantity = ZERO
    on_order: Quantity = ZERO


@dataclass(slots=True)
class SupplierOrderState:
    """An order to a supplier. `status` is None until it exists; its items by their streams.

    `deliveries` keeps a digest of what was said under each delivery's id, for ever;
    `first_expected_delivery` what was expected when the order was created.
    """

    status: SupplierOrderStatus | None = None
    supplier_id: str = ""
    items: dict[StreamName, OrderedItem] = field(default_factory=dict[StreamName, OrderedItem])
    reorder: Reorder | None = None
    deliveries: dict[str, str] = field(default_factory=dict[str, str])
    supplier_reference: str | None = None
    expected_delivery: Time | None = None
    first_expected_delivery: Time | None = None
    overdue: bool = False


def initial() -> SupplierOrderState:
    """Return an order that does not exist; a new one each time, to be evolved."""
    return SupplierOrderState()


def evolve(state: SupplierOrderState, event: Event) -> SupplierOrderState:
    match event:
        case SupplierOrderCreated():
            _begin(state, event)
        case SupplierOrderSubmitted():
            state.status = SupplierOrderStatus.SUBMITTED
            state.supplier_reference = event.supplier_reference or state.supplier_reference
        case SupplierOrderConfirmed():
            _confirm(state, event)
        case SupplierUnavailable():
            state.status = SupplierOrderStatus.UNAVAILABLE
        case SupplierOrderReceived():
            _receive(state, event)
        case SupplierOrderCancelled():
            state.status = SupplierOrderStatus.CANCELLED
            for line in event.lines:
                _cancel(_item(state, line), line.quantity)
        case SupplierOrderOverdue():
            state.overdue = True
        case _:
            assert_never(event)
    return state


def after(state: SupplierOrderState, *events: Event) -> SupplierOrderState:
    """Return what the order comes to by events; the state itself stays as it is."""
    items = {name: replace(item) for name, item in state.items.items()}
    changed = replace(state, items=items, deliveries=state.deliveries.copy())
    for event in events:
        evolve(changed, event)
    return changed


def delivery_digest(lines: Iterable[TakenLine]) -> str:
    """Return a digest of what came."""
    said = sorted(
        [
            (line.warehouse_id, line.sku, line.received, line.rejected, line.unit_cost)
            for line in lines
        ]
    )
    return blake2b(repr(said).encode(), digest_size=DIGEST_BYTES).hexdigest()


def is_over(state: SupplierOrderState) -> bool:
    """Return whether the order is received or cancelled, for good."""
    return state.status in {SupplierOrderStatus.RECEIVED, SupplierOrderStatus.CANCELLED}


def _begin(state: SupplierOrderState, event: SupplierOrderCreated) -> None:
    state.status = SupplierOrderStatus.QUEUED
    state.supplier_id = event.supplier_id
    state.reorder = event.reorder
    state.expected_delivery = state.first_expected_delivery = event.expected_delivery
    for line in event.lines:
        item = _item(state, line)
        item.unit_cost = line.unit_cost
        item.ordered = item.on_order = line.quantity


def _item(
    state: SupplierOrderState, line: SupplierOrderLine | TakenLine | CancelledLine
) -> OrderedItem:
    name = item_stream(line.warehouse_id, line.sku)
    item = state.items.get(name)
    if item is None:
        item = state.items[name] = OrderedItem(line.warehouse_id, line.sku)
    return item


def _confirm(state: SupplierOrderState, event: SupplierOrderConfirmed) -> None:
    state.status = SupplierOrderStatus.CONFIRMED
    state.supplier_reference = event.supplier_reference or state.supplier_reference
    if event.expected_delivery is not None and event.expected_delivery != state.expected_delivery:
        state.expected_delivery = event.expected_delivery
        state.overdue = False


def _receive(state: SupplierOrderState, event: SupplierOrderReceived) -> None:
    for line in event.lines:
        _take(_item(state, line), line)
    for gone in event.cancelled:
        _cancel(_item(state, gone), gone.quantity)
    state.deliveries[event.delivery_id] = delivery_digest(event.lines)
    if event.completed:
        state.status = SupplierOrderStatus.RECEIVED


def _take(item: OrderedItem, line: TakenLine) -> None:
    item.received = Quantity(item.received + line.received)
    item.rejected = Quantity(item.rejected + line.rejected)
    item.over = Quantity(item.over + line.over)
    item.on_order = Quantity(item.on_order - (line.received + line.rejected - line.over))


def _cancel(item: OrderedItem, quantity: Quantity) -> None:
    item.cancelled = Quantity(item.cancelled + quantity)
    item.on_order = Quantity(item.on_order - quantity)
