"""What may be appended, what it changes, and what is refused: the same in both logs."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from stockledger.errors import (
    ConfigurationError,
    DataRefused,
    OwnershipLost,
    VersionConflict,
)
from stockledger.event_log.interface import EventLog, StreamKey
from stockledger.messages.fields import StreamName, TenantId
from tests.support.log_owner import (
    CHAIR,
    CHAIR_KEY,
    LAMP,
    LAMP_KEY,
    MONDAY,
    NORTHWIND,
    LogOwner,
    new_event,
)

CONTOSO = TenantId("contoso")
WRITERS = 8


async def test_what_was_appended_is_read_back_as_it_was_written(event_log: EventLog) -> None:
    owner = await LogOwner.take(event_log)
    written = await owner.append(LAMP, CHAIR, LAMP)

    events = await event_log.read_partition(written.partition, 1, 10)
    results = await event_log.read_results(written.partition, 0, 10)

    assert [(event.position, event.stream, event.version) for event in events] == [
        (1, LAMP, 1),
        (2, CHAIR, 1),
        (3, LAMP, 2),
    ]
    assert [event.stream_number for event in events] == [1, 2, 1]
    for event, new in zip(events, written.events, strict=True):
        assert (event.data, event.metadata, event.type) == (new.data, new.metadata, new.type)
        assert (event.command_source, event.command_id) == (new.command_source, new.command_id)
        assert (event.tenant_id, event.recorded_at) == (NORTHWIND, MONDAY)
    for result, answer in zip(results, written.results, strict=True):
        assert (result.command_offset, result.digest) == (answer.command_offset, answer.digest)
        assert (result.body_hash, result.data) == (answer.body_hash, answer.data)
        assert (result.type, result.metadata, result.reply) == (answer.type, "{}", None)
        assert (result.tenant_id, result.decided_at) == (NORTHWIND, MONDAY)


async def test_the_row_says_what_was_appended(event_log: EventLog) -> None:
    owner = await LogOwner.take(event_log)
    await owner.append(LAMP)
    await owner.append(CHAIR, LAMP, time=MONDAY + timedelta(seconds=1))

    head = (await event_log.heads())[owner.head.partition]

    assert (head.epoch, head.next_position, head.next_offset) == (1, 4, 3)
    assert (head.answered_offset, head.published_position) == (1, 1)
    assert head.last_time == MONDAY + timedelta(seconds=1)


async def test_marks_are_kept_without_events_and_answers(event_log: EventLog) -> None:
    owner = await LogOwner.take(event_log)
    await owner.append(LAMP)
    await event_log.append([replace(owner.batch(), answered_offset=1)], MONDAY)

    assert (await event_log.heads())[owner.head.partition].answered_offset == 1


async def test_the_time_of_a_partition_never_goes_back(event_log: EventLog) -> None:
    owner = await LogOwner.take(event_log)
    await owner.append(LAMP)
    await owner.append(LAMP, time=MONDAY - timedelta(hours=1))

    assert (await event_log.heads())[owner.head.partition].last_time == MONDAY


async def test_owning_raises_the_epoch_and_changes_nothing_else(event_log: EventLog) -> None:
    before = await event_log.heads()
    assert sorted(before) == [0, 1, 2, 3]

    owned = await event_log.own([2, 0])
    again = await event_log.own([0])

    assert owned == {
        partition: replace(before[partition], epoch=before[partition].epoch + 1)
        for partition in (0, 2)
    }
    assert again[0].epoch == owned[0].epoch + 1
    assert (await event_log.heads())[3] == before[3]


async def test_a_partition_that_does_not_exist_cannot_be_owned(event_log: EventLog) -> None:
    with pytest.raises(ConfigurationError):
        await event_log.own([1, 17])


@pytest.mark.parametrize(
    ("epoch", "offset", "position"),
    [(-1, 0, 0), (1, 0, 0), (0, -1, 0), (0, 1, 0), (0, 0, 1)],
    ids=["old epoch", "later epoch", "old offset", "later offset", "later position"],
)
async def test_who_expects_another_row_owns_the_partition_no_more(
    event_log: EventLog, epoch: int, offset: int, position: int
) -> None:
    owner = await LogOwner.take(event_log)
    await owner.append(LAMP)
    before = await event_log.heads()
    part = owner.batch(LAMP)
    part.epoch += epoch
    part.expected_offset += offset
    part.next_position += position
    part.events[0].position += position

    with pytest.raises(OwnershipLost):
        await event_log.append([part], MONDAY)

    assert await event_log.heads() == before
    assert len(await event_log.read_partition(owner.head.partition, 1, 10)) == 1
    await owner.append(LAMP)


async def test_a_zombie_writes_nothing_after_another_took_over(event_log: EventLog) -> None:
    zombie = await LogOwner.take(event_log)
    await LogOwner.take(event_log)

    with pytest.raises(OwnershipLost):
        await zombie.append(LAMP)

    assert await event_log.stream_version(LAMP_KEY) == 0


async def test_a_batch_over_two_partitions_is_written_whole_or_not_at_all(
    event_log: EventLog,
) -> None:
    first, second = await LogOwner.take(event_log), await LogOwner.take(event_log, CONTOSO)
    parts = sorted([first.batch(LAMP), second.batch(LAMP)], key=lambda part: part.partition)
    assert parts[0].partition != parts[1].partition

    with pytest.raises(OwnershipLost):
        await event_log.append([parts[0], replace(parts[1], epoch=0)], MONDAY)
    assert await event_log.stream_version(LAMP_KEY) == 0

    await event_log.append(parts, MONDAY)
    assert await event_log.stream_version(LAMP_KEY) == 1
    assert await event_log.stream_version(StreamKey(CONTOSO, LAMP)) == 1


async def test_a_version_is_written_once(event_log: EventLog) -> None:
    owner = await LogOwner.take(event_log)
    await owner.append(LAMP, LAMP)
    repeated = owner.batch(LAMP)
    repeated.events[0].version = 2

    with pytest.raises(VersionConflict):
        await event_log.append([repeated], MONDAY)

    assert await event_log.stream_version(LAMP_KEY) == 2
    await owner.append(LAMP)


async def test_a_stream_begins_once(event_log: EventLog) -> None:
    owner = await LogOwner.take(event_log)
    await owner.append(LAMP)
    begun_again = owner.batch(LAMP)
    begun_again.events[0].version = 1
    begun_again.events[0].stream_number = begun_again.events[0].position

    with pytest.raises(VersionConflict):
        await event_log.append([begun_again], MONDAY)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("command_id", "receive\x001"),
        ("command_source", "/dock/\ud800"),
        ("data", '{"quantity": NaN}'),
        ("data", '{"quantity": 10'),
        ("metadata", ""),
        ("version", 2**63),
        ("command_id", "receive\x1f-1"),
        ("metadata", '{"actor":\x1f"Ann"}'),
    ],
)
async def test_a_value_that_postgresql_refuses_leaves_nothing_behind(
    event_log: EventLog, field: str, value: object
) -> None:
    owner = await LogOwner.take(event_log)
    refused = owner.batch(CHAIR, LAMP)
    setattr(refused.events[1], field, value)

    with pytest.raises(DataRefused):
        await event_log.append([refused], MONDAY)

    assert await event_log.stream_version(CHAIR_KEY) == 0
    await owner.append(CHAIR, LAMP)


async def test_a_command_is_answered_once(event_log: EventLog) -> None:
    owner = await LogOwner.take(event_log)
    first = await owner.append(LAMP)
    repeated = owner.batch(LAMP)
    repeated.results[0].digest = first.results[0].digest

    with pytest.raises(DataRefused):
        await event_log.append([repeated], MONDAY)

    assert await event_log.stream_version(LAMP_KEY) == 1


async def test_appending_to_a_stream_numbers_its_events(event_log: EventLog) -> None:
    assert await event_log.append_to_stream(LAMP_KEY, 0, [new_event(LAMP), new_event(LAMP)]) == 2
    assert await event_log.append_to_stream(CHAIR_KEY, 0, [new_event(CHAIR)]) == 1
    assert await event_log.append_to_stream(LAMP_KEY, 2, [new_event(LAMP)]) == 3

    events = await event_log.read_stream(LAMP_KEY, 1, 10)
    assert [(event.position, event.version, event.stream_number) for event in events] == [
        (1, 1, 1),
        (2, 2, 1),
        (4, 3, 1),
    ]


@pytest.mark.parametrize("expected_version", [0, 2])
async def test_appending_to_a_stream_of_another_version_is_a_conflict(
    event_log: EventLog, expected_version: int
) -> None:
    await event_log.append_to_stream(LAMP_KEY, 0, [new_event(LAMP)])

    with pytest.raises(VersionConflict):
        await event_log.append_to_stream(LAMP_KEY, expected_version, [new_event(LAMP)])


async def test_of_many_writers_at_one_version_exactly_one_wins(event_log: EventLog) -> None:
    await event_log.append_to_stream(LAMP_KEY, 0, [new_event(LAMP)])

    outcomes = await asyncio.gather(
        *(event_log.append_to_stream(LAMP_KEY, 1, [new_event(LAMP)]) for _ in range(WRITERS)),
        return_exceptions=True,
    )

    assert outcomes.count(2) == 1
    assert sum(isinstance(outcome, VersionConflict) for outcome in outcomes) == WRITERS - 1
    assert await event_log.stream_version(LAMP_KEY) == 2


async def test_of_many_writers_that_begin_a_stream_exactly_one_wins(event_log: EventLog) -> None:
    outcomes = await asyncio.gather(
        *(event_log.append_to_stream(LAMP_KEY, 0, [new_event(LAMP)]) for _ in range(WRITERS)),
        return_exceptions=True,
    )

    assert outcomes.count(1) == 1
    assert sum(isinstance(outcome, VersionConflict) for outcome in outcomes) == WRITERS - 1


async def test_writers_of_different_streams_all_win_and_leave_no_gap(event_log: EventLog) -> None:
    keys = [StreamKey(NORTHWIND, StreamName(f"item/NORTH/LAMP-{n}")) for n in range(WRITERS)]

    await asyncio.gather(
        *(event_log.append_to_stream(key, 0, [new_event(key.name)]) for key in keys)
    )

    owner = await LogOwner.take(event_log)
    events = await event_log.read_partition(owner.head.partition, 1, 100)
    assert [event.position for event in events] == list(range(1, WRITERS + 1))
    assert {event.stream for event in events} == {key.name for key in keys}


async def test_attempts_are_counted_until_the_next_append(event_log: EventLog) -> None:
    owner = await LogOwner.take(event_log)
    epochs = {owner.head.partition: owner.head.epoch}

    assert await event_log.count_attempts(epochs) == {owner.head.partition: 1}
    assert await event_log.count_attempts(epochs) == {owner.head.partition: 2}
    await owner.append(LAMP)
    assert (await event_log.heads())[owner.head.partition].attempts == 0


async def test_attempts_are_counted_for_the_owner_only(event_log: EventLog) -> None:
    first, second = await LogOwner.take(event_log), await LogOwner.take(event_log, CONTOSO)

    with pytest.raises(OwnershipLost):
        await event_log.count_attempts({first.head.partition: 1, second.head.partition: 0})

    assert all(head.attempts == 0 for head in (await event_log.heads()).values())
