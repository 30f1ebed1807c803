"""What an older release left waiting queues as if it had been made now."""

import shutil
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
from pydantic import SecretStr

from stockledger.migrate import MIGRATIONS, migrate
from stockledger_notifier.settings import NotifierSettings

NEW = "0402_deliveries_in_turn.sql"
BEFORE = """
insert into notices.deliveries (
    delivery_id, position, occurred_at, next_attempt_at, partition, tenant_id, channel,
    destination, address, severity, facts, status
)
select gen_random_uuid(), number, now(), '2026-11-21 07:00Z', 0, 'acme', waiting.channel,
    waiting.destination, '', 'INFO', '{}', waiting.status
from (values
    (1, 'EMAIL', 'EMAIL', 'PENDING'),
    (2, 'SMS', 'SMS', 'SENDING'),
    (3, 'WEBHOOK', 'acme a.example:443', 'PENDING'),
    (4, 'EMAIL', 'EMAIL', 'DELIVERED')
) as waiting (number, channel, destination, status)
"""


async def test_mails_that_wait_queue_by_tenant_and_are_late_since_they_were_due(
    settings: NotifierSettings, tmp_path: Path
) -> None:
    server = await asyncpg.connect(settings.postgres_dsn.get_secret_value())
    name = f"{urlsplit(settings.postgres_dsn.get_secret_value()).path[1:]}_older"
    await server.execute(f'create database "{name}"')
    dsn = settings.postgres_dsn.get_secret_value().removesuffix(name.removesuffix("_older")) + name
    older = settings.model_copy(update={"postgres_dsn": SecretStr(dsn)})
    folder = Path(shutil.copytree(MIGRATIONS, tmp_path / "migrations"))
    (folder / NEW).unlink()
    await migrate(older, folder)
    owner = await asyncpg.connect(dsn)
    await owner.execute(BEFORE)

    await migrate(older)

    rows = await owner.fetch(
        "select destination, due_at = next_attempt_at from notices.deliveries order by position"
    )
    await owner.close()
    await server.execute(f'drop database "{name}"')
    await server.close()
    assert [tuple(row) for row in rows] == [
        ("acme EMAIL", True),
        ("acme SMS", True),
        ("acme a.example:443", True),
        ("EMAIL", None),
    ]
