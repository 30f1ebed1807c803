"""Transfers as they would have been recorded."""

from dataclasses import dataclass, field
from datetime import datetime

from stockledger.amounts import Money, Quantity, share_of
from stockledger.event_log.interface import StoredEvent
from stockledger.messages.fields import Bucket, Sku, WarehouseId
from stockledger.messages.transfer import (
    ReceivedLine,
    SentLine,
    TransferCancelled,
    TransferCreated,
    TransferDispatched,
    TransferLine,
    TransferOverdue,
    TransferReceived,
    TransferStep,
    TransferStockMoved,
)
from tests.support.recorded_ledger import THOUSAND, RecordedLedger

SENT_FROM = "NORTH"
SENT_TO = "SOUTH"
NOTHING = Quantity(0)


@dataclass(slots=True)
class _OnItsWay:
    """What is left of a transfer's SKU in transit."""

    quantity: int
    value: int


@dataclass(slots=True)
class RecordedTransfers:
    """Transfers of one tenant from NORTH to SOUTH."""

    ledger: RecordedLedger
    tenant: str
    _on_way: dict[tuple[str, str], _OnItsWay] = field(
        default_factory=dict[tuple[str, str], _OnItsWay]
    )

    def create(self, transfer: str, **lines: int) -> StoredEvent:
        """Hold units of SKUs in NORTH."""
        for sku, units in lines.items():
            self._move(
                (SENT_FROM, sku, transfer),
                TransferStep.HELD,
                (Bucket.AVAILABLE, Bucket.RESERVED),
                units * THOUSAND,
            )
        return self.ledger.record(
            self.tenant,
            TransferCreated(
                transfer_id=transfer,
                source_warehouse_id=WarehouseId(SENT_FROM),
                destination_warehouse_id=WarehouseId(SENT_TO),
                lines=tuple(
                    TransferLine(sku=Sku(sku), quantity=Quantity(units * THOUSAND))
                    for sku, units in lines.items()
                ),
                reason="Summer sale",
            ),
        )

    def dispatch(
        self, transfer: str, expected: datetime | None = None, /, **lines: int
    ) -> StoredEvent:
        """Send the units on their way to SOUTH, where they are expected at some time."""
        sent: list[SentLine] = []
        for sku, units in lines.items():
            moved = units * THOUSAND
            stock = self.ledger.stocks[self.tenant, SENT_FROM, sku]
            value = share_of(Money(stock.value), Quantity(moved), Quantity(stock.on_hand))
            self._move(
                (SENT_FROM, sku, transfer),
                TransferStep.SENT,
                (Bucket.RESERVED, Bucket.TRANSFER),
                moved,
                value=-value,
            )
            self._move(
                (SENT_TO, sku, transfer),
                TransferStep.EXPECTED,
                (Bucket.TRANSFER, Bucket.IN_TRANSIT),
                moved,
                transit_value=value,
            )
            self._on_way[transfer, sku] = _OnItsWay(moved, value)
            sent.append(SentLine(sku=Sku(sku), quantity=Quantity(moved), value=value))
        return self.ledger.record(
            self.tenant,
            TransferDispatched(
                transfer_id=transfer,
                lines=tuple(sent),
                carrier="Swift",
                tracking_number="SW-1",
                expected_delivery=expected,
            ),
        )

    def receive(
        self,
        transfer: str,
        receipt: str,
        sku: str,
        *,
        received: int = 0,
        damaged: int = 0,
        short: int = 0,
    ) -> StoredEvent:
        """Account for units of a SKU in SOUTH."""
        way = self._on_way[transfer, sku]
        before = way.value
        for step, target, units in (
            (TransferStep.RECEIVED, Bucket.AVAILABLE, received),
            (TransferStep.DAMAGED, Bucket.DAMAGED, damaged),
            (TransferStep.SHORT, Bucket.ADJUSTMENT, short),
        ):
            if units:
                part = self._take(way, units * THOUSAND)
                kept = 0 if step is TransferStep.SHORT else part
                self._move(
                    (SENT_TO, sku, transfer),
                    step,
                    (Bucket.IN_TRANSIT, target),
                    units * THOUSAND,
                    value=kept,
                    transit_value=-part,
                )
        line = ReceivedLine(
            sku=Sku(sku),
            received=Quantity(received * THOUSAND),
            damaged=Quantity(damaged * THOUSAND),
            short=Quantity(short * THOUSAND),
            over=NOTHING,
            value=Money(before - way.value),
        )
        completed = all(
            each.quantity == 0 for (of, _), each in self._on_way.items() if of == transfer
        )
        return self.ledger.record(
            self.tenant,
            TransferReceived(
                transfer_id=transfer, receipt_id=receipt, lines=(line,), completed=completed
            ),
        )

    def cancel(self, transfer: str) -> StoredEvent:
        """Bring back to NORTH all that is on its way."""
        back: list[SentLine] = []
        for (of, sku), way in self._on_way.items():
            if of == transfer and way.quantity:
                quantity, value = way.quantity, way.value
                self._move(
                    (SENT_TO, sku, transfer),
                    TransferStep.RECALLED,
                    (Bucket.IN_TRANSIT, Bucket.TRANSFER),
                    quantity,
                    transit_value=-value,
                )
                self._move(
                    (SENT_FROM, sku, transfer),
                    TransferStep.RETURNED,
                    (Bucket.TRANSFER, Bucket.AVAILABLE),
                    quantity,
                    value=value,
                )
                way.quantity = way.value = 0
                back.append(SentLine(sku=Sku(sku), quantity=Quantity(quantity), value=Money(value)))
        return self.ledger.record(
            self.tenant, TransferCancelled(transfer_id=transfer, lines=tuple(back))
        )

    def overdue(self, transfer: str, expected: datetime) -> StoredEvent:
        """Say that a transfer is late."""
        event = TransferOverdue(transfer_id=transfer, expected_delivery=expected)
        return self.ledger.record(self.tenant, event)

    def _take(self, way: _OnItsWay, quantity: int) -> Money:
        part = share_of(Money(way.value), Quantity(quantity), Quantity(way.quantity))
        way.quantity -= quantity
        way.value -= part
        return part

    def _move(
        self,
        place: tuple[str, str, str],
        step: TransferStep,
        sides: tuple[Bucket, Bucket],
        quantity: int,
        *,
        value: int = 0,
        transit_value: int = 0,
    ) -> None:
        warehouse, sku, transfer = place
        stock = self.ledger.stocks[self.tenant, warehouse, sku]
        stock.value += value
        stock.transit_value += transit_value
        self.ledger.record(
            self.tenant,
            TransferStockMoved(
                warehouse_id=WarehouseId(warehouse),
                sku=Sku(sku),
                quantity=Quantity(quantity),
                entries=stock.move(*sides, quantity),
                value_change=Money(value),
                levels=stock.levels(),
                transfer_id=transfer,
                step=step,
                transit_value_change=Money(transit_value) if transit_value else None,
            ),
        )
