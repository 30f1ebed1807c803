"""Whether a warehouse keeps an item, and whether it takes new stock."""

from stockledger.messages.fields import Sku, WarehouseId
from stockledger.messages.results import Rejection
from stockledger_command_handler.domain.refusals import (
    item_not_found,
    warehouse_inactive,
    warehouse_not_found,
)
from stockledger_command_handler.domain.view import View


def refused_unless_kept(warehouse_id: WarehouseId, sku: Sku, view: View) -> Rejection | None:
    """Return the refusal of a command about an item that is not there, or gone with all else."""
    if not view.item(warehouse_id, sku).exists:
        return item_not_found(warehouse_id, sku)
    if not view.warehouse(warehouse_id).exists:
        return warehouse_not_found(warehouse_id)
    return None


def refused_new_stock(warehouse_id: WarehouseId, view: View) -> Rejection | None:
    """Return the refusal of stock for a warehouse that is not there, or takes none."""
    warehouse = view.warehouse(warehouse_id)
    if not warehouse.exists:
        return warehouse_not_found(warehouse_id)
    if not warehouse.active:
        return warehouse_inactive(warehouse_id, "it takes no new stock")
    return None
