"""A breaker for each destination: one that fails in a row is left alone for a while.

CLOSED lets everything through. After FAILURES_MAX failures in a row it is OPEN and lets nothing
through; when its time is over, HALF_OPEN: exactly one goes out to try. It closes again when that
one succeeds, else it opens for twice as long.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

FAILURES_MAX: Final = 5
"""Failures in a row: fewer are bad luck."""

OPEN_SECONDS: Final = 30.0
"""How long it is open at first."""

OPEN_SECONDS_MAX: Final = 600.0
"""And at most, however often the trial fails."""

TRIAL_SECONDS_MAX: Final = 60.0
"""A trial that nobody heard of for so long is lost; another one may go. Twice a send's time."""

DENIED_SECONDS: Final = 1.0
"""When to ask again while a trial is under way."""


class BreakerState(IntEnum):
    """As the metric shows it."""

    CLOSED = 0
    HALF_OPEN = 1
    OPEN = 2


@dataclass(slots=True)
class _Breaker:
    failures: int = 0
    open_seconds: float = OPEN_SECONDS
    open_until: float | None = None
    trial_until: float | None = None


class Breakers:
    """The breakers of all destinations that failed lately; `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._breakers: dict[str, _Breaker] = {}

    def denied_for(self, destination: str) -> float | None:
        """Return after how many seconds to ask again; None: go, and then say how it went."""
        breaker = self._breakers.get(destination)
        if breaker is None or breaker.open_until is None:
            return None
        now = self._clock()
        denied = _denied(breaker, now)
        if denied is None:
            breaker.trial_until = now + TRIAL_SECONDS_MAX
        return denied

    def answered(self, destination: str) -> None:
        """Know that the destination took it, or said why not."""
        self._breakers.pop(destination, None)

    def failed(self, destination: str) -> None:
        """Know that the destination did not answer, or could not."""
        breaker = self._breakers.setdefault(destination, _Breaker())
        breaker.failures += 1
        if breaker.trial_until is not None:
            breaker.open_seconds = min(breaker.open_seconds * 2, OPEN_SECONDS_MAX)
        elif breaker.open_until is not None or breaker.failures < FAILURES_MAX:
            return
        breaker.trial_until = None
        breaker.open_until = self._clock() + breaker.open_seconds

    def open_ones(self) -> Iterator[str]:
        """Yield the destinations that nothing may go to now, or no more than is under way."""
        now = self._clock()
        for destination, breaker in self._breakers.items():
            if _denied(breaker, now) is not None:
                yield destination

    def failing_ones(self) -> Iterator[str]:
        """Yield the destinations that failed in a row and have not answered since."""
        for destination, breaker in self._breakers.items():
            if breaker.open_until is not None:
                yield destination

    def states(self) -> Iterator[tuple[str, BreakerState]]:
        """Yield every destination that failed lately, with its state."""
        now = self._clock()
        for destination, breaker in self._breakers.items():
            if breaker.open_until is None:
                yield destination, BreakerState.CLOSED
            else:
                is_open = now < breaker.open_until
                yield destination, BreakerState.OPEN if is_open else BreakerState.HALF_OPEN


def _denied(breaker: _Breaker, now: float) -> float | None:
    if breaker.open_until is None:
        return None
    if now < breaker.open_until:
        return breaker.open_until - now
    if breaker.trial_until is not None and now < breaker.trial_until:
        return DENIED_SECONDS
    return None
