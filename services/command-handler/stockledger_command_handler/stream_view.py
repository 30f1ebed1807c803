"""What a decider sees: one tenant's states in memory, and a note of what has to be loaded."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from stockledger.event_log.interface import StreamKey
from stockledger.messages.fields import Sku, StreamName, TenantId, WarehouseId
from stockledger.messages.recipients import Channel, Recipient, Wording
from stockledger.messages.streams import (
    RECIPIENTS_STREAM,
    TENANT_STREAM,
    adjustment_stream,
    capacity_stream,
    cart_stream,
    import_stream,
    item_stream,
    order_stream,
    reservation_stream,
    sku_stream,
    supplier_order_stream,
    supplier_stream,
    template_stream,
    transfer_stream,
    warehouse_stream,
)
from stockledger.messages.tenant import ItemPlace
from stockledger.notification_keys import verification_code
from stockledger.template_syntax import template_problem
from stockledger_command_handler.domain.adjustment_state import AdjustmentState
from stockledger_command_handler.domain.capacity import ITEMS_COUNTED_MAX, CapacityState
from stockledger_command_handler.domain.cart import CartState
from stockledger_command_handler.domain.item_state import ItemState
from stockledger_command_handler.domain.message_template import TemplateState
from stockledger_command_handler.domain.order_state import OrderState
from stockledger_command_handler.domain.recipients import RecipientsState
from stockledger_command_handler.domain.reservation_state import ReservationState
from stockledger_command_handler.domain.sku import SkuState
from stockledger_command_handler.domain.stock_import_state import ImportState
from stockledger_command_handler.domain.supplier import SupplierState
from stockledger_command_handler.domain.supplier_order_state import SupplierOrderState
from stockledger_command_handler.domain.tenant import TenantState
from stockledger_command_handler.domain.transfer_state import TransferState
from stockledger_command_handler.domain.warehouse import WarehouseState
from stockledger_command_handler.settings import CommandHandlerSettings
from stockledger_command_handler.stream_cache import CachedStream, StreamCache

ITEM_STREAMS: Final = StreamName("item/")
"""What the names of all items' streams begin with."""


class NotLoaded(Exception):
    """A decision looks at streams that are not in memory."""

    def __init__(self, keys: list[StreamKey]) -> None:
        super().__init__(keys)
        self.keys = keys


class Listing(NamedTuple):
    """The first so many streams of a tenant whose names begin so, behind one of them."""

    tenant_id: TenantId
    begin: StreamName
    after: StreamName | None
    limit: int


class NotListed(Exception):
    """A decision goes through streams by their names, and it is not known which there are."""

    def __init__(self, listing: Listing) -> None:
        super().__init__(listing)
        self.listing = listing


class StreamView:
    """The view of one batch, pointed at one command after the other."""

    __slots__ = (
        "_batch",
        "_cache",
        "_listed",
        "_notification_key",
        "_streams",
        "_tenant_id",
        "actor",
        "defaults",
        "now",
    )

    def __init__(
        self, cache: StreamCache, settings: CommandHandlerSettings, now: datetime, batch: int
    ) -> None:
        self._cache = cache
        self._batch = batch
        self._tenant_id = TenantId("")
        self._streams = cache.of(self._tenant_id)
        self._listed: dict[Listing, Sequence[StreamName]] = {}
        self._notification_key = settings.notification_key_bytes()
        self.defaults = settings.defaults()
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
        """Return the SKUs of a warehouse's items, or raise `NotListed`.

        So many more than can be counted are left out that it is seen that there are too many.
        """
        begin = item_stream(warehouse_id, Sku(""))
        names = self._names(begin, None, ITEMS_COUNTED_MAX + 1)
        return [Sku(name.removeprefix(begin)) for name in names]

    def items_after(self, after: ItemPlace | None, count: int) -> Sequence[ItemPlace]:
        """Return the next items behind one, or raise `NotListed`."""
        behind = item_stream(after.warehouse_id, after.sku) if after else None
        names = self._names(ITEM_STREAMS, behind, count)
        return [item_place(name) for name in names]

    def name_streams(self, missing: NotListed, names: Sequence[StreamName]) -> None:
        """Say which streams there are, until the next command is decided."""
        self._listed[missing.listing] = names

    def forget_names(self) -> None:
        """Forget which streams there are: another command may have begun some."""
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

    def supplier(self, supplier_id: str) -> SupplierState:
        """Return a supplier's state."""
        state: SupplierState = self.stream(supplier_stream(supplier_id)).state
        return state

    def supplier_order(self, supplier_order_id: str) -> SupplierOrderState:
        """Return the state of an order to a supplier."""
        state: SupplierOrderState = self.stream(supplier_order_stream(supplier_order_id)).state
        return state

    def recipients(self) -> RecipientsState:
        """Return the tenant's recipients."""
        state: RecipientsState = self.stream(RECIPIENTS_STREAM).state
        return state

    def template(self, channel: Channel, wording: Wording) -> TemplateState:
        """Return how a message is worded."""
        state: TemplateState = self.stream(template_stream(channel, wording)).state
        return state

    def verification_code(self, recipient: Recipient) -> str | None:
        """Return the code of a recipient's address; None: the installation has no key."""
        key = self._notification_key
        if key is None:
            return None
        return verification_code(key, self._tenant_id, recipient.channel, recipient.address)

    def template_problem(self, template: str) -> str | None:
        """Return what keeps a template from being read; None when nothing does."""
        return template_problem(template)

    def version(self, name: StreamName) -> int:
        """Return a stream's version."""
        return self.stream(name).version

    def _names(
        self, begin: StreamName, after: StreamName | None, limit: int
    ) -> Sequence[StreamName]:
        listing = Listing(self._tenant_id, begin, after, limit)
        names = self._listed.get(listing)
        if names is None:
            raise NotListed(listing)
        return names

    def stream(self, name: StreamName) -> CachedStream:
        """Return a stream, which counts as a use of it."""
        stream = self._streams.get(name)
        if stream is None:
            raise NotLoaded([StreamKey(self._tenant_id, name)])
        stream.used = self._batch
        return stream


def item_place(name: StreamName) -> ItemPlace:
    """Return the item that a stream is of, by its name."""
    _, warehouse_id, sku = name.split("/")
    return ItemPlace(warehouse_id=WarehouseId(warehouse_id), sku=Sku(sku))
