"""What the events of orders to suppliers add up to, kept by hand.

It shares no code with the deciders and the folds: it goes by what is written in the events.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from stockledger.messages.fields import Bucket, Sku, WarehouseId
from stockledger.messages.item import StockReceived
from stockledger.messages.message import Event
from stockledger.messages.supplier_order import (
    CancelledLine,
    OnOrderChanged,
    SupplierOrderCancelled,
    SupplierOrderConfirmed,
    SupplierOrderCreated,
    SupplierOrderEvent,
    SupplierOrderOverdue,
    SupplierOrderReceived,
    SupplierOrderSubmitted,
    SupplierUnavailable,
)

ItemKey = tuple[WarehouseId, Sku]
LineKey = tuple[str, WarehouseId, Sku]
ENDS = {"RECEIVED", "CANCELLED"}


@dataclass(slots=True)
class SupplierBooks:
    """Orders, what became of each line of theirs, and what is on order of each item."""

    status: dict[str, str] = field(default_factory=dict[str, str])
    fates: dict[LineKey, Counter[str]] = field(default_factory=dict[LineKey, Counter[str]])
    on_order: Counter[LineKey] = field(default_factory=Counter[LineKey])
    of_items: Counter[ItemKey] = field(default_factory=Counter[ItemKey])
    taken_in: Counter[LineKey] = field(default_factory=Counter[LineKey])
    reorders: dict[str, ItemKey] = field(default_factory=dict[str, ItemKey])

    def record(self, events: Sequence[Event]) -> None:
        """Enter the events of one decision."""
        for event in events:
            if isinstance(event, SupplierOrderEvent):
                self._enter(event)
            elif isinstance(event, OnOrderChanged):
                self._change(event)
            elif isinstance(event, StockReceived) and event.supplier_order_id is not None:
                self._take_in(event.supplier_order_id, event)
        self.check()

    def open_reorders(self, item: ItemKey) -> list[str]:
        """Return the orders that answer an alert of an item, and of which units are expected."""
        return [
            order_id
            for order_id, of in self.reorders.items()
            if of == item and self.on_order[(order_id, *item)]
        ]

    def check(self) -> None:
        """Check that every unit that was ordered is accounted for, and no other."""
        for line, fates in self.fates.items():
            gone = fates["received"] + fates["rejected"] + fates["cancelled"]
            assert fates["ordered"] + fates["over"] == gone + self.on_order[line]
            assert self.on_order[line] >= 0
            assert self.taken_in[line] == fates["received"], "stock that no delivery explains"
            assert self.on_order[line] == 0 or self.status[line[0]] not in ENDS
        for item in {line[1:] for line in self.fates}:
            lines = [line for line in self.fates if line[1:] == item]
            assert self.of_items[item] == sum(self.on_order[line] for line in lines)
            assert len(self.open_reorders(item)) <= 1, "two orders answer an item's alerts"

    def _enter(self, event: SupplierOrderEvent) -> None:
        order_id = event.supplier_order_id
        match event:
            case SupplierOrderCreated():
                self._create(event)
            case SupplierOrderSubmitted():
                self._pass(order_id, "SUBMITTED")
            case SupplierOrderConfirmed():
                self._pass(order_id, "CONFIRMED")
            case SupplierUnavailable():
                assert self.status[order_id] == "QUEUED"
                self._pass(order_id, "UNAVAILABLE")
            case SupplierOrderReceived():
                self._pass(order_id, "RECEIVED" if event.completed else self.status[order_id])
                self._receive(event)
            case SupplierOrderCancelled():
                self._pass(order_id, "CANCELLED")
                self._cancel(order_id, event.lines)
            case _:
                assert isinstance(event, SupplierOrderOverdue)

    def _create(self, event: SupplierOrderCreated) -> None:
        order_id = event.supplier_order_id
        assert order_id not in self.status
        self.status[order_id] = "QUEUED"
        for line in event.lines:
            key = (order_id, line.warehouse_id, line.sku)
            assert key not in self.fates, "an item has one line"
            self.fates[key] = Counter(ordered=line.quantity)
        if event.reorder is not None:
            self.reorders[order_id] = (event.reorder.warehouse_id, event.reorder.sku)

    def _pass(self, order_id: str, status: str) -> None:
        assert self.status[order_id] not in ENDS, "an order that is over is over"
        self.status[order_id] = status

    def _receive(self, event: SupplierOrderReceived) -> None:
        order_id = event.supplier_order_id
        for line in event.lines:
            fates = self.fates[order_id, line.warehouse_id, line.sku]
            assert line.received + line.rejected > 0
            fates["received"] += line.received
            fates["rejected"] += line.rejected
            fates["over"] += line.over
        self._cancel(order_id, event.cancelled)

    def _cancel(self, order_id: str, lines: Iterable[CancelledLine]) -> None:
        for gone in lines:
            self.fates[order_id, gone.warehouse_id, gone.sku]["cancelled"] += gone.quantity

    def _change(self, event: OnOrderChanged) -> None:
        assert event.change != 0
        line = (event.supplier_order_id, event.warehouse_id, event.sku)
        self.on_order[line] += event.change
        self.of_items[line[1:]] += event.change
        assert event.on_order == self.of_items[line[1:]]
        assert event.reorder == (event.supplier_order_id in self.reorders)

    def _take_in(self, order_id: str, event: StockReceived) -> None:
        self.taken_in[order_id, event.warehouse_id, event.sku] += event.quantity
        left, came = event.entries
        assert (left.bucket, came.bucket) == (Bucket.SUPPLIER, Bucket.AVAILABLE)
        assert event.value_change == round(Fraction(event.quantity * event.unit_cost, 1_000))
