"""Every accepted decision ends with the alerts that it begins, and those that it ends.

Whichever events it comes to, each item is looked at once, at its final recorded figures; what is
over comes first. OUT_OF_STOCK begins only when what is available changes to nothing, or with the
day's check: an item that has only been configured was never in stock. A kind that was resolved by
hand stays silent until a recorded figure says that its cause has gone, or until the day's check.

An automatic reorder is asked for by its alert, once. If nothing is on order for it at the day's
check (it was ordered too little, or cancelled, or not to be ordered then), a new alert asks again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from stockledger.amounts import Quantity
from stockledger.messages.alert import (
    AlertKind,
    AlertRaised,
    AlertResolution,
    AlertResolved,
)
from stockledger.messages.capacity import (
    CapacityEased,
    CapacitySet,
    CapacityUsed,
    CapacityWarned,
)
from stockledger.messages.fields import Sku, WarehouseId
from stockledger.messages.item import ItemConfigured, ItemEvent, StockMoved
from stockledger.messages.message import Event
from stockledger.messages.results import Accepted, Rejection
from stockledger.messages.supplier_order import OnOrderChanged
from stockledger.messages.warehouse import WarehouseDeleted
from stockledger_command_handler.domain.alert_rules import (
    ITEM_RULES,
    REORDER_RULE,
    Figures,
    Rule,
    is_out_of_stock,
    recommended,
)
from stockledger_command_handler.domain.alert_state import NO_ALERTS, AlertState
from stockledger_command_handler.domain.capacity import Change
from stockledger_command_handler.domain.capacity_alert import capacity_alerts
from stockledger_command_handler.domain.item_settings import ItemSettings
from stockledger_command_handler.domain.item_state import ItemState
from stockledger_command_handler.domain.settings import copied
from stockledger_command_handler.domain.view import Decision, View

_LOOKED_AT: Final = frozenset(
    {
        ItemConfigured,
        OnOrderChanged,
        CapacitySet,
        CapacityWarned,
        CapacityEased,
        WarehouseDeleted,
    }
)
"""The events besides movements that may begin an alert, or end one."""


@dataclass(slots=True)
class _Seen:
    """An item as a decision leaves it."""

    item: ItemState
    figures: Figures
    settings: ItemSettings | None


def alerted(decision: Decision, view: View) -> Decision:
    """Return a decision with the alerts that begin with it, or are over."""
    if isinstance(decision, Rejection):
        return decision
    events = decision.events if isinstance(decision, Accepted) else decision
    if _is_quiet(events, view):
        return decision
    more = _alerts_of(events, view)
    if not more:
        return decision
    if isinstance(decision, Accepted):
        return Accepted([*events, *more], decision.outcome)
    return [*events, *more]


def alerts_found(warehouse_id: WarehouseId, sku: Sku, item: ItemState) -> list[Event]:
    """Return the alerts whose cause is there already: what the day's check raises."""
    seen = _Seen(item, item.figures, item.settings)
    found = _alerts_of_item(warehouse_id, sku, seen, is_check=True)
    return [*found, *_asked_again(warehouse_id, sku, item)]


def _asked_again(warehouse_id: WarehouseId, sku: Sku, item: ItemState) -> list[Event]:
    """Return a new REORDER_NEEDED in an open one's place, by which it is ordered automatically."""
    settings, alert = item.settings, (item.alerts or NO_ALERTS).get(REORDER_RULE.kind)
    if settings is None or alert is None or not alert.is_open:
        return []
    if not settings.reorder_automatically or item.reorder_order is not None:
        return []
    trigger, figures = REORDER_RULE.trigger(settings), item.figures
    if trigger is None or not REORDER_RULE.begins(figures.total, trigger):
        return []
    replaced = AlertResolution.REPLACED
    return [
        _resolved(REORDER_RULE, alert, warehouse_id, sku, figures.total, replaced),
        _raised(REORDER_RULE, alert, warehouse_id, sku, figures, settings, trigger),
    ]


def _is_quiet(events: Iterable[Event], view: View) -> bool:
    """Return whether no alert can begin or end. Runs for all decisions, so at little cost."""
    for event in events:
        if isinstance(event, StockMoved):
            item = view.item(event.warehouse_id, event.sku)
            levels, quiet = event.levels, item.quiet
            available = levels.available
            if not quiet.available_min <= available <= quiet.available_max:
                return False
            if not quiet.on_hand_min <= levels.on_hand <= quiet.on_hand_max:
                return False
            total = available + levels.in_transit + item.stock.on_order
            if not quiet.total_min <= total <= quiet.total_max:
                return False
        elif type(event) in _LOOKED_AT:
            return False
    return True


def _alerts_of(events: Sequence[Event], view: View) -> list[Event]:
    alerts: list[Event] = []
    for (warehouse_id, sku), seen in _items_after(events, view).items():
        alerts += _alerts_of_item(warehouse_id, sku, seen)
    of_capacity: dict[WarehouseId, list[Change]] = {}
    for event in events:
        if isinstance(event, CapacitySet | CapacityUsed | CapacityWarned | CapacityEased):
            of_capacity.setdefault(event.warehouse_id, []).append(event)
        elif isinstance(event, WarehouseDeleted):
            alerts += _alerts_of_deleted(event.warehouse_id, view)
    for warehouse_id, changes in of_capacity.items():
        alerts += capacity_alerts(warehouse_id, view.capacity(warehouse_id), changes)
    return alerts


