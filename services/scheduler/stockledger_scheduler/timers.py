"""The table of timers, and the calendars that daily checks go by."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

import asyncpg

from stockledger.event_log.driver_errors import log_errors
from stockledger.statements import Connection, load_statements
from stockledger_scheduler.calendars import UTC_NAME, Calendar, next_check
from stockledger_scheduler.due import Timer, TimerKind
from stockledger_scheduler.folding import CalendarChange, Reservation, Tenant, TimerChanges

SQL: Final = load_statements(Path(__file__).with_suffix(".sql"))

CHECK_ID: Final = ""
"""A tenant has one daily check: it needs no name."""

_Rows = Sequence[tuple[object, ...]]


class DueNow(NamedTuple):
    """The ledger's time, and the first timers that are due by it, in the order of their time."""

    now: datetime
    timers: Sequence[Timer]


class Figures(NamedTuple):
    """How many timers of a kind there are, and how many of them are due."""

    kind: TimerKind
    stored: int
    due: int


async def write(connection: Connection, changes: TimerChanges) -> None:
    """Write what a batch of events changes."""
    await _see(connection, changes.tenants)
    await _change_calendars(connection, changes.calendars)
    deadlines = changes.deadlines.items()
    ended = [_key(reservation) for reservation, due in deadlines if due is None]
    begun = [(*_key(reservation), due) for reservation, due in deadlines if due is not None]
    await _execute(connection, "end", ended)
    await _execute(connection, "set", begun)


async def due_now(
    pool: "asyncpg.Pool[asyncpg.Record]", partitions: Sequence[int], timers_max: Sequence[int]
) -> DueNow:
    """Return what is due in these partitions, at most so many timers of each."""
    with log_errors():
        rows = await pool.fetch(SQL["due"], partitions, timers_max)
    return DueNow(rows[0]["now"], [_timer(row) for row in rows if row["partition"] is not None])


async def figures_of(
    pool: "asyncpg.Pool[asyncpg.Record]", partitions: Sequence[int]
) -> Sequence[Figures]:
    """Return the figures of these partitions, of all kinds that have timers."""
    with log_errors():
        rows = await pool.fetch(SQL["figures"], partitions)
    return [Figures(TimerKind(row["kind"]), row["stored"], row["due"]) for row in rows]


async def _see(connection: Connection, tenants: Mapping[Tenant, datetime]) -> None:
    """Give tenants that appear for the first time a calendar by UTC."""
    await _execute(connection, "see_calendars", list(tenants))
    checks = [(*_check(tenant), next_check(UTC_NAME, at)) for tenant, at in tenants.items()]
    await _execute(connection, "see_checks", checks)


async def _change_calendars(connection: Connection, changes: Sequence[CalendarChange]) -> None:
    if not changes:
        return
    tenants = list({change.tenant for change in changes})
    rows = await connection.fetch(SQL["calendars"], *_columns(tenants))
    calendars = {
        Tenant(row["partition"], row["tenant_id"]): Calendar(
            row["time_zone"], row["last_day"], row["due"]
        )
        for row in rows
    }
    for change in changes:
        calendars[change.tenant] = _changed(calendars[change.tenant], change)
    changed = [(*tenant, kept.time_zone, kept.last_day) for tenant, kept in calendars.items()]
    await _execute(connection, "change_calendars", changed)
    checks = [(*_check(tenant), kept.due) for tenant, kept in calendars.items()]
    await _execute(connection, "set", checks)


def _changed(calendar: Calendar, change: CalendarChange) -> Calendar:
    if change.day is not None:
        return calendar.begun(change.day, change.at)
    return calendar.moved_to(change.time_zone or UTC_NAME, change.at)


def _timer(row: asyncpg.Record) -> Timer:
    _, partition, tenant_id, kind, timer_id, due, time_zone = row
    return Timer(partition, tenant_id, TimerKind(kind), timer_id, due, time_zone)


def _key(reservation: Reservation) -> tuple[object, ...]:
    partition, tenant_id, reservation_id = reservation
    return partition, tenant_id, TimerKind.RESERVATION, reservation_id


def _check(tenant: Tenant) -> tuple[object, ...]:
    return *tenant, TimerKind.DAILY_CHECK, CHECK_ID


async def _execute(connection: Connection, name: str, rows: _Rows) -> None:
    if rows:
        await connection.execute(SQL[name], *_columns(rows))


def _columns(rows: Iterable[tuple[object, ...]]) -> list[list[object]]:
    return [list(column) for column in zip(*rows, strict=True)]
