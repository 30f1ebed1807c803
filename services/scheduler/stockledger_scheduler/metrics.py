"""The figures of the scheduler."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from stockledger.telemetry import ReadingMetrics
from stockledger_scheduler.due import Plan
from stockledger_scheduler.folding import Lapse
from stockledger_scheduler.resending import Sent
from stockledger_scheduler.timer import Timer, TimerKind
from stockledger_scheduler.timers import Figures


class Chore(StrEnum):
    """What is done beside keeping and sending timers."""

    COUNTING = "counting"
    DELETING = "deleting"


LATENESS_BUCKETS: Final = (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 2, 5, 10, 60, 3_600)
"""Seconds between a deadline and the event: a second is promised, an hour was an outage."""


class SchedulerMetrics:
    """What an operator wants to know of timers; each figure is of this process's partitions."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.reading = ReadingMetrics(registry)
        kinds = ["kind"]
        self.stored = Gauge(
            "inventory_timers_stored", "Timers that no event has ended.", kinds, registry=registry
        )
        self.due = Gauge(
            "inventory_timers_due", "Timers whose time has come.", kinds, registry=registry
        )
        self.oldest_due = Gauge(
            "inventory_timers_oldest_due_seconds",
            "For how long the oldest timer has been due; reorders rest on purpose, and have none.",
            kinds,
            registry=registry,
        )
        self.outstanding = Gauge(
            "inventory_timers_outstanding",
            "Timers that were sent and are not ended by an event yet.",
            registry=registry,
        )
        self.ticks = Counter(
            "inventory_ticks_sent", "Commands sent when time had come.", kinds, registry=registry
        )
        self.sent = Counter(
            "inventory_timers_sent", "Timers in the commands sent.", kinds, registry=registry
        )
        self.resent = Counter(
            "inventory_timers_resent",
            "Timers sent again, their event having failed to come.",
            kinds,
            registry=registry,
        )
        self.lateness = Histogram(
            "inventory_timer_lateness_seconds",
            "From the time a timer was due to the event that ended it.",
            kinds,
            buckets=LATENESS_BUCKETS,
            registry=registry,
        )
        self.results_deleted = Counter(
            "inventory_results_deleted", "Answers past retention deleted.", registry=registry
        )
        self.chores_failed = Counter(
            "inventory_chores_failed",
            "Counting of timers, or deletion of answers, that failed and is tried again.",
            ["chore"],
            registry=registry,
        )
        for chore in Chore:
            self.chores_failed.labels(chore)
        for kind in TimerKind:
            self.show_stored(kind, Figures())

    def show_stored(self, kind: TimerKind, figures: Figures) -> None:
        """Show how many timers of a kind there are, how many are due, and for how long."""
        self.stored.labels(kind).set(figures.stored)
        self.due.labels(kind).set(figures.due)
        if kind is not TimerKind.REORDER:
            self.oldest_due.labels(kind).set(figures.oldest_due_seconds)

    def show_sent(self, plan: Plan, before: Mapping[Timer, Sent]) -> None:
        """Count what was sent; `before` is what was outstanding until then."""
        self.outstanding.set(len(plan.outstanding))
        for tick in plan.ticks:
            self.ticks.labels(tick.kind).inc()
            self.sent.labels(tick.kind).inc(len(tick.timers))
            again = sum(timer in before for timer in tick.timers)
            if again:
                self.resent.labels(tick.kind).inc(again)

    def lapsed(self, lapses: Iterable[Lapse]) -> None:
        """Tell how late things were ended by time, or daily checks began."""
        for kind, deadline, at in lapses:
            self.lateness.labels(kind).observe(max((at - deadline).total_seconds(), 0))
