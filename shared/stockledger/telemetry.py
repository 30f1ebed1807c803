"""Logs, metrics and the sense of progress that every service has from the first day."""

import asyncio
import contextlib
import logging
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Final

import orjson
import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

from stockledger.lag import Lag

STALLED_AFTER_SECONDS: Final = 20.0
"""Without a sign of life for so long, a process is not alive; probes tell within 30 s."""

STAND_BY_SECONDS: Final = 5.0
"""Between two signs of life of a process that stands by."""

LATENCY_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 10)
"""Seconds, as the OpenTelemetry conventions for messaging have them."""

BATCH_BUCKETS: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000)
"""Records in a batch."""


def configure_logging(level: str) -> None:
    """Write one JSON object a line to standard output, from our logs and the libraries'."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    renderer = structlog.processors.JSONRenderer(serializer=_as_json)
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processor=renderer)
    )
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for library in ("aiokafka", "faststream", "uvicorn.access"):
        logging.getLogger(library).setLevel(logging.WARNING)


def _as_json(event: object, **_options: object) -> str:
    return orjson.dumps(event, default=str).decode()


def new_registry(service: str) -> CollectorRegistry:
    """Return a registry with the process's own figures and `inventory_build_info`."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    GCCollector(registry=registry)
    build = Gauge(
        "inventory_build_info", "Version that runs.", ["service", "version"], registry=registry
    )
    build.labels(service, version("stockledger")).set(1)
    return registry


class Progress:
    """Signs of life of one loop: that it turns, that Kafka answers, that a backlog shrinks."""

    __slots__ = ("_backlog_since", "_broker", "_clock", "_turned", "failures")

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._turned = self._broker = clock()
        self._backlog_since: float | None = None
        self.failures: int = 0

    def turned(self) -> None:
        """Say that the loop came round."""
        self._turned = self._clock()

    def broker_answered(self) -> None:
        """Say that Kafka answered a question."""
        self._broker = self._clock()

    def took_records(self) -> None:
        """Say that records were taken and dealt with."""
        self._backlog_since = None

    def begun_again(self) -> None:
        """Count a failure of the outside that is being dealt with; a restart would not help."""
        self.failures += 1
        self.excused()

    def excused(self) -> None:
        """Say that for a while no records can be expected to be dealt with."""
        self._turned = self._clock()
        self._backlog_since = None

    def failures_of_loops(self) -> Mapping[str, int]:
        """Return how often each loop began again; "service" is all that a process does."""
        return {"service": self.failures}

    async def stand_by(self, until: asyncio.Event) -> None:
        """Be alive without working, until the event."""
        while not until.is_set():
            self.excused()
            self._broker = self._clock()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(STAND_BY_SECONDS):
                    await until.wait()

    def backlog(self, records: int) -> None:
        """Say how many records are waiting."""
        if records == 0:
            self._backlog_since = None
        elif self._backlog_since is None:
            self._backlog_since = self._clock()

    def stalled(self) -> str | None:
        """Return why the process is not alive, None when it is."""
        now = self._clock()
        signs = {
            "the loop stands still": self._turned,
            "Kafka does not answer": self._broker,
            "a backlog does not shrink": now
            if self._backlog_since is None
            else self._backlog_since,
        }
        for reason, last in signs.items():
            if now - last > STALLED_AFTER_SECONDS:
                return f"{reason} for {now - last:.0f} s"
        return None


class ProgressOfLoops(Progress):
    """Signs of life of a process with several loops: it is alive as long as each of them is."""

    __slots__ = ("_loops",)

    def __init__(self, loops: Mapping[str, Progress]) -> None:
        super().__init__()
        self._loops = loops

    def broker_answered(self) -> None:
        """Say that Kafka answered a question, before there are loops that ask."""
        for loop in self._loops.values():
            loop.broker_answered()

    def begun_again(self) -> None:
        """Say that all loops begin again, after a failure of the outside."""
        self.failures += 1
        for loop in self._loops.values():
            loop.excused()

    def failures_of_loops(self) -> Mapping[str, int]:
        """Return how often each loop began again, by itself or with the others ("service")."""
        return {"service": self.failures, **{n: loop.failures for n, loop in self._loops.items()}}

    def stalled(self) -> str | None:
        """Return which loop is not alive, and why; None when all are."""
        stalled = ((name, loop.stalled()) for name, loop in self._loops.items())
        return next((f"{name}: {reason}" for name, reason in stalled if reason), None)


@dataclass(frozen=True, slots=True)
class TopicFigures:
    """The figures of the loop that reads one topic."""

    batch_records: Histogram
    batch_seconds: Histogram
    rebalances: Counter


class ReadingMetrics:
    """The figures of a process that reads topics, and how far it is behind in each."""

    def __init__(self, registry: CollectorRegistry, clock: Callable[[], float] = time.time) -> None:
        self.lag = Lag(clock)
        registry.register(self.lag)
        self._batch_records = Histogram(
            "inventory_batch_records",
            "Records in a batch.",
            ["topic"],
            buckets=BATCH_BUCKETS,
            registry=registry,
        )
        self._batch_seconds = Histogram(
            "inventory_batch_seconds",
            "How long a batch took to be decided, sent on or written.",
            ["topic"],
            buckets=LATENCY_BUCKETS,
            registry=registry,
        )
        self._rebalances = Counter(
            "inventory_rebalances",
            "Times that partitions were given up.",
            ["topic"],
            registry=registry,
        )

    def of(self, topic: str) -> TopicFigures:
        """Return the figures of the loop that reads the topic."""
        return TopicFigures(
            self._batch_records.labels(topic),
            self._batch_seconds.labels(topic),
            self._rebalances.labels(topic),
        )
