"""Each day all items are gone through, some at a time, and what nobody was told of is raised.

That is what was resolved by hand while its cause went on, and what no movement has caused: an item
that was only configured and is out of stock, or one that was low before there were alerts. And what
is to be reordered automatically, and is not on order, is asked for by a new alert.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from stockledger.messages.fields import WarehouseId
from stockledger.messages.message import Event
from stockledger.messages.streams import capacity_stream, item_stream, warehouse_stream
from stockledger.messages.tenant import (
    ContinueDailyCheck,
    DailyCheckCompleted,
    ItemPlace,
    ItemsChecked,
)
from stockledger_command_handler.domain.alerting import alerts_found
from stockledger_command_handler.domain.capacity_alert import capacity_alert_found
from stockledger_command_handler.domain.view import Decision, View

ITEMS_AT_ONCE: Final = 100
"""Items that one decision looks at: it takes some ms, and loading them not much more."""


def decide(command: ContinueDailyCheck, view: View) -> Decision:
    tenant = view.tenant()
    if not tenant.is_checking or tenant.checked_day != command.day:
        return []
    if tenant.checked_to != command.after:
        return []
    places = view.items_after(command.after, ITEMS_AT_ONCE)
    events = _found(places, command.after, view)
    if places:
        events.append(_checked(command, places))
    if len(places) < ITEMS_AT_ONCE:
        events.append(_completed(command, tenant.items_checked + len(places)))
    return events


def _found(places: Sequence[ItemPlace], after: ItemPlace | None, view: View) -> list[Event]:
    """Return the alerts of the items, and of the warehouses that begin with them."""
    begun = _warehouses(places, after)
    view.require(
        *[item_stream(place.warehouse_id, place.sku) for place in places],
        *[warehouse_stream(name) for name in {place.warehouse_id for place in places}],
        *[capacity_stream(name) for name in begun],
    )
    alerts: list[Event] = []
    for name in begun:
        alerts += capacity_alert_found(name, view.capacity(name))
    for place in places:
        if not view.warehouse(place.warehouse_id).deleted:
            item = view.item(place.warehouse_id, place.sku)
            alerts += alerts_found(place.warehouse_id, place.sku, item)
    return alerts


def _warehouses(places: Iterable[ItemPlace], after: ItemPlace | None) -> list[WarehouseId]:
    """Return the warehouses of the items, save the one that the items before ended with."""
    names = dict.fromkeys(place.warehouse_id for place in places)
    if after is not None:
        names.pop(after.warehouse_id, None)
    return list(names)


def _checked(command: ContinueDailyCheck, places: Sequence[ItemPlace]) -> ItemsChecked:
    return ItemsChecked(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        day=command.day,
        items=len(places),
        last=places[-1],
    )


def _completed(command: ContinueDailyCheck, items: int) -> DailyCheckCompleted:
    return DailyCheckCompleted(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        day=command.day,
        items=items,
    )
