"""What the demo sees of alerts and orders to suppliers in the events."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from stockledger.commands.lines import data_of, short_type
from stockledger.dev.shop_commands import TENANT
from stockledger.messages.alert import AlertAcknowledged, AlertRaised, AlertResolved
from stockledger.messages.supplier_order import (
    SupplierOrderCancelled,
    SupplierOrderCreated,
    SupplierOrderReceived,
    SupplierUnavailable,
)
from stockledger.topic_tail import TopicRecord, header

_COUNTED: Final = frozenset(
    kind.__name__
    for kind in (AlertRaised, AlertAcknowledged, SupplierOrderCreated, SupplierUnavailable)
)


@dataclass(frozen=True, slots=True)
class AlertSnapshot:
    """Alerts that are open, by kind; counts since the demo began; orders not received yet."""

    open: Mapping[str, int]
    raised: int
    acknowledged: int
    ordered: int
    unavailable: int
    on_order: int


class AlertFigures:
    """Counts what the events of tenant `demo` say."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, str, str | None], int] = {}
        self._on_order: set[str] = set()
        self._counts: Counter[str] = Counter()

    def take(self, record: TopicRecord) -> None:
        """Count one event."""
        if header(record, "ce_tenantid") != TENANT:
            return
        name = short_type(header(record, "ce_type") or "")
        if name in _COUNTED:
            self._counts[name] += 1
        if name == AlertRaised.__name__:
            told = data_of(record)
            self._open[_alert(told)] = told["number"]
        elif name == AlertResolved.__name__:
            self._open.pop(_alert(data_of(record)), None)
        elif name == SupplierOrderCreated.__name__:
            self._on_order.add(data_of(record)["supplier_order_id"])
        elif name == SupplierOrderCancelled.__name__ or (
            name == SupplierOrderReceived.__name__ and data_of(record)["completed"]
        ):
            self._on_order.discard(data_of(record)["supplier_order_id"])

    def open_alerts(self) -> list[tuple[tuple[str, str, str | None], int]]:
        """Return the alerts that are open: kind, warehouse, SKU, and number."""
        return list(self._open.items())

    def snapshot(self) -> AlertSnapshot:
        """Return the figures now."""
        counts = self._counts
        return AlertSnapshot(
            open=Counter(kind for kind, _, _ in self._open),
            raised=counts[AlertRaised.__name__],
            acknowledged=counts[AlertAcknowledged.__name__],
            ordered=counts[SupplierOrderCreated.__name__],
            unavailable=counts[SupplierUnavailable.__name__],
            on_order=len(self._on_order),
        )


def _alert(told: dict[str, Any]) -> tuple[str, str, str | None]:
    return told["kind"], told["warehouse_id"], told.get("sku")
