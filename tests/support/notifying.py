"""Folding recorded events into the notices, and sending from there, without Kafka."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import asyncpg
from prometheus_client import CollectorRegistry

from stockledger.crash_points import CrashPoints
from stockledger.delivered_events import event_of_log
from stockledger.event_log.interface import StoredEvent
from stockledger.positions import Positions
from stockledger.publisher import OutgoingMessage
from stockledger.service import run_together
from stockledger_notifier import notices
from stockledger_notifier.channels.channel import Channel, Delivery, Outcome, Route, Sent
from stockledger_notifier.couriers import Couriers
from stockledger_notifier.digests import Digests
from stockledger_notifier.folding import fold
from stockledger_notifier.following import GROUP
from stockledger_notifier.metrics import NotifierMetrics
from stockledger_notifier.outbox import Outbox
from stockledger_notifier.recording import Publishing
from stockledger_notifier.settings import NotifierSettings
from tests.support.projecting import PARTITIONS, steps_of
from tests.support.waiting import wait_until_async

ALWAYS = timedelta(days=36_500)
KEY = b"k" * 32

Answer = Callable[[Delivery], Outcome]


def taking(_delivery: Delivery) -> Outcome:
    """Take everything."""
    return Sent()


class RecordingChannel:
    """A channel that remembers what it was given, and answers as it is told."""

    def __init__(self, answer: Answer = taking) -> None:
        self.sent: list[Delivery] = []
        self.answer = answer
        self.under_way = 0
        self.under_way_most = 0

    @property
    def ids(self) -> list[str]:
        """The keys of what was sent, in order."""
        return [each.delivery_id for each in self.sent]

    async def send(self, delivery: Delivery) -> Outcome:
        """Remember it."""
        self.under_way += 1
        self.under_way_most = max(self.under_way_most, self.under_way)
        try:
            await self.take(delivery)
        finally:
            self.under_way -= 1
        self.sent.append(delivery)
        return self.answer(delivery)

    async def wait_sent(self, count: int) -> None:
        """Wait until so many were given to it."""

        async def are_sent() -> bool:
            return len(self.sent) >= count

        await wait_until_async(are_sent, f"{count} deliveries sent")

    async def take(self, delivery: Delivery) -> None:
        """Take as long as it takes; nothing here."""

    async def close(self) -> None:
        """Have nothing to close."""


class KeptCommands:
    """Stands for the commands topic."""

    def __init__(self) -> None:
        self.messages: dict[int, list[OutgoingMessage]] = defaultdict(list)

    async def publish(self, topic: str, messages: Mapping[int, Sequence[OutgoingMessage]]) -> None:
        """Keep them."""
        assert topic == "commands"
        for partition, some in messages.items():
            self.messages[partition].extend(some)

    @property
    def types(self) -> list[str]:
        """The types of all commands."""
        every = (message for some in self.messages.values() for message in some)
        return [dict(message.headers)["ce_type"].decode() for message in every]


class Notifying:
    """The notices' tables, fed by hand, and couriers that send from them."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", settings: NotifierSettings) -> None:
        self.pool = pool
        self.settings = settings
        self.commands = KeptCommands()
        self.metrics = NotifierMetrics(CollectorRegistry())
        self._positions = Positions(GROUP)

    async def fold(self, *events: StoredEvent, within: timedelta = ALWAYS) -> None:
        """Fold events in one transaction, as a batch."""
        delivered = [event_of_log(event) for event in events]
        async with self.pool.acquire() as connection:
            await self._positions.begin(connection, range(PARTITIONS))
            async with connection.transaction():
                await self._positions.advance(connection, steps_of(delivered))
                await notices.write(connection, fold(delivered), within)

    async def start_over(self) -> None:
        """Let the log be followed anew."""
        await self.pool.execute(
            "update views.positions set position = 0 where view_group = $1", GROUP
        )

    async def deliveries(self, status: str | None = None) -> list[Mapping[str, Any]]:
        """Return the deliveries in the order of their events."""
        rows = await self.pool.fetch(
            "select * from notices.deliveries where $1::text is null or status = $1"
            " order by partition, position, channel, recipient_id",
            status,
        )
        return [dict(row) for row in rows]

    async def statuses(self) -> list[str]:
        """Return the deliveries' statuses in the order of their events."""
        return [row["status"] for row in await self.deliveries()]

    async def wait_for(self, *statuses: str) -> None:
        """Wait until the deliveries have exactly these statuses."""

        async def are_there() -> bool:
            return await self.statuses() == list(statuses)

        await wait_until_async(are_there, f"deliveries {statuses}")

    async def tell_all_at_once(self) -> None:
        """Let no more recipient be told of too much at once."""
        await self.pool.execute(
            "update notices.recipients"
            " set burst_begun_at = ledger.ledger_now(), burst_count = -1000"
        )

    async def notified(self) -> list[tuple[str, str]]:
        """Return who was notified, and how far it has come."""
        rows = await self.pool.fetch(
            "select recipient_id, status from notices.notifications"
            " order by partition, position, recipient_id"
        )
        return [(row["recipient_id"], row["status"]) for row in rows]

    async def make_digests(self) -> int:
        """Make all digests that were ever to be made, and none later."""
        await self.pool.execute("update notices.digests set due_at = ledger.ledger_now()")
        return await Digests(self.pool).make()

    async def hurry(self) -> None:
        """Let everything that waits be due now."""
        await self.pool.execute(
            "update notices.deliveries set next_attempt_at = ledger.ledger_now()"
        )

    @contextlib.asynccontextmanager
    async def sending(self, **channels: Channel) -> AsyncGenerator[Couriers]:
        """Send by these channels meanwhile, by their names in small letters."""
        couriers = Couriers(
            {Route(name.upper()): channel for name, channel in channels.items()},
            Outbox(self.pool, KEY),
            Publishing(self.commands, "commands"),
            self.settings,
            self.metrics,
            CrashPoints({}),
        )
        running = asyncio.create_task(run_together(*couriers.loops()))
        try:
            yield couriers
        finally:
            couriers.drain()
            await running
