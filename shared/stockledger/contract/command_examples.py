"""One example of every command."""

from typing import Final

from stockledger.amounts import Money, Quantity
from stockledger.contract.alert_examples import ALERT_COMMAND_EXAMPLES
from stockledger.contract.example_values import (
    BASKET,
    BULB,
    CAPACITY,
    CART,
    CUSTOMER,
    EARLIER,
    LAMP,
    NORTH,
    OF_DELIVERY,
    OF_ORDER,
    ORDER,
    SOUTH,
)
from stockledger.contract.import_examples import IMPORT_COMMAND_EXAMPLES
from stockledger.contract.recipient_examples import RECIPIENT_COMMAND_EXAMPLES
from stockledger.contract.stock_change_examples import STOCK_COMMAND_EXAMPLES
from stockledger.contract.supplier_examples import SUPPLIER_COMMAND_EXAMPLES
from stockledger.contract.transfer_examples import TRANSFER_COMMAND_EXAMPLES
from stockledger.messages import item, order, reservation, tenant, warehouse
from stockledger.messages.item import IssuePurpose, StockBucket
from stockledger.messages.lines import AskedLine, ChangedLine
from stockledger.messages.message import Command

_SETTINGS: Final[tuple[Command, ...]] = (
    tenant.ConfigureTenant(
        time_zone="Europe/Berlin",
        currency="EUR",
        low_stock_percent=20,
        approval_quantity=Quantity(50_000),
        approval_value=Money(5_000_000),
    ),
    tenant.SetDefaultWarehouse(warehouse_id=NORTH),
    tenant.StartDailyCheck(day="2026-11-21"),
    warehouse.CreateWarehouse(
        warehouse_id=NORTH,
        name="Warehouse North",
        address="Dock Road 1\nHamburg",
        time_zone="Europe/Berlin",
        priority=10,
    ),
    warehouse.UpdateWarehouse(
        warehouse_id=NORTH, contact="Ada Berg, +49 40 1234", capacity=CAPACITY
    ),
    warehouse.ActivateWarehouse(warehouse_id=NORTH),
    warehouse.DeactivateWarehouse(warehouse_id=NORTH, reason="stock-take"),
    warehouse.DeleteWarehouse(warehouse_id=SOUTH, reason="lease ended"),
)

_ITEMS: Final[tuple[Command, ...]] = (
    item.ConfigureItem(
        warehouse_id=NORTH,
        sku=LAMP,
        name="Desk lamp",
        category="Lighting",
        unit="piece",
        reorder_point=Quantity(20_000),
        maximum=Quantity(200_000),
        bin="A-03-2",
    ),
    item.ReceiveStock(
        warehouse_id=NORTH,
        sku=LAMP,
        quantity=Quantity(10_500),
        unit_cost=Money(32_500),
        effective_at=EARLIER,
        reference=OF_DELIVERY,
    ),
    item.IssueStock(
        warehouse_id=NORTH,
        sku=LAMP,
        quantity=Quantity(2_000),
        purpose=IssuePurpose.SALE,
        reference=OF_ORDER,
        expected_version=3,
    ),
    item.ReturnStock(
        warehouse_id=NORTH,
        sku=LAMP,
        quantity=Quantity(1_000),
        order_id=ORDER,
        bucket=StockBucket.QUARANTINED,
    ),
    item.AdjustStock(
        warehouse_id=NORTH, sku=LAMP, change=Quantity(-500), reason="half a metre cut off"
    ),
    item.CorrectStock(
        warehouse_id=NORTH, sku=LAMP, actual_quantity=Quantity(9_000), reason="counted by hand"
    ),
    item.MoveBin(warehouse_id=NORTH, sku=LAMP, bin="B-01-1", aisle="B", shelf="1"),
)

_RESERVATIONS: Final[tuple[Command, ...]] = (
    reservation.ReserveStock(
        reservation_id=BASKET,
        lines=(
            AskedLine(sku=LAMP, quantity=Quantity(2_000)),
            AskedLine(sku=BULB, quantity=Quantity(4_000), warehouse_id=NORTH),
        ),
        expires_in_seconds=1_800,
        customer_id=CUSTOMER,
        cart_id=CART,
    ),
    reservation.UpdateReservation(
        reservation_id=BASKET,
        lines=(ChangedLine(sku=LAMP, quantity=Quantity(1_000)),),
        keep_others=True,
    ),
    reservation.ExtendReservation(reservation_id=BASKET, expires_in_seconds=2_700),
    reservation.ReleaseReservation(cart_id=CART, reason="abandoned"),
    reservation.ConfirmReservation(reservation_id=BASKET, order_id=ORDER),
    reservation.ExpireReservation(reservation_ids=(BASKET, "R-2002")),
)

_ORDERS: Final[tuple[Command, ...]] = (
    order.AcceptOrder(
        order_id=ORDER,
        lines=(AskedLine(sku=LAMP, quantity=Quantity(2_000)),),
        reservation_ids=(BASKET,),
        customer_id=CUSTOMER,
    ),
    order.CancelOrder(order_id=ORDER, reason="changed her mind"),
    order.ReturnOrder(
        order_id=ORDER,
        return_id="RET-31",
        lines=(AskedLine(sku=LAMP, quantity=Quantity(1_000)),),
    ),
)

COMMAND_EXAMPLES: Final[tuple[Command, ...]] = (
    *_SETTINGS,
    *_ITEMS,
    *STOCK_COMMAND_EXAMPLES,
    *TRANSFER_COMMAND_EXAMPLES,
    *_RESERVATIONS,
    *_ORDERS,
    *IMPORT_COMMAND_EXAMPLES,
    *ALERT_COMMAND_EXAMPLES,
    *SUPPLIER_COMMAND_EXAMPLES,
    *RECIPIENT_COMMAND_EXAMPLES,
)
