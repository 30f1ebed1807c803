"""One builder an event of suppliers and orders to them: P1, of lamps for the north, at LUMEN's.

Amounts are given as on the wire.
"""

from dataclasses import replace
from datetime import datetime

from stockledger.messages.fields import Sku, WarehouseId
from stockledger.messages.item import StockReceived
from stockledger.messages.results import ErrorCode
from stockledger.messages.supplier import SupplierRegistered
from stockledger.messages.supplier_order import (
    CancelledLine,
    OnOrderChanged,
    Reorder,
    SupplierOrderCancelled,
    SupplierOrderConfirmed,
    SupplierOrderCreated,
    SupplierOrderLine,
    SupplierOrderOverdue,
    SupplierOrderReceived,
    SupplierOrderSubmitted,
    SupplierUnavailable,
    TakenLine,
)
from tests.support.builders import LAMP, NORTH, money, units
from tests.support.item_builders import stock_received
from tests.support.supplier_builders import FIRST_DELIVERY, LUMEN, LUMEN_WORKS, P1


def supplier_registered(
    supplier_id: str = LUMEN,
    *,
    name: str = LUMEN_WORKS,
    api_url: str | None = None,
    email: str | None = None,
    lead_time_days: int | None = None,
) -> SupplierRegistered:
    return SupplierRegistered(
        supplier_id=supplier_id,
        name=name,
        api_url=api_url,
        email=email,
        lead_time_days=lead_time_days,
    )


def order_created(
    *lines: SupplierOrderLine,
    supplier_order_id: str = P1,
    supplier_id: str = LUMEN,
    supplier_name: str = LUMEN_WORKS,
    api_url: str | None = None,
    reorder: Reorder | None = None,
    expected_delivery: datetime | None = None,
) -> SupplierOrderCreated:
    return SupplierOrderCreated(
        supplier_order_id=supplier_order_id,
        supplier_id=supplier_id,
        supplier_name=supplier_name,
        api_url=api_url,
        lines=lines,
        reorder=reorder,
        expected_delivery=expected_delivery,
    )


def order_submitted(
    supplier_order_id: str = P1, *, supplier_reference: str | None = None
) -> SupplierOrderSubmitted:
    return SupplierOrderSubmitted(
        supplier_order_id=supplier_order_id, supplier_reference=supplier_reference
    )


def order_confirmed(
    *, supplier_reference: str | None = None, expected_delivery: datetime | None = None
) -> SupplierOrderConfirmed:
    return SupplierOrderConfirmed(
        supplier_order_id=P1,
        supplier_reference=supplier_reference,
        expected_delivery=expected_delivery,
    )


def supplier_unavailable(
    *, attempts: int = 3, cause: str = "no answer within 5 s"
) -> SupplierUnavailable:
    return SupplierUnavailable(
        supplier_order_id=P1,
        supplier_id=LUMEN,
        code=ErrorCode.SUPPLIER_UNAVAILABLE,
        attempts=attempts,
        cause=cause,
    )


def taken(
    received: float = 0,
    sku: Sku = LAMP,
    warehouse_id: WarehouseId = NORTH,
    *,
    rejected: float = 0,
    over: float = 0,
    unit_cost: float = 3,
) -> TakenLine:
    return TakenLine(
        warehouse_id=warehouse_id,
        sku=sku,
        received=units(received),
        rejected=units(rejected),
        over=units(over),
        unit_cost=money(unit_cost),
    )


def gone(quantity: float, sku: Sku = LAMP, warehouse_id: WarehouseId = NORTH) -> CancelledLine:
    return CancelledLine(warehouse_id=warehouse_id, sku=sku, quantity=units(quantity))


def order_received(
    *lines: TakenLine,
    cancelled: tuple[CancelledLine, ...] = (),
    completed: bool = False,
    delivery_id: str = FIRST_DELIVERY,
) -> SupplierOrderReceived:
    return SupplierOrderReceived(
        supplier_order_id=P1,
        delivery_id=delivery_id,
        lines=lines,
        cancelled=cancelled,
        completed=completed,
    )


def order_cancelled(*lines: CancelledLine) -> SupplierOrderCancelled:
    return SupplierOrderCancelled(supplier_order_id=P1, lines=lines)


def order_overdue(expected_delivery: datetime) -> SupplierOrderOverdue:
    return SupplierOrderOverdue(supplier_order_id=P1, expected_delivery=expected_delivery)


def on_order_changed(
    change: float,
    sku: Sku = LAMP,
    warehouse_id: WarehouseId = NORTH,
    *,
    on_order: float,
    reorder: bool = False,
) -> OnOrderChanged:
    return OnOrderChanged(
        warehouse_id=warehouse_id,
        sku=sku,
        supplier_order_id=P1,
        change=units(change),
        on_order=units(on_order),
        reorder=reorder,
    )


def stock_delivered(
    quantity: float,
    sku: Sku = LAMP,
    warehouse_id: WarehouseId = NORTH,
    *,
    available: float = 0,
    value: float = 0,
    unit_cost: float = 3,
) -> StockReceived:
    """Return the receipt of an item of which so much was ever received, and all is available."""
    received = stock_received(
        quantity,
        warehouse_id,
        sku,
        unit_cost=unit_cost,
        supplier=-available,
        available=available,
        value=value,
    )
    return replace(received, supplier_order_id=P1)
