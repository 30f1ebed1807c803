"""Waiting for a condition with a deadline: the only place in the tests that sleeps."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

POLL_SECONDS: Final = 0.05

Found = TypeVar("Found")


class NotInTime(AssertionError):
    """A condition did not come true before its deadline."""


def wait_until(condition: Callable[[], Found | None], what: str, seconds: float = 30) -> Found:
    """Return the condition's first true value; fail when there is none in time."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > deadline:
            message = f"not within {seconds} s: {what}"
            raise NotInTime(message)
        time.sleep(POLL_SECONDS)
    return found


async def wait_until_async(
    condition: Callable[[], Awaitable[Found | None]], what: str, seconds: float = 30
) -> Found:
    """Return the awaited condition's first true value; fail when there is none in time."""
    deadline = time.monotonic() + seconds
    while not (found := await condition()):
        if time.monotonic() > deadline:
            message = f"not within {seconds} s: {what}"
            raise NotInTime(message)
        await asyncio.sleep(POLL_SECONDS)
    return found
