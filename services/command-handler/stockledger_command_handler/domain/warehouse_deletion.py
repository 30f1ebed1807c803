"""A warehouse is given up only when nothing is in it, on its way to it or on order for it."""

from collections.abc import Sequence

from stockledger.amounts import ZERO, quantity_to_wire
from stockledger.messages.fields import Bucket
from stockledger.messages.results import ErrorCode, Rejection
from stockledger.messages.streams import TENANT_STREAM
from stockledger.messages.warehouse import DeleteWarehouse, WarehouseDeleted
from stockledger_command_handler.domain.capacity import items_counted
from stockledger_command_handler.domain.item_state import ItemState
from stockledger_command_handler.domain.refusals import warehouse_not_found
from stockledger_command_handler.domain.stock import ON_HAND
from stockledger_command_handler.domain.view import Decision, View


def delete(command: DeleteWarehouse, view: View) -> Decision:
    """Give a warehouse up, for good."""
    view.require(command.stream, TENANT_STREAM)
    warehouse = view.warehouse(command.warehouse_id)
    if warehouse.deleted:
        return []
    if not warehouse.exists:
        return warehouse_not_found(command.warehouse_id)
    if view.tenant().default_warehouse_id == command.warehouse_id:
        return _is_the_default(command)
    items = items_counted(command.warehouse_id, view)
    if isinstance(items, Rejection):
        return items
    filled = [item for item in items if _has_any(item)]
    return _is_not_empty(command, filled) if filled else [_deleted(command)]


def _has_any(item: ItemState) -> bool:
    buckets = (*ON_HAND, Bucket.IN_TRANSIT)
    return item.stock.on_order != 0 or any(item.stock.balances.get(each) for each in buckets)


def _is_the_default(command: DeleteWarehouse) -> Rejection:
    return Rejection(
        ErrorCode.INVALID_MOVEMENT,
        f"Warehouse {command.warehouse_id} is the tenant's default: make another one that first.",
        {"warehouse_id": command.warehouse_id, "default_warehouse_id": command.warehouse_id},
    )


def _is_not_empty(command: DeleteWarehouse, filled: Sequence[ItemState]) -> Rejection:
    on_hand = sum([item.stock.on_hand for item in filled])
    in_transit = sum([item.stock.balances.get(Bucket.IN_TRANSIT, ZERO) for item in filled])
    on_order = sum([item.stock.on_order for item in filled])
    figures = {
        "items": len(filled),
        "on_hand": quantity_to_wire(on_hand),
        "in_transit": quantity_to_wire(in_transit),
        "on_order": quantity_to_wire(on_order),
    }
    return Rejection(
        ErrorCode.INVALID_MOVEMENT,
        f"Warehouse {command.warehouse_id} is not empty: {figures['on_hand']} on hand, "
        f"{figures['in_transit']} in transit, {figures['on_order']} on order, "
        f"of {len(filled)} items.",
        {"warehouse_id": command.warehouse_id, **figures},
    )


def _deleted(command: DeleteWarehouse) -> WarehouseDeleted:
    return WarehouseDeleted(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        warehouse_id=command.warehouse_id,
    )
