"""What shop systems say on the orders topic: orders and carts, CloudEvents of a shop's own making.

Open on the wire: a shop adds fields of its own, which nobody here looks at. Each event becomes
exactly one command. An optional field may be null.
"""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Final

from pydantic import ConfigDict, FailFast, Field

from stockledger.messages.fields import (
    Flag,
    HoldSeconds,
    IdField,
    Name,
    PositiveQuantity,
    SkuField,
    SomeQuantity,
    Text,
    WarehouseIdField,
)
from stockledger.messages.lines import LINES_MAX
from stockledger.messages.message import message
from stockledger.messages.order import ORDER_RESERVATIONS_MAX

_OPEN: Final = ConfigDict(extra="ignore")


@message
class ShopEvent:
    """Something that happened in a shop."""

    __pydantic_config__: ClassVar[ConfigDict] = _OPEN


@message
class OrderedLine:
    """Units of a SKU, of one warehouse or of any."""

    __pydantic_config__: ClassVar[ConfigDict] = _OPEN

    sku: SkuField
    quantity: PositiveQuantity
    warehouse_id: WarehouseIdField | None = None


@message
class OrderCreated(ShopEvent):
    """A customer ordered: becomes AcceptOrder. Without lines: what its reservations hold."""

    order_id: IdField
    lines: Annotated[tuple[OrderedLine, ...], Field(max_length=LINES_MAX)] | None = None
    reservation_ids: (
        Annotated[tuple[IdField, ...], Field(max_length=ORDER_RESERVATIONS_MAX)] | None
    ) = None
    allow_split: Flag | None = None
    cart_id: IdField | None = None
    customer_id: Name | None = None


@message
class OrderCancelled(ShopEvent):
    """An order is off: becomes CancelOrder."""

    order_id: IdField
    reason: Text | None = None


@message
class OrderReturned(ShopEvent):
    """Sold units came back: becomes ReturnOrder. Without `return_id`, the event is the return."""

    order_id: IdField
    return_id: IdField | None = None
    lines: Annotated[tuple[OrderedLine, ...], Field(min_length=1, max_length=LINES_MAX), FailFast()]
    reason: Text | None = None


@message
class CartItemAdded(ShopEvent):
    """So many units more are in the cart: becomes ReserveStock, which joins the cart's holds."""

    cart_id: IdField
    sku: SkuField
    quantity: PositiveQuantity
    warehouse_id: WarehouseIdField | None = None
    expires_in_seconds: HoldSeconds | None = None
    customer_id: Name | None = None


@message
class CartItemChanged(ShopEvent):
    """So many units are in the cart now, 0: none. Becomes UpdateReservation of the cart's holds."""

    cart_id: IdField
    sku: SkuField
    quantity: SomeQuantity
    warehouse_id: WarehouseIdField | None = None
    expires_in_seconds: HoldSeconds | None = None
    customer_id: Name | None = None


@message
class CartItemRemoved(ShopEvent):
    """The SKU is no longer in the cart: becomes UpdateReservation of the cart's holds."""

    cart_id: IdField
    sku: SkuField


@message
class CartAbandoned(ShopEvent):
    """Nobody will pay for the cart: becomes ReleaseReservation of all its holds."""

    cart_id: IdField
    reason: Text | None = None


AnyShopEvent = (
    OrderCreated
    | OrderCancelled
    | OrderReturned
    | CartItemAdded
    | CartItemChanged
    | CartItemRemoved
    | CartAbandoned
)

SHOP_EVENTS: Final[Mapping[str, type[AnyShopEvent]]] = {
    "order.created": OrderCreated,
    "order.cancelled": OrderCancelled,
    "order.returned": OrderReturned,
    "cart.item_added": CartItemAdded,
    "cart.item_changed": CartItemChanged,
    "cart.item_removed": CartItemRemoved,
    "cart.abandoned": CartAbandoned,
}
"""The events by their `ce_type`."""
