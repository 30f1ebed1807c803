"""How far a process is behind in each partition that it reads, as Prometheus is shown it.

What is known of a partition outlives the loop that reads it: one that fails and begins again has
made no progress by that.
"""

from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

SHOWN_SECONDS: Final = 60.0
"""How long a partition is shown after the last look. A loop that begins again looks sooner; what
went to another process meanwhile is gone before an alert about it is due."""

LOOKS_KEPT: Final = 10_000
"""Ends of a partition remembered while it is behind, five hours of them, to tell since when."""

_NEVER: Final = float("-inf")


@dataclass(slots=True)
class _Reading:
    """A partition at the last look; `ends` are times, each with the end of then."""

    offset: int
    progressed_at: float
    looked_at: float = _NEVER
    records: int = 0
    seconds: float = 0.0
    ends: deque[tuple[float, int]] = field(
        default_factory=lambda: deque[tuple[float, int]](maxlen=LOOKS_KEPT)
    )

    def looked(self, now: float, offset: int, end: int) -> None:
        if offset != self.offset:
            self.offset, self.progressed_at = offset, now
        if not self.ends or self.ends[-1][1] < end:
            self.ends.append((now, end))
        while self.ends and self.ends[0][1] <= offset:
            self.ends.popleft()
        self.records = max(end - offset, 0)
        self.seconds = now - self.ends[0][0] if self.ends else 0.0
        self.looked_at = now


class Lag(Collector):
    """The partitions of all topics that a process reads; `clock` gives seconds since 1970."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._readings: dict[tuple[str, int], _Reading] = {}

    def looked(self, topic: str, partition: int, offset: int, end: int) -> None:
        """Know that all below the offset is dealt with, and that the topic ends at `end`."""
        now = self._clock()
        reading = self._readings.setdefault((topic, partition), _Reading(offset, now))
        reading.looked(now, offset, end)

    def offsets(self, topic: str, partitions: Iterable[int]) -> Mapping[int, int]:
        """Return the offsets of the last look, of those partitions that were ever looked at."""
        known = ((partition, self._readings.get((topic, partition))) for partition in partitions)
        return {partition: reading.offset for partition, reading in known if reading is not None}

    def show_only(self, topic: str, partitions: Collection[int]) -> None:
        """Forget the topic's partitions that others read by now: they go on from elsewhere."""
        for of_topic, partition in list(self._readings):
            if of_topic == topic and partition not in partitions:
                del self._readings[of_topic, partition]

    def collect(self) -> Iterable[Metric]:
        """Return what was looked at lately, as it is scraped."""
        records = GaugeMetricFamily(
            "inventory_consumer_lag_records",
            "Records not yet dealt with.",
            labels=["topic", "partition"],
        )
        seconds = GaugeMetricFamily(
            "inventory_consumer_lag_seconds",
            "For how long the oldest record not yet dealt with has been waiting.",
            labels=["topic", "partition"],
        )
        progress = GaugeMetricFamily(
            "inventory_last_progress_timestamp_seconds",
            "When a record was dealt with last.",
            labels=["topic", "partition"],
        )
        lately = self._clock() - SHOWN_SECONDS
        for (topic, partition), reading in self._readings.items():
            if reading.looked_at >= lately:
                labels = [topic, str(partition)]
                records.add_metric(labels, reading.records)
                seconds.add_metric(labels, reading.seconds)
                progress.add_metric(labels, reading.progressed_at)
        return [records, seconds, progress]
