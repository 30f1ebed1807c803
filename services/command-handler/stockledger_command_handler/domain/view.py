"""What a decision may look at, and what it comes to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from stockledger.messages.fields import Sku, StreamName, WarehouseId
from stockledger.messages.message import Event
from stockledger.messages.recipients import Channel, Recipient, Wording
from stockledger.messages.results import Accepted, Rejection
from stockledger.messages.tenant import ItemPlace

if TYPE_CHECKING:  # the deciders import this module
    from stockledger_command_handler.domain.adjustment_state import AdjustmentState
    from stockledger_command_handler.domain.capacity import CapacityState
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

Decision = Sequence[Event] | Accepted | Rejection
"""The events that take effect (none: it was in effect already), or why nothing does.

Where the decision does not say what the answer says, it is the figures of the last movement.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """The installation's settings for tenants that have not set their own."""

    low_stock_percent: int
    lead_time_days: int
    count_frequency_days: int


class View(Protocol):
    """One tenant's states at one time. They are read only: a state changes only in `evolve`.

    A stream that does not exist yet gives the state of its aggregate's `initial()`.
    """

    @property
    def now(self) -> datetime: ...

    @property
    def actor(self) -> str | None: ...

    @property
    def defaults(self) -> Defaults: ...

    def require(self, *streams: StreamName) -> None:
        """Say which more streams the decision looks at, so that missing ones are loaded at once.

        What `streams_named` knows of the command is there already. May be called again for
        streams that only the states of others name.
        """
        ...

    def tenant(self) -> TenantState: ...

    def warehouse(self, warehouse_id: WarehouseId) -> WarehouseState: ...

    def capacity(self, warehouse_id: WarehouseId) -> CapacityState: ...

    def items_of(self, warehouse_id: WarehouseId) -> Sequence[Sku]:
        """Return the SKUs that ever had an item in a warehouse. Costs a query: for rare uses."""
        ...

    def items_after(self, after: ItemPlace | None, count: int) -> Sequence[ItemPlace]:
        """Return the next items behind one, in the order of their streams' names.

        None: the first ones. Costs a query as well.
        """
        ...

    def item(self, warehouse_id: WarehouseId, sku: Sku) -> ItemState: ...

    def sku(self, sku: Sku) -> SkuState: ...

    def adjustment(self, adjustment_id: str) -> AdjustmentState: ...

    def transfer(self, transfer_id: str) -> TransferState: ...

    def reservation(self, reservation_id: str) -> ReservationState: ...

    def cart(self, cart_id: str) -> CartState: ...

    def order(self, order_id: str) -> OrderState: ...

    def stock_import(self, import_id: str) -> ImportState: ...

    def supplier(self, supplier_id: str) -> SupplierState: ...

    def supplier_order(self, supplier_order_id: str) -> SupplierOrderState: ...

    def recipients(self) -> RecipientsState: ...

    def template(self, channel: Channel, wording: Wording) -> TemplateState: ...

    def verification_code(self, recipient: Recipient) -> str | None:
        """Return the code of a recipient's address; None: the installation has no key."""
        ...

    def template_problem(self, template: str) -> str | None:
        """Return what keeps a template from being read, going on from its name; None: nothing."""
        ...

    def version(self, name: StreamName) -> int:
        """Return a stream's version; 0 while it does not exist."""
        ...
