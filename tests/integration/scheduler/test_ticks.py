"""What is due is sent to the tenant's partition until an event ends it, by whoever owns that."""

import asyncio
import signal
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import asyncpg
import psutil
import pytest
from prometheus_client import CollectorRegistry

from stockledger.crash_points import VARIABLE, CrashPoints
from stockledger.event_log.interface import StoredEvent
from stockledger.partitioning import partition_of
from stockledger.publisher import OutgoingMessage
from stockledger_scheduler.metrics import SchedulerMetrics
from stockledger_scheduler.sending import TickSender
from stockledger_scheduler.settings import SchedulerSettings
from tests.support.installation import Installation, ServiceProcess
from tests.support.keeping import Keeping
from tests.support.projecting import PARTITIONS
from tests.support.recorded_ledger import RecordedLedger
from tests.support.recorded_transport import publish, store
from tests.support.tick_watch import TickWatch
from tests.support.timer_events import TimerEvents
from tests.support.waiting import wait_until, wait_until_async

LAMPS, TENTS = "lamp-shop", "tent-shop"
TAKEN_OVER_SECONDS = 15
SHOPS = [f"shop-{number}" for number in range(24)]


def minutes_ago(minutes: float) -> datetime:
    return datetime.now(UTC) - timedelta(minutes=minutes)


def follow(settings: SchedulerSettings, events: Sequence[StoredEvent]) -> None:
    """Put events where a scheduler finds them."""
    asyncio.run(store(settings, events))
    asyncio.run(publish(settings, events))


def owned_by(scheduler: ServiceProcess) -> set[str]:
    """Return the partitions that a scheduler shows the lag of."""
    lines = scheduler.get("/metrics")[1].splitlines()
    shown = [line for line in lines if line.startswith("inventory_consumer_lag_records{")]
    return {line.partition('partition="')[2].partition('"')[0] for line in shown}


def test_a_tick_is_a_command_like_any_other(
    installation: Installation, following: SchedulerSettings, ledger: RecordedLedger
) -> None:
    lamps, tents = TimerEvents(ledger, LAMPS), TimerEvents(ledger, TENTS)
    lamps.created("R1", minutes_ago(2))
    lamps.created("R2", minutes_ago(1))
    lamps.created("R3", minutes_ago(-5))
    tents.created("R1", minutes_ago(1))
    follow(following, ledger.events)
    installation.scheduler()

    with TickWatch(following) as watch:
        watch.wait_for(TENTS, "R1")
        watch.wait_for(LAMPS, "R1")
        (tick,) = watch.sendings(LAMPS, "R2")

    assert tick.data == {"reservation_ids": ["R1", "R2"]}
    assert tick.partition == partition_of(LAMPS, PARTITIONS)
    assert {name: text.decode() for name, text in tick.headers.items()} == {
        "ce_specversion": "1.0",
        "ce_source": "/stockledger/scheduler",
        "ce_actor": "scheduler",
        "ce_type": "stockledger.ExpireReservation.v1",
        "ce_tenantid": LAMPS,
        "ce_id": tick.id,
        "ce_time": tick.headers["ce_time"].decode(),
        "content-type": "application/json",
    }
    sent_at = datetime.fromisoformat(tick.headers["ce_time"].decode())
    assert abs(sent_at - datetime.now(UTC)) < timedelta(minutes=1)


def test_what_an_event_ended_is_not_sent_again(
    installation: Installation, following: SchedulerSettings, ledger: RecordedLedger
) -> None:
    shop = TimerEvents(ledger, LAMPS)
    for name in ("R1", "R2"):
        shop.created(name, minutes_ago(1))
    follow(following, ledger.events)
    scheduler = installation.scheduler()
    with TickWatch(following) as watch:
        watch.wait_for(LAMPS, "R1")
        follow(following, [shop.expired("R1", minutes_ago(1))])

        watch.wait_for(LAMPS, "R2", times=3)

        first, second, third = watch.sendings(LAMPS, "R2")
        assert len({first.id, second.id, third.id}) == 3
        assert len(watch.sendings(LAMPS, "R1")) == 1
    page = scheduler.get("/metrics")[1]
    assert 'inventory_timer_lateness_seconds_count{kind="reservation"} 1.0' in page
    assert 'inventory_timers_sent_total{kind="reservation"} 4.0' in page
    assert 'inventory_timers_resent_total{kind="reservation"} 2.0' in page


class LossyPublisher:
    """Stands for Kafka: keeps what is published, save the first time."""

    def __init__(self) -> None:
        self.lost = 0
        self.kept: list[OutgoingMessage] = []

    async def publish(self, topic: str, messages: Mapping[int, Sequence[OutgoingMessage]]) -> None:
        assert topic == "commands"
        if not self.lost:
            self.lost += 1
            return
        self.kept += [message for each in messages.values() for message in each]


