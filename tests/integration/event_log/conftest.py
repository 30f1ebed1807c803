"""The log in both implementations; PostgreSQL's with an empty one for each test."""

import asyncio
from collections.abc import AsyncGenerator, Generator
from datetime import UTC, datetime
from uuid import uuid4

import asyncpg
import pytest

from stockledger.config import Settings
from stockledger.database import LEDGER_ROLE, open_pool
from stockledger.dev.stack import Stack
from stockledger.event_log.interface import EventLog
from stockledger.event_log.memory import MemoryEventLog
from stockledger.event_log.postgres import PostgresEventLog
from tests.support.databases import (
    address_of,
    create_database,
    create_empty_database,
    drop_database,
)
from tests.support.log_owner import PARTITIONS


@pytest.fixture(scope="session")
def postgres_dsn(stack: Stack) -> str:
    """A server on which databases may be made."""
    return stack.addresses.postgres


@pytest.fixture
async def empty_database(postgres_dsn: str) -> AsyncGenerator[Settings]:
    """A database without anything in it."""
    name = f"log_{uuid4().hex[:10]}"
    await create_empty_database(postgres_dsn, name)
    yield _settings_of(postgres_dsn, name)
    await drop_database(postgres_dsn, name)


@pytest.fixture(scope="session")
def migrated_database(postgres_dsn: str) -> Generator[Settings]:
    """A database with the log's tables, for all tests: making one takes longer than a test."""
    name = f"log_{uuid4().hex[:10]}"
    asyncio.run(create_database(postgres_dsn, name, PARTITIONS))
    yield _settings_of(postgres_dsn, name)
    asyncio.run(drop_database(postgres_dsn, name))


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


def _settings_of(server: str, name: str) -> Settings:
    address = address_of(server, name)
    return Settings.model_validate({"postgres_dsn": address, "partitions": PARTITIONS})
