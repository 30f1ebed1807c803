"""Items: their movements, their holds, and what both come to under all that they belong to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from stockledger.audit.adjustments import Adjustments
from stockledger.audit.alert_seen import ALERT_EVENTS, RESOLVED
from stockledger.audit.alerts import Alerts
from stockledger.audit.balances import apply_cost, apply_movement
from stockledger.audit.capacities import Capacities
from stockledger.audit.daily_checks import DailyChecks
from stockledger.audit.decision import Convict, Decision, ItemPlace, Subject
from stockledger.audit.figures import UNITS, money, shown, units
from stockledger.audit.findings import Findings, Kind
from stockledger.audit.holds import HOLD_EXTENDED, reservations_named
from stockledger.audit.imports import Imports
from stockledger.audit.item_seen import ItemKey, ItemSeen
from stockledger.audit.movements import (
    ADJUSTED,
    CORRECTED,
    COST_CORRECTED,
    ISSUED,
    MOVEMENTS,
    RECEIVED,
    RETURNED,
    TRANSFER_MOVED,
)
from stockledger.audit.on_order import ON_ORDER_CHANGED, took_in
from stockledger.audit.orders import returned_under, sold_under
from stockledger.audit.past_figures import PastFigures
from stockledger.audit.reservations import Reservations, sale
from stockledger.audit.rows import EventRow
from stockledger.audit.supplier_orders import SupplierOrders
from stockledger.audit.transfers import Transfers
from stockledger.audit.warehouses import Warehouses

ITEM_CONFIGURED: Final = "stockledger.ItemConfigured.v1"
BIN_MOVED: Final = "stockledger.BinMoved.v1"
SKU_STOCKED: Final = "stockledger.SkuStocked.v1"

_PLACE: Final = ("bin", "aisle", "shelf")
_ALERTING: Final = MOVEMENTS | {ITEM_CONFIGURED, ON_ORDER_CHANGED}
"""Events that may give cause for an alert, or take it."""


@dataclass(frozen=True, slots=True)
class Belongings:
    """What an item's events belong to; each is told of them."""

    reservations: Reservations
    transfers: Transfers
    adjustments: Adjustments
    capacities: Capacities
    warehouses: Warehouses
    imports: Imports
    past: PastFigures
    alerts: Alerts
    supplier_orders: SupplierOrders
    daily_checks: DailyChecks


