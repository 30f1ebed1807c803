"""All couriers of a process: one for each channel that is configured."""

import asyncio
import random
from collections.abc import Iterable, Mapping
from typing import Final

from stockledger.cancelling import cancel
from stockledger.crash_points import CrashPoints
from stockledger.service import Loop
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

    def loops(self) -> Iterable[Loop]:
        """Return what sends by each channel, until drained."""
        return [run_and_leave(courier) for courier in self.of_routes.values()]


async def run_and_leave(courier: Courier) -> None:
    """Send until drained; when this is cancelled, what is being sent may end, for a while."""
    sending = asyncio.create_task(courier.run())
    try:
        await asyncio.wait([sending])
    except asyncio.CancelledError:
        courier.drain()
        await asyncio.wait([sending], timeout=LEAVE_SECONDS)
        await cancel(sending)
        raise
    sending.result()
