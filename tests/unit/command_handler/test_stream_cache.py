"""Which states are written down as snapshots: often enough to load soon, seldom enough to pay."""

import pytest

from stockledger.event_log.interface import StreamKey
from stockledger.messages.fields import TenantId
from stockledger.messages.streams import TENANT_STREAM, item_stream
from stockledger.messages.tenant import DailyCheckStarted
from stockledger_command_handler.stream_cache import (
    SNAPSHOT_EVERY,
    SNAPSHOT_SHARE,
    SNAPSHOT_WORTHWHILE,
    StreamCache,
)
from tests.support.builders import LAMP, NORTH
from tests.support.reservation_builders import stock_reserved

SHOP = TenantId("shop")
TENANT = StreamKey(SHOP, TENANT_STREAM)
LAMPS = StreamKey(SHOP, item_stream(NORTH, LAMP))
CHECKED = DailyCheckStarted(day="2026-11-23")


def cache_with(capacity: int, *keys: StreamKey) -> StreamCache:
    cache = StreamCache(capacity)
    cache.put(keys, {})
    return cache


def happened(cache: StreamCache, times: int, batch: int = 1) -> None:
    for position in range(1, times + 1):
        cache.held(TENANT).apply(CHECKED, position, batch)


def test_a_busy_stream_is_written_down_once_it_has_changed_so_often() -> None:
    cache = cache_with(10, TENANT)
    happened(cache, SNAPSHOT_EVERY - 1)
    assert cache.snapshots_due(1, [TENANT]) == []

    happened(cache, 1)
    assert [snapshot.version for snapshot in cache.snapshots_due(1, [TENANT])] == [SNAPSHOT_EVERY]
    assert cache.snapshots_due(1, [TENANT]) == []


@pytest.mark.parametrize(
    ("changes", "written"), [(SNAPSHOT_WORTHWHILE - 1, 0), (SNAPSHOT_WORTHWHILE, 1)]
)
def test_a_stream_leaves_memory_with_a_snapshot_only_when_folding_would_take_longer(
    changes: int, written: int
) -> None:
    cache = cache_with(0, TENANT)
    happened(cache, changes)

    assert len(cache.snapshots_due(1, [])) == written
    assert not cache.has(TENANT)


def test_what_a_batch_under_way_changed_stays_in_memory() -> None:
    cache = cache_with(0, TENANT)
    happened(cache, SNAPSHOT_WORTHWHILE, batch=2)

    assert cache.snapshots_due(1, []) == []
    assert cache.has(TENANT)


def test_an_item_of_many_holds_is_written_down_the_less_often() -> None:
    cache = cache_with(10, LAMPS)
    holds = SNAPSHOT_SHARE * SNAPSHOT_EVERY * 2
    for number in range(1, holds + 1):
        reserved = stock_reserved(1, available=holds + 1 - number, reservation_id=f"R{number}")
        cache.held(LAMPS).apply(reserved, number, 1)
    assert [snapshot.version for snapshot in cache.snapshots_due(1, [LAMPS])] == [holds]

    for number in range(1, SNAPSHOT_EVERY + 1):
        reserved = stock_reserved(1, available=1, reservation_id=f"S{number}")
        cache.held(LAMPS).apply(reserved, holds + number, 1)
    assert cache.snapshots_due(1, [LAMPS]) == []
