"""Holds end with their deadline: real handlers and schedulers, through the topics."""

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

import asyncpg
import pytest

from stockledger_scheduler.settings import SchedulerSettings
from tests.support.installation import Installation
from tests.support.ledger_clock import shift_ledger_clock
from tests.support.shop import ACME, Shop, Tail, headers_of
from tests.support.tick_watch import TickWatch
from tests.support.waiting import wait_until

CREATED = b"stockledger.ReservationCreated.v1"
EXPIRED = b"stockledger.ReservationExpired.v1"
LATENESS_MAX = timedelta(seconds=1)
STOCK = 10_000
HOURS_2 = timedelta(hours=2)


class Holds:
    """A warehouse full of lamps, and what became of the holds on them."""

    def __init__(self, installation: Installation, shop: Shop, tenants: list[str]) -> None:
        self.tenants = tenants
        self._shop = shop
        self._tail = Tail(installation.settings, shop.topics.events)
        self.created: Counter[tuple[str, str]] = Counter()
        self.expired: Counter[tuple[str, str]] = Counter()
        self.lateness: list[timedelta] = []

    def open(self) -> None:
        """Make the warehouses, and fill them."""
        north = {"warehouse_id": "NORTH", "name": "North", "code": "N"}
        lamps = {"warehouse_id": "NORTH", "sku": "LAMP", "quantity": STOCK, "unit_cost": 2.5}
        ids = [
            self._shop.publish(name, data, tenant)
            for tenant in self.tenants
            for name, data in (("CreateWarehouse", north), ("ReceiveStock", lamps))
        ]
        assert all(answer.is_accepted for answer in self._shop.answers_to(ids).values())

    def reserve(self, count: int, seconds: int, *, name: str = "R", quantity: int = 1) -> None:
        """Hold lamps in so many reservations of every tenant, for so long."""
        ids = [
            self._shop.publish(
                "ReserveStock",
                {
                    "reservation_id": f"{name}{number}",
                    "lines": [{"sku": "LAMP", "quantity": quantity, "warehouse_id": "NORTH"}],
                    "expires_in_seconds": seconds,
                },
                tenant,
            )
            for tenant in self.tenants
            for number in range(count)
        ]
        answers = self._shop.answers_to(ids)
        assert all(answer.is_accepted for answer in answers.values()), answers

    def read(self) -> None:
        """Read what has happened since."""
        for message in self._tail.read():
            headers, value = headers_of(message), message.value()
            assert value is not None
            if headers["ce_type"] not in {CREATED, EXPIRED}:
                continue
            data = json.loads(value)
            key = headers["ce_tenantid"].decode(), data["reservation_id"]
            if headers["ce_type"] == CREATED:
                self.created[key] += 1
                continue
            self.expired[key] += 1
            recorded_at = datetime.fromisoformat(headers["ce_time"].decode())
            self.lateness.append(recorded_at - datetime.fromisoformat(data["expires_at"]))

    def wait_expired(self, count: int, seconds: float = 60) -> None:
        """Wait until so many reservations in all have expired."""

        def have_expired() -> bool:
            self.read()
            return len(self.expired) >= count

        wait_until(have_expired, f"{count} reservations expired", seconds)

    def close(self) -> None:
        self._tail.close()


@pytest.fixture
def holds(installation: Installation, shop: Shop) -> Iterator[Holds]:
    """A handler that runs, and tenants in all partitions with lamps."""
    installation.handler().wait_ready()
    kept = Holds(installation, shop, [f"shop-{number}" for number in range(8)])
    kept.open()
    yield kept
    kept.close()


def test_a_hold_ends_within_a_second_of_its_deadline(
    installation: Installation, holds: Holds
) -> None:
    installation.scheduler().wait_ready()
    holds.reserve(5, seconds=2)

    holds.wait_expired(40)

    assert max(holds.lateness) <= LATENESS_MAX
    assert min(holds.lateness) >= timedelta(0)
    assert set(holds.expired.values()) == {1}


