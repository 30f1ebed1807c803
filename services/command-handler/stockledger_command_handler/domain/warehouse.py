"""A warehouse is described once, whole and valid, and takes new stock only while it is active.

It can be given up when nothing is in it or on its way to it; then nothing ever comes to it again.
"""

from dataclasses import asdict, dataclass, replace
from typing import Final, assert_never

from stockledger.amounts import ZERO, Quantity
from stockledger.messages.capacity import CapacityUnit
from stockledger.messages.results import ErrorCode, Rejection
from stockledger.messages.streams import TENANT_STREAM
from stockledger.messages.warehouse import (
    ActivateWarehouse,
    CreateWarehouse,
    DeactivateWarehouse,
    DeleteWarehouse,
    UpdateWarehouse,
    WarehouseActivated,
    WarehouseCreated,
    WarehouseDeactivated,
    WarehouseDeleted,
    WarehouseUpdated,
)
from stockledger_command_handler.domain.capacity import limit_set, used_now
from stockledger_command_handler.domain.refusals import invalid, warehouse_not_found
from stockledger_command_handler.domain.settings import copied, merged
from stockledger_command_handler.domain.time_zones import refused_time_zone
from stockledger_command_handler.domain.view import Decision, View
from stockledger_command_handler.domain.warehouse_deletion import delete

Command = (
    CreateWarehouse | UpdateWarehouse | ActivateWarehouse | DeactivateWarehouse | DeleteWarehouse
)
Event = (
    WarehouseCreated
    | WarehouseUpdated
    | WarehouseActivated
    | WarehouseDeactivated
    | WarehouseDeleted
)

FOLD_VERSION: Final = 2
"""Raised when `WarehouseState` or `evolve` changes, so that older snapshots are not used."""

PRIORITY_DEFAULT: Final = 100
"""Leaves room on both sides for warehouses to be picked earlier or later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What is known of a warehouse; each name is that of a field of the messages."""

    name: str
    code: str
    address: str | None = None
    contact: str | None = None
    operating_hours: str | None = None
    time_zone: str
    priority: int
    capacity: Quantity | None = None
    capacity_unit: CapacityUnit = CapacityUnit.UNITS


@dataclass(slots=True)
class WarehouseState:
    """A warehouse. `description` is None until it is created.

    `is_counted` says that its movements need a closer look: it has a limit, or is given up.
    """

    description: Description | None = None
    active: bool = False
    deleted: bool = False
    is_counted: bool = False

    @property
    def exists(self) -> bool:
        return self.description is not None and not self.deleted

    @property
    def is_limited(self) -> bool:
        return self.description is not None and self.description.capacity is not None


def initial() -> WarehouseState:
    """Return a warehouse that does not exist; a new one each time, to be evolved."""
    return WarehouseState()


def decide(command: Command, view: View) -> Decision:
    match command:
        case CreateWarehouse():
            return _create(command, view)
        case UpdateWarehouse():
            return _update(command, view)
        case ActivateWarehouse():
            return _activate(command, view)
        case DeactivateWarehouse():
            return _deactivate(command, view)
        case DeleteWarehouse():
            return delete(command, view)
        case _:
            assert_never(command)


def evolve(state: WarehouseState, event: Event) -> WarehouseState:
    match event:
        case WarehouseCreated():
            state.description, state.active = copied(Description, event), True
            state.is_counted = state.is_limited
        case WarehouseUpdated():
            state.description = copied(Description, event)
            state.is_counted = state.is_limited
        case WarehouseActivated():
            state.active = True
        case WarehouseDeactivated():
            state.active = False
        case WarehouseDeleted():
            state.active, state.deleted, state.is_counted = False, True, True
        case _:
            assert_never(event)
    return state


