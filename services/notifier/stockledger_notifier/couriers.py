"""All couriers of a process: one for each channel that is configured."""

import asyncio
import random
from collections.abc import Coroutine, Iterable, Mapping
from typing import Any, Final

import structlog

from stockledger.crash_points import CrashPoints
from stockledger_notifier.attempts import Judge
from stockledger_notifier.channels.channel import Channel, Route
from stockledger_notifier.courier import Courier, Pace
from stockledger_notifier.metrics import NotifierMetrics
from stockledger_notifier.outbox import Outbox
from stockledger_notifier.recording import Publishing, Recorder
from stockledger_notifier.settings import NotifierSettings

PLACES: Final[Mapping[Route, int]] = {
    Route.EMAIL: 4,
    Route.SMS: 4,
    Route.WEBHOOK: 512,
    Route.SUPPLIER: 32,
}
"""Deliveries of a route under way at once: connections, mostly, that wait for an answer."""

LEAVE_SECONDS: Final = 20.0
"""How long what is being sent may take to end, so that it is not sent once more for nothing."""

_Loop = Coroutine[Any, Any, None]
_log = structlog.get_logger(__name__)


class Couriers:
    """Sends by all channels that are configured."""

    def __init__(
        self,
        channels: Mapping[Route, Channel],
        outbox: Outbox,
        publishing: Publishing,
        settings: NotifierSettings,
        metrics: NotifierMetrics,
        crash_points: CrashPoints,
    ) -> None:
        judge = Judge(settings.supplier_api_retry_attempts, random.random)
        self.of_routes: Mapping[Route, Courier] = {
            route: Courier(
                route,
                channel,
                Pace(settings.per_second(route), PLACES[route]),
                outbox,
                Recorder(outbox, publishing, crash_points),
                judge,
                metrics,
                crash_points,
            )
            for route, channel in channels.items()
        }

    def wake(self) -> None:
        """Know that there may be something new."""
        for courier in self.of_routes.values():
            courier.wake()

    def drain(self) -> None:
        """Take up nothing new, and finish what is being sent."""
        for courier in self.of_routes.values():
            courier.drain()

    async def run(self, following: _Loop, beside: Iterable[_Loop]) -> None:
        """Send until drained and `following` has ended, or any fails; then what is sent may end."""
        sending = {asyncio.create_task(each.run()) for each in self.of_routes.values()}
        working = {asyncio.create_task(following), *sending}
        every = working | {asyncio.create_task(loop) for loop in beside}
        try:
            while not all(task.done() for task in working):
                running = {task for task in every if not task.done()}
                done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
        finally:
            self.drain()
            if sending:
                await asyncio.wait(sending, timeout=LEAVE_SECONDS)
            for task in every:
                task.cancel()
            await asyncio.wait(every)
