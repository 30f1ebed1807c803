"""What the demo sees of its warehouses in the events: transfers, approvals, damage, fullness."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from stockledger.commands.lines import data_of, short_type
from stockledger.dev.shop_commands import TENANT
from stockledger.messages.adjustment import (
    AdjustmentApproved,
    AdjustmentExpired,
    AdjustmentRejected,
    AdjustmentRequested,
)
from stockledger.messages.capacity import CapacityEased, CapacityUsed, CapacityWarned
from stockledger.messages.damage import StockDamaged, StockRepaired, StockScrapped
from stockledger.messages.transfer import (
    TransferCancelled,
    TransferDispatched,
    TransferMade,
    TransferOverdue,
    TransferReceived,
)
from stockledger.topic_tail import TopicRecord, header

_COUNTED: Final = frozenset(
    kind.__name__
    for kind in (
        AdjustmentApproved,
        StockDamaged,
        StockRepaired,
        StockScrapped,
        TransferCancelled,
        TransferOverdue,
    )
)
_DECIDED: Final = frozenset(
    kind.__name__ for kind in (AdjustmentApproved, AdjustmentRejected, AdjustmentExpired)
)
_OF_CAPACITY: Final = frozenset(
    kind.__name__ for kind in (CapacityUsed, CapacityWarned, CapacityEased)
)


@dataclass(frozen=True, slots=True)
class WarehouseSnapshot:
    """Counts since the demo began; what is on its way or waits now; percent used by warehouse."""

    on_the_way: int
    completed: int
    cancelled: int
    late: int
    waiting: int
    approved: int
    damaged: int
    repaired: int
    scrapped: int
    percent_used: Mapping[str, float]


class WarehouseFigures:
    """Counts what the events of tenant `demo` say."""

    def __init__(self) -> None:
        self._on_the_way: set[str] = set()
        self._waiting: set[str] = set()
        self._completed = 0
        self._counts: Counter[str] = Counter()
        self._percent_used: dict[str, float] = {}

    def take(self, record: TopicRecord) -> None:
        """Count one event."""
        if header(record, "ce_tenantid") != TENANT:
            return
        name = short_type(header(record, "ce_type") or "")
        if name in _COUNTED:
            self._counts[name] += 1
        if name.startswith("Transfer"):
            self._take_transfer(name, data_of(record))
        elif name == AdjustmentRequested.__name__:
            self._waiting.add(data_of(record)["adjustment_id"])
        elif name in _DECIDED:
            self._waiting.discard(data_of(record)["adjustment_id"])
        elif name in _OF_CAPACITY:
            told = data_of(record)
            self._percent_used[told["warehouse_id"]] = 100 * told["used"] / told["capacity"]

    def _take_transfer(self, name: str, told: dict[str, Any]) -> None:
        if name == TransferDispatched.__name__:
            self._on_the_way.add(told["transfer_id"])
        elif name == TransferCancelled.__name__:
            self._on_the_way.discard(told["transfer_id"])
        elif name == TransferMade.__name__ or (
            name == TransferReceived.__name__ and told["completed"]
        ):
            self._on_the_way.discard(told["transfer_id"])
            self._completed += 1

    def snapshot(self) -> WarehouseSnapshot:
        """Return the figures now."""
        counts = self._counts
        return WarehouseSnapshot(
            on_the_way=len(self._on_the_way),
            completed=self._completed,
            cancelled=counts[TransferCancelled.__name__],
            late=counts[TransferOverdue.__name__],
            waiting=len(self._waiting),
            approved=counts[AdjustmentApproved.__name__],
            damaged=counts[StockDamaged.__name__],
            repaired=counts[StockRepaired.__name__],
            scrapped=counts[StockScrapped.__name__],
            percent_used=dict(self._percent_used),
        )
