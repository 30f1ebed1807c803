"""The log in both implementations; PostgreSQL's with an empty one for each test."""

import asyncio
from collections.abc import AsyncGenerator, Generator
from datetime import UTC, datetime
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
import pytest

from stockledger.config import Settings
from stockledger.database import LEDGER_ROLE, open_pool
from stockledger.dev.stack import Stack
from stockledger.event_log.interface import EventLog
from stockledger.event_log.memory import MemoryEventLog
from stockledger.event_log.postgres import PostgresEventLog
from stockledger.migrate import migrate
from tests.support.log_owner import PARTITIONS


@pytest.fixture(scope="session")
def postgres_dsn(stack: Stack) -> str:
    """A server on which databases may be made."""
    return stack.addresses.postgres


@pytest.fixture
async def empty_database(postgres_dsn: str) -> AsyncGenerator[Settings]:
    """A database without anything in it."""
    settings = await _create_database(postgres_dsn)
    yield settings
    await _drop_database(postgres_dsn, settings)


@pytest.fixture(scope="session")
def migrated_database(postgres_dsn: str) -> Generator[Settings]:
    """A database with the log's tables, for all tests: making one takes longer than a test."""
    settings = asyncio.run(_create_database(postgres_dsn))
    asyncio.run(migrate(settings))
    yield settings
    asyncio.run(_drop_database(postgres_dsn, settings))


@pytest.fixture
async def ledger_settings(migrated_database: Settings) -> Settings:
    """A database with an empty log."""
    session = await asyncpg.connect(migrated_database.postgres_dsn.get_secret_value())
    await session.execute(
        "truncate ledger.log_partitions, ledger.events, ledger.streams, ledger.results"
    )
    await session.execute("select ledger.create_partition_rows($1)", PARTITIONS)
    await session.close()
    return migrated_database


@pytest.fixture
async def owner_session(
    ledger_settings: Settings,
) -> AsyncGenerator["asyncpg.Connection[asyncpg.Record]"]:
    """A session of the account that made the tables, without time limits."""
    session = await asyncpg.connect(ledger_settings.postgres_dsn.get_secret_value())
    yield session
    await session.close()


@pytest.fixture
async def postgres_log(ledger_settings: Settings) -> AsyncGenerator[PostgresEventLog]:
    """The log as a command handler opens it."""
    async with await open_pool(ledger_settings, role=LEDGER_ROLE, size=10) as pool:
        yield PostgresEventLog(pool, PARTITIONS)


@pytest.fixture
async def memory_log() -> MemoryEventLog:
    """The twin."""
    return MemoryEventLog(PARTITIONS, lambda: datetime.now(UTC))


@pytest.fixture(params=["memory_log", "postgres_log"])
def event_log(request: pytest.FixtureRequest) -> EventLog:
    """Each implementation in turn."""
    log: EventLog = request.getfixturevalue(request.param)
    return log


async def _create_database(server_dsn: str) -> Settings:
    name = f"log_{uuid4().hex[:10]}"
    server = await asyncpg.connect(server_dsn)
    await server.execute(f'create database "{name}"')
    await server.close()
    dsn = urlunsplit(urlsplit(server_dsn)._replace(path=f"/{name}"))
    return Settings.model_validate({"postgres_dsn": dsn, "partitions": PARTITIONS})


async def _drop_database(server_dsn: str, settings: Settings) -> None:
    name = urlsplit(settings.postgres_dsn.get_secret_value()).path[1:]
    server = await asyncpg.connect(server_dsn)
    await server.execute(f'drop database "{name}" with (force)')
    await server.close()
