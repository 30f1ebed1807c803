"""The figures of the notifier."""

from enum import StrEnum
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from stockledger.messages.recipients import Wording
from stockledger.telemetry import LATENCY_BUCKETS, ReadingMetrics
from stockledger_notifier.channels.channel import Route


class Chore(StrEnum):
    """What is done beside following and sending."""

    COUNTING = "counting"
    DIGESTING = "digesting"
    GIVING_UP = "giving_up"
    DELETING = "deleting"


class Result(StrEnum):
    """What became of an attempt."""

    DELIVERED = "delivered"
    FAILED = "failed"
    REFUSED = "refused"
    PUT_OFF = "put_off"
    GIVEN_UP = "given_up"


AGE_BUCKETS: Final = (0.1, 0.5, 1, 5, 15, 60, 300, 3_600, 21_600, 86_400)
"""Seconds from the event to its delivery: one is a good time, a day is a night and an outage."""


class WaitingMetrics:
    """What is not delivered yet, or never will be, by channel."""

    def __init__(self, registry: CollectorRegistry) -> None:
        by_channel = ["channel"]
        self.under_way = Gauge(
            "inventory_deliveries_under_way",
            "Deliveries that this process has taken up.",
            by_channel,
            registry=registry,
        )
        self.unfinished = Gauge(
            "inventory_deliveries_waiting",
            "Deliveries that are not finished, of all processes.",
            by_channel,
            registry=registry,
        )
        self.oldest = Gauge(
            "inventory_deliveries_oldest_seconds",
            "For how long the delivery has waited that should have gone out first.",
            by_channel,
            registry=registry,
        )
        self.dead = Gauge(
            "inventory_deliveries_dead",
            "Deliveries that were given up, until they are tried again by hand.",
            by_channel,
            registry=registry,
        )
        self.configured = Gauge(
            "inventory_channel_configured",
            "Whether this process can send by the channel (1) or lets it wait (0).",
            by_channel,
            registry=registry,
        )
        self.breakers = Gauge(
            "inventory_breaker_destinations",
            "Destinations that failed lately, by the state of their breaker.",
            ["channel", "state"],
            registry=registry,
        )

    def begin(self, route: Route) -> None:
        """Show a channel."""
        gauges = (self.under_way, self.unfinished, self.oldest, self.dead, self.configured)
        for gauge in gauges:
            gauge.labels(route).set(0)


class NotifierMetrics:
    """What an operator wants to know of notifications."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.reading = ReadingMetrics(registry)
        self.notifications = Counter(
            "inventory_notifications",
            "Recipients told of events, by channel and subject.",
            ["channel", "subject"],
            registry=registry,
        )
        self.deliveries = Counter(
            "inventory_deliveries",
            "Attempts to deliver, by channel and what became of them.",
            ["channel", "result"],
            registry=registry,
        )
        by_channel = ["channel"]
        self.deliveries_deleted = Counter(
            "inventory_deliveries_deleted", "Deliveries past retention deleted.", registry=registry
        )
        self.seconds = Histogram(
            "inventory_delivery_seconds",
            "How long an attempt took.",
            by_channel,
            buckets=LATENCY_BUCKETS,
            registry=registry,
        )
        self.age = Histogram(
            "inventory_delivery_age_seconds",
            "From the event to its delivery.",
            by_channel,
            buckets=AGE_BUCKETS,
            registry=registry,
        )
        self.limited = Counter(
            "inventory_delivery_limited_seconds",
            "Time that deliveries waited for the rate limit.",
            by_channel,
            registry=registry,
        )
        self.waiting = WaitingMetrics(registry)
        self.templates_failed = Counter(
            "inventory_templates_failed",
            "Tenants' templates that failed, so that our own words went out instead.",
            ["wording"],
            registry=registry,
        )
        self.chores_failed = Counter(
            "inventory_chores_failed",
            "Counting, making of digests, giving up or deletion that failed and is tried again.",
            ["chore"],
            registry=registry,
        )
        for chore in Chore:
            self.chores_failed.labels(chore)
        for route in Route:
            self._begin(route)

    def _begin(self, route: Route) -> None:
        """Show every channel from the start, so that a rise from nothing is seen."""
        for result in Result:
            self.deliveries.labels(route, result)
        self.waiting.begin(route)

    def template_failed(self, wording: Wording) -> None:
        """Count a tenant's template that failed."""
        self.templates_failed.labels(wording).inc()

    def show_ended(self, route: Route, result: Result, age_seconds: float | None) -> None:
        """Count an attempt that ended; the age is that of what was delivered."""
        self.deliveries.labels(route, result).inc()
        if age_seconds is not None:
            self.age.labels(route).observe(max(age_seconds, 0))
