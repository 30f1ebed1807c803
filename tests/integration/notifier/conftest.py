"""A database with notices, events to put into them, and couriers to send from there."""

from collections.abc import AsyncGenerator

import pytest

from stockledger.database import NOTIFIER_ROLE, open_pool
from stockledger.dev.stack import Stack
from stockledger_notifier.settings import POOL_SIZE, NotifierSettings
from tests.support.databases import database
from tests.support.notice_events import NoticeEvents
from tests.support.notifying import Notifying
from tests.support.projecting import PARTITIONS
from tests.support.recorded_ledger import RecordedLedger


@pytest.fixture
def acme() -> NoticeEvents:
    """A tenant of whom nothing is recorded yet."""
    return NoticeEvents(RecordedLedger(PARTITIONS))


@pytest.fixture
async def settings(stack: Stack) -> AsyncGenerator[NotifierSettings]:
    """A migrated database; topics are not made. The rate limits do not matter."""
    async with database(stack.addresses.postgres, PARTITIONS) as dsn:
        yield NotifierSettings.model_validate(
            {
                "postgres_dsn": dsn,
                "kafka_bootstrap_servers": stack.addresses.kafka,
                "partitions": PARTITIONS,
                "emails_per_second": 100_000,
                "sms_per_second": 100_000,
                "webhooks_per_second": 100_000,
                "supplier_orders_per_second": 100_000,
            }
        )


@pytest.fixture
async def notifying(settings: NotifierSettings) -> AsyncGenerator[Notifying]:
    """Folds events into the notices as the notifier does, and sends as it does."""
    async with await open_pool(settings, role=NOTIFIER_ROLE, size=POOL_SIZE) as pool:
        yield Notifying(pool, settings)
