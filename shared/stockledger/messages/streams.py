"""Names of streams inside a tenant: `<type>/<id>`."""

from typing import Final

from stockledger.messages.fields import Sku, StreamName, WarehouseId

TENANT_STREAM: Final = StreamName("tenant")


def warehouse_stream(warehouse_id: WarehouseId) -> StreamName:
    """Return the name of a warehouse's stream, as in `warehouse/NORTH`."""
    return StreamName(f"warehouse/{warehouse_id}")


def item_stream(warehouse_id: WarehouseId, sku: Sku) -> StreamName:
    """Return the name of an item's stream, as in `item/NORTH/LAMP`."""
    return StreamName(f"item/{warehouse_id}/{sku}")
