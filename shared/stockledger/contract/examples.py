"""One example of every message, as it is on the wire."""

from datetime import UTC, datetime
from typing import Any, Final

import orjson

from stockledger.amounts import Money, Quantity
from stockledger.messages import item, tenant, warehouse
from stockledger.messages.codec import encode_command, encode_event, encode_level, encode_result
from stockledger.messages.fields import Bucket, Sku, StreamName, TenantId, WarehouseId
from stockledger.messages.item import Entry, IssuePurpose, Levels
from stockledger.messages.level import LEVEL_TYPE, Level
from stockledger.messages.message import Command, Event, Reference
from stockledger.messages.registry import type_name
from stockledger.messages.results import CommandAccepted, CommandRejected, ErrorCode, StreamVersion

Wire = dict[str, Any]

_TENANT: Final = TenantId("acme")
_NORTH: Final = WarehouseId("NORTH")
_LAMP: Final = Sku("LAMP")
_BEFORE: Final = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
_NOW: Final = datetime(2026, 11, 21, 9, 0, 0, 125_000, tzinfo=UTC)
_ORDER: Final = Reference(type="order", id="O-1001")
_DELIVERY: Final = Reference(type="delivery-note", id="DN-77")


def _levels(available: int, value: int) -> Levels:
    nothing = Quantity(0)
    return Levels(
        available=Quantity(available),
        reserved=nothing,
        damaged=nothing,
        quarantined=nothing,
        in_transit=nothing,
        on_hand=Quantity(available),
        value=Money(value),
    )


def _entry(bucket: Bucket, before: int, change: int) -> Entry:
    return Entry(
        bucket=bucket,
        before=Quantity(before),
        change=Quantity(change),
        after=Quantity(before + change),
    )


_COMMANDS: Final[tuple[Command, ...]] = (
    tenant.ConfigureTenant(time_zone="Europe/Berlin", currency="EUR", low_stock_percent=20),
    tenant.SetDefaultWarehouse(warehouse_id=_NORTH),
    warehouse.CreateWarehouse(
        warehouse_id=_NORTH,
        name="Warehouse North",
        address="Dock Road 1\nHamburg",
        time_zone="Europe/Berlin",
        priority=10,
    ),
    warehouse.UpdateWarehouse(warehouse_id=_NORTH, contact="Ada Berg, +49 40 1234"),
    warehouse.ActivateWarehouse(warehouse_id=_NORTH),
    warehouse.DeactivateWarehouse(warehouse_id=_NORTH, reason="stock-take"),
    item.ConfigureItem(
        warehouse_id=_NORTH,
        sku=_LAMP,
        name="Desk lamp",
        category="Lighting",
        unit="piece",
        reorder_point=Quantity(20_000),
        maximum=Quantity(200_000),
        bin="A-03-2",
    ),
    item.ReceiveStock(
        warehouse_id=_NORTH,
        sku=_LAMP,
        quantity=Quantity(10_500),
        unit_cost=Money(32_500),
        effective_at=_BEFORE,
        reference=_DELIVERY,
    ),
    item.IssueStock(
        warehouse_id=_NORTH,
        sku=_LAMP,
        quantity=Quantity(2_000),
        purpose=IssuePurpose.SALE,
        reference=_ORDER,
        expected_version=3,
    ),
    item.AdjustStock(
        warehouse_id=_NORTH, sku=_LAMP, change=Quantity(-500), reason="half a metre cut off"
    ),
    item.CorrectStock(
        warehouse_id=_NORTH, sku=_LAMP, actual_quantity=Quantity(9_000), reason="counted by hand"
    ),
    item.MoveBin(warehouse_id=_NORTH, sku=_LAMP, bin="B-01-1", aisle="B", shelf="1"),
)

