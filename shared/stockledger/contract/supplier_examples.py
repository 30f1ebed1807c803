"""One example of every command and event of suppliers and the orders to them."""

from typing import Final

from stockledger.amounts import Money, Quantity
from stockledger.contract.example_values import EXPECTED, LAMP, NORTH
from stockledger.messages import supplier, supplier_order
from stockledger.messages.message import Command, Event
from stockledger.messages.results import ErrorCode
from stockledger.messages.supplier_order import (
    CancelledLine,
    DeliveredLine,
    Reorder,
    SupplierOrderLine,
    TakenLine,
)

_LUMEN: Final = "LUMEN"
_NAME: Final = "Lumen Works"
_API: Final = "https://api.lumen.example/orders"
_BY_PHONE: Final = "+49 30 5550100"
_ORDER: Final = "P-301"
_DELIVERY: Final = "GR-9107"
_REFERENCE: Final = "LW-88-1204"
_REORDER: Final = Reorder(warehouse_id=NORTH, sku=LAMP, number=1)
_LAMPS: Final = SupplierOrderLine(
    warehouse_id=NORTH, sku=LAMP, quantity=Quantity(180_000), unit_cost=Money(31_000)
)
_REST: Final = CancelledLine(warehouse_id=NORTH, sku=LAMP, quantity=Quantity(60_000))

SUPPLIER_COMMAND_EXAMPLES: Final[tuple[Command, ...]] = (
    supplier.RegisterSupplier(
        supplier_id=_LUMEN,
        name=_NAME,
        api_url=_API,
        email="orders@lumen.example",
        phone=_BY_PHONE,
        lead_time_days=5,
    ),
    supplier_order.CreateSupplierOrder(supplier_order_id=_ORDER, reorder=_REORDER),
    supplier_order.SubmitSupplierOrder(supplier_order_id=_ORDER, supplier_reference=_REFERENCE),
    supplier_order.ConfirmSupplierOrder(
        supplier_order_id=_ORDER, supplier_reference=_REFERENCE, expected_delivery=EXPECTED
    ),
    supplier_order.ReportSupplierUnavailable(
        supplier_order_id=_ORDER, attempts=3, cause="no answer within 5 s"
    ),
    supplier_order.ReceiveSupplierOrder(
        supplier_order_id=_ORDER,
        delivery_id=_DELIVERY,
        lines=(
            DeliveredLine(
                warehouse_id=NORTH,
                sku=LAMP,
                received=Quantity(110_000),
                rejected=Quantity(10_000),
            ),
        ),
    ),
    supplier_order.CancelSupplierOrder(supplier_order_id=_ORDER, reason="the rest is sold out"),
    supplier_order.ReportOverdueSupplierOrder(supplier_order_id=_ORDER),
)

SUPPLIER_EVENT_EXAMPLES: Final[tuple[Event, ...]] = (
    supplier.SupplierRegistered(
        supplier_id=_LUMEN,
        name=_NAME,
        api_url=_API,
        email="orders@lumen.example",
        phone=_BY_PHONE,
        lead_time_days=5,
    ),
    supplier_order.SupplierOrderCreated(
        supplier_order_id=_ORDER,
        supplier_id=_LUMEN,
        supplier_name=_NAME,
        api_url=_API,
        lines=(_LAMPS,),
        reorder=_REORDER,
        expected_delivery=EXPECTED,
    ),
    supplier_order.SupplierOrderSubmitted(supplier_order_id=_ORDER, supplier_reference=_REFERENCE),
    supplier_order.SupplierOrderConfirmed(
        supplier_order_id=_ORDER, supplier_reference=_REFERENCE, expected_delivery=EXPECTED
    ),
    supplier_order.SupplierUnavailable(
        supplier_order_id=_ORDER,
        supplier_id=_LUMEN,
        code=ErrorCode.SUPPLIER_UNAVAILABLE,
        attempts=3,
        cause="no answer within 5 s",
    ),
    supplier_order.SupplierOrderReceived(
        supplier_order_id=_ORDER,
        delivery_id=_DELIVERY,
        lines=(
            TakenLine(
                warehouse_id=NORTH,
                sku=LAMP,
                received=Quantity(110_000),
                rejected=Quantity(10_000),
                over=Quantity(0),
                unit_cost=Money(31_000),
            ),
        ),
        completed=False,
    ),
    supplier_order.SupplierOrderCancelled(
        supplier_order_id=_ORDER, lines=(_REST,), reason="the rest is sold out"
    ),
    supplier_order.SupplierOrderOverdue(supplier_order_id=_ORDER, expected_delivery=EXPECTED),
    supplier_order.OnOrderChanged(
        warehouse_id=NORTH,
        sku=LAMP,
        supplier_order_id=_ORDER,
        change=Quantity(-120_000),
        on_order=Quantity(60_000),
        reorder=True,
    ),
)
