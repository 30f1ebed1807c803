"""One builder a message of items: lamps in warehouse north, unless a test says otherwise.

Amounts are given as on the wire: 10.5 units, 2.5 of money. Builders of movements take the figures
that stood before the movement; those after it follow.
"""

from stockledger.amounts import Quantity, cost_of, money_to_wire
from stockledger.messages.fields import Bucket, Sku, WarehouseId
from stockledger.messages.item import (
    AdjustStock,
    BinMoved,
    ConfigureItem,
    CorrectStock,
    Entry,
    IssuePurpose,
    IssueStock,
    ItemConfigured,
    MoveBin,
    ReceiveStock,
    StockAdjusted,
    StockCorrected,
    StockIssued,
    StockReceived,
)
from stockledger.messages.sku import SkuStocked
from tests.support.builders import LAMP, NORTH, money, units
from tests.support.movement_figures import entry, levels_after


def configure_item(
    warehouse_id: WarehouseId = NORTH,
    sku: Sku = LAMP,
    *,
    name: str | None = None,
    unit: str | None = None,
    reorder_point: float | None = None,
    maximum: float | None = None,
    low_stock_percent: int | None = None,
    place: str | None = None,
) -> ConfigureItem:
    return ConfigureItem(
        warehouse_id=warehouse_id,
        sku=sku,
        name=name,
        unit=unit,
        reorder_point=_units_or_none(reorder_point),
        maximum=_units_or_none(maximum),
        low_stock_percent=low_stock_percent,
        bin=place,
    )


def receive_stock(
    quantity: float,
    warehouse_id: WarehouseId = NORTH,
    sku: Sku = LAMP,
    *,
    unit_cost: float = 4,
    place: str | None = None,
) -> ReceiveStock:
    return ReceiveStock(
        warehouse_id=warehouse_id,
        sku=sku,
        quantity=units(quantity),
        unit_cost=money(unit_cost),
        bin=place,
    )


def issue_stock(
    quantity: float,
    warehouse_id: WarehouseId = NORTH,
    sku: Sku = LAMP,
    *,
    purpose: IssuePurpose = IssuePurpose.SALE,
) -> IssueStock:
    return IssueStock(warehouse_id=warehouse_id, sku=sku, quantity=units(quantity), purpose=purpose)


def adjust_stock(
    change: float,
    warehouse_id: WarehouseId = NORTH,
    sku: Sku = LAMP,
    *,
    reason: str = "Fell off the shelf",
) -> AdjustStock:
    return AdjustStock(warehouse_id=warehouse_id, sku=sku, change=units(change), reason=reason)


def correct_stock(
    actual_quantity: float,
    warehouse_id: WarehouseId = NORTH,
    sku: Sku = LAMP,
    *,
    reason: str = "Counted by hand",
) -> CorrectStock:
    return CorrectStock(
        warehouse_id=warehouse_id,
        sku=sku,
        actual_quantity=units(actual_quantity),
        reason=reason,
    )


def move_bin(
    place: str,
    warehouse_id: WarehouseId = NORTH,
    sku: Sku = LAMP,
    *,
    aisle: str | None = None,
    shelf: str | None = None,
) -> MoveBin:
    return MoveBin(warehouse_id=warehouse_id, sku=sku, bin=place, aisle=aisle, shelf=shelf)


def sku_stocked(warehouse_id: WarehouseId = NORTH, sku: Sku = LAMP) -> SkuStocked:
    return SkuStocked(warehouse_id=warehouse_id, sku=sku)


def item_configured(  # noqa: PLR0913 - every setting of an item
    warehouse_id: WarehouseId = NORTH,
    sku: Sku = LAMP,
    *,
    name: str | None = None,
    unit: str = "piece",
    reorder_point: float | None = None,
    maximum: float | None = None,
    low_stock_percent: int = 20,
    lead_time_days: int = 7,
    count_frequency_days: int = 30,
    place: str | None = None,
) -> ItemConfigured:
    return ItemConfigured(
        warehouse_id=warehouse_id,
        sku=sku,
        name=name or sku,
        unit=unit,
        reorder_point=_units_or_none(reorder_point),
        maximum=_units_or_none(maximum),
        safety_stock=units(0),
        low_stock_percent=low_stock_percent,
        lead_time_days=lead_time_days,
        count_frequency_days=count_frequency_days,
        bin=place,
    )


