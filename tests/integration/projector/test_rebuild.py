"""Rebuilding views beside the live ones, while these go on."""

import asyncio
from collections.abc import AsyncGenerator

import asyncpg
import pytest
from prometheus_client import CollectorRegistry

from stockledger.database import open_pool
from stockledger.errors import ConfigurationError
from stockledger_projector.drift import DriftGauge
from stockledger_projector.rebuild import CONNECTIONS, VIEWS, Rebuild
from stockledger_projector.settings import ProjectorSettings
from tests.support.projecting import Projecting, rows_of
from tests.support.recorded_changes import record_changes
from tests.support.recorded_holds import LAMP
from tests.support.recorded_ledger import RecordedLedger
from tests.support.recorded_reservations import RecordedReservations, record_checkouts
from tests.support.recorded_transport import store

SHOP = "lamp-shop"
OTHER_SHOP = "tent-shop"
Session = asyncpg.Connection

COMPARED_SLOWLY = """
    alter function views.differences(text, integer) rename to differences_at_once;
    create function views.differences(view_name text, shown integer)
    returns table (differing bigint, keys text[])
    language sql as 'select from pg_sleep(2.2); select * from views.differences_at_once($1, $2)';
"""
LIMIT_SECONDS = 2
"""For a statement, on either side: less than a slow comparison takes."""


@pytest.fixture
async def pool(
    settings: ProjectorSettings,
) -> AsyncGenerator["asyncpg.Pool[asyncpg.Record]"]:
    """Sessions of the operator who rebuilds."""
    async with await open_pool(settings, role=None, size=CONNECTIONS) as opened:
        yield opened


def record_trade(ledger: RecordedLedger, times: int) -> None:
    """Record trade of two shops in two partitions."""
    for number in range(times):
        for shop in (SHOP, OTHER_SHOP):
            ledger.warehouse(shop, f"W{number}")
            ledger.configure(shop, "NORTH", f"LAMP-{number % 7}", maximum=40)
            ledger.receive(shop, "NORTH", f"LAMP-{number % 7}", 10)
            ledger.issue(shop, "NORTH", f"LAMP-{number % 7}", 3)
            ledger.move_bin(shop, "NORTH", f"LAMP-{number % 7}", f"A-{number}")
            checkouts = RecordedReservations(ledger, shop)
            record_checkouts(checkouts, f"{len(ledger.events)}")
            record_changes(ledger, shop, f"{len(ledger.events)}")


@pytest.fixture
async def traded(
    settings: ProjectorSettings, ledger: RecordedLedger, projecting: Projecting
) -> RecordedLedger:
    """Trade that is in the log and in the views."""
    record_trade(ledger, 8)
    await store(settings, ledger.events)
    await projecting.fold(ledger.events)
    return ledger


async def test_every_rebuilt_view_equals_the_live_one_and_takes_its_place(
    settings: ProjectorSettings,
    pool: "asyncpg.Pool[asyncpg.Record]",
    owner: Session,
    traded: RecordedLedger,
) -> None:
    for name, view in VIEWS.items():
        live = await rows_of(owner, f"views.{name}")

        rebuilt = await Rebuild(view, settings, pool).run(compare=True, swap=True)

        assert (rebuilt.drift, rebuilt.events) == (0, len(traded.events)), name
        assert live, name
        assert await rows_of(owner, f"views.{name}") == live, name
        assert await owner.fetchval(f"select to_regclass('views_shadow.{name}')") is None, name


async def test_a_comparison_takes_as_long_as_it_takes(
    settings: ProjectorSettings, owner: Session
) -> None:
    await owner.execute(COMPARED_SLOWLY)
    async with asyncpg.create_pool(
        settings.postgres_dsn.get_secret_value(),
        min_size=1,
        max_size=CONNECTIONS,
        command_timeout=LIMIT_SECONDS,
        server_settings={"statement_timeout": f"{LIMIT_SECONDS}s"},
    ) as limited:
        rebuilt = await Rebuild(VIEWS["orders"], settings, limited).run(compare=True, swap=False)

    assert rebuilt.drift == 0


@pytest.mark.usefixtures("traded")
async def test_a_comparison_names_rows_that_differ_are_missing_or_too_many(
    settings: ProjectorSettings, pool: "asyncpg.Pool[asyncpg.Record]", owner: Session
) -> None:
    for change in (
        "update views.stock_levels set available = 1 where tenant_id = $1 and sku = 'LAMP-0'",
        "delete from views.stock_levels where tenant_id = $1 and sku = 'LAMP-1'",
        "update views.stock_levels set sku = 'GHOST' where tenant_id = $1 and sku = 'LAMP-2'",
    ):
        await owner.execute(change, SHOP)
    registry = CollectorRegistry()

    rebuilt = await Rebuild(VIEWS["stock_levels"], settings, pool).run(compare=True, swap=False)
    await DriftGauge(registry).look(pool)

    assert sorted(rebuilt.keys) == [
        f"{SHOP}/NORTH/{sku}" for sku in ("GHOST", "LAMP-0", "LAMP-1", "LAMP-2")
    ]
    shown = registry.get_sample_value("inventory_view_drift_rows", {"view": "stock_levels"})
    assert rebuilt.drift == shown == 4