def _alerts_of_deleted(warehouse_id: WarehouseId, view: View) -> list[Event]:
    """Return that all alerts of a warehouse that is given up are over."""
    over: list[Event] = []
    for sku in view.items_of(warehouse_id):
        item = view.item(warehouse_id, sku)
        for rule in ITEM_RULES:
            alert = (item.alerts or NO_ALERTS).get(rule.kind)
            if alert is not None and alert.is_open:
                figure = item.figures.of(rule.measure)
                gone = AlertResolution.CAUSE_GONE
                over.append(_resolved(rule, alert, warehouse_id, sku, figure, gone))
    return over


def _items_after(events: Iterable[Event], view: View) -> dict[tuple[WarehouseId, Sku], _Seen]:
    items: dict[tuple[WarehouseId, Sku], _Seen] = {}
    for event in events:
        if not isinstance(event, ItemEvent):
            continue
        key = (event.warehouse_id, event.sku)
        seen = items.get(key)
        if seen is None:
            item = view.item(*key)
            seen = items[key] = _Seen(item, item.figures, item.settings)
        if isinstance(event, StockMoved):
            levels, figures = event.levels, seen.figures
            figures.available, figures.on_hand = levels.available, levels.on_hand
            figures.in_transit = levels.in_transit
        elif isinstance(event, ItemConfigured):
            seen.settings = copied(ItemSettings, event)
        elif isinstance(event, OnOrderChanged):
            seen.figures.on_order = event.on_order
    return items


def _alerts_of_item(
    warehouse_id: WarehouseId, sku: Sku, seen: _Seen, *, is_check: bool = False
) -> list[Event]:
    settings, known = seen.settings, seen.item.alerts or NO_ALERTS
    if settings is None:
        return []
    over: list[Event] = []
    begun: list[Event] = []
    is_out = is_out_of_stock(known)
    for rule in ITEM_RULES:
        alert, trigger = known.get(rule.kind), rule.trigger(settings)
        figure = seen.figures.of(rule.measure)
        if alert is not None and alert.is_open:
            resolution = _resolution(rule, figure, trigger, is_out=is_out)
            if resolution is None:
                continue
            over.append(_resolved(rule, alert, warehouse_id, sku, figure, resolution))
        elif trigger is not None and _begins(rule, alert, seen, trigger, is_out, is_check):
            begun.append(_raised(rule, alert, warehouse_id, sku, seen.figures, settings, trigger))
        else:
            continue
        if rule.kind is AlertKind.OUT_OF_STOCK:
            is_out = not is_out
    return over + begun


def _resolution(
    rule: Rule, figure: Quantity, trigger: Quantity | None, *, is_out: bool
) -> AlertResolution | None:
    if trigger is None or rule.is_over(figure, trigger):
        return AlertResolution.CAUSE_GONE
    is_replaced = is_out and rule.kind is AlertKind.LOW_STOCK
    return AlertResolution.REPLACED if is_replaced else None


def _begins(
    rule: Rule,
    alert: AlertState | None,
    seen: _Seen,
    trigger: Quantity,
    is_out: bool,  # noqa: FBT001 - named by its caller
    is_check: bool,  # noqa: FBT001 - named by its caller
) -> bool:
    figure = seen.figures.of(rule.measure)
    if not rule.begins(figure, trigger):
        return False
    if alert is not None and alert.silenced and not is_check:
        return False
    if rule.kind is AlertKind.LOW_STOCK:
        return figure > 0 and not is_out
    if rule.kind is AlertKind.OUT_OF_STOCK:
        return is_check or figure != seen.item.stock.available
    return True


def _raised(
    rule: Rule,
    before: AlertState | None,
    warehouse_id: WarehouseId,
    sku: Sku,
    figures: Figures,
    settings: ItemSettings,
    trigger: Quantity,
) -> AlertRaised:
    is_reorder = rule.kind is AlertKind.REORDER_NEEDED
    return AlertRaised(
        kind=rule.kind,
        number=before.number + 1 if before else 1,
        severity=rule.severity,
        warehouse_id=warehouse_id,
        sku=sku,
        figure=figures.of(rule.measure),
        trigger=trigger,
        name=settings.name,
        recommended=recommended(settings, figures.total) if is_reorder else None,
        supplier_id=settings.supplier_id if is_reorder else None,
        reorder_automatically=is_reorder and settings.reorder_automatically,
    )


def _resolved(
    rule: Rule,
    alert: AlertState,
    warehouse_id: WarehouseId,
    sku: Sku,
    figure: Quantity,
    resolution: AlertResolution,
) -> AlertResolved:
    return AlertResolved(
        kind=rule.kind,
        number=alert.number,
        severity=alert.severity,
        warehouse_id=warehouse_id,
        sku=sku,
        resolution=resolution,
        figure=figure,
    )
