"""One example of every event of a shop: what happened to its carts and orders."""

from typing import Final

from stockledger.amounts import Quantity
from stockledger.contract.example_values import BASKET, BULB, CART, CUSTOMER, LAMP, NORTH, ORDER
from stockledger.messages.shop_events import (
    AnyShopEvent,
    CartAbandoned,
    CartItemAdded,
    CartItemChanged,
    CartItemRemoved,
    OrderCancelled,
    OrderCreated,
    OrderedLine,
    OrderReturned,
)

_TWO_LAMPS: Final = OrderedLine(sku=LAMP, quantity=Quantity(2_000))
_ONE_LAMP: Final = OrderedLine(sku=LAMP, quantity=Quantity(1_000), warehouse_id=NORTH)

SHOP_EVENT_EXAMPLES: Final[tuple[AnyShopEvent, ...]] = (
    OrderCreated(
        order_id=ORDER,
        lines=(_TWO_LAMPS,),
        reservation_ids=(BASKET,),
        cart_id=CART,
        customer_id=CUSTOMER,
    ),
    OrderCancelled(order_id=ORDER, reason="changed her mind"),
    OrderReturned(order_id=ORDER, return_id="RET-31", lines=(_ONE_LAMP,), reason="too bright"),
    CartItemAdded(
        cart_id=CART,
        sku=LAMP,
        quantity=Quantity(2_000),
        expires_in_seconds=1_800,
        customer_id=CUSTOMER,
    ),
    CartItemChanged(cart_id=CART, sku=LAMP, quantity=Quantity(1_000)),
    CartItemRemoved(cart_id=CART, sku=BULB),
    CartAbandoned(cart_id=CART),
)
