"""The CAPACITY alert of a warehouse goes with the warnings that it is nearly full.

A graver one takes its place. One that was resolved by hand is raised again by the next warning.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from stockledger.amounts import ZERO, Quantity, percent_of
from stockledger.messages.alert import (
    AlertKind,
    AlertRaised,
    AlertResolution,
    AlertResolved,
    Severity,
)
from stockledger.messages.fields import WarehouseId
from stockledger.messages.message import Event
from stockledger_command_handler.domain.alert_state import AlertState
from stockledger_command_handler.domain.capacity import CapacityState, Change, warned_after

SEVERITIES: Final = {80: Severity.WARNING, 95: Severity.CRITICAL}
"""How urgent the alert is, by the percent of which a warning is given."""


@dataclass(slots=True)
class _Use:
    """How full a warehouse is, as a decision leaves it."""

    warned: int
    used: Quantity
    capacity: Quantity


def capacity_alerts(
    warehouse_id: WarehouseId, state: CapacityState, changes: Iterable[Change]
) -> list[Event]:
    """Return the alert that begins with the warnings of one decision, behind one that is over."""
    use = _use_of(state)
    for change in changes:
        use.warned = warned_after(use.warned, change)
        use.used, use.capacity = change.used, change.capacity or ZERO
    alert = state.alert
    is_graver = use.warned > state.warned
    if alert is None or not alert.is_open:
        return [_raised(warehouse_id, alert, use)] if is_graver else []
    if alert.severity is SEVERITIES.get(use.warned):
        return []
    resolution = AlertResolution.REPLACED if is_graver else AlertResolution.CAUSE_GONE
    over = _resolved(warehouse_id, alert, use, resolution)
    return [over, _raised(warehouse_id, alert, use)] if use.warned else [over]


def capacity_alert_found(warehouse_id: WarehouseId, state: CapacityState) -> list[Event]:
    """Return the alert whose cause is there already: what the day's check raises."""
    is_open = state.alert is not None and state.alert.is_open
    if is_open or not state.warned:
        return []
    return [_raised(warehouse_id, state.alert, _use_of(state))]


def _use_of(state: CapacityState) -> _Use:
    return _Use(state.warned, state.used, state.capacity or ZERO)


def _raised(warehouse_id: WarehouseId, before: AlertState | None, use: _Use) -> AlertRaised:
    return AlertRaised(
        kind=AlertKind.CAPACITY,
        number=before.number + 1 if before else 1,
        severity=SEVERITIES[use.warned],
        warehouse_id=warehouse_id,
        figure=use.used,
        trigger=percent_of(use.capacity, use.warned),
    )


def _resolved(
    warehouse_id: WarehouseId, alert: AlertState, use: _Use, resolution: AlertResolution
) -> AlertResolved:
    return AlertResolved(
        kind=AlertKind.CAPACITY,
        number=alert.number,
        severity=alert.severity,
        warehouse_id=warehouse_id,
        resolution=resolution,
        figure=use.used,
    )
