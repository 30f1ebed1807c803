"""The command handler's figures."""

from collections import Counter, defaultdict
from collections.abc import Iterable

import prometheus_client as prometheus
from prometheus_client import CollectorRegistry, Gauge, Histogram

from stockledger.messages.registry import COMMAND_TYPES
from stockledger.telemetry import LATENCY_BUCKETS, ReadingMetrics
from stockledger_command_handler.batch import Answered


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
        self.duration = Histogram(
            "inventory_command_duration_seconds",
            "From the command's time in Kafka to its acknowledged answer.",
            ["type"],
            buckets=LATENCY_BUCKETS,
            registry=registry,
        )
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

    def answered(self, answers: Iterable[Answered], now_ms: float) -> None:
        """Count answers, and how long each took since its command was in Kafka."""
        counts: Counter[tuple[str, str]] = Counter()
        durations: defaultdict[str, list[float]] = defaultdict(list)
        for answered in answers:
            name = known(answered.envelope.type)
            counts[name, answered.outcome] += 1
            durations[name].append((now_ms - answered.record.timestamp) / 1_000)
        for labels, count in counts.items():
            self.commands.labels(*labels).inc(count)
        for name, seconds in durations.items():
            observe = self.duration.labels(name).observe
            for one in seconds:
                observe(one)


def known(command_type: str) -> str:
    """Return the type as a label: producers may send any text, labels must stay few."""
    return command_type if command_type in COMMAND_TYPES else "unknown"
