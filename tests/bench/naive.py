"""The naive way in the same run: one transaction a command."""

import asyncio
from pathlib import Path
from typing import Final

import asyncpg

from tests.bench import naive_service
from tests.bench.bench import Bench
from tests.bench.site import Site
from tests.bench.traffic import STOCK, Item, catalogue
from tests.support.installation import ServiceProcess
from tests.support.waiting import wait_until

ONE: Final = "naive, 1 connection"
EIGHT: Final = "naive, 8 connections"
HOT: Final = "naive, 8 connections, 1 hot item"

TABLES: Final = Path(__file__).with_name("naive.sql")


def measure_naive(bench: Bench) -> None:
    """One and eight connections over all items, eight on one item."""
    solo, sizes = bench.solo_items(), bench.sizes
    for name, connections, items, count in (
        (ONE, 1, solo, sizes.naive_one),
        (EIGHT, 8, solo, sizes.naive_eight),
        (HOT, 8, catalogue("hot", 1, 1), sizes.naive_hot),
    ):
        with bench.site() as site:
            bench.record_rate(name, _rate(site, connections, items, count), site)


def _rate(site: Site, connections: int, items: list[Item], count: int) -> float:
    asyncio.run(_fill_tables(site, items))
    service = _start(site, connections)
    warm_up = site.maker.trade(items, count // 10)
    site.answered_per_second([service], warm_up)
    return site.answered_per_second([service], site.maker.trade(items, count))


def _start(site: Site, connections: int) -> ServiceProcess:
    service = site.installation.service(
        naive_service.__name__, {naive_service.CONNECTIONS_VARIABLE: str(connections)}
    )
    wait_until(lambda: naive_service.READY in service.log_file.read_text(), "naive way ready")
    return service


async def _fill_tables(site: Site, items: list[Item]) -> None:
    connection = await asyncpg.connect(site.settings.postgres_dsn.get_secret_value())
    try:
        await connection.execute(TABLES.read_text())
        await connection.copy_records_to_table(
            "streams",
            schema_name="naive",
            columns=["tenant_id", "stream", "version", "available", "value"],
            records=[_stream(item) for item in items],
        )
    finally:
        await connection.close()


def _stream(item: Item) -> tuple[str, str, int, int, int]:
    available = STOCK * naive_service.UNITS
    return item.tenant, item.stream, 1, available, 25 * available
