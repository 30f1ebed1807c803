"""What the demo sees of its reservations and orders in the events: how many, and how late."""

import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from stockledger.commands.lines import data_of, short_type
from stockledger.dev.shop_commands import TENANT
from stockledger.dev.shop_figures import WINDOW_SECONDS, percentile
from stockledger.messages.fields import time_from_wire
from stockledger.messages.order import (
    OrderAccepted,
    OrderCancelled,
    OrderItemsSold,
    OrderReturned,
)
from stockledger.messages.reservation import (
    ReservationConfirmed,
    ReservationCreated,
    ReservationExpired,
    ReservationReleased,
)
from stockledger.topic_tail import TopicRecord, header

LATENESSES_MAX: Final = 10_000
"""Expiries remembered at most; the window of a storm gets shorter."""

_ENDS: Final = frozenset(
    kind.__name__ for kind in (ReservationConfirmed, ReservationReleased, ReservationExpired)
)
_COUNTED: Final = frozenset(
    kind.__name__ for kind in (OrderAccepted, OrderItemsSold, OrderCancelled, OrderReturned)
)


@dataclass(frozen=True, slots=True)
class ReservationSnapshot:
    """Counts since the demo began; how late (ms) expiries of the last ten seconds were."""

    active: int
    confirmed: int
    released: int
    expired: int
    orders: int
    cancelled: int
    returned: int
    late_p99_ms: float | None


class ReservationFigures:
    """Counts what the events of tenant `demo` say."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._active: set[str] = set()
        self._counts: Counter[str] = Counter()
        self._late: deque[tuple[float, float]] = deque(maxlen=LATENESSES_MAX)

    def take(self, record: TopicRecord) -> None:
        """Count one event."""
        if header(record, "ce_tenantid") != TENANT:
            return
        name = short_type(header(record, "ce_type") or "")
        if name == ReservationCreated.__name__:
            self._active.add(data_of(record)["reservation_id"])
        elif name in _ENDS:
            self._end(name, data_of(record), header(record, "ce_time") or "")
        elif name in _COUNTED:
            self._counts[name] += 1

    def snapshot(self) -> ReservationSnapshot:
        """Return the figures now."""
        since = self._clock() - WINDOW_SECONDS
        while self._late and self._late[0][0] < since:
            self._late.popleft()
        counts = self._counts
        return ReservationSnapshot(
            active=len(self._active),
            confirmed=counts[ReservationConfirmed.__name__],
            released=counts[ReservationReleased.__name__],
            expired=counts[ReservationExpired.__name__],
            orders=counts[OrderAccepted.__name__] + counts[OrderItemsSold.__name__],
            cancelled=counts[OrderCancelled.__name__],
            returned=counts[OrderReturned.__name__],
            late_p99_ms=percentile(sorted(late for _, late in self._late), 0.99),
        )

    def _end(self, name: str, data: dict[str, Any], recorded: str) -> None:
        self._active.discard(data["reservation_id"])
        self._counts[name] += 1
        if name == ReservationExpired.__name__:
            late = time_from_wire(recorded) - time_from_wire(data["expires_at"])
            self._late.append((self._clock(), late.total_seconds()))
