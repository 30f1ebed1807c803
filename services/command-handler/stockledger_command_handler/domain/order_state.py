"""What is known of an order, and how each of its events changes that."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final, assert_never

from stockledger.amounts import NO_MONEY, ZERO, Money, Quantity
from stockledger.messages.fields import Sku, WarehouseId
from stockledger.messages.lines import AskedLine, ReturnedLine, SoldLine
from stockledger.messages.order import (
    OrderAccepted,
    OrderCancelled,
    OrderItemsSold,
    OrderReserved,
    OrderReturned,
)

Event = OrderReserved | OrderAccepted | OrderItemsSold | OrderCancelled | OrderReturned

FOLD_VERSION: Final = 2
"""Raised when `OrderState` or `evolve` changes, so that older snapshots are not used."""


@dataclass(slots=True)
class SoldItem:
    """What was sold of an item under the order, and what of that came back, each at its value."""

    warehouse_id: WarehouseId
    sku: Sku
    quantity: Quantity = ZERO
    value: Money = NO_MONEY
    returned: Quantity = ZERO
    returned_value: Money = NO_MONEY

    @property
    def kept(self) -> Quantity:
        """What the customer still has."""
        return Quantity(self.quantity - self.returned)

    @property
    def kept_value(self) -> Money:
        return Money(self.value - self.returned_value)


@dataclass(slots=True)
class Acceptance:
    """What an order said when it was accepted: the same again is a repeat, anything else is not."""

    asked: tuple[AskedLine, ...]
    reservation_ids: tuple[str, ...]
    customer_id: str | None
    cart_id: str | None


@dataclass(slots=True)
class OrderState:
    """An order.

    `reservation_ids` were made for it before it came. `sold` is keyed by warehouse and SKU, in
    the order of sale; `returns` keeps what came back under each return's id, for ever, and
    `asked_back` what it said.
    """

    accepted: Acceptance | None = None
    cancelled: bool = False
    reservation_ids: list[str] = field(default_factory=list[str])
    sold: dict[str, SoldItem] = field(default_factory=dict[str, SoldItem])
    returns: dict[str, tuple[ReturnedLine, ...]] = field(
        default_factory=dict[str, tuple[ReturnedLine, ...]]
    )
    asked_back: dict[str, tuple[AskedLine, ...]] = field(
        default_factory=dict[str, tuple[AskedLine, ...]]
    )


def initial() -> OrderState:
    """Return an order of which nothing has happened; a new one each time, to be evolved."""
    return OrderState()


def evolve(state: OrderState, event: Event) -> OrderState:
    match event:
        case OrderReserved():
            if event.reservation_id not in state.reservation_ids:
                state.reservation_ids.append(event.reservation_id)
        case OrderAccepted():
            state.accepted = Acceptance(
                event.asked, event.reservation_ids, event.customer_id, event.cart_id
            )
            _add_sold(state, event.lines)
        case OrderItemsSold():
            _add_sold(state, event.lines)
        case OrderCancelled():
            state.cancelled = True
            _add_returned(state, event.lines)
        case OrderReturned():
            _add_returned(state, event.lines)
            if event.return_id is not None:
                state.returns[event.return_id] = event.lines
                if event.asked is not None:
                    state.asked_back[event.return_id] = event.asked
        case _:
            assert_never(event)
    return state


def after(state: OrderState, event: Event) -> OrderState:
    """Return what the order comes to by an event; the state itself stays as it is."""
    sold = {key: replace(item) for key, item in state.sold.items()}
    return evolve(
        OrderState(
            state.accepted,
            state.cancelled,
            state.reservation_ids.copy(),
            sold,
            state.returns.copy(),
            state.asked_back.copy(),
        ),
        event,
    )


def _add_sold(state: OrderState, lines: Iterable[SoldLine]) -> None:
    for line in lines:
        item = _item(state, line.warehouse_id, line.sku)
        item.quantity = Quantity(item.quantity + line.quantity)
        item.value = Money(item.value + line.value)


def _add_returned(state: OrderState, lines: Iterable[ReturnedLine]) -> None:
    for line in lines:
        item = _item(state, line.sold_warehouse_id, line.sku)
        item.returned = Quantity(item.returned + line.quantity)
        item.returned_value = Money(item.returned_value + line.value)


def _item(state: OrderState, warehouse_id: WarehouseId, sku: Sku) -> SoldItem:
    key = f"{warehouse_id}/{sku}"
    item = state.sold.get(key)
    if item is None:
        item = state.sold[key] = SoldItem(warehouse_id, sku)
    return item
