"""One example of every event of holds, reservations, carts and orders."""

from typing import Final

from stockledger.amounts import Money, Quantity
from stockledger.contract.example_values import (
    BASKET,
    CART,
    CUSTOMER,
    DEADLINE,
    LAMP,
    LATER_DEADLINE,
    NORTH,
    ORDER,
    entry,
    levels,
)
from stockledger.messages import hold, order, reservation
from stockledger.messages.fields import Bucket
from stockledger.messages.lines import AskedLine, HeldLine, ReturnedLine, SoldLine
from stockledger.messages.message import Event

_TWO_ASKED: Final = AskedLine(sku=LAMP, quantity=Quantity(2_000))
_TWO_HELD: Final = HeldLine(warehouse_id=NORTH, sku=LAMP, quantity=Quantity(2_000))
_ONE_HELD: Final = HeldLine(warehouse_id=NORTH, sku=LAMP, quantity=Quantity(1_000))
_TWO_SOLD: Final = SoldLine(
    warehouse_id=NORTH, sku=LAMP, quantity=Quantity(2_000), value=Money(65_000)
)
_ONE_RETURNED: Final = ReturnedLine(
    sold_warehouse_id=NORTH,
    warehouse_id=NORTH,
    sku=LAMP,
    quantity=Quantity(1_000),
    value=Money(32_500),
)

_HOLDS: Final[tuple[Event, ...]] = (
    hold.StockReserved(
        warehouse_id=NORTH,
        sku=LAMP,
        reservation_id=BASKET,
        quantity=Quantity(2_000),
        held=Quantity(2_000),
        expires_at=DEADLINE,
        entries=(entry(Bucket.AVAILABLE, 10_000, -2_000), entry(Bucket.RESERVED, 0, 2_000)),
        value_change=Money(0),
        levels=levels(8_000, 325_000, reserved=2_000),
    ),
    hold.StockReleased(
        warehouse_id=NORTH,
        sku=LAMP,
        reservation_id=BASKET,
        quantity=Quantity(1_000),
        held=Quantity(1_000),
        entries=(entry(Bucket.RESERVED, 2_000, -1_000), entry(Bucket.AVAILABLE, 8_000, 1_000)),
        value_change=Money(0),
        levels=levels(9_000, 325_000, reserved=1_000),
    ),
    hold.HoldExtended(
        warehouse_id=NORTH, sku=LAMP, reservation_id=BASKET, expires_at=LATER_DEADLINE
    ),
    hold.HoldsExpired(
        warehouse_id=NORTH,
        sku=LAMP,
        quantity=Quantity(1_000),
        holds=(hold.ExpiredHold(reservation_id=BASKET, quantity=Quantity(1_000)),),
        entries=(entry(Bucket.RESERVED, 1_000, -1_000), entry(Bucket.AVAILABLE, 9_000, 1_000)),
        value_change=Money(0),
        levels=levels(10_000, 325_000),
    ),
)

_RESERVATIONS: Final[tuple[Event, ...]] = (
    reservation.ReservationCreated(
        reservation_id=BASKET,
        lines=(_TWO_HELD,),
        asked=(_TWO_ASKED,),
        expires_at=DEADLINE,
        customer_id=CUSTOMER,
        cart_id=CART,
    ),
    reservation.ReservationUpdated(reservation_id=BASKET, lines=(_ONE_HELD,), expires_at=DEADLINE),
    reservation.ReservationExtended(reservation_id=BASKET, expires_at=LATER_DEADLINE),
    reservation.ReservationConfirmed(reservation_id=BASKET, lines=(_ONE_HELD,), order_id=ORDER),
    reservation.ReservationReleased(reservation_id=BASKET, reason="abandoned"),
    reservation.ReservationExpired(reservation_id=BASKET, expires_at=LATER_DEADLINE),
    reservation.CartReserved(cart_id=CART, reservation_id=BASKET),
)

_ORDERS: Final[tuple[Event, ...]] = (
    order.OrderReserved(order_id=ORDER, reservation_id=BASKET),
    order.OrderAccepted(
        order_id=ORDER,
        asked=(_TWO_ASKED,),
        lines=(_TWO_SOLD,),
        reservation_ids=(BASKET,),
        customer_id=CUSTOMER,
    ),
    order.OrderItemsSold(order_id=ORDER, lines=(_TWO_SOLD,), reservation_id=BASKET),
    order.OrderCancelled(order_id=ORDER, lines=(_ONE_RETURNED,), reason="changed her mind"),
    order.OrderReturned(order_id=ORDER, lines=(_ONE_RETURNED,), return_id="RET-31"),
)

HOLD_EVENT_EXAMPLES: Final[tuple[Event, ...]] = (*_HOLDS, *_RESERVATIONS, *_ORDERS)
