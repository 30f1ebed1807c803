"""A record that PostgreSQL refuses, or that ends its owner, is found and set aside alone."""

from datetime import UTC, datetime

from stockledger.broker import Record
from stockledger.event_log.interface import EventLog
from stockledger.event_log.memory import MemoryEventLog
from stockledger_command_handler.caution import PARK_AFTER, PARKED, Caution
from stockledger_command_handler.ownership import Ownership
from tests.support.records import record_at

FULL = 100
KILLER = record_at(0, 10)
NEIGHBOUR = record_at(1, 20)


def test_a_refused_batch_is_halved_until_one_record_stands_alone() -> None:
    caution = Caution(FULL)
    batch = [(0, offset) for offset in range(FULL)]
    while len(batch) > 1:
        caution.refused(batch, ValueError("no"))
        batch = batch[: caution.records_max]

    caution.refused(batch, ValueError("no"))

    aside = caution.why_set_aside(record_at(0, 0))
    assert aside is not None
    assert aside.reason == "data_refused"
    assert caution.why_set_aside(record_at(0, 1)) is None


def test_success_makes_batches_whole_again() -> None:
    caution = Caution(FULL)
    caution.refused([(0, 1), (0, 2)], ValueError("no"))
    assert caution.records_max == 1
    for _ in range(7):
        caution.succeeded()
    assert caution.records_max == FULL


async def test_a_record_that_ends_its_owner_is_parked_and_its_neighbours_are_not() -> None:
    log = MemoryEventLog(2, clock)
    for _ in range(PARK_AFTER - 1):
        assert await lives_on(log, KILLER, NEIGHBOUR) is None

    aside = await lives_on(log, KILLER, NEIGHBOUR)

    assert aside == {KILLER.offset: PARKED}


async def test_what_a_survivor_writes_down_sets_the_count_back() -> None:
    log = MemoryEventLog(1, clock)
    caution = Caution(FULL)
    for _ in range(PARK_AFTER + 1):
        ownership = Ownership(log, caution)
        await ownership.begin(await log.own([0]))
        await ownership.count_attempts([KILLER])
        await ownership.write_down()

    assert caution.why_set_aside(KILLER) is None


async def lives_on(log: EventLog, *waiting: Record) -> dict[int, str] | None:
    """Live one life of a handler; None when it ends, else what it set aside by offset."""
    caution = Caution(FULL)
    ownership = Ownership(log, caution)
    await ownership.begin(await log.own([record.partition for record in waiting]))
    batch = waiting[: caution.records_max]
    await ownership.count_attempts(batch)
    if KILLER in batch and caution.why_set_aside(KILLER) is None:
        return None
    aside = {record.offset: caution.why_set_aside(record) for record in batch}
    return {offset: why.reason for offset, why in aside.items() if why is not None}


def clock() -> datetime:
    """Return when all of this happens."""
    return datetime(2026, 11, 21, 9, tzinfo=UTC)
