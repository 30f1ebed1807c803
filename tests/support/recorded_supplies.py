"""Suppliers and orders to them as they would have been recorded."""

from dataclasses import dataclass
from datetime import datetime

from stockledger.amounts import Money, Quantity
from stockledger.event_log.interface import StoredEvent
from stockledger.messages.fields import Sku, WarehouseId
from stockledger.messages.results import ErrorCode
from stockledger.messages.supplier import SupplierRegistered
from stockledger.messages.supplier_order import (
    CancelledLine,
    OnOrderChanged,
    Reorder,
    SupplierOrderCancelled,
    SupplierOrderConfirmed,
    SupplierOrderCreated,
    SupplierOrderLine,
    SupplierOrderOverdue,
    SupplierOrderReceived,
    SupplierOrderSubmitted,
    SupplierUnavailable,
    TakenLine,
)
from tests.support.recorded_ledger import THOUSAND, RecordedLedger

DELIVERED_TO = "NORTH"
SUPPLIER = "LUMEN"
UNIT_COST = Money(31_000)


@dataclass(slots=True)
class RecordedSupplies:
    """Orders of one tenant for NORTH, one SKU each."""

    ledger: RecordedLedger
    tenant: str

    def register(
        self, supplier: str, name: str = "Lumen Works", *, api_url: str | None = None
    ) -> StoredEvent:
        """Make a supplier known."""
        return self.ledger.record(
            self.tenant,
            SupplierRegistered(
                supplier_id=supplier,
                name=name,
                api_url=api_url,
                phone="+49 30 5550100",
                lead_time_days=5,
            ),
        )

    def create(
        self,
        order: str,
        units: int,
        sku: str,
        *,
        supplier: str = SUPPLIER,
        api_url: str | None = None,
        reorder: int | None = None,
        expected: datetime | None = None,
    ) -> StoredEvent:
        """Order units, to answer an alert with this number if one is given."""
        warehouse, item, quantity = WarehouseId(DELIVERED_TO), Sku(sku), Quantity(units * THOUSAND)
        answered = None
        if reorder is not None:
            answered = Reorder(warehouse_id=warehouse, sku=item, number=reorder)
        line = SupplierOrderLine(
            warehouse_id=warehouse, sku=item, quantity=quantity, unit_cost=UNIT_COST
        )
        self._expect(order, sku, quantity, is_reorder=reorder is not None)
        return self.ledger.record(
            self.tenant,
            SupplierOrderCreated(
                supplier_order_id=order,
                supplier_id=supplier,
                supplier_name="Lumen Works",
                api_url=api_url,
                lines=(line,),
                reorder=answered,
                expected_delivery=expected,
            ),
        )

    def submit(self, order: str) -> StoredEvent:
        """Let the supplier have it."""
        submitted = SupplierOrderSubmitted(supplier_order_id=order, supplier_reference="LW-88")
        return self.ledger.record(self.tenant, submitted)

    def confirm(self, order: str, expected: datetime | None = None) -> StoredEvent:
        """Let the supplier agree."""
        confirmed = SupplierOrderConfirmed(supplier_order_id=order, expected_delivery=expected)
        return self.ledger.record(self.tenant, confirmed)

    def unavailable(self, order: str, *, attempts: int = 3) -> StoredEvent:
        """Let the supplier not be reached."""
        return self.ledger.record(
            self.tenant,
            SupplierUnavailable(
                supplier_order_id=order,
                supplier_id=SUPPLIER,
                code=ErrorCode.SUPPLIER_UNAVAILABLE,
                attempts=attempts,
                cause="no answer within 5 s",
            ),
        )

    def receive(
        self,
        order: str,
        delivery: str,
        sku: str,
        *,
        received: int,
        rejected: int = 0,
        over: int = 0,
        cancelled: int = 0,
        completed: bool = False,
    ) -> StoredEvent:
        """Take in what came; `over` of the received units were not on order."""
        warehouse, item = WarehouseId(DELIVERED_TO), Sku(sku)
        if received:
            self.ledger.receive(
                self.tenant,
                DELIVERED_TO,
                sku,
                received,
                unit_cost=UNIT_COST,
                supplier_order=order,
            )
        gone = received + rejected - over + cancelled
        self._expect(order, sku, Quantity(-gone * THOUSAND))
        line = TakenLine(
            warehouse_id=warehouse,
            sku=item,
            received=Quantity(received * THOUSAND),
            rejected=Quantity(rejected * THOUSAND),
            over=Quantity(over * THOUSAND),
            unit_cost=UNIT_COST,
        )
        rest = Quantity(cancelled * THOUSAND)
        given_up = CancelledLine(warehouse_id=warehouse, sku=item, quantity=rest)
        return self.ledger.record(
            self.tenant,
            SupplierOrderReceived(
                supplier_order_id=order,
                delivery_id=delivery,
                lines=(line,),
                cancelled=(given_up,) if cancelled else (),
                completed=completed,
            ),
        )

    def cancel(self, order: str, units: int, sku: str) -> StoredEvent:
        """Expect nothing more; so many units were still on order."""
        quantity = Quantity(units * THOUSAND)
        self._expect(order, sku, Quantity(-quantity))
        line = CancelledLine(
            warehouse_id=WarehouseId(DELIVERED_TO), sku=Sku(sku), quantity=quantity
        )
        cancelled = SupplierOrderCancelled(supplier_order_id=order, lines=(line,))
        return self.ledger.record(self.tenant, cancelled)

    def overdue(self, order: str, expected: datetime) -> StoredEvent:
        """Say that an order is late."""
        event = SupplierOrderOverdue(supplier_order_id=order, expected_delivery=expected)
        return self.ledger.record(self.tenant, event)

    def _expect(
        self, order: str, sku: str, change: Quantity, *, is_reorder: bool = False
    ) -> StoredEvent:
        stock = self.ledger.stocks[self.tenant, DELIVERED_TO, sku]
        stock.on_order += change
        return self.ledger.record(
            self.tenant,
            OnOrderChanged(
                warehouse_id=WarehouseId(DELIVERED_TO),
                sku=Sku(sku),
                supplier_order_id=order,
                change=change,
                on_order=Quantity(stock.on_order),
                reorder=is_reorder,
            ),
        )
