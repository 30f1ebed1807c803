"""Events as the command handler would have recorded them, made without it."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from stockledger.amounts import Money, Quantity, cost_of, share_of
from stockledger.event_log.interface import StoredEvent
from stockledger.messages.alert import AlertKind
from stockledger.messages.codec import encode_event
from stockledger.messages.fields import Bucket, Sku, TenantId, WarehouseId
from stockledger.messages.item import (
    BinMoved,
    Entry,
    IssuePurpose,
    ItemConfigured,
    Levels,
    StockIssued,
    StockReceived,
)
from stockledger.messages.message import Event, Reference
from stockledger.messages.registry import type_name
from stockledger.messages.tenant import DefaultWarehouseSet
from stockledger.messages.warehouse import (
    WarehouseActivated,
    WarehouseCreated,
    WarehouseDeactivated,
    WarehouseUpdated,
)
from stockledger.partitioning import partition_of

THOUSAND = 1_000
BEGIN = datetime(2026, 10, 31, 9, tzinfo=UTC)
ON_HAND = (Bucket.AVAILABLE, Bucket.RESERVED, Bucket.DAMAGED, Bucket.QUARANTINED)
ISSUED_TO = {
    IssuePurpose.SALE: Bucket.CUSTOMER,
    IssuePurpose.WRITE_OFF: Bucket.SCRAP,
    IssuePurpose.PRODUCTION: Bucket.PRODUCTION,
}


@dataclass(slots=True)
class Stock:
    """What an item has in each bucket, the outside ones too, and its value (1/1000, 1/10000)."""

    buckets: dict[Bucket, int] = field(default_factory=lambda: defaultdict(int))
    value: int = 0
    transit_value: int = 0
    on_order: int = 0

    @property
    def on_hand(self) -> int:
        """The units that are in the warehouse."""
        return sum(self.buckets[bucket] for bucket in ON_HAND)

    def move(self, left: Bucket, came_to: Bucket, quantity: int) -> tuple[Entry, Entry]:
        """Move a quantity; return both entries."""
        return self._entry(left, -quantity), self._entry(came_to, quantity)

    def levels(self) -> Levels:
        """Return the figures as they are now."""
        return Levels(
            available=Quantity(self.buckets[Bucket.AVAILABLE]),
            reserved=Quantity(self.buckets[Bucket.RESERVED]),
            damaged=Quantity(self.buckets[Bucket.DAMAGED]),
            quarantined=Quantity(self.buckets[Bucket.QUARANTINED]),
            in_transit=Quantity(self.buckets[Bucket.IN_TRANSIT]),
            on_hand=Quantity(self.on_hand),
            value=Money(self.value),
            transit_value=Money(self.transit_value) if self.transit_value else None,
        )

    def _entry(self, bucket: Bucket, change: int) -> Entry:
        before = self.buckets[bucket]
        self.buckets[bucket] = before + change
        return Entry(
            bucket=bucket,
            before=Quantity(before),
            change=Quantity(change),
            after=Quantity(before + change),
        )


class RecordedLedger:
    """All partitions' events in order; each call records one and gives it back."""

    def __init__(self, partitions: int) -> None:
        self.partitions = partitions
        self.events: list[StoredEvent] = []
        self.now = BEGIN
        self.actor: str | None = None
        self._positions: dict[int, int] = defaultdict(int)
        self._versions: dict[tuple[str, str], tuple[int, int]] = {}
        self.stocks: dict[tuple[str, str, str], Stock] = defaultdict(Stock)
        self.alerts: dict[tuple[str, str, AlertKind], int] = defaultdict(int)

    def warehouse(self, tenant: str, warehouse: str, *, name: str = "North") -> StoredEvent:
        return self.record(
            tenant,
            WarehouseCreated(
                warehouse_id=WarehouseId(warehouse),
                name=name,
                code=warehouse,
                time_zone="UTC",
                priority=1,
            ),
        )

    def rename(self, tenant: str, warehouse: str, name: str) -> StoredEvent:
        return self.record(
            tenant,
            WarehouseUpdated(
                warehouse_id=WarehouseId(warehouse),
                name=name,
                code=warehouse,
                time_zone="UTC",
                priority=1,
            ),
        )

    def activate(self, tenant: str, warehouse: str, *, active: bool) -> StoredEvent:
        change = WarehouseActivated if active else WarehouseDeactivated
        return self.record(tenant, change(warehouse_id=WarehouseId(warehouse)))

    def make_default(self, tenant: str, warehouse: str) -> StoredEvent:
        return self.record(tenant, DefaultWarehouseSet(warehouse_id=WarehouseId(warehouse)))

    def configure(
        self,
        tenant: str,
        warehouse: str,
        sku: str,
        *,
        category: str | None = None,
        reorder_point: int | None = None,
        maximum: int | None = None,
        supplier: str | None = None,
    ) -> StoredEvent:
        return self.record(
            tenant,
            ItemConfigured(
                warehouse_id=WarehouseId(warehouse),
                sku=Sku(sku),
                name=sku.title(),
                category=category,
                unit="piece",
                reorder_point=None if reorder_point is None else Quantity(reorder_point * THOUSAND),
                maximum=None if maximum is None else Quantity(maximum * THOUSAND),
                safety_stock=Quantity(0),
                low_stock_percent=20,
                lead_time_days=7,
                count_frequency_days=30,
                supplier_id=supplier,
                reorder_automatically=supplier is not None,
            ),
        )

    def move_bin(self, tenant: str, warehouse: str, sku: str, label: str) -> StoredEvent:
        return self.record(
            tenant, BinMoved(warehouse_id=WarehouseId(warehouse), sku=Sku(sku), bin=label)
        )

    def receive(
        self,
        tenant: str,
        warehouse: str,
        sku: str,
        quantity: int,
        *,
        unit_cost: int = 25_000,
        supplier_order: str | None = None,
    ) -> StoredEvent:
        stock = self.stocks[tenant, warehouse, sku]
        moved = Quantity(quantity * THOUSAND)
        value = cost_of(moved, Money(unit_cost))
        stock.value += value
        return self.record(
            tenant,
            StockReceived(
                warehouse_id=WarehouseId(warehouse),
                sku=Sku(sku),
                quantity=moved,
                entries=stock.move(Bucket.SUPPLIER, Bucket.AVAILABLE, moved),
                value_change=value,
                levels=stock.levels(),
                unit_cost=Money(unit_cost),
                supplier_order_id=supplier_order,
            ),
        )

    def issue(
        self,
        tenant: str,
        warehouse: str,
        sku: str,
        quantity: int,
        *,
        purpose: IssuePurpose = IssuePurpose.SALE,
        order: str | None = None,
        effective_at: datetime | None = None,
    ) -> StoredEvent:
        stock = self.stocks[tenant, warehouse, sku]
        moved = Quantity(quantity * THOUSAND)
        value = share_of(Money(stock.value), moved, Quantity(stock.on_hand))
        stock.value -= value
        return self.record(
            tenant,
            StockIssued(
                warehouse_id=WarehouseId(warehouse),
                sku=Sku(sku),
                quantity=moved,
                entries=stock.move(Bucket.AVAILABLE, ISSUED_TO[purpose], moved),
                value_change=Money(-value),
                levels=stock.levels(),
                purpose=purpose,
                reference=None if order is None else Reference(type="order", id=order),
                effective_at=effective_at,
            ),
        )

    def record(self, tenant: str, event: Event, *, type_as: str | None = None) -> StoredEvent:
        partition = partition_of(tenant, self.partitions)
        position = self._positions[partition] = self._positions[partition] + 1
        number, version = self._versions.get((tenant, event.stream), (position, 0))
        self._versions[tenant, event.stream] = (number, version + 1)
        self.now += timedelta(milliseconds=1)
        recorded = StoredEvent(
            partition,
            position,
            TenantId(tenant),
            event.stream,
            number,
            version + 1,
            type_as or type_name(type(event)),
            self.now,
            encode_event(event),
            "{}" if self.actor is None else f'{{"actor":"{self.actor}"}}',
            "/shop",
            f"c{partition}-{position}",
        )
        self.events.append(recorded)
        return recorded
