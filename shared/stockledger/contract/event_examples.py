"""One example of every event of tenants, warehouses, their capacity, and items."""

from typing import Final

from stockledger.amounts import Money, Quantity
from stockledger.contract.example_values import (
    CAPACITY,
    EARLIER,
    LAMP,
    NORTH,
    OF_DELIVERY,
    OF_ORDER,
    ORDER,
    SOUTH,
    entry,
    levels,
)
from stockledger.messages import capacity, item, sku, tenant, warehouse
from stockledger.messages.capacity import CapacityUnit
from stockledger.messages.fields import Bucket
from stockledger.messages.item import IssuePurpose
from stockledger.messages.message import Event

_SETTINGS: Final[tuple[Event, ...]] = (
    tenant.TenantConfigured(
        time_zone="Europe/Berlin",
        currency="EUR",
        low_stock_percent=20,
        lead_time_days=7,
        count_frequency_days=30,
        approval_quantity=Quantity(50_000),
        approval_value=Money(5_000_000),
    ),
    tenant.DefaultWarehouseSet(warehouse_id=NORTH, previous_warehouse_id=SOUTH),
    tenant.DailyCheckStarted(day="2026-11-21"),
    warehouse.WarehouseCreated(
        warehouse_id=NORTH,
        name="Warehouse North",
        code="NORTH",
        address="Dock Road 1\nHamburg",
        time_zone="Europe/Berlin",
        priority=10,
    ),
    warehouse.WarehouseUpdated(
        warehouse_id=NORTH,
        name="Warehouse North",
        code="NORTH",
        contact="Ada Berg, +49 40 1234",
        time_zone="Europe/Berlin",
        priority=10,
        capacity=CAPACITY,
    ),
    warehouse.WarehouseActivated(warehouse_id=NORTH),
    warehouse.WarehouseDeactivated(warehouse_id=NORTH, reason="stock-take"),
    warehouse.WarehouseDeleted(warehouse_id=SOUTH, reason="lease ended"),
    capacity.CapacitySet(
        warehouse_id=NORTH, capacity=CAPACITY, unit=CapacityUnit.UNITS, used=Quantity(3_990_000)
    ),
    capacity.CapacityUsed(
        warehouse_id=NORTH, change=Quantity(10_500), used=Quantity(4_000_500), capacity=CAPACITY
    ),
    capacity.CapacityWarned(
        warehouse_id=NORTH, percent=80, used=Quantity(4_000_500), capacity=CAPACITY
    ),
    capacity.CapacityEased(
        warehouse_id=NORTH, percent=80, used=Quantity(3_748_000), capacity=CAPACITY
    ),
    sku.SkuStocked(sku=LAMP, warehouse_id=NORTH),
    item.ItemConfigured(
        warehouse_id=NORTH,
        sku=LAMP,
        name="Desk lamp",
        category="Lighting",
        unit="piece",
        reorder_point=Quantity(20_000),
        maximum=Quantity(200_000),
        safety_stock=Quantity(0),
        low_stock_percent=20,
        lead_time_days=7,
        count_frequency_days=30,
        bin="A-03-2",
    ),
    item.BinMoved(warehouse_id=NORTH, sku=LAMP, bin="B-01-1", previous_bin="A-03-2"),
)

_MOVEMENTS: Final[tuple[Event, ...]] = (
    item.StockReceived(
        warehouse_id=NORTH,
        sku=LAMP,
        quantity=Quantity(10_500),
        unit_cost=Money(32_500),
        entries=(entry(Bucket.SUPPLIER, 0, -10_500), entry(Bucket.AVAILABLE, 0, 10_500)),
        value_change=Money(341_250),
        levels=levels(10_500, 341_250),
        effective_at=EARLIER,
        reference=OF_DELIVERY,
    ),
    item.StockIssued(
        warehouse_id=NORTH,
        sku=LAMP,
        quantity=Quantity(2_000),
        purpose=IssuePurpose.SALE,
        order_id=ORDER,
        entries=(entry(Bucket.AVAILABLE, 10_500, -2_000), entry(Bucket.CUSTOMER, 0, 2_000)),
        value_change=Money(-65_000),
        levels=levels(8_500, 276_250),
        reference=OF_ORDER,
    ),
    item.StockAdjusted(
        warehouse_id=NORTH,
        sku=LAMP,
        quantity=Quantity(500),
        change=Quantity(-500),
        entries=(entry(Bucket.AVAILABLE, 8_500, -500), entry(Bucket.ADJUSTMENT, 0, 500)),
        value_change=Money(-16_250),
        levels=levels(8_000, 260_000),
        reason="half a metre cut off",
    ),
    item.StockCorrected(
        warehouse_id=NORTH,
        sku=LAMP,
        quantity=Quantity(1_000),
        actual_quantity=Quantity(9_000),
        change=Quantity(1_000),
        entries=(entry(Bucket.ADJUSTMENT, 500, -1_000), entry(Bucket.AVAILABLE, 8_000, 1_000)),
        value_change=Money(32_500),
        levels=levels(9_000, 292_500),
        reason="counted by hand",
    ),
    item.StockReturned(
        warehouse_id=NORTH,
        sku=LAMP,
        quantity=Quantity(1_000),
        order_id=ORDER,
        entries=(entry(Bucket.CUSTOMER, 2_000, -1_000), entry(Bucket.AVAILABLE, 9_000, 1_000)),
        value_change=Money(32_500),
        levels=levels(10_000, 325_000),
    ),
)

STOCK_EVENT_EXAMPLES: Final[tuple[Event, ...]] = (*_SETTINGS, *_MOVEMENTS)
