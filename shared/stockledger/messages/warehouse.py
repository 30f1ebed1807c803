"""Warehouses: commands, then events."""

from stockledger.messages.capacity import CapacityUnit
from stockledger.messages.fields import (
    Flag,
    IdField,
    Name,
    PositiveQuantity,
    Priority,
    StreamName,
    Text,
    WarehouseId,
    WarehouseIdField,
)
from stockledger.messages.message import Event, StreamCommand, message
from stockledger.messages.streams import warehouse_stream


@message
class WarehouseCommand(StreamCommand):
    """A command about one warehouse."""

    warehouse_id: WarehouseIdField

    @property
    def stream(self) -> StreamName:
        return warehouse_stream(self.warehouse_id)


@message
class CreateWarehouse(WarehouseCommand):
    """Open a warehouse; it is active at once. Its lowest priority number is picked first.

    Without `capacity` it has no limit.
    """

    name: Name
    code: IdField | None = None
    address: Text | None = None
    contact: Text | None = None
    operating_hours: Text | None = None
    time_zone: Name | None = None
    priority: Priority | None = None
    capacity: PositiveQuantity | None = None
    capacity_unit: CapacityUnit | None = None


@message
class UpdateWarehouse(WarehouseCommand):
    """Change what is given; what is left out stays as it is. `unlimited` takes the limit away."""

    name: Name | None = None
    code: IdField | None = None
    address: Text | None = None
    contact: Text | None = None
    operating_hours: Text | None = None
    time_zone: Name | None = None
    priority: Priority | None = None
    capacity: PositiveQuantity | None = None
    capacity_unit: CapacityUnit | None = None
    unlimited: Flag = False


@message
class ActivateWarehouse(WarehouseCommand):
    """Let the warehouse take new stock again."""


@message
class DeactivateWarehouse(WarehouseCommand):
    """Let the warehouse take no new stock; what it has can still be issued."""


@message
class DeleteWarehouse(WarehouseCommand):
    """Give the warehouse up, for good; only when nothing is in it or on its way to it."""


@message
class WarehouseEvent(Event):
    """An event of one warehouse."""

    warehouse_id: WarehouseId

    @property
    def stream(self) -> StreamName:
        return warehouse_stream(self.warehouse_id)


@message
class WarehouseDescribed(WarehouseEvent):
    """All that is known of a warehouse, as it is from now on."""

    name: str
    code: str
    address: str | None = None
    contact: str | None = None
    operating_hours: str | None = None
    time_zone: str
    priority: int
    capacity: PositiveQuantity | None = None
    capacity_unit: CapacityUnit = CapacityUnit.UNITS


@message
class WarehouseCreated(WarehouseDescribed):
    """A warehouse exists and is active."""


@message
class WarehouseUpdated(WarehouseDescribed):
    """The description of a warehouse changed."""


@message
class WarehouseActivated(WarehouseEvent):
    """The warehouse takes new stock again."""


@message
class WarehouseDeactivated(WarehouseEvent):
    """The warehouse takes no new stock."""


@message
class WarehouseDeleted(WarehouseEvent):
    """The warehouse is given up, for good; its history stays."""
