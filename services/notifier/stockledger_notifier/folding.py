"""What a batch of events changes: whom to tell, what is open, what there is to tell."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple, cast
from uuid import UUID

import orjson
from pydantic import TypeAdapter

from stockledger.delivered_events import DeliveredEvent
from stockledger.messages.alert import AlertAcknowledged, AlertRaised, AlertResolved, Severity
from stockledger.messages.generated import reader_of
from stockledger.messages.message import Event
from stockledger.messages.recipients import (
    Recipient,
    RecipientsSet,
    RecipientVerified,
    TemplateSet,
    VerificationRequested,
    Wording,
)
from stockledger.messages.registry import type_name
from stockledger.messages.supplier_order import (
    SupplierOrderCancelled,
    SupplierOrderConfirmed,
    SupplierOrderCreated,
    SupplierOrderReceived,
    SupplierOrderSubmitted,
)
from stockledger.messages.tenant import DailyCheckCompleted, TenantConfigured
from stockledger_notifier.channels.channel import Route
from stockledger_notifier.happenings import Happening, about_of, happening_of
from stockledger_notifier.rules import delivery_id

RECIPIENTS_REMEMBERED: Final = 10_000
"""Recipients kept decoded: every batch asks for those of its tenants again."""

_RECIPIENT: Final = TypeAdapter(Recipient)
_read_recipient: Final = reader_of(Recipient)


class Tenant(NamedTuple):
    """A tenant, and the partition it lives in."""

    partition: int
    tenant_id: str


class RecipientsChange(NamedTuple):
    """All recipients of a tenant, as their JSON, and the ids of those that are verified."""

    tenant: Tenant
    position: int
    settings: Mapping[str, str]
    verified: frozenset[str]


class Verification(NamedTuple):
    """A recipient proved to have an address."""

    tenant: Tenant
    recipient_id: str


class DirectDelivery(NamedTuple):
    """A delivery that does not ask who wants to know: a code, or an order to a supplier."""

    tenant: Tenant
    position: int
    id: UUID
    route: Route
    address: str
    severity: Severity
    occurred_at: datetime
    facts: str
    wording: Wording | None = None
    recipient_id: str | None = None
    supplier_id: str | None = None
    supplier_order_id: str | None = None


class TemplateChange(NamedTuple):
    """How a tenant words something; all None: as by default."""

    subject: str | None
    text: str | None
    html: str | None


class CompletedCheck(NamedTuple):
    """A day's check that is completed: what is open is to be told of."""

    tenant: Tenant
    position: int
    day: str
    at: datetime


Step = Happening | RecipientsChange | Verification


@dataclass(slots=True)
class NoticeChanges:
    """What a batch changes. The steps depend on each other, in their order."""

    steps: list[Step] = field(default_factory=list[Step])
    zones: dict[Tenant, str] = field(default_factory=dict[Tenant, str])
    templates: dict[tuple[Tenant, str, str], TemplateChange] = field(
        default_factory=dict[tuple[Tenant, str, str], TemplateChange]
    )
    raised: dict[tuple[Tenant, str], Happening] = field(
        default_factory=dict[tuple[Tenant, str], Happening]
    )
    acknowledged: dict[tuple[Tenant, str], str] = field(
        default_factory=dict[tuple[Tenant, str], str]
    )
    over: list[tuple[Tenant, str]] = field(default_factory=list[tuple[Tenant, str]])
    direct: list[DirectDelivery] = field(default_factory=list[DirectDelivery])
    settled_orders: list[UUID] = field(default_factory=list[UUID])
    checks: list[CompletedCheck] = field(default_factory=list[CompletedCheck])


def fold(events: Sequence[DeliveredEvent]) -> NoticeChanges:
    """Return what the events, in order, change."""
    changes = NoticeChanges()
    for event in events:
        change = _CHANGES.get(event.type)
        if change is not None:
            change(changes, Tenant(event.partition, event.tenant_id), event)
        if (happening := happening_of(event)) is not None:
            changes.steps.append(happening)
    return changes


@lru_cache(maxsize=RECIPIENTS_REMEMBERED)
def recipient_of(settings: str) -> Recipient:
    """Return the recipient of its JSON; fields of a newer release are ignored."""
    try:
        return cast("Recipient", _read_recipient(orjson.loads(settings)))
    except LookupError:  # an older release wrote fewer fields
        return _RECIPIENT.validate_json(settings)


