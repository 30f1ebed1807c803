"""The projector put together: the loop that keeps the views, and the queries beside it."""

import os

from prometheus_client import CollectorRegistry

from stockledger.config import Settings
from stockledger.crash_points import CrashPoints
from stockledger.database import PROJECTOR_ROLE, open_pool
from stockledger.event_log.postgres import PostgresEventLog
from stockledger.service import Service, run_together
from stockledger.starting import run_service
from stockledger.subscription import Source, Subscription
from stockledger.telemetry import Progress, ReadingMetrics, new_registry
from stockledger.topics import Topics, ensure_topics
from stockledger_projector.api.application import query_application
from stockledger_projector.api.database import QueryDatabase
from stockledger_projector.drift import DriftGauge
from stockledger_projector.levels_topic import LevelsTopic
from stockledger_projector.projection import GROUP, Folded, Projection
from stockledger_projector.settings import POOL_SIZE, ProjectorSettings

NAME = "projector"


class ProjectorWorker:
    """One subscription after the other, each with connections of its own."""

    def __init__(self, settings: Settings, registry: CollectorRegistry) -> None:
        self.progress = Progress()
        self._settings = settings
        self._metrics = ReadingMetrics(registry)
        self._drift = DriftGauge(registry)
        self._crash_points = CrashPoints(os.environ)
        self._subscription: Subscription[Folded] | None = None

    async def run(self) -> None:
        """Connect, check the topics, and follow the events until drained or cancelled."""
        settings = self._settings
        topics = Topics.of(settings)
        await ensure_topics(settings)
        self.progress.broker_answered()
        async with await open_pool(settings, role=PROJECTOR_ROLE, size=POOL_SIZE) as pool:
            log = PostgresEventLog(pool, settings.partitions)
            source = Source(settings, topics.events, GROUP, log, pool)
            projection = Projection(LevelsTopic(settings, topics.levels), self._crash_points)
            self._subscription = Subscription(source, projection, self._metrics, self.progress)
            try:
                await run_together(self._subscription.run(), beside=[self._drift.run(pool)])
            finally:
                self._subscription = None

    async def drain(self) -> None:
        """Let the subscription write what it has taken."""
        if self._subscription is not None:
            await self._subscription.drain()

    def unready(self) -> str | None:
        """Return why the views are not kept now, None when they are."""
        return self._subscription.unready() if self._subscription else "not connected"


def main() -> int:
    """Run the service; return the exit status."""
    return run_service(ProjectorSettings, _serve)


def _serve(settings: ProjectorSettings) -> int:
    registry = new_registry(NAME)
    service = Service(ProjectorWorker(settings, registry), registry)
    database = QueryDatabase(settings)
    app = query_application(database, lifespan=service.lifespan, routes=service.routes())
    return service.serve(app, settings)