async def test_a_tick_that_got_lost_is_sent_again(keeping: Keeping, ledger: RecordedLedger) -> None:
    await keeping.fold(TimerEvents(ledger, LAMPS).created("R1", minutes_ago(1)))
    publisher, metrics = LossyPublisher(), SchedulerMetrics(CollectorRegistry())
    sender = TickSender(keeping.pool, publisher, "commands", metrics, CrashPoints({}))
    sender.own(range(PARTITIONS))
    sending = asyncio.create_task(sender.run())

    async def is_sent_again() -> bool:
        return b'{"reservation_ids":["R1"]}' in [message.value for message in publisher.kept]

    await wait_until_async(is_sent_again, "sent again")
    sender.drain()
    await asyncio.wait_for(sending, 10)
    assert publisher.lost == 1


def test_schedulers_share_the_partitions_and_outlive_each_other(
    installation: Installation, following: SchedulerSettings, ledger: RecordedLedger
) -> None:
    first, second = installation.scheduler(), installation.scheduler()
    wait_until(lambda: owned_by(first) and owned_by(second), "both have partitions", 60)
    wait_until(
        lambda: len(owned_by(first)) + len(owned_by(second)) == PARTITIONS, "no two have the same"
    )
    for shop in SHOPS:
        TimerEvents(ledger, shop).created("R1", minutes_ago(1))
    follow(following, ledger.events)
    with TickWatch(following) as watch:
        for shop in SHOPS:
            watch.wait_for(shop, "R1")
        assert {len(watch.sendings(shop, "R1")) for shop in SHOPS} == {1}
        before = len(ledger.events)
        first.kill()

        for shop in SHOPS:
            TimerEvents(ledger, shop).created("R2", minutes_ago(1))
        follow(following, ledger.events[before:])
        for shop in SHOPS:
            watch.wait_for(shop, "R2", seconds=TAKEN_OVER_SECONDS)
    assert second.is_running


@pytest.mark.parametrize(
    "point",
    [
        "scheduler-before-send:1:KILL",
        "scheduler-after-send:1:KILL",
        "scheduler-after-commit:1:KILL",
        "scheduler-before-send:1:STOP",
    ],
)
def test_what_a_scheduler_left_is_sent_by_the_next(
    installation: Installation, following: SchedulerSettings, ledger: RecordedLedger, point: str
) -> None:
    for shop in SHOPS:
        TimerEvents(ledger, shop).created("R1", minutes_ago(1))
    follow(following, ledger.events)
    doomed = installation.scheduler(**{VARIABLE: point})
    wait_until(lambda: not doomed.is_running or is_frozen(doomed), "killed or frozen")

    installation.scheduler()

    with TickWatch(following) as watch:
        for shop in SHOPS:
            watch.wait_for(shop, "R1")


def is_frozen(service: ServiceProcess) -> bool:
    """Say whether the process is stopped."""
    return psutil.Process(service.pid).status() == psutil.STATUS_STOPPED


def test_a_quiet_scheduler_starts_over_when_its_timers_are_thrown_away(
    installation: Installation, following: SchedulerSettings, ledger: RecordedLedger
) -> None:
    shop = TimerEvents(ledger, LAMPS)
    shop.created("R1", minutes_ago(-60))
    shop.created("R2", minutes_ago(-60))
    shop.released("R2")
    follow(following, ledger.events)
    installation.scheduler().wait_ready()

    def timers() -> list[str]:
        return asyncio.run(asked(following, "select id from timers.timers where id <> ''"))

    wait_until(lambda: timers() == ["R1"], "folded")
    asyncio.run(asked(following, "select timers.start_over()"))
    assert timers() == []

    wait_until(lambda: timers() == ["R1"], "folded again, though nothing happens")


async def asked(settings: SchedulerSettings, statement: str) -> list[str]:
    """Return the first column of what the owner of the database is told."""
    session = await asyncpg.connect(settings.postgres_dsn.get_secret_value())
    try:
        return [row[0] for row in await session.fetch(statement)]
    finally:
        await session.close()


def test_an_operator_sees_how_timers_do(
    installation: Installation, following: SchedulerSettings, ledger: RecordedLedger
) -> None:
    shop = TimerEvents(ledger, LAMPS)
    shop.created("R1", minutes_ago(1))
    shop.created("R2", minutes_ago(-60))
    follow(following, ledger.events)
    scheduler = installation.scheduler().wait_ready()

    def shown() -> bool:
        page = scheduler.get("/metrics")[1]
        return all(line in page.splitlines() for line in SHOWN)

    wait_until(shown, "\n".join(SHOWN), 60)
    assert scheduler.get("/livez")[0] == 200
    assert scheduler.terminate() == -signal.SIGTERM


SHOWN = (
    'inventory_timers_stored{kind="reservation"} 2.0',
    'inventory_timers_stored{kind="daily_check"} 1.0',
    'inventory_timers_due{kind="reservation"} 1.0',
    'inventory_timers_due{kind="daily_check"} 1.0',
    'inventory_timers_oldest_due_seconds{kind="transfer"} 0.0',
    "inventory_timers_outstanding 2.0",
)
