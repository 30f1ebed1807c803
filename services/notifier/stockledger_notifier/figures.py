"""Figures of the deliveries, asked of PostgreSQL now and then."""

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Final

import asyncpg

from stockledger.event_log.driver_errors import log_errors
from stockledger.statements import load_statements
from stockledger_notifier.breaker import BreakerState
from stockledger_notifier.channels.channel import Route
from stockledger_notifier.courier import Courier
from stockledger_notifier.destinations import SERVED_BY_OURS
from stockledger_notifier.metrics import NotifierMetrics
from stockledger_notifier.outbox import NOT_CONFIGURED

SQL: Final = load_statements(Path(__file__).with_suffix(".sql"))

LOOK_EVERY_SECONDS: Final = 15.0
"""As often as Prometheus asks."""

COUNTED_MAX: Final = 100_000
"""Deliveries of a channel that are counted: a tenth of a second."""

DEAD_SHOWN: Final = timedelta(days=7)
"""For so long a dead delivery counts: one webhook that is gone would count for a year."""

EXPLAINED_MAX: Final = 1_000
"""Deliveries of a channel that are told at once why they wait."""


class DeliveryFigures:
    """Shows what waits, for how long, and which destinations are left alone.

    What waits because our own server fails counts; what waits because one receiver or one mailbox
    fails does not, for that is no trouble of anybody else.
    """

    def __init__(
        self,
        pool: "asyncpg.Pool[asyncpg.Record]",
        couriers: Mapping[Route, Courier],
        metrics: NotifierMetrics,
    ) -> None:
        self._pool = pool
        self._couriers = couriers
        self._metrics = metrics
        for route in Route:
            metrics.waiting.configured.labels(route).set(route in couriers)

    async def look(self) -> None:
        """Look once."""
        failing = {
            route: list(courier.breakers.failing_ones())
            for route, courier in self._couriers.items()
        }
        down = {route for route in SERVED_BY_OURS if failing.get(route)}
        receivers = [each for route in failing.keys() - down for each in failing[route]]
        with log_errors():
            waiting = await self._pool.fetch(
                SQL["waiting"], list(Route), COUNTED_MAX, list(failing.keys() - down), receivers
            )
            dead = await self._pool.fetch(SQL["dead"], COUNTED_MAX, DEAD_SHOWN)
            for route in set(Route) - self._couriers.keys():
                await self._pool.execute(SQL["explain"], route, NOT_CONFIGURED, EXPLAINED_MAX)
        for channel, count, oldest in waiting:
            self._metrics.waiting.unfinished.labels(channel).set(count)
            self._metrics.waiting.oldest.labels(channel).set(oldest)
        by_channel = {row["channel"]: row["dead"] for row in dead}
        for route in Route:
            self._metrics.waiting.dead.labels(route).set(by_channel.get(route, 0))
        for route, courier in self._couriers.items():
            states = Counter(state for _, state in courier.breakers.states())
            for state in BreakerState:
                self._metrics.waiting.breakers.labels(route, state.name.lower()).set(states[state])
