"""Which messages there are, by the name that they have on the wire."""

from typing import Final

from stockledger.messages import item, tenant, warehouse
from stockledger.messages.message import Command, Event
from stockledger.messages.results import CommandAccepted, CommandRejected, CommandResult

COMMANDS: Final[tuple[type[Command], ...]] = (
    tenant.ConfigureTenant,
    tenant.SetDefaultWarehouse,
    warehouse.CreateWarehouse,
    warehouse.UpdateWarehouse,
    warehouse.ActivateWarehouse,
    warehouse.DeactivateWarehouse,
    item.ConfigureItem,
    item.ReceiveStock,
    item.IssueStock,
    item.AdjustStock,
    item.CorrectStock,
    item.MoveBin,
)

EVENTS: Final[tuple[type[Event], ...]] = (
    tenant.TenantConfigured,
    tenant.DefaultWarehouseSet,
    warehouse.WarehouseCreated,
    warehouse.WarehouseUpdated,
    warehouse.WarehouseActivated,
    warehouse.WarehouseDeactivated,
    item.ItemConfigured,
    item.BinMoved,
    item.StockReceived,
    item.StockIssued,
    item.StockAdjusted,
    item.StockCorrected,
)

RESULTS: Final[tuple[type[CommandResult], ...]] = (CommandAccepted, CommandRejected)


def type_name(message: type[Command | Event | CommandResult]) -> str:
    """Return a message's type on the wire, as in `stockledger.ReceiveStock.v1`."""
    return f"stockledger.{message.__name__}.v{message.schema_version}"


COMMAND_TYPES: Final = {type_name(command): command for command in COMMANDS}
EVENT_TYPES: Final = {type_name(event): event for event in EVENTS}
