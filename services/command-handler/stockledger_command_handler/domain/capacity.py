"""How much of a warehouse's limit is used, and the warnings that it is nearly full.

A limit is of what is on hand, in units or in their unit volumes.
"""

from dataclasses import dataclass
from typing import Final, assert_never

from stockledger.amounts import AMOUNT_MAX, ZERO, Quantity, quantity_to_wire, volume_of
from stockledger.messages.alert import AlertAcknowledged, AlertRaised, AlertResolved
from stockledger.messages.capacity import (
    CapacityEased,
    CapacitySet,
    CapacityUnit,
    CapacityUsed,
    CapacityWarned,
)
from stockledger.messages.fields import WarehouseId
from stockledger.messages.message import Command
from stockledger.messages.results import ErrorCode, Rejection
from stockledger.messages.streams import capacity_stream, item_stream
from stockledger_command_handler.domain.alert_state import AlertState, after
from stockledger_command_handler.domain.item_state import ItemState
from stockledger_command_handler.domain.view import View

Change = CapacitySet | CapacityUsed | CapacityWarned | CapacityEased
Event = Change | AlertRaised | AlertAcknowledged | AlertResolved

FOLD_VERSION: Final = 2
"""Raised when `CapacityState` or `evolve` changes, so that older snapshots are not used."""

WARNED_AT: Final = (80, 95)
"""Percents of a limit from which a warning is given."""

EASED_BELOW: Final = 5
"""Percents below that of a warning at which it is over: at its very edge it would come and go."""

ITEMS_COUNTED_MAX: Final = 50_000
"""Items of a warehouse that one decision counts: loading them takes some seconds."""


@dataclass(slots=True)
class CapacityState:
    """How much of its limit a warehouse uses; `capacity` is None while it has no limit.

    `warned` is the highest percent of which a warning was given that is not over; 0: none. `alert`
    is the last one that there was.
    """

    capacity: Quantity | None = None
    unit: CapacityUnit = CapacityUnit.UNITS
    used: Quantity = ZERO
    warned: int = 0
    alert: AlertState | None = None


def initial() -> CapacityState:
    """Return a warehouse that never had a limit; a new one each time, to be evolved."""
    return CapacityState()


def evolve(state: CapacityState, event: Event) -> CapacityState:
    match event:
        case CapacitySet():
            state.capacity, state.unit, state.used = event.capacity, event.unit, event.used
        case CapacityUsed():
            state.used = event.used
        case AlertRaised() | AlertAcknowledged() | AlertResolved():
            state.alert = after(event)
            return state
        case CapacityWarned() | CapacityEased():
            pass
        case _:
            assert_never(event)
    state.warned = warned_after(state.warned, event)
    return state


def warned_after(warned: int, change: Change) -> int:
    """Return the highest percent of which a warning stands after an event."""
    match change:
        case CapacitySet():
            return warned if change.capacity is not None else 0
        case CapacityUsed():
            return warned
        case CapacityWarned():
            return change.percent
        case CapacityEased():
            return max([each for each in WARNED_AT if each < change.percent], default=0)
        case _:
            assert_never(change)


def measured(unit: CapacityUnit, on_hand: Quantity, unit_volume: Quantity | None) -> Quantity:
    """Return what so many units take up; those of no known volume take up none."""
    if unit is CapacityUnit.UNITS:
        return on_hand
    return volume_of(on_hand, unit_volume) if unit_volume else ZERO


def used_now(warehouse_id: WarehouseId, unit: CapacityUnit, view: View) -> Quantity | Rejection:
    """Return what all items of a warehouse take up; counted only where that is not known."""
    view.require(capacity_stream(warehouse_id))
    state = view.capacity(warehouse_id)
    if state.capacity is not None and state.unit is unit:
        return state.used
    items = items_counted(warehouse_id, view)
    if isinstance(items, Rejection):
        return items
    used = 0
    for item in items:
        unit_volume = item.settings.unit_volume if item.settings else None
        used += measured(unit, item.stock.on_hand, unit_volume)
    return Quantity(used) if used <= AMOUNT_MAX else _beyond_all_limits(warehouse_id)


