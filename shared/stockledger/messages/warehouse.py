"""Warehouses: commands, then events."""

from dataclasses import dataclass

from stockledger.messages.fields import (
    IdField,
    Name,
    Priority,
    StreamName,
    Text,
    WarehouseId,
    WarehouseIdField,
)
from stockledger.messages.message import Command, Event
from stockledger.messages.streams import warehouse_stream


@dataclass(frozen=True, slots=True, kw_only=True)
class WarehouseCommand(Command):
    """A command about one warehouse."""

    warehouse_id: WarehouseIdField

    @property
    def stream(self) -> StreamName:
        return warehouse_stream(self.warehouse_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateWarehouse(WarehouseCommand):
    """Open a warehouse; it is active at once. Its lowest priority number is picked first."""

    name: Name
    code: IdField | None = None
    address: Text | None = None
    contact: Text | None = None
    operating_hours: Text | None = None
    time_zone: Name | None = None
    priority: Priority | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateWarehouse(WarehouseCommand):
    """Change what is given; what is left out stays as it is."""

    name: Name | None = None
    code: IdField | None = None
    address: Text | None = None
    contact: Text | None = None
    operating_hours: Text | None = None
    time_zone: Name | None = None
    priority: Priority | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivateWarehouse(WarehouseCommand):
    """Let the warehouse take new stock again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeactivateWarehouse(WarehouseCommand):
    """Let the warehouse take no new stock; what it has can still be issued."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WarehouseEvent(Event):
    """An event of one warehouse."""

    warehouse_id: WarehouseId

    @property
    def stream(self) -> StreamName:
        return warehouse_stream(self.warehouse_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class WarehouseDescribed(WarehouseEvent):
    """All that is known of a warehouse, as it is from now on."""

    name: str
    code: str
    address: str | None = None
    contact: str | None = None
    operating_hours: str | None = None
    time_zone: str
    priority: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WarehouseCreated(WarehouseDescribed):
    """A warehouse exists and is active."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WarehouseUpdated(WarehouseDescribed):
    """The description of a warehouse changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WarehouseActivated(WarehouseEvent):
    """The warehouse takes new stock again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WarehouseDeactivated(WarehouseEvent):
    """The warehouse takes no new stock."""
