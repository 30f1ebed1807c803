"""The day's check begins once a day at 09:00 by the tenant's clock, whatever clocks do."""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from tests.support.installation import Installation
from tests.support.ledger_clock import shift_ledger_clock
from tests.support.shop import ACME, Shop, Tail, headers_of
from tests.support.waiting import wait_until, wait_until_async

STARTED = b"stockledger.DailyCheckStarted.v1"
JUST_BEFORE = timedelta(seconds=2)
BERLIN = "Europe/Berlin"


class Days:
    """The ledger's clock, to be set, and the days whose check began."""

    def __init__(self, installation: Installation, shop: Shop) -> None:
        self._dsn = installation.dsn
        self._shop = shop
        self._tail = Tail(installation.settings, shop.topics.events)
        self._begun: list[tuple[str, str]] = []
        self._now = datetime.now(UTC)

    def set_clock(self, now: datetime, *, looked_at: bool = True) -> None:
        """Let it be this time now, and wait until the scheduler has looked at the clock."""
        self._now = now
        asyncio.run(self._shift(now, looked_at=looked_at))

    def configure(self, time_zone: str, tenant: str = ACME) -> None:
        """Set a tenant's clock, at the time that it is."""
        answer = self._shop.ask(
            "ConfigureTenant", {"time_zone": time_zone}, tenant, ce_time=self._now.isoformat()
        )
        assert answer.is_accepted, answer.data

    def begun(self, tenant: str = ACME) -> list[str]:
        """Return the days whose check began so far."""
        for message in self._tail.read():
            headers, value = headers_of(message), message.value()
            if headers["ce_type"] == STARTED:
                assert value is not None
                self._begun.append((headers["ce_tenantid"].decode(), json.loads(value)["day"]))
        return [day for name, day in self._begun if name == tenant]

    def wait_for(self, *days: str, tenant: str = ACME) -> None:
        """Wait until the checks of exactly these days began."""
        wait_until(lambda: self.begun(tenant) == list(days), f"checks of {days}")

    def close(self) -> None:
        self._tail.close()

    async def _shift(self, now: datetime, *, looked_at: bool) -> None:
        session = await asyncpg.connect(self._dsn)
        ahead = now - datetime.now(UTC)
        await shift_ledger_clock(session, ahead=ahead)
        since = await session.fetchval("select clock_timestamp()")

        async def has_looked() -> bool:
            return not looked_at or bool(await session.fetchval(_LOOKED_SINCE, since))

        await wait_until_async(has_looked, "the scheduler looked at the clock")
        await session.close()


_LOOKED_SINCE = """
select count(*)
from pg_stat_activity
where application_name = 'stockledger stockledger_scheduler'
    and datname = current_database()
    and query_start > $1
    and query like '%end as time_zone%'
"""


@pytest.fixture
def days(installation: Installation, shop: Shop) -> Iterator[Days]:
    """A handler and a scheduler, and a clock to set."""
    installation.handler().wait_ready()
    installation.scheduler().wait_ready()
    watched = Days(installation, shop)
    yield watched
    watched.close()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_the_check_begins_at_nine_and_once_though_the_clock_jumps_an_hour(days: Days) -> None:
    nine = at("2027-02-01T09:00")
    days.set_clock(nine - JUST_BEFORE)
    days.configure("UTC")
    days.wait_for("2027-02-01")

    days.set_clock(nine + timedelta(hours=1))
    days.set_clock(nine - JUST_BEFORE)
    days.set_clock(nine)
    days.set_clock(nine + timedelta(hours=23))
    days.set_clock(nine + timedelta(hours=24))
    days.wait_for("2027-02-01", "2027-02-02")


def test_a_clock_that_jumps_ahead_and_back_before_nine_begins_the_day_once(days: Days) -> None:
    days.set_clock(at("2027-02-01T08:30"))
    days.configure("UTC")
    days.set_clock(at("2027-02-01T09:30"))
    days.wait_for("2027-02-01")

    days.set_clock(at("2027-02-01T08:30"))
    days.set_clock(at("2027-02-01T09:00"))
    days.set_clock(at("2027-02-02T09:00") - JUST_BEFORE)
    days.wait_for("2027-02-01", "2027-02-02")


def test_the_check_begins_once_on_days_when_the_clock_is_set(days: Days) -> None:
    days.set_clock(at("2027-03-27T12:00"))
    days.configure(BERLIN)
    days.set_clock(at("2027-03-28T07:00") - JUST_BEFORE)
    days.wait_for("2027-03-28")
    days.set_clock(at("2027-03-28T08:00"))
    days.set_clock(at("2027-03-29T07:00") - JUST_BEFORE)
    days.wait_for("2027-03-28", "2027-03-29")

    days.set_clock(at("2027-10-31T07:00"))
    days.wait_for("2027-03-28", "2027-03-29", "2027-10-30")
    days.set_clock(at("2027-10-31T08:00") - JUST_BEFORE)
    days.wait_for("2027-03-28", "2027-03-29", "2027-10-30", "2027-10-31")


def test_after_a_time_without_scheduler_the_latest_day_alone_is_begun(
    installation: Installation, shop: Shop
) -> None:
    installation.handler().wait_ready()
    first = installation.scheduler().wait_ready()
    watched = Days(installation, shop)
    watched.set_clock(at("2027-02-01T08:00"))
    watched.configure("UTC")
    first.kill()
    watched.set_clock(at("2027-02-05T10:00"), looked_at=False)

    installation.scheduler()

    watched.wait_for("2027-02-05")
    watched.close()
