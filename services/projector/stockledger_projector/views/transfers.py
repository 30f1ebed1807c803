"""Transfers: where each of them comes from and goes to, and how far it is."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Final

from stockledger.delivered_events import DeliveredEvent
from stockledger.messages.registry import type_name
from stockledger.messages.transfer import (
    TransferCancelled,
    TransferCreated,
    TransferDispatched,
    TransferMade,
    TransferOverdue,
    TransferReceived,
    TransferStatus,
)
from stockledger.rows import columns
from stockledger.statements import Connection, load_statements
from stockledger_projector.views.event_fields import optional_time, stated_reference

SQL: Final = load_statements(Path(__file__).with_suffix(".sql"))
TABLE: Final = "transfers"

CREATED: Final = type_name(TransferCreated)
MADE: Final = type_name(TransferMade)
DISPATCHED: Final = type_name(TransferDispatched)
RECEIVED: Final = type_name(TransferReceived)
CANCELLED: Final = type_name(TransferCancelled)
_OVERDUE: Final = type_name(TransferOverdue)

_Rows = list[tuple[object, ...]]


@dataclass(slots=True)
class _Change:
    """What becomes of a transfer. None: as it was before the batch."""

    last: DeliveredEvent
    created: DeliveredEvent | None = None
    status: TransferStatus | None = None
    told: dict[str, Any] = field(default_factory=dict[str, Any])
    receipts: int = 0


@dataclass(frozen=True, slots=True)
class TransferChanges:
    """The rows of each statement."""

    created: _Rows
    changed: _Rows


class Transfers:
    """Keeps `transfers`."""

    table: ClassVar[str] = TABLE
    types: ClassVar[Sequence[str]] = (CREATED, MADE, DISPATCHED, RECEIVED, CANCELLED, _OVERDUE)

    def fold(self, events: Sequence[DeliveredEvent]) -> TransferChanges:
        """Return what the events change."""
        changes: dict[tuple[str, str], _Change] = {}
        for event in events:
            if event.type in self.types:
                key = (event.tenant_id, event.stream)
                change = changes.get(key)
                if change is None:
                    change = changes[key] = _Change(event)
                change.last = event
                _tell(change, event)
        return TransferChanges(
            [_created_row(each, each.created) for each in changes.values() if each.created],
            [_state(each) for each in changes.values() if each.created is None],
        )

    async def write(self, connection: Connection, schema: str, changes: TransferChanges) -> None:
        """Write the changes."""
        del schema
        if changes.created:
            await connection.execute(SQL["create"], *columns(changes.created))
        if changes.changed:
            await connection.execute(SQL["change"], *columns(changes.changed))


def _tell(change: _Change, event: DeliveredEvent) -> None:
    body = event.body()
    if event.type == CREATED:
        change.created, change.status = event, TransferStatus.PENDING
    elif event.type == MADE:
        change.created, change.status = event, TransferStatus.COMPLETED
        change.told |= {"dispatched_at": event.recorded_at, "ended_at": event.recorded_at}
    elif event.type == DISPATCHED:
        change.status = TransferStatus.IN_TRANSIT
        change.told |= {
            "dispatched_at": event.recorded_at,
            "carrier": body.get("carrier"),
            "tracking_number": body.get("tracking_number"),
            "expected_delivery": optional_time(body.get("expected_delivery")),
        }
    elif event.type == RECEIVED:
        change.receipts += 1
        if body["completed"]:
            change.status = TransferStatus.COMPLETED
            change.told["ended_at"] = event.recorded_at
    elif event.type == CANCELLED:
        change.status = TransferStatus.CANCELLED
        change.told["ended_at"] = event.recorded_at
    else:
        change.told["overdue_at"] = event.recorded_at


def _created_row(change: _Change, created: DeliveredEvent) -> tuple[object, ...]:
    body = created.body()
    return (
        *_state(change),
        created.recorded_at,
        body["source_warehouse_id"],
        body["destination_warehouse_id"],
        body.get("reason"),
        *stated_reference(body),
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
        told.get("dispatched_at"),
        told.get("carrier"),
        told.get("tracking_number"),
        told.get("expected_delivery"),
        told.get("overdue_at"),
        told.get("ended_at"),
        change.receipts,
    )
