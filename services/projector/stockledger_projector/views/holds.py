"""Holds: what each item holds for which reservation, until when.

A hold that lapsed stays until an event says that it is gone; the queries know what time it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar, Final

from stockledger.amounts import quantity_of_event
from stockledger.delivered_events import DeliveredEvent
from stockledger.messages.fields import time_from_wire
from stockledger.messages.hold import HoldExtended, HoldsExpired, StockReleased, StockReserved
from stockledger.messages.item import StockIssued
from stockledger.messages.registry import type_name
from stockledger.rows import columns
from stockledger.statements import Connection, load_statements

SQL: Final = load_statements(Path(__file__).with_suffix(".sql"))
TABLE: Final = "holds"

ROWS_MAX: Final = 50_000
"""Rows of a statement: a batch may hold a thousand times as many expired holds as events, and a
statement of so many takes a fraction of what a session allows."""

_RESERVED: Final = type_name(StockReserved)
_RELEASED: Final = type_name(StockReleased)
_EXTENDED: Final = type_name(HoldExtended)
_EXPIRED: Final = type_name(HoldsExpired)
_ISSUED: Final = type_name(StockIssued)
_Key = tuple[str, str, str]
_Rows = list[tuple[object, ...]]


@dataclass(slots=True)
class _Change:
    """What becomes of a hold. None: as it was before the batch; `is_new`: it was not there."""

    partition: int
    quantity: int | None
    expires_at: datetime | None
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class HoldChanges:
    """The rows of each statement."""

    held: _Rows
    changed: _Rows
    gone: _Rows

    def statements(self) -> Mapping[str, _Rows]:
        """Return the rows of each statement."""
        return {"hold": self.held, "change": self.changed, "drop": self.gone}


class Holds:
    """Keeps `holds`. Only what has become of a hold in the end is written."""

    table: ClassVar[str] = TABLE
    types: ClassVar[Sequence[str]] = (_RESERVED, _RELEASED, _EXTENDED, _EXPIRED, _ISSUED)

    def __init__(self, *, rows_max: int = ROWS_MAX) -> None:
        self._rows_max = rows_max

    def fold(self, events: Sequence[DeliveredEvent]) -> HoldChanges:
        """Return what the events change."""
        batch = _Batch()
        for event in events:
            if event.type == _RESERVED:
                batch.reserve(event, event.body())
            elif event.type == _RELEASED:
                batch.release(event, event.body())
            elif event.type == _ISSUED:
                batch.issue(event, event.body())
            elif event.type == _EXPIRED:
                for hold in event.body()["holds"]:
                    batch.drop(event, hold["reservation_id"])
            elif event.type == _EXTENDED:
                batch.extend(event, event.body())
        return batch.changes()

    async def write(self, connection: Connection, schema: str, changes: HoldChanges) -> None:
        """Write the changes."""
        del schema
        for name, rows in changes.statements().items():
            left = iter(rows)
            while some := list(islice(left, self._rows_max)):
                await connection.execute(SQL[name], *columns(some))


class _Batch:
    """The holds that a batch changes."""

    def __init__(self) -> None:
        self._changes: dict[_Key, _Change] = {}

    def reserve(self, event: DeliveredEvent, body: Mapping[str, Any]) -> None:
        key = (event.tenant_id, event.stream, body["reservation_id"])
        known = self._changes.get(key)
        self._changes[key] = _Change(
            event.partition,
            quantity_of_event(body["held"]),
            time_from_wire(body["expires_at"]),
            known.is_new if known else body["held"] == body["quantity"],
        )

    def release(self, event: DeliveredEvent, body: Mapping[str, Any]) -> None:
        held = quantity_of_event(body["held"])
        if held == 0:
            self.drop(event, body["reservation_id"])
        else:
            self._change(event, body).quantity = held

    def extend(self, event: DeliveredEvent, body: Mapping[str, Any]) -> None:
        self._change(event, body).expires_at = time_from_wire(body["expires_at"])

    def issue(self, event: DeliveredEvent, body: Mapping[str, Any]) -> None:
        reservation_id = body.get("reservation_id")
        if reservation_id is not None:
            self.drop(event, reservation_id)

    def drop(self, event: DeliveredEvent, reservation_id: str) -> None:
        key = (event.tenant_id, event.stream, reservation_id)
        known = self._changes.get(key)
        if known is not None and known.is_new:
            del self._changes[key]
        else:
            self._changes[key] = _Change(event.partition, 0, None)

    def changes(self) -> HoldChanges:
        changes = HoldChanges([], [], [])
        for (tenant_id, stream, reservation_id), change in self._changes.items():
            _, warehouse_id, sku = stream.split("/")
            key = (tenant_id, warehouse_id, sku, reservation_id)
            if change.quantity == 0:
                changes.gone.append(key)
                continue
            row = (*key, change.partition, change.quantity, change.expires_at)
            is_whole = change.quantity is not None and change.expires_at is not None
            (changes.held if is_whole else changes.changed).append(row)
        return changes

    def _change(self, event: DeliveredEvent, body: Mapping[str, Any]) -> _Change:
        key = (event.tenant_id, event.stream, body["reservation_id"])
        return self._changes.setdefault(key, _Change(event.partition, None, None))
