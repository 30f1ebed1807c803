"""The naive way in the same run: one transaction a command, or a reservation."""

import asyncio
from pathlib import Path
from typing import Final

import asyncpg

from tests.bench import naive_service
from tests.bench.bench import Bench
from tests.bench.naive_command import UNITS
from tests.bench.reservation_traffic import ReservationMaker
from tests.bench.site import Site
from tests.bench.traffic import STOCK, WAREHOUSE, Item, Traffic, catalogue
from tests.support.installation import ServiceProcess
from tests.support.waiting import wait_until

ONE: Final = "naive, 1 connection"
EIGHT: Final = "naive, 8 connections"
HOT: Final = "naive, 8 connections, 1 hot item"
RESERVATIONS: Final = "naive reservations, 8 connections, one line"
RESERVATIONS_OF_FIVE: Final = "naive reservations, 8 connections, five lines"
HOT_RESERVATIONS: Final = "naive reservations, 8 connections, 1 hot item"

CONNECTIONS: Final = 8
LINES: Final = 5
WARM_UP_DIVISOR: Final = 10
"""The first tenth as many commands are not counted."""

TABLES: Final = Path(__file__).with_name("naive.sql")


def measure_naive(bench: Bench) -> None:
    """One and eight connections over all items, eight on one item."""
    solo, sizes = bench.solo_items(), bench.sizes
    for name, connections, items, count in (
        (ONE, 1, solo, sizes.naive_one),
        (EIGHT, CONNECTIONS, solo, sizes.naive_eight),
        (HOT, CONNECTIONS, catalogue("hot", 1, 1), sizes.naive_hot),
    ):
        with bench.site() as site:
            warm_up = site.maker.trade(items, count // WARM_UP_DIVISOR)
            traffic = site.maker.trade(items, count)
            bench.record_rate(name, _rate(site, connections, items, warm_up, traffic), site)


def measure_naive_reservations(bench: Bench) -> None:
    """Eight connections: one line and five lines over all items, one line of one item."""
    popular, sizes = bench.popular_items(), bench.sizes
    for name, lines, items, count in (
        (RESERVATIONS, 1, popular, sizes.naive_reservations),
        (RESERVATIONS_OF_FIVE, LINES, popular, sizes.naive_reservations_of_five),
        (HOT_RESERVATIONS, 1, catalogue("hot", 1, 1), sizes.naive_hot),
    ):
        with bench.site() as site:
            maker = ReservationMaker(site.maker, items)
            warm_up = maker.reserve(count // WARM_UP_DIVISOR, lines)
            traffic = maker.reserve(count, lines)
            bench.record_rate(name, _rate(site, CONNECTIONS, items, warm_up, traffic), site)


def _rate(
    site: Site, connections: int, items: list[Item], warm_up: Traffic, traffic: Traffic
) -> float:
    asyncio.run(_fill_tables(site, items))
    service = _start(site, connections)
    site.answered_per_second([service], warm_up)
    return site.answered_per_second([service], traffic)


def _start(site: Site, connections: int) -> ServiceProcess:
    service = site.installation.service(
        naive_service.__name__, {naive_service.CONNECTIONS_VARIABLE: str(connections)}
    )
    wait_until(lambda: naive_service.READY in service.log_file.read_text(), "naive way ready")
    return service


async def _fill_tables(site: Site, items: list[Item]) -> None:
    available = STOCK * UNITS
    connection = await asyncpg.connect(site.settings.postgres_dsn.get_secret_value())
    try:
        await connection.execute(TABLES.read_text())
        await connection.copy_records_to_table(
            "streams",
            schema_name="naive",
            columns=["tenant_id", "stream", "version", "available", "value"],
            records=[(item.tenant, item.stream, 1, available, 25 * available) for item in items],
        )
        await connection.copy_records_to_table(
            "stock",
            schema_name="naive",
            columns=["tenant_id", "warehouse_id", "sku", "version", "available"],
            records=[(item.tenant, WAREHOUSE, item.sku, 1, available) for item in items],
        )
        await connection.execute("analyze")
    finally:
        await connection.close()
