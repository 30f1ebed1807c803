"""What can be asked of the log: the same answers from both."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from stockledger.event_log.interface import CommandKey, EventLog, Snapshot, StreamKey
from stockledger.messages.fields import StreamName, TenantId
from stockledger.partitioning import partition_of
from tests.support.log_owner import (
    CHAIR,
    CHAIR_KEY,
    LAMP,
    LAMP_KEY,
    MONDAY,
    NORTHWIND,
    RECEIVED,
    LogOwner,
    new_event,
)

FOLD = 3
ELSEWHERE = StreamKey(TenantId("southwind"), StreamName("item/NORTH/DESK"))
DESK_KEY = StreamKey(NORTHWIND, StreamName("item/NORTH/DESK"))


def _snapshot(version: int, fold_version: int = FOLD, state: bytes = b"\x00lamps") -> Snapshot:
    return Snapshot(LAMP_KEY, 1, version, fold_version, state)


async def test_the_lookup_tells_the_time_and_the_answered_commands(event_log: EventLog) -> None:
    owner = await LogOwner.take(event_log)
    written = await owner.append(LAMP, CHAIR)
    answered = [CommandKey(written.partition, result.digest) for result in written.results]
    elsewhere = CommandKey((written.partition + 1) % 4, written.results[0].digest)
    unknown = CommandKey(0, uuid4().hex)

    found = await event_log.lookup([answered[1], elsewhere, unknown, answered[0]])

    assert set(found.results) == set(answered)
    assert found.results[answered[1]].command_offset == 1
    assert found.results[answered[1]].data == written.results[1].data
    assert abs(found.now - datetime.now(UTC)) < timedelta(seconds=10)


async def test_the_lookup_of_nothing_tells_the_time(event_log: EventLog) -> None:
    found = await event_log.lookup([])

    assert not found.results
    assert found.now.tzinfo is not None


async def test_streams_are_loaded_whole_and_unknown_ones_left_out(event_log: EventLog) -> None:
    owner = await LogOwner.take(event_log)
    await owner.append(LAMP, CHAIR, LAMP)

    loaded = await event_log.load_streams([DESK_KEY, CHAIR_KEY, LAMP_KEY], FOLD)

    assert set(loaded) == {CHAIR_KEY, LAMP_KEY}
    lamp = loaded[LAMP_KEY]
    assert (lamp.key, lamp.stream_number, lamp.version, lamp.snapshot) == (LAMP_KEY, 1, 2, None)
    assert list(lamp.events) == list(await event_log.read_stream(LAMP_KEY, 1, 10))
    assert [event.position for event in loaded[CHAIR_KEY].events] == [2]


async def test_streams_are_found_among_many_that_are_new(event_log: EventLog) -> None:
    owner = await LogOwner.take(event_log)
    await owner.append(LAMP, CHAIR, LAMP)
    new = [StreamKey(NORTHWIND, StreamName(f"reservation/R{n}")) for n in range(250)]

    loaded = await event_log.load_streams([*new[:125], LAMP_KEY, *new[125:], CHAIR_KEY], FOLD)

    assert {key: stream.version for key, stream in loaded.items()} == {LAMP_KEY: 2, CHAIR_KEY: 1}


async def test_the_streams_of_a_warehouse_are_listed_by_the_begin_of_their_names(
    event_log: EventLog,
) -> None:
    owner = await LogOwner.take(event_log)
    others = ("item/NORTH2/LAMP", "item/NORT/LAMP", "item/NORTH-2/LAMP", "item/NORTH0/LAMP")
    await owner.append(LAMP, *[StreamName(name) for name in others], CHAIR, LAMP)
    await event_log.append_to_stream(ELSEWHERE, 0, [new_event(DESK_KEY.name, ELSEWHERE.tenant_id)])
    north, lamps = StreamName("item/NORTH/"), StreamName("item/NORTH/LAMP/")

    assert list(await event_log.stream_names(NORTHWIND, north, 10)) == [CHAIR, LAMP]
    assert list(await event_log.stream_names(NORTHWIND, north, 1)) == [CHAIR]
    assert list(await event_log.stream_names(NORTHWIND, lamps, 10)) == []
    assert list(await event_log.stream_names(ELSEWHERE.tenant_id, north, 10)) == [DESK_KEY.name]


async def test_the_streams_behind_a_name_are_listed_as_computers_order_names(
    event_log: EventLog,
) -> None:
    owner = await LogOwner.take(event_log)
    ordered = ("item/NORTH-2/LAMP", "item/NORTH/DESK", "item/NORTH/LAMP", "item/NORTH0/LAMP")
    await owner.append(*[StreamName(name) for name in (*reversed(ordered), "order/O1")])
    items = StreamName("item/")

    first = await event_log.stream_names(NORTHWIND, items, 2)
    second = await event_log.stream_names(NORTHWIND, items, 2, first[-1])

    assert [*first, *second] == list(ordered)
    assert list(await event_log.stream_names(NORTHWIND, items, 2, second[-1])) == []
    between = StreamName("item/NORTH/KEYS")
    assert list(await event_log.stream_names(NORTHWIND, items, 1, between)) == [ordered[2]]


async def test_nothing_is_loaded_when_nothing_is_asked_for(event_log: EventLog) -> None:
    assert await event_log.load_streams([], FOLD) == {}


async def test_only_the_events_behind_a_snapshot_are_loaded(event_log: EventLog) -> None:
    owner = await LogOwner.take(event_log)
    await owner.append(LAMP, LAMP, CHAIR, LAMP)
    await event_log.save_snapshots([_snapshot(2)])

    loaded = await event_log.load_streams([LAMP_KEY, CHAIR_KEY], FOLD)

    assert loaded[LAMP_KEY].snapshot == _snapshot(2)
    assert loaded[LAMP_KEY].version == 3
    assert [event.version for event in loaded[LAMP_KEY].events] == [3]
    assert loaded[CHAIR_KEY].snapshot is None


async def test_a_snapshot_of_the_last_version_needs_no_event(event_log: EventLog) -> None:
    owner = await LogOwner.take(event_log)
    await owner.append(LAMP, LAMP)
    await event_log.save_snapshots([_snapshot(2)])

    lamp = (await event_log.load_streams([LAMP_KEY], FOLD))[LAMP_KEY]

    assert (lamp.snapshot, lamp.version, list(lamp.events)) == (_snapshot(2), 2, [])


async def test_a_snapshot_of_another_fold_is_left_out(event_log: EventLog) -> None:
    owner = await LogOwner.take(event_log)
    await owner.append(LAMP, LAMP)
    await event_log.save_snapshots([_snapshot(2, fold_version=FOLD - 1)])

    lamp = (await event_log.load_streams([LAMP_KEY], FOLD))[LAMP_KEY]

    assert lamp.snapshot is None
    assert [event.version for event in lamp.events] == [1, 2]


async def test_an_older_snapshot_is_ignored_and_another_folds_replaces(
    event_log: EventLog,
) -> None:
    owner = await LogOwner.take(event_log)
    await owner.append(LAMP, LAMP)
    await event_log.save_snapshots([_snapshot(2)])
    await event_log.save_snapshots([_snapshot(1, state=b"older")])
    assert (await event_log.load_streams([LAMP_KEY], FOLD))[LAMP_KEY].snapshot == _snapshot(2)

    other = _snapshot(1, fold_version=FOLD + 1)
    await event_log.save_snapshots([other])
    assert (await event_log.load_streams([LAMP_KEY], FOLD + 1))[LAMP_KEY].snapshot == other


async def test_a_snapshot_of_an_unknown_stream_is_ignored(event_log: EventLog) -> None:
    await event_log.save_snapshots([_snapshot(1)])

    assert await event_log.load_streams([LAMP_KEY], FOLD) == {}


async def test_tenants_of_one_partition_do_not_see_each_others_streams(
    event_log: EventLog,
) -> None:
    owner = await LogOwner.take(event_log)
    heads = await event_log.heads()
    names = (TenantId(f"shop-{number}") for number in range(1_000))
    neighbour = next(
        name for name in names if partition_of(name, len(heads)) == owner.head.partition
    )
    await owner.append(LAMP)

    assert await event_log.stream_version(StreamKey(neighbour, LAMP)) == 0
    assert await event_log.read_stream(StreamKey(neighbour, LAMP), 1, 10) == []
    assert await event_log.append_to_stream(
        StreamKey(neighbour, LAMP), 0, [new_event(LAMP, neighbour)]
    )
    assert await event_log.stream_version(LAMP_KEY) == 1


async def test_names_of_streams_are_case_sensitive(event_log: EventLog) -> None:
    owner = await LogOwner.take(event_log)
    await owner.append(LAMP)

    assert await event_log.stream_version(StreamKey(NORTHWIND, StreamName(LAMP.lower()))) == 0


async def test_a_stream_is_read_from_a_version_up_to_a_limit(event_log: EventLog) -> None:
    owner = await LogOwner.take(event_log)
    await owner.append(LAMP, CHAIR, LAMP, LAMP, LAMP)

    assert [event.version for event in await event_log.read_stream(LAMP_KEY, 2, 2)] == [2, 3]
    assert await event_log.read_stream(LAMP_KEY, 5, 2) == []
    assert await event_log.read_stream(DESK_KEY, 1, 2) == []


async def test_a_partition_is_read_from_a_position_up_to_a_limit(event_log: EventLog) -> None:
    owner = await LogOwner.take(event_log)
    await owner.append(LAMP, CHAIR, LAMP, LAMP)
    partition = owner.head.partition

    events = await event_log.read_partition(partition, 2, 2)

    assert [(event.partition, event.position) for event in events] == [
        (partition, 2),
        (partition, 3),
    ]
    assert await event_log.read_partition(partition, 5, 2) == []
    assert await event_log.read_partition((partition + 1) % 4, 1, 2) == []


async def test_a_partition_is_read_by_type(event_log: EventLog) -> None:
    owner = await LogOwner.take(event_log)
    part = owner.batch(LAMP, LAMP, LAMP, LAMP)
    for event in part.events[1:3]:
        event.type = "stockledger.StockIssued.v1"
    await event_log.append([part], MONDAY)

    async def positions(limit: int, *types: str) -> list[int]:
        events = await event_log.read_partition(part.partition, 1, limit, types)
        return [event.position for event in events]

    assert await positions(10, RECEIVED) == [1, 4]
    assert await positions(1, "stockledger.StockIssued.v1") == [2]
    assert await positions(10, RECEIVED, "stockledger.StockIssued.v1") == [1, 2, 3, 4]
    assert await positions(10) == []


async def test_answers_are_read_from_an_offset_with_their_reply(event_log: EventLog) -> None:
    owner = await LogOwner.take(event_log)
    part = owner.batch(LAMP, LAMP, LAMP)
    part.results[1].reply = '{"topic": "shop.answers"}'
    await event_log.append([part], MONDAY)

    results = await event_log.read_results(part.partition, 1, 1)

    assert [(result.command_offset, result.reply) for result in results] == [
        (1, '{"topic": "shop.answers"}')
    ]
