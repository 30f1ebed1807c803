"""The figures of an item in a log made by hand: each movement says what it found and left."""

from collections import defaultdict
from typing import Any

from tests.support.audited_log import AuditedLog, Data, Said

MONEY = 10_000
UNITS = 1_000


class ItemBook:
    """An item; quantities are units, values currency, as on the wire."""

    def __init__(self, warehouse: str, sku: str = "LAMP") -> None:
        self.item = {"warehouse_id": warehouse, "sku": sku}
        self.stream = f"item/{warehouse}/{sku}"
        self._balances: dict[str, int] = defaultdict(int)
        self._value = 0
        self._transit_value = 0

    def configured(self, **settings: object) -> Said:
        """Return the event of the item's settings."""
        return self.stream, "ItemConfigured", {**self.item, "name": "Lamp", **settings}

    def stocked(self) -> Said:
        """Return the event of the SKU being kept there."""
        return f"sku/{self.item['sku']}", "SkuStocked", dict(self.item)

    def received(self, quantity: float, unit_cost: float) -> Said:
        """Return the event of units coming from a supplier."""
        value = round(quantity * unit_cost * MONEY) / MONEY
        return self.moved(
            "StockReceived", ("supplier", "available"), quantity, value, unit_cost=unit_cost
        )

    def adjusted(self, change: float, value: float, **more: object) -> Said:
        """Return the event of units found or missing."""
        way = ("adjustment", "available") if change > 0 else ("available", "adjustment")
        return self.moved("StockAdjusted", way, abs(change), value, change=change, **more)

    def step(
        self,
        transfer: str,
        step: str,
        way: tuple[str, str],
        quantity: float,
        *,
        value: float = 0,
        transit: float = 0,
    ) -> Said:
        """Return the event of a transfer's step; `value` and `transit` are changes."""
        self._transit_value += round(transit * MONEY)
        more: dict[str, Any] = {"transit_value_change": transit} if transit else {}
        return self.moved(
            "TransferStockMoved", way, quantity, value, transfer_id=transfer, step=step, **more
        )

    def moved(
        self,
        kind: str,
        way: tuple[str, str],
        quantity: float,
        value: float = 0,
        **more: object,
    ) -> Said:
        """Return the event of a movement from a bucket to another, levels included."""
        moved = round(quantity * UNITS)
        entries = [
            self._entry(bucket, change) for bucket, change in zip(way, (-moved, moved), strict=True)
        ]
        self._value += round(value * MONEY)
        data: Data = {
            **self.item,
            "quantity": quantity,
            "entries": entries,
            "value_change": value,
            **more,
            "levels": self.levels(),
        }
        return self.stream, kind, data

    def costs(self, unit_cost: float, value: float) -> Said:
        """Return the event of the value being stated; `value` is the change."""
        self._value += round(value * MONEY)
        data = {**self.item, "unit_cost": unit_cost, "value_change": value}
        return self.stream, "CostCorrected", {**data, "levels": self.levels()}

    def levels(self) -> Data:
        """Return the figures as they are now."""
        names = ("available", "reserved", "damaged", "quarantined", "in_transit")
        inside: Data = {name: self._balances[name] / UNITS for name in names}
        on_hand = sum(self._balances[name] for name in names[:-1]) / UNITS
        transit = {"transit_value": self._transit_value / MONEY} if self._transit_value else {}
        return {**inside, "on_hand": on_hand, "value": self._value / MONEY, **transit}

    def _entry(self, bucket: str, change: int) -> Data:
        before = self._balances[bucket]
        self._balances[bucket] = before + change
        return {
            "bucket": bucket,
            "before": before / UNITS,
            "change": change / UNITS,
            "after": (before + change) / UNITS,
        }


def described(warehouse: str, kind: str = "WarehouseCreated", **more: object) -> Said:
    """Return the event of a warehouse being created, or described anew."""
    data = {"warehouse_id": warehouse, "name": warehouse, "code": warehouse, "time_zone": "UTC"}
    return f"warehouse/{warehouse}", kind, {**data, "priority": 1, **more}


def find(log: AuditedLog, kind: str, /, **fields: object) -> int:
    """Return the position of the first event of a type whose data says all of this."""
    for event in log.events:
        data = log.data_of(event.position)
        if event.type == f"stockledger.{kind}.v1" and fields.items() <= flat(data).items():
            return event.position
    message = f"no {kind} with {fields}"
    raise LookupError(message)


def flat(data: Data) -> dict[str, object]:
    """Return the plain fields of an event's data."""
    return {name: value for name, value in data.items() if not isinstance(value, list | dict)}