class Items:
    """All of one partition."""

    def __init__(self, belongings: Belongings, convict: Convict) -> None:
        self.seen: dict[ItemKey, ItemSeen] = {}
        self._belongings = belongings
        self._convict = convict

    def apply(self, row: EventRow, data: Mapping[str, Any], decision: Decision) -> None:
        """Take the next event of an item."""
        item = self._item_of(row, data, decision)
        item.version, item.position = row.version, row.position
        item.changed_at = row.recorded_at
        if row.type != RESOLVED:
            self._belongings.warehouses.spoken_of(row, data["warehouse_id"])
        if row.type in ALERT_EVENTS:
            self._belongings.alerts.of_items.told(row, data, item)
            return
        if row.type in _ALERTING:
            self._change(row, data, item, decision)
        else:
            self._apply_quietly(row, data, item, decision)
        self._belongings.capacities.item_changed(row, data, item)
        self._belongings.imports.item_changed(row, data)

    def _change(
        self, row: EventRow, data: Mapping[str, Any], item: ItemSeen, decision: Decision
    ) -> None:
        alerts, key = self._belongings.alerts.of_items, (row.tenant_id, *_place_of(data))
        alerts.look(key, item)
        if row.type in MOVEMENTS:
            self._move(row, data, item, decision)
        elif row.type == ITEM_CONFIGURED:
            item.settings = dict(data)
        else:
            self._belongings.supplier_orders.on_order.changed(row, data, item, decision)
        alerts.changed(key, item)

    def _apply_quietly(
        self, row: EventRow, data: Mapping[str, Any], item: ItemSeen, decision: Decision
    ) -> None:
        if row.type == HOLD_EXTENDED:
            self._apply_to_holds(row, data, item, decision)
        elif row.type == BIN_MOVED:
            item.settings = {**item.settings, **{name: data.get(name) for name in _PLACE}}
        elif row.type == COST_CORRECTED:
            for kind, expected, found in apply_cost(item.balances, data):
                self._convict(kind, row, expected, found)
            self._belongings.past.changed(row, data)
        else:
            self._convict(Kind.UNKNOWN_EVENT, row, "a type that this release knows", row.type)

    def apply_to_sku(self, row: EventRow, data: Mapping[str, Any], decision: Decision) -> None:
        """Take the next event of a SKU over all warehouses."""
        if row.type == SKU_STOCKED:
            decision.do(_stocked(data["warehouse_id"], data["sku"]))
        else:
            self._convict(Kind.UNKNOWN_EVENT, row, "a type that this release knows", row.type)

    def sum_units(self, findings: Findings) -> None:
        """Convict the SKUs whose units do not sum to zero over all buckets."""
        sums: dict[tuple[str, str], int] = {}
        for (tenant_id, _, sku), item in self.seen.items():
            key = (tenant_id, sku)
            sums[key] = sums.get(key, 0) + sum(item.balances.buckets.values())
        for (tenant_id, sku), total in sums.items():
            if total:
                found = shown(total, UNITS)
                findings.add(Kind.UNITS_SUM, tenant_id, sku, "0 over all buckets", found)

    def _move(
        self, row: EventRow, data: Mapping[str, Any], item: ItemSeen, decision: Decision
    ) -> None:
        unsold = data.get("unsold") if row.type == RETURNED else None
        unsold_value = 0 if unsold is None else item.balances.worth(units(unsold))
        for kind, expected, found in apply_movement(item.balances, row.type, data):
            self._convict(kind, row, expected, found)
        if row.type == RECEIVED:
            took_in(data, decision)
        elif row.type == TRANSFER_MOVED:
            item.holds.move_for_transfer(data)
            self._belongings.transfers.stock.moved(row, data, decision)
        elif row.type in {ADJUSTED, CORRECTED}:
            self._belongings.adjustments.moved(row, data, decision)
        self._apply_to_holds(row, data, item, decision)
        self._apply_to_order(row, data, unsold_value, decision)
        self._belongings.past.changed(row, data)

    def _item_of(self, row: EventRow, data: Mapping[str, Any], decision: Decision) -> ItemSeen:
        warehouse_id, sku = data["warehouse_id"], data["sku"]
        item = self.seen.get((row.tenant_id, warehouse_id, sku))
        if item is None:
            item = self.seen[row.tenant_id, warehouse_id, sku] = ItemSeen()
            decision.state(_stocked(warehouse_id, sku))
            self._belongings.warehouses.item_begins(row, warehouse_id, item)
            self._belongings.daily_checks.item_begins(row)
            if row.type != ITEM_CONFIGURED:
                self._convict(Kind.FIRST_EVENT, row, ITEM_CONFIGURED, row.type)
        return item

    def _apply_to_holds(
        self, row: EventRow, data: Mapping[str, Any], item: ItemSeen, decision: Decision
    ) -> None:
        named = reservations_named(row.type, data)
        if named:
            for kind, expected, found in item.holds.apply(row.type, data, row.recorded_at):
                self._convict(kind, row, expected, found)
        for kind, expected, found in item.holds.check_sum(item.balances.buckets["reserved"]):
            self._convict(kind, row, expected, found)
        place = _place_of(data)
        for reservation_id in named:
            key = (row.tenant_id, reservation_id)
            hold = item.holds.live.get(reservation_id)
            self._belongings.reservations.hold_changed(row, key, place, hold, decision)
        if row.type == ISSUED and named:
            decision.do(sale(named[0], place), units(data["quantity"]))

    def _apply_to_order(
        self, row: EventRow, data: Mapping[str, Any], unsold_value: int, decision: Decision
    ) -> None:
        """Hold a sale or a return against its order; `unsold_value`: of what it does not know."""
        order_id = data.get("order_id")
        if order_id is None or row.type not in {ISSUED, RETURNED}:
            return
        place = _place_of(data)
        quantity, value = units(data["quantity"]), money(data["value_change"])
        if row.type == ISSUED:
            decision.do(sold_under(order_id, place), quantity, -value)
            return
        known = quantity - units(data.get("unsold") or 0)
        decision.do(returned_under(order_id, place), known, value - unsold_value)


def _place_of(data: Mapping[str, Any]) -> ItemPlace:
    return data["warehouse_id"], data["sku"]


def _stocked(warehouse_id: str, sku: str) -> Subject:
    return Subject(Kind.SKU_STOCKED, f"sku/{sku}", f"warehouse {warehouse_id} keeping it")
