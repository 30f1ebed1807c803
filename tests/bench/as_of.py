"""Questions about a past time: how long they take among a million movements, or ten."""

import asyncio
import random
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import asyncpg
import httpx

from stockledger.messages.fields import time_to_wire
from stockledger.statements import load_statements
from stockledger_projector.api.application import query_application
from stockledger_projector.api.database import QueryDatabase
from stockledger_projector.settings import ProjectorSettings
from stockledger_projector.views.warehouse_balances import BLOCK_POSITIONS
from tests.bench.bench import Bench
from tests.bench.latency import MILLISECONDS, milliseconds
from tests.bench.site import Site
from tests.support.projecting import no_worker

P99: Final = "as of a past time, slowest question, p99"
P99_OF_MORE: Final = "as of a past time, ten times the movements, slowest question, p99"

SQL: Final = load_statements(Path(__file__).with_suffix(".sql"))
TENANT: Final = "chronicler"
ITEMS: Final = 10_000
WAREHOUSES: Final = 20
TIMES_MORE: Final = 10
PAGE: Final = 100
WARM_UP: Final = 30
BEGIN: Final = datetime(2025, 1, 10, tzinfo=UTC)
SPAN: Final = timedelta(days=350)

QUESTIONS: Final = {
    "item": "/items/W{warehouse}/S{item}/as-of",
    "items of a warehouse": "/warehouses/W{warehouse}/items/as-of",
    "warehouse": "/warehouses/W{warehouse}/as-of",
    "tenant": "/as-of",
}


def measure_as_of(bench: Bench) -> None:
    """Ask at random times among a million movements; when wished, among ten million as well."""
    _measure(bench, bench.sizes.movements, P99)
    if bench.large:
        _measure(bench, TIMES_MORE * bench.sizes.movements, P99_OF_MORE)


def _measure(bench: Bench, movements: int, name: str) -> None:
    site = bench.kept_site(name, lambda site: asyncio.run(_fill(site, movements)))
    latencies = asyncio.run(_ask(site, bench.sizes.past_times))
    for question, ascending in latencies.items():
        figure = f"as of, {movements:,} movements: {question}"
        bench.record(f"{figure}, p50", milliseconds(ascending, 50), MILLISECONDS)
        bench.record(f"{figure}, p99", milliseconds(ascending, 99), MILLISECONDS)
    slowest = max(milliseconds(ascending, 99) for ascending in latencies.values())
    bench.record(name, slowest, MILLISECONDS)


async def _fill(site: Site, movements: int) -> None:
    session = await asyncpg.connect(site.installation.dsn)
    try:
        for name, arguments in (
            ("months", ()),
            ("warehouses", (TENANT, WAREHOUSES)),
            ("items", (TENANT, movements, ITEMS, WAREHOUSES)),
            ("movements", (TENANT, movements, ITEMS, WAREHOUSES)),
            ("balances", (TENANT, BLOCK_POSITIONS)),
            ("backdated", (TENANT,)),
        ):
            await session.execute(SQL[name], *arguments)
        await session.execute("vacuum analyze")
    finally:
        await session.close()


async def _ask(site: Site, times: int) -> dict[str, Sequence[float]]:
    """Return how long each question took at so many times (s, ascending), by either clock."""
    choices = random.Random(5)
    latencies: dict[str, Sequence[float]] = {}
    async with _client(site) as client:
        for clock in ("recorded", "effective"):
            for question, path in QUESTIONS.items():
                taken = [await _one(client, path, clock, choices) for _ in range(WARM_UP + times)]
                latencies[f"{question}, {clock}"] = sorted(taken[WARM_UP:])
    return latencies


async def _one(client: httpx.AsyncClient, path: str, clock: str, choices: random.Random) -> float:
    item = choices.randrange(ITEMS)
    at = BEGIN + choices.random() * SPAN
    asked = {"at": time_to_wire(at), "clock": clock}
    if "/items/as-of" in path:
        asked["limit"] = str(PAGE)
    address = f"/v1/tenants/{TENANT}{path.format(warehouse=item % WAREHOUSES, item=item)}"
    began = time.perf_counter()
    response = await client.get(address, params=asked)
    taken = time.perf_counter() - began
    assert response.status_code == httpx.codes.OK, response.text
    return taken


@asynccontextmanager
async def _client(site: Site) -> AsyncGenerator[httpx.AsyncClient]:
    """Ask the application itself, in this process: no network in between."""
    database = QueryDatabase(ProjectorSettings.model_validate(site.settings.model_dump()))
    app = query_application(database, lifespan=no_worker, routes=[])
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://stockledger") as client:
        yield client
    await database.close()
