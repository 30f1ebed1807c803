"""Adjustments: which of them took effect, which wait for approval, and who decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final

from stockledger.amounts import money_of_event, quantity_of_event
from stockledger.delivered_events import DeliveredEvent
from stockledger.messages.adjustment import (
    AdjustmentApplied,
    AdjustmentApproved,
    AdjustmentExpired,
    AdjustmentRejected,
    AdjustmentRequested,
    AdjustmentStatus,
)
from stockledger.messages.registry import type_name
from stockledger.rows import columns
from stockledger.statements import Connection, load_statements
from stockledger_projector.views.event_fields import (
    effective_time,
    optional_quantity,
    optional_time,
    stated_reference,
)

SQL: Final = load_statements(Path(__file__).with_suffix(".sql"))
TABLE: Final = "adjustments"

_BEGUN: Final = {
    type_name(AdjustmentApplied): AdjustmentStatus.APPLIED,
    type_name(AdjustmentRequested): AdjustmentStatus.PENDING,
}
_DECIDED: Final = {
    type_name(AdjustmentApproved): AdjustmentStatus.APPROVED,
    type_name(AdjustmentRejected): AdjustmentStatus.REJECTED,
    type_name(AdjustmentExpired): AdjustmentStatus.EXPIRED,
}
_Rows = list[tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class AdjustmentChanges:
    """The rows of each statement; what a batch requests and decides is in both."""

    begun: _Rows
    decided: _Rows


class Adjustments:
    """Keeps `adjustments`."""

    table: ClassVar[str] = TABLE
    types: ClassVar[Sequence[str]] = (*_BEGUN, *_DECIDED)

    def fold(self, events: Sequence[DeliveredEvent]) -> AdjustmentChanges:
        """Return what the events change."""
        return AdjustmentChanges(
            [_begun_row(event) for event in events if event.type in _BEGUN],
            [_decided_row(event) for event in events if event.type in _DECIDED],
        )

    async def write(self, connection: Connection, schema: str, changes: AdjustmentChanges) -> None:
        """Write the changes."""
        del schema
        if changes.begun:
            await connection.execute(SQL["begin"], *columns(changes.begun))
        if changes.decided:
            await connection.execute(SQL["decide"], *columns(changes.decided))


def _identity(event: DeliveredEvent) -> tuple[object, ...]:
    return (
        event.tenant_id,
        event.stream.partition("/")[2],
        event.partition,
        event.position,
        event.version,
        event.recorded_at,
    )


def _begun_row(event: DeliveredEvent) -> tuple[object, ...]:
    body = event.body()
    return (
        *_identity(event),
        _BEGUN[event.type],
        body["warehouse_id"],
        body["sku"],
        quantity_of_event(body["change"]),
        body.get("requested_by"),
        body.get("reason"),
        *stated_reference(body),
        effective_time(body),
        optional_time(body.get("expires_at")),
        body.get("item_version"),
        optional_quantity(body.get("available")),
        optional_quantity(body.get("on_hand")),
        None if body.get("value") is None else money_of_event(body["value"]),
    )


def _decided_row(event: DeliveredEvent) -> tuple[object, ...]:
    body = event.body()
    return (
        *_identity(event),
        _DECIDED[event.type],
        body.get("approved_by") or body.get("rejected_by"),
        body.get("reason"),
        optional_quantity(body.get("changed_meanwhile")),
    )
