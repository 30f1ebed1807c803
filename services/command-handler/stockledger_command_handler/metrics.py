"""The command handler's figures."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from stockledger.messages.registry import COMMAND_TYPES
from stockledger.telemetry import LATENCY_BUCKETS, ReadingMetrics


class CommandHandlerMetrics(ReadingMetrics):
    """What an operator watches of the command handler."""

    def __init__(self, registry: CollectorRegistry) -> None:
        super().__init__(registry)
        self.commands = Counter(
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
        self.repeats = Counter(
            "inventory_repeated_commands",
            "Commands that were answered already.",
            registry=registry,
        )
        self.forwarded = Counter(
            "inventory_forwarded", "Commands sent on to their partition.", registry=registry
        )
        self.parked = Counter(
            "inventory_parked", "Commands set aside for ending their owner.", registry=registry
        )
        self.dead_letters = Counter(
            "inventory_dead_letters",
            "Records that nobody could be answered for, or that failed.",
            ["topic", "reason"],
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
        self.take_overs = Counter(
            "inventory_take_overs", "Partitions taken over.", registry=registry
        )
        self.cached_streams = Gauge(
            "inventory_cached_streams", "States held in memory.", registry=registry
        )

    def answered(self, command_type: str, outcome: str, milliseconds: float) -> None:
        """Count an answer, and how long it took since the command was in Kafka."""
        name = known(command_type)
        self.commands.labels(name, outcome).inc()
        self.duration.labels(name).observe(milliseconds / 1_000)


def known(command_type: str) -> str:
    """Return the type as a label: producers may send any text, labels must stay few."""
    return command_type if command_type in COMMAND_TYPES else "unknown"
