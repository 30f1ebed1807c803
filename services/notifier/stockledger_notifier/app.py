"""The notifier put together: events are followed, and what they tell people is delivered."""

import os
from typing import Final

import asyncpg
from prometheus_client import CollectorRegistry
from starlette.applications import Starlette

from stockledger.chores import repeat
from stockledger.crash_points import CrashPoints
from stockledger.database import NOTIFIER_ROLE, open_pool
from stockledger.event_log.postgres import PostgresEventLog
from stockledger.publisher import PartitionPublisher
from stockledger.service import Service, run_together
from stockledger.starting import run_service
from stockledger.subscription import Source, Subscription
from stockledger.telemetry import Progress, new_registry
from stockledger.topics import Topics, ensure_topics
from stockledger_notifier.channels.opening import open_channels
from stockledger_notifier.couriers import Couriers
from stockledger_notifier.digests import EVERY_SECONDS, Digests
from stockledger_notifier.figures import LOOK_EVERY_SECONDS, DeliveryFigures
from stockledger_notifier.folding import NoticeChanges
from stockledger_notifier.following import GROUP, NoticeKeeper
from stockledger_notifier.giving_up import EVERY_SECONDS as GIVE_UP_EVERY_SECONDS
from stockledger_notifier.giving_up import GivingUp
from stockledger_notifier.metrics import Chore, NotifierMetrics
from stockledger_notifier.old_deliveries import OldDeliveries
from stockledger_notifier.outbox import Outbox
from stockledger_notifier.recording import Publishing
from stockledger_notifier.rendering import Renderer
from stockledger_notifier.settings import POOL_SIZE, NotifierSettings

NAME: Final = "notifier"


class NotifierWorker:
    """One subscription after the other, each with couriers of its own."""

    def __init__(self, settings: NotifierSettings, registry: CollectorRegistry) -> None:
        self.progress = Progress()
        self._settings = settings
        self._metrics = NotifierMetrics(registry)
        self._crash_points = CrashPoints(os.environ)
        self._subscription: Subscription[NoticeChanges] | None = None
        self._couriers: Couriers | None = None

    async def run(self) -> None:
        """Connect, check the topics, and follow and send until drained or cancelled."""
        settings = self._settings
        await ensure_topics(settings)
        self.progress.broker_answered()
        publisher = PartitionPublisher(settings)
        channels = open_channels(settings, Renderer(self._metrics.template_failed))
        try:
            async with await open_pool(settings, role=NOTIFIER_ROLE, size=POOL_SIZE) as pool:
                outbox = Outbox(pool, settings.notification_key_bytes())
                publishing = Publishing(publisher, Topics.of(settings).commands)
                couriers = Couriers(
                    channels, outbox, publishing, settings, self._metrics, self._crash_points
                )
                await self._work(pool, couriers)
        finally:
            self._subscription = self._couriers = None
            await publisher.stop()
            for channel in channels.values():
                await channel.close()

    async def drain(self) -> None:
        """Let what is being sent end, and the subscription write what it has taken."""
        if self._couriers is not None:
            self._couriers.drain()
        if self._subscription is not None:
            await self._subscription.drain()

    def unready(self) -> str | None:
        """Return why nothing is followed now, None when it is."""
        return self._subscription.unready() if self._subscription else "not connected"

    async def _work(self, pool: "asyncpg.Pool[asyncpg.Record]", couriers: Couriers) -> None:
        settings, metrics = self._settings, self._metrics
        keeper = NoticeKeeper(settings.notify_within, couriers.wake, metrics, self._crash_points)
        log = PostgresEventLog(pool, settings.partitions)
        source = Source(settings, Topics.of(settings).events, GROUP, log, pool)
        subscription = Subscription(source, keeper, metrics.reading, self.progress)
        figures = DeliveryFigures(pool, couriers.of_routes, metrics)
        digests = Digests(pool)
        giving_up = GivingUp(pool, couriers.of_routes, metrics)
        failed = metrics.chores_failed
        self._subscription, self._couriers = subscription, couriers
        await run_together(
            subscription.run(),
            *couriers.loops(),
            beside=[
                repeat(Chore.DIGESTING, digests.make, EVERY_SECONDS, failed),
                repeat(Chore.COUNTING, figures.look, LOOK_EVERY_SECONDS, failed),
                repeat(Chore.GIVING_UP, giving_up.give_up, GIVE_UP_EVERY_SECONDS, failed),
                OldDeliveries(pool, settings.notifications_retention, metrics).run(),
            ],
        )


def main() -> int:
    """Run the service; return the exit status."""
    return run_service(NotifierSettings, _serve)


def _serve(settings: NotifierSettings) -> int:
    registry = new_registry(NAME)
    service = Service(NotifierWorker(settings, registry), registry)
    app = Starlette(routes=service.routes(), lifespan=service.lifespan)
    return service.serve(app, settings)
