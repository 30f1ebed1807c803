"""Adjustments that a second person has to approve: commands, then events."""

from enum import StrEnum

from stockledger.messages.fields import (
    IdField,
    SignedMoney,
    SignedQuantity,
    Sku,
    SomeQuantity,
    StreamName,
    Text,
    Time,
    Version,
    WarehouseId,
)
from stockledger.messages.message import Event, StreamCommand, message
from stockledger.messages.streams import adjustment_stream


class AdjustmentStatus(StrEnum):
    """Applied at once; or pending until one of the others, exclusively and for good."""

    APPLIED = "APPLIED"
    PENDING = "PENDING"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    EXPIRED = "EXPIRED"


@message
class AdjustmentCommand(StreamCommand):
    """A command about one adjustment."""

    adjustment_id: IdField

    @property
    def stream(self) -> StreamName:
        return adjustment_stream(self.adjustment_id)


@message
class ApproveAdjustment(AdjustmentCommand):
    """Let the requested change take effect; the actor must be another than the requester.

    `item_version` is the version of the item that the approver looked at: refused when the item
    has changed since.
    """

    item_version: Version | None = None


@message
class RejectAdjustment(AdjustmentCommand):
    """Drop the requested change, for a stated reason."""

    reason: Text  # pyright: ignore[reportGeneralTypeIssues] - here it is obligatory


@message
class ExpireAdjustment(AdjustmentCommand):
    """Drop the requested change, that nobody decided in time; the scheduler's tick."""


@message
class AdjustmentEvent(Event):
    """An event of one adjustment."""

    adjustment_id: str

    @property
    def stream(self) -> StreamName:
        return adjustment_stream(self.adjustment_id)


@message
class AdjustmentApplied(AdjustmentEvent):
    """The change took effect at once: it is within the tenant's threshold.

    `actual_quantity`: it followed from the quantity that was stated; then it may be 0.
    """

    warehouse_id: WarehouseId
    sku: Sku
    change: SignedQuantity
    actual_quantity: SomeQuantity | None = None
    requested_by: str | None = None


@message
class AdjustmentRequested(AdjustmentEvent):
    """The change waits for another person's approval until `expires_at`; the stock is unchanged.

    `item_version`, `available` and `on_hand` are the item's when it was requested; `value` is
    what the change would have been worth then. `actual_quantity`: the change followed from the
    quantity that was stated.
    """

    warehouse_id: WarehouseId
    sku: Sku
    change: SignedQuantity
    actual_quantity: SomeQuantity | None = None
    requested_by: str
    expires_at: Time
    item_version: int
    available: SignedQuantity
    on_hand: SignedQuantity
    value: SignedMoney


@message
class AdjustmentApproved(AdjustmentEvent):
    """Another person approved, and the change took effect.

    `changed_meanwhile` is what on hand changed by between the request and the approval.
    """

    approved_by: str
    changed_meanwhile: SignedQuantity


@message
class AdjustmentRejected(AdjustmentEvent):
    """The change was turned down; `reason` says why."""

    rejected_by: str


@message
class AdjustmentExpired(AdjustmentEvent):
    """Nobody decided in time."""

    expires_at: Time
