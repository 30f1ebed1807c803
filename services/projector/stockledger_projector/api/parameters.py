"""The parameters that queries share: their limits, descriptions and examples."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, Final

from fastapi import Depends, Path, Query
from pydantic import AfterValidator, AwareDatetime

from stockledger.messages.fields import ID_PATTERN, NAME_LENGTH_MAX
from stockledger.messages.level import LevelFlag
from stockledger.messages.reservation import ReservationStatus
from stockledger_projector.api.cursors import CURSOR_LENGTH_MAX
from stockledger_projector.views.orders import OrderStatus

PAGE_MAX: Final = 500
"""Rows of a page: about 300 KB."""

PAGE_DEFAULT: Final = 100

_ONE_LINE: Final = r"^[^\x00-\x1f\x7f]+$"


class Kind(StrEnum):
    """Kinds of movements: the event's name without `Stock`."""

    RECEIVED = "received"
    ISSUED = "issued"
    ADJUSTED = "adjusted"
    CORRECTED = "corrected"
    RETURNED = "returned"
    RESERVED = "reserved"
    RELEASED = "released"
    HOLDS_EXPIRED = "holds_expired"
    DAMAGED = "damaged"
    REPAIRED = "repaired"
    SCRAPPED = "scrapped"
    COST_CORRECTED = "cost_corrected"
    TRANSFER_HELD = "transfer_held"
    TRANSFER_RELEASED = "transfer_released"
    TRANSFER_SENT = "transfer_sent"
    TRANSFER_EXPECTED = "transfer_expected"
    TRANSFER_RECEIVED = "transfer_received"
    TRANSFER_DAMAGED = "transfer_damaged"
    TRANSFER_SHORT = "transfer_short"
    TRANSFER_OVER = "transfer_over"
    TRANSFER_RECALLED = "transfer_recalled"
    TRANSFER_RETURNED = "transfer_returned"


class Clock(StrEnum):
    """When something took effect, or when it was recorded."""

    RECORDED = "recorded"
    EFFECTIVE = "effective"


class ReservationSort(StrEnum):
    """Which deadline comes first."""

    LATEST = "latest_deadline"
    SOONEST = "soonest_deadline"


def any_of(choices: type[StrEnum], alias: str, more: str = "") -> Any:  # noqa: ANN401 - as FastAPI's Query
    """Return the parameter that names one or more of the choices."""
    return Query(
        alias=alias,
        max_length=len(choices),
        description=f"Only with one of these; may be repeated.{more}",
    )


