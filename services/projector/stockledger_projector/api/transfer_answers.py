"""What queries about transfers answer: the shapes, and how rows become them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import asyncpg
from pydantic import BaseModel, Field

from stockledger.amounts import money_to_wire, quantity_to_wire
from stockledger.messages.fields import time_to_wire
from stockledger.messages.transfer import TransferStatus
from stockledger_projector.api.answers import MoneyNumber, QuantityNumber, ReferenceAnswer

_UNITS: Final = (
    "quantity",
    "sent",
    "received",
    "in_transit",
    "short",
    "damaged",
    "returned",
    "over",
)
_VALUES: Final = ("sent_value", "transit_value")
_OF_LINE: Final = frozenset({"sku", "reference_type", "reference_id", *_UNITS, *_VALUES})


class AccountedFor(BaseModel):
    """Sent = received + in transit + short + damaged + returned."""

    quantity: QuantityNumber = Field(description="Asked for when it was created.")
    sent: QuantityNumber
    received: QuantityNumber
    in_transit: QuantityNumber
    short: QuantityNumber = Field(description="Will never come.")
    damaged: QuantityNumber
    returned: QuantityNumber = Field(description="Came back to the source when it was cancelled.")
    over: QuantityNumber = Field(description="Came besides those that were sent.")
    sent_value: MoneyNumber = Field(description="What was sent, at cost.")
    transit_value: MoneyNumber = Field(description="What is still in transit, at cost.")


class TransferLineAnswer(AccountedFor):
    """What became of a SKU of a transfer."""

    sku: str = Field(examples=["LAMP"])


class TransferAnswer(AccountedFor):
    """A transfer as of its last event; its figures are the sums of its lines."""

    transfer_id: str = Field(examples=["T-1001"])
    status: TransferStatus
    source_warehouse_id: str = Field(examples=["NORTH"])
    destination_warehouse_id: str = Field(examples=["SOUTH"])
    carrier: str | None = None
    tracking_number: str | None = None
    expected_delivery: datetime | None = None
    overdue_at: datetime | None = Field(default=None, description="When it was reported late.")
    reason: str | None = None
    reference: ReferenceAnswer | None = None
    receipts: int = Field(description="How often something was received.")
    created_at: datetime
    dispatched_at: datetime | None = None
    ended_at: datetime | None = None
    updated_at: datetime
    position: int = Field(description="Position of the transfer's last event.")
    version: int = Field(description="Version of the transfer, for `expected_version`.")


class TransferDetails(TransferAnswer):
    """A transfer with its lines."""

    lines: list[TransferLineAnswer]


class TransferPage(BaseModel):
    """Transfers, the latest first."""

    items: list[TransferAnswer]
    next_cursor: str | None


def transfer_of(row: asyncpg.Record) -> dict[str, Any]:
    """Return a transfer's JSON values; what is unknown is left out."""
    return _transfer(row) | _accounted(row)


def transfer_with_lines(rows: Sequence[asyncpg.Record]) -> dict[str, Any]:
    """Return the JSON values of a transfer that has its lines, one a row."""
    lines = [row for row in rows if row["sku"] is not None]
    totals = {name: sum(row[name] for row in lines) for name in (*_UNITS, *_VALUES)}
    told = [{"sku": row["sku"], **_accounted(row)} for row in lines]
    return _transfer(rows[0]) | _accounted(totals) | {"lines": told}


def _transfer(row: asyncpg.Record) -> dict[str, Any]:
    values = {
        name: time_to_wire(value) if isinstance(value, datetime) else value
        for name, value in row.items()
        if value is not None and name not in _OF_LINE
    }
    if row["reference_id"] is not None:
        values["reference"] = {"type": row["reference_type"], "id": row["reference_id"]}
    return values


def _accounted(row: asyncpg.Record | dict[str, int]) -> dict[str, int | float]:
    return {
        **{name: quantity_to_wire(row[name]) for name in _UNITS},
        **{name: money_to_wire(row[name]) for name in _VALUES},
    }
