"""How a transfer's decisions are written down as events, and what its answers say."""

from collections.abc import Mapping, Sequence

from stockledger.amounts import Money, Quantity, quantity_to_wire
from stockledger.messages.fields import Sku, Time, WarehouseId
from stockledger.messages.results import DetailValue
from stockledger.messages.transfer import (
    CancelTransfer,
    CreateTransfer,
    DispatchTransfer,
    ReceivedLine,
    ReceiveTransfer,
    ReportOverdueTransfer,
    SentLine,
    TransferCancelled,
    TransferCreated,
    TransferDispatched,
    TransferLine,
    TransferMade,
    TransferOverdue,
    TransferReceived,
    TransferStep,
    TransferStock,
    TransferStockMoved,
)
from stockledger_command_handler.domain.stock import Movement
from stockledger_command_handler.domain.transfer_state import TransferState

MovingCommand = CreateTransfer | TransferStock | DispatchTransfer | ReceiveTransfer | CancelTransfer


def created(command: CreateTransfer, wanted: Mapping[Sku, Quantity]) -> TransferCreated:
    return TransferCreated(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        transfer_id=command.transfer_id,
        source_warehouse_id=command.source_warehouse_id,
        destination_warehouse_id=command.destination_warehouse_id,
        lines=tuple([TransferLine(sku=sku, quantity=quantity) for sku, quantity in wanted.items()]),
    )


def made(command: TransferStock, lines: Sequence[SentLine]) -> TransferMade:
    return TransferMade(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        transfer_id=command.transfer_id,
        source_warehouse_id=command.source_warehouse_id,
        destination_warehouse_id=command.destination_warehouse_id,
        lines=tuple(lines),
    )


def dispatched(command: DispatchTransfer, lines: Sequence[SentLine]) -> TransferDispatched:
    return TransferDispatched(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        transfer_id=command.transfer_id,
        lines=tuple(lines),
        carrier=command.carrier,
        tracking_number=command.tracking_number,
        expected_delivery=command.expected_delivery,
    )


def received(
    command: ReceiveTransfer, lines: Sequence[ReceivedLine], *, completed: bool
) -> TransferReceived:
    return TransferReceived(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        transfer_id=command.transfer_id,
        receipt_id=command.receipt_id,
        lines=tuple(lines),
        completed=completed,
    )


def cancelled(command: CancelTransfer, lines: Sequence[SentLine]) -> TransferCancelled:
    return TransferCancelled(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        transfer_id=command.transfer_id,
        lines=tuple(lines),
    )


def overdue(command: ReportOverdueTransfer, expected_delivery: Time) -> TransferOverdue:
    return TransferOverdue(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        transfer_id=command.transfer_id,
        expected_delivery=expected_delivery,
    )


def stock_moved(
    command: MovingCommand,
    warehouse_id: WarehouseId,
    sku: Sku,
    movement: Movement,
    step: TransferStep,
    transit_change: Money,
) -> TransferStockMoved:
    return TransferStockMoved(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        warehouse_id=warehouse_id,
        sku=sku,
        quantity=movement.quantity,
        entries=movement.entries,
        value_change=movement.value_change,
        levels=movement.levels,
        transfer_id=command.transfer_id,
        step=step,
        transit_value_change=transit_change or None,
    )


def outcome_of(transfer_id: str, state: TransferState) -> dict[str, DetailValue]:
    """Return what the answer to a command about a transfer says."""
    assert state.status is not None
    return {
        "transfer_id": transfer_id,
        "status": state.status.value,
        "lines": [
            {
                "sku": sku,
                "sent": quantity_to_wire(line.sent),
                "received": quantity_to_wire(line.received),
                "in_transit": quantity_to_wire(line.in_transit),
                "short": quantity_to_wire(line.short),
                "damaged": quantity_to_wire(line.damaged),
                "returned": quantity_to_wire(line.returned),
                "over": quantity_to_wire(line.over),
            }
            for sku, line in state.skus.items()
        ],
    }
