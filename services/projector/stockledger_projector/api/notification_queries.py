"""The question who was told what: the answer's shape, and how rows become it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Final
from uuid import UUID

import asyncpg
from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, Field

from stockledger.messages.alert import Severity
from stockledger.messages.fields import ID_PATTERN, time_to_wire
from stockledger.messages.recipients import Subject, Wording
from stockledger_projector.api import answers
from stockledger_projector.api import parameters as given
from stockledger_projector.api.answers import Row
from stockledger_projector.api.cursors import no_cursor, timed_key_behind, timed_key_cursor
from stockledger_projector.api.database import QueryDatabase
from stockledger_projector.api.parameters import any_of
from stockledger_projector.api.position_watch import PositionWatch
from stockledger_projector.api.searched_periods import demand_period
from stockledger_projector.views import notifications

NOTIFIER_GROUP: Final = "notifier"
"""The notifier's place in the positions: what it has read is in its deliveries."""


class DeliveryStatus(StrEnum):
    """How far a delivery is; one that is DEAD is not tried again by itself."""

    PENDING = "PENDING"
    SENDING = "SENDING"
    DELIVERED = "DELIVERED"
    DEAD = "DEAD"
    WITHDRAWN = "WITHDRAWN"


class DeliveryChannel(StrEnum):
    """How somebody is told; SUPPLIER: an order, over the supplier's API."""

    EMAIL = "EMAIL"
    SMS = "SMS"
    WEBHOOK = "WEBHOOK"
    SUPPLIER = "SUPPLIER"


DeliveryStatuses = Annotated[Sequence[DeliveryStatus], any_of(DeliveryStatus, "status")]
Channels = Annotated[Sequence[DeliveryChannel], any_of(DeliveryChannel, "channel")]
Subjects = Annotated[Sequence[Subject], any_of(Subject, "subject")]
RecipientQuery = Annotated[
    str | None,
    Query(alias="recipient_id", pattern=ID_PATTERN, description="Only to this recipient."),
]
SupplierOrderQuery = Annotated[
    str | None,
    Query(alias="supplier_order_id", pattern=ID_PATTERN, description="Only of this order."),
]


@dataclass(frozen=True, slots=True)
class NotificationFilter:
    """Which notifications."""

    status: DeliveryStatuses = ()
    channel: Channels = ()
    subject: Subjects = ()
    recipient_id: RecipientQuery = None
    supplier_order_id: SupplierOrderQuery = None
    since: given.Since = None
    until: given.Until = None


Notifications = Annotated[NotificationFilter, Depends()]


class NotificationAnswer(BaseModel):
    """Something that goes out: what it is about, to whom, and how far it is."""

    delivery_id: UUID = Field(description="The key by which the receiver knows a repeat.")
    channel: DeliveryChannel
    address: str = Field(examples=["warehouse@shop.example"])
    recipient_id: str | None = None
    supplier_id: str | None = None
    supplier_order_id: str | None = None
    wording: Wording | None = None
    subject: Subject | None = Field(default=None, description="None: it is of several things.")
    severity: Severity
    about: str | None = Field(
        default=None,
        description="The alert: its stream, kind and number.",
        examples=["item/NORTH/LAMP:LOW_STOCK:3"],
    )
    status: DeliveryStatus
    attempts: int = Field(description="Begun so far.")
    last_error: str | None = None
    occurred_at: datetime = Field(description="When that happened which it tells of.")
    created_at: datetime
    next_attempt_at: datetime | None = None
    delivered_at: datetime | None = None


class NotificationPage(BaseModel):
    """Notifications, the latest first."""

    items: list[NotificationAnswer]
    next_cursor: str | None


class NotificationQueries:
    """Answers it, of one tenant, from the notifier's deliveries."""

    def __init__(self, database: QueryDatabase) -> None:
        self._database = database
        self._watch = PositionWatch(lambda: database.positions(NOTIFIER_GROUP))

    def add_to(self, router: APIRouter) -> None:
        """Add the route."""
        router.get(
            "/notifications",
            response_model=NotificationPage,
            dependencies=[Depends(self.reached)],
        )(self.notifications)

    async def reached(self, tenant: given.Tenant, min_position: given.MinPosition = 0) -> None:
        """Wait until the notifier, too, has the position that the query asks for."""
        if min_position:
            await self._watch.wait_for(self._database.partition_of(tenant), min_position)

    async def notifications(
        self, tenant: given.Tenant, which: Notifications, pages: given.Pages
    ) -> Response:
        """List what was told to whom, and what is still to be told, the latest first.

        `channel`, `subject` and `recipient_id`, with neither an order nor only statuses other than
        DELIVERED, need `from` and `to`, at most 31 days apart.
        """
        statement = _statement(which)
        time, key = timed_key_behind(pages.cursor)
        rows = await self._database.fetch(
            tenant,
            notifications.SQL[statement],
            list(dict.fromkeys(which.status)) or None,
            list(dict.fromkeys(which.channel)) or None,
            list(dict.fromkeys(which.subject)) or None,
            which.recipient_id,
            which.supplier_order_id,
            which.since,
            which.until,
            time,
            _delivery(key),
            pages.limit + 1,
        )
        shown, more = rows[: pages.limit], len(rows) > pages.limit
        cursor = _cursor(shown[-1]) if more else None
        return answers.json_response(
            answers.page_of([notification_of(row) for row in shown], cursor)
        )


def _statement(which: NotificationFilter) -> str:
    """Return the statement's name; refuses what would search through all."""
    if which.supplier_order_id is not None:
        return "page"
    if which.status and DeliveryStatus.DELIVERED not in which.status:
        return "page_of_undelivered"
    if which.channel or which.subject or which.recipient_id is not None:
        filters = "with channel, subject or recipient_id alone"
        demand_period(filters, which.since, which.until)
    return "page"


def notification_of(row: Row) -> dict[str, Any]:
    """Return a notification's JSON values; what is unknown is left out."""
    return {name: _told(value) for name, value in row.items() if value is not None}


def _told(value: object) -> object:
    if isinstance(value, datetime):
        return time_to_wire(value)
    return str(value) if isinstance(value, UUID) else value


def _delivery(key: str | None) -> UUID | None:
    try:
        return None if key is None else UUID(key)
    except ValueError:
        raise no_cursor() from None


def _cursor(last: asyncpg.Record) -> str:
    return timed_key_cursor(last["created_at"], str(last["delivery_id"]))
