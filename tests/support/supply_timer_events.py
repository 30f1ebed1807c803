"""Events of alerts, checks and orders to suppliers, as far as timers depend on them."""

from datetime import datetime
from typing import Final

from stockledger.amounts import Quantity
from stockledger.event_log.interface import StoredEvent
from stockledger.messages.alert import (
    AlertKind,
    AlertRaised,
    AlertResolution,
    AlertResolved,
    Severity,
)
from stockledger.messages.fields import Sku, WarehouseId
from stockledger.messages.message import Event
from stockledger.messages.supplier_order import (
    Reorder,
    SupplierOrderCancelled,
    SupplierOrderConfirmed,
    SupplierOrderCreated,
    SupplierOrderOverdue,
    SupplierOrderReceived,
)
from stockledger.messages.tenant import DailyCheckCompleted, ItemPlace, ItemsChecked
from tests.support.recorded_ledger import RecordedLedger

NORTH: Final = WarehouseId("NORTH")
LAMP: Final = Sku("LAMP")
NOTHING: Final = Quantity(0)


class SupplyTimerEvents:
    """A tenant's events; each call records one."""

    def __init__(self, ledger: RecordedLedger, tenant: str) -> None:
        self.ledger = ledger
        self.tenant = tenant

    def ordered(
        self, order: str, expected: datetime | None = None, *, answers: int | None = None
    ) -> StoredEvent:
        answered = None
        if answers is not None:
            answered = Reorder(warehouse_id=NORTH, sku=LAMP, number=answers)
        return self._record(
            SupplierOrderCreated(
                supplier_order_id=order,
                supplier_id="LUMEN",
                supplier_name="Lumen Works",
                lines=(),
                reorder=answered,
                expected_delivery=expected,
            )
        )

    def promised(self, order: str, expected: datetime | None) -> StoredEvent:
        return self._record(
            SupplierOrderConfirmed(supplier_order_id=order, expected_delivery=expected)
        )

    def delivered(self, order: str, *, completed: bool) -> StoredEvent:
        return self._record(
            SupplierOrderReceived(
                supplier_order_id=order, delivery_id="D1", lines=(), completed=completed
            )
        )

    def called_off(self, order: str) -> StoredEvent:
        return self._record(SupplierOrderCancelled(supplier_order_id=order, lines=()))

    def overdue(self, order: str, expected: datetime) -> StoredEvent:
        return self._record(
            SupplierOrderOverdue(supplier_order_id=order, expected_delivery=expected)
        )

    def raised(
        self,
        number: int,
        *,
        kind: AlertKind = AlertKind.REORDER_NEEDED,
        supplier: str | None = "LUMEN",
        automatically: bool = True,
    ) -> StoredEvent:
        return self._record(
            AlertRaised(
                kind=kind,
                number=number,
                severity=Severity.INFO,
                warehouse_id=NORTH,
                sku=LAMP,
                figure=NOTHING,
                trigger=NOTHING,
                supplier_id=supplier,
                reorder_automatically=automatically,
            )
        )

    def over(self, number: int, *, kind: AlertKind = AlertKind.REORDER_NEEDED) -> StoredEvent:
        return self._record(
            AlertResolved(
                kind=kind,
                number=number,
                severity=Severity.INFO,
                warehouse_id=NORTH,
                sku=LAMP,
                resolution=AlertResolution.CAUSE_GONE,
                figure=NOTHING,
            )
        )

    def checked(self, day: str, sku: str = LAMP) -> StoredEvent:
        last = ItemPlace(warehouse_id=NORTH, sku=Sku(sku))
        return self._record(ItemsChecked(day=day, items=100, last=last))

    def check_completed(self, day: str) -> StoredEvent:
        return self._record(DailyCheckCompleted(day=day, items=100))

    def _record(self, event: Event) -> StoredEvent:
        return self.ledger.record(self.tenant, event)
