"""A scheduler that takes over reads what it missed before it sends anything."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import asyncpg
import orjson
import pytest
from prometheus_client import CollectorRegistry

from stockledger.crash_points import CrashPoints
from stockledger.delivered_events import event_of_log
from stockledger.errors import OwnershipLost
from stockledger.event_log.interface import StoredEvent
from stockledger.publisher import OutgoingMessage
from stockledger_scheduler.following import TimerKeeper
from stockledger_scheduler.metrics import SchedulerMetrics
from stockledger_scheduler.missed import LOOK_AGAIN_SECONDS, MissedEvents
from stockledger_scheduler.sending import TickSender
from stockledger_scheduler.settings import SchedulerSettings
from tests.support.keeping import Keeping
from tests.support.projecting import PARTITIONS
from tests.support.recorded_ledger import RecordedLedger
from tests.support.recorded_transport import store
from tests.support.timer_events import TimerEvents

LAMPS, TENTS = "lamp-shop", "tent-shop"
A_MINUTE_AGO = datetime.now(UTC) - timedelta(minutes=1)


class KeepingPublisher:
    """Stands for Kafka: keeps what is published."""

    def __init__(self) -> None:
        self.sent: list[OutgoingMessage] = []

    async def publish(self, topic: str, messages: Mapping[int, Sequence[OutgoingMessage]]) -> None:
        assert topic == "commands"
        self.sent += [message for each in messages.values() for message in each]

    def reservations(self) -> list[str]:
        """Return the reservations in all ticks sent: daily checks are due as well."""
        bodies = [orjson.loads(message.value or b"") for message in self.sent]
        return [name for body in bodies for name in body.get("reservation_ids", ())]


def sender_of(keeping: Keeping, publisher: KeepingPublisher) -> TickSender:
    metrics = SchedulerMetrics(CollectorRegistry())
    sender = TickSender(keeping.pool, publisher, "commands", metrics, CrashPoints({}))
    sender.own(range(PARTITIONS))
    return sender


async def test_nothing_is_sent_until_all_that_was_missed_is_folded(
    keeping: Keeping, settings: SchedulerSettings, ledger: RecordedLedger
) -> None:
    lamps, tents = TimerEvents(ledger, LAMPS), TimerEvents(ledger, TENTS)
    created = [lamps.created("R1", A_MINUTE_AGO), lamps.created("R2", A_MINUTE_AGO)]
    elsewhere = tents.created("R3", A_MINUTE_AGO)
    released = lamps.released("R1")
    await store(settings, ledger.events)
    publisher = KeepingPublisher()
    sender = sender_of(keeping, publisher)

    await keeping.fold(*created, elsewhere)
    await sender.look()
    assert publisher.sent == []

    await keeping.fold(released)
    await sender.look()
    assert sorted(publisher.reservations()) == ["R2", "R3"]


async def test_what_happens_after_the_take_over_is_not_waited_for(
    keeping: Keeping, settings: SchedulerSettings, ledger: RecordedLedger
) -> None:
    lamps = TimerEvents(ledger, LAMPS)
    await store(settings, [lamps.created("R1", A_MINUTE_AGO)])
    publisher = KeepingPublisher()
    sender = sender_of(keeping, publisher)
    await sender.look()
    await store(settings, [lamps.created("R2", A_MINUTE_AGO)])

    await keeping.fold(ledger.events[0])
    await sender.look()

    assert publisher.reservations() == ["R1"]


async def test_each_take_over_asks_anew(
    keeping: Keeping, settings: SchedulerSettings, ledger: RecordedLedger
) -> None:
    lamps = TimerEvents(ledger, LAMPS)
    await keeping.fold(lamps.created("R1", A_MINUTE_AGO))
    publisher = KeepingPublisher()
    sender = sender_of(keeping, publisher)
    await sender.look()
    assert publisher.reservations() == ["R1"]
    lamps.released("R1")
    await store(settings, ledger.events)

    sender.own(range(PARTITIONS))
    await sender.look()

    assert publisher.reservations() == ["R1"]


async def test_timers_that_were_thrown_away_are_missed_though_nothing_happens(
    keeping: Keeping, ledger: RecordedLedger, owner: asyncpg.Connection
) -> None:
    await keeping.fold(TimerEvents(ledger, LAMPS).created("R1", A_MINUTE_AGO))
    missed = MissedEvents(keeping.pool, range(PARTITIONS))
    assert await missed.are_folded(0)

    await owner.execute("select timers.start_over()")

    with pytest.raises(OwnershipLost):
        await missed.are_folded(LOOK_AGAIN_SECONDS)


async def follow(keeping: Keeping, keeper: TimerKeeper, event: StoredEvent) -> None:
    """Let a keeper write what an event changes, and tell its sender."""
    async with keeping.pool.acquire() as connection, connection.transaction():
        await keeper.apply(connection, keeper.fold([event_of_log(event)]))
    await keeper.committed()


def keeper_of(sender: TickSender) -> TimerKeeper:
    return TimerKeeper(sender, SchedulerMetrics(CollectorRegistry()), CrashPoints({}))


async def test_whoever_takes_over_sees_all_tenants_anew(
    keeping: Keeping, ledger: RecordedLedger, owner: asyncpg.Connection
) -> None:
    keeper, lamps = keeper_of(sender_of(keeping, KeepingPublisher())), TimerEvents(ledger, LAMPS)
    await follow(keeping, keeper, lamps.created("R1", A_MINUTE_AGO))
    await owner.execute("select timers.start_over()")

    await keeper.owned(range(PARTITIONS))
    await follow(keeping, keeper, lamps.configured("UTC"))

    assert set(await keeping.deadlines("daily_check")) == {(LAMPS, "")}


async def test_what_is_late_when_it_begins_is_sent_by_the_next_look(
    keeping: Keeping, ledger: RecordedLedger
) -> None:
    publisher, lamps = KeepingPublisher(), TimerEvents(ledger, LAMPS)
    sender = sender_of(keeping, publisher)
    await sender.look()

    await follow(keeping, keeper_of(sender), lamps.created("R1", A_MINUTE_AGO))
    await sender.look()

    assert publisher.reservations() == ["R1"]
    assert len(publisher.sent) == 2, "and the tenant's daily check"
