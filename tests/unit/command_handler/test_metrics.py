"""What an operator sees of the command handler's pace, counted a batch at a time."""

from collections.abc import Sequence

from prometheus_client import CollectorRegistry, Histogram, generate_latest

from stockledger.telemetry import LATENCY_BUCKETS
from stockledger_command_handler.metrics import Durations

RESERVE = "stockledger.ReserveStock.v1"
ISSUE = "stockledger.IssueStock.v1"
NAME = "inventory_command_duration_seconds"
MEANING = "From the command's time in Kafka to its acknowledged answer."


def lines_of(registry: CollectorRegistry) -> list[str]:
    lines = generate_latest(registry).decode().splitlines()
    return [line for line in lines if "_created" not in line]


def scraped(batches: Sequence[tuple[str, Sequence[float]]]) -> list[str]:
    registry = CollectorRegistry()
    durations = Durations()
    registry.register(durations)
    for command_type, seconds in batches:
        durations.observe(command_type, seconds)
    return lines_of(registry)


def scraped_of_the_library(batches: Sequence[tuple[str, Sequence[float]]]) -> list[str]:
    registry = CollectorRegistry()
    histogram = Histogram(NAME, MEANING, ["type"], buckets=LATENCY_BUCKETS, registry=registry)
    for command_type, seconds in batches:
        for one in seconds:
            histogram.labels(command_type).observe(one)
    return lines_of(registry)


def test_durations_are_scraped_as_the_librarys_own_histogram_has_them() -> None:
    batches = [
        (RESERVE, [0.001, 0.005, 0.0051, 0.25, 10.0, 10.5]),
        (ISSUE, [3.0]),
        (RESERVE, [-0.5, 0.03]),
    ]

    assert scraped(batches) == scraped_of_the_library(batches)


def test_before_the_first_command_there_is_nothing_but_the_name() -> None:
    assert scraped([]) == scraped_of_the_library([])