def test_an_extended_hold_ends_with_its_later_deadline(
    installation: Installation, shop: Shop, holds: Holds
) -> None:
    installation.scheduler().wait_ready()
    holds.reserve(1, seconds=3)
    asked = {"reservation_id": "R0", "expires_in_seconds": 6}
    assert shop.ask("ExtendReservation", asked, "shop-0").is_accepted

    holds.wait_expired(8)

    assert holds.expired["shop-0", "R0"] == 1
    assert max(holds.lateness) <= LATENESS_MAX
    assert min(holds.lateness) >= timedelta(0)


def test_while_no_scheduler_runs_lapsed_stock_is_free_and_later_all_is_made_up_for(
    installation: Installation, shop: Shop, holds: Holds
) -> None:
    holds.reserve(100, seconds=1, quantity=STOCK // 100)
    wait_until(lambda: can_reserve_all(shop), "what has lapsed is available")

    installation.scheduler()

    holds.wait_expired(800)
    assert set(holds.expired.values()) == {1}


def can_reserve_all(shop: Shop) -> bool:
    """Try to hold all lamps of one tenant."""
    line = {"sku": "LAMP", "quantity": STOCK, "warehouse_id": "NORTH"}
    asked = {"reservation_id": "ALL", "lines": [line], "expires_in_seconds": 600}
    return shop.ask("ReserveStock", asked, "shop-0").is_accepted


def test_when_one_of_two_schedulers_is_killed_the_other_goes_on(
    installation: Installation, holds: Holds
) -> None:
    first = installation.scheduler().wait_ready()
    installation.scheduler().wait_ready()
    holds.reserve(10, seconds=1)
    holds.wait_expired(80)
    holds.reserve(10, seconds=2, name="S")

    first.kill()

    holds.wait_expired(160, seconds=17)
    assert set(holds.expired.values()) == {1}


def test_a_scheduler_that_was_frozen_does_nothing_twice(
    installation: Installation, following: SchedulerSettings, holds: Holds
) -> None:
    frozen = installation.scheduler(INVENTORY_CRASH_POINT="scheduler-before-send:1:STOP")
    frozen.wait_ready()
    installation.scheduler().wait_ready()
    holds.reserve(20, seconds=1)
    holds.wait_expired(160)
    with TickWatch(following) as watch:
        sent = len(watch.read())
        frozen.thaw()
        wait_until(lambda: len(watch.read()) > sent, "the frozen one sends what it was about to")
        frozen.wait_ready()
    holds.reserve(1, seconds=1, name="S")
    holds.wait_expired(168)

    assert set(holds.expired.values()) == {1}


def test_a_tick_that_came_too_early_is_sent_again(
    installation: Installation, following: SchedulerSettings, shop: Shop
) -> None:
    handler = installation.handler().wait_ready()
    holds = Holds(installation, shop, [ACME])
    holds.open()
    holds.reserve(3, seconds=3_600)
    installation.scheduler().wait_ready()
    handler.terminate()
    set_clock(installation, HOURS_2)
    with TickWatch(following) as watch:
        watch.wait_for(ACME, "R0")
        set_clock(installation, timedelta(0))
        (early,) = watch.sendings(ACME, "R0")

        installation.handler().wait_ready()

        shop.answers_to([early.id])
        holds.read()
        assert not holds.expired
        set_clock(installation, HOURS_2)
        holds.wait_expired(3)
        assert len({tick.id for tick in watch.sendings(ACME, "R0")}) >= 2
    holds.close()


def set_clock(installation: Installation, ahead: timedelta) -> None:
    """Let the ledger's clock be so far ahead."""
    asyncio.run(_set_clock(installation.dsn, ahead))


async def _set_clock(dsn: str, ahead: timedelta) -> None:
    session = await asyncpg.connect(dsn)
    await shift_ledger_clock(session, ahead=ahead)
    await session.close()
