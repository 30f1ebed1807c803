"""What queries about reservations answer: the shapes, and how rows become them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import asyncpg
import orjson
from pydantic import BaseModel, Field

from stockledger.messages.fields import time_to_wire
from stockledger.messages.reservation import ReservationStatus
from stockledger_projector.api.answers import QuantityNumber, ReferenceAnswer

_PREFIX: Final = "stockledger."
_CHANGED: Final = ("lines", "asked", "expires_at", "customer_id", "cart_id", "order_id")
_SAID: Final = (*_CHANGED, "reason", "reference", "effective_at")


class HeldLineAnswer(BaseModel):
    """Units of an item that are held, or were sold in the end."""

    warehouse_id: str = Field(examples=["NORTH"])
    sku: str = Field(examples=["LAMP"])
    quantity: QuantityNumber


class AskedLineAnswer(BaseModel):
    """Units of a SKU that were asked for, of one warehouse or of any."""

    sku: str = Field(examples=["LAMP"])
    quantity: QuantityNumber
    warehouse_id: str | None = None


class ReservationAnswer(BaseModel):
    """A reservation as of its last event."""

    reservation_id: str = Field(examples=["R-1001"])
    status: ReservationStatus
    is_lapsed: bool = Field(
        description="Active by its last event, but its deadline has passed: it holds nothing."
    )
    expires_at: datetime
    customer_id: str | None = None
    cart_id: str | None = None
    order_id: str | None = None
    lines: list[HeldLineAnswer] = Field(
        description="What it holds; of an ended one what it held, of a completed one what it sold."
    )
    asked: list[AskedLineAnswer] | None = Field(
        default=None, description="What was asked for, when that is not what the lines say."
    )
    created_at: datetime
    updated_at: datetime
    ended_at: datetime | None = None
    partition: int
    position: int = Field(description="Position of the reservation's last event.")
    version: int = Field(description="Version of the reservation, for `expected_version`.")


class ReservationEventAnswer(BaseModel):
    """Something that happened to a reservation; of its figures those that changed."""

    event: str = Field(examples=["ReservationExtended"])
    recorded_at: datetime
    actor: str | None = None
    command: str = Field(description="`<source>/<id>` of the command that caused it.")
    position: int
    version: int
    lines: list[HeldLineAnswer] | None = None
    asked: list[AskedLineAnswer] | None = None
    expires_at: datetime | None = None
    customer_id: str | None = None
    cart_id: str | None = None
    order_id: str | None = None
    reason: str | None = None
    reference: ReferenceAnswer | None = None
    effective_at: datetime | None = None


class FulfilmentAnswer(BaseModel):
    """What became of reservations. A refused ReserveStock makes none, and is not counted."""

    since: datetime | None = Field(
        default=None, alias="from", description="`from`, at the beginning of its hour."
    )
    until: datetime | None = Field(
        default=None, alias="to", description="`to`, at the end of its hour."
    )
    created: int = Field(description="Made in this time.")
    confirmed: int = Field(description="Sold in this time.")
    released: int = Field(description="Given back in this time.")
    expired: int = Field(description="Left to expire in this time.")
    fulfilment_rate: float | None = Field(
        description="confirmed / (confirmed + released + expired); null when none ended.",
        examples=[0.8125],
    )


class ReservationPage(BaseModel):
    """Reservations by deadline."""

    items: list[ReservationAnswer]
    next_cursor: str | None


class ReservationHistory(BaseModel):
    """Events of one reservation, the first one first."""

    items: list[ReservationEventAnswer]
    next_cursor: str | None


def reservation_of(row: asyncpg.Record) -> dict[str, Any]:
    """Return a reservation's JSON values; what is unknown is left out."""
    asked = row["asked"]
    values = {name: _told(value) for name, value in row.items() if value is not None}
    values["lines"] = orjson.Fragment(row["lines"])
    if asked is not None:
        values["asked"] = orjson.Fragment(asked)
    return values


def event_of(row: asyncpg.Record, said: Sequence[str] = _SAID) -> dict[str, Any]:
    """Return the JSON values of an event as the log has it: of its fields those named."""
    data: dict[str, Any] = orjson.loads(row["data"])
    metadata: dict[str, str] = orjson.loads(row["metadata"])
    name, _, _ = row["type"].removeprefix(_PREFIX).partition(".")
    values = {
        "event": name,
        "recorded_at": time_to_wire(row["recorded_at"]),
        "command": row["command"],
        "position": row["position"],
        "version": row["version"],
    }
    if actor := metadata.get("actor"):
        values["actor"] = actor
    return values | {name: data[name] for name in said if name in data}


def fulfilment_of(
    row: asyncpg.Record, since: datetime | None, until: datetime | None
) -> dict[str, Any]:
    """Return the JSON values of a period's counts."""
    ended = row["confirmed"] + row["released"] + row["expired"]
    period = {"from": since, "to": until}
    return {
        **{name: time_to_wire(time) for name, time in period.items() if time is not None},
        **dict(row),
        "fulfilment_rate": round(row["confirmed"] / ended, 4) if ended else None,
    }


def _told(value: object) -> object:
    return time_to_wire(value) if isinstance(value, datetime) else value