async def test_a_swap_repairs_what_had_drifted_and_live_batches_go_on_in_it(
    settings: ProjectorSettings,
    pool: "asyncpg.Pool[asyncpg.Record]",
    owner: Session,
    projecting: Projecting,
    traded: RecordedLedger,
) -> None:
    right = await rows_of(owner, "views.stock_levels")
    await owner.execute("update views.stock_levels set available = 1")

    rebuilt = await Rebuild(VIEWS["stock_levels"], settings, pool).run(compare=True, swap=True)

    assert rebuilt.drift == len(right) == 24
    assert await rows_of(owner, "views.stock_levels") == right
    traded.receive(SHOP, "NORTH", "LAMP-0", 100)
    await projecting.fold(traded.events[-1:])
    traded.issue(SHOP, "NORTH", "LAMP-0", 1)
    await projecting.fold(traded.events[-1:])
    available = "select max(available) from views.stock_levels"
    assert await owner.fetchval(available) > 100_000


async def test_a_swapped_view_is_still_guarded(
    settings: ProjectorSettings, pool: "asyncpg.Pool[asyncpg.Record]", traded: RecordedLedger
) -> None:
    for view in VIEWS.values():
        await Rebuild(view, settings, pool).run(compare=False, swap=True)

    async with pool.acquire() as session, session.transaction():
        await session.execute("set local role stockledger_api")
        for table in VIEWS:
            assert await session.fetchval(f"select count(*) from views.{table}") == 0  # noqa: S608
        await session.execute(f"set local stockledger.tenant_id = '{SHOP}'")
        for table in VIEWS:
            tenants = await session.fetch(f"select distinct tenant_id from views.{table}")  # noqa: S608
            assert [row["tenant_id"] for row in tenants] == [SHOP], table
    assert traded.events


async def test_live_batches_go_on_in_every_swapped_view(
    settings: ProjectorSettings,
    pool: "asyncpg.Pool[asyncpg.Record]",
    projecting: Projecting,
    traded: RecordedLedger,
) -> None:
    checkouts = RecordedReservations(traded, SHOP)
    checkouts.reserve("R1", LAMP)
    await store(settings, traded.events[-2:])
    await projecting.fold(traded.events[-2:])
    for view in VIEWS.values():
        await Rebuild(view, settings, pool).run(compare=False, swap=True)
    before = len(traded.events)
    checkouts.release("R1")
    record_trade(traded, 1)

    await store(settings, traded.events[before:])
    await projecting.fold(traded.events[before:])

    for view in VIEWS.values():
        rebuilt = await Rebuild(view, settings, pool).run(compare=True, swap=False)
        assert rebuilt.drift == 0, view.table


@pytest.mark.parametrize("view", list(VIEWS))
async def test_a_rebuild_under_live_traffic_misses_and_doubles_nothing(
    settings: ProjectorSettings,
    pool: "asyncpg.Pool[asyncpg.Record]",
    owner: Session,
    projecting: Projecting,
    traded: RecordedLedger,
    view: str,
) -> None:
    ended = asyncio.Event()

    async def trade_on() -> None:
        while not ended.is_set():
            before = len(traded.events)
            record_trade(traded, 1)
            await store(settings, traded.events[before:])
            await projecting.fold(traded.events[before:])

    trading = asyncio.create_task(trade_on())
    drifts = [
        (await Rebuild(VIEWS[view], settings, pool).run(compare=True, swap=True)).drift
        for _ in range(3)
    ]
    ended.set()
    await trading

    assert drifts == [0, 0, 0]
    at_the_end = await Rebuild(VIEWS[view], settings, pool).run(compare=True, swap=False)
    assert (at_the_end.drift, at_the_end.events) == (0, len(traded.events))
    assert len(traded.events) > 200
    assert await owner.fetchval("select count(*) from views.positions") == 8


@pytest.mark.usefixtures("traded")
async def test_a_view_is_rebuilt_by_one_process_at_a_time(
    settings: ProjectorSettings, pool: "asyncpg.Pool[asyncpg.Record]", owner: Session
) -> None:
    await owner.execute(
        "select pg_advisory_lock(hashtextextended('views.rebuild.stock_levels', 0))"
    )

    with pytest.raises(ConfigurationError, match="being rebuilt already"):
        await Rebuild(VIEWS["stock_levels"], settings, pool).run(compare=True, swap=False)
