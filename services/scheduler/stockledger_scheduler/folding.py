"""What events change in the timers: deadlines set and ended, tenants seen, days begun."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, NamedTuple

from stockledger.delivered_events import DeliveredEvent
from stockledger.messages.fields import time_from_wire
from stockledger.messages.registry import type_name
from stockledger.messages.reservation import (
    ReservationConfirmed,
    ReservationCreated,
    ReservationExpired,
    ReservationExtended,
    ReservationReleased,
    ReservationUpdated,
)
from stockledger.messages.tenant import DailyCheckStarted, TenantConfigured

_CREATED: Final = type_name(ReservationCreated)
_UPDATED: Final = type_name(ReservationUpdated)
_EXTENDED: Final = type_name(ReservationExtended)
_EXPIRED: Final = type_name(ReservationExpired)
_ENDED: Final = frozenset({type_name(ReservationConfirmed), type_name(ReservationReleased)})
_CONFIGURED: Final = type_name(TenantConfigured)
_CHECK_STARTED: Final = type_name(DailyCheckStarted)


class Tenant(NamedTuple):
    """A tenant, and the partition it lives in."""

    partition: int
    tenant_id: str


class Reservation(NamedTuple):
    """A reservation of a tenant."""

    partition: int
    tenant_id: str
    id: str


class Deadline(NamedTuple):
    """When a reservation ends by time, and how many lines it has; None: as many as before."""

    due: datetime
    lines: int | None


class CalendarChange(NamedTuple):
    """What happened to a tenant's calendar: it got another clock, or a day was begun."""

    tenant: Tenant
    at: datetime
    time_zone: str | None = None
    day: date | None = None


class Lapse(NamedTuple):
    """An end by time: when it was due, and when the event said so."""

    deadline: datetime
    at: datetime


@dataclass(slots=True)
class TimerChanges:
    """What a batch of events changes; a reservation with the deadline None has ended.

    `tenants` says when the batch's tenants appeared in it first.
    """

    deadlines: dict[Reservation, Deadline | None] = field(
        default_factory=dict[Reservation, "Deadline | None"]
    )
    tenants: dict[Tenant, datetime] = field(default_factory=dict[Tenant, datetime])
    calendars: list[CalendarChange] = field(default_factory=list[CalendarChange])
    lapses: list[Lapse] = field(default_factory=list[Lapse])


def fold(events: Sequence[DeliveredEvent]) -> TimerChanges:
    """Return what the events, in order, change."""
    changes = TimerChanges()
    created: set[Reservation] = set()
    for event in events:
        tenant = Tenant(event.partition, event.tenant_id)
        changes.tenants.setdefault(tenant, event.recorded_at)
        if event.type == _CREATED:
            created.add(_reservation(event))
            changes.deadlines[_reservation(event)] = _deadline(event)
        elif event.type == _UPDATED:
            changes.deadlines[_reservation(event)] = _deadline(event)
        elif event.type == _EXTENDED:
            _extend(changes, _reservation(event), _due(event))
        elif event.type == _EXPIRED:
            changes.lapses.append(Lapse(_due(event), event.recorded_at))
            _end(changes, created, _reservation(event))
        elif event.type in _ENDED:
            _end(changes, created, _reservation(event))
        elif event.type == _CONFIGURED:
            zone = event.body()["time_zone"]
            changes.calendars.append(CalendarChange(tenant, event.recorded_at, time_zone=zone))
        elif event.type == _CHECK_STARTED:
            day = _day(event)
            changes.calendars.append(CalendarChange(tenant, event.recorded_at, day=day))
    return changes


def _extend(changes: TimerChanges, extended: Reservation, due: datetime) -> None:
    before = changes.deadlines.get(extended)
    changes.deadlines[extended] = Deadline(due, before.lines if before else None)


def _end(changes: TimerChanges, created: set[Reservation], ended: Reservation) -> None:
    """End a timer; one that the same batch began was never written."""
    if ended in created:
        changes.deadlines.pop(ended, None)
    else:
        changes.deadlines[ended] = None


def _reservation(event: DeliveredEvent) -> Reservation:
    return Reservation(event.partition, event.tenant_id, event.stream.partition("/")[2])


def _deadline(event: DeliveredEvent) -> Deadline:
    return Deadline(_due(event), len(event.body()["lines"]))


def _due(event: DeliveredEvent) -> datetime:
    return time_from_wire(event.body()["expires_at"])


def _day(event: DeliveredEvent) -> date:
    return date.fromisoformat(event.body()["day"])
