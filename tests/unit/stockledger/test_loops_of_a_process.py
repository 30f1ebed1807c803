"""A process of several loops lives as long as each of them does, and ends with the first."""

import asyncio

import pytest

from stockledger.errors import PublishingFailed
from stockledger.service import run_together
from stockledger.telemetry import STALLED_AFTER_SECONDS, Progress, ProgressOfLoops


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
