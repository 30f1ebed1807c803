"""Where queries are answered: a session that sees one tenant's rows, and only to read them."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Mapping
from typing import Final

import asyncpg

from stockledger.database import API_ROLE, open_pool
from stockledger.partitioning import partition_of
from stockledger.positions import Positions
from stockledger.statements import Connection
from stockledger_projector.settings import ProjectorSettings
from stockledger_projector.views.view import LIVE_SCHEMA

BEGIN: Final = (
    "select set_config('stockledger.tenant_id', $1, true), set_config('search_path', $2, true),"
    " set_config('plan_cache_mode', 'force_custom_plan', true)"
)
"""Whose rows, where, and planned for the filters that are given; until the transaction ends."""


class QueryDatabase:
    """Sessions for queries; connected when first used, so that a start needs no PostgreSQL."""

    def __init__(self, settings: ProjectorSettings) -> None:
        self._settings = settings
        self._pool: asyncpg.Pool[asyncpg.Record] | None = None
        self._opening = asyncio.Lock()

    def partition_of(self, tenant_id: str) -> int:
        """Return the partition that a tenant's events are in."""
        return partition_of(tenant_id, self._settings.partitions)

    @contextlib.asynccontextmanager
    async def session(self, tenant_id: str) -> AsyncGenerator[Connection]:
        """Give a read-only transaction that sees this tenant's rows."""
        pool = await self._opened()
        async with pool.acquire() as connection, connection.transaction(readonly=True):
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
        pool = await self._opened()
        async with pool.acquire() as connection:
            partitions = range(self._settings.partitions)
            standings = await Positions(group).read(connection, list(partitions))
        return {partition: standing.position for partition, standing in standings.items()}

    async def close(self) -> None:
        """Disconnect."""
        if self._pool is not None:
            await self._pool.close()
            self._pool = None

    async def _opened(self) -> "asyncpg.Pool[asyncpg.Record]":
        async with self._opening:
            if self._pool is None:
                size = self._settings.query_connections_max
                self._pool = await open_pool(self._settings, role=API_ROLE, size=size)
            return self._pool