def id_of_order(tenant_id: str, order_id: str) -> UUID:
    """Return the id of the delivery that takes an order to its supplier."""
    return delivery_id(tenant_id, "supplier_order", order_id)


def _set_recipients(changes: NoticeChanges, tenant: Tenant, event: DeliveredEvent) -> None:
    body = event.body()
    settings = {each["recipient_id"]: _text(each) for each in body["recipients"]}
    verified = frozenset(body.get("verified", ()))
    changes.steps.append(RecipientsChange(tenant, event.position, settings, verified))


def _verify(changes: NoticeChanges, tenant: Tenant, event: DeliveredEvent) -> None:
    changes.steps.append(Verification(tenant, event.body()["recipient_id"]))


def _request_verification(changes: NoticeChanges, tenant: Tenant, event: DeliveredEvent) -> None:
    body = event.body()
    route, recipient_id = Route(body["channel"]), body["recipient_id"]
    delivery = DirectDelivery(
        tenant,
        event.position,
        delivery_id(tenant.tenant_id, str(event.position), recipient_id, route),
        route,
        body["address"],
        Severity.CRITICAL,  # somebody waits for it, and the gravest go first
        event.recorded_at,
        _text({"recipient_id": recipient_id, "number": body["number"]}),
        Wording.VERIFICATION,
        recipient_id,
    )
    changes.direct.append(delivery)


def _create_order(changes: NoticeChanges, tenant: Tenant, event: DeliveredEvent) -> None:
    body = event.body()
    if body.get("api_url") is None:
        return
    order_id = body["supplier_order_id"]
    delivery = DirectDelivery(
        tenant,
        event.position,
        id_of_order(tenant.tenant_id, order_id),
        Route.SUPPLIER,
        body["api_url"],
        Severity.INFO,
        event.recorded_at,
        _text(body),
        supplier_id=body["supplier_id"],
        supplier_order_id=order_id,
    )
    changes.direct.append(delivery)


def _settle_order(changes: NoticeChanges, tenant: Tenant, event: DeliveredEvent) -> None:
    order_id = event.body()["supplier_order_id"]
    changes.settled_orders.append(id_of_order(tenant.tenant_id, order_id))


def _configure(changes: NoticeChanges, tenant: Tenant, event: DeliveredEvent) -> None:
    changes.zones[tenant] = event.body()["time_zone"]


def _set_template(changes: NoticeChanges, tenant: Tenant, event: DeliveredEvent) -> None:
    body = event.body()
    texts = TemplateChange(body.get("subject"), body.get("text"), body.get("html"))
    changes.templates[tenant, body["channel"], body["wording"]] = texts


def _raise_alert(changes: NoticeChanges, tenant: Tenant, event: DeliveredEvent) -> None:
    happening = happening_of(event)
    if happening is not None:
        changes.raised[tenant, about_of(event)] = happening


def _acknowledge(changes: NoticeChanges, tenant: Tenant, event: DeliveredEvent) -> None:
    changes.acknowledged[tenant, about_of(event)] = event.body()["acknowledged_by"]


def _resolve_alert(changes: NoticeChanges, tenant: Tenant, event: DeliveredEvent) -> None:
    alert = tenant, about_of(event)
    changes.raised.pop(alert, None)
    changes.acknowledged.pop(alert, None)
    changes.over.append(alert)


def _complete_check(changes: NoticeChanges, tenant: Tenant, event: DeliveredEvent) -> None:
    day = event.body()["day"]
    changes.checks.append(CompletedCheck(tenant, event.position, day, event.recorded_at))


def _text(facts: Mapping[str, Any]) -> str:
    return orjson.dumps(facts).decode()


_Change = Callable[[NoticeChanges, Tenant, DeliveredEvent], None]
_OF_EVENTS: Final[Mapping[type[Event], _Change]] = {
    RecipientsSet: _set_recipients,
    RecipientVerified: _verify,
    VerificationRequested: _request_verification,
    SupplierOrderCreated: _create_order,
    SupplierOrderSubmitted: _settle_order,
    SupplierOrderConfirmed: _settle_order,
    SupplierOrderReceived: _settle_order,
    SupplierOrderCancelled: _settle_order,
    TenantConfigured: _configure,
    TemplateSet: _set_template,
    AlertRaised: _raise_alert,
    AlertAcknowledged: _acknowledge,
    AlertResolved: _resolve_alert,
    DailyCheckCompleted: _complete_check,
}
_CHANGES: Final = {type_name(event): change for event, change in _OF_EVENTS.items()}
