"""What the auditor knows of a transfer."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

PENDING: Final = "PENDING"
IN_TRANSIT: Final = "IN_TRANSIT"
COMPLETED: Final = "COMPLETED"
CANCELLED: Final = "CANCELLED"


@dataclass(slots=True)
class LineSeen:
    """What became of a SKU's units: 1/1000 units; `value` of those in transit, 1/10000 money."""

    quantity: int = 0
    held: int = 0
    sent: int = 0
    sent_value: int = 0
    received: int = 0
    damaged: int = 0
    short: int = 0
    over: int = 0
    returned: int = 0
    value: int = 0

    @property
    def in_transit(self) -> int:
        return self.sent - self.received - self.damaged - self.short - self.returned


@dataclass(slots=True)
class TransferSeen:
    """A transfer as its events leave it; `said` is what its first one says."""

    source: str
    destination: str
    created_at: datetime
    said: dict[str, Any]
    lines: dict[str, LineSeen] = field(default_factory=dict[str, LineSeen])
    status: str = PENDING
    version: int = 0
    position: int = 0
    updated_at: datetime | None = None
    dispatched_at: datetime | None = None
    ended_at: datetime | None = None
    overdue_at: datetime | None = None
    expected_delivery: datetime | None = None
    carrier: str | None = None
    tracking_number: str | None = None
    receipts: set[str] = field(default_factory=set[str])
