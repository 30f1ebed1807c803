"""How holds, and what is sold or comes back, are written down as events of an item."""

from typing import Final

from stockledger.amounts import Quantity
from stockledger.messages.fields import Sku, Time, WarehouseId
from stockledger.messages.generated import maker_of
from stockledger.messages.hold import (
    ExpiredHold,
    HoldExtended,
    HoldsExpired,
    StockReleased,
    StockReserved,
)
from stockledger.messages.item import IssuePurpose, StockIssued, StockReturned
from stockledger.messages.message import Command
from stockledger_command_handler.domain.stock import Movement

_stock_reserved: Final = maker_of(StockReserved)
_stock_released: Final = maker_of(StockReleased)
_stock_issued: Final = maker_of(StockIssued)


def reserved(
    command: Command,
    warehouse_id: WarehouseId,
    sku: Sku,
    movement: Movement,
    reservation_id: str,
    held: Quantity,
    expires_at: Time,
) -> StockReserved:
    return _stock_reserved(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        warehouse_id=warehouse_id,
        sku=sku,
        quantity=movement.quantity,
        entries=movement.entries,
        value_change=movement.value_change,
        levels=movement.levels,
        reservation_id=reservation_id,
        held=held,
        expires_at=expires_at,
    )


def released(
    command: Command,
    warehouse_id: WarehouseId,
    sku: Sku,
    movement: Movement,
    reservation_id: str,
    held: Quantity,
) -> StockReleased:
    return _stock_released(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        warehouse_id=warehouse_id,
        sku=sku,
        quantity=movement.quantity,
        entries=movement.entries,
        value_change=movement.value_change,
        levels=movement.levels,
        reservation_id=reservation_id,
        held=held,
    )


def extended(
    command: Command, warehouse_id: WarehouseId, sku: Sku, reservation_id: str, expires_at: Time
) -> HoldExtended:
    return HoldExtended(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        warehouse_id=warehouse_id,
        sku=sku,
        reservation_id=reservation_id,
        expires_at=expires_at,
    )


def expired(
    warehouse_id: WarehouseId, sku: Sku, movement: Movement, holds: tuple[ExpiredHold, ...]
) -> HoldsExpired:
    """Return the event of holds that lapsed by themselves: a command only came across them."""
    return HoldsExpired(
        warehouse_id=warehouse_id,
        sku=sku,
        quantity=movement.quantity,
        entries=movement.entries,
        value_change=movement.value_change,
        levels=movement.levels,
        holds=holds,
    )


def issued(
    command: Command,
    warehouse_id: WarehouseId,
    sku: Sku,
    movement: Movement,
    purpose: IssuePurpose,
    reservation_id: str | None,
    order_id: str | None,
) -> StockIssued:
    return _stock_issued(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        warehouse_id=warehouse_id,
        sku=sku,
        quantity=movement.quantity,
        entries=movement.entries,
        value_change=movement.value_change,
        levels=movement.levels,
        purpose=purpose,
        reservation_id=reservation_id,
        order_id=order_id,
    )


def returned(
    command: Command,
    warehouse_id: WarehouseId,
    sku: Sku,
    movement: Movement,
    order_id: str,
    unsold: Quantity | None,
) -> StockReturned:
    return StockReturned(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        warehouse_id=warehouse_id,
        sku=sku,
        quantity=movement.quantity,
        entries=movement.entries,
        value_change=movement.value_change,
        levels=movement.levels,
        order_id=order_id,
        unsold=unsold,
    )
