"""Transfers: what is sent is received, in transit, short, damaged or returned, always."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from stockledger.audit.decision import Convict, Decision
from stockledger.audit.figures import MONEY, UNITS, money, shown, units
from stockledger.audit.findings import Kind
from stockledger.audit.item_seen import ItemKey, ItemSeen
from stockledger.audit.movements import (
    ARRIVED,
    BACK,
    BROKEN,
    EXPECTED,
    FREED,
    HELD,
    OVER,
    RECALLED,
    SENT,
    SHORT,
)
from stockledger.audit.rows import EventRow
from stockledger.audit.transfer_seen import (
    CANCELLED,
    COMPLETED,
    IN_TRANSIT,
    PENDING,
    LineSeen,
    TransferSeen,
)
from stockledger.audit.transfer_stock import TransferKey, TransferStock, left_transit, step_of

CREATED: Final = "stockledger.TransferCreated.v1"
MADE: Final = "stockledger.TransferMade.v1"

TRANSFER_STATUSES_AFTER: Final[Mapping[str, tuple[str, ...]]] = {
    CREATED: (PENDING,),
    MADE: (COMPLETED,),
    "stockledger.TransferDispatched.v1": (IN_TRANSIT,),
    "stockledger.TransferReceived.v1": (IN_TRANSIT, COMPLETED),
    "stockledger.TransferCancelled.v1": (CANCELLED,),
    "stockledger.TransferOverdue.v1": (IN_TRANSIT,),
}
"""Statuses that each event may lead to."""

_STATUSES_BEFORE: Final[Mapping[str, tuple[str, ...]]] = {
    "stockledger.TransferDispatched.v1": (PENDING,),
    "stockledger.TransferReceived.v1": (IN_TRANSIT,),
    "stockledger.TransferCancelled.v1": (PENDING, IN_TRANSIT),
    "stockledger.TransferOverdue.v1": (IN_TRANSIT,),
}


class Transfers:
    """All of one partition, and what they come to at the items of both ends."""

    def __init__(self, convict: Convict) -> None:
        self.seen: dict[TransferKey, TransferSeen] = {}
        self.stock = TransferStock(convict)
        self._held_at: Counter[ItemKey] = Counter()
        self._coming_to: Counter[ItemKey] = Counter()
        self._worth_coming_to: Counter[ItemKey] = Counter()
        self._touched: dict[ItemKey, None] = {}
        self._convict = convict

    def apply(self, row: EventRow, data: Mapping[str, Any], decision: Decision) -> None:
        """Take the next event of a transfer."""
        key = (row.tenant_id, data["transfer_id"])
        transfer = self.seen.get(key)
        if row.type in {CREATED, MADE}:
            transfer = self._begin(row, data, transfer)
        elif transfer is None or transfer.status not in _STATUSES_BEFORE.get(row.type, ()):
            self._out_of_turn(row, transfer)
        if transfer is None:
            return
        transfer.version, transfer.position = row.version, row.position
        transfer.updated_at = row.recorded_at
        match row.type:
            case "stockledger.TransferCreated.v1":
                self._create(row, data, transfer, decision)
            case "stockledger.TransferMade.v1":
                self._make(row, data, transfer, decision)
            case "stockledger.TransferDispatched.v1":
                self._dispatch(row, data, transfer, decision)
            case "stockledger.TransferReceived.v1":
                self._receive(row, data, transfer, decision)
            case "stockledger.TransferCancelled.v1":
                self._cancel(row, data, transfer, decision)
            case _:
                self._overdue(row, data, transfer)

    def settle(self, row: EventRow, items: Mapping[ItemKey, ItemSeen]) -> None:
        """Compare items with their transfers, after the last event of a command."""
        touched = {**self._touched, **self.stock.take_touched()}
        self._touched.clear()
        for key in touched:
            item = items.get(key) or ItemSeen()
            self._compare(row, key, "held for transfers", UNITS, item.holds.for_transfers)
            self._compare(row, key, "in transit", UNITS, item.balances.buckets["in_transit"])
            self._compare(row, key, "worth in transit", MONEY, item.balances.transit_value)
        self.stock.settle(row)

    def _compare(self, row: EventRow, key: ItemKey, what: str, scale: int, found: int) -> None:
        figures = {
            "held for transfers": self._held_at,
            "in transit": self._coming_to,
            "worth in transit": self._worth_coming_to,
        }
        expected = figures[what][key]
        if expected != found:
            expectation = f"{shown(expected, scale)} {what} at {'/'.join(key[1:])}"
            self._convict(Kind.TRANSFER_STOCK, row, expectation, shown(found, scale))

    def _begin(
        self, row: EventRow, data: Mapping[str, Any], known: TransferSeen | None
    ) -> TransferSeen | None:
        if known is not None:
            self._out_of_turn(row, known)
            return None
        source, destination = data["source_warehouse_id"], data["destination_warehouse_id"]
        if source == destination:
            self._convict(Kind.TRANSFER, row, "two different warehouses", source)
        begun = TransferSeen(source, destination, row.recorded_at, dict(data))
        self.seen[row.tenant_id, data["transfer_id"]] = begun
        return begun

    def _create(
        self, row: EventRow, data: Mapping[str, Any], transfer: TransferSeen, decision: Decision
    ) -> None:
        for line in data["lines"]:
            quantity = units(line["quantity"])
            seen = transfer.lines.setdefault(line["sku"], LineSeen())
            seen.quantity += quantity
            seen.held += quantity
            self._change(self._held_at, (row.tenant_id, transfer.source, line["sku"]), quantity)
            decision.state(step_of(data, HELD, transfer.source, line["sku"]), quantity)

    def _make(
        self, row: EventRow, data: Mapping[str, Any], transfer: TransferSeen, decision: Decision
    ) -> None:
        for line in data["lines"]:
            sku, quantity, value = line["sku"], units(line["quantity"]), money(line["value"])
            seen = transfer.lines.setdefault(sku, LineSeen())
            seen.quantity += quantity
            seen.sent += quantity
            seen.sent_value += value
            seen.received += quantity
            decision.state(step_of(data, SENT, transfer.source, sku), quantity, value)
            decision.state(step_of(data, ARRIVED, transfer.destination, sku), quantity, value)
        transfer.status = COMPLETED
        transfer.dispatched_at = transfer.ended_at = row.recorded_at

    def _dispatch(
        self, row: EventRow, data: Mapping[str, Any], transfer: TransferSeen, decision: Decision
    ) -> None:
        held = {sku: line.held for sku, line in transfer.lines.items()}
        sent: Counter[str] = Counter()
        for line in data["lines"]:
            sku, quantity, value = line["sku"], units(line["quantity"]), money(line["value"])
            sent[sku] += quantity
            seen = transfer.lines.setdefault(sku, LineSeen())
            seen.held -= quantity
            seen.sent += quantity
            seen.sent_value += value
            seen.value += value
            self._change(self._held_at, (row.tenant_id, transfer.source, sku), -quantity)
            self._come(row, transfer, sku, quantity, value)
            decision.state(step_of(data, SENT, transfer.source, sku), quantity, value)
            decision.state(step_of(data, EXPECTED, transfer.destination, sku), quantity, value)
        if held != sent:
            self._convict(
                Kind.TRANSFER, row, f"all that is held sent: {_listed(held)}", _listed(sent)
            )
        transfer.status, transfer.dispatched_at = IN_TRANSIT, row.recorded_at
        transfer.carrier, transfer.tracking_number = (
            data.get("carrier"),
            data.get("tracking_number"),
        )
        expected = data.get("expected_delivery")
        transfer.expected_delivery = expected and datetime.fromisoformat(expected)

    def _receive(
        self, row: EventRow, data: Mapping[str, Any], transfer: TransferSeen, decision: Decision
    ) -> None:
        if data["receipt_id"] in transfer.receipts:
            self._convict(Kind.TRANSFER, row, f"receipt {data['receipt_id']} once", "twice")
        transfer.receipts.add(data["receipt_id"])
        for line in data["lines"]:
            sku, value = line["sku"], money(line["value"])
            seen = transfer.lines.setdefault(sku, LineSeen())
            gone = 0
            for step in (ARRIVED, BROKEN, SHORT, OVER):
                quantity = units(line[step])
                setattr(seen, step, getattr(seen, step) + quantity)
                decision.state(step_of(data, step, transfer.destination, sku), quantity)
                gone += quantity if step != OVER else 0
            seen.value -= value
            decision.state(left_transit(data, sku), 0, value)
            self._come(row, transfer, sku, -gone, -value)
            self._check_left(row, sku, seen)
        is_complete = not any(line.in_transit for line in transfer.lines.values())
        if data["completed"] is not is_complete:
            self._convict(Kind.TRANSFER, row, f"completed {is_complete}", data["completed"])
        if data["completed"]:
            transfer.status, transfer.ended_at = COMPLETED, row.recorded_at

    def _cancel(
        self, row: EventRow, data: Mapping[str, Any], transfer: TransferSeen, decision: Decision
    ) -> None:
        coming = {sku: line.in_transit for sku, line in transfer.lines.items() if line.in_transit}
        back: Counter[str] = Counter()
        for line in data["lines"]:
            sku, quantity, value = line["sku"], units(line["quantity"]), money(line["value"])
            back[sku] += quantity
            seen = transfer.lines.setdefault(sku, LineSeen())
            seen.returned += quantity
            seen.value -= value
            self._come(row, transfer, sku, -quantity, -value)
            self._check_left(row, sku, seen)
            decision.state(step_of(data, RECALLED, transfer.destination, sku), quantity, value)
            decision.state(step_of(data, BACK, transfer.source, sku), quantity, value)
        if coming != back:
            expected = f"all that was in transit back: {_listed(coming)}"
            self._convict(Kind.TRANSFER, row, expected, _listed(back))
        for sku, seen in transfer.lines.items():
            if seen.held:
                decision.state(step_of(data, FREED, transfer.source, sku), seen.held)
                self._change(self._held_at, (row.tenant_id, transfer.source, sku), -seen.held)
                seen.held = 0
        transfer.status, transfer.ended_at = CANCELLED, row.recorded_at

    def _overdue(self, row: EventRow, data: Mapping[str, Any], transfer: TransferSeen) -> None:
        expected = datetime.fromisoformat(data["expected_delivery"])
        if transfer.overdue_at is not None:
            self._convict(Kind.TRANSFER, row, "overdue said once", "twice")
        if expected != transfer.expected_delivery or row.recorded_at < expected:
            expectation = f"overdue after {transfer.expected_delivery}"
            self._convict(Kind.TRANSFER, row, expectation, f"{expected}, at {row.recorded_at}")
        transfer.overdue_at = row.recorded_at

    def _check_left(self, row: EventRow, sku: str, line: LineSeen) -> None:
        if line.in_transit < 0:
            expected = f"at most what was in transit of {sku}"
            self._convict(Kind.TRANSFER, row, expected, f"{shown(-line.in_transit, UNITS)} more")
        if line.value < 0 or (line.value and not line.in_transit):
            expected = f"the value of {sku} in transit accounted for with its units"
            self._convict(Kind.TRANSFER, row, expected, shown(line.value, MONEY))

    def _come(
        self, row: EventRow, transfer: TransferSeen, sku: str, quantity: int, value: int
    ) -> None:
        key = (row.tenant_id, transfer.destination, sku)
        self._change(self._coming_to, key, quantity)
        self._change(self._worth_coming_to, key, value)

    def _change(self, figures: Counter[ItemKey], key: ItemKey, change: int) -> None:
        figures[key] += change
        self._touched[key] = None

    def _out_of_turn(self, row: EventRow, transfer: TransferSeen | None) -> None:
        statuses = " or ".join(_STATUSES_BEFORE.get(row.type, ("no", "transfer")))
        found = "none" if transfer is None else transfer.status
        self._convict(Kind.TRANSFER, row, f"a transfer that is {statuses}", found)


def _listed(lines: Mapping[str, int]) -> str:
    named = (f"{sku} {shown(quantity, UNITS)}" for sku, quantity in sorted(lines.items()))
    return ", ".join(named) or "nothing"
