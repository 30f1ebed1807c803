"""New deliveries as they are written down."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple
from uuid import UUID

from stockledger.messages.alert import Severity
from stockledger.messages.recipients import Subject, Wording
from stockledger.rows import columns
from stockledger.statements import Connection, load_statements
from stockledger_notifier.channels.channel import Route
from stockledger_notifier.destinations import destination_of

SQL: Final = load_statements(Path(__file__).with_suffix(".sql"))


class NewDelivery(NamedTuple):
    """A delivery to be made; `facts` is JSON."""

    id: UUID
    partition: int
    position: int
    tenant_id: str
    route: Route
    address: str
    severity: Severity
    occurred_at: datetime
    facts: str
    next_attempt_at: datetime
    wording: Wording | None = None
    subject: Subject | None = None
    about: str | None = None
    recipient_id: str | None = None
    supplier_id: str | None = None
    supplier_order_id: str | None = None


async def deliver(connection: Connection, deliveries: Sequence[NewDelivery]) -> set[UUID]:
    """Write deliveries down; return the ids of those that were not known yet."""
    if not deliveries:
        return set()
    rows = await connection.fetch(SQL["deliver"], *columns([_row(each) for each in deliveries]))
    return {row["delivery_id"] for row in rows}


def _row(new: NewDelivery) -> tuple[object, ...]:
    return (
        new.id,
        new.partition,
        new.position,
        new.tenant_id,
        new.route,
        destination_of(new.route, new.tenant_id, new.address),
        new.address,
        new.severity,
        new.recipient_id,
        new.supplier_id,
        new.supplier_order_id,
        new.wording,
        new.subject,
        new.about,
        new.facts,
        new.occurred_at,
        new.next_attempt_at,
    )