def _in_utc(time: datetime) -> datetime:
    try:
        return time.astimezone(UTC)
    except OverflowError as error:
        message = "is out of range"
        raise ValueError(message) from error


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""A time, in UTC; one that the calendar has in its own zone only is refused."""

Tenant = Annotated[
    str, Path(pattern=ID_PATTERN, description="Whose stock.", examples=["lamp-shop"])
]
WarehousePath = Annotated[str, Path(pattern=ID_PATTERN, examples=["NORTH"])]
SkuPath = Annotated[str, Path(pattern=ID_PATTERN, examples=["LAMP"])]
Warehouse = Annotated[
    str | None,
    Query(alias="warehouse_id", pattern=ID_PATTERN, description="Only this warehouse's."),
]
SkuQuery = Annotated[
    str | None, Query(alias="sku", pattern=ID_PATTERN, description="Only this SKU's.")
]
Category = Annotated[
    str | None,
    Query(pattern=_ONE_LINE, max_length=NAME_LENGTH_MAX, description="Only this category's."),
]
Flags = Annotated[
    Sequence[LevelFlag],
    Query(
        alias="flag",
        max_length=len(LevelFlag),
        description="Only items that have all of these flags; may be repeated.",
    ),
]
KindQuery = Annotated[Kind | None, Query(alias="kind", description="Only this kind.")]
ReferenceId = Annotated[
    str | None,
    Query(pattern=_ONE_LINE, max_length=NAME_LENGTH_MAX, description="Only of this document."),
]
ReferenceType = Annotated[
    str | None,
    Query(pattern=_ONE_LINE, max_length=NAME_LENGTH_MAX, description="Only of this sort."),
]
Since = Annotated[
    Moment | None,
    Query(
        alias="from",
        description="Only at or after this time (RFC 3339).",
        examples=["2026-11-21T09:00:00Z"],
    ),
]
Until = Annotated[
    Moment | None,
    Query(alias="to", description="Only before this time.", examples=["2026-11-22T09:00:00Z"]),
]
ClockQuery = Annotated[
    Clock, Query(alias="clock", description="Which time `from`, `to` and the order speak of.")
]
ReservationPath = Annotated[str, Path(pattern=ID_PATTERN, examples=["R-1001"])]
OrderPath = Annotated[str, Path(pattern=ID_PATTERN, examples=["O-1001"])]
ReservationStatuses = Annotated[Sequence[ReservationStatus], any_of(ReservationStatus, "status")]
OrderStatuses = Annotated[Sequence[OrderStatus], any_of(OrderStatus, "status")]
Customer = Annotated[
    str | None,
    Query(
        alias="customer_id",
        pattern=_ONE_LINE,
        max_length=NAME_LENGTH_MAX,
        description="Only this customer's.",
    ),
]
Cart = Annotated[
    str | None, Query(alias="cart_id", pattern=ID_PATTERN, description="Only of this cart.")
]
Order = Annotated[
    str | None, Query(alias="order_id", pattern=ID_PATTERN, description="Only of this order.")
]
ExpiresAfter = Annotated[
    Moment | None, Query(description="Only with a deadline at or after this time.")
]
ExpiresBefore = Annotated[
    Moment | None, Query(description="Only with a deadline before this time.")
]
ReservationSortQuery = Annotated[
    ReservationSort, Query(alias="sort", description="Which deadline comes first.")
]
Limit = Annotated[int, Query(ge=1, le=PAGE_MAX, description="Rows of a page at most.")]
Cursor = Annotated[
    str | None,
    Query(max_length=CURSOR_LENGTH_MAX, description="`next_cursor` of the page before."),
]
MinPosition = Annotated[
    int,
    Query(
        ge=0,
        lt=2**63,
        description="Wait until the views have this position, as a command's result gives it; "
        "504 when they do not get there within 5 s.",
    ),
]


@dataclass(frozen=True, slots=True)
class Paging:
    """How many rows, behind which."""

    limit: Limit = PAGE_DEFAULT
    cursor: Cursor = None


@dataclass(frozen=True, slots=True)
class ItemFilter:
    """Which items."""

    warehouse_id: Warehouse = None
    sku: SkuQuery = None


@dataclass(frozen=True, slots=True)
class MovementFilter:
    """Which movements."""

    kind: KindQuery = None
    reference_id: ReferenceId = None
    reference_type: ReferenceType = None


@dataclass(frozen=True, slots=True)
class Period:
    """When, by which clock."""

    since: Since = None
    until: Until = None
    clock: ClockQuery = Clock.RECORDED


@dataclass(frozen=True, slots=True)
class ReservationFilter:
    """Which reservations."""

    status: ReservationStatuses = ()
    customer_id: Customer = None
    cart_id: Cart = None
    order_id: Order = None
    expires_after: ExpiresAfter = None
    expires_before: ExpiresBefore = None
    sort: ReservationSortQuery = ReservationSort.LATEST


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """Which orders."""

    status: OrderStatuses = ()
    customer_id: Customer = None
    cart_id: Cart = None
    since: Since = None
    until: Until = None


Pages = Annotated[Paging, Depends()]
Items = Annotated[ItemFilter, Depends()]
Movements = Annotated[MovementFilter, Depends()]
Times = Annotated[Period, Depends()]
Reservations = Annotated[ReservationFilter, Depends()]
Orders = Annotated[OrderFilter, Depends()]
