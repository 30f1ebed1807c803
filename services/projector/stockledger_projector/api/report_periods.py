"""The periods of time that reports are made of: whole hours, days or months (UTC)."""

from datetime import datetime, timedelta
from typing import Final

from stockledger_projector.api.problems import unusable
from stockledger_projector.views.backdated_changes import Grain, begin_of

PERIODS_MAX: Final = 1_000
"""Hours, days or months of one report: some 200 KB."""

_LENGTHS: Final = {
    Grain.HOUR: timedelta(hours=1),
    Grain.DAY: timedelta(days=1),
    Grain.MONTH: timedelta(days=28),
}
"""How long each takes at least."""


def whole_hours(since: datetime, until: datetime, by: Grain) -> tuple[datetime, datetime]:
    """Return `since` rounded down and `until` rounded up; refuses too many periods."""
    begin, end = begin_of(Grain.HOUR, since), hour_behind(until)
    if (end - begin) / _LENGTHS[by] > PERIODS_MAX:
        raise unusable("query.to", f"more than {PERIODS_MAX} periods: ask for larger ones")
    return begin, end


def hour_behind(time: datetime) -> datetime:
    """Return `to`, rounded up to a whole hour; refuses what is behind the last there is."""
    begin = begin_of(Grain.HOUR, time)
    try:
        return begin if begin == time else begin + _LENGTHS[Grain.HOUR]
    except OverflowError as error:
        raise unusable("query.to", "is out of range") from error
