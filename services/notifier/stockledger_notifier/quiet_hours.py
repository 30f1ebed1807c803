"""When somebody may be told: not in the hours that are quiet by the tenant's clock."""

from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from stockledger.messages.alert import Severity
from stockledger.messages.recipients import QuietHours

UTC_NAME: Final = "UTC"
"""The clock of a tenant that chose none."""

ZONES_REMEMBERED: Final = 1_024
"""Time zones kept at hand; there are some six hundred."""


class Quiet(NamedTuple):
    """A recipient's quiet hours, and what they are asked about."""

    hours: QuietHours
    severity: Severity
    time_zone: str

    def seconds_left(self, now: datetime) -> float:
        """Return for how long (s) it may not be told; 0: it may be now."""
        return (told_from(*self, now) - now).total_seconds()


def told_from(
    quiet: QuietHours | None, severity: Severity, time_zone: str, now: datetime
) -> datetime:
    """Return from when on somebody may be told: now, or (UTC) when the quiet hours end."""
    if quiet is None or (quiet.critical_passes and severity is Severity.CRITICAL):
        return now
    local = now.astimezone(_zone(time_zone))
    begin, until = time.fromisoformat(quiet.begin), time.fromisoformat(quiet.until)
    return _end(local, until) if _is_within(local.time(), begin, until) else now


def _is_within(clock: time, begin: time, until: time) -> bool:
    """Say whether it is quiet; hours that end when they begin are none."""
    if begin <= until:
        return begin <= clock < until
    return clock >= begin or clock < until


def _end(local: datetime, until: time) -> datetime:
    """Return when the clock shows `until` next; left out by the clock, it comes an hour later."""
    day = local.date() if local.time() < until else local.date() + timedelta(days=1)
    end = datetime.combine(day, until, local.tzinfo)
    if end.astimezone(UTC) <= local.astimezone(UTC):
        end = end.replace(fold=1)
    return end.astimezone(UTC)


@lru_cache(maxsize=ZONES_REMEMBERED)
def _zone(name: str) -> ZoneInfo:
    """Return a time zone; UTC for one that only a newer database of zones knows."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(UTC_NAME)
