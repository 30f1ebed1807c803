"""The command handler put together."""

import gc
import os
from typing import Final

from prometheus_client import CollectorRegistry
from starlette.applications import Starlette

from stockledger.crash_points import CrashPoints
from stockledger.database import LEDGER_ROLE, open_pool
from stockledger.event_log.postgres import PostgresEventLog
from stockledger.service import Service, run_together
from stockledger.starting import run_service
from stockledger.telemetry import Progress, ProgressOfLoops, new_registry
from stockledger.topics import ensure_topics
from stockledger_command_handler.handler import CommandHandler
from stockledger_command_handler.metrics import CommandHandlerMetrics
from stockledger_command_handler.order_intake import OrderIntake
from stockledger_command_handler.settings import POOL_SIZE, CommandHandlerSettings

NAME: Final = "command-handler"

GARBAGE_THRESHOLDS: Final = (100_000, 50, 1_000)
"""Objects between collections: a batch makes some ten thousand, which all go by reference count."""


class CommandHandlerWorker:
    """One handler after the other, an order intake beside it, with connections of their own."""

    def __init__(self, settings: CommandHandlerSettings, registry: CollectorRegistry) -> None:
        self._deciding, self._taking_orders = Progress(), Progress()
        self.progress: Progress = ProgressOfLoops(
            {"command handler": self._deciding, "order intake": self._taking_orders}
        )
        self._settings = settings
        self._metrics = CommandHandlerMetrics(registry)
        self._crash_points = CrashPoints(os.environ)
        self._handler: CommandHandler | None = None
        self._intake: OrderIntake | None = None

    async def run(self) -> None:
        """Connect, check the topics, decide commands and take orders until drained or cancelled."""
        await ensure_topics(self._settings)
        self.progress.broker_answered()
        async with await open_pool(self._settings, role=LEDGER_ROLE, size=POOL_SIZE) as pool:
            self._handler = CommandHandler(
                self._settings,
                PostgresEventLog(pool, self._settings.partitions),
                self._metrics,
                self._crash_points,
                self._deciding,
            )
            self._intake = OrderIntake(
                self._settings, self._metrics, self._crash_points, self._taking_orders
            )
            try:
                await run_together(self._handler.run(), self._intake.run())
            finally:
                self._handler = self._intake = None

    async def drain(self) -> None:
        """Let both loops finish what is under way."""
        if self._handler is not None and self._intake is not None:
            await self._intake.drain()
            await self._handler.drain()

    def unready(self) -> str | None:
        """Return why commands are not decided, or orders not taken; None when they are."""
        if self._handler is None or self._intake is None:
            return "not connected"
        return self._handler.unready() or self._intake.unready()


def main() -> int:
    """Run the service; return the exit status."""
    gc.freeze()
    gc.set_threshold(*GARBAGE_THRESHOLDS)
    return run_service(CommandHandlerSettings, _serve)


def _serve(settings: CommandHandlerSettings) -> int:
    registry = new_registry(NAME)
    service = Service(CommandHandlerWorker(settings, registry), registry)
    app = Starlette(routes=service.routes(), lifespan=service.lifespan)
    return service.serve(app, settings)
