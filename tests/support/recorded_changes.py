"""Adjustments, damage, returns and the rest as they would have been recorded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from stockledger.amounts import Money, Quantity, share_of
from stockledger.event_log.interface import StoredEvent
from stockledger.messages.adjustment import (
    AdjustmentApproved,
    AdjustmentExpired,
    AdjustmentRejected,
    AdjustmentRequested,
)
from stockledger.messages.alert import AlertKind
from stockledger.messages.capacity import CapacitySet, CapacityUnit, CapacityWarned
from stockledger.messages.damage import StockDamaged
from stockledger.messages.fields import Bucket, Sku, WarehouseId
from stockledger.messages.item import CostCorrected, StockAdjusted, StockReturned
from stockledger.messages.stock_import import ImportApplied, QuantitiesStaged, QuantityRow
from stockledger.messages.tenant import TenantConfigured
from tests.support.recorded_alerts import RecordedAlerts
from tests.support.recorded_ledger import THOUSAND, RecordedLedger
from tests.support.recorded_supplies import RecordedSupplies
from tests.support.recorded_transfers import SENT_FROM, SENT_TO, RecordedTransfers

CAPACITY = 100
"""Units that a warehouse with a limit has room for."""


@dataclass(slots=True)
class RecordedChanges:
    """Changes of one tenant's stock other than trade."""

    ledger: RecordedLedger
    tenant: str

    def adjust(
        self, warehouse: str, sku: str, units: int, *, effective_at: datetime | None = None
    ) -> StoredEvent:
        """Change available, at average cost."""
        stock = self.ledger.stocks[self.tenant, warehouse, sku]
        moved = Quantity(abs(units) * THOUSAND)
        on_hand = Quantity(stock.on_hand)
        value = share_of(Money(stock.value), moved, on_hand) if on_hand > 0 else Money(0)
        found = units > 0
        change = value if found else Money(-value)
        left = Bucket.ADJUSTMENT if found else Bucket.AVAILABLE
        came_to = Bucket.AVAILABLE if found else Bucket.ADJUSTMENT
        stock.value += change
        return self.ledger.record(
            self.tenant,
            StockAdjusted(
                warehouse_id=WarehouseId(warehouse),
                sku=Sku(sku),
                quantity=moved,
                entries=stock.move(left, came_to, moved),
                value_change=change,
                levels=stock.levels(),
                change=Quantity(units * THOUSAND),
                reason="Counted again",
                effective_at=effective_at,
            ),
        )

    def damage(self, warehouse: str, sku: str, units: int) -> StoredEvent:
        """Set broken units apart."""
        stock = self.ledger.stocks[self.tenant, warehouse, sku]
        moved = Quantity(units * THOUSAND)
        return self.ledger.record(
            self.tenant,
            StockDamaged(
                warehouse_id=WarehouseId(warehouse),
                sku=Sku(sku),
                quantity=moved,
                entries=stock.move(Bucket.AVAILABLE, Bucket.DAMAGED, moved),
                value_change=Money(0),
                levels=stock.levels(),
            ),
        )

    def give_back(
        self,
        warehouse: str,
        sku: str,
        units: int,
        *,
        value: int,
        effective_at: datetime | None = None,
    ) -> StoredEvent:
        """Take sold units back, at what they cost."""
        stock = self.ledger.stocks[self.tenant, warehouse, sku]
        moved = Quantity(units * THOUSAND)
        stock.value += value
        return self.ledger.record(
            self.tenant,
            StockReturned(
                warehouse_id=WarehouseId(warehouse),
                sku=Sku(sku),
                quantity=moved,
                entries=stock.move(Bucket.CUSTOMER, Bucket.AVAILABLE, moved),
                value_change=Money(value),
                levels=stock.levels(),
                order_id="O-1",
                effective_at=effective_at,
            ),
        )

    def correct_cost(self, warehouse: str, sku: str, unit_cost: int) -> StoredEvent:
        """State what a unit is worth (1/10000)."""
        stock = self.ledger.stocks[self.tenant, warehouse, sku]
        value = stock.on_hand * unit_cost // THOUSAND
        change, stock.value = value - stock.value, value
        return self.ledger.record(
            self.tenant,
            CostCorrected(
                warehouse_id=WarehouseId(warehouse),
                sku=Sku(sku),
                unit_cost=Money(unit_cost),
                value_change=Money(change),
                levels=stock.levels(),
                reason="Invoice came",
            ),
        )

    def request(
        self,
        adjustment: str,
        warehouse: str,
        sku: str,
        units: int,
        *,
        lasting: timedelta = timedelta(days=7),
    ) -> StoredEvent:
        """Ask for a change that another person has to approve."""
        stock = self.ledger.stocks[self.tenant, warehouse, sku]
        change = Quantity(units * THOUSAND)
        return self.ledger.record(
            self.tenant,
            AdjustmentRequested(
                adjustment_id=adjustment,
                warehouse_id=WarehouseId(warehouse),
                sku=Sku(sku),
                change=change,
                requested_by="anna",
                expires_at=self.ledger.now + lasting,
                item_version=1,
                available=Quantity(stock.buckets[Bucket.AVAILABLE]),
                on_hand=Quantity(stock.on_hand),
                value=share_of(Money(stock.value), change, Quantity(stock.on_hand)),
                reason="Counted again",
            ),
        )

    def approve(self, adjustment: str, *, changed_meanwhile: int = 0) -> StoredEvent:
        """Let another person approve it."""
        return self.ledger.record(
            self.tenant,
            AdjustmentApproved(
                adjustment_id=adjustment,
                approved_by="bert",
                changed_meanwhile=Quantity(changed_meanwhile * THOUSAND),
            ),
        )

    def reject(self, adjustment: str) -> StoredEvent:
        """Let another person turn it down."""
        rejected = AdjustmentRejected(
            adjustment_id=adjustment, rejected_by="bert", reason="Count once more"
        )
        return self.ledger.record(self.tenant, rejected)

    def expire(self, adjustment: str) -> StoredEvent:
        """Let nobody decide in time."""
        expired = AdjustmentExpired(adjustment_id=adjustment, expires_at=self.ledger.now)
        return self.ledger.record(self.tenant, expired)

    def configure(
        self, *, approval_quantity: int | None = None, approval_value: int | None = None
    ) -> StoredEvent:
        """Set what the tenant lets pass without approval."""
        quantity, value = approval_quantity, approval_value
        return self.ledger.record(
            self.tenant,
            TenantConfigured(
                time_zone="UTC",
                currency="EUR",
                low_stock_percent=20,
                lead_time_days=7,
                count_frequency_days=30,
                approval_quantity=None if quantity is None else Quantity(quantity * THOUSAND),
                approval_value=None if value is None else Money(value),
            ),
        )

    def stage(self, name: str, rows: int, *, chunk: int = 1) -> StoredEvent:
        """Keep rows of an import."""
        staged = tuple(
            QuantityRow(
                line=line,
                warehouse_id=WarehouseId(SENT_FROM),
                sku=Sku("BOX"),
                change=Quantity(line * THOUSAND),
            )
            for line in range(1, rows + 1)
        )
        event = QuantitiesStaged(import_id=name, chunk=chunk, rows=staged)
        return self.ledger.record(self.tenant, event)

    def apply(self, name: str, rows: int) -> StoredEvent:
        """Let the rows take effect."""
        applied = ImportApplied(import_id=name, rows=rows, changed=rows, reason="Counted")
        return self.ledger.record(self.tenant, applied)

    def fill(self, warehouse: str, used: int) -> StoredEvent:
        """Give a warehouse a limit, of which so many percent are used."""
        limits = WarehouseId(warehouse), Quantity(CAPACITY * THOUSAND), Quantity(used * THOUSAND)
        named, capacity, units = limits
        self.ledger.record(
            self.tenant,
            CapacitySet(warehouse_id=named, capacity=capacity, unit=CapacityUnit.UNITS, used=units),
        )
        return self.ledger.record(
            self.tenant,
            CapacityWarned(warehouse_id=named, percent=80, used=units, capacity=capacity),
        )


