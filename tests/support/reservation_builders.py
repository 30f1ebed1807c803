"""One builder a message of reservations: R1, of lamps in warehouse north, from Monday noon on.

Amounts are given as on the wire. Builders of movements take the figures that stood before them.
A deadline is given as the seconds since Monday noon.
"""

from datetime import datetime, timedelta
from typing import Final

from stockledger.messages.fields import Bucket, Sku, WarehouseId
from stockledger.messages.hold import (
    ExpiredHold,
    HoldExtended,
    HoldsExpired,
    StockReleased,
    StockReserved,
)
from stockledger.messages.lines import AskedLine, ChangedLine, HeldLine, SoldLine
from stockledger.messages.order import OrderItemsSold, OrderReserved
from stockledger.messages.reservation import (
    CartReserved,
    ConfirmReservation,
    ExpireReservation,
    ExtendReservation,
    ReleaseReservation,
    ReservationConfirmed,
    ReservationCreated,
    ReservationExpired,
    ReservationExtended,
    ReservationReleased,
    ReservationUpdated,
    ReserveStock,
    UpdateReservation,
)
from tests.support.builders import LAMP, NORTH, money, units
from tests.support.movement_figures import entry, levels_after
from tests.support.specification import MONDAY_NOON

R1: Final = "R1"
R2: Final = "R2"
C1: Final = "C1"
O1: Final = "O1"
HALF_AN_HOUR: Final = 1_800


def at(seconds: float) -> datetime:
    """Return the time so many seconds after Monday noon."""
    return MONDAY_NOON + timedelta(seconds=seconds)


def asked(quantity: float, sku: Sku = LAMP, warehouse_id: WarehouseId | None = NORTH) -> AskedLine:
    return AskedLine(sku=sku, quantity=units(quantity), warehouse_id=warehouse_id)


def changed(
    quantity: float, sku: Sku = LAMP, warehouse_id: WarehouseId | None = NORTH
) -> ChangedLine:
    return ChangedLine(sku=sku, quantity=units(quantity), warehouse_id=warehouse_id)


def held(quantity: float, sku: Sku = LAMP, warehouse_id: WarehouseId = NORTH) -> HeldLine:
    return HeldLine(warehouse_id=warehouse_id, sku=sku, quantity=units(quantity))


def reserve_stock(
    *lines: AskedLine,
    reservation_id: str = R1,
    seconds: int = HALF_AN_HOUR,
    allow_partial: bool = False,
    allow_split: bool = False,
    customer_id: str | None = None,
    cart_id: str | None = None,
    order_id: str | None = None,
    join_cart: bool = False,
) -> ReserveStock:
    return ReserveStock(
        reservation_id=reservation_id,
        lines=lines,
        expires_in_seconds=seconds,
        allow_partial=allow_partial,
        allow_split=allow_split,
        customer_id=customer_id,
        cart_id=cart_id,
        order_id=order_id,
        join_cart=join_cart,
    )


def update_reservation(
    *lines: ChangedLine,
    reservation_id: str = R1,
    seconds: int | None = None,
    keep_others: bool = False,
    allow_partial: bool = False,
    allow_split: bool = False,
    cart_id: str | None = None,
) -> UpdateReservation:
    return UpdateReservation(
        reservation_id=reservation_id,
        lines=lines,
        expires_in_seconds=seconds,
        keep_others=keep_others,
        allow_partial=allow_partial,
        allow_split=allow_split,
        cart_id=cart_id,
    )


def extend_reservation(seconds: int = HALF_AN_HOUR, reservation_id: str = R1) -> ExtendReservation:
    return ExtendReservation(reservation_id=reservation_id, expires_in_seconds=seconds)


def release_reservation(reservation_id: str = R1) -> ReleaseReservation:
    return ReleaseReservation(reservation_id=reservation_id)


def abandon_cart(cart_id: str = C1) -> ReleaseReservation:
    return ReleaseReservation(cart_id=cart_id)


def confirm_reservation(
    reservation_id: str = R1, order_id: str | None = None
) -> ConfirmReservation:
    return ConfirmReservation(reservation_id=reservation_id, order_id=order_id)


def expire_reservation(*reservation_ids: str) -> ExpireReservation:
    return ExpireReservation(reservation_ids=reservation_ids or (R1,))


def reservation_created(
    *lines: HeldLine,
    reservation_id: str = R1,
    asked: tuple[AskedLine, ...] | None = None,
    until: float = HALF_AN_HOUR,
    customer_id: str | None = None,
    cart_id: str | None = None,
    order_id: str | None = None,
) -> ReservationCreated:
    return ReservationCreated(
        reservation_id=reservation_id,
        lines=lines,
        asked=asked,
        expires_at=at(until),
        customer_id=customer_id,
        cart_id=cart_id,
        order_id=order_id,
    )


