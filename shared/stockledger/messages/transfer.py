"""Transfers between two warehouses of a tenant: commands, then events.

Sent = received + in transit + short + damaged + returned, for each SKU, after every event.
"""

from enum import StrEnum
from typing import Annotated, ClassVar, Final

from pydantic import ConfigDict, FailFast, Field

from stockledger.amounts import ZERO
from stockledger.messages.fields import (
    IdField,
    Name,
    PositiveQuantity,
    SignedMoney,
    Sku,
    SkuField,
    SomeQuantity,
    StreamName,
    Time,
    WarehouseId,
    WarehouseIdField,
)
from stockledger.messages.item import StockMoved
from stockledger.messages.lines import LINES_MAX
from stockledger.messages.message import Command, Event, StreamCommand, message
from stockledger.messages.streams import transfer_stream

RECEIPTS_MAX: Final = 500
"""Receipts of one transfer: each is remembered, so that a repeat of it changes nothing."""


class TransferStatus(StrEnum):
    """Pending until dispatched, in transit until every unit is accounted for."""

    PENDING = "PENDING"
    IN_TRANSIT = "IN_TRANSIT"
    COMPLETED = "COMPLETED"
    CANCELLED = "CANCELLED"


class TransferStep(StrEnum):
    """What a movement of a transfer is about."""

    HELD = "held"
    RELEASED = "released"
    SENT = "sent"
    EXPECTED = "expected"
    RECEIVED = "received"
    DAMAGED = "damaged"
    SHORT = "short"
    OVER = "over"
    RECALLED = "recalled"
    RETURNED = "returned"


@message
class TransferLine:
    """Units of a SKU to be sent."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    sku: SkuField
    quantity: PositiveQuantity


@message
class ReceiptLine:
    """What became of units of a SKU on their way.

    `received` came whole, `damaged` came broken, `short` will never come; `over` came besides
    those that were sent.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    sku: SkuField
    received: SomeQuantity = ZERO
    damaged: SomeQuantity = ZERO
    short: SomeQuantity = ZERO
    over: SomeQuantity = ZERO


TransferLines = Annotated[
    tuple[TransferLine, ...], Field(min_length=1, max_length=LINES_MAX), FailFast()
]
ReceiptLines = Annotated[
    tuple[ReceiptLine, ...], Field(min_length=1, max_length=LINES_MAX), FailFast()
]


@message
class CreateTransfer(Command):
    """Hold stock in the source warehouse until it is dispatched: all lines or none."""

    transfer_id: IdField
    source_warehouse_id: WarehouseIdField
    destination_warehouse_id: WarehouseIdField
    lines: TransferLines


@message
class TransferStock(Command):
    """Move stock from one warehouse into another in one step: all lines or none."""

    transfer_id: IdField
    source_warehouse_id: WarehouseIdField
    destination_warehouse_id: WarehouseIdField
    lines: TransferLines


@message
class TransferCommand(StreamCommand):
    """A command about one transfer as a whole."""

    transfer_id: IdField

    @property
    def stream(self) -> StreamName:
        return transfer_stream(self.transfer_id)


@message
class DispatchTransfer(TransferCommand):
    """Send all that the transfer holds on its way."""

    carrier: Name | None = None
    tracking_number: Name | None = None
    expected_delivery: Time | None = None


@message
class ReceiveTransfer(Command):
    """Take in what came, and account for what did not; once for each `receipt_id`."""

    transfer_id: IdField
    receipt_id: IdField
    lines: ReceiptLines


@message
class CancelTransfer(TransferCommand):
    """Give back what is held; after the dispatch, all that is still on its way comes back."""


@message
class ReportOverdueTransfer(TransferCommand):
    """Say that a transfer is late; the scheduler's tick at its expected delivery."""


@message
class SentLine:
    """Units of a SKU that left, or came back to, the source warehouse, and their value."""

    sku: Sku
    quantity: PositiveQuantity
    value: SignedMoney


@message
class ReceivedLine:
    """What became of units of a SKU: `value` is what of them left the transit."""

    sku: Sku
    received: SomeQuantity
    damaged: SomeQuantity
    short: SomeQuantity
    over: SomeQuantity
    value: SignedMoney


@message
class TransferEvent(Event):
    """An event of one transfer."""

    transfer_id: str

    @property
    def stream(self) -> StreamName:
        return transfer_stream(self.transfer_id)


@message
class TransferCreated(TransferEvent):
    """The stock is held in the source warehouse. Lines of the same SKU are added up."""

    source_warehouse_id: WarehouseId
    destination_warehouse_id: WarehouseId
    lines: tuple[TransferLine, ...]


@message
class TransferMade(TransferEvent):
    """The stock was moved in one step, and the transfer is completed."""

    source_warehouse_id: WarehouseId
    destination_warehouse_id: WarehouseId
    lines: tuple[SentLine, ...]


@message
class TransferDispatched(TransferEvent):
    """All units are on their way, at the value that they left with."""

    lines: tuple[SentLine, ...]
    carrier: str | None = None
    tracking_number: str | None = None
    expected_delivery: Time | None = None


@message
class TransferReceived(TransferEvent):
    """Units were accounted for. `completed`: none is on its way any more."""

    receipt_id: str
    lines: tuple[ReceivedLine, ...]
    completed: bool


@message
class TransferCancelled(TransferEvent):
    """The transfer is off, for good: these lines came back, none before the dispatch."""

    lines: tuple[SentLine, ...]


@message
class TransferOverdue(TransferEvent):
    """The expected delivery has passed, and units are still on their way."""

    expected_delivery: Time


@message
class TransferStockMoved(StockMoved):
    """Units of an item moved with a transfer, as the step says.

    Between the two warehouses they pass through the bucket `transfer`: what one item sends there
    another takes from there in the same decision. In transit, they are the destination's:
    `transit_value_change` is what the value of its units on their way changed by.
    """

    transfer_id: str
    step: TransferStep
    transit_value_change: SignedMoney | None = None
