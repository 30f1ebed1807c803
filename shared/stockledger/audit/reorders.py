"""Orders that answer alerts: of each item one at a time, of as much as is recommended."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from stockledger.audit.alert_rules import REORDER_NEEDED, recommended
from stockledger.audit.alerts import Alerts
from stockledger.audit.decision import Convict
from stockledger.audit.figures import UNITS, shown
from stockledger.audit.findings import Kind
from stockledger.audit.item_seen import ItemKey, ItemSeen
from stockledger.audit.rows import EventRow
from stockledger.audit.supplier_order_seen import SupplierOrderSeen


class _Begun(NamedTuple):
    """An order that answers an alert, in the command that is being read."""

    row: EventRow
    item: ItemKey
    quantity: int


class Reorders:
    """All of one partition."""

    def __init__(self, alerts: Alerts, convict: Convict) -> None:
        self._alerts = alerts
        self._orders: dict[ItemKey, SupplierOrderSeen] = {}
        self._begun: list[_Begun] = []
        self._convict = convict

    def begin(self, row: EventRow, reorder: Mapping[str, Any], order: SupplierOrderSeen) -> None:
        """Take the order that answers an alert: the alert is open, and no other answers it."""
        place = (reorder["warehouse_id"], reorder["sku"])
        key, named = (row.tenant_id, *place), "/".join(place)
        number = self._alerts.was_open(row.tenant_id, place, REORDER_NEEDED)
        if number != reorder["number"]:
            expected = f"{REORDER_NEEDED} {number} of {named} answered"
            self._convict(Kind.SUPPLIER_ORDER, row, expected, reorder["number"])
        if list(order.lines) != [place]:
            self._convict(Kind.SUPPLIER_ORDER, row, f"{named} alone", list(order.lines))
            return
        earlier = self._orders.get(key)
        if earlier is not None and earlier.lines[place].on_order:
            expected = f"one reorder of {named} open, {earlier.said['supplier_order_id']}"
            self._convict(Kind.SUPPLIER_ORDER, row, expected, "another")
        self._orders[key] = order
        self._begun.append(_Begun(row, key, order.lines[place].ordered))

    def is_open(self, key: ItemKey) -> bool:
        """Say whether units of an order that answers an alert are still to come."""
        order = self._orders.get(key)
        return order is not None and order.lines[key[1:]].on_order != 0

    def settle(self, items: Mapping[ItemKey, ItemSeen]) -> None:
        """Compare with what is recommended without the order, after the last event of a command."""
        for row, key, quantity in self._begun:
            expected = recommended(items.get(key) or ItemSeen(), ordered=quantity)
            if quantity != expected:
                what = "nothing" if expected is None else shown(expected, UNITS)
                found = shown(quantity, UNITS)
                self._convict(Kind.SUPPLIER_ORDER, row, f"{what} recommended now", found)
        self._begun.clear()
