"""A database with timers, events to put into them, and installations to run schedulers in."""

from collections.abc import AsyncGenerator

import asyncpg
import pytest

from stockledger.database import SCHEDULER_ROLE, open_pool
from stockledger.dev.stack import Stack
from stockledger_scheduler.settings import SchedulerSettings
from tests.support.databases import database
from tests.support.installation import Installation
from tests.support.keeping import Keeping
from tests.support.projecting import PARTITIONS
from tests.support.recorded_ledger import RecordedLedger


@pytest.fixture
def ledger() -> RecordedLedger:
    """What was recorded so far: nothing."""
    return RecordedLedger(PARTITIONS)


@pytest.fixture
async def settings(stack: Stack) -> AsyncGenerator[SchedulerSettings]:
    """A migrated database; topics are not made."""
    async with database(stack.addresses.postgres, PARTITIONS) as dsn:
        yield SchedulerSettings.model_validate(
            {
                "postgres_dsn": dsn,
                "kafka_bootstrap_servers": stack.addresses.kafka,
                "partitions": PARTITIONS,
            }
        )


@pytest.fixture
async def owner(
    settings: SchedulerSettings,
) -> AsyncGenerator["asyncpg.Connection[asyncpg.Record]"]:
    """A session that may do everything."""
    session = await asyncpg.connect(settings.postgres_dsn.get_secret_value())
    yield session
    await session.close()


@pytest.fixture
async def keeping(settings: SchedulerSettings) -> AsyncGenerator[Keeping]:
    """Folds events into the timers as the scheduler does, without Kafka."""
    async with await open_pool(settings, role=SCHEDULER_ROLE, size=3) as pool:
        yield Keeping(pool)


@pytest.fixture
def following(installation: Installation) -> SchedulerSettings:
    """Settings of an installation with topics and a database of its own."""
    return SchedulerSettings.model_validate(installation.settings.model_dump())
