"""Warehouses: their descriptions, whether they are active, and which is the default."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Final

from stockledger.delivered_events import DeliveredEvent
from stockledger.messages.registry import type_name
from stockledger.messages.tenant import DefaultWarehouseSet
from stockledger.messages.warehouse import (
    WarehouseActivated,
    WarehouseCreated,
    WarehouseDeactivated,
    WarehouseUpdated,
)
from stockledger.statements import Connection, load_statements
from stockledger_projector.views.view import columns_of

SQL: Final = load_statements(Path(__file__).with_suffix(".sql"))
TABLE: Final = "warehouses"

_CREATED: Final = type_name(WarehouseCreated)
_DESCRIBED: Final = frozenset({_CREATED, type_name(WarehouseUpdated)})
_ACTIVITY: Final = {type_name(WarehouseActivated): True, type_name(WarehouseDeactivated): False}
_DEFAULT_SET: Final = type_name(DefaultWarehouseSet)
_Rows = list[tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class WarehouseChanges:
    """The rows of each statement."""

    described: _Rows
    active: _Rows
    chosen: _Rows


class Warehouses:
    """Keeps `warehouses`."""

    table: ClassVar[str] = TABLE
    types: ClassVar[Sequence[str]] = (*_DESCRIBED, *_ACTIVITY, _DEFAULT_SET)

    def fold(self, events: Sequence[DeliveredEvent]) -> WarehouseChanges:
        """Return what the events change."""
        created: dict[tuple[str, str], DeliveredEvent] = {}
        described: dict[tuple[str, str], DeliveredEvent] = {}
        active: dict[tuple[str, str], DeliveredEvent] = {}
        chosen: dict[str, str] = {}
        for event in events:
            if event.type in _DESCRIBED:
                described[event.tenant_id, event.stream] = event
                if event.type == _CREATED:
                    created.setdefault((event.tenant_id, event.stream), event)
            elif event.type in _ACTIVITY:
                active[event.tenant_id, event.stream] = event
            elif event.type == _DEFAULT_SET:
                chosen[event.tenant_id] = event.body()["warehouse_id"]
        return WarehouseChanges(
            [_description(event, created.get(key)) for key, event in described.items()],
            [(*_identity(event), _ACTIVITY[event.type]) for event in active.values()],
            list(chosen.items()),
        )

    async def write(self, connection: Connection, schema: str, changes: WarehouseChanges) -> None:
        """Write the changes."""
        del schema
        for name, rows in (
            ("describe", changes.described),
            ("activity", changes.active),
            ("default", changes.chosen),
        ):
            if rows:
                await connection.execute(SQL[name], *columns_of(rows))


def _identity(event: DeliveredEvent) -> tuple[object, ...]:
    return (
        event.tenant_id,
        event.stream.partition("/")[2],
        event.partition,
        event.position,
        event.version,
        event.recorded_at,
    )


def _description(event: DeliveredEvent, created: DeliveredEvent | None) -> tuple[object, ...]:
    body: Mapping[str, Any] = event.body()
    return (
        *_identity(event),
        None if created is None else created.recorded_at,
        body["name"],
        body["code"],
        body.get("address"),
        body.get("contact"),
        body.get("operating_hours"),
        body["time_zone"],
        body["priority"],
    )