_EVENTS: Final[tuple[Event, ...]] = (
    tenant.TenantConfigured(
        time_zone="Europe/Berlin",
        currency="EUR",
        low_stock_percent=20,
        lead_time_days=7,
        count_frequency_days=30,
    ),
    tenant.DefaultWarehouseSet(warehouse_id=_NORTH, previous_warehouse_id=WarehouseId("SOUTH")),
    warehouse.WarehouseCreated(
        warehouse_id=_NORTH,
        name="Warehouse North",
        code="NORTH",
        address="Dock Road 1\nHamburg",
        time_zone="Europe/Berlin",
        priority=10,
    ),
    warehouse.WarehouseUpdated(
        warehouse_id=_NORTH,
        name="Warehouse North",
        code="NORTH",
        contact="Ada Berg, +49 40 1234",
        time_zone="Europe/Berlin",
        priority=10,
    ),
    warehouse.WarehouseActivated(warehouse_id=_NORTH),
    warehouse.WarehouseDeactivated(warehouse_id=_NORTH, reason="stock-take"),
    item.ItemConfigured(
        warehouse_id=_NORTH,
        sku=_LAMP,
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
    item.BinMoved(warehouse_id=_NORTH, sku=_LAMP, bin="B-01-1", previous_bin="A-03-2"),
    item.StockReceived(
        warehouse_id=_NORTH,
        sku=_LAMP,
        quantity=Quantity(10_500),
        unit_cost=Money(32_500),
        entries=(_entry(Bucket.SUPPLIER, 0, -10_500), _entry(Bucket.AVAILABLE, 0, 10_500)),
        value_change=Money(341_250),
        levels=_levels(10_500, 341_250),
        effective_at=_BEFORE,
        reference=_DELIVERY,
    ),
    item.StockIssued(
        warehouse_id=_NORTH,
        sku=_LAMP,
        quantity=Quantity(2_000),
        purpose=IssuePurpose.SALE,
        entries=(_entry(Bucket.AVAILABLE, 10_500, -2_000), _entry(Bucket.CUSTOMER, 0, 2_000)),
        value_change=Money(-65_000),
        levels=_levels(8_500, 276_250),
        reference=_ORDER,
    ),
    item.StockAdjusted(
        warehouse_id=_NORTH,
        sku=_LAMP,
        quantity=Quantity(500),
        change=Quantity(-500),
        entries=(_entry(Bucket.AVAILABLE, 8_500, -500), _entry(Bucket.ADJUSTMENT, 0, 500)),
        value_change=Money(-16_250),
        levels=_levels(8_000, 260_000),
        reason="half a metre cut off",
    ),
    item.StockCorrected(
        warehouse_id=_NORTH,
        sku=_LAMP,
        quantity=Quantity(1_000),
        actual_quantity=Quantity(9_000),
        change=Quantity(1_000),
        entries=(_entry(Bucket.ADJUSTMENT, 500, -1_000), _entry(Bucket.AVAILABLE, 8_000, 1_000)),
        value_change=Money(32_500),
        levels=_levels(9_000, 292_500),
        reason="counted by hand",
    ),
)

_ACCEPTED: Final = CommandAccepted(
    command_id="receive-1001",
    command_source="/shop/berlin",
    command_type="stockledger.ReceiveStock.v1",
    tenant_id=_TENANT,
    decided_at=_NOW,
    partition=3,
    position=1_042,
    streams=(StreamVersion(stream=StreamName("item/NORTH/LAMP"), version=3),),
    events=("stockledger.StockReceived.v1",),
    outcome={},
)

_REJECTED: Final = CommandRejected(
    command_id="issue-1002",
    command_source="/shop/berlin",
    command_type="stockledger.IssueStock.v1",
    tenant_id=_TENANT,
    decided_at=_NOW,
    partition=3,
    position=1_042,
    code=ErrorCode.INSUFFICIENT_STOCK,
    message="LAMP in NORTH has 9 available, 12 are asked for.",
    details={"available": 9, "requested": 12},
)

_LEVEL: Final = Level(
    tenant_id=_TENANT,
    warehouse_id=_NORTH,
    sku=_LAMP,
    version=6,
    position=1_045,
    available=Quantity(9_000),
    reserved=Quantity(0),
    damaged=Quantity(0),
    quarantined=Quantity(0),
    in_transit=Quantity(0),
    on_hand=Quantity(9_000),
    value=Money(292_500),
    unit_cost=Money(32_500),
    recorded_at=_NOW,
    flags=("LOW_STOCK",),
)


def _wire(text: str) -> Wire:
    example: Wire = orjson.loads(text)
    return example


EXAMPLES: Final[dict[str, Wire]] = {
    **{type_name(type(command)): _wire(encode_command(command)) for command in _COMMANDS},
    **{type_name(type(event)): _wire(encode_event(event)) for event in _EVENTS},
    **{type_name(type(result)): _wire(encode_result(result)) for result in (_ACCEPTED, _REJECTED)},
    LEVEL_TYPE: _wire(encode_level(_LEVEL)),
}
