"""What is on order of each item: as much as all orders to suppliers still expect, together."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from stockledger.audit.decision import Convict, Decision, ItemPlace, Subject
from stockledger.audit.figures import MONEY, UNITS, money, shown, units
from stockledger.audit.findings import Kind
from stockledger.audit.item_seen import ItemKey, ItemSeen
from stockledger.audit.rows import EventRow
from stockledger.audit.supplier_order_seen import OrderKey, SupplierOrderSeen

ON_ORDER_CHANGED: Final = "stockledger.OnOrderChanged.v1"


class OnOrder:
    """What the items of one partition say of it, and what the orders come to."""

    def __init__(self, orders: Mapping[OrderKey, SupplierOrderSeen], convict: Convict) -> None:
        self._orders = orders
        self._expected: Counter[ItemKey] = Counter()
        self._touched: dict[ItemKey, None] = {}
        self._changed: list[tuple[EventRow, Mapping[str, Any]]] = []
        self._convict = convict

    def expect(self, key: ItemKey, change: int) -> None:
        """Take what an event of an order changes."""
        self._expected[key] += change
        self._touched[key] = None

    def changed(
        self, row: EventRow, data: Mapping[str, Any], item: ItemSeen, decision: Decision
    ) -> None:
        """Take what an item says of it."""
        change, on_order = units(data["change"]), units(data["on_order"])
        if not change or item.on_order + change != on_order or on_order < 0:
            expected = f"{shown(item.on_order, UNITS)} changed by {shown(change, UNITS)}"
            self._convict(Kind.ON_ORDER, row, expected, shown(on_order, UNITS))
        item.on_order = on_order
        place = (data["warehouse_id"], data["sku"])
        decision.do(expected_of(data["supplier_order_id"], place), change)
        self._touched[row.tenant_id, *place] = None
        self._changed.append((row, data))

    def settle(self, row: EventRow, items: Mapping[ItemKey, ItemSeen]) -> None:
        """Compare items with their orders, after the last event of a command."""
        for key in self._touched:
            expected, item = self._expected[key], items.get(key) or ItemSeen()
            if item.on_order != expected:
                what = f"{shown(expected, UNITS)} on order of {'/'.join(key[1:])}"
                self._convict(Kind.ON_ORDER, row, what, shown(item.on_order, UNITS))
        for changed, data in self._changed:
            order = self._orders.get((changed.tenant_id, data["supplier_order_id"]))
            is_reorder = order is not None and order.said.get("reorder") is not None
            if bool(data.get("reorder")) != is_reorder:
                self._convict(Kind.ON_ORDER, changed, f"reorder {is_reorder}", not is_reorder)
        self._touched.clear()
        self._changed.clear()


def took_in(data: Mapping[str, Any], decision: Decision) -> None:
    """Take the movement of units that came from a supplier; under an order, it says the same."""
    order_id = data.get("supplier_order_id")
    if order_id is not None:
        place, cost = (data["warehouse_id"], data["sku"]), money(data["unit_cost"])
        decision.do(taken_in(order_id, place, cost), units(data["quantity"]))


def expected_of(order_id: str, place: ItemPlace) -> Subject:
    """Return the subject of what an order changes of an item being on order."""
    about = f"on order of {'/'.join(place)}"
    return Subject(Kind.ON_ORDER, f"supplier_order/{order_id}", about)


def taken_in(order_id: str, place: ItemPlace, unit_cost: int) -> Subject:
    """Return the subject of units of an order that were taken in, at what each costs."""
    about = f"received of {'/'.join(place)} at {shown(unit_cost, MONEY)}"
    return Subject(Kind.SUPPLIER_ORDER, f"supplier_order/{order_id}", about)
