"""A database with views, events to put into them, and a projector that follows the topic."""

from collections.abc import AsyncGenerator

import asyncpg
import httpx
import pytest

from stockledger.database import PROJECTOR_ROLE, open_pool
from stockledger.dev.stack import Stack
from stockledger_projector.api.application import query_application
from stockledger_projector.api.database import QueryDatabase
from stockledger_projector.settings import ProjectorSettings
from tests.support.databases import database
from tests.support.installation import Installation
from tests.support.projecting import PARTITIONS, Projecting, no_worker
from tests.support.recorded_changes import RecordedChanges
from tests.support.recorded_ledger import RecordedLedger
from tests.support.recorded_transfers import RecordedTransfers


@pytest.fixture
def ledger() -> RecordedLedger:
    """What was recorded so far: nothing."""
    return RecordedLedger(PARTITIONS)


@pytest.fixture
async def settings(stack: Stack) -> AsyncGenerator[ProjectorSettings]:
    """A migrated database; topics are not made."""
    async with database(stack.addresses.postgres, PARTITIONS) as dsn:
        yield ProjectorSettings.model_validate(
            {
                "postgres_dsn": dsn,
                "kafka_bootstrap_servers": stack.addresses.kafka,
                "partitions": PARTITIONS,
            }
        )


@pytest.fixture
async def owner(
    settings: ProjectorSettings,
) -> AsyncGenerator["asyncpg.Connection[asyncpg.Record]"]:
    """A session that may do everything and sees all rows."""
    session = await asyncpg.connect(settings.postgres_dsn.get_secret_value())
    yield session
    await session.close()


@pytest.fixture
async def projecting(settings: ProjectorSettings) -> AsyncGenerator[Projecting]:
    """Folds events into the views as the projector does, without Kafka."""
    async with await open_pool(settings, role=PROJECTOR_ROLE, size=3) as pool:
        yield Projecting(pool)


@pytest.fixture
def following(installation: Installation) -> ProjectorSettings:
    """Settings of an installation with topics and a database of its own."""
    return ProjectorSettings.model_validate(installation.settings.model_dump())


@pytest.fixture
async def client(settings: ProjectorSettings) -> AsyncGenerator[httpx.AsyncClient]:
    """A client of the queries."""
    database = QueryDatabase(settings)
    app = query_application(database, lifespan=no_worker, routes=[])
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://stockledger") as talking:
        yield talking
    await database.close()


@pytest.fixture
def transfers(ledger: RecordedLedger) -> RecordedTransfers:
    """Lamps in NORTH, 100 at 2.50; SOUTH is empty."""
    ledger.warehouse("lamp-shop", "NORTH")
    ledger.warehouse("lamp-shop", "SOUTH")
    ledger.receive("lamp-shop", "NORTH", "LAMP", 100)
    ledger.receive("lamp-shop", "NORTH", "TENT", 10)
    return RecordedTransfers(ledger, "lamp-shop")


@pytest.fixture
def changes(ledger: RecordedLedger) -> RecordedChanges:
    """Other changes of the same shop."""
    return RecordedChanges(ledger, "lamp-shop")
