"""Which streams a command names itself: they are in memory before it is decided."""

from collections.abc import Sequence

from stockledger.messages.fields import StreamName
from stockledger.messages.item import AdjustStock, ConfigureItem, CorrectStock, ReceiveStock
from stockledger.messages.message import Command, StreamCommand
from stockledger.messages.reservation import ExpireReservation, ReserveStock, UpdateReservation
from stockledger.messages.streams import reservation_stream
from stockledger.messages.supplier_order import CreateSupplierOrder, ReceiveSupplierOrder
from stockledger.messages.transfer import CreateTransfer, TransferStock
from stockledger_command_handler.domain import item, reserving, supplier_order, transfer


def streams_named(command: Command) -> Sequence[StreamName]:
    """Return the streams that are loaded for the command before its decider is asked.

    The decider asks for others with `View.require`, most of which only states name.
    """
    match command:
        case ReserveStock():
            return reserving.streams_of_command(command)
        case UpdateReservation():
            return reserving.streams_of_update(command)
        case ExpireReservation():
            return [reservation_stream(one) for one in command.reservation_ids]
        case ReceiveStock() | ConfigureItem() | AdjustStock() | CorrectStock():
            return item.streams_of_new_stock(command)
        case CreateTransfer() | TransferStock():
            return transfer.streams_of_transfer(command)
        case CreateSupplierOrder() | ReceiveSupplierOrder():
            return supplier_order.streams_of_order(command)
        case StreamCommand():
            return (command.stream,)
        case _:
            return ()
