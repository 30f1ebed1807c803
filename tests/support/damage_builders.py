"""One builder a message of damage, returns and cost, of lamps in warehouse north.

Amounts are given as on the wire. Builders of movements take the shelf that stood before.
"""

from dataclasses import replace
from typing import NamedTuple, TypeVar

from stockledger.messages.damage import (
    RecordDamage,
    RepairDamage,
    ScrapDamage,
    StockDamaged,
    StockRepaired,
    StockScrapped,
)
from stockledger.messages.fields import Bucket, WarehouseId
from stockledger.messages.item import (
    CorrectCost,
    CostCorrected,
    Entry,
    Levels,
    ReturnStock,
    StockBucket,
    StockMoved,
    StockReturned,
)
from tests.support.builders import LAMP, NORTH, create_warehouse, money, units
from tests.support.item_builders import receive_stock
from tests.support.movement_figures import entry, levels_after
from tests.support.order_builders import O1, return_stock, sell_under_order
from tests.support.specification import Given, given

MovedT = TypeVar("MovedT", bound=StockMoved)


class Shelf(NamedTuple):
    """An item's figures before a movement; `outside` is the bucket that it comes from or goes to.

    The default is what `set_apart` comes to.
    """

    available: float = 6
    reserved: float = 0
    damaged: float = 2
    quarantined: float = 2
    outside: float = 0
    value: float = 40


def set_apart() -> Given:
    """Return a history of ten lamps at 4: four were sold, and came back broken or suspicious."""
    return given().after(
        create_warehouse(NORTH),
        receive_stock(10, unit_cost=4),
        sell_under_order(4),
        return_into(StockBucket.DAMAGED, 2),
        return_into(StockBucket.QUARANTINED, 2),
    )


def return_into(
    bucket: StockBucket, quantity: float, order_id: str = O1, *, allow_unsold: bool = False
) -> ReturnStock:
    command = return_stock(quantity, order_id=order_id)
    return replace(command, bucket=bucket, allow_unsold=allow_unsold)


def record_damage(
    quantity: float,
    warehouse_id: WarehouseId = NORTH,
    *,
    source: StockBucket = StockBucket.AVAILABLE,
) -> RecordDamage:
    return RecordDamage(
        warehouse_id=warehouse_id, sku=LAMP, quantity=units(quantity), source=source
    )


def repair_damage(
    quantity: float,
    warehouse_id: WarehouseId = NORTH,
    *,
    source: StockBucket = StockBucket.DAMAGED,
) -> RepairDamage:
    return RepairDamage(
        warehouse_id=warehouse_id, sku=LAMP, quantity=units(quantity), source=source
    )


def scrap_damage(
    quantity: float,
    warehouse_id: WarehouseId = NORTH,
    *,
    source: StockBucket = StockBucket.DAMAGED,
) -> ScrapDamage:
    return ScrapDamage(warehouse_id=warehouse_id, sku=LAMP, quantity=units(quantity), source=source)


def correct_cost(
    unit_cost: float, warehouse_id: WarehouseId = NORTH, *, reason: str = "Freight left out"
) -> CorrectCost:
    return CorrectCost(
        warehouse_id=warehouse_id, sku=LAMP, unit_cost=money(unit_cost), reason=reason
    )


def stock_damaged(
    quantity: float, before: Shelf, source: Bucket = Bucket.AVAILABLE
) -> StockDamaged:
    return _moved(StockDamaged, quantity, before, source, Bucket.DAMAGED)


def stock_repaired(
    quantity: float, before: Shelf, source: Bucket = Bucket.DAMAGED
) -> StockRepaired:
    return _moved(StockRepaired, quantity, before, source, Bucket.AVAILABLE)


def stock_scrapped(
    quantity: float, before: Shelf, source: Bucket = Bucket.DAMAGED, *, value_change: float
) -> StockScrapped:
    return _moved(StockScrapped, quantity, before, source, Bucket.SCRAP, value_change)


def stock_returned(
    quantity: float,
    before: Shelf,
    target: Bucket = Bucket.AVAILABLE,
    *,
    value_change: float,
    unsold: float | None = None,
    order_id: str = O1,
) -> StockReturned:
    entries = _entries(quantity, before, Bucket.CUSTOMER, target)
    return StockReturned(
        warehouse_id=NORTH,
        sku=LAMP,
        quantity=units(quantity),
        entries=entries,
        value_change=money(value_change),
        levels=_levels(entries, before, value_change),
        order_id=order_id,
        unsold=None if unsold is None else units(unsold),
    )


def cost_corrected(
    unit_cost: float, before: Shelf, *, value_change: float, reason: str = "Freight left out"
) -> CostCorrected:
    nothing = entry(Bucket.AVAILABLE, before.available, 0)
    return CostCorrected(
        reason=reason,
        warehouse_id=NORTH,
        sku=LAMP,
        unit_cost=money(unit_cost),
        value_change=money(value_change),
        levels=_levels((nothing, nothing), before, value_change),
    )


def _moved(
    event: type[MovedT],
    quantity: float,
    before: Shelf,
    source: Bucket,
    target: Bucket,
    value_change: float = 0,
) -> MovedT:
    entries = _entries(quantity, before, source, target)
    return event(
        warehouse_id=NORTH,
        sku=LAMP,
        quantity=units(quantity),
        entries=entries,
        value_change=money(value_change),
        levels=_levels(entries, before, value_change),
    )


def _entries(quantity: float, before: Shelf, source: Bucket, target: Bucket) -> tuple[Entry, Entry]:
    stood = {
        Bucket.AVAILABLE: before.available,
        Bucket.DAMAGED: before.damaged,
        Bucket.QUARANTINED: before.quarantined,
    }
    return (
        entry(source, stood.get(source, before.outside), -quantity),
        entry(target, stood.get(target, before.outside), quantity),
    )


def _levels(entries: tuple[Entry, Entry], before: Shelf, value_change: float) -> Levels:
    return levels_after(
        entries,
        available=before.available,
        reserved=before.reserved,
        damaged=before.damaged,
        quarantined=before.quarantined,
        value=before.value + value_change,
    )
