"""What the demo shop measures of its own commands and events: throughput, latency, refusals."""

import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

WINDOW_SECONDS: Final = 10.0
"""Rates and latencies are those of the last ten seconds."""

MEASUREMENTS_MAX: Final = 100_000
"""Answers remembered at most; the window of a far faster shop gets shorter."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The figures now: rates per second, latencies in milliseconds (None without answers)."""

    commands_per_second: float
    refused_per_second: float
    p50_ms: float | None
    p99_ms: float | None
    unanswered: int
    answered: int
    refusals: dict[str, int]


class ShopFigures:
    """Counts what was sent and what was answered."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._begun = clock()
        self._sent = 0
        self._settled = 0
        self._answered = 0
        self._recent: deque[tuple[float, float, bool]] = deque(maxlen=MEASUREMENTS_MAX)
        self._refusals: Counter[str] = Counter()

    def sent(self) -> float:
        """Count a command; returns the time to give back with its answer."""
        self._sent += 1
        return self._clock()

    def answered(self, sent_at: float, refused: str | None) -> None:
        """Count an answer; `refused` is the code of a refusal."""
        now = self._clock()
        self._settled += 1
        self._answered += 1
        self._recent.append((now, now - sent_at, refused is not None))
        if refused is not None:
            self._refusals[refused] += 1

    def given_up(self) -> None:
        """Count a command whose answer did not come, or that was not sent."""
        self._settled += 1

    def snapshot(self) -> Snapshot:
        """Return the figures now."""
        now = self._clock()
        while self._recent and self._recent[0][0] < now - WINDOW_SECONDS:
            self._recent.popleft()
        latencies = sorted(latency for _, latency, _ in self._recent)
        seconds = max(min(WINDOW_SECONDS, now - self._begun), 1.0)
        return Snapshot(
            commands_per_second=len(latencies) / seconds,
            refused_per_second=sum(refused for _, _, refused in self._recent) / seconds,
            p50_ms=percentile(latencies, 0.50),
            p99_ms=percentile(latencies, 0.99),
            unanswered=self._sent - self._settled,
            answered=self._answered,
            refusals=dict(self._refusals.most_common()),
        )


def percentile(latencies: list[float], part: float) -> float | None:
    """Return in milliseconds what that part of the sorted seconds is at most."""
    if not latencies:
        return None
    return latencies[min(int(len(latencies) * part), len(latencies) - 1)] * 1_000
