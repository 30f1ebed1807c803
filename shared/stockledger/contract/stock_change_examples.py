"""One example of every command and event of approvals, damage and cost."""

from typing import Final

from stockledger.amounts import Money, Quantity
from stockledger.contract.example_values import (
    ADJUSTMENT,
    BULB,
    IN_A_WEEK,
    LAMP,
    NORTH,
    entry,
    levels,
)
from stockledger.messages import adjustment, damage, item
from stockledger.messages.fields import Bucket
from stockledger.messages.message import Command, Event

STOCK_COMMAND_EXAMPLES: Final[tuple[Command, ...]] = (
    damage.RecordDamage(
        warehouse_id=NORTH, sku=LAMP, quantity=Quantity(2_000), reason="dropped from the shelf"
    ),
    damage.RepairDamage(
        warehouse_id=NORTH, sku=LAMP, quantity=Quantity(1_000), reason="new switch fitted"
    ),
    damage.ScrapDamage(
        warehouse_id=NORTH, sku=LAMP, quantity=Quantity(1_000), reason="glass broken"
    ),
    item.CorrectCost(
        warehouse_id=NORTH, sku=LAMP, unit_cost=Money(35_000), reason="freight was not included"
    ),
    adjustment.ApproveAdjustment(adjustment_id=ADJUSTMENT, item_version=13),
    adjustment.RejectAdjustment(adjustment_id=ADJUSTMENT, reason="count again first"),
    adjustment.ExpireAdjustment(adjustment_id=ADJUSTMENT),
)

_APPROVALS: Final[tuple[Event, ...]] = (
    adjustment.AdjustmentApplied(
        adjustment_id="A-11",
        warehouse_id=NORTH,
        sku=LAMP,
        change=Quantity(-500),
        requested_by="ada",
        reason="half a metre cut off",
    ),
    adjustment.AdjustmentRequested(
        adjustment_id=ADJUSTMENT,
        warehouse_id=NORTH,
        sku=BULB,
        change=Quantity(-80_000),
        requested_by="ada",
        expires_at=IN_A_WEEK,
        item_version=12,
        available=Quantity(380_000),
        on_hand=Quantity(400_000),
        value=Money(-720_000),
        reason="a carton fell off the truck",
    ),
    adjustment.AdjustmentApproved(
        adjustment_id=ADJUSTMENT, approved_by="grace", changed_meanwhile=Quantity(-15_000)
    ),
    adjustment.AdjustmentRejected(
        adjustment_id=ADJUSTMENT, rejected_by="grace", reason="count again first"
    ),
    adjustment.AdjustmentExpired(adjustment_id=ADJUSTMENT, expires_at=IN_A_WEEK),
)

_DAMAGE_AND_COST: Final[tuple[Event, ...]] = (
    damage.StockDamaged(
        warehouse_id=NORTH,
        sku=LAMP,
        quantity=Quantity(2_000),
        entries=(entry(Bucket.AVAILABLE, 10_000, -2_000), entry(Bucket.DAMAGED, 0, 2_000)),
        value_change=Money(0),
        levels=levels(8_000, 325_000, damaged=2_000),
        reason="dropped from the shelf",
    ),
    damage.StockRepaired(
        warehouse_id=NORTH,
        sku=LAMP,
        quantity=Quantity(1_000),
        entries=(entry(Bucket.DAMAGED, 2_000, -1_000), entry(Bucket.AVAILABLE, 8_000, 1_000)),
        value_change=Money(0),
        levels=levels(9_000, 325_000, damaged=1_000),
        reason="new switch fitted",
    ),
    damage.StockScrapped(
        warehouse_id=NORTH,
        sku=LAMP,
        quantity=Quantity(1_000),
        entries=(entry(Bucket.DAMAGED, 1_000, -1_000), entry(Bucket.SCRAP, 0, 1_000)),
        value_change=Money(-32_500),
        levels=levels(9_000, 292_500),
        reason="glass broken",
    ),
    item.CostCorrected(
        warehouse_id=NORTH,
        sku=LAMP,
        unit_cost=Money(35_000),
        value_change=Money(22_500),
        levels=levels(9_000, 315_000),
        reason="freight was not included",
    ),
)

CHANGE_EVENT_EXAMPLES: Final[tuple[Event, ...]] = (*_APPROVALS, *_DAMAGE_AND_COST)
