"""What people are told of: what an event comes to, for those who may want to know of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson

from stockledger.delivered_events import DeliveredEvent
from stockledger.messages.adjustment import AdjustmentRequested
from stockledger.messages.alert import AlertRaised, AlertResolution, AlertResolved, Severity
from stockledger.messages.fields import TenantId, time_to_wire
from stockledger.messages.message import Event
from stockledger.messages.recipients import Subject, Wording
from stockledger.messages.registry import type_name
from stockledger.messages.supplier_order import SupplierOrderOverdue, SupplierUnavailable
from stockledger.messages.transfer import TransferOverdue

RANKS: Final[Mapping[Severity, int]] = {
    severity: rank for rank, severity in enumerate(reversed(Severity))
}
"""Severities as numbers, the gravest first."""

_NOTICES: Final[Mapping[type[Event], Subject]] = {
    SupplierUnavailable: Subject.SUPPLIER_UNAVAILABLE,
    SupplierOrderOverdue: Subject.SUPPLIER_ORDER_OVERDUE,
    TransferOverdue: Subject.TRANSFER_OVERDUE,
    AdjustmentRequested: Subject.APPROVAL_NEEDED,
}
_NOTICE_SEVERITY: Final = Severity.WARNING


@dataclass(frozen=True, slots=True)
class Happening:
    """Something to tell. `about` is the alert that it is about; `facts` are as they go out.

    Without a warehouse it concerns those who are told of some warehouses only, too.
    """

    partition: int
    position: int
    tenant_id: TenantId
    wording: Wording
    subject: Subject
    severity: Severity
    occurred_at: datetime
    facts: str
    about: str | None = None
    warehouse_id: str | None = None

    @property
    def rank(self) -> int:
        """The severity as a number."""
        return RANKS[self.severity]


def happening_of(event: DeliveredEvent) -> Happening | None:
    """Return what an event tells people, None when it tells nothing."""
    read = _READERS.get(event.type)
    return None if read is None else read(event)


def about_of(event: DeliveredEvent) -> str:
    """Return the name of the alert that an event is about, one for ever in its tenant."""
    body = event.body()
    return f"{event.stream}:{body['kind']}:{body['number']}"


def _raised(event: DeliveredEvent) -> Happening:
    return _of_alert(event, Wording.ALERT_RAISED, "raised_at")


def _resolved(event: DeliveredEvent) -> Happening | None:
    """Return the good news; an alert that another one replaced is no good news."""
    if event.body()["resolution"] == AlertResolution.REPLACED:
        return None
    return _of_alert(event, Wording.ALERT_RESOLVED, "resolved_at")


def _of_alert(event: DeliveredEvent, wording: Wording, time_name: str) -> Happening:
    body = event.body()
    return Happening(
        event.partition,
        event.position,
        event.tenant_id,
        wording,
        Subject(body["kind"]),
        Severity(body["severity"]),
        event.recorded_at,
        _facts(body, **{time_name: time_to_wire(event.recorded_at)}),
        about_of(event),
        body["warehouse_id"],
    )


def _notice_of(subject: Subject) -> Callable[[DeliveredEvent], Happening]:
    def notice(event: DeliveredEvent) -> Happening:
        body = event.body()
        facts = _facts(
            body,
            subject=subject,
            severity=_NOTICE_SEVERITY,
            occurred_at=time_to_wire(event.recorded_at),
        )
        return Happening(
            event.partition,
            event.position,
            event.tenant_id,
            Wording.NOTICE,
            subject,
            _NOTICE_SEVERITY,
            event.recorded_at,
            facts,
            warehouse_id=body.get("warehouse_id"),
        )

    return notice


def _facts(body: Mapping[str, Any], **more: str) -> str:
    return orjson.dumps({**body, **more}).decode()


_READERS: Final[Mapping[str, Callable[[DeliveredEvent], Happening | None]]] = {
    type_name(AlertRaised): _raised,
    type_name(AlertResolved): _resolved,
    **{type_name(event): _notice_of(subject) for event, subject in _NOTICES.items()},
}
