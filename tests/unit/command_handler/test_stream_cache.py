"""Which states are written down as snapshots: often enough to load soon, seldom enough to pay."""

import pytest

from stockledger.event_log.interface import StreamKey
from stockledger.messages.fields import TenantId
from stockledger.messages.streams import TENANT_STREAM, item_stream, reservation_stream
from stockledger.messages.tenant import DailyCheckStarted
from stockledger_command_handler.stream_cache import (
    LEFT_EARLY_MAX,
    PASSED_OVER_MAX,
    SNAPSHOT_EVERY,
    SNAPSHOT_SHARE,
    SNAPSHOT_WORTHWHILE,
    CachedStream,
    StreamCache,
)
from tests.support.builders import LAMP, NORTH
from tests.support.reservation_builders import (
    reservation_created,
    reservation_expired,
    stock_reserved,
)

SHOP = TenantId("shop")
TENANT = StreamKey(SHOP, TENANT_STREAM)
LAMPS = StreamKey(SHOP, item_stream(NORTH, LAMP))
CHECKED = DailyCheckStarted(day="2026-11-23")


def cache_with(capacity: int, *keys: StreamKey) -> StreamCache:
    cache = StreamCache(capacity)
    cache.put(keys, {}, 1)
    return cache


def held(cache: StreamCache, key: StreamKey) -> CachedStream:
    return cache.of(key.tenant_id)[key.name]


def happened(cache: StreamCache, times: int, batch: int = 1) -> None:
    for position in range(1, times + 1):
        held(cache, TENANT).apply(CHECKED, position, batch)


def test_a_busy_stream_is_written_down_once_it_has_changed_so_often() -> None:
    cache = cache_with(10, TENANT)
    happened(cache, SNAPSHOT_EVERY - 1)
    assert cache.snapshots_due(1, [held(cache, TENANT)]) == []

    happened(cache, 1)
    assert [snapshot.version for snapshot in cache.snapshots_due(1, [held(cache, TENANT)])] == [
        SNAPSHOT_EVERY
    ]
    assert cache.snapshots_due(1, [held(cache, TENANT)]) == []


@pytest.mark.parametrize(
    ("changes", "written"), [(SNAPSHOT_WORTHWHILE - 1, 0), (SNAPSHOT_WORTHWHILE, 1)]
)
def test_a_stream_leaves_memory_with_a_snapshot_only_when_folding_would_take_longer(
    changes: int, written: int
) -> None:
    cache = cache_with(0, TENANT)
    happened(cache, changes)

    assert len(cache.snapshots_due(1, [])) == written
    assert len(cache) == 0
    assert TENANT.name not in cache.of(SHOP)


def test_what_a_batch_under_way_changed_stays_in_memory() -> None:
    cache = cache_with(0, TENANT)
    happened(cache, SNAPSHOT_WORTHWHILE, batch=2)

    assert cache.snapshots_due(1, []) == []
    assert TENANT.name in cache.of(SHOP)


def reservations(first: int, last: int) -> list[StreamKey]:
    return [StreamKey(SHOP, reservation_stream(f"R{n}")) for n in range(first, last + 1)]


def names_in(cache: StreamCache) -> list[str]:
    return [name.removeprefix("reservation/") for name in cache.of(SHOP)]


def test_what_came_first_leaves_first_unless_it_is_in_use() -> None:
    cache = cache_with(3, *reservations(1, 3))
    for batch, key in enumerate(reservations(4, 6), start=2):
        held(cache, reservations(1, 1)[0]).used = batch
        cache.put([key], {}, batch)
        cache.snapshots_due(batch, [])

    assert sorted(names_in(cache)) == ["R1", "R5", "R6"]
    assert len(cache) == 3


def test_what_is_used_no_more_leaves_at_its_next_turn() -> None:
    cache = cache_with(2, *reservations(1, 2))
    for key in reservations(1, 2):
        held(cache, key).used = 2
    for batch, key in enumerate(reservations(3, 4), start=3):
        cache.put([key], {}, batch)
        cache.snapshots_due(batch, [])

    assert len(cache) == 2
    assert names_in(cache).count("R1") + names_in(cache).count("R2") < 2


