"""The projector: beside the handler, behind a steady load, catching up, and rebuilding."""

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Final

import asyncpg

from stockledger.database import open_pool
from stockledger_projector.rebuild import CONNECTIONS, VIEWS, Rebuild
from tests.bench.bench import Bench
from tests.bench.kafka_ends import AnswerReader, CommandSender
from tests.bench.pace import send_paced
from tests.bench.site import Site, check_answers
from tests.bench.traffic import Item
from tests.support.installation import ServiceProcess
from tests.support.waiting import wait_until

BESIDE: Final = "handler, 24 tenants, projector beside"
LAG: Final = "projector's largest lag at half of that load"
CATCH_UP: Final = "projector catching up"
REBUILD: Final = "rebuild of the levels view"

LEVELS: Final = "stock_levels"
LOAD_SHARE: Final = 0.5
SAMPLE_SECONDS: Final = 0.1
CATCH_UP_SAMPLE_SECONDS: Final = 0.02
CATCH_UP_SECONDS_MAX: Final = 300

PROJECTED: Final = """
    select coalesce(sum(position), 0)::bigint from views.positions where view_group = 'projector'
"""
LOGGED: Final = "select sum(next_position - 1)::bigint from ledger.log_partitions"
OLDEST_WAITING: Final = Path(__file__).with_name("projection_lag.sql")


def measure_projector(bench: Bench) -> None:
    """All of it on one installation, one after the other."""
    items = bench.shared_items()
    with bench.site() as site:
        handler, projector = site.handler(), site.projector()
        site.stock(items)
        wait_caught_up(site)
        site.beside = [projector]
        traffic = site.maker.trade(items, bench.sizes.backlog)
        beside = site.commands_per_second([handler], traffic)
        bench.record_rate(BESIDE, beside, site)
        wait_caught_up(site)
        load = beside * LOAD_SHARE
        lag = _largest_lag(site, items, load, bench.sizes.paced_seconds)
        bench.record(LAG, lag, "s")
        wait_caught_up(site)
        projector.terminate()
        site.beside = []
        bench.record(CATCH_UP, _catch_up(bench, site, handler, items), "events/s")
        bench.record(REBUILD, asyncio.run(_rebuilt_per_second(site)), "events/s")


def wait_caught_up(site: Site) -> None:
    """Wait until the views show all events."""

    def has_caught_up() -> bool:
        ((logged,),), ((projected,),) = site.ledger.fetch(LOGGED), site.ledger.fetch(PROJECTED)
        return bool(logged == projected)

    wait_until(has_caught_up, "the projector has caught up", CATCH_UP_SECONDS_MAX)


def _largest_lag(site: Site, items: list[Item], per_second: float, seconds: int) -> float:
    traffic = site.maker.trade(items, int(per_second * seconds))
    sender = CommandSender(site.settings, site.topics.commands)
    ended = threading.Event()
    with (
        closing(AnswerReader(site.settings, site.topics.results)) as reader,
        ThreadPoolExecutor(max_workers=1) as threads,
    ):
        samples = threads.submit(asyncio.run, _lags(site, ended))
        try:
            send_paced(sender, traffic.messages, per_second)
            sender.flush()
        finally:
            ended.set()
        lag = max(samples.result())
        check_answers(reader.read_count(len(traffic.messages)), traffic)
    return lag


async def _lags(site: Site, ended: threading.Event) -> list[float]:
    connection = await asyncpg.connect(site.settings.postgres_dsn.get_secret_value())
    statement = OLDEST_WAITING.read_text()
    lags: list[float] = []
    try:
        while not ended.wait(SAMPLE_SECONDS):
            lags.append(await connection.fetchval(statement))
    finally:
        await connection.close()
    return lags


def _catch_up(bench: Bench, site: Site, handler: ServiceProcess, items: list[Item]) -> float:
    """Return events a second, from the first commit that is seen to the one that ends it."""
    site.commands_per_second([handler], site.maker.trade(items, bench.sizes.backlog))
    site.projector_process()
    return asyncio.run(_projected_per_second(site.settings.postgres_dsn.get_secret_value()))


async def _rebuilt_per_second(site: Site) -> float:
    async with await open_pool(site.settings, role=None, size=CONNECTIONS) as pool:
        rebuilding = Rebuild(VIEWS[LEVELS], site.settings, pool)
        rebuilt = await rebuilding.run(compare=True, swap=False)
    assert rebuilt.drift == 0, f"{rebuilt.drift} levels differ from their fold: {rebuilt.keys}"
    return rebuilt.events / rebuilt.seconds


async def _projected_per_second(dsn: str) -> float:
    connection = await asyncpg.connect(dsn)
    pause = threading.Event()
    try:
        goal: int = await connection.fetchval(LOGGED)
        begin = found = await connection.fetchval(PROJECTED)
        while found == begin:
            pause.wait(CATCH_UP_SAMPLE_SECONDS)
            found = await connection.fetchval(PROJECTED)
        first, began = found, time.monotonic()
        while found < goal:
            assert time.monotonic() - began < CATCH_UP_SECONDS_MAX, "it does not catch up"
            pause.wait(CATCH_UP_SAMPLE_SECONDS)
            found = await connection.fetchval(PROJECTED)
        return float(goal - first) / (time.monotonic() - began)
    finally:
        await connection.close()
