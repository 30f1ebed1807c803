"""What queries about adjustments answer: the shapes, and how rows become them."""

from datetime import datetime
from typing import Any, Final

from pydantic import BaseModel, Field

from stockledger.amounts import Money, Quantity, money_to_wire, quantity_to_wire, share_of
from stockledger.messages.adjustment import AdjustmentStatus
from stockledger.messages.fields import time_to_wire
from stockledger_projector.api.answers import MoneyNumber, QuantityNumber, ReferenceAnswer, Row

_QUANTITIES: Final = ("change", "changed_meanwhile")
_PLAIN: Final = (
    "adjustment_id",
    "status",
    "warehouse_id",
    "sku",
    "requested_by",
    "reason",
    "decided_by",
    "decision_reason",
    "position",
    "version",
)
_TIMES: Final = ("effective_at", "created_at", "expires_at", "decided_at", "updated_at")


class ItemSeen(BaseModel):
    """The item of an adjustment, at some time."""

    version: int = Field(description="For `item_version` of ApproveAdjustment, that of now.")
    available: QuantityNumber
    on_hand: QuantityNumber
    change_value: MoneyNumber = Field(description="What the change would be worth, at cost.")


class AdjustmentAnswer(BaseModel):
    """An adjustment; one that waits tells what it would change and what changed meanwhile."""

    adjustment_id: str = Field(examples=["A-1001"])
    status: AdjustmentStatus
    can_be_approved: bool = Field(description="It waits, and its time has not passed.")
    warehouse_id: str = Field(examples=["NORTH"])
    sku: str = Field(examples=["LAMP"])
    change: QuantityNumber
    requested_by: str | None = None
    reason: str | None = None
    reference: ReferenceAnswer | None = None
    effective_at: datetime | None = None
    created_at: datetime
    expires_at: datetime | None = None
    when_requested: ItemSeen | None = None
    now: ItemSeen | None = Field(default=None, description="Only while it waits.")
    changed_meanwhile: QuantityNumber | None = Field(
        default=None,
        description="What on hand changed by since the request: until now, or the approval.",
    )
    would_be_available: QuantityNumber | None = Field(
        default=None, description="After an approval now; below zero it would be refused."
    )
    decided_at: datetime | None = None
    decided_by: str | None = None
    decision_reason: str | None = None
    updated_at: datetime
    position: int
    version: int = Field(description="Version of the adjustment, for `expected_version`.")


class AdjustmentPage(BaseModel):
    """Adjustments, the latest first."""

    items: list[AdjustmentAnswer]
    next_cursor: str | None


def adjustment_of(row: Row) -> dict[str, Any]:
    """Return an adjustment's JSON values; what is unknown is left out."""
    values = {name: row[name] for name in _PLAIN if row[name] is not None}
    values |= {name: time_to_wire(row[name]) for name in _TIMES if row[name] is not None}
    values |= {name: quantity_to_wire(row[name]) for name in _QUANTITIES if row[name] is not None}
    values["can_be_approved"] = bool(row["can_be_approved"])
    if row["reference_id"] is not None:
        values["reference"] = {"type": row["reference_type"], "id": row["reference_id"]}
    if row["item_version"] is not None:
        figures = (row["item_version"], row["available"], row["on_hand"])
        values["when_requested"] = _seen(*figures, row["value"])
    if row["status"] == AdjustmentStatus.PENDING and row["version_now"] is not None:
        values |= _meanwhile(row)
    return values


def _meanwhile(row: Row) -> dict[str, Any]:
    change, on_hand = row["change"], row["on_hand_now"]
    value = share_of(Money(row["value_now"]), change, on_hand) if on_hand > 0 else row["value"]
    return {
        "now": _seen(row["version_now"], row["available_now"], on_hand, value),
        "changed_meanwhile": quantity_to_wire(Quantity(on_hand - row["on_hand"])),
        "would_be_available": quantity_to_wire(Quantity(row["available_now"] + change)),
    }


def _seen(version: int, available: int, on_hand: int, value: int) -> dict[str, Any]:
    return {
        "version": version,
        "available": quantity_to_wire(available),
        "on_hand": quantity_to_wire(on_hand),
        "change_value": money_to_wire(value),
    }
