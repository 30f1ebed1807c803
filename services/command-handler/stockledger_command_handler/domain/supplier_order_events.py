"""How decisions about orders to suppliers are written down as events, and what answers say."""

from collections.abc import Sequence

from stockledger.amounts import Money, Quantity, quantity_to_wire
from stockledger.messages.fields import Sku, Time, WarehouseId, time_to_wire
from stockledger.messages.item import StockReceived
from stockledger.messages.results import DetailValue, ErrorCode
from stockledger.messages.supplier_order import (
    CancelledLine,
    CancelSupplierOrder,
    ConfirmSupplierOrder,
    CreateSupplierOrder,
    OnOrderChanged,
    ReceiveSupplierOrder,
    ReportOverdueSupplierOrder,
    ReportSupplierUnavailable,
    SubmitSupplierOrder,
    SupplierOrderCancelled,
    SupplierOrderConfirmed,
    SupplierOrderCreated,
    SupplierOrderLine,
    SupplierOrderOverdue,
    SupplierOrderReceived,
    SupplierOrderSubmitted,
    SupplierUnavailable,
    TakenLine,
)
from stockledger_command_handler.domain.stock import Movement
from stockledger_command_handler.domain.supplier import SupplierDetails
from stockledger_command_handler.domain.supplier_order_state import SupplierOrderState

OrderingCommand = CreateSupplierOrder | ReceiveSupplierOrder | CancelSupplierOrder


def created(
    command: CreateSupplierOrder,
    supplier_id: str,
    supplier: SupplierDetails,
    lines: Sequence[SupplierOrderLine],
    expected_delivery: Time | None,
) -> SupplierOrderCreated:
    return SupplierOrderCreated(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        supplier_order_id=command.supplier_order_id,
        supplier_id=supplier_id,
        supplier_name=supplier.name,
        api_url=supplier.api_url,
        lines=tuple(lines),
        reorder=command.reorder,
        expected_delivery=expected_delivery,
    )


def submitted(
    command: SubmitSupplierOrder | ReceiveSupplierOrder, supplier_reference: str | None
) -> SupplierOrderSubmitted:
    return SupplierOrderSubmitted(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        supplier_order_id=command.supplier_order_id,
        supplier_reference=supplier_reference,
    )


def confirmed(command: ConfirmSupplierOrder) -> SupplierOrderConfirmed:
    return SupplierOrderConfirmed(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        supplier_order_id=command.supplier_order_id,
        supplier_reference=command.supplier_reference,
        expected_delivery=command.expected_delivery,
    )


def unavailable(command: ReportSupplierUnavailable, supplier_id: str) -> SupplierUnavailable:
    return SupplierUnavailable(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        supplier_order_id=command.supplier_order_id,
        supplier_id=supplier_id,
        code=ErrorCode.SUPPLIER_UNAVAILABLE,
        attempts=command.attempts,
        cause=command.cause,
    )


def received(
    command: ReceiveSupplierOrder,
    lines: Sequence[TakenLine],
    cancelled_lines: Sequence[CancelledLine],
    *,
    completed: bool,
) -> SupplierOrderReceived:
    return SupplierOrderReceived(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        supplier_order_id=command.supplier_order_id,
        delivery_id=command.delivery_id,
        lines=tuple(lines),
        cancelled=tuple(cancelled_lines),
        completed=completed,
    )


def cancelled(
    command: CancelSupplierOrder, lines: Sequence[CancelledLine]
) -> SupplierOrderCancelled:
    return SupplierOrderCancelled(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        supplier_order_id=command.supplier_order_id,
        lines=tuple(lines),
    )


def overdue(command: ReportOverdueSupplierOrder, expected_delivery: Time) -> SupplierOrderOverdue:
    return SupplierOrderOverdue(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        supplier_order_id=command.supplier_order_id,
        expected_delivery=expected_delivery,
    )


def on_order_changed(
    command: OrderingCommand,
    warehouse_id: WarehouseId,
    sku: Sku,
    change: Quantity,
    on_order: Quantity,
    *,
    reorder: bool,
) -> OnOrderChanged:
    return OnOrderChanged(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        warehouse_id=warehouse_id,
        sku=sku,
        supplier_order_id=command.supplier_order_id,
        change=change,
        on_order=on_order,
        reorder=reorder,
    )


def stock_received(
    command: ReceiveSupplierOrder,
    warehouse_id: WarehouseId,
    sku: Sku,
    unit_cost: Money,
    movement: Movement,
) -> StockReceived:
    return StockReceived(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        warehouse_id=warehouse_id,
        sku=sku,
        quantity=movement.quantity,
        entries=movement.entries,
        value_change=movement.value_change,
        levels=movement.levels,
        unit_cost=unit_cost,
        supplier_order_id=command.supplier_order_id,
    )


def outcome_of(supplier_order_id: str, state: SupplierOrderState) -> dict[str, DetailValue]:
    """Return what the answer to a command about an order to a supplier says."""
    assert state.status is not None
    expected = state.expected_delivery
    return {
        "supplier_order_id": supplier_order_id,
        "status": state.status.value,
        "supplier_id": state.supplier_id,
        "expected_delivery": None if expected is None else time_to_wire(expected),
        "lines": [
            {
                "warehouse_id": item.warehouse_id,
                "sku": item.sku,
                "ordered": quantity_to_wire(item.ordered),
                "received": quantity_to_wire(item.received),
                "rejected": quantity_to_wire(item.rejected),
                "over": quantity_to_wire(item.over),
                "cancelled": quantity_to_wire(item.cancelled),
                "on_order": quantity_to_wire(item.on_order),
            }
            for item in state.items.values()
        ],
    }
