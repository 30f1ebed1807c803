"""The scheduler put together: timers are kept from the events, and sent when they are due."""

import os
from typing import Final

from prometheus_client import CollectorRegistry
from starlette.applications import Starlette

from stockledger.crash_points import CrashPoints
from stockledger.database import SCHEDULER_ROLE, open_pool
from stockledger.event_log.postgres import PostgresEventLog
from stockledger.publisher import PartitionPublisher
from stockledger.service import Service, run_together
from stockledger.starting import run_service
from stockledger.subscription import Source, Subscription
from stockledger.telemetry import Progress, new_registry
from stockledger.topics import Topics, ensure_topics
from stockledger_scheduler.figures import TimerFigures
from stockledger_scheduler.folding import TimerChanges
from stockledger_scheduler.following import GROUP, TimerKeeper
from stockledger_scheduler.metrics import SchedulerMetrics
from stockledger_scheduler.old_results import OldResults
from stockledger_scheduler.sending import TickSender
from stockledger_scheduler.settings import POOL_SIZE, SchedulerSettings

NAME: Final = "scheduler"


class SchedulerWorker:
    """One subscription after the other, each with connections and a sender of its own."""

    def __init__(self, settings: SchedulerSettings, registry: CollectorRegistry) -> None:
        self.progress = Progress()
        self._settings = settings
        self._metrics = SchedulerMetrics(registry)
        self._crash_points = CrashPoints(os.environ)
        self._subscription: Subscription[TimerChanges] | None = None
        self._sender: TickSender | None = None

    async def run(self) -> None:
        """Connect, check the topics, and follow and send until drained or cancelled."""
        settings, topics = self._settings, Topics.of(self._settings)
        await ensure_topics(settings)
        self.progress.broker_answered()
        publisher = PartitionPublisher(settings)
        async with await open_pool(settings, role=SCHEDULER_ROLE, size=POOL_SIZE) as pool:
            sender = TickSender(pool, publisher, topics.commands, self._metrics, self._crash_points)
            keeper = TimerKeeper(sender, self._metrics, self._crash_points)
            log = PostgresEventLog(pool, settings.partitions)
            source = Source(settings, topics.events, GROUP, log, pool)
            subscription = Subscription(source, keeper, self._metrics.reading, self.progress)
            figures = TimerFigures(pool, lambda: sender.partitions, self._metrics)
            old_results = OldResults(
                pool, lambda: sender.partitions, settings.results_retention, self._metrics
            )
            self._subscription, self._sender = subscription, sender
            try:
                await run_together(
                    subscription.run(), sender.run(), beside=[figures.run(), old_results.run()]
                )
            finally:
                self._subscription = self._sender = None
                await publisher.stop()

    async def drain(self) -> None:
        """Let the sender finish what it sends, and the subscription write what it has taken."""
        if self._sender is not None:
            self._sender.drain()
        if self._subscription is not None:
            await self._subscription.drain()

    def unready(self) -> str | None:
        """Return why the timers are not kept now, None when they are."""
        return self._subscription.unready() if self._subscription else "not connected"


def main() -> int:
    """Run the service; return the exit status."""
    return run_service(SchedulerSettings, _serve)


def _serve(settings: SchedulerSettings) -> int:
    registry = new_registry(NAME)
    service = Service(SchedulerWorker(settings, registry), registry)
    app = Starlette(routes=service.routes(), lifespan=service.lifespan)
    return service.serve(app, settings)
