"""What transfers' movements do: each step is what its transfer says, at its share of the value."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from stockledger.audit.balances import transit_change
from stockledger.audit.decision import Convict, Decision, Subject
from stockledger.audit.figures import MONEY, UNITS, money, share, shown, units
from stockledger.audit.findings import Kind
from stockledger.audit.item_seen import ItemKey
from stockledger.audit.movements import ARRIVED, BACK, BROKEN, EXPECTED, RECALLED, SENT, SHORT
from stockledger.audit.rows import EventRow

TransferKey = tuple[str, str]
"""Tenant and transfer."""

_LEAVING: Final = frozenset({ARRIVED, BROKEN, SHORT, RECALLED})
"""Steps that take units out of what is in transit."""


@dataclass(slots=True)
class OnTheWay:
    """Units of a transfer's SKU that are in transit by its movements, and their value."""

    quantity: int = 0
    value: int = 0


class TransferStock:
    """The movements of all transfers, and what passes between warehouses."""

    def __init__(self, convict: Convict) -> None:
        self._on_the_way: dict[tuple[str, str, str], OnTheWay] = {}
        self._passing: Counter[tuple[str, str]] = Counter()
        self._touched: dict[ItemKey, None] = {}
        self._convict = convict

    def moved(self, row: EventRow, data: Mapping[str, Any], decision: Decision) -> None:
        """Take the next movement of a transfer."""
        place, sku, step = data["warehouse_id"], data["sku"], data["step"]
        self._touched[row.tenant_id, place, sku] = None
        for entry in data["entries"]:
            if entry["bucket"] == "transfer":
                self._passing[row.tenant_id, sku] += units(entry["change"])
        quantity, transit = units(data["quantity"]), transit_change(data)
        source = data["entries"][0]["bucket"]
        value = 0
        if step in {EXPECTED, RECALLED}:
            value = transit if step == EXPECTED else -transit
        elif step in {SENT, BACK} or (step == ARRIVED and source == "transfer"):
            value = abs(money(data["value_change"]))
        elif step in _LEAVING:
            decision.do(left_transit(data, sku), 0, -transit)
        decision.do(step_of(data, step, place, sku), quantity, value)
        if source == "in_transit" or step == EXPECTED:
            self._move_transit(row, data, quantity, transit)

    def take_touched(self) -> dict[ItemKey, None]:
        """Return the items that were moved since the last call."""
        touched, self._touched = self._touched, {}
        return touched

    def settle(self, row: EventRow) -> None:
        """Convict the SKUs of which something is neither here nor there, after a command."""
        for (tenant_id, sku), quantity in self._passing.items():
            if quantity and tenant_id == row.tenant_id:
                expected = f"0 {sku} between two warehouses"
                self._convict(Kind.TRANSFER_BUCKET, row, expected, shown(quantity, UNITS))
        self._passing.clear()

    def _move_transit(
        self, row: EventRow, data: Mapping[str, Any], quantity: int, transit: int
    ) -> None:
        key = (row.tenant_id, data["transfer_id"], data["sku"])
        there = self._on_the_way.setdefault(key, OnTheWay())
        if data["step"] == EXPECTED:
            there.quantity += quantity
        else:
            self._check_share(row, there, quantity, -transit)
            there.quantity -= quantity
        there.value += transit
        if not there.quantity:
            del self._on_the_way[key]

    def _check_share(self, row: EventRow, there: OnTheWay, quantity: int, value: int) -> None:
        if quantity > there.quantity:
            expected = f"at most the {shown(there.quantity, UNITS)} in transit"
            self._convict(Kind.TRANSFER_STOCK, row, expected, shown(quantity, UNITS))
            return
        worth = share(there.value, quantity, there.quantity)
        if value != worth:
            expected = f"{shown(worth, MONEY)}, their share of what is in transit"
            self._convict(Kind.VALUE, row, expected, shown(value, MONEY))


def step_of(data: Mapping[str, Any], step: str, warehouse_id: str, sku: str) -> Subject:
    """Return the subject of a transfer's step at an item."""
    stream = f"transfer/{data['transfer_id']}"
    return Subject(Kind.TRANSFER, stream, f"{step} at {warehouse_id}/{sku}")


def left_transit(data: Mapping[str, Any], sku: str) -> Subject:
    """Return the subject of the value of units that are not in transit any more."""
    return Subject(Kind.TRANSFER, f"transfer/{data['transfer_id']}", f"{sku} out of transit")
