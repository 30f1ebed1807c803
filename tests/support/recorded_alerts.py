"""Alerts as they would have been recorded."""

from dataclasses import dataclass
from typing import Final

from stockledger.amounts import Quantity
from stockledger.event_log.interface import StoredEvent
from stockledger.messages.alert import (
    AlertAcknowledged,
    AlertKind,
    AlertRaised,
    AlertResolution,
    AlertResolved,
    Severity,
)
from stockledger.messages.fields import Sku, StreamName, WarehouseId
from stockledger.messages.streams import capacity_stream, item_stream
from tests.support.recorded_ledger import THOUSAND, RecordedLedger

SEVERITIES: Final = {
    AlertKind.LOW_STOCK: Severity.WARNING,
    AlertKind.OUT_OF_STOCK: Severity.CRITICAL,
    AlertKind.REORDER_NEEDED: Severity.INFO,
    AlertKind.OVERSTOCK: Severity.INFO,
    AlertKind.CAPACITY: Severity.WARNING,
}


@dataclass(slots=True)
class RecordedAlerts:
    """Alerts of one tenant; without a SKU they are about the warehouse."""

    ledger: RecordedLedger
    tenant: str

    def raise_(
        self,
        kind: AlertKind,
        warehouse: str,
        sku: str | None = None,
        *,
        figure: int = 0,
        trigger: int = 20,
        recommended: int | None = None,
    ) -> StoredEvent:
        """Begin the next alert of the kind."""
        self.ledger.alerts[self._key(kind, warehouse, sku)] += 1
        return self.ledger.record(
            self.tenant,
            AlertRaised(
                kind=kind,
                number=self.number(kind, warehouse, sku),
                severity=SEVERITIES[kind],
                warehouse_id=WarehouseId(warehouse),
                sku=None if sku is None else Sku(sku),
                figure=Quantity(figure * THOUSAND),
                trigger=Quantity(trigger * THOUSAND),
                name=None if sku is None else sku.title(),
                recommended=None if recommended is None else Quantity(recommended * THOUSAND),
            ),
        )

    def acknowledge(
        self, kind: AlertKind, warehouse: str, sku: str | None = None, *, by: str = "anna"
    ) -> StoredEvent:
        """Let somebody see to the last one."""
        return self.ledger.record(
            self.tenant,
            AlertAcknowledged(
                kind=kind,
                number=self.number(kind, warehouse, sku),
                severity=SEVERITIES[kind],
                warehouse_id=WarehouseId(warehouse),
                sku=None if sku is None else Sku(sku),
                acknowledged_by=by,
            ),
        )

    def resolve(
        self,
        kind: AlertKind,
        warehouse: str,
        sku: str | None = None,
        *,
        figure: int = 0,
        resolution: AlertResolution = AlertResolution.CAUSE_GONE,
    ) -> StoredEvent:
        """End the last one."""
        by_hand = resolution is AlertResolution.BY_HAND
        return self.ledger.record(
            self.tenant,
            AlertResolved(
                kind=kind,
                number=self.number(kind, warehouse, sku),
                severity=SEVERITIES[kind],
                warehouse_id=WarehouseId(warehouse),
                sku=None if sku is None else Sku(sku),
                resolution=resolution,
                figure=Quantity(figure * THOUSAND),
                resolved_by="bert" if by_hand else None,
            ),
        )

    def number(self, kind: AlertKind, warehouse: str, sku: str | None = None) -> int:
        """Return the number of the last one."""
        return self.ledger.alerts[self._key(kind, warehouse, sku)]

    def _key(
        self, kind: AlertKind, warehouse: str, sku: str | None
    ) -> tuple[str, StreamName, AlertKind]:
        place = WarehouseId(warehouse)
        stream = capacity_stream(place) if sku is None else item_stream(place, Sku(sku))
        return self.tenant, stream, kind
