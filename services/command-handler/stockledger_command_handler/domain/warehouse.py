"""A warehouse is described once, whole and valid, and takes new stock only while it is active."""

from dataclasses import asdict, dataclass
from typing import Final, assert_never

from stockledger.messages.results import ErrorCode, Rejection
from stockledger.messages.streams import TENANT_STREAM
from stockledger.messages.warehouse import (
    ActivateWarehouse,
    CreateWarehouse,
    DeactivateWarehouse,
    UpdateWarehouse,
    WarehouseActivated,
    WarehouseCreated,
    WarehouseDeactivated,
    WarehouseUpdated,
)
from stockledger_command_handler.domain.refusals import warehouse_not_found
from stockledger_command_handler.domain.settings import copied, merged
from stockledger_command_handler.domain.time_zones import refused_time_zone
from stockledger_command_handler.domain.view import Decision, View

Command = CreateWarehouse | UpdateWarehouse | ActivateWarehouse | DeactivateWarehouse
Event = WarehouseCreated | WarehouseUpdated | WarehouseActivated | WarehouseDeactivated

FOLD_VERSION: Final = 1
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


@dataclass(slots=True)
class WarehouseState:
    """A warehouse. `description` is None until it is created."""

    description: Description | None = None
    active: bool = False

    @property
    def exists(self) -> bool:
        return self.description is not None


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
        case _:
            assert_never(command)


def evolve(state: WarehouseState, event: Event) -> WarehouseState:
    match event:
        case WarehouseCreated():
            state.description, state.active = copied(Description, event), True
        case WarehouseUpdated():
            state.description = copied(Description, event)
        case WarehouseActivated():
            state.active = True
        case WarehouseDeactivated():
            state.active = False
        case _:
            assert_never(event)
    return state


def _create(command: CreateWarehouse, view: View) -> Decision:
    if refusal := refused_time_zone(command.time_zone):
        return refusal
    view.require(command.stream, TENANT_STREAM)
    known = view.warehouse(command.warehouse_id).description
    if known is None:
        return [_created(command, merged(_description_by_default(command, view), command))]
    return [] if merged(known, command) == known else _described_otherwise(command)


def _update(command: UpdateWarehouse, view: View) -> Decision:
    if refusal := refused_time_zone(command.time_zone):
        return refusal
    known = view.warehouse(command.warehouse_id).description
    if known is None:
        return warehouse_not_found(command.warehouse_id)
    description = merged(known, command)
    return [] if description == known else [_updated(command, description)]


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
