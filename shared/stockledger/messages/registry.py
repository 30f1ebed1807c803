"""Which messages there are, by the name that they have on the wire."""

from typing import Final

from stockledger.messages import hold, item, order, reservation, sku, tenant, warehouse
from stockledger.messages.message import Command, Event
from stockledger.messages.results import CommandAccepted, CommandRejected, CommandResult

COMMANDS: Final[tuple[type[Command], ...]] = (
    tenant.ConfigureTenant,
    tenant.SetDefaultWarehouse,
    tenant.StartDailyCheck,
    warehouse.CreateWarehouse,
    warehouse.UpdateWarehouse,
    warehouse.ActivateWarehouse,
    warehouse.DeactivateWarehouse,
    item.ConfigureItem,
    item.ReceiveStock,
    item.IssueStock,
    item.ReturnStock,
    item.AdjustStock,
    item.CorrectStock,
    item.MoveBin,
    reservation.ReserveStock,
    reservation.UpdateReservation,
    reservation.ExtendReservation,
    reservation.ReleaseReservation,
    reservation.ConfirmReservation,
    reservation.ExpireReservation,
    order.AcceptOrder,
    order.CancelOrder,
    order.ReturnOrder,
)

EVENTS: Final[tuple[type[Event], ...]] = (
    tenant.TenantConfigured,
    tenant.DefaultWarehouseSet,
    tenant.DailyCheckStarted,
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
    item.StockReturned,
    sku.SkuStocked,
    hold.StockReserved,
    hold.StockReleased,
    hold.HoldExtended,
    hold.HoldsExpired,
    reservation.ReservationCreated,
    reservation.ReservationUpdated,
    reservation.ReservationExtended,
    reservation.ReservationConfirmed,
    reservation.ReservationReleased,
    reservation.ReservationExpired,
    reservation.CartReserved,
    order.OrderReserved,
    order.OrderAccepted,
    order.OrderItemsSold,
    order.OrderCancelled,
    order.OrderReturned,
)

RESULTS: Final[tuple[type[CommandResult], ...]] = (CommandAccepted, CommandRejected)


def type_name(message: type[Command | Event | CommandResult]) -> str:
    """Return a message's type on the wire, as in `stockledger.ReceiveStock.v1`."""
    return f"stockledger.{message.__name__}.v{message.schema_version}"


COMMAND_TYPES: Final = {type_name(command): command for command in COMMANDS}
EVENT_TYPES: Final = {type_name(event): event for event in EVENTS}
