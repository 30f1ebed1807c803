"""How decisions about adjustments are written down as events, and what the answers say."""

from datetime import datetime

from stockledger.amounts import Quantity, quantity_to_wire
from stockledger.messages.adjustment import (
    AdjustmentApplied,
    AdjustmentApproved,
    AdjustmentExpired,
    AdjustmentRejected,
    AdjustmentRequested,
    AdjustmentStatus,
    ApproveAdjustment,
    ExpireAdjustment,
    RejectAdjustment,
)
from stockledger.messages.fields import Time, time_to_wire
from stockledger.messages.item import AdjustStock, CorrectStock, StockAdjusted
from stockledger.messages.results import DetailValue
from stockledger_command_handler.domain.adjustment_state import AdjustmentState, Request
from stockledger_command_handler.domain.stock import Movement, Stock


def applied(
    command: AdjustStock | CorrectStock,
    adjustment_id: str,
    change: Quantity,
    requested_by: str | None,
) -> AdjustmentApplied:
    return AdjustmentApplied(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        adjustment_id=adjustment_id,
        warehouse_id=command.warehouse_id,
        sku=command.sku,
        change=change,
        actual_quantity=_stated_by(command),
        requested_by=requested_by,
    )


def requested(
    command: AdjustStock | CorrectStock,
    adjustment_id: str,
    movement: Movement,
    change: Quantity,
    requested_by: str,
    expires_at: Time,
    item_version: int,
    stock: Stock,
) -> AdjustmentRequested:
    return AdjustmentRequested(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        adjustment_id=adjustment_id,
        warehouse_id=command.warehouse_id,
        sku=command.sku,
        change=change,
        actual_quantity=_stated_by(command),
        requested_by=requested_by,
        expires_at=expires_at,
        item_version=item_version,
        available=stock.available,
        on_hand=stock.on_hand,
        value=movement.value_change,
    )


def approved(
    command: ApproveAdjustment, approved_by: str, changed_meanwhile: Quantity
) -> AdjustmentApproved:
    return AdjustmentApproved(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        adjustment_id=command.adjustment_id,
        approved_by=approved_by,
        changed_meanwhile=changed_meanwhile,
    )


def adjusted_as_requested(
    adjustment_id: str, request: Request, movement: Movement
) -> StockAdjusted:
    return StockAdjusted(
        effective_at=request.effective_at,
        reason=request.reason,
        reference=request.reference,
        warehouse_id=request.warehouse_id,
        sku=request.sku,
        quantity=movement.quantity,
        entries=movement.entries,
        value_change=movement.value_change,
        levels=movement.levels,
        change=request.change,
        adjustment_id=adjustment_id,
    )


def rejected(command: RejectAdjustment, rejected_by: str) -> AdjustmentRejected:
    return AdjustmentRejected(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        adjustment_id=command.adjustment_id,
        rejected_by=rejected_by,
    )


def run_out(command: ExpireAdjustment, expires_at: Time) -> AdjustmentExpired:
    return AdjustmentExpired(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        adjustment_id=command.adjustment_id,
        expires_at=expires_at,
    )


def outcome(
    adjustment_id: str, status: AdjustmentStatus, change: Quantity, expires_at: Time | None = None
) -> dict[str, DetailValue]:
    """Return what the answer says of an adjustment."""
    said: dict[str, DetailValue] = {
        "adjustment_id": adjustment_id,
        "status": status.value,
        "change": quantity_to_wire(change),
    }
    if expires_at is not None:
        said["expires_at"] = time_to_wire(expires_at)
    return said


def outcome_of(
    adjustment_id: str, state: AdjustmentState, request: Request, now: datetime
) -> dict[str, DetailValue]:
    """Return what the answer says of an adjustment that nothing happened to."""
    status = state.status_at(now) or AdjustmentStatus.PENDING
    said = outcome(adjustment_id, status, request.change, state.expires_at)
    if state.changed_meanwhile is not None:
        said["changed_meanwhile"] = quantity_to_wire(state.changed_meanwhile)
    return said


def _stated_by(command: AdjustStock | CorrectStock) -> Quantity | None:
    return command.actual_quantity if isinstance(command, CorrectStock) else None
