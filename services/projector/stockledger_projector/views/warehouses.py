"""Warehouses: descriptions, which is active, the default or given up, and how full they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Final

from stockledger.amounts import quantity_of_event
from stockledger.delivered_events import DeliveredEvent
from stockledger.messages.capacity import (
    CapacityEased,
    CapacitySet,
    CapacityUsed,
    CapacityWarned,
)
from stockledger.messages.registry import type_name
from stockledger.messages.tenant import DefaultWarehouseSet
from stockledger.messages.warehouse import (
    WarehouseActivated,
    WarehouseCreated,
    WarehouseDeactivated,
    WarehouseDeleted,
    WarehouseUpdated,
)
from stockledger.rows import columns
from stockledger.statements import Connection, load_statements

SQL: Final = load_statements(Path(__file__).with_suffix(".sql"))
TABLE: Final = "warehouses"

_CREATED: Final = type_name(WarehouseCreated)
_DESCRIBED: Final = frozenset({_CREATED, type_name(WarehouseUpdated)})
_ACTIVITY: Final = {type_name(WarehouseActivated): True, type_name(WarehouseDeactivated): False}
_DEFAULT_SET: Final = type_name(DefaultWarehouseSet)
_DELETED: Final = type_name(WarehouseDeleted)
_CAPACITY_SET: Final = type_name(CapacitySet)
_CAPACITY_USED: Final = type_name(CapacityUsed)
_WARNED: Final = type_name(CapacityWarned)
_EASED: Final = type_name(CapacityEased)
_CAPACITY: Final = (_CAPACITY_SET, _CAPACITY_USED, _WARNED, _EASED)
_FIRST_WARNING_PERCENT: Final = 80
"""When the last warning has eased, this one still holds, or none does."""

_Rows = list[tuple[object, ...]]


@dataclass(slots=True)
class _Capacity:
    """What a batch tells of a warehouse's capacity. `is_set`: limit and unit are told as well."""

    used: int = 0
    is_set: bool = False
    capacity: int | None = None
    unit: str | None = None
    is_warned: bool = False
    """Whether anything is told of warnings."""
    warned_percent: int | None = None


@dataclass(frozen=True, slots=True)
class WarehouseChanges:
    """The rows of each statement."""

    described: _Rows
    active: _Rows
    chosen: _Rows
    deleted: _Rows
    filled: _Rows


class Warehouses:
    """Keeps `warehouses`."""

    table: ClassVar[str] = TABLE
    types: ClassVar[Sequence[str]] = (
        *_DESCRIBED,
        *_ACTIVITY,
        _DEFAULT_SET,
        _DELETED,
        *_CAPACITY,
    )

    def fold(self, events: Sequence[DeliveredEvent]) -> WarehouseChanges:
        """Return what the events change."""
        created: dict[tuple[str, str], DeliveredEvent] = {}
        described: dict[tuple[str, str], DeliveredEvent] = {}
        active: dict[tuple[str, str], DeliveredEvent] = {}
        chosen: dict[str, str] = {}
        deleted: list[DeliveredEvent] = []
        filled: dict[tuple[str, str], _Capacity] = {}
        for event in events:
            if event.type in _DESCRIBED:
                described[event.tenant_id, event.stream] = event
                if event.type == _CREATED:
                    created.setdefault((event.tenant_id, event.stream), event)
            elif event.type in _ACTIVITY:
                active[event.tenant_id, event.stream] = event
            elif event.type == _DEFAULT_SET:
                chosen[event.tenant_id] = event.body()["warehouse_id"]
            elif event.type == _DELETED:
                deleted.append(event)
            elif event.type in _CAPACITY:
                key = (event.tenant_id, event.stream.partition("/")[2])
                _fill(filled.setdefault(key, _Capacity()), event)
        return WarehouseChanges(
            [_description(event, created.get(key)) for key, event in described.items()],
            [(*_identity(event), _ACTIVITY[event.type]) for event in active.values()],
            list(chosen.items()),
            [_identity(event) for event in deleted],
            [(*key, *_capacity(each)) for key, each in filled.items()],
        )

    async def write(self, connection: Connection, schema: str, changes: WarehouseChanges) -> None:
        """Write the changes."""
        del schema
        for name, rows in (
            ("describe", changes.described),
            ("activity", changes.active),
            ("default", changes.chosen),
            ("delete", changes.deleted),
            ("fill", changes.filled),
        ):
            if rows:
                await connection.execute(SQL[name], *columns(rows))


def _identity(event: DeliveredEvent) -> tuple[object, ...]:
    return (
        event.tenant_id,
        event.stream.partition("/")[2],
        event.partition,
        event.position,
        event.version,
        event.recorded_at,
    )


def _fill(capacity: _Capacity, event: DeliveredEvent) -> None:
    body = event.body()
    capacity.used = quantity_of_event(body["used"])
    if event.type == _CAPACITY_SET:
        limit = body.get("capacity")
        capacity.is_set = True
        capacity.capacity = None if limit is None else quantity_of_event(limit)
        capacity.unit = body["unit"]
        if limit is None:
            capacity.is_warned, capacity.warned_percent = True, None
    elif event.type in (_WARNED, _EASED):
        capacity.is_warned = True
        capacity.warned_percent = _warned_percent(event.type, body["percent"])


def _warned_percent(event_type: str, percent: int) -> int | None:
    """Return the highest warning that holds after this event."""
    if event_type == _WARNED:
        return percent
    return _FIRST_WARNING_PERCENT if percent > _FIRST_WARNING_PERCENT else None


def _capacity(told: _Capacity) -> tuple[object, ...]:
    return (
        told.used,
        told.is_set,
        told.capacity,
        told.unit,
        told.is_warned,
        told.warned_percent,
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
