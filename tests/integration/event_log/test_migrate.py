"""Migrations are applied once, by one process at a time, and never change afterwards."""

import asyncio
import shutil
from pathlib import Path

import asyncpg
import pytest

from stockledger.config import Settings
from stockledger.errors import ConfigurationError
from stockledger.migrate import MIGRATIONS, migrate, read_migrations
from tests.support.log_owner import PARTITIONS

NAMES = [migration.name for migration in read_migrations()]

NEW_INDEX = """-- An index that is made while others write.
-- migrate:up transaction:false
create index concurrently events_recorded on ledger.events_0 (recorded_at);
-- migrate:down transaction:false
drop index ledger.events_recorded;
"""
BROKEN = """-- A mistake in its second statement.
-- migrate:up
create table ledger.lamps (lamp int);
create table ledger.lamps (lamp int);
-- migrate:down
drop table ledger.lamps;
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the migrations, to be changed."""
    return Path(shutil.copytree(MIGRATIONS, tmp_path / "migrations"))


async def _fetch(settings: Settings, sql: str) -> list[asyncpg.Record]:
    session = await asyncpg.connect(settings.postgres_dsn.get_secret_value())
    try:
        return await session.fetch(sql)
    finally:
        await session.close()


async def test_migrations_are_applied_once(empty_database: Settings) -> None:
    assert await migrate(empty_database) == NAMES
    assert await migrate(empty_database) == []

    rows = await _fetch(empty_database, "select partition from ledger.log_partitions order by 1")
    assert [row["partition"] for row in rows] == list(range(PARTITIONS))


async def test_two_processes_may_migrate_at_once(empty_database: Settings) -> None:
    applied = await asyncio.gather(*(migrate(empty_database) for _ in range(3)))

    assert sorted(applied) == [[], [], NAMES]


async def test_two_databases_of_one_server_may_be_migrated_at_once(
    empty_database: Settings, ledger_settings: Settings
) -> None:
    await asyncio.gather(migrate(empty_database), migrate(ledger_settings))

    roles = await _fetch(empty_database, "select from pg_roles where rolname like 'stockledger_%'")
    assert len(roles) == 5


async def test_a_changed_migration_is_refused(empty_database: Settings, folder: Path) -> None:
    await migrate(empty_database, folder)
    changed = folder / f"{NAMES[1]}.sql"
    changed.write_text(changed.read_text() + "-- an afterthought\n")

    with pytest.raises(ConfigurationError, match=NAMES[1]):
        await migrate(empty_database, folder)


async def test_a_migration_that_dbmate_applied_is_adopted(
    empty_database: Settings, folder: Path
) -> None:
    await migrate(empty_database, folder)
    await _fetch(empty_database, "update schema_migrations set checksum = null")

    assert await migrate(empty_database, folder) == []
    rows = await _fetch(empty_database, "select from schema_migrations where checksum is null")
    assert rows == []


async def test_a_failed_migration_leaves_nothing_behind(
    empty_database: Settings, folder: Path
) -> None:
    (folder / "9001_broken.sql").write_text(BROKEN)

    with pytest.raises(asyncpg.DuplicateTableError):
        await migrate(empty_database, folder)

    assert await migrate(empty_database) == []
    (lamps,) = await _fetch(empty_database, "select to_regclass('ledger.lamps') as name")
    assert lamps["name"] is None


async def test_an_index_can_be_made_while_others_write_and_wait(
    empty_database: Settings, folder: Path
) -> None:
    await migrate(empty_database, folder)
    (folder / "9001_recorded_index.sql").write_text(NEW_INDEX)

    applied = await asyncio.gather(*(migrate(empty_database, folder) for _ in range(2)))

    assert sorted(applied) == [[], ["9001_recorded_index"]]


@pytest.mark.parametrize("partitions", [PARTITIONS - 1, PARTITIONS + 1])
async def test_another_number_of_partitions_is_refused(
    ledger_settings: Settings, partitions: int
) -> None:
    changed = ledger_settings.model_copy(update={"partitions": partitions})

    with pytest.raises(ConfigurationError, match=f"has {PARTITIONS} partitions"):
        await migrate(changed)


async def test_every_migration_can_be_undone(empty_database: Settings) -> None:
    await migrate(empty_database)
    session = await asyncpg.connect(empty_database.postgres_dsn.get_secret_value())

    for migration in reversed(read_migrations()):
        text = (MIGRATIONS / f"{migration.name}.sql").read_text()
        await session.execute(text.split("-- migrate:down", 1)[1].partition("\n")[2])

    left = await session.fetch(
        "select nspname from pg_namespace where nspname !~ '^(pg_|information_schema|public)'"
    )
    await session.close()
    assert left == []


async def test_a_file_in_another_format_is_refused(empty_database: Settings, folder: Path) -> None:
    (folder / "9001_lamps.sql").write_text("create table ledger.lamps (lamp int);\n")

    with pytest.raises(ConfigurationError, match="9001_lamps"):
        await migrate(empty_database, folder)
