"""The command handler's figures."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from itertools import accumulate

import prometheus_client as prometheus
from prometheus_client import CollectorRegistry, Gauge
from prometheus_client.core import HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from stockledger.messages.registry import COMMAND_TYPES
from stockledger.telemetry import LATENCY_BUCKETS, ReadingMetrics
from stockledger_command_handler.batch import Answered, OwnedPartition


class Durations(Collector):
    """How long commands took, by type, as a histogram that takes a whole batch at once.

    The client library's own takes longer for one command than all the rest of counting it.
    """

    def __init__(self) -> None:
        self._counts: dict[str, list[int]] = {}
        self._sums: defaultdict[str, float] = defaultdict(float)

    def observe(self, command_type: str, seconds: Collection[float]) -> None:
        """Count commands of one type by the bucket of their seconds."""
        counts = self._counts.setdefault(command_type, [0] * (len(LATENCY_BUCKETS) + 1))
        for one in seconds:
            counts[bisect_left(LATENCY_BUCKETS, one)] += 1
        self._sums[command_type] += sum(seconds)

    def collect(self) -> Iterable[Metric]:
        """Return the histogram as it is scraped."""
        family = HistogramMetricFamily(
            "inventory_command_duration_seconds",
            "From the command's time in Kafka to its acknowledged answer.",
            labels=["type"],
        )
        bounds = [*[str(float(bound)) for bound in LATENCY_BUCKETS], "+Inf"]
        for command_type, counts in list(self._counts.items()):
            up_to = list(zip(bounds, accumulate(counts), strict=True))
            family.add_metric([command_type], up_to, self._sums[command_type])
        return [family]


class CommandHandlerMetrics(ReadingMetrics):
    """What an operator watches of the command handler."""

    def __init__(self, registry: CollectorRegistry) -> None:
        super().__init__(registry)
        self.commands = prometheus.Counter(
            "inventory_commands",
            "Commands answered, by type and result (accepted, or the error code).",
            ["type", "result"],
            registry=registry,
        )
        self._durations = Durations()
        registry.register(self._durations)
        self.repeats = prometheus.Counter(
            "inventory_repeated_commands",
            "Commands that were answered already.",
            registry=registry,
        )
        self.forwarded = prometheus.Counter(
            "inventory_forwarded", "Commands sent on to their partition.", registry=registry
        )
        self.parked = prometheus.Counter(
            "inventory_parked", "Commands set aside for ending their owner.", registry=registry
        )
        self.dead_letters = prometheus.Counter(
            "inventory_dead_letters",
            "Records that nobody could be answered for, or that failed.",
            ["topic", "reason"],
            registry=registry,
        )
        self.order_events = prometheus.Counter(
            "inventory_order_events", "Records of the orders topic dealt with.", registry=registry
        )
        self.order_commands = prometheus.Counter(
            "inventory_order_commands",
            "Commands that shop events became, by type.",
            ["type"],
            registry=registry,
        )
        self.unpublished = Gauge(
            "inventory_unpublished_events",
            "Events in the log that Kafka has not acknowledged yet.",
            registry=registry,
        )
        self.unpublished_age = Gauge(
            "inventory_unpublished_oldest_age_seconds",
            "Age of the oldest of them.",
            registry=registry,
        )
        self.take_overs = prometheus.Counter(
            "inventory_take_overs", "Partitions taken over.", registry=registry
        )
        self.cached_streams = Gauge(
            "inventory_cached_streams", "States held in memory.", registry=registry
        )

    def show_kept(
        self, owned: Iterable[OwnedPartition], oldest_seconds: float, streams: int
    ) -> None:
        """Show what is in the log and not in Kafka yet, and the states in memory."""
        self.unpublished.set(sum(one.next_position - 1 - one.published_position for one in owned))
        self.unpublished_age.set(oldest_seconds)
        self.cached_streams.set(streams)

    def answered(self, answers: Iterable[Answered], now_ms: float) -> None:
        """Count answers, and how long each took since its command was in Kafka."""
        counts: Counter[tuple[str, str]] = Counter()
        durations: defaultdict[str, list[float]] = defaultdict(list)
        for answered in answers:
            name = known(answered.command_type)
            counts[name, answered.outcome] += 1
            durations[name].append((now_ms - answered.timestamp) / 1_000)
        for labels, count in counts.items():
            self.commands.labels(*labels).inc(count)
        for name, seconds in durations.items():
            self._durations.observe(name, seconds)


def known(command_type: str) -> str:
    """Return the type as a label: producers may send any text, labels must stay few."""
    return command_type if command_type in COMMAND_TYPES else "unknown"