def record_changes(ledger: RecordedLedger, tenant: str, name: str) -> Sequence[StoredEvent]:
    """Record something of everything; return the events."""
    begin = len(ledger.events)
    transfers = RecordedTransfers(ledger, tenant)
    changes = RecordedChanges(ledger, tenant)
    changes.configure()
    for warehouse in (SENT_FROM, SENT_TO):
        ledger.receive(tenant, warehouse, "BOX", 100)
    transfers.create(f"T-{name}", BOX=30)
    transfers.dispatch(f"T-{name}", BOX=30)
    transfers.receive(f"T-{name}", "first", "BOX", received=10, damaged=2, short=1)
    transfers.cancel(f"T-{name}")
    changes.adjust(SENT_FROM, "BOX", -3, effective_at=ledger.now - timedelta(days=40))
    changes.damage(SENT_TO, "BOX", 5)
    changes.give_back(SENT_FROM, "BOX", 1, value=25_000)
    changes.correct_cost(SENT_TO, "BOX", 31_234)
    changes.request(f"A-{name}", SENT_FROM, "BOX", -50)
    changes.approve(f"A-{name}")
    changes.stage(f"I-{name}", 2)
    changes.apply(f"I-{name}", 2)
    changes.fill(SENT_TO, 80)
    _record_supply(ledger, tenant, name)
    return ledger.events[begin:]


def _record_supply(ledger: RecordedLedger, tenant: str, name: str) -> None:
    """Record alerts, and orders that answer one of them."""
    alerts = RecordedAlerts(ledger, tenant)
    supplies = RecordedSupplies(ledger, tenant)
    supplies.register("LUMEN")
    alerts.raise_(AlertKind.REORDER_NEEDED, SENT_FROM, "BOX", figure=3, recommended=40)
    alerts.raise_(AlertKind.CAPACITY, SENT_TO, figure=80)
    alerts.acknowledge(AlertKind.REORDER_NEEDED, SENT_FROM, "BOX")
    number = alerts.number(AlertKind.REORDER_NEEDED, SENT_FROM, "BOX")
    supplies.create(f"P-{name}", 40, "BOX", reorder=number)
    alerts.resolve(AlertKind.REORDER_NEEDED, SENT_FROM, "BOX", figure=43)
    supplies.unavailable(f"P-{name}")
    supplies.submit(f"P-{name}")
    supplies.receive(f"P-{name}", "first", "BOX", received=15, rejected=2)
    supplies.create(f"Q-{name}", 5, "BOX")
    supplies.cancel(f"Q-{name}", 5, "BOX")
