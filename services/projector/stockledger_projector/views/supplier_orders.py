"""Orders to suppliers: from whom, how far each of them is, and how it went."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Final

from stockledger.delivered_events import DeliveredEvent
from stockledger.messages.registry import type_name
from stockledger.messages.supplier_order import (
    SupplierOrderCancelled,
    SupplierOrderConfirmed,
    SupplierOrderCreated,
    SupplierOrderOverdue,
    SupplierOrderReceived,
    SupplierOrderStatus,
    SupplierOrderSubmitted,
    SupplierUnavailable,
)
from stockledger.rows import columns
from stockledger.statements import Connection, load_statements
from stockledger_projector.views.event_fields import optional_time

SQL: Final = load_statements(Path(__file__).with_suffix(".sql"))
TABLE: Final = "supplier_orders"

CREATED: Final = type_name(SupplierOrderCreated)
RECEIVED: Final = type_name(SupplierOrderReceived)
CANCELLED: Final = type_name(SupplierOrderCancelled)
_SUBMITTED: Final = type_name(SupplierOrderSubmitted)
_CONFIRMED: Final = type_name(SupplierOrderConfirmed)
_UNAVAILABLE: Final = type_name(SupplierUnavailable)
_OVERDUE: Final = type_name(SupplierOrderOverdue)
_TYPES: Final = (CREATED, _SUBMITTED, _CONFIRMED, _UNAVAILABLE, RECEIVED, CANCELLED, _OVERDUE)

_Rows = list[tuple[object, ...]]


@dataclass(slots=True)
class _Change:
    """What becomes of an order. None, and what is not told: as it was before the batch."""

    last: DeliveredEvent
    created: DeliveredEvent | None = None
    status: SupplierOrderStatus | None = None
    told: dict[str, Any] = field(default_factory=dict[str, Any])
    deliveries: int = 0


@dataclass(frozen=True, slots=True)
class SupplierOrderChanges:
    """The rows of each statement."""

    created: _Rows
    changed: _Rows


class SupplierOrders:
    """Keeps `supplier_orders`."""

    table: ClassVar[str] = TABLE
    types: ClassVar[Sequence[str]] = _TYPES

    def fold(self, events: Sequence[DeliveredEvent]) -> SupplierOrderChanges:
        """Return what the events change."""
        changes: dict[tuple[str, str], _Change] = {}
        for event in events:
            if event.type in _TYPES:
                key = (event.tenant_id, event.stream)
                change = changes.get(key)
                if change is None:
                    change = changes[key] = _Change(event)
                change.last = event
                _tell(change, event)
        return SupplierOrderChanges(
            [_created_row(each, each.created) for each in changes.values() if each.created],
            [_state(each) for each in changes.values() if each.created is None],
        )

    async def write(
        self, connection: Connection, schema: str, changes: SupplierOrderChanges
    ) -> None:
        """Write the changes."""
        del schema
        if changes.created:
            await connection.execute(SQL["create"], *columns(changes.created))
        if changes.changed:
            await connection.execute(SQL["change"], *columns(changes.changed))


def _tell(change: _Change, event: DeliveredEvent) -> None:
    body, at = event.body(), event.recorded_at
    if event.type == CREATED:
        change.created, change.status = event, SupplierOrderStatus.QUEUED
        change.told["expected_delivery"] = optional_time(body.get("expected_delivery"))
    elif event.type == _SUBMITTED:
        change.status = SupplierOrderStatus.SUBMITTED
        change.told["submitted_at"] = at
        _keep(change, body, "supplier_reference")
    elif event.type == _CONFIRMED:
        change.status = SupplierOrderStatus.CONFIRMED
        change.told["confirmed_at"] = at
        _keep(change, body, "supplier_reference")
        if body.get("expected_delivery") is not None:
            change.told["expected_delivery"] = optional_time(body["expected_delivery"])
    elif event.type == _UNAVAILABLE:
        change.status = SupplierOrderStatus.UNAVAILABLE
        change.told["unavailable_at"] = at
        _keep(change, body, "attempts", "cause")
    elif event.type == RECEIVED:
        _receive(change, event)
    elif event.type == CANCELLED:
        change.status = SupplierOrderStatus.CANCELLED
        change.told["ended_at"] = at
    else:
        change.told["overdue_at"] = at


def _receive(change: _Change, event: DeliveredEvent) -> None:
    change.deliveries += 1
    change.told.setdefault("first_received_at", event.recorded_at)
    if event.body()["completed"]:
        change.status = SupplierOrderStatus.RECEIVED
        change.told["ended_at"] = event.recorded_at


def _keep(change: _Change, body: dict[str, Any], *names: str) -> None:
    change.told |= {name: body[name] for name in names if body.get(name) is not None}


def _created_row(change: _Change, created: DeliveredEvent) -> tuple[object, ...]:
    body = created.body()
    reorder: dict[str, Any] = body.get("reorder") or {}
    return (
        *_state(change),
        created.recorded_at,
        created.actor,
        body["supplier_id"],
        body["supplier_name"],
        body.get("api_url"),
        reorder.get("warehouse_id"),
        reorder.get("sku"),
        reorder.get("number"),
    )


def _state(change: _Change) -> tuple[object, ...]:
    last, told = change.last, change.told
    return (
        last.tenant_id,
        last.stream.partition("/")[2],
        last.partition,
        last.position,
        last.version,
        last.recorded_at,
        change.status,
        told.get("supplier_reference"),
        told.get("expected_delivery"),
        told.get("submitted_at"),
        told.get("confirmed_at"),
        told.get("unavailable_at"),
        told.get("attempts"),
        told.get("cause"),
        told.get("overdue_at"),
        told.get("first_received_at"),
        told.get("ended_at"),
        change.deliveries,
    )
