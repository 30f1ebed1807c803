"""How an item's decisions are written down as events."""

from dataclasses import asdict
from typing import Final

from stockledger.amounts import Money, Quantity
from stockledger.messages.generated import maker_of
from stockledger.messages.item import (
    AdjustStock,
    BinMoved,
    CorrectCost,
    CorrectStock,
    CostCorrected,
    ItemCommand,
    ItemConfigured,
    Levels,
    ReceiveStock,
    StockAdjusted,
    StockCorrected,
    StockReceived,
)
from stockledger.messages.sku import SkuStocked
from stockledger_command_handler.domain.item_settings import ItemSettings, Place
from stockledger_command_handler.domain.stock import Movement

_stock_received: Final = maker_of(StockReceived)


def stocked(command: ItemCommand) -> SkuStocked:
    return SkuStocked(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        sku=command.sku,
        warehouse_id=command.warehouse_id,
    )


def received(command: ReceiveStock, movement: Movement) -> StockReceived:
    return _stock_received(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        warehouse_id=command.warehouse_id,
        sku=command.sku,
        quantity=movement.quantity,
        entries=movement.entries,
        value_change=movement.value_change,
        levels=movement.levels,
        unit_cost=command.unit_cost,
        bin=command.bin,
    )


def adjusted(command: AdjustStock, movement: Movement) -> StockAdjusted:
    return StockAdjusted(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        warehouse_id=command.warehouse_id,
        sku=command.sku,
        quantity=movement.quantity,
        entries=movement.entries,
        value_change=movement.value_change,
        levels=movement.levels,
        change=command.change,
        adjustment_id=command.adjustment_id,
    )


def corrected(command: CorrectStock, movement: Movement, change: Quantity) -> StockCorrected:
    return StockCorrected(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        warehouse_id=command.warehouse_id,
        sku=command.sku,
        quantity=movement.quantity,
        entries=movement.entries,
        value_change=movement.value_change,
        levels=movement.levels,
        actual_quantity=command.actual_quantity,
        change=change,
        adjustment_id=command.adjustment_id,
    )


def cost_corrected(command: CorrectCost, value_change: Money, levels: Levels) -> CostCorrected:
    return CostCorrected(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        warehouse_id=command.warehouse_id,
        sku=command.sku,
        unit_cost=command.unit_cost,
        value_change=value_change,
        levels=levels,
    )


def configured(command: ItemCommand, settings: ItemSettings, place: Place) -> ItemConfigured:
    return ItemConfigured(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        warehouse_id=command.warehouse_id,
        sku=command.sku,
        **asdict(settings),
        **asdict(place),
    )


def bin_moved(command: ItemCommand, place: Place, previous: Place) -> BinMoved:
    return BinMoved(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        warehouse_id=command.warehouse_id,
        sku=command.sku,
        **asdict(place),
        previous_bin=previous.bin,
        previous_aisle=previous.aisle,
        previous_shelf=previous.shelf,
    )
