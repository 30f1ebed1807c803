"""The types of message fields: how each is written on the wire, and what is refused."""

from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Final, NewType

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

from stockledger.amounts import (
    AMOUNT_MAX,
    MONEY_SCALE,
    QUANTITY_SCALE,
    Money,
    Quantity,
    money_from_wire,
    money_to_wire,
    quantity_from_wire,
    quantity_to_wire,
)

ID_PATTERN: Final = r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$"
"""Ids name streams, so they hold no slash and no space, and are short enough to be keys."""

NAME_LENGTH_MAX: Final = 200
"""Characters of a one-line text: a name, a contact."""

TEXT_LENGTH_MAX: Final = 2_000
"""Characters of a free text: a reason, an address."""

HOLD_SECONDS_MAX: Final = 366 * 24 * 3_600
"""Longest hold (s): stock that is promised for more than a year is not a reservation."""

DAY_PATTERN: Final = r"^\d{4}-\d{2}-\d{2}$"

TIMES_REMEMBERED: Final = 1_024
"""Times kept written out: all events and answers of a batch have the same one."""

_ID: Final = Field(pattern=ID_PATTERN, strict=True)
_ONE_LINE: Final = r"^[^\x00-\x1f\x7f]*$"
_LINES: Final = r"^[^\x00-\x08\x0b-\x1f\x7f]*$"

TenantId = NewType("TenantId", str)
WarehouseId = NewType("WarehouseId", str)
Sku = NewType("Sku", str)
StreamName = NewType("StreamName", str)
"""Name of a stream inside its tenant, `<type>/<id>`, as in `item/NORTH/LAMP`."""

TenantIdField = Annotated[TenantId, _ID]
WarehouseIdField = Annotated[WarehouseId, _ID]
SkuField = Annotated[Sku, _ID]
StreamNameField = Annotated[StreamName, Field(max_length=255)]
IdField = Annotated[str, _ID]

Name = Annotated[
    str, Field(strict=True, min_length=1, max_length=NAME_LENGTH_MAX, pattern=_ONE_LINE)
]
Text = Annotated[str, Field(strict=True, min_length=1, max_length=TEXT_LENGTH_MAX, pattern=_LINES)]
Place = Annotated[str, Field(strict=True, min_length=1, max_length=64, pattern=_ONE_LINE)]
"""A bin, aisle or shelf, as written on its label."""
Currency = Annotated[str, Field(strict=True, pattern=r"^[A-Z]{3}$", description="ISO 4217 code")]
Version = Annotated[int, Field(strict=True, ge=0, le=2**53 - 1)]
Percent = Annotated[int, Field(strict=True, ge=0, le=100)]
Days = Annotated[int, Field(strict=True, ge=0, le=3_650)]
Priority = Annotated[int, Field(strict=True, ge=0, le=1_000_000)]
HoldSeconds = Annotated[int, Field(strict=True, ge=1, le=HOLD_SECONDS_MAX)]
Flag = Annotated[bool, Field(strict=True)]
Day = Annotated[str, Field(strict=True, pattern=DAY_PATTERN, description="A day, ISO 8601.")]


class Bucket(StrEnum):
    """Where a quantity is; from supplier on: outside our warehouses.

    Through `transfer` units pass from one warehouse to another: over both it is always zero.
    """

    AVAILABLE = "available"
    RESERVED = "reserved"
    DAMAGED = "damaged"
    QUARANTINED = "quarantined"
    IN_TRANSIT = "in_transit"
    SUPPLIER = "supplier"
    CUSTOMER = "customer"
    ADJUSTMENT = "adjustment"
    SCRAP = "scrap"
    PRODUCTION = "production"
    TRANSFER = "transfer"


def time_from_wire(text: object) -> datetime:
    """Return the UTC time of an RFC 3339 text; ValueError when it is none or lacks a zone."""
    if isinstance(text, datetime):
        return text
    if not isinstance(text, str) or len(text) > len("2026-11-21T09:00:00.000000000+00:00"):
        message = "not an RFC 3339 time"
        raise ValueError(message)
    time = datetime.fromisoformat(text)
    if time.tzinfo is None or ("T" not in text and "t" not in text):
        message = "not an RFC 3339 time with a zone"
        raise ValueError(message)
    try:
        return time.astimezone(UTC)
    except OverflowError as error:
        message = "time out of range"
        raise ValueError(message) from error


@lru_cache(maxsize=TIMES_REMEMBERED)
def time_to_wire(time: datetime) -> str:
    """Return the RFC 3339 text of a UTC time, in microseconds, ending in Z."""
    return time.isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def _number(scale: int, minimum: int, *, above: bool) -> WithJsonSchema:
    limit = AMOUNT_MAX / scale
    return WithJsonSchema(
        {
            "type": "number",
            "exclusiveMinimum" if above else "minimum": minimum / scale,
            "maximum": limit,
            "multipleOf": 1 / scale,
        }
    )


_QUANTITY_READ: Final = BeforeValidator(quantity_from_wire)
_QUANTITY_WRITE: Final = PlainSerializer(quantity_to_wire, return_type=int | float)
_MONEY_READ: Final = BeforeValidator(money_from_wire)
_MONEY_WRITE: Final = PlainSerializer(money_to_wire, return_type=int | float)

# A limit stands before the reading function: so pydantic checks it itself, without a call.
SignedQuantity = Annotated[
    Quantity, _QUANTITY_READ, _QUANTITY_WRITE, _number(QUANTITY_SCALE, -AMOUNT_MAX, above=False)
]
SomeQuantity = Annotated[
    Quantity, Field(ge=0), _QUANTITY_READ, _QUANTITY_WRITE, _number(QUANTITY_SCALE, 0, above=False)
]
PositiveQuantity = Annotated[
    Quantity, Field(gt=0), _QUANTITY_READ, _QUANTITY_WRITE, _number(QUANTITY_SCALE, 0, above=True)
]
SignedMoney = Annotated[
    Money, _MONEY_READ, _MONEY_WRITE, _number(MONEY_SCALE, -AMOUNT_MAX, above=False)
]
SomeMoney = Annotated[
    Money, Field(ge=0), _MONEY_READ, _MONEY_WRITE, _number(MONEY_SCALE, 0, above=False)
]
Time = Annotated[
    datetime,
    BeforeValidator(time_from_wire),
    PlainSerializer(time_to_wire, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
