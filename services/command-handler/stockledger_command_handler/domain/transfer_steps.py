"""The steps of a transfer: each moves units, and their value, from one bucket to another.

Between the two warehouses units pass through the bucket `transfer`: it is left as it was.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from stockledger.amounts import NO_MONEY, ZERO, Money, Quantity, quantity_to_wire, share_of
from stockledger.messages.fields import Bucket, Sku, WarehouseId
from stockledger.messages.message import Event
from stockledger.messages.results import Rejection
from stockledger.messages.streams import TENANT_STREAM, sku_stream
from stockledger.messages.transfer import ReceiptLine, ReceivedLine, SentLine, TransferStep
from stockledger_command_handler.domain.drafts import Drafts, ItemDraft
from stockledger_command_handler.domain.item_settings import NOWHERE, settings_by_default
from stockledger_command_handler.domain.shortages import insufficient
from stockledger_command_handler.domain.stock import value_of_found, value_of_removed
from stockledger_command_handler.domain.transfer_events import MovingCommand, stock_moved
from stockledger_command_handler.domain.transfer_state import TransferredSku
from stockledger_command_handler.domain.view import View

ARRIVALS: Final = (
    (TransferStep.RECEIVED, Bucket.AVAILABLE),
    (TransferStep.DAMAGED, Bucket.DAMAGED),
    (TransferStep.SHORT, Bucket.ADJUSTMENT),
)
"""What can become of units in transit: they come whole or broken, or never will."""


class TransferSteps:
    """The items at both ends of a transfer, as the steps of one command leave them behind."""

    __slots__ = ("_command", "_destination", "_drafts", "_source", "_view")

    def __init__(
        self, command: MovingCommand, source: WarehouseId, destination: WarehouseId, view: View
    ) -> None:
        self._command = command
        self._source = source
        self._destination = destination
        self._view = view
        self._drafts = Drafts(view, command)

    @property
    def events(self) -> list[Event]:
        """The events of the items, in the order of the steps."""
        return self._drafts.events

    def at_source(self, sku: Sku) -> ItemDraft:
        """Return the item that the units come from."""
        return self._drafts.item(self._source, sku)

    def at_destination(self, sku: Sku) -> ItemDraft:
        """Return the item that the units go to."""
        return self._drafts.item(self._destination, sku)

    def begin_at_destination(self, skus: Iterable[Sku]) -> None:
        """Let the items begin that the destination has not: like those of the source."""
        beginning = [sku for sku in skus if not self.at_destination(sku).exists]
        if not beginning:
            return
        self._view.require(TENANT_STREAM, *map(sku_stream, beginning))
        tenant = self._view.tenant().settings_or(self._view.defaults)
        for sku in beginning:
            settings = settings_by_default(sku, tenant)
            if origin := self.at_source(sku).settings:
                settings = replace(
                    settings,
                    name=origin.name,
                    category=origin.category,
                    unit=origin.unit,
                    unit_volume=origin.unit_volume,
                )
            self.at_destination(sku).configure(settings, NOWHERE)

    def hold(self, sku: Sku, quantity: Quantity) -> None:
        """Hold units at the source; that they are available was checked before."""
        item = self.at_source(sku)
        item.expire_lapsed(quantity)
        self._shift(item, TransferStep.HELD, Bucket.AVAILABLE, Bucket.RESERVED, quantity)

    def release(self, sku: Sku, quantity: Quantity) -> None:
        """Give back what is held at the source."""
        item = self.at_source(sku)
        self._shift(item, TransferStep.RELEASED, Bucket.RESERVED, Bucket.AVAILABLE, quantity)

    def carry(self, sku: Sku, quantity: Quantity) -> SentLine | Rejection:
        """Move available units over in one step; that they are available was checked before."""
        item = self.at_source(sku)
        item.expire_lapsed(quantity)
        value = value_of_removed(item.stock, quantity)
        refusal = self._move(
            item, TransferStep.SENT, Bucket.AVAILABLE, Bucket.TRANSFER, quantity, Money(-value)
        ) or self._move(
            self.at_destination(sku),
            TransferStep.RECEIVED,
            Bucket.TRANSFER,
            Bucket.AVAILABLE,
            quantity,
            value,
        )
        return refusal or SentLine(sku=sku, quantity=quantity, value=value)

    def send(self, sku: Sku, quantity: Quantity) -> SentLine | Rejection:
        """Send what is held on its way; refused when so much is not there any more.

        A correction or write-off may have cut below what is held.
        """
        item = self.at_source(sku)
        if quantity > item.stock.saleable:
            on_hand = quantity_to_wire(item.stock.on_hand)
            return insufficient(item.shortage(quantity), on_hand=on_hand)
        value = value_of_removed(item.stock, quantity)
        refusal = self._move(
            item, TransferStep.SENT, Bucket.RESERVED, Bucket.TRANSFER, quantity, Money(-value)
        ) or self._move(
            self.at_destination(sku),
            TransferStep.EXPECTED,
            Bucket.TRANSFER,
            Bucket.IN_TRANSIT,
            quantity,
            NO_MONEY,
            value,
        )
        return refusal or SentLine(sku=sku, quantity=quantity, value=value)

    def receive(self, receipt: ReceiptLine, on_its_way: TransferredSku) -> ReceivedLine | Rejection:
        """Account for units in transit, each with its part of their value; take in what is over."""
        item = self.at_destination(receipt.sku)
        left, value = on_its_way.in_transit, on_its_way.value
        arrived = (receipt.received, receipt.damaged, receipt.short)
        for (step, target), quantity in zip(ARRIVALS, arrived, strict=True):
            if quantity == 0:
                continue
            part = share_of(value, quantity, left)
            kept = NO_MONEY if step is TransferStep.SHORT else part
            refusal = self._move(
                item, step, Bucket.IN_TRANSIT, target, quantity, kept, Money(-part)
            )
            if refusal is not None:
                return refusal
            left, value = Quantity(left - quantity), Money(value - part)
        return self._take_over(item, receipt.over) or ReceivedLine(
            sku=receipt.sku,
            received=receipt.received,
            damaged=receipt.damaged,
            short=receipt.short,
            over=receipt.over,
            value=Money(on_its_way.value - value),
        )

    def recall(self, sku: Sku, on_its_way: TransferredSku) -> SentLine | Rejection:
        """Let all that is in transit come back to the source, at the value it has."""
        quantity, value = on_its_way.in_transit, on_its_way.value
        refusal = self._move(
            self.at_destination(sku),
            TransferStep.RECALLED,
            Bucket.IN_TRANSIT,
            Bucket.TRANSFER,
            quantity,
            NO_MONEY,
            Money(-value),
        ) or self._move(
            self.at_source(sku),
            TransferStep.RETURNED,
            Bucket.TRANSFER,
            Bucket.AVAILABLE,
            quantity,
            value,
        )
        return refusal or SentLine(sku=sku, quantity=quantity, value=value)

    def _take_over(self, item: ItemDraft, quantity: Quantity) -> Rejection | None:
        if quantity == ZERO:
            return None
        value = value_of_found(item.stock, quantity)
        return self._move(
            item, TransferStep.OVER, Bucket.ADJUSTMENT, Bucket.AVAILABLE, quantity, value
        )

    def _shift(
        self,
        item: ItemDraft,
        step: TransferStep,
        source: Bucket,
        target: Bucket,
        quantity: Quantity,
    ) -> None:
        movement = item.shift(source, target, quantity)
        item.events.append(
            stock_moved(self._command, item.warehouse_id, item.sku, movement, step, NO_MONEY)
        )

    def _move(
        self,
        item: ItemDraft,
        step: TransferStep,
        source: Bucket,
        target: Bucket,
        quantity: Quantity,
        value_change: Money,
        transit_change: Money = NO_MONEY,
    ) -> Rejection | None:
        movement = item.move(source, target, quantity, value_change, transit_change)
        if isinstance(movement, Rejection):
            return movement
        item.events.append(
            stock_moved(self._command, item.warehouse_id, item.sku, movement, step, transit_change)
        )
        return None
