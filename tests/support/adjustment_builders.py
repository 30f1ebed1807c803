"""One builder a message of adjustments: A1, asked for by Ada on Monday noon, of lamps in the north.

Amounts are given as on the wire.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from stockledger.messages.adjustment import (
    AdjustmentApplied,
    AdjustmentApproved,
    AdjustmentExpired,
    AdjustmentRejected,
    AdjustmentRequested,
    ApproveAdjustment,
    ExpireAdjustment,
    RejectAdjustment,
)
from stockledger.messages.fields import Sku, Time, WarehouseId, time_to_wire
from stockledger.messages.item import AdjustStock, CorrectStock, StockAdjusted, StockCorrected
from tests.support.builders import LAMP, NORTH, money, units
from tests.support.item_builders import (
    adjust_stock,
    correct_stock,
    stock_adjusted,
    stock_corrected,
)
from tests.support.specification import MONDAY_NOON

A1: Final = "A1"
ADA: Final = "ada"
BOB: Final = "bob"
EVE: Final = "eve"
DAY: Final = 24 * 3_600
WEEK: Final = 7 * DAY


def deadline(days: float = 7) -> Time:
    """Return the time so many days after Monday noon."""
    return MONDAY_NOON + timedelta(days=days)


def deadline_text(days: float = 7) -> str:
    """Return it as answers write it."""
    return time_to_wire(deadline(days))


def ask_to_adjust(
    change: float,
    warehouse_id: WarehouseId = NORTH,
    sku: Sku = LAMP,
    *,
    adjustment_id: str = A1,
) -> AdjustStock:
    return replace(adjust_stock(change, warehouse_id, sku), adjustment_id=adjustment_id)


def ask_to_correct(actual_quantity: float, *, adjustment_id: str = A1) -> CorrectStock:
    return replace(correct_stock(actual_quantity), adjustment_id=adjustment_id)


def approve(adjustment_id: str = A1, *, item_version: int | None = None) -> ApproveAdjustment:
    return ApproveAdjustment(adjustment_id=adjustment_id, item_version=item_version)


def reject(adjustment_id: str = A1, *, reason: str = "Look again") -> RejectAdjustment:
    return RejectAdjustment(adjustment_id=adjustment_id, reason=reason)


def expire(adjustment_id: str = A1) -> ExpireAdjustment:
    return ExpireAdjustment(adjustment_id=adjustment_id)


def adjustment_requested(  # noqa: PLR0913 - all that the approver sees
    change: float,
    *,
    adjustment_id: str = A1,
    actual: float | None = None,
    item_version: int = 2,
    available: float = 10,
    on_hand: float = 10,
    value: float,
    days: float = 7,
    requested_by: str = ADA,
    reason: str = "Fell off the shelf",
) -> AdjustmentRequested:
    return AdjustmentRequested(
        reason=reason,
        adjustment_id=adjustment_id,
        warehouse_id=NORTH,
        sku=LAMP,
        change=units(change),
        actual_quantity=None if actual is None else units(actual),
        requested_by=requested_by,
        expires_at=deadline(days),
        item_version=item_version,
        available=units(available),
        on_hand=units(on_hand),
        value=money(value),
    )


def adjustment_applied(
    change: float,
    *,
    adjustment_id: str = A1,
    actual: float | None = None,
    requested_by: str | None = ADA,
    reason: str = "Fell off the shelf",
) -> AdjustmentApplied:
    return AdjustmentApplied(
        reason=reason,
        adjustment_id=adjustment_id,
        warehouse_id=NORTH,
        sku=LAMP,
        change=units(change),
        actual_quantity=None if actual is None else units(actual),
        requested_by=requested_by,
    )


def adjustment_approved(
    meanwhile: float = 0, *, adjustment_id: str = A1, approved_by: str = BOB
) -> AdjustmentApproved:
    return AdjustmentApproved(
        adjustment_id=adjustment_id, approved_by=approved_by, changed_meanwhile=units(meanwhile)
    )


def adjustment_rejected(
    rejected_by: str = BOB, *, adjustment_id: str = A1, reason: str = "Look again"
) -> AdjustmentRejected:
    return AdjustmentRejected(adjustment_id=adjustment_id, rejected_by=rejected_by, reason=reason)


def adjustment_expired(days: float = 7, *, adjustment_id: str = A1) -> AdjustmentExpired:
    return AdjustmentExpired(adjustment_id=adjustment_id, expires_at=deadline(days))


def adjusted_under_id(
    change: float, *, available: float, reserved: float = 0, value: float, value_change: float
) -> StockAdjusted:
    movement = stock_adjusted(
        change, available=available, reserved=reserved, value=value, value_change=value_change
    )
    return replace(movement, adjustment_id=A1)


def corrected_under_id(
    actual_quantity: float, *, available: float, value: float, value_change: float
) -> StockCorrected:
    movement = stock_corrected(
        actual_quantity, available=available, value=value, value_change=value_change
    )
    return replace(movement, adjustment_id=A1)