def expired(cache: StreamCache, key: StreamKey, batch: int) -> CachedStream:
    """Let a reservation end by a batch; return its stream."""
    stream = held(cache, key)
    stream.apply(reservation_created(), 1, batch)
    stream.apply(reservation_expired(), 2, batch)
    return stream


def test_what_is_over_leaves_before_what_came_first() -> None:
    cache = cache_with(3, *reservations(1, 3))
    over = expired(cache, reservations(2, 2)[0], batch=1)
    cache.put(reservations(4, 4), {}, 2)

    cache.snapshots_due(1, [over])

    assert names_in(cache) == ["R1", "R3", "R4"]
    cache.put(reservations(2, 2), {}, 3)
    cache.snapshots_due(2, [])
    assert names_in(cache) == ["R3", "R4", "R2"]
    assert len(cache) == 3


def test_what_a_batch_under_way_ended_stays_and_leaves_later() -> None:
    cache = cache_with(2, *reservations(1, 2))
    over = expired(cache, reservations(1, 1)[0], batch=2)
    cache.put(reservations(3, 3), {}, 2)

    cache.snapshots_due(1, [over])
    assert names_in(cache) == ["R1", "R3"]

    cache.put(reservations(4, 4), {}, 3)
    cache.snapshots_due(2, [])
    assert names_in(cache) == ["R3", "R4"]


def test_many_that_lapse_in_the_order_in_which_they_came_are_loaded_once_at_most() -> None:
    many, room = 3 * LEFT_EARLY_MAX, 2 * LEFT_EARLY_MAX
    cache, loaded = StreamCache(room), 0
    cache.put(reservations(1, many), {}, 1)
    cache.snapshots_due(1, [])
    keys = reservations(1, many)
    for number, first in enumerate(range(0, many, 1_000), start=2):
        tick = keys[first : first + 1_000]
        missing = [key for key in tick if key.name not in cache.of(SHOP)]
        loaded += len(missing)
        cache.put(missing, {}, number)
        cache.snapshots_due(number - 1, [expired(cache, key, number) for key in tick])
        assert len(cache) <= room + len(tick)

    assert loaded <= many - room + 2_000


def test_looking_for_what_may_leave_takes_no_batch_long() -> None:
    *busy, idle = reservations(1, 2 * PASSED_OVER_MAX + 1)
    cache = cache_with(len(busy), *busy, idle)
    for key in busy:
        held(cache, key).used = 2

    cache.snapshots_due(2, [])
    assert idle.name in cache.of(SHOP)
    cache.snapshots_due(2, [])
    assert idle.name not in cache.of(SHOP)
    assert len(cache) == len(busy)


def test_a_tenant_without_streams_in_memory_is_forgotten_too() -> None:
    cache = cache_with(0, TENANT)
    happened(cache, 1)
    cache.snapshots_due(1, [])
    cache.put([TENANT], {}, 2)

    assert held(cache, TENANT).version == 0


def test_what_is_in_memory_is_never_taken_from_the_log_again() -> None:
    cache = cache_with(1, TENANT)

    with pytest.raises(AssertionError):
        cache.put([TENANT], {}, 2)


def test_an_item_of_many_holds_is_written_down_the_less_often() -> None:
    cache = cache_with(10, LAMPS)
    holds = SNAPSHOT_SHARE * SNAPSHOT_EVERY * 2
    for number in range(1, holds + 1):
        reserved = stock_reserved(1, available=holds + 1 - number, reservation_id=f"R{number}")
        held(cache, LAMPS).apply(reserved, number, 1)
    assert [snapshot.version for snapshot in cache.snapshots_due(1, [held(cache, LAMPS)])] == [
        holds
    ]

    for number in range(1, SNAPSHOT_EVERY + 1):
        reserved = stock_reserved(1, available=1, reservation_id=f"S{number}")
        held(cache, LAMPS).apply(reserved, holds + number, 1)
    assert cache.snapshots_due(1, [held(cache, LAMPS)]) == []
