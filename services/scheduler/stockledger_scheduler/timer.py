"""What comes due: a timer, and its kinds."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from stockledger.messages.fields import TenantId


class TimerKind(StrEnum):
    """What comes due."""

    RESERVATION = "reservation"
    TRANSFER = "transfer"
    ADJUSTMENT = "adjustment"
    SUPPLIER_ORDER = "supplier_order"
    REORDER = "reorder"
    DAILY_CHECK = "daily_check"
    CHECKED_ITEMS = "checked_items"


class Timer(NamedTuple):
    """Something that is due until an event ends it.

    `time_zone` is that of a daily check; `weight` is the number of lines of a reservation, or what
    is as much work. `place` says how far a check of items has come: the day, then the last item.
    `retry_at` is when one that was put off is sent again.
    """

    partition: int
    tenant_id: TenantId
    kind: TimerKind
    id: str
    due: datetime
    time_zone: str | None = None
    weight: int = 1
    place: str | None = None
    retry_at: datetime | None = None
