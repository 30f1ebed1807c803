"""Where queries are answered: a session that sees one tenant's rows, and only to read them."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Mapping
from http import HTTPStatus
from typing import Final

import asyncpg

from stockledger.database import API_ROLE, open_pool
from stockledger.partitioning import partition_of
from stockledger.positions import Positions
from stockledger.statements import Connection
from stockledger_projector.api.problems import QueryRefused
from stockledger_projector.settings import ProjectorSettings
from stockledger_projector.views.view import LIVE_SCHEMA

BEGIN: Final = (
    "select set_config('stockledger.tenant_id', $1, true), set_config('search_path', $2, true),"
    " set_config('plan_cache_mode', 'force_custom_plan', true)"
)
"""Whose rows, where, and planned for the filters that are given; until the transaction ends."""


TURN_SECONDS_MAX: Final = 5.0
"""How long a query waits for one of the connections: longer than those that answer in time take."""


class QueryDatabase:
    """Sessions for queries; connected when first used, so that a start needs no PostgreSQL."""

    def __init__(
        self, settings: ProjectorSettings, turn_seconds_max: float = TURN_SECONDS_MAX
    ) -> None:
        self._settings = settings
        self._turn_seconds_max = turn_seconds_max
        self._turns = asyncio.Semaphore(settings.query_connections_max)
        self._pool: asyncpg.Pool[asyncpg.Record] | None = None
        self._opening = asyncio.Lock()

    def partition_of(self, tenant_id: str) -> int:
        """Return the partition that a tenant's events are in."""
        return partition_of(tenant_id, self._settings.partitions)

    @contextlib.asynccontextmanager
    async def session(self, tenant_id: str) -> AsyncGenerator[Connection]:
        """Give a read-only transaction that sees this tenant's rows.

        Raises:
            QueryRefused: no connection became free in time.
        """
        async with self._connection() as connection, connection.transaction(readonly=True):
            await connection.execute(BEGIN, tenant_id, LIVE_SCHEMA)
            yield connection

    async def fetch(
        self, tenant_id: str, statement: str, *arguments: object
    ) -> list[asyncpg.Record]:
        """Return the rows of one statement, whose first argument is the tenant."""
        async with self.session(tenant_id) as connection:
            return await connection.fetch(statement, tenant_id, *arguments)

    async def positions(self, group: str) -> Mapping[int, int]:
        """Return the positions that a group of views has reached in all partitions."""
        async with self._connection() as connection:
            partitions = range(self._settings.partitions)
            standings = await Positions(group).read(connection, list(partitions))
        return {partition: standing.position for partition, standing in standings.items()}

    async def close(self) -> None:
        """Disconnect."""
        if self._pool is not None:
            await self._pool.close()
            self._pool = None

    @contextlib.asynccontextmanager
    async def _connection(self) -> AsyncGenerator[Connection]:
        """Give a connection when it is this query's turn: as many have one as there are."""
        await self._turn()
        try:
            pool = await self._opened()
            async with pool.acquire() as connection:
                yield connection
        finally:
            self._turns.release()

    async def _turn(self) -> None:
        try:
            async with asyncio.timeout(self._turn_seconds_max):
                await self._turns.acquire()
        except TimeoutError:
            detail = "Too many questions at once: no connection became free in time."
            raise QueryRefused(HTTPStatus.SERVICE_UNAVAILABLE, detail) from None

    async def _opened(self) -> "asyncpg.Pool[asyncpg.Record]":
        async with self._opening:
            if self._pool is None:
                size = self._settings.query_connections_max
                self._pool = await open_pool(self._settings, role=API_ROLE, size=size)
            return self._pool
