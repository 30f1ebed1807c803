"""Reservations: who holds what until when, and how each of them ended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, Final

import orjson

from stockledger.delivered_events import DeliveredEvent
from stockledger.messages.fields import time_from_wire
from stockledger.messages.registry import type_name
from stockledger.messages.reservation import (
    ReservationConfirmed,
    ReservationCreated,
    ReservationExpired,
    ReservationExtended,
    ReservationReleased,
    ReservationStatus,
    ReservationUpdated,
)
from stockledger.rows import columns
from stockledger.statements import Connection, load_statements

SQL: Final = load_statements(Path(__file__).with_suffix(".sql"))
TABLE: Final = "reservations"

_CREATED: Final = type_name(ReservationCreated)
_UPDATED: Final = type_name(ReservationUpdated)
_EXTENDED: Final = type_name(ReservationExtended)
_CONFIRMED: Final = type_name(ReservationConfirmed)
_ENDS: Final = {
    _CONFIRMED: ReservationStatus.COMPLETED,
    type_name(ReservationReleased): ReservationStatus.CANCELLED,
    type_name(ReservationExpired): ReservationStatus.EXPIRED,
}
_Rows = list[tuple[object, ...]]


@dataclass(slots=True)
class _Change:
    """What becomes of a reservation. None: as it was before the batch."""

    last: DeliveredEvent
    created: DeliveredEvent | None = None
    status: ReservationStatus = ReservationStatus.ACTIVE
    order_id: str | None = None
    expires_at: datetime | None = None
    ended_at: datetime | None = None
    lines: str | None = None
    asked: str | None = None
    is_asked_anew: bool = False


@dataclass(frozen=True, slots=True)
class ReservationChanges:
    """The rows of each statement."""

    created: _Rows
    changed: _Rows


class Reservations:
    """Keeps `reservations`."""

    table: ClassVar[str] = TABLE
    types: ClassVar[Sequence[str]] = (_CREATED, _UPDATED, _EXTENDED, *_ENDS)

    def fold(self, events: Sequence[DeliveredEvent]) -> ReservationChanges:
        """Return what the events change."""
        changes: dict[tuple[str, str], _Change] = {}
        for event in events:
            key = (event.tenant_id, event.stream)
            if event.type == _CREATED:
                change = changes[key] = _Change(event, created=event)
                change.order_id = event.body().get("order_id")
                _hold(change, event.body())
            elif event.type in _ENDS:
                _end(changes.setdefault(key, _Change(event)), event)
            elif event.type == _UPDATED:
                _hold(changes.setdefault(key, _Change(event)), event.body())
            elif event.type == _EXTENDED:
                change = changes.setdefault(key, _Change(event))
                change.expires_at = time_from_wire(event.body()["expires_at"])
            else:
                continue
            changes[key].last = event
        return ReservationChanges(
            [_created_row(each, each.created) for each in changes.values() if each.created],
            [
                (*_state(each), each.is_asked_anew)
                for each in changes.values()
                if each.created is None
            ],
        )

    async def write(self, connection: Connection, schema: str, changes: ReservationChanges) -> None:
        """Write the changes."""
        del schema
        if changes.created:
            await connection.execute(SQL["create"], *columns(changes.created))
        if changes.changed:
            await connection.execute(SQL["change"], *columns(changes.changed))


def _hold(change: _Change, body: Mapping[str, Any]) -> None:
    asked = body.get("asked")
    change.lines = _json(body["lines"])
    change.asked = None if asked is None else _json(asked)
    change.is_asked_anew = True
    change.expires_at = time_from_wire(body["expires_at"])


def _end(change: _Change, event: DeliveredEvent) -> None:
    change.status = _ENDS[event.type]
    change.ended_at = event.recorded_at
    if event.type == _CONFIRMED:
        body = event.body()
        change.lines = _json(body["lines"])
        change.order_id = body.get("order_id") or change.order_id


def _created_row(change: _Change, created: DeliveredEvent) -> tuple[object, ...]:
    body = created.body()
    who = (body.get("customer_id"), body.get("cart_id"))
    return (*_state(change), created.recorded_at, *who)


def _state(change: _Change) -> tuple[object, ...]:
    last = change.last
    return (
        last.tenant_id,
        last.stream.partition("/")[2],
        last.partition,
        last.position,
        last.version,
        last.recorded_at,
        change.status,
        change.order_id,
        change.expires_at,
        change.ended_at,
        change.lines,
        change.asked,
    )


def _json(lines: object) -> str:
    return orjson.dumps(lines).decode()
