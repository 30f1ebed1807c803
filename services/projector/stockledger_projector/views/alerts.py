"""Alerts: every one there was, what became of it, and how long that took."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import ClassVar, Final

from stockledger.amounts import quantity_of_event
from stockledger.delivered_events import DeliveredEvent
from stockledger.messages.alert import AlertAcknowledged, AlertRaised, AlertResolved
from stockledger.messages.registry import type_name
from stockledger.rows import columns
from stockledger.statements import Connection, load_statements
from stockledger_projector.views.event_fields import optional_quantity

SQL: Final = load_statements(Path(__file__).with_suffix(".sql"))
TABLE: Final = "alerts"

OF_WAREHOUSE: Final = ""
"""The SKU of an alert that is about a warehouse."""

_RAISED: Final = type_name(AlertRaised)
_ACKNOWLEDGED: Final = type_name(AlertAcknowledged)
_RESOLVED: Final = type_name(AlertResolved)
ALERT_TYPES: Final = (_RAISED, _ACKNOWLEDGED, _RESOLVED)
_Rows = list[tuple[object, ...]]


class AlertStatus(StrEnum):
    """How far an alert is; the first two are open."""

    OPEN = "OPEN"
    ACKNOWLEDGED = "ACKNOWLEDGED"
    RESOLVED = "RESOLVED"


@dataclass(frozen=True, slots=True)
class AlertChanges:
    """The rows of each statement; one alert may be in all of them."""

    raised: _Rows
    acknowledged: _Rows
    resolved: _Rows


class Alerts:
    """Keeps `alerts`."""

    table: ClassVar[str] = TABLE
    types: ClassVar[Sequence[str]] = ALERT_TYPES

    def fold(self, events: Sequence[DeliveredEvent]) -> AlertChanges:
        """Return what the events change."""
        changes = AlertChanges([], [], [])
        for event in events:
            if event.type == _RAISED:
                changes.raised.append(_raised_row(event))
            elif event.type == _ACKNOWLEDGED:
                by = event.body()["acknowledged_by"]
                changes.acknowledged.append((*_identity(event), event.recorded_at, by))
            elif event.type == _RESOLVED:
                changes.resolved.append(_resolved_row(event))
        return changes

    async def write(self, connection: Connection, schema: str, changes: AlertChanges) -> None:
        """Write the changes, in the order of an alert's life."""
        del schema
        for name, rows in (
            ("raise", changes.raised),
            ("acknowledge", changes.acknowledged),
            ("resolve", changes.resolved),
        ):
            if rows:
                await connection.execute(SQL[name], *columns(rows))


def _identity(event: DeliveredEvent) -> tuple[object, ...]:
    body = event.body()
    return (
        event.tenant_id,
        body["warehouse_id"],
        body.get("sku") or OF_WAREHOUSE,
        body["kind"],
        body["number"],
        event.partition,
        event.position,
        event.version,
    )


def _raised_row(event: DeliveredEvent) -> tuple[object, ...]:
    body = event.body()
    return (
        *_identity(event),
        event.recorded_at,
        body["severity"],
        body.get("name"),
        quantity_of_event(body["figure"]),
        quantity_of_event(body["trigger"]),
        optional_quantity(body.get("recommended")),
        body.get("supplier_id"),
    )


def _resolved_row(event: DeliveredEvent) -> tuple[object, ...]:
    body = event.body()
    return (
        *_identity(event),
        event.recorded_at,
        body.get("resolved_by"),
        body["resolution"],
        quantity_of_event(body["figure"]),
    )
