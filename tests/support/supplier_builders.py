"""One builder a command of suppliers and orders to them: P1, of lamps for the north, at LUMEN's.

Amounts are given as on the wire.
"""

from datetime import datetime
from typing import Final

from stockledger.messages.fields import Sku, WarehouseId
from stockledger.messages.item import ConfigureItem
from stockledger.messages.supplier import RegisterSupplier
from stockledger.messages.supplier_order import (
    CancelSupplierOrder,
    ConfirmSupplierOrder,
    CreateSupplierOrder,
    DeliveredLine,
    ReceiveSupplierOrder,
    Reorder,
    ReportOverdueSupplierOrder,
    ReportSupplierUnavailable,
    SubmitSupplierOrder,
    SupplierOrderLine,
)
from tests.support.builders import LAMP, NORTH, money, units

LUMEN: Final = "LUMEN"
LUMEN_WORKS: Final = "Lumen Works"
P1: Final = "P1"
FIRST_DELIVERY: Final = "first-lorry"
API: Final = "https://api.lumen.example/orders"


def register_supplier(
    supplier_id: str = LUMEN,
    *,
    name: str = LUMEN_WORKS,
    api_url: str | None = None,
    email: str | None = None,
    lead_time_days: int | None = None,
) -> RegisterSupplier:
    return RegisterSupplier(
        supplier_id=supplier_id,
        name=name,
        api_url=api_url,
        email=email,
        lead_time_days=lead_time_days,
    )


def supply(
    warehouse_id: WarehouseId = NORTH,
    sku: Sku = LAMP,
    *,
    supplier_id: str | None = None,
    automatically: bool | None = None,
    reorder_point: float | None = None,
    reorder_quantity: float | None = None,
    maximum: float | None = None,
    lead_time_days: int | None = None,
) -> ConfigureItem:
    """Return the settings of an item that say when to order how much of it, and from whom."""
    return ConfigureItem(
        warehouse_id=warehouse_id,
        sku=sku,
        supplier_id=supplier_id,
        reorder_automatically=automatically,
        reorder_point=None if reorder_point is None else units(reorder_point),
        reorder_quantity=None if reorder_quantity is None else units(reorder_quantity),
        maximum=None if maximum is None else units(maximum),
        lead_time_days=lead_time_days,
    )


def ordered(
    quantity: float,
    sku: Sku = LAMP,
    warehouse_id: WarehouseId = NORTH,
    *,
    unit_cost: float | None = None,
) -> SupplierOrderLine:
    return SupplierOrderLine(
        warehouse_id=warehouse_id,
        sku=sku,
        quantity=units(quantity),
        unit_cost=None if unit_cost is None else money(unit_cost),
    )


def create_supplier_order(
    *lines: SupplierOrderLine,
    supplier_order_id: str = P1,
    supplier_id: str | None = LUMEN,
    expected_delivery: datetime | None = None,
) -> CreateSupplierOrder:
    return CreateSupplierOrder(
        supplier_order_id=supplier_order_id,
        supplier_id=supplier_id,
        lines=lines,
        expected_delivery=expected_delivery,
    )


def reorder_of(number: int = 1, sku: Sku = LAMP, warehouse_id: WarehouseId = NORTH) -> Reorder:
    return Reorder(warehouse_id=warehouse_id, sku=sku, number=number)


def reorder(
    number: int = 1,
    supplier_order_id: str = P1,
    *,
    sku: Sku = LAMP,
    supplier_id: str | None = None,
    expected_delivery: datetime | None = None,
) -> CreateSupplierOrder:
    return CreateSupplierOrder(
        supplier_order_id=supplier_order_id,
        supplier_id=supplier_id,
        reorder=reorder_of(number, sku),
        expected_delivery=expected_delivery,
    )


def submit(
    supplier_order_id: str = P1, *, supplier_reference: str | None = None
) -> SubmitSupplierOrder:
    return SubmitSupplierOrder(
        supplier_order_id=supplier_order_id, supplier_reference=supplier_reference
    )


def confirm(
    supplier_order_id: str = P1,
    *,
    supplier_reference: str | None = None,
    expected_delivery: datetime | None = None,
) -> ConfirmSupplierOrder:
    return ConfirmSupplierOrder(
        supplier_order_id=supplier_order_id,
        supplier_reference=supplier_reference,
        expected_delivery=expected_delivery,
    )


def report_unavailable(
    supplier_order_id: str = P1, *, attempts: int = 3, cause: str = "no answer within 5 s"
) -> ReportSupplierUnavailable:
    return ReportSupplierUnavailable(
        supplier_order_id=supplier_order_id, attempts=attempts, cause=cause
    )


def delivered(
    received: float = 0,
    sku: Sku = LAMP,
    warehouse_id: WarehouseId = NORTH,
    *,
    rejected: float = 0,
    unit_cost: float | None = None,
) -> DeliveredLine:
    return DeliveredLine(
        warehouse_id=warehouse_id,
        sku=sku,
        received=units(received),
        rejected=units(rejected),
        unit_cost=None if unit_cost is None else money(unit_cost),
    )


def receive_order(
    *lines: DeliveredLine,
    supplier_order_id: str = P1,
    delivery_id: str = FIRST_DELIVERY,
    final: bool = False,
) -> ReceiveSupplierOrder:
    return ReceiveSupplierOrder(
        supplier_order_id=supplier_order_id, delivery_id=delivery_id, lines=lines, final=final
    )


def cancel_order_of(supplier_order_id: str = P1) -> CancelSupplierOrder:
    return CancelSupplierOrder(supplier_order_id=supplier_order_id)


def report_late(supplier_order_id: str = P1) -> ReportOverdueSupplierOrder:
    return ReportOverdueSupplierOrder(supplier_order_id=supplier_order_id)
