"""What is known of an adjustment, and how each of its events changes that."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, assert_never

from stockledger.amounts import ZERO, Quantity
from stockledger.messages.adjustment import (
    AdjustmentApplied,
    AdjustmentApproved,
    AdjustmentExpired,
    AdjustmentRejected,
    AdjustmentRequested,
    AdjustmentStatus,
)
from stockledger.messages.fields import Sku, Time, WarehouseId
from stockledger.messages.message import Reference

Event = (
    AdjustmentApplied
    | AdjustmentRequested
    | AdjustmentApproved
    | AdjustmentRejected
    | AdjustmentExpired
)

FOLD_VERSION: Final = 1
"""Raised when `AdjustmentState` or `evolve` changes, so that older snapshots are not used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What was asked: the change, and where a quantity on hand was stated, that quantity.

    `on_hand` is what there was when it was asked.
    """

    warehouse_id: WarehouseId
    sku: Sku
    change: Quantity
    actual_quantity: Quantity | None
    requested_by: str | None
    on_hand: Quantity
    effective_at: Time | None
    reason: str | None
    reference: Reference | None


@dataclass(slots=True)
class AdjustmentState:
    """An adjustment with an id. `status` and `request` are None until it exists.

    `expires_at` is None of one that was applied at once, `changed_meanwhile` until it is approved.
    """

    status: AdjustmentStatus | None = None
    request: Request | None = None
    expires_at: Time | None = None
    changed_meanwhile: Quantity | None = None

    def status_at(self, now: datetime) -> AdjustmentStatus | None:
        """Return its status: past the deadline it is expired, whether or not a tick came."""
        if self.status is not AdjustmentStatus.PENDING or not self.is_due(now):
            return self.status
        return AdjustmentStatus.EXPIRED

    def is_due(self, now: datetime) -> bool:
        """Return whether its deadline has come."""
        return self.expires_at is not None and now >= self.expires_at


def initial() -> AdjustmentState:
    """Return an adjustment that does not exist; a new one each time, to be evolved."""
    return AdjustmentState()


def evolve(state: AdjustmentState, event: Event) -> AdjustmentState:
    match event:
        case AdjustmentApplied():
            state.status = AdjustmentStatus.APPLIED
            state.request = _request(event, ZERO)
        case AdjustmentRequested():
            state.status = AdjustmentStatus.PENDING
            state.request = _request(event, event.on_hand)
            state.expires_at = event.expires_at
        case AdjustmentApproved():
            state.status = AdjustmentStatus.APPROVED
            state.changed_meanwhile = event.changed_meanwhile
        case AdjustmentRejected():
            state.status = AdjustmentStatus.REJECTED
        case AdjustmentExpired():
            state.status = AdjustmentStatus.EXPIRED
        case _:
            assert_never(event)
    return state


def _request(event: AdjustmentApplied | AdjustmentRequested, on_hand: Quantity) -> Request:
    return Request(
        warehouse_id=event.warehouse_id,
        sku=event.sku,
        change=event.change,
        actual_quantity=event.actual_quantity,
        requested_by=event.requested_by,
        on_hand=on_hand,
        effective_at=event.effective_at,
        reason=event.reason,
        reference=event.reference,
    )
