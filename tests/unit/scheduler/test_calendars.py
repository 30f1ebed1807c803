"""Daily checks are due at 09:00 by the tenant's clock, on every day that the clock has."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockledger_scheduler.calendars import Calendar, latest_day, next_check

BERLIN = "Europe/Berlin"
ZONES = (
    *("UTC", BERLIN, "America/New_York", "America/Sao_Paulo", "Asia/Kathmandu"),
    *("Australia/Lord_Howe", "Pacific/Apia", "Pacific/Chatham", "Pacific/Kiritimati"),
)
TIMES = st.integers(1_262_304_000, 2_208_988_800).map(  # from 2010 to 2040
    lambda seconds: datetime.fromtimestamp(seconds, UTC)
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("after", "due"),
    [
        ("2026-03-27T12:00", "2026-03-28T08:00"),
        ("2026-03-28T12:00", "2026-03-29T07:00"),  # the clock was set forward in the night
        ("2026-10-24T12:00", "2026-10-25T08:00"),  # and back again
        ("2026-10-25T07:59:59.999999", "2026-10-25T08:00"),
        ("2026-10-25T08:00", "2026-10-26T08:00"),
    ],
)
def test_the_check_is_at_nine_whatever_the_clock_did_in_the_night(after: str, due: str) -> None:
    assert next_check(BERLIN, utc(after)) == utc(due)


def test_a_day_that_the_clock_leaves_out_has_no_check() -> None:
    # Samoa changed sides of the date line: it had no 30 December 2011.
    before = datetime(2011, 12, 29, 9, tzinfo=ZoneInfo("Pacific/Apia"))
    due = next_check("Pacific/Apia", before)
    assert due.astimezone(ZoneInfo("Pacific/Apia")).date() == date(2011, 12, 31)
    assert latest_day("Pacific/Apia", due - timedelta(seconds=1)) == date(2011, 12, 29)


@given(now=TIMES, zone=st.sampled_from(ZONES))
def test_the_next_check_is_the_first_nine_oclock_to_come(now: datetime, zone: str) -> None:
    due = next_check(zone, now)

    local = due.astimezone(ZoneInfo(zone))
    assert local.time() == time(9)
    assert now < due <= now + timedelta(hours=49)
    assert latest_day(zone, due) == local.date()
    assert latest_day(zone, due - timedelta(microseconds=1)) == latest_day(zone, now)
    assert latest_day(zone, now) < local.date()


@given(begin=TIMES, zone=st.sampled_from(ZONES), days=st.integers(1, 30))
def test_following_the_calendar_every_day_is_begun_once(
    begin: datetime, zone: str, days: int
) -> None:
    calendar = Calendar(zone, None, next_check(zone, begin))
    begun: list[date] = []
    for _ in range(days):
        day = latest_day(zone, calendar.due)
        begun.append(day)
        calendar = calendar.begun(day, calendar.due + timedelta(seconds=1))
    assert begun == sorted(set(begun))
    assert begun[-1] - begun[0] <= timedelta(days=days)


def test_after_a_day_that_is_over_the_latest_one_is_due_at_once() -> None:
    friday, monday = date(2026, 11, 20), utc("2026-11-23T10:00")
    calendar = Calendar("UTC", None, utc("2026-11-20T09:00")).begun(friday, monday)
    assert calendar == Calendar("UTC", friday, monday)


def test_another_clock_moves_the_next_check() -> None:
    noon = utc("2026-11-23T12:00")
    calendar = Calendar("UTC", date(2026, 11, 23), utc("2026-11-24T09:00"))
    assert calendar.moved_to("Asia/Tokyo", noon).due == utc("2026-11-24T00:00")
    assert calendar.moved_to("UTC", noon) is calendar


def test_another_clock_does_not_bring_a_begun_day_back() -> None:
    at = utc("2026-11-23T01:00")
    calendar = Calendar("Asia/Tokyo", date(2026, 11, 23), utc("2026-11-24T00:00"))
    assert calendar.moved_to("America/Los_Angeles", at).due == utc("2026-11-24T17:00")


def test_another_clock_does_not_put_off_a_check_that_is_due() -> None:
    due = utc("2026-11-23T09:00")
    moved = Calendar("UTC", None, due).moved_to("Asia/Tokyo", utc("2026-11-23T09:05"))
    assert moved == Calendar("Asia/Tokyo", None, due)


def test_a_zone_that_this_machine_does_not_know_counts_as_utc() -> None:
    assert next_check("Mars/Olympus", utc("2026-11-23T08:00")) == utc("2026-11-23T09:00")
