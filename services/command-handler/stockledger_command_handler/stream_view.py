"""What a decider sees: one tenant's states in memory, and a note of what has to be loaded."""

from collections.abc import Sequence
from datetime import datetime

from stockledger.event_log.interface import StreamKey
from stockledger.messages.fields import Sku, StreamName, TenantId, WarehouseId
from stockledger.messages.streams import (
    TENANT_STREAM,
    adjustment_stream,
    capacity_stream,
    cart_stream,
    import_stream,
    item_stream,
    order_stream,
    reservation_stream,
    sku_stream,
    transfer_stream,
    warehouse_stream,
)
from stockledger_command_handler.domain.adjustment_state import AdjustmentState
from stockledger_command_handler.domain.capacity import CapacityState
from stockledger_command_handler.domain.cart import CartState
from stockledger_command_handler.domain.item_state import ItemState
from stockledger_command_handler.domain.order_state import OrderState
from stockledger_command_handler.domain.reservation_state import ReservationState
from stockledger_command_handler.domain.sku import SkuState
from stockledger_command_handler.domain.stock_import_state import ImportState
from stockledger_command_handler.domain.tenant import TenantState
from stockledger_command_handler.domain.transfer_state import TransferState
from stockledger_command_handler.domain.view import Defaults
from stockledger_command_handler.domain.warehouse import WarehouseState
from stockledger_command_handler.stream_cache import CachedStream, StreamCache


class NotLoaded(Exception):
    """A decision looks at streams that are not in memory."""

    def __init__(self, keys: list[StreamKey]) -> None:
        super().__init__(keys)
        self.keys = keys


class NotListed(Exception):
    """A decision looks at all items of a warehouse, and it is not known which there are."""

    def __init__(self, tenant_id: TenantId, warehouse_id: WarehouseId) -> None:
        super().__init__(tenant_id, warehouse_id)
        self.tenant_id = tenant_id
        self.warehouse_id = warehouse_id


class StreamView:
    """The view of one batch, pointed at one command after the other."""

    __slots__ = (
        "_batch",
        "_cache",
        "_listed",
        "_streams",
        "_tenant_id",
        "actor",
        "defaults",
        "now",
    )

    def __init__(self, cache: StreamCache, defaults: Defaults, now: datetime, batch: int) -> None:
        self._cache = cache
        self._batch = batch
        self._tenant_id = TenantId("")
        self._streams = cache.of(self._tenant_id)
        self._listed: dict[tuple[TenantId, WarehouseId], Sequence[Sku]] = {}
        self.defaults = defaults
        self.now = now
        self.actor: str | None = None

    def of(self, tenant_id: TenantId, actor: str | None) -> "StreamView":
        """Point the view at a command's tenant and actor."""
        self._tenant_id = tenant_id
        self._streams = self._cache.of(tenant_id)
        self.actor = actor
        return self

    def require(self, *streams: StreamName) -> None:
        """Raise `NotLoaded` with all those of the streams that are not in memory."""
        missing = [name for name in streams if name not in self._streams]
        if missing:
            raise NotLoaded([StreamKey(self._tenant_id, name) for name in missing])

    def tenant(self) -> TenantState:
        """Return the tenant's own state."""
        state: TenantState = self.stream(TENANT_STREAM).state
        return state

    def warehouse(self, warehouse_id: WarehouseId) -> WarehouseState:
        """Return a warehouse's state."""
        state: WarehouseState = self.stream(warehouse_stream(warehouse_id)).state
        return state

    def capacity(self, warehouse_id: WarehouseId) -> CapacityState:
        """Return how full a warehouse is."""
        state: CapacityState = self.stream(capacity_stream(warehouse_id)).state
        return state

    def items_of(self, warehouse_id: WarehouseId) -> Sequence[Sku]:
        """Return the SKUs of a warehouse's items, or raise `NotListed`."""
        skus = self._listed.get((self._tenant_id, warehouse_id))
        if skus is None:
            raise NotListed(self._tenant_id, warehouse_id)
        return skus

    def list_items(self, missing: NotListed, skus: Sequence[Sku]) -> None:
        """Say which items a warehouse has, until the next command is decided."""
        self._listed[missing.tenant_id, missing.warehouse_id] = skus

    def forget_items(self) -> None:
        """Forget which items warehouses have: another command may have added some."""
        self._listed.clear()

    def item(self, warehouse_id: WarehouseId, sku: Sku) -> ItemState:
        """Return an item's state."""
        state: ItemState = self.stream(item_stream(warehouse_id, sku)).state
        return state

    def sku(self, sku: Sku) -> SkuState:
        """Return where a SKU is kept."""
        state: SkuState = self.stream(sku_stream(sku)).state
        return state

    def adjustment(self, adjustment_id: str) -> AdjustmentState:
        """Return an adjustment's state."""
        state: AdjustmentState = self.stream(adjustment_stream(adjustment_id)).state
        return state

    def transfer(self, transfer_id: str) -> TransferState:
        """Return a transfer's state."""
        state: TransferState = self.stream(transfer_stream(transfer_id)).state
        return state

    def reservation(self, reservation_id: str) -> ReservationState:
        """Return a reservation's state."""
        state: ReservationState = self.stream(reservation_stream(reservation_id)).state
        return state

    def cart(self, cart_id: str) -> CartState:
        """Return a cart's state."""
        state: CartState = self.stream(cart_stream(cart_id)).state
        return state

    def order(self, order_id: str) -> OrderState:
        """Return an order's state."""
        state: OrderState = self.stream(order_stream(order_id)).state
        return state

    def stock_import(self, import_id: str) -> ImportState:
        """Return an import's state."""
        state: ImportState = self.stream(import_stream(import_id)).state
        return state

    def version(self, name: StreamName) -> int:
        """Return a stream's version."""
        return self.stream(name).version

    def stream(self, name: StreamName) -> CachedStream:
        """Return a stream, which counts as a use of it."""
        stream = self._streams.get(name)
        if stream is None:
            raise NotLoaded([StreamKey(self._tenant_id, name)])
        stream.used = self._batch
        return stream
