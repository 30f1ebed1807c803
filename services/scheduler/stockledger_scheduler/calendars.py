"""When the day's check of a tenant is due: at 09:00 by the tenant's clock, every day once."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim

DAILY_CHECK: Final = "0 9 * * *"
"""When the check begins, as cron says it."""

UTC_NAME: Final = "UTC"
"""The clock of a tenant that chose none."""

ZONES_REMEMBERED: Final = 1_024
"""Time zones kept at hand; there are some six hundred."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """A tenant's clock, the day that was begun last, and when the next one is due."""

    time_zone: str
    last_day: date | None
    due: datetime

    def moved_to(self, time_zone: str, at: datetime) -> "Calendar":
        """Return the calendar by another clock: no day is left out, and none comes too early.

        The check of a day that has begun there already is due; any other has to wait.
        """
        if time_zone == self.time_zone:
            return self
        passed = self.last_day or latest_day(self.time_zone, self.due) - timedelta(days=1)
        if latest_day(time_zone, at) > passed:
            due = min(self.due, at)
        else:
            due = next_check(time_zone, at, self.last_day)
        return replace(self, time_zone=time_zone, due=due)

    def begun(self, day: date, at: datetime) -> "Calendar":
        """Return the calendar after a day's check began; a later day may be due already."""
        latest = latest_day(self.time_zone, at)
        last_day = min(max(day, self.last_day or day), latest)
        due = at if last_day < latest else next_check(self.time_zone, at, last_day)
        return replace(self, last_day=last_day, due=due)


def next_check(time_zone: str, after: datetime, last_day: date | None = None) -> datetime:
    """Return the first time (UTC) behind `after` when a day later than `last_day` is due."""
    times = CronSim(DAILY_CHECK, after.astimezone(_zone(time_zone)))
    while True:
        due = next(times)
        if last_day is None or due.date() > last_day:
            return due.astimezone(UTC)


def latest_day(time_zone: str, now: datetime) -> date:
    """Return the latest day whose check is due by now."""
    just_behind = now.astimezone(_zone(time_zone)) + timedelta(microseconds=1)
    return next(CronSim(DAILY_CHECK, just_behind, reverse=True)).date()


@lru_cache(maxsize=ZONES_REMEMBERED)
def _zone(name: str) -> ZoneInfo:
    """Return a time zone; UTC for one that only a newer database of zones knows."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(UTC_NAME)
