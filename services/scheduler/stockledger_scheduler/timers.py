"""The table of timers, and the calendars that daily checks go by."""

from collections.abc import Container, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

import asyncpg

from stockledger.event_log.driver_errors import log_errors
from stockledger.rows import columns, execute
from stockledger.statements import Connection, load_statements
from stockledger_scheduler.calendars import UTC_NAME, Calendar, next_check
from stockledger_scheduler.folding import (
    CHECK_ID,
    CalendarChange,
    Lapse,
    Tenant,
    TimerChanges,
)
from stockledger_scheduler.fronts import Asked
from stockledger_scheduler.timer import Timer, TimerKind

SQL: Final = load_statements(Path(__file__).with_suffix(".sql"))

COUNTED_MAX: Final = 2_000_000
"""Timers counted in each room of a partition: a second, far inside the session's timeouts."""


class DueNow(NamedTuple):
    """The ledger's time, and the first timers that are due by it, in the order of their time."""

    now: datetime
    timers: Sequence[Timer]


class Figures(NamedTuple):
    """How many timers there are, how many of them are due, and for how long the oldest has been."""

    stored: int = 0
    due: int = 0
    oldest_due_seconds: float = 0.0

    def beside(self, other: "Figures") -> "Figures":
        """Return the figures of these timers and those of another partition."""
        oldest = max(self.oldest_due_seconds, other.oldest_due_seconds)
        return Figures(self.stored + other.stored, self.due + other.due, oldest)


async def write(
    connection: Connection, changes: TimerChanges, seen: Container[Tenant] = ()
) -> Sequence[Lapse]:
    """Write what a batch of events changes; return how late daily checks began.

    Tenants that were `seen` have their calendars already.
    """
    new = {tenant: at for tenant, at in changes.tenants.items() if tenant not in seen}
    await _see(connection, new)
    begun_checks = await _change_calendars(connection, changes.calendars)
    deadlines = changes.deadlines.items()
    ended = [timed for timed, deadline in deadlines if deadline is None]
    begun = [
        (*timed, deadline.due, _weight(deadline.lines), deadline.place)
        for timed, deadline in deadlines
        if deadline is not None
    ]
    await execute(connection, SQL["end"], ended)
    await execute(connection, SQL["set"], begun)
    return begun_checks


async def due_now(pool: "asyncpg.Pool[asyncpg.Record]", asked: Sequence[Asked]) -> DueNow:
    """Return the first timers that are due in the places asked for; there is at least one."""
    with log_errors():
        rows = await pool.fetch(SQL["due"], *columns(asked))
    return DueNow(rows[0]["now"], [_timer(row) for row in rows if row["partition"] is not None])


async def put_off(
    pool: "asyncpg.Pool[asyncpg.Record]", timers: Sequence[Timer], seconds: float
) -> None:
    """Let timers be sent again so many seconds from now, save those that events changed since."""
    rows = [
        (each.partition, each.tenant_id, each.kind, each.id, each.due, each.retry_at)
        for each in timers
    ]
    with log_errors():
        await pool.execute(SQL["put_off"], *columns(rows), timedelta(seconds=seconds))


async def figures_of(
    pool: "asyncpg.Pool[asyncpg.Record]", partitions: Sequence[int], counted_max: int = COUNTED_MAX
) -> Mapping[TimerKind, Figures]:
    """Return the figures of these partitions, of all kinds that have timers."""
    found: dict[TimerKind, Figures] = {}
    for partition in partitions:
        with log_errors():
            rows = await pool.fetch(SQL["figures"], partition, counted_max)
        for kind, *figures in rows:
            found[TimerKind(kind)] = Figures(*figures).beside(found.get(kind, Figures()))
    return found


async def _see(connection: Connection, tenants: Mapping[Tenant, datetime]) -> None:
    """Give tenants that appear for the first time a calendar by UTC."""
    await execute(connection, SQL["see_calendars"], list(tenants))
    checks = [(*_check(tenant), next_check(UTC_NAME, at)) for tenant, at in tenants.items()]
    await execute(connection, SQL["see_checks"], checks)


async def _change_calendars(
    connection: Connection, changes: Sequence[CalendarChange]
) -> Sequence[Lapse]:
    if not changes:
        return []
    tenants = list({change.tenant for change in changes})
    rows = await connection.fetch(SQL["calendars"], *columns(tenants))
    calendars = {
        Tenant(row["partition"], row["tenant_id"]): Calendar(
            row["time_zone"], row["last_day"], row["due"]
        )
        for row in rows
    }
    begun: list[Lapse] = []
    for change in changes:
        due = calendars[change.tenant].due
        if change.day is not None and due <= change.at:
            begun.append(Lapse(TimerKind.DAILY_CHECK, due, change.at))
        calendars[change.tenant] = _changed(calendars[change.tenant], change)
    changed = [(*tenant, kept.time_zone, kept.last_day) for tenant, kept in calendars.items()]
    await execute(connection, SQL["change_calendars"], changed)
    checks = [(*_check(tenant), kept.due, _weight(1), None) for tenant, kept in calendars.items()]
    await execute(connection, SQL["set"], checks)
    return begun


def _changed(calendar: Calendar, change: CalendarChange) -> Calendar:
    if change.day is not None:
        return calendar.begun(change.day, change.at)
    return calendar.moved_to(change.time_zone or UTC_NAME, change.at)


def _timer(row: asyncpg.Record) -> Timer:
    _, partition, tenant_id, kind, *rest = row
    return Timer(partition, tenant_id, TimerKind(kind), *rest)


def _weight(lines: int | None) -> int | None:
    """Return the weight of so many lines: one without any is work, too."""
    return None if lines is None else max(lines, 1)


def _check(tenant: Tenant) -> tuple[object, ...]:
    return *tenant, TimerKind.DAILY_CHECK, CHECK_ID
