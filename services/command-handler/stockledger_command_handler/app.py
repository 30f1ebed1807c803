"""The command handler put together."""

import gc
import os
from typing import Final

from prometheus_client import CollectorRegistry
from starlette.applications import Starlette

from stockledger.crash_points import CrashPoints
from stockledger.database import LEDGER_ROLE, open_pool
from stockledger.event_log.postgres import PostgresEventLog
from stockledger.service import Service
from stockledger.telemetry import Progress, configure_logging, new_registry
from stockledger.topics import ensure_topics
from stockledger_command_handler.handler import CommandHandler
from stockledger_command_handler.metrics import CommandHandlerMetrics
from stockledger_command_handler.settings import POOL_SIZE, CommandHandlerSettings

NAME: Final = "command-handler"

GARBAGE_THRESHOLDS: Final = (100_000, 50, 1_000)
"""Objects between collections: a batch makes some ten thousand, which all go by reference count."""


class CommandHandlerWorker:
    """One handler after the other, each with connections of its own."""

    def __init__(self, settings: CommandHandlerSettings, registry: CollectorRegistry) -> None:
        self.progress = Progress()
        self._settings = settings
        self._metrics = CommandHandlerMetrics(registry)
        self._crash_points = CrashPoints(os.environ)
        self._handler: CommandHandler | None = None

    async def run(self) -> None:
        """Connect, check the topics, and decide commands until drained or cancelled."""
        await ensure_topics(self._settings)
        self.progress.broker_answered()
        async with await open_pool(self._settings, role=LEDGER_ROLE, size=POOL_SIZE) as pool:
            self._handler = CommandHandler(
                self._settings,
                PostgresEventLog(pool, self._settings.partitions),
                self._metrics,
                self._crash_points,
                self.progress,
            )
            try:
                await self._handler.run()
            finally:
                self._handler = None

    async def drain(self) -> None:
        """Let the handler finish what is under way."""
        if self._handler is not None:
            await self._handler.drain()

    def unready(self) -> str | None:
        """Return why commands are not decided now, None when they are."""
        return self._handler.unready() if self._handler else "not connected"


def main() -> int:
    """Run the service; return the exit status."""
    gc.freeze()
    gc.set_threshold(*GARBAGE_THRESHOLDS)
    settings = CommandHandlerSettings()
    configure_logging(settings.log_level)
    registry = new_registry(NAME)
    service = Service(CommandHandlerWorker(settings, registry), registry)
    app = Starlette(routes=service.routes(), lifespan=service.lifespan)
    return service.serve(app, settings)
