"""Sending by one route: deliveries are taken up, sent, and what became of them is told."""

import asyncio
import contextlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Protocol

import structlog
from aiolimiter import AsyncLimiter

from stockledger.crash_points import CrashPoints
from stockledger.errors import LogError
from stockledger.messages.recipients import Wording
from stockledger_notifier.attempts import Judge
from stockledger_notifier.breaker import Breakers
from stockledger_notifier.channels.channel import (
    SEND_SECONDS_MAX,
    Channel,
    Delivery,
    Failed,
    Outcome,
    Route,
)
from stockledger_notifier.destinations import SERVED_BY_OURS, last_in_turn, server_of
from stockledger_notifier.lanes import LANE_FULL, LANE_PLACES, LANE_TAKEN_MAX, Lane, Lanes
from stockledger_notifier.metrics import NotifierMetrics, Result
from stockledger_notifier.outbox import LEASE_SECONDS, Claimed, Demand
from stockledger_notifier.recording import Recorder

CLAIMED_MAX: Final = 2_000
"""Deliveries of a route that a process takes up at once: some megabytes, however many wait."""

CLAIMED_SECONDS: Final = 20.0
"""No more is taken up than the rate limit lets out in this time: the lease is longer."""

TRYING_MAX: Final = 50
"""Deliveries taken up to try a server that failed: one of them goes out, the others wait on."""

POLL_SECONDS: Final = 0.5
"""Between two looks for what has become due, when nobody says that there is something new."""

MARGIN_SECONDS: Final = 5.0
"""What is left of a lease after the longest attempt, to write down what became of it."""

_CUT_OFF: Final = Failed(
    permanent=False, cause=f"There was no answer within {SEND_SECONDS_MAX:g} s."
)
_MISTAKEN: Final = Failed(permanent=True, cause="It cannot be sent: see the notifier's log.")
_NO_CODE: Final = Failed(permanent=False, cause="INVENTORY_NOTIFICATION_KEY is not set.")
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """How much goes out by a route: so many a second, with so many under way at once."""

    per_second: float
    places: int

    def limiter(self) -> AsyncLimiter:
        """Return a limiter of this rate."""
        if self.per_second >= 1:
            return AsyncLimiter(self.per_second, 1)
        return AsyncLimiter(1, 1 / self.per_second)

    @property
    def claimed_max(self) -> int:
        """How many deliveries may be taken up at once."""
        return max(min(int(self.per_second * CLAIMED_SECONDS), CLAIMED_MAX), 1)


class Table(Protocol):
    """Where deliveries are taken up."""

    async def claim(self, demand: Demand) -> Sequence[Claimed]:
        """Take up deliveries for LEASE_SECONDS from now."""
        ...


