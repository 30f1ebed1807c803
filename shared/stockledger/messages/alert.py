"""Alerts about an item's figures or a warehouse's capacity: commands, then events.

An alert belongs to the stream whose events cause it: an item's, or a warehouse's capacity. At most
one of a kind is open there; `number` counts how many of the kind there have been.
"""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from stockledger.messages.fields import (
    SignedQuantity,
    Sku,
    SkuField,
    SomeQuantity,
    StreamName,
    WarehouseId,
    WarehouseIdField,
)
from stockledger.messages.message import Event, StreamCommand, message
from stockledger.messages.streams import capacity_stream, item_stream


class AlertKind(StrEnum):
    """What an alert is about."""

    LOW_STOCK = "LOW_STOCK"
    OUT_OF_STOCK = "OUT_OF_STOCK"
    REORDER_NEEDED = "REORDER_NEEDED"
    OVERSTOCK = "OVERSTOCK"
    CAPACITY = "CAPACITY"


class Severity(StrEnum):
    """How urgent an alert is, least first."""

    INFO = "INFO"
    WARNING = "WARNING"
    CRITICAL = "CRITICAL"


class AlertResolution(StrEnum):
    """Why an alert is over: its cause went, an actor said so, or another took its place."""

    CAUSE_GONE = "cause_gone"
    BY_HAND = "by_hand"
    REPLACED = "replaced"


AlertNumber = Annotated[int, Field(strict=True, ge=1, le=2**53 - 1)]


@message
class AlertCommand(StreamCommand):
    """A command about the open alert of a kind: of an item, or (CAPACITY) of a warehouse.

    `number` is that of the alert that the actor looked at: refused when another one is open now.
    """

    kind: AlertKind
    warehouse_id: WarehouseIdField
    sku: SkuField | None = None
    number: AlertNumber | None = None

    @property
    def stream(self) -> StreamName:
        return _stream(self.warehouse_id, self.sku)


@message
class AcknowledgeAlert(AlertCommand):
    """Say that somebody sees to it; the alert stays open. The actor must be known."""


@message
class ResolveAlert(AlertCommand):
    """Close the alert although its cause may go on; the actor must be known.

    It is not raised again by the same cause before the next daily check.
    """


@message
class AlertEvent(Event):
    """An event of one alert; `sku` is None where it is about the warehouse."""

    kind: AlertKind
    number: int
    severity: Severity
    warehouse_id: WarehouseId
    sku: Sku | None = None

    @property
    def stream(self) -> StreamName:
        return _stream(self.warehouse_id, self.sku)


@message
class AlertRaised(AlertEvent):
    """The figure has reached the trigger.

    The figure is what the kind goes by: available (LOW_STOCK, OUT_OF_STOCK), on hand (OVERSTOCK),
    what is used of the capacity (CAPACITY), or available, in transit and on order together
    (REORDER_NEEDED, with the quantity that is recommended to order, and from whom).
    `name` is the item's name.
    """

    figure: SignedQuantity
    trigger: SignedQuantity
    name: str | None = None
    recommended: SomeQuantity | None = None
    supplier_id: str | None = None
    reorder_automatically: bool = False


@message
class AlertAcknowledged(AlertEvent):
    """Somebody sees to it."""

    acknowledged_by: str


@message
class AlertResolved(AlertEvent):
    """The alert is over, as `resolution` says; `figure` is what it had come to then."""

    resolution: AlertResolution
    figure: SignedQuantity
    resolved_by: str | None = None


def _stream(warehouse_id: WarehouseId, sku: Sku | None) -> StreamName:
    return capacity_stream(warehouse_id) if sku is None else item_stream(warehouse_id, sku)
