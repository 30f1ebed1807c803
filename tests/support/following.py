"""A projector in the test's own process, following the topic of an installation."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator

import asyncpg
from prometheus_client import CollectorRegistry

from stockledger_projector.app import ProjectorWorker
from stockledger_projector.settings import ProjectorSettings
from tests.support.waiting import wait_until_async


class FollowingProjector:
    """A worker that runs, and the views that it keeps."""

    def __init__(
        self,
        worker: ProjectorWorker,
        running: asyncio.Task[None],
        session: "asyncpg.Connection[asyncpg.Record]",
    ) -> None:
        self.worker = worker
        self.running = running
        self.session = session

    async def reached(self, events: int) -> None:
        """Wait until so many events are folded."""

        async def has_reached() -> bool:
            if self.running.done():
                self.running.result()
            folded = await self.session.fetchval(
                "select coalesce(sum(position), 0) from views.positions"
                " where view_group = 'projector'"
            )
            assert folded <= events, f"{folded} events folded, only {events} recorded"
            return bool(folded == events)

        await wait_until_async(has_reached, f"{events} events folded")


@contextlib.asynccontextmanager
async def following_projector(settings: ProjectorSettings) -> AsyncGenerator[FollowingProjector]:
    """Run a projector; drain it in the end."""
    worker = ProjectorWorker(settings, CollectorRegistry())
    running = asyncio.create_task(worker.run())
    session = await asyncpg.connect(settings.postgres_dsn.get_secret_value())
    try:
        yield FollowingProjector(worker, running, session)
        await worker.drain()
        await asyncio.wait({running}, timeout=10)
    finally:
        running.cancel()
        await asyncio.wait({running})
        await session.close()
