"""How far behind a reader is, shown also while it fails and begins again."""

from collections.abc import Iterable, Mapping

from prometheus_client import CollectorRegistry

from stockledger.broker import TopicReader
from stockledger.lag import SHOWN_SECONDS
from stockledger.telemetry import STALLED_AFTER_SECONDS, Progress, ReadingMetrics
from stockledger.watch import ReaderWatch

TOPIC = "inventory.commands.v1"
LAG = "inventory_consumer_lag_records"
WAITED = "inventory_consumer_lag_seconds"
PROGRESSED = "inventory_last_progress_timestamp_seconds"


class Topic(TopicReader):
    """A topic whose partitions end where the test says; what is told to Kafka is kept."""

    def __init__(self, **ends: int) -> None:
        self.ends = {int(name.removeprefix("p")): end for name, end in ends.items()}
        self.told: dict[int, int] = {}
        self.has_joined = True
        self.assign(*self.ends)

    def assign(self, *partitions: int) -> None:
        """Let these partitions be taken over."""
        self._owned, self._awaiting = frozenset(partitions), frozenset[int]()

    async def end_offsets(self, partitions: Iterable[int]) -> dict[int, int]:
        return {partition: self.ends[partition] for partition in partitions}

    async def commit(self, offsets: Mapping[int, int]) -> bool:
        self.told |= offsets
        return True


class Process:
    """A process whose loop has dealt with everything below `offsets`."""

    def __init__(self, topic: Topic, **offsets: int) -> None:
        self.seconds = 1_000.0
        self.topic = topic
        self.offsets = {int(name.removeprefix("p")): offset for name, offset in offsets.items()}
        self.registry = CollectorRegistry()
        self.progress = Progress(self.clock)
        self._metrics = ReadingMetrics(self.registry, self.clock)
        self.begin_again()

    def clock(self) -> float:
        return self.seconds

    def begin_again(self) -> None:
        """Have a loop made anew, and its watch with it."""
        self._watch = ReaderWatch(
            self.topic, TOPIC, self.progress, self._metrics, lambda: self.offsets
        )

    async def look(self, *, after_seconds: float = 0.0) -> None:
        self.seconds += after_seconds
        await self._watch.look()

    def shows(self, name: str, partition: int = 0) -> float | None:
        labels = {"topic": TOPIC, "partition": str(partition)}
        return self.registry.get_sample_value(name, labels)


async def test_a_partition_is_as_old_as_its_last_progress() -> None:
    process = Process(Topic(p0=7), p0=5)
    await process.look()
    assert (process.shows(LAG), process.shows(PROGRESSED)) == (2, 1_000)

    process.offsets = {0: 6}
    await process.look(after_seconds=10)
    await process.look(after_seconds=10)

    assert (process.shows(LAG), process.shows(PROGRESSED)) == (1, 1_010)
    assert process.shows(WAITED) == 20
    assert process.topic.told == {0: 6}


async def test_what_cannot_be_taken_over_again_falls_behind_for_all_to_see() -> None:
    process = Process(Topic(p0=7), p0=5)
    await process.look()

    process.offsets = {}
    process.topic.take_over_again()
    process.topic.ends = {0: 100}
    await process.look(after_seconds=90)

    assert (process.shows(LAG), process.shows(PROGRESSED)) == (95, 1_000)
    assert process.shows(WAITED) == 90


async def test_a_backlog_of_what_is_not_taken_over_is_no_reason_to_restart() -> None:
    process = Process(Topic(p0=7), p0=5)
    process.topic.take_over_again()
    await process.look()
    process.progress.turned()

    await process.look(after_seconds=STALLED_AFTER_SECONDS - 1)
    process.progress.turned()
    await process.look(after_seconds=2)

    assert process.progress.stalled() is None


async def test_a_loop_that_begins_again_has_made_no_progress_by_that() -> None:
    process = Process(Topic(p0=7), p0=5)
    await process.look()
    for _ in range(5):
        process.begin_again()
        await process.look(after_seconds=20)

    assert (process.shows(LAG), process.shows(PROGRESSED)) == (2, 1_000)
    assert process.shows(WAITED) == 100


async def test_a_partition_that_another_process_has_by_now_is_not_shown() -> None:
    process = Process(Topic(p0=7, p1=9), p0=5, p1=9)
    await process.look()
    assert process.shows(LAG, 1) == 0

    process.begin_again()
    process.topic.assign(0)
    process.offsets = {0: 5}
    await process.look(after_seconds=2)

    assert process.shows(LAG) == 2
    assert [process.shows(name, 1) for name in (LAG, WAITED, PROGRESSED)] == [None] * 3


async def test_what_nobody_looked_at_for_a_minute_is_not_shown() -> None:
    process = Process(Topic(p0=7), p0=5)
    await process.look()
    process.seconds += SHOWN_SECONDS
    assert process.shows(LAG) == 2
    process.seconds += 1
    assert process.shows(LAG) is None
