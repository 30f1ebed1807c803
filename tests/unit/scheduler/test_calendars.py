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


@pytest.mark.parametrize("last_day", [date(2026, 11, 23), None])
def test_a_day_that_has_begun_by_another_clock_is_not_left_out(last_day: date | None) -> None:
    evening = utc("2026-11-23T20:00")
    calendar = Calendar("UTC", last_day, utc("2026-11-24T09:00"))

    moved = calendar.moved_to("Pacific/Kiritimati", evening)

    assert moved == Calendar("Pacific/Kiritimati", last_day, evening)
    assert latest_day("Pacific/Kiritimati", evening) == date(2026, 11, 24)


@pytest.mark.parametrize("last_day", [date(2026, 11, 22), None])
def test_a_check_that_is_due_waits_for_nine_oclock_further_west(last_day: date | None) -> None:
    calendar = Calendar("UTC", last_day, utc("2026-11-23T09:00"))
    moved = calendar.moved_to("America/Los_Angeles", utc("2026-11-23T09:05"))
    assert moved.due == utc("2026-11-23T17:00")


@given(begin=TIMES, moves=st.lists(st.tuples(st.sampled_from(ZONES), st.integers(0, 50))))
def test_whatever_clocks_a_tenant_chooses_a_check_is_due_when_a_day_can_begin(
    begin: datetime, moves: list[tuple[str, int]]
) -> None:
    now, calendar = begin, Calendar("UTC", None, next_check("UTC", begin))
    for zone, hours in moves:
        now += timedelta(hours=hours)
        calendar = calendar.moved_to(zone, now)
        latest, last_day = latest_day(zone, now), calendar.last_day
        if last_day is not None:
            assert (calendar.due <= now) == (latest > last_day)
        if calendar.due <= now:
            calendar = calendar.begun(latest, now)


def test_a_zone_that_this_machine_does_not_know_counts_as_utc() -> None:
    assert next_check("Mars/Olympus", utc("2026-11-23T08:00")) == utc("2026-11-23T09:00")
