"""Names of streams inside a tenant: `<type>/<id>`."""

from typing import Final

from stockledger.messages.fields import Sku, StreamName, WarehouseId

TENANT_STREAM: Final = StreamName("tenant")
RECIPIENTS_STREAM: Final = StreamName("recipients")


def reservation_stream(reservation_id: str) -> StreamName:
    """Return the name of a reservation's stream, as in `reservation/R1`."""
    return StreamName(f"reservation/{reservation_id}")


def cart_stream(cart_id: str) -> StreamName:
    """Return the name of a cart's stream, as in `cart/C1`."""
    return StreamName(f"cart/{cart_id}")


def order_stream(order_id: str) -> StreamName:
    """Return the name of an order's stream, as in `order/O1`."""
    return StreamName(f"order/{order_id}")


def sku_stream(sku: Sku) -> StreamName:
    """Return the name of the stream of a SKU over all warehouses, as in `sku/LAMP`."""
    return StreamName(f"sku/{sku}")


def warehouse_stream(warehouse_id: WarehouseId) -> StreamName:
    """Return the name of a warehouse's stream, as in `warehouse/NORTH`."""
    return StreamName(f"warehouse/{warehouse_id}")


def item_stream(warehouse_id: WarehouseId, sku: Sku) -> StreamName:
    """Return the name of an item's stream, as in `item/NORTH/LAMP`."""
    return StreamName(f"item/{warehouse_id}/{sku}")


def transfer_stream(transfer_id: str) -> StreamName:
    """Return the name of a transfer's stream, as in `transfer/T1`."""
    return StreamName(f"transfer/{transfer_id}")


def adjustment_stream(adjustment_id: str) -> StreamName:
    """Return the name of an adjustment's stream, as in `adjustment/A1`."""
    return StreamName(f"adjustment/{adjustment_id}")


def capacity_stream(warehouse_id: WarehouseId) -> StreamName:
    """Return the name of the stream of how full a warehouse is, as in `capacity/NORTH`."""
    return StreamName(f"capacity/{warehouse_id}")


def import_stream(import_id: str) -> StreamName:
    """Return the name of an import's stream, as in `import/I1`."""
    return StreamName(f"import/{import_id}")


def supplier_stream(supplier_id: str) -> StreamName:
    """Return the name of a supplier's stream, as in `supplier/ACME`."""
    return StreamName(f"supplier/{supplier_id}")


def supplier_order_stream(supplier_order_id: str) -> StreamName:
    """Return the name of the stream of an order to a supplier, as in `supplier_order/P1`."""
    return StreamName(f"supplier_order/{supplier_order_id}")


def template_stream(channel: str, wording: str) -> StreamName:
    """Return the name of a template's stream, as in `template/EMAIL:digest`."""
    return StreamName(f"template/{channel}:{wording}")