def limit_set(
    command: Command,
    warehouse_id: WarehouseId,
    capacity: Quantity | None,
    unit: CapacityUnit,
    used: Quantity,
    view: View,
) -> list[Event]:
    """Return that a warehouse has this limit from now on (None: no more), and what follows."""
    view.require(capacity_stream(warehouse_id))
    warned = view.capacity(warehouse_id).warned
    changed = CapacitySet(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        warehouse_id=warehouse_id,
        capacity=capacity,
        unit=unit,
        used=used,
    )
    if capacity is None:
        return [changed]
    return [changed, *_warnings(command, warehouse_id, warned, used, capacity)]


def use_changed(
    command: Command, warehouse_id: WarehouseId, change: Quantity, view: View
) -> list[Event] | Rejection:
    """Return that stock came or left, beyond the limit or not, and what follows from that."""
    state = view.capacity(warehouse_id)
    if state.capacity is None or change == 0:
        return []
    used = Quantity(state.used + change)
    if used > AMOUNT_MAX:
        return _beyond_all_limits(warehouse_id)
    changed = CapacityUsed(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        warehouse_id=warehouse_id,
        change=change,
        used=used,
        capacity=state.capacity,
    )
    return [changed, *_warnings(command, warehouse_id, state.warned, used, state.capacity)]


def refused_beyond(
    warehouse_id: WarehouseId, asked: Quantity, state: CapacityState
) -> Rejection | None:
    """Return the refusal of more stock than there is room for."""
    if state.capacity is None or asked <= 0 or state.used + asked <= state.capacity:
        return None
    figures = {
        "capacity": quantity_to_wire(state.capacity),
        "unit": state.unit.value,
        "used": quantity_to_wire(state.used),
        "asked": quantity_to_wire(asked),
    }
    return Rejection(
        ErrorCode.CAPACITY_EXCEEDED,
        f"Warehouse {warehouse_id} has room for {figures['capacity']} ({state.unit}): "
        f"{figures['used']} used, {figures['asked']} more asked.",
        {"warehouse_id": warehouse_id, **figures},
    )


def items_counted(warehouse_id: WarehouseId, view: View) -> list[ItemState] | Rejection:
    """Return all items of a warehouse; refused when they are too many to be counted."""
    skus = view.items_of(warehouse_id)
    if len(skus) > ITEMS_COUNTED_MAX:
        return Rejection(
            ErrorCode.VALIDATION_ERROR,
            f"Warehouse {warehouse_id} has more than {ITEMS_COUNTED_MAX} items: "
            "they cannot be counted in one go.",
            {"warehouse_id": warehouse_id, "items_max": ITEMS_COUNTED_MAX},
        )
    view.require(*[item_stream(warehouse_id, sku) for sku in skus])
    return [view.item(warehouse_id, sku) for sku in skus]


def _warnings(
    command: Command, warehouse_id: WarehouseId, warned: int, used: Quantity, capacity: Quantity
) -> list[Event]:
    """Return the warnings that begin, lowest first, and those that are over, highest first."""
    begun = [each for each in WARNED_AT if each > warned and used * 100 >= each * capacity]
    over = [
        each
        for each in reversed(WARNED_AT)
        if each <= warned and used * 100 < (each - EASED_BELOW) * capacity
    ]
    events: list[Event] = []
    for kind, percents in ((CapacityWarned, begun), (CapacityEased, over)):
        for percent in percents:
            event = kind(
                effective_at=command.effective_at,
                reason=command.reason,
                reference=command.reference,
                warehouse_id=warehouse_id,
                percent=percent,
                used=used,
                capacity=capacity,
            )
            events.append(event)
    return events


def _beyond_all_limits(warehouse_id: WarehouseId) -> Rejection:
    limit = quantity_to_wire(AMOUNT_MAX)
    return Rejection(
        ErrorCode.VALIDATION_ERROR,
        f"used: would go beyond {limit}.",
        {"warehouse_id": warehouse_id, "field": "used", "limit": limit},
    )
