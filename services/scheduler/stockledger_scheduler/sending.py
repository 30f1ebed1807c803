"""The loop that sends what is due in the partitions of this process.

It asks PostgreSQL, whose clock decides, and publishes. What is outstanding is only in memory:
whoever takes a partition over sends it once more, and the domain passes over what is ended.
"""

import asyncio
import contextlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, Protocol

import asyncpg

from stockledger.crash_points import CrashPoints
from stockledger.publisher import OutgoingMessage
from stockledger_scheduler.due import Moment, looked_at_max, plan
from stockledger_scheduler.fronts import Fronts
from stockledger_scheduler.metrics import SchedulerMetrics
from stockledger_scheduler.missed import MissedEvents
from stockledger_scheduler.resending import RESEND_SECONDS_MAX, Sent
from stockledger_scheduler.rooms import Place
from stockledger_scheduler.ticks import messages_of
from stockledger_scheduler.timer import Timer
from stockledger_scheduler.timers import due_now, put_off

POLL_SECONDS: Final = 0.1
"""Between two looks at the clock: a tenth of the lateness that is promised."""

PAUSE_SECONDS: Final = 0.01
"""Shortest time between two looks, however much is heard in between."""

TURN_SECONDS_MAX: Final = 20.0
"""Longest time of one look and its sending; beyond, everything is begun again."""


class CommandsPublisher(Protocol):
    """Where the ticks go."""

    async def publish(self, topic: str, messages: Mapping[int, Sequence[OutgoingMessage]]) -> None:
        """Publish messages, by partition, and return when all are acknowledged."""
        ...


class TickSender:
    """Sends for the partitions that it is told to own."""

    def __init__(
        self,
        pool: "asyncpg.Pool[asyncpg.Record]",
        publisher: CommandsPublisher,
        topic: str,
        metrics: SchedulerMetrics,
        crash_points: CrashPoints,
    ) -> None:
        self._pool = pool
        self._publisher = publisher
        self._topic = topic
        self._metrics = metrics
        self._crash_points = crash_points
        self._outstanding: Mapping[Timer, Sent] = {}
        self._heard: dict[int, float] = {}
        self._missed = MissedEvents(pool, ())
        self._fronts = Fronts()
        self._woken = asyncio.Event()
        self._draining = False
        self.partitions: Sequence[int] = ()

    def own(self, partitions: Sequence[int]) -> None:
        """Send for these partitions from now on, and for no others."""
        self.partitions = tuple(partitions)
        self._outstanding = {}
        self._heard = {}
        self._missed = MissedEvents(self._pool, self.partitions)
        self._fronts = Fronts()
        self._metrics.outstanding.set(0)
        self._woken.set()

    def heard(self, partitions: Iterable[int]) -> None:
        """Know that events of these partitions are folded: there may be room now."""
        now = asyncio.get_running_loop().time()
        self._heard |= dict.fromkeys(partitions, now)
        self._woken.set()

    def begun(self, earliest: Mapping[Place, datetime]) -> None:
        """Know the earliest time of the timers that events began or moved, in each place."""
        self._fronts.begun(earliest)

    def drain(self) -> None:
        """Finish what is being sent, and let `run` return."""
        self._draining = True
        self._woken.set()

    async def run(self) -> None:
        """Look and send, until drained."""
        while not self._draining:
            if self.partitions:
                async with asyncio.timeout(TURN_SECONDS_MAX):
                    await self.look()
            await self._pause()

    async def look(self) -> None:
        """Send what is due now, as far as there is room, once nothing missed is left to fold."""
        clock = asyncio.get_running_loop().time
        partitions, before, fronts = self.partitions, self._outstanding, self._fronts
        if not await self._missed.are_folded(clock()):
            return
        asked = fronts.asked(looked_at_max(partitions, before), clock())
        now, due = await due_now(self._pool, asked)
        fronts.looked(asked, now, due)
        planned = plan(due, before, Moment(now, clock(), self._heard))
        if planned.ticks:
            self._crash_points.passed("scheduler-before-send")
            await self._publisher.publish(self._topic, messages_of(planned.ticks, now))
            self._crash_points.passed("scheduler-after-send")
        if planned.put_off:
            await put_off(self._pool, planned.put_off, RESEND_SECONDS_MAX)
        self._metrics.show_sent(planned, before)
        if self.partitions is partitions:
            self._outstanding = planned.outstanding

    async def _pause(self) -> None:
        await asyncio.sleep(PAUSE_SECONDS)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(POLL_SECONDS - PAUSE_SECONDS):
                await self._woken.wait()
        self._woken.clear()
