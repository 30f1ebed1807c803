"""A SKU over all warehouses: where it is kept. Events only; they come with those of its items."""

from stockledger.messages.fields import Sku, StreamName, WarehouseId
from stockledger.messages.message import Event, message
from stockledger.messages.streams import sku_stream


@message
class SkuStocked(Event):
    """A warehouse keeps the SKU from now on: its item there exists."""

    sku: Sku
    warehouse_id: WarehouseId

    @property
    def stream(self) -> StreamName:
        return sku_stream(self.sku)
