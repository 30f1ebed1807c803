"""What events change in the timers: deadlines set and ended, tenants seen, days begun.

Two kinds are due as soon as they begin: the next items of a daily check, and automatic reorders.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from stockledger.delivered_events import DeliveredEvent
from stockledger.messages.adjustment import (
    AdjustmentApproved,
    AdjustmentExpired,
    AdjustmentRejected,
    AdjustmentRequested,
)
from stockledger.messages.alert import AlertKind, AlertRaised, AlertResolved
from stockledger.messages.fields import time_from_wire
from stockledger.messages.message import Event
from stockledger.messages.registry import type_name
from stockledger.messages.reservation import (
    ReservationConfirmed,
    ReservationCreated,
    ReservationExpired,
    ReservationExtended,
    ReservationReleased,
    ReservationUpdated,
)
from stockledger.messages.supplier_order import (
    SupplierOrderCancelled,
    SupplierOrderConfirmed,
    SupplierOrderCreated,
    SupplierOrderOverdue,
    SupplierOrderReceived,
)
from stockledger.messages.tenant import (
    DailyCheckCompleted,
    DailyCheckStarted,
    ItemsChecked,
    TenantConfigured,
)
from stockledger.messages.transfer import (
    TransferCancelled,
    TransferDispatched,
    TransferOverdue,
    TransferReceived,
)
from stockledger_scheduler.tick_commands import place_of_check, reorder_name
from stockledger_scheduler.timer import TimerKind

CHECK_ID: Final = ""
"""A tenant has one daily check, and is at one place of it: neither needs a name."""

CHECKED_WEIGHT: Final = 25
"""Lines of a reservation that are about as much work as the next hundred items of a check."""

_CONFIGURED: Final = type_name(TenantConfigured)
_CHECK_STARTED: Final = type_name(DailyCheckStarted)
_ITEMS_CHECKED: Final = type_name(ItemsChecked)
_CHECK_COMPLETED: Final = type_name(DailyCheckCompleted)
_RAISED: Final = type_name(AlertRaised)
_RESOLVED: Final = type_name(AlertResolved)
_ORDERED: Final = type_name(SupplierOrderCreated)
_CHECKING: Final = frozenset({_CHECK_STARTED, _ITEMS_CHECKED, _CHECK_COMPLETED})
_IN_PARTS: Final = frozenset({type_name(TransferReceived), type_name(SupplierOrderReceived)})


def _kinds(events: Mapping[type[Event], TimerKind]) -> Mapping[str, TimerKind]:
    return {type_name(event): kind for event, kind in events.items()}


_BEGUN: Final = _kinds(
    {
        ReservationCreated: TimerKind.RESERVATION,
        TransferDispatched: TimerKind.TRANSFER,
        AdjustmentRequested: TimerKind.ADJUSTMENT,
        SupplierOrderCreated: TimerKind.SUPPLIER_ORDER,
    }
)
_MOVED: Final = _kinds(
    {
        ReservationUpdated: TimerKind.RESERVATION,
        ReservationExtended: TimerKind.RESERVATION,
        SupplierOrderConfirmed: TimerKind.SUPPLIER_ORDER,
    }
)
_LAPSED: Final = _kinds(
    {
        ReservationExpired: TimerKind.RESERVATION,
        TransferOverdue: TimerKind.TRANSFER,
        AdjustmentExpired: TimerKind.ADJUSTMENT,
        SupplierOrderOverdue: TimerKind.SUPPLIER_ORDER,
    }
)
_ENDED: Final = _kinds(
    {
        ReservationConfirmed: TimerKind.RESERVATION,
        ReservationReleased: TimerKind.RESERVATION,
        TransferReceived: TimerKind.TRANSFER,
        TransferCancelled: TimerKind.TRANSFER,
        AdjustmentApproved: TimerKind.ADJUSTMENT,
        AdjustmentRejected: TimerKind.ADJUSTMENT,
        SupplierOrderReceived: TimerKind.SUPPLIER_ORDER,
        SupplierOrderCancelled: TimerKind.SUPPLIER_ORDER,
    }
)
_DUE_FIELD: Final = {
    TimerKind.RESERVATION: "expires_at",
    TimerKind.TRANSFER: "expected_delivery",
    TimerKind.ADJUSTMENT: "expires_at",
    TimerKind.SUPPLIER_ORDER: "expected_delivery",
}
"""The field of an event that says when the timer is due."""


class Tenant(NamedTuple):
    """A tenant, and the partition it lives in."""

    partition: int
    tenant_id: str


class Timed(NamedTuple):
    """Something of a tenant that comes due: a reservation, a transfer, an adjustment."""

    partition: int
    tenant_id: str
    kind: TimerKind
    id: str


class Deadline(NamedTuple):
    """When something ends by time, and how many lines it has; None: as many as before.

    `place` is how far a check of items has come.
    """

    due: datetime
    lines: int | None
    place: str | None = None


class CalendarChange(NamedTuple):
    """What happened to a tenant's calendar: it got another clock, or a day was begun."""

    tenant: Tenant
    at: datetime
    time_zone: str | None = None
    day: date | None = None


class Lapse(NamedTuple):
    """An end by time: of what, when it was due, and when the event said so."""

    kind: TimerKind
    deadline: datetime
    at: datetime