def reservation_updated(
    *lines: HeldLine,
    asked: tuple[AskedLine, ...] | None = None,
    until: float = HALF_AN_HOUR,
    joined_as: str | None = None,
) -> ReservationUpdated:
    return ReservationUpdated(
        reservation_id=R1, lines=lines, asked=asked, expires_at=at(until), joined_as=joined_as
    )


def reservation_extended(until: float) -> ReservationExtended:
    return ReservationExtended(reservation_id=R1, expires_at=at(until))


def reservation_confirmed(*lines: HeldLine, order_id: str | None = None) -> ReservationConfirmed:
    return ReservationConfirmed(reservation_id=R1, lines=lines, order_id=order_id)


def reservation_released(reservation_id: str = R1) -> ReservationReleased:
    return ReservationReleased(reservation_id=reservation_id)


def reservation_expired(
    reservation_id: str = R1, until: float = HALF_AN_HOUR
) -> ReservationExpired:
    return ReservationExpired(reservation_id=reservation_id, expires_at=at(until))


def cart_reserved(reservation_id: str = R1, cart_id: str = C1) -> CartReserved:
    return CartReserved(cart_id=cart_id, reservation_id=reservation_id)


def order_reserved(reservation_id: str = R1, order_id: str = O1) -> OrderReserved:
    return OrderReserved(order_id=order_id, reservation_id=reservation_id)


def items_sold(
    quantity: float, value: float, *, reservation_id: str | None = None, order_id: str = O1
) -> OrderItemsSold:
    line = SoldLine(warehouse_id=NORTH, sku=LAMP, quantity=units(quantity), value=money(value))
    return OrderItemsSold(order_id=order_id, lines=(line,), reservation_id=reservation_id)


def stock_reserved(  # noqa: PLR0913 - the figures before it
    quantity: float,
    warehouse_id: WarehouseId = NORTH,
    sku: Sku = LAMP,
    *,
    reservation_id: str = R1,
    holds: float | None = None,
    until: float = HALF_AN_HOUR,
    available: float,
    reserved: float = 0,
    value: float = 0,
) -> StockReserved:
    entries = (
        entry(Bucket.AVAILABLE, available, -quantity),
        entry(Bucket.RESERVED, reserved, quantity),
    )
    return StockReserved(
        warehouse_id=warehouse_id,
        sku=sku,
        quantity=units(quantity),
        entries=entries,
        value_change=money(0),
        levels=levels_after(entries, available=available, reserved=reserved, value=value),
        reservation_id=reservation_id,
        held=units(quantity if holds is None else holds),
        expires_at=at(until),
    )


def stock_released(
    quantity: float,
    warehouse_id: WarehouseId = NORTH,
    sku: Sku = LAMP,
    *,
    reservation_id: str = R1,
    holds: float = 0,
    available: float,
    reserved: float,
    value: float = 0,
) -> StockReleased:
    entries = (
        entry(Bucket.RESERVED, reserved, -quantity),
        entry(Bucket.AVAILABLE, available, quantity),
    )
    return StockReleased(
        warehouse_id=warehouse_id,
        sku=sku,
        quantity=units(quantity),
        entries=entries,
        value_change=money(0),
        levels=levels_after(entries, available=available, reserved=reserved, value=value),
        reservation_id=reservation_id,
        held=units(holds),
    )


def hold_extended(
    until: float, warehouse_id: WarehouseId = NORTH, sku: Sku = LAMP, *, reservation_id: str = R1
) -> HoldExtended:
    return HoldExtended(
        warehouse_id=warehouse_id, sku=sku, reservation_id=reservation_id, expires_at=at(until)
    )


def holds_expired(
    *holds: tuple[str, float],
    warehouse_id: WarehouseId = NORTH,
    sku: Sku = LAMP,
    available: float,
    reserved: float,
    value: float = 0,
) -> HoldsExpired:
    quantity = sum(held for _, held in holds)
    entries = (
        entry(Bucket.RESERVED, reserved, -quantity),
        entry(Bucket.AVAILABLE, available, quantity),
    )
    return HoldsExpired(
        warehouse_id=warehouse_id,
        sku=sku,
        quantity=units(quantity),
        entries=entries,
        value_change=money(0),
        levels=levels_after(entries, available=available, reserved=reserved, value=value),
        holds=tuple(
            ExpiredHold(reservation_id=reservation_id, quantity=units(held))
            for reservation_id, held in holds
        ),
    )
