"""A process of several loops lives as long as each of them does, and ends with the first."""

import asyncio

import pytest
from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from structlog.testing import capture_logs

from stockledger.errors import PublishingFailed
from stockledger.service import Service, run_together
from stockledger.telemetry import STALLED_AFTER_SECONDS, Progress, ProgressOfLoops
from tests.support.waiting import wait_until_async


class Clock:
    """A clock that a test moves on."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


class Loops:
    """Two loops and the process that they make up."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.deciding, self.taking_orders = Progress(self.clock), Progress(self.clock)
        loops = {"command handler": self.deciding, "order intake": self.taking_orders}
        self.process = ProgressOfLoops(loops)


def test_a_loop_that_stands_still_is_named_though_the_other_turns() -> None:
    loops = Loops()
    loops.clock.seconds = STALLED_AFTER_SECONDS + 1
    loops.process.broker_answered()
    loops.deciding.turned()

    assert loops.process.stalled() == "order intake: the loop stands still for 21 s"


def test_a_process_whose_loops_turn_is_alive() -> None:
    loops = Loops()
    loops.clock.seconds = STALLED_AFTER_SECONDS + 1
    loops.process.broker_answered()
    loops.process.begun_again()

    assert loops.process.stalled() is None


class Worker:
    """Fails once, then works until drained; it is ready unless it says why not."""

    def __init__(self, loops: Loops) -> None:
        self.progress: Progress = loops.process
        self.problem: str | None = None
        self._has_failed = False
        self._draining = asyncio.Event()

    async def run(self) -> None:
        if not self._has_failed:
            self._has_failed = True
            message = "no connection"
            raise PublishingFailed(message)
        await self._draining.wait()

    async def drain(self) -> None:
        self._draining.set()

    def unready(self) -> str | None:
        return self.problem


async def test_failures_of_the_process_and_of_each_loop_are_counted() -> None:
    loops, registry = Loops(), CollectorRegistry()
    loops.deciding.begun_again()
    loops.deciding.begun_again()
    service = Service(Worker(loops), registry)

    def failures(loop: str) -> float | None:
        return registry.get_sample_value("inventory_loop_failures_total", {"loop": loop})

    async def has_failed() -> bool:
        return failures("service") == 1

    async with service.lifespan(Starlette()):
        await wait_until_async(has_failed, "one failure counted")
    assert [failures(loop) for loop in ("command handler", "order intake")] == [2, 0]


async def test_a_process_is_ready_while_it_is_alive_and_says_so() -> None:
    loops, registry = Loops(), CollectorRegistry()
    worker = Worker(loops)
    Service(worker, registry)

    def ready() -> float | None:
        return registry.get_sample_value("inventory_service_ready")

    assert ready() == 1
    worker.problem = "no partition is assigned"
    assert ready() == 0
    worker.problem = None
    loops.clock.seconds = STALLED_AFTER_SECONDS + 1
    assert ready() == 0


async def test_all_loops_run_to_their_ends() -> None:
    ended: list[str] = []
    short_ended = asyncio.Event()

    async def long() -> None:
        await short_ended.wait()
        ended.append("long")

    async def short() -> None:
        ended.append("short")
        short_ended.set()

    await run_together(long(), short())

    assert ended == ["short", "long"]


async def test_a_loop_that_fails_ends_the_others_and_its_failure_is_told() -> None:
    begun, cancelled = asyncio.Event(), asyncio.Event()

    async def failing() -> None:
        await begun.wait()
        message = "no connection"
        raise PublishingFailed(message)

    async def endless() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    with pytest.raises(PublishingFailed, match="no connection"):
        await run_together(failing(), endless())
    assert cancelled.is_set()


async def test_what_fails_besides_is_logged_and_never_lost() -> None:
    begun = asyncio.Event()

    async def failing() -> None:
        await begun.wait()
        message = "no connection"
        raise PublishingFailed(message)

    async def failing_too() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            message = "no way to say goodbye"
            raise PublishingFailed(message)

    with capture_logs() as logs, pytest.raises(PublishingFailed, match="no connection"):
        await run_together(failing(), failing_too())
    assert [(line["event"], line["error"]) for line in logs] == [
        ("a task beside had failed", "PublishingFailed('no way to say goodbye')")
    ]


async def test_what_runs_beside_the_loops_ends_with_them() -> None:
    begun, cancelled = asyncio.Event(), asyncio.Event()

    async def endless() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    async def short() -> None:
        await begun.wait()

    await run_together(short(), beside=[endless()])
    assert cancelled.is_set()


async def test_what_fails_beside_the_loops_ends_them() -> None:
    async def failing() -> None:
        message = "no connection"
        raise PublishingFailed(message)

    async def endless() -> None:
        await asyncio.Event().wait()

    with pytest.raises(PublishingFailed, match="no connection"):
        await run_together(endless(), beside=[failing()])