@dataclass(slots=True)
class TimerChanges:
    """What a batch of events changes; what has the deadline None has ended.

    `tenants` says when the batch's tenants appeared in it first.
    """

    deadlines: dict[Timed, Deadline | None] = field(default_factory=dict[Timed, "Deadline | None"])
    tenants: dict[Tenant, datetime] = field(default_factory=dict[Tenant, datetime])
    calendars: list[CalendarChange] = field(default_factory=list[CalendarChange])
    lapses: list[Lapse] = field(default_factory=list[Lapse])


def fold(events: Sequence[DeliveredEvent]) -> TimerChanges:
    """Return what the events, in order, change."""
    changes = TimerChanges()
    begun: set[Timed] = set()
    for event in events:
        tenant = Tenant(event.partition, event.tenant_id)
        changes.tenants.setdefault(tenant, event.recorded_at)
        if (kind := _BEGUN.get(event.type)) is not None:
            _begin(changes, begun, _timed(kind, event), event)
        elif (kind := _MOVED.get(event.type)) is not None:
            _move(changes, _timed(kind, event), event)
        elif (kind := _LAPSED.get(event.type)) is not None:
            changes.lapses.append(Lapse(kind, _due(kind, event), event.recorded_at))
            _end(changes, begun, _timed(kind, event))
        elif (kind := _ENDED.get(event.type)) is not None:
            if event.type not in _IN_PARTS or event.body()["completed"]:
                _end(changes, begun, _timed(kind, event))
        elif event.type == _CONFIGURED:
            zone = event.body()["time_zone"]
            changes.calendars.append(CalendarChange(tenant, event.recorded_at, time_zone=zone))
        elif event.type == _CHECK_STARTED:
            day = _day(event)
            changes.calendars.append(CalendarChange(tenant, event.recorded_at, day=day))
        _reorder(changes, begun, event)
        _check_on(changes, event)
    return changes


def _begin(changes: TimerChanges, begun: set[Timed], timed: Timed, event: DeliveredEvent) -> None:
    """Begin a timer, unless nothing comes due: a transfer may be expected at no certain time."""
    body = event.body()
    if body.get(_DUE_FIELD[timed.kind]) is None:
        return
    begun.add(timed)
    lines = len(body["lines"]) if timed.kind is TimerKind.RESERVATION else 1
    changes.deadlines[timed] = Deadline(_due(timed.kind, event), lines)


def _move(changes: TimerChanges, timed: Timed, event: DeliveredEvent) -> None:
    """Give a timer another time, if the event names one; without lines, those before stay.

    A supplier that confirms what is late already gives no other time: that was told, or will be.
    """
    body = event.body()
    if body.get(_DUE_FIELD[timed.kind]) is None:
        return
    is_promised = timed.kind is TimerKind.SUPPLIER_ORDER
    if is_promised and _due(timed.kind, event) <= event.recorded_at:
        return
    lines = body.get("lines")
    before = changes.deadlines.get(timed)
    if lines is not None:
        count: int | None = len(lines)
    else:
        count = before.lines if before else None
    changes.deadlines[timed] = Deadline(_due(timed.kind, event), count)


def _end(changes: TimerChanges, begun: set[Timed], ended: Timed) -> None:
    """End a timer; one that the same batch began was never written."""
    if ended in begun:
        changes.deadlines.pop(ended, None)
    else:
        changes.deadlines[ended] = None


def _reorder(changes: TimerChanges, begun: set[Timed], event: DeliveredEvent) -> None:
    """Begin or end an automatic reorder: an alert asks for it, its end or an order answers it."""
    if event.type == _RAISED:
        body = event.body()
        if body["kind"] != AlertKind.REORDER_NEEDED or body.get("supplier_id") is None:
            return
        if body.get("reorder_automatically"):
            timed = _reordered(event, body)
            begun.add(timed)
            changes.deadlines[timed] = Deadline(event.recorded_at, 1)
    elif event.type == _RESOLVED:
        body = event.body()
        if body["kind"] == AlertKind.REORDER_NEEDED:
            _end(changes, begun, _reordered(event, body))
    elif event.type == _ORDERED:
        answered = event.body().get("reorder")
        if answered is not None:
            _end(changes, begun, _reordered(event, answered))


def _reordered(event: DeliveredEvent, item: Mapping[str, Any]) -> Timed:
    name = reorder_name(item["warehouse_id"], item["sku"], item["number"])
    return Timed(event.partition, event.tenant_id, TimerKind.REORDER, name)


def _check_on(changes: TimerChanges, event: DeliveredEvent) -> None:
    """Go on with a daily check: behind the items that were checked, until it is completed."""
    if event.type not in _CHECKING:
        return
    timed = Timed(event.partition, event.tenant_id, TimerKind.CHECKED_ITEMS, CHECK_ID)
    if event.type == _CHECK_COMPLETED:
        changes.deadlines[timed] = None
        return
    body = event.body()
    last: dict[str, str] = body.get("last") or {}
    place = place_of_check(body["day"], **last)
    changes.deadlines[timed] = Deadline(event.recorded_at, CHECKED_WEIGHT, place)


def _timed(kind: TimerKind, event: DeliveredEvent) -> Timed:
    return Timed(event.partition, event.tenant_id, kind, event.stream.partition("/")[2])


def _due(kind: TimerKind, event: DeliveredEvent) -> datetime:
    return time_from_wire(event.body()[_DUE_FIELD[kind]])


def _day(event: DeliveredEvent) -> date:
    return date.fromisoformat(event.body()["day"])