def bin_moved(
    place: str,
    warehouse_id: WarehouseId = NORTH,
    sku: Sku = LAMP,
    *,
    aisle: str | None = None,
    shelf: str | None = None,
    previous_bin: str | None = None,
) -> BinMoved:
    return BinMoved(
        warehouse_id=warehouse_id,
        sku=sku,
        bin=place,
        aisle=aisle,
        shelf=shelf,
        previous_bin=previous_bin,
    )


def stock_received(  # noqa: PLR0913 - the figures before it
    quantity: float,
    warehouse_id: WarehouseId = NORTH,
    sku: Sku = LAMP,
    *,
    unit_cost: float = 4,
    supplier: float = 0,
    available: float = 0,
    reserved: float = 0,
    value: float = 0,
    place: str | None = None,
) -> StockReceived:
    value_change = cost_of(units(quantity), money(unit_cost))
    entries = (
        entry(Bucket.SUPPLIER, supplier, -quantity),
        entry(Bucket.AVAILABLE, available, quantity),
    )
    return StockReceived(
        warehouse_id=warehouse_id,
        sku=sku,
        quantity=units(quantity),
        entries=entries,
        value_change=value_change,
        levels=levels_after(
            entries,
            available=available,
            reserved=reserved,
            value=value + money_to_wire(value_change),
        ),
        unit_cost=money(unit_cost),
        bin=place,
    )


def stock_issued(  # noqa: PLR0913 - the figures before it
    quantity: float,
    warehouse_id: WarehouseId = NORTH,
    sku: Sku = LAMP,
    *,
    purpose: IssuePurpose = IssuePurpose.SALE,
    to: Bucket = Bucket.CUSTOMER,
    outside: float = 0,
    available: float,
    reserved: float = 0,
    value: float,
    value_change: float,
    reservation_id: str | None = None,
    order_id: str | None = None,
) -> StockIssued:
    held = reservation_id is not None
    source, before = (Bucket.RESERVED, reserved) if held else (Bucket.AVAILABLE, available)
    entries = (entry(source, before, -quantity), entry(to, outside, quantity))
    return StockIssued(
        warehouse_id=warehouse_id,
        sku=sku,
        quantity=units(quantity),
        entries=entries,
        value_change=money(value_change),
        levels=levels_after(
            entries, available=available, reserved=reserved, value=value + value_change
        ),
        purpose=purpose,
        reservation_id=reservation_id,
        order_id=order_id,
    )


def stock_adjusted(  # noqa: PLR0913 - the figures before it
    change: float,
    warehouse_id: WarehouseId = NORTH,
    sku: Sku = LAMP,
    *,
    reason: str = "Fell off the shelf",
    adjustment: float = 0,
    available: float,
    reserved: float = 0,
    value: float,
    value_change: float,
) -> StockAdjusted:
    entries = _entries_of_change(change, available, adjustment)
    return StockAdjusted(
        warehouse_id=warehouse_id,
        sku=sku,
        reason=reason,
        quantity=units(abs(change)),
        entries=entries,
        value_change=money(value_change),
        levels=levels_after(
            entries, available=available, reserved=reserved, value=value + value_change
        ),
        change=units(change),
    )


def stock_corrected(  # noqa: PLR0913 - the figures before it
    actual_quantity: float,
    warehouse_id: WarehouseId = NORTH,
    sku: Sku = LAMP,
    *,
    reason: str = "Counted by hand",
    adjustment: float = 0,
    available: float,
    reserved: float = 0,
    value: float,
    value_change: float,
) -> StockCorrected:
    change = actual_quantity - available - reserved
    entries = _entries_of_change(change, available, adjustment)
    return StockCorrected(
        warehouse_id=warehouse_id,
        sku=sku,
        reason=reason,
        quantity=units(abs(change)),
        entries=entries,
        value_change=money(value_change),
        levels=levels_after(
            entries, available=available, reserved=reserved, value=value + value_change
        ),
        actual_quantity=units(actual_quantity),
        change=units(change),
    )


def _units_or_none(number: float | None) -> Quantity | None:
    return None if number is None else units(number)


def _entries_of_change(change: float, available: float, adjustment: float) -> tuple[Entry, Entry]:
    ours = entry(Bucket.AVAILABLE, available, change)
    theirs = entry(Bucket.ADJUSTMENT, adjustment, -change)
    return (theirs, ours) if change > 0 else (ours, theirs)
