"""Orders to suppliers: what is ordered comes, is rejected or is cancelled, unit by unit."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from stockledger.audit.alerts import Alerts
from stockledger.audit.decision import Convict, Decision, ItemPlace
from stockledger.audit.figures import UNITS, money, product, shown, units
from stockledger.audit.findings import Kind
from stockledger.audit.item_seen import ItemKey, ItemSeen
from stockledger.audit.on_order import OnOrder, expected_of, taken_in
from stockledger.audit.reorders import Reorders
from stockledger.audit.rows import EventRow
from stockledger.audit.supplier_order_seen import (
    CANCELLED,
    CONFIRMED,
    OPEN,
    QUEUED,
    RECEIVED,
    SUBMITTED,
    UNAVAILABLE,
    OrderedLine,
    OrderKey,
    SupplierOrderSeen,
    SupplierSeen,
)
from stockledger.audit.warehouses import Warehouses

REGISTERED: Final = "stockledger.SupplierRegistered.v1"
CREATED: Final = "stockledger.SupplierOrderCreated.v1"
CODE: Final = "INVENTORY_SUPPLIER_UNAVAILABLE"

_STATUSES_BEFORE: Final[Mapping[str, tuple[str, ...]]] = {
    "stockledger.SupplierOrderSubmitted.v1": (QUEUED, UNAVAILABLE),
    "stockledger.SupplierOrderConfirmed.v1": OPEN,
    "stockledger.SupplierUnavailable.v1": (QUEUED,),
    "stockledger.SupplierOrderReceived.v1": OPEN,
    "stockledger.SupplierOrderCancelled.v1": OPEN,
    "stockledger.SupplierOrderOverdue.v1": OPEN,
}


class SupplierOrders:
    """All of one partition, and what is on order by them."""

    def __init__(self, alerts: Alerts, warehouses: Warehouses, convict: Convict) -> None:
        self.seen: dict[OrderKey, SupplierOrderSeen] = {}
        self.suppliers: dict[OrderKey, SupplierSeen] = {}
        self.on_order = OnOrder(self.seen, convict)
        self.reorders = Reorders(alerts, convict)
        self._warehouses = warehouses
        self._convict = convict

    def register(self, row: EventRow, data: Mapping[str, Any]) -> None:
        """Take the next event of a supplier."""
        if row.type != REGISTERED:
            self._convict(Kind.UNKNOWN_EVENT, row, "a type that this release knows", row.type)
            return
        key, at = (row.tenant_id, data["supplier_id"]), row.recorded_at
        known = self.suppliers.get(key)
        first = at if known is None else known.registered_at
        self.suppliers[key] = SupplierSeen(first, dict(data), row.version, row.position, at)

    def apply(self, row: EventRow, data: Mapping[str, Any], decision: Decision) -> None:
        """Take the next event of an order."""
        key = (row.tenant_id, data["supplier_order_id"])
        order = self.seen.get(key)
        if row.type == CREATED:
            order = self._begin(row, data, order)
        elif order is None or order.status not in _STATUSES_BEFORE.get(row.type, ()):
            self._out_of_turn(row, order)
        if order is None:
            return
        order.version, order.position = row.version, row.position
        order.updated_at = row.recorded_at
        match row.type:
            case "stockledger.SupplierOrderCreated.v1":
                self._create(row, data, order, decision)
            case "stockledger.SupplierOrderSubmitted.v1":
                order.status, order.submitted_at = SUBMITTED, row.recorded_at
                _refer(order, data)
            case "stockledger.SupplierOrderConfirmed.v1":
                _confirm(row, data, order)
            case "stockledger.SupplierUnavailable.v1":
                self._report(row, data, order)
            case "stockledger.SupplierOrderReceived.v1":
                self._receive(row, data, order, decision)
            case "stockledger.SupplierOrderCancelled.v1":
                self._cancel(row, data, order, decision)
            case _:
                self._overdue(row, data, order)

    def settle(self, row: EventRow, items: Mapping[ItemKey, ItemSeen]) -> None:
        """Compare with the items that are ordered, after the last event of a command."""
        self.on_order.settle(row, items)
        self.reorders.settle(items)

    def _begin(
        self, row: EventRow, data: Mapping[str, Any], known: SupplierOrderSeen | None
    ) -> SupplierOrderSeen | None:
        if known is not None:
            self._out_of_turn(row, known)
            return None
        key = (row.tenant_id, data["supplier_order_id"])
        begun = SupplierOrderSeen(data["supplier_id"], row.recorded_at, dict(data))
        begun.created_by = row.actor
        self.seen[key] = begun
        supplier = self.suppliers.get((row.tenant_id, begun.supplier_id))
        described = supplier.description if supplier else {}
        expected = (described.get("name"), described.get("api_url"))
        found = (data["supplier_name"], data.get("api_url"))
        if found != expected:
            self._convict(Kind.SUPPLIER_ORDER, row, f"a supplier known as {expected}", found)
        return begun

    def _create(
        self,
        row: EventRow,
        data: Mapping[str, Any],
        order: SupplierOrderSeen,
        decision: Decision,
    ) -> None:
        for line in data["lines"]:
            place, quantity = (line["warehouse_id"], line["sku"]), units(line["quantity"])
            if place in order.lines or quantity <= 0:
                self._convict(Kind.SUPPLIER_ORDER, row, "a line an item, of something", line)
            cost = line.get("unit_cost")
            order.lines[place] = OrderedLine(None if cost is None else money(cost), quantity)
            self._expect(row, data, place, quantity, decision)
            self._warehouses.takes_in(row, place[0])
        order.expected_delivery = _time(data.get("expected_delivery"))
        if data.get("reorder") is not None:
            self.reorders.begin(row, data["reorder"], order)

    def _report(self, row: EventRow, data: Mapping[str, Any], order: SupplierOrderSeen) -> None:
        order.status, order.unavailable_at = UNAVAILABLE, row.recorded_at
        order.attempts, order.cause = data["attempts"], data["cause"]
        found = (data["supplier_id"], data["code"])
        if found != (order.supplier_id, CODE):
            self._convict(Kind.SUPPLIER_ORDER, row, f"{order.supplier_id}, {CODE}", found)

    def _receive(
        self,
        row: EventRow,
        data: Mapping[str, Any],
        order: SupplierOrderSeen,
        decision: Decision,
    ) -> None:
        if data["delivery_id"] in order.deliveries:
            self._convict(Kind.SUPPLIER_ORDER, row, f"{data['delivery_id']} once", "twice")
        order.deliveries.add(data["delivery_id"])
        order.first_received_at = order.first_received_at or row.recorded_at
        for line in data["lines"]:
            self._take(row, data, line, order, decision)
        self._give_up(row, data, data.get("cancelled", ()), order, decision)
        is_complete = not any(line.on_order for line in order.lines.values())
        if data["completed"] is not is_complete:
            expected = f"completed {is_complete}"
            self._convict(Kind.SUPPLIER_ORDER, row, expected, data["completed"])
        if data["completed"]:
            order.status, order.ended_at = RECEIVED, row.recorded_at

    def _take(
        self,
        row: EventRow,
        data: Mapping[str, Any],
        said: Mapping[str, Any],
        order: SupplierOrderSeen,
        decision: Decision,
    ) -> None:
        place = (said["warehouse_id"], said["sku"])
        line = order.lines.setdefault(place, OrderedLine())
        received, rejected = units(said["received"]), units(said["rejected"])
        over, before = units(said["over"]), line.on_order
        if received + rejected <= 0 or over != max(received + rejected - before, 0):
            expected = f"{shown(max(received + rejected - before, 0), UNITS)} of {place[1]} over"
            self._convict(Kind.SUPPLIER_ORDER, row, expected, shown(over, UNITS))
        line.received += received
        line.rejected += rejected
        line.over += over
        self._expect(row, data, place, line.on_order - before, decision)
        if received:
            cost = money(said["unit_cost"])
            line.received_value += product(received, cost)
            decision.state(taken_in(data["supplier_order_id"], place, cost), received)
            self._warehouses.takes_in(row, place[0])

    def _cancel(
        self,
        row: EventRow,
        data: Mapping[str, Any],
        order: SupplierOrderSeen,
        decision: Decision,
    ) -> None:
        self._give_up(row, data, data["lines"], order, decision)
        left = {place[1]: line.on_order for place, line in order.lines.items() if line.on_order}
        if left:
            self._convict(Kind.SUPPLIER_ORDER, row, "all that is on order cancelled", left)
        order.status, order.ended_at = CANCELLED, row.recorded_at

    def _give_up(
        self,
        row: EventRow,
        data: Mapping[str, Any],
        cancelled: Any,  # noqa: ANN401
        order: SupplierOrderSeen,
        decision: Decision,
    ) -> None:
        """Take the lines of which the rest will not come."""
        for said in cancelled:
            place, quantity = (said["warehouse_id"], said["sku"]), units(said["quantity"])
            line = order.lines.setdefault(place, OrderedLine())
            if not quantity or quantity != line.on_order:
                expected = f"the {shown(line.on_order, UNITS)} of {place[1]} cancelled"
                self._convict(Kind.SUPPLIER_ORDER, row, expected, shown(quantity, UNITS))
            line.cancelled += quantity
            self._expect(row, data, place, -quantity, decision)

    def _expect(
        self,
        row: EventRow,
        data: Mapping[str, Any],
        place: ItemPlace,
        change: int,
        decision: Decision,
    ) -> None:
        self.on_order.expect((row.tenant_id, *place), change)
        decision.state(expected_of(data["supplier_order_id"], place), change)

    def _overdue(self, row: EventRow, data: Mapping[str, Any], order: SupplierOrderSeen) -> None:
        expected = _time(data["expected_delivery"])
        if order.is_overdue:
            self._convict(Kind.SUPPLIER_ORDER, row, "overdue said once", "twice")
        if expected is None or expected != order.expected_delivery or row.recorded_at < expected:
            expectation = f"overdue after {order.expected_delivery}"
            found = f"{expected}, at {row.recorded_at}"
            self._convict(Kind.SUPPLIER_ORDER, row, expectation, found)
        order.is_overdue, order.overdue_at = True, row.recorded_at

    def _out_of_turn(self, row: EventRow, order: SupplierOrderSeen | None) -> None:
        statuses = " or ".join(_STATUSES_BEFORE.get(row.type, ("no", "order")))
        found = "none" if order is None else order.status
        self._convict(Kind.SUPPLIER_ORDER, row, f"an order that is {statuses}", found)


def _confirm(row: EventRow, data: Mapping[str, Any], order: SupplierOrderSeen) -> None:
    order.status, order.confirmed_at = CONFIRMED, row.recorded_at
    _refer(order, data)
    expected = _time(data.get("expected_delivery"))
    if expected is not None and expected != order.expected_delivery:
        order.expected_delivery, order.is_overdue = expected, False


def _refer(order: SupplierOrderSeen, data: Mapping[str, Any]) -> None:
    order.supplier_reference = data.get("supplier_reference") or order.supplier_reference


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