class Courier:
    """Sends by one route until drained; `finished` deliveries, however they end, are recorded."""

    def __init__(
        self,
        route: Route,
        channel: Channel,
        pace: Pace,
        table: Table,
        recorder: Recorder,
        judge: Judge,
        metrics: NotifierMetrics,
        crash_points: CrashPoints,
    ) -> None:
        self.route = route
        self.breakers = Breakers(time.monotonic)
        self._channel = channel
        self._pace = pace
        self._limiter = pace.limiter()
        self._places = asyncio.Semaphore(pace.places)
        self._table = table
        self._recorder = recorder
        self._judge = judge
        self._metrics = metrics
        self._crash_points = crash_points
        self._lanes = Lanes()
        self._served = ""
        self._workers: set[asyncio.Task[None]] = set()
        self._woken = asyncio.Event()
        self._draining = False

    def wake(self) -> None:
        """Know that there may be something new."""
        self._woken.set()

    def drain(self) -> None:
        """Take up nothing new, finish what is being sent, and let `run` return."""
        self._draining = True
        self._woken.set()

    async def run(self) -> None:
        """Take up and send, until drained."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._recorder.run())
            while not self._draining:
                if not await self._take_up(tasks):
                    await self._pause()
            for claimed in self._lanes.give_back():
                self._recorder.add(self._judge.given_back(claimed))
            if self._workers:
                await asyncio.wait(self._workers)
            self._recorder.drain()

    async def _take_up(self, tasks: asyncio.TaskGroup) -> bool:
        """Take up what is due, as far as there is room; say whether there was anything."""
        self._woken.clear()
        room = self._room()
        if room <= 0:
            return False
        not_to = list(self._lanes.full_ones(self._full))
        if self.route is Route.WEBHOOK:
            not_to += self.breakers.open_ones()
        demand = Demand(self.route, room, LANE_TAKEN_MAX, not_to, self._served)
        try:
            claimed = await self._table.claim(demand)
        except (LogError, TimeoutError) as error:
            _log.warning("deliveries cannot be taken up", route=self.route, error=repr(error))
            return False
        if claimed:
            self._crash_points.passed("notifier-after-claim")
        self._served = last_in_turn(self._served, (each.destination for each in claimed))
        for lane in [self._lanes.add(each) for each in claimed]:
            self._begin(tasks, lane)
        self._metrics.waiting.under_way.labels(self.route).set(self._lanes.count)
        return bool(claimed)

    def _room(self) -> int:
        """Return how many more may be taken up; while our own server fails, a few, to try it.

        Orders are taken up all the same when their supplier fails: people are to hear of it.
        """
        room = self._pace.claimed_max - self._lanes.count - self._recorder.waiting
        if self.route in SERVED_BY_OURS and self.route in self.breakers.failing_ones():
            return 0 if self.route in self.breakers.open_ones() else min(room, TRYING_MAX)
        return room

    def _begin(self, tasks: asyncio.TaskGroup, lane: Lane) -> None:
        """Give a lane one more worker, if it may have one."""
        if lane.workers < self._places_each:
            lane.workers += 1
            worker = tasks.create_task(self._work(lane))
            self._workers.add(worker)
            worker.add_done_callback(self._workers.discard)

    @property
    def _places_each(self) -> int:
        return self._lanes.share(self._pace.places, LANE_PLACES)

    @property
    def _full(self) -> int:
        return self._lanes.share(self._pace.claimed_max // 6, LANE_FULL)

    async def _pause(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(POLL_SECONDS):
                await self._woken.wait()

    async def _work(self, lane: Lane) -> None:
        """Send what waits in a lane until nothing does."""
        try:
            while lane.waiting and lane.workers <= self._places_each:
                async with self._places:
                    if lane.waiting:
                        await self._deal_with(lane.waiting.popleft())
                        self._lanes.finished()
                if len(lane.waiting) == self._full - 1:
                    self._woken.set()
        finally:
            self._lanes.left(lane)

    async def _deal_with(self, claimed: Claimed) -> None:
        clock = asyncio.get_running_loop().time
        begun = clock()
        if self._put_off(claimed):
            return
        await self._limiter.acquire()
        now = clock()
        self._metrics.limited.labels(self.route).inc(now - begun)
        if now - claimed.claimed_at > LEASE_SECONDS - SEND_SECONDS_MAX - MARGIN_SECONDS:
            # Somebody else may have taken it up before it would be sent.
            self._recorder.add(self._judge.given_back(claimed))
            return
        if self._put_off(claimed):
            return
        server = server_of(self.route, claimed.destination)
        if _lacks_code(claimed.delivery):
            ended = self._judge.ended(claimed, _NO_CODE)
        elif (denied := self.breakers.denied_for(server)) is not None:
            ended = self._judge.not_begun(claimed, denied)
        else:
            outcome = await self._send(claimed)
            self._metrics.seconds.labels(self.route).observe(clock() - now)
            ended = self._judge.ended(claimed, outcome)
        self._show(claimed, ended.result)
        self._recorder.add(ended.attempt, ended.command)

    def _put_off(self, claimed: Claimed) -> bool:
        """Leave a recipient in peace until the quiet hours end; say whether it is so."""
        seconds = claimed.quiet.seconds_left(datetime.now(UTC)) if claimed.quiet else 0.0
        if seconds > 0:
            ended = self._judge.held(claimed, seconds)
            self._show(claimed, ended.result)
            self._recorder.add(ended.attempt)
        return seconds > 0

    def _show(self, claimed: Claimed, result: Result) -> None:
        age = None
        if result is Result.DELIVERED:
            age = time.time() - claimed.delivery.occurred_at.timestamp()
        self._metrics.show_ended(self.route, result, age)

    async def _send(self, claimed: Claimed) -> Outcome:
        delivery = claimed.delivery
        try:
            async with asyncio.timeout(SEND_SECONDS_MAX):
                outcome = await self._channel.send(delivery)
        except TimeoutError:
            outcome = _CUT_OFF
        except Exception:  # noqa: BLE001 - a dead letter: it must not hold up the others
            _log.exception(
                "a delivery cannot be sent",
                delivery=delivery.delivery_id,
                tenant_id=delivery.tenant_id,
                route=self.route,
            )
            outcome = _MISTAKEN
        self._crash_points.passed("notifier-after-send")
        server = server_of(self.route, claimed.destination)
        if isinstance(outcome, Failed) and outcome.counts_against_the_destination:
            self.breakers.failed(server)
        else:
            self.breakers.answered(server)
        return outcome


def _lacks_code(delivery: Delivery) -> bool:
    return delivery.wording is Wording.VERIFICATION and "code" not in delivery.facts
