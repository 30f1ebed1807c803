"""What the events of a tenant add up to, kept by hand: every unit and every bit of value.

It shares no code with the deciders and the folds: it goes by what is written in the events.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from stockledger.messages.fields import Bucket, Sku, WarehouseId
from stockledger.messages.item import CostCorrected, StockMoved
from stockledger.messages.message import Event
from stockledger.messages.transfer import TransferStep, TransferStockMoved

ItemKey = tuple[WarehouseId, Sku]
IN_THE_WAREHOUSE = (Bucket.AVAILABLE, Bucket.RESERVED, Bucket.DAMAGED, Bucket.QUARANTINED)
LOST_OR_FOUND = (TransferStep.SHORT, TransferStep.OVER)


@dataclass(slots=True)
class TransferBooks:
    """Balances and values by item; steps by transfer and SKU; and all value that ever came in.

    `came_in` is less what left: sold, written off, lost on the way.
    """

    balances: Counter[tuple[ItemKey, Bucket]] = field(
        default_factory=Counter[tuple[ItemKey, Bucket]]
    )
    values: Counter[ItemKey] = field(default_factory=Counter[ItemKey])
    transit_values: Counter[ItemKey] = field(default_factory=Counter[ItemKey])
    steps: Counter[tuple[str, Sku, TransferStep]] = field(
        default_factory=Counter[tuple[str, Sku, TransferStep]]
    )
    came_in: int = 0

    def record(self, events: Sequence[Event]) -> None:
        """Enter the events of one decision, each of which must follow from the figures before."""
        for event in events:
            if isinstance(event, StockMoved):
                self._enter(event)
            elif isinstance(event, CostCorrected):
                self.values[event.warehouse_id, event.sku] += event.value_change
                self.came_in += event.value_change
        self._check(events)

    def on_hand(self, key: ItemKey) -> int:
        """Return what is physically there of an item."""
        return sum(self.balances[key, bucket] for bucket in IN_THE_WAREHOUSE)

    def _enter(self, event: StockMoved) -> None:
        key = (event.warehouse_id, event.sku)
        left, came = event.entries
        assert event.quantity == -left.change == came.change > 0
        for entry in event.entries:
            assert entry.before == self.balances[key, entry.bucket]
            assert entry.after == entry.before + entry.change
            self.balances[key, entry.bucket] = entry.after
        self.values[key] += event.value_change
        if isinstance(event, TransferStockMoved):
            self.transit_values[key] += event.transit_value_change or 0
            self.steps[event.transfer_id, event.sku, event.step] += event.quantity
            assert event.step is not TransferStep.SHORT or event.value_change == 0
            if left.bucket is Bucket.AVAILABLE:
                assert left.after >= 0, "promised to others already"
            if event.step in LOST_OR_FOUND:
                self.came_in += event.value_change + (event.transit_value_change or 0)
        else:
            self.came_in += event.value_change
        self._check_levels(event, key)

    def _check_levels(self, event: StockMoved, key: ItemKey) -> None:
        levels = event.levels
        assert levels.available == self.balances[key, Bucket.AVAILABLE]
        assert levels.reserved == self.balances[key, Bucket.RESERVED] >= 0
        assert levels.damaged == self.balances[key, Bucket.DAMAGED] >= 0
        assert levels.quarantined == self.balances[key, Bucket.QUARANTINED] >= 0
        assert levels.in_transit == self.balances[key, Bucket.IN_TRANSIT] >= 0
        assert levels.on_hand == self.on_hand(key) >= 0
        assert levels.value == self.values[key] >= 0
        assert (levels.transit_value or 0) == self.transit_values[key] >= 0
        assert levels.transit_value != 0, "no value in transit is written down as none"
        assert levels.on_hand > 0 or levels.value == 0, "value without units"
        assert levels.in_transit > 0 or levels.transit_value is None, "value without units"

    def _check(self, events: Sequence[Event]) -> None:
        passing: Counter[Sku] = Counter()
        for (key, bucket), quantity in self.balances.items():
            if bucket is Bucket.TRANSFER:
                passing[key[1]] += quantity
        assert not any(passing.values()), "units between two warehouses"
        assert sum(self.balances.values()) == 0, "units from nowhere"
        total = sum(self.values.values()) + sum(self.transit_values.values())
        assert total == self.came_in, ("value was made or lost", events)