def _create(command: CreateWarehouse, view: View) -> Decision:
    if refusal := refused_time_zone(command.time_zone):
        return refusal
    view.require(command.stream, TENANT_STREAM)
    warehouse = view.warehouse(command.warehouse_id)
    if warehouse.deleted:
        return _given_up(command)
    known = warehouse.description
    if known is not None:
        return [] if merged(known, command) == known else _described_otherwise(command)
    description = merged(_description_by_default(command, view), command)
    created = _created(command, description)
    if description.capacity is None:
        return [created]
    capacity, unit = description.capacity, description.capacity_unit
    return [created, *limit_set(command, command.warehouse_id, capacity, unit, ZERO, view)]


def _update(command: UpdateWarehouse, view: View) -> Decision:
    if refusal := refused_time_zone(command.time_zone):
        return refusal
    if command.unlimited and command.capacity is not None:
        return invalid("unlimited", "contradicts a capacity")
    warehouse = view.warehouse(command.warehouse_id)
    known = warehouse.description
    if known is None or warehouse.deleted:
        return warehouse_not_found(command.warehouse_id)
    description = merged(known, command)
    if command.unlimited:
        description = replace(description, capacity=None)
    if description == known:
        return []
    return _updated_with_limit(command, known, description, view)


def _updated_with_limit(
    command: UpdateWarehouse, known: Description, description: Description, view: View
) -> Decision:
    updated = _updated(command, description)
    capacity, unit = description.capacity, description.capacity_unit
    if not _is_another_limit(known, description):
        return [updated]
    used = used_now(command.warehouse_id, unit, view)
    if isinstance(used, Rejection):
        return used
    return [updated, *limit_set(command, command.warehouse_id, capacity, unit, used, view)]


def _activate(command: ActivateWarehouse, view: View) -> Decision:
    warehouse = view.warehouse(command.warehouse_id)
    if not warehouse.exists:
        return warehouse_not_found(command.warehouse_id)
    return [] if warehouse.active else [_activated(command)]


def _deactivate(command: DeactivateWarehouse, view: View) -> Decision:
    warehouse = view.warehouse(command.warehouse_id)
    if not warehouse.exists:
        return warehouse_not_found(command.warehouse_id)
    return [_deactivated(command)] if warehouse.active else []


def _is_another_limit(known: Description, description: Description) -> bool:
    if known.capacity is None and description.capacity is None:
        return False
    return (known.capacity, known.capacity_unit) != (
        description.capacity,
        description.capacity_unit,
    )


def _description_by_default(command: CreateWarehouse, view: View) -> Description:
    return Description(
        name=command.name,
        code=command.warehouse_id,
        time_zone=view.tenant().settings_or(view.defaults).time_zone,
        priority=PRIORITY_DEFAULT,
    )


def _described_otherwise(command: CreateWarehouse) -> Rejection:
    return Rejection(
        ErrorCode.DUPLICATE_COMMAND,
        f"Warehouse {command.warehouse_id} exists with another description; "
        "use UpdateWarehouse to change it.",
        {"warehouse_id": command.warehouse_id},
    )


def _given_up(command: CreateWarehouse) -> Rejection:
    return Rejection(
        ErrorCode.INVALID_MOVEMENT,
        f"Warehouse {command.warehouse_id} was given up for good; its id is not used again.",
        {"warehouse_id": command.warehouse_id},
    )


def _created(command: CreateWarehouse, description: Description) -> WarehouseCreated:
    return WarehouseCreated(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        warehouse_id=command.warehouse_id,
        **asdict(description),
    )


def _updated(command: UpdateWarehouse, description: Description) -> WarehouseUpdated:
    return WarehouseUpdated(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        warehouse_id=command.warehouse_id,
        **asdict(description),
    )


def _activated(command: ActivateWarehouse) -> WarehouseActivated:
    return WarehouseActivated(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        warehouse_id=command.warehouse_id,
    )


def _deactivated(command: DeactivateWarehouse) -> WarehouseDeactivated:
    return WarehouseDeactivated(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        warehouse_id=command.warehouse_id,
    )
