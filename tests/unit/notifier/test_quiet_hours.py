"""Nobody is disturbed in quiet hours by the tenant's clock, on the days it is set too."""

from datetime import UTC, datetime

import pytest

from stockledger.messages.alert import Severity
from stockledger.messages.recipients import QuietHours
from stockledger_notifier.quiet_hours import Quiet, told_from

BERLIN = "Europe/Berlin"
NIGHT = QuietHours(begin="22:00", until="07:00", critical_passes=False)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-20T20:59", "2026-11-20T20:59"),
        ("2026-11-20T21:00", "2026-11-21T06:00"),
        ("2026-11-20T23:30", "2026-11-21T06:00"),
        ("2026-11-21T05:59", "2026-11-21T06:00"),
        ("2026-11-21T06:00", "2026-11-21T06:00"),
    ],
)
def test_what_comes_up_at_night_is_told_in_the_morning(now: str, expected: str) -> None:
    assert told_from(NIGHT, Severity.WARNING, BERLIN, at(now)) == at(expected)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-03-28T22:00", "2026-03-29T05:00"),  # the night that is an hour shorter
        ("2026-10-24T21:00", "2026-10-25T06:00"),  # the night that is an hour longer
    ],
)
def test_the_night_ends_by_the_clock_when_the_clock_is_set(now: str, expected: str) -> None:
    assert told_from(NIGHT, Severity.WARNING, BERLIN, at(now)) == at(expected)


def test_an_end_that_the_clock_leaves_out_comes_an_hour_later() -> None:
    quiet = QuietHours(begin="22:00", until="02:30")
    told = told_from(quiet, Severity.WARNING, BERLIN, at("2026-03-29T00:15"))
    assert told == at("2026-03-29T01:30")


def test_an_end_that_the_clock_shows_twice_is_never_in_the_past() -> None:
    quiet = QuietHours(begin="22:00", until="02:30")
    assert told_from(quiet, Severity.WARNING, BERLIN, at("2026-10-25T00:10")) == at(
        "2026-10-25T00:30"
    )
    assert told_from(quiet, Severity.WARNING, BERLIN, at("2026-10-25T01:10")) == at(
        "2026-10-25T01:30"
    )


def test_hours_within_a_day_are_quiet_on_that_day() -> None:
    lunch = QuietHours(begin="12:00", until="13:00")
    told = told_from(lunch, Severity.INFO, "UTC", at("2026-11-20T12:30"))
    assert told == at("2026-11-20T13:00")


def test_hours_that_end_when_they_begin_are_none() -> None:
    none = QuietHours(begin="12:00", until="12:00")
    now = at("2026-11-20T12:00")
    assert told_from(none, Severity.INFO, "UTC", now) == now


def test_what_is_critical_passes_where_that_is_wished() -> None:
    now = at("2026-11-20T23:00")
    wished = QuietHours(begin="22:00", until="07:00")
    assert told_from(wished, Severity.CRITICAL, "UTC", now) == now
    assert told_from(wished, Severity.WARNING, "UTC", now) > now
    assert told_from(NIGHT, Severity.CRITICAL, "UTC", now) > now


def test_a_zone_that_nobody_knows_counts_as_utc() -> None:
    told = told_from(NIGHT, Severity.INFO, "Moon/Crater", at("2026-11-20T22:00"))
    assert told == at("2026-11-21T07:00")


def test_how_long_it_is_still_quiet_is_asked_at_any_time() -> None:
    quiet = Quiet(NIGHT, Severity.WARNING, "UTC")
    assert quiet.seconds_left(at("2026-11-21T06:59")) == 60
    assert quiet.seconds_left(at("2026-11-21T07:00")) == 0
