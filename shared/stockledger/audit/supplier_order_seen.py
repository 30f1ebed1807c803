"""What the auditor knows of an order to a supplier, and of a supplier."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

QUEUED: Final = "QUEUED"
UNAVAILABLE: Final = "UNAVAILABLE"
SUBMITTED: Final = "SUBMITTED"
CONFIRMED: Final = "CONFIRMED"
RECEIVED: Final = "RECEIVED"
CANCELLED: Final = "CANCELLED"
OPEN: Final = (QUEUED, UNAVAILABLE, SUBMITTED, CONFIRMED)
"""Statuses in which units may still come."""

OrderKey = tuple[str, str]
"""Tenant and supplier order; or tenant and supplier."""


@dataclass(slots=True)
class OrderedLine:
    """What became of an item's units: 1/1000 units; what each costs: 1/10000 money.

    ordered + over = received + on order + rejected + cancelled.
    """

    unit_cost: int | None = None
    ordered: int = 0
    received: int = 0
    rejected: int = 0
    over: int = 0
    cancelled: int = 0
    received_value: int = 0

    @property
    def on_order(self) -> int:
        return self.ordered + self.over - self.received - self.rejected - self.cancelled


@dataclass(slots=True)
class SupplierOrderSeen:
    """An order as its events leave it; `said` is what its first one says.

    Its lines go by warehouse and SKU, in the order of the first event.
    """

    supplier_id: str
    created_at: datetime
    said: dict[str, Any]
    lines: dict[tuple[str, str], OrderedLine] = field(
        default_factory=dict[tuple[str, str], OrderedLine]
    )
    created_by: str | None = None
    status: str = QUEUED
    version: int = 0
    position: int = 0
    updated_at: datetime | None = None
    submitted_at: datetime | None = None
    confirmed_at: datetime | None = None
    unavailable_at: datetime | None = None
    first_received_at: datetime | None = None
    ended_at: datetime | None = None
    overdue_at: datetime | None = None
    is_overdue: bool = False
    supplier_reference: str | None = None
    expected_delivery: datetime | None = None
    attempts: int | None = None
    cause: str | None = None
    deliveries: set[str] = field(default_factory=set[str])


@dataclass(slots=True)
class SupplierSeen:
    """A supplier as its last event describes it."""

    registered_at: datetime
    description: dict[str, Any]
    version: int
    position: int
    changed_at: datetime
