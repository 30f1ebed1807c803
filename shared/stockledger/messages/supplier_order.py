"""Orders to suppliers: commands, then events.

For each line, ordered + over = received + on order + rejected + cancelled, after every event.
"""

from enum import StrEnum
from typing import Annotated, ClassVar, Final

from pydantic import ConfigDict, FailFast, Field

from stockledger.amounts import ZERO
from stockledger.messages.alert import AlertNumber
from stockledger.messages.fields import (
    Flag,
    IdField,
    Name,
    PositiveQuantity,
    SignedQuantity,
    Sku,
    SkuField,
    SomeMoney,
    SomeQuantity,
    StreamName,
    Text,
    Time,
    WarehouseId,
    WarehouseIdField,
)
from stockledger.messages.item import ItemEvent
from stockledger.messages.lines import LINES_MAX
from stockledger.messages.message import Command, Event, StreamCommand, message
from stockledger.messages.streams import supplier_order_stream

DELIVERIES_MAX: Final = 500
"""Deliveries of one order: each is remembered, so that a repeat of it changes nothing."""


class SupplierOrderStatus(StrEnum):
    """Queued until the supplier has it; then on its way; at last received or cancelled, for good.

    UNAVAILABLE: the supplier did not take it; it is tried on unless the supplier refused it, and
    may be ordered by hand.
    """

    QUEUED = "QUEUED"
    UNAVAILABLE = "UNAVAILABLE"
    SUBMITTED = "SUBMITTED"
    CONFIRMED = "CONFIRMED"
    RECEIVED = "RECEIVED"
    CANCELLED = "CANCELLED"


@message
class SupplierOrderLine:
    """Units of a SKU for a warehouse, and what one of them will cost if that is known."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    warehouse_id: WarehouseIdField
    sku: SkuField
    quantity: PositiveQuantity
    unit_cost: SomeMoney | None = None


@message
class Reorder:
    """The REORDER_NEEDED alert that an order answers."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    warehouse_id: WarehouseIdField
    sku: SkuField
    number: AlertNumber


@message
class DeliveredLine:
    """What came of a line: `received` was taken in, `rejected` was turned away at the door.

    More than was ordered may be received. Without `unit_cost`: that of the order's line.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    warehouse_id: WarehouseIdField
    sku: SkuField
    received: SomeQuantity = ZERO
    rejected: SomeQuantity = ZERO
    unit_cost: SomeMoney | None = None


SupplierOrderLines = Annotated[
    tuple[SupplierOrderLine, ...], Field(min_length=1, max_length=LINES_MAX)
]
DeliveredLines = Annotated[
    tuple[DeliveredLine, ...], Field(min_length=1, max_length=LINES_MAX), FailFast()
]
Attempts = Annotated[int, Field(strict=True, ge=0, le=1_000_000)]


@message
class SupplierOrderCommand(StreamCommand):
    """A command about one order to a supplier."""

    supplier_order_id: IdField

    @property
    def stream(self) -> StreamName:
        return supplier_order_stream(self.supplier_order_id)


@message
class CreateSupplierOrder(SupplierOrderCommand):
    """Order stock from a supplier, by lines, or what a REORDER_NEEDED alert recommends.

    Of `lines` and `reorder`, exactly one. With `reorder`, the supplier is the item's unless one
    is given; while an order of a reorder of the item is open, that one is the answer.
    """

    supplier_id: IdField | None = None
    lines: SupplierOrderLines | None = None
    reorder: Reorder | None = None
    expected_delivery: Time | None = None


@message
class SubmitSupplierOrder(SupplierOrderCommand):
    """Say that the supplier has the order: its API took it, or it was ordered by hand."""

    supplier_reference: Name | None = None


@message
class ConfirmSupplierOrder(SupplierOrderCommand):
    """Say that the supplier agreed to deliver."""

    supplier_reference: Name | None = None
    expected_delivery: Time | None = None


@message
class ReportSupplierUnavailable(SupplierOrderCommand):
    """Say that the supplier's API could not be reached, or refused, after so many attempts."""

    attempts: Attempts
    cause: Text


@message
class ReceiveSupplierOrder(Command):
    """Take in what came, once for each `delivery_id`; `final`: the rest will not come."""

    supplier_order_id: IdField
    delivery_id: IdField
    lines: DeliveredLines
    final: Flag = False


@message
class CancelSupplierOrder(SupplierOrderCommand):
    """Expect nothing more of the order."""


@message
class ReportOverdueSupplierOrder(SupplierOrderCommand):
    """Say that an order is late; the scheduler's tick at its expected delivery."""


@message
class CancelledLine:
    """Units of a line that are not expected any more."""

    warehouse_id: WarehouseId
    sku: Sku
    quantity: PositiveQuantity


@message
class TakenLine:
    """What came of a line; `over` of all that came are more than were on order."""

    warehouse_id: WarehouseId
    sku: Sku
    received: SomeQuantity
    rejected: SomeQuantity
    over: SomeQuantity
    unit_cost: SomeMoney


@message
class SupplierOrderEvent(Event):
    """An event of one order to a supplier."""

    supplier_order_id: str

    @property
    def stream(self) -> StreamName:
        return supplier_order_stream(self.supplier_order_id)


@message
class SupplierOrderCreated(SupplierOrderEvent):
    """The stock is on order. Lines of the same item are added up.

    `api_url`: the order is to be submitted there; without one it is to be ordered by hand.
    """

    supplier_id: str
    supplier_name: str
    api_url: str | None = None
    lines: tuple[SupplierOrderLine, ...]
    reorder: Reorder | None = None
    expected_delivery: Time | None = None


@message
class SupplierOrderSubmitted(SupplierOrderEvent):
    """The supplier has the order."""

    supplier_reference: str | None = None


@message
class SupplierOrderConfirmed(SupplierOrderEvent):
    """The supplier agreed to deliver."""

    supplier_reference: str | None = None
    expected_delivery: Time | None = None


@message
class SupplierUnavailable(SupplierOrderEvent):
    """The supplier did not take the order; it may be ordered by hand.

    It is tried on unless the supplier refused it. `code` is INVENTORY_SUPPLIER_UNAVAILABLE.
    """

    supplier_id: str
    code: str
    attempts: int
    cause: str


@message
class SupplierOrderReceived(SupplierOrderEvent):
    """Units came. `completed`: nothing more is on order; `cancelled` will not come."""

    delivery_id: str
    lines: tuple[TakenLine, ...]
    cancelled: tuple[CancelledLine, ...] = ()
    completed: bool


@message
class SupplierOrderCancelled(SupplierOrderEvent):
    """Nothing more is expected: of these lines, so many units were still on order."""

    lines: tuple[CancelledLine, ...]


@message
class SupplierOrderOverdue(SupplierOrderEvent):
    """The expected delivery has passed, and units are still on order."""

    expected_delivery: Time


@message
class OnOrderChanged(ItemEvent):
    """More or fewer units of the item are on order: not yet in any bucket.

    `reorder`: the order answers a REORDER_NEEDED alert, and no other such order of the item may
    be open with it.
    """

    supplier_order_id: str
    change: SignedQuantity
    on_order: SomeQuantity
    reorder: bool = False
