"""Migrations: the SQL files beside this module, in dbmate's format, each applied once.

dbmate may apply them too. This runner adds: a file that was applied must not change, two
processes may start at once, and the log's partitions are made, their number fixed for ever.
"""

import asyncio
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import asyncpg

from stockledger.config import Settings
from stockledger.database import CONNECT_SECONDS, LOCK_SECONDS, connection_errors
from stockledger.errors import ConfigurationError, LogUnavailable
from stockledger.event_log.driver_errors import log_errors

MIGRATIONS: Final = Path(__file__).parent / "migrations"

WAIT_SECONDS_MAX: Final = 60.0
"""For another process that migrates at the same time."""

_POLL_SECONDS: Final = 0.1
_LOCK: Final = 0x53544F434B  # any number, the same for every release
_FILE: Final = re.compile(r"(\d+)_\w+\.sql")
_SECTION: Final = re.compile(r"^-- migrate:(up|down)(.*)$", re.MULTILINE)
_OUTSIDE_TRANSACTION: Final = "transaction:false"

_TABLE: Final = """
create table if not exists schema_migrations (version varchar(128) primary key);
alter table schema_migrations add column if not exists checksum text;
"""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file: its version, what it does, and the checksum of its whole text."""

    version: str
    name: str
    up: str
    in_transaction: bool
    checksum: str


async def migrate(settings: Settings, folder: Path = MIGRATIONS) -> list[str]:
    """Bring the database up to date; return the names of the files applied now.

    Raises:
        ConfigurationError: an applied file has changed, the log has another number of
            partitions, or the address is no address of PostgreSQL.
        LogUnavailable: PostgreSQL did not answer, or another process is migrating for too long.
    """
    migrations = read_migrations(folder)
    with connection_errors():
        connection = await asyncpg.connect(
            settings.postgres_dsn.get_secret_value(),
            timeout=CONNECT_SECONDS,
            server_settings={"lock_timeout": f"{LOCK_SECONDS}s", "client_min_messages": "warning"},
        )
    try:
        with log_errors():
            await _lock(connection)
            applied = await _apply_missing(connection, migrations)
            await _make_partitions(connection, settings.partitions)
    finally:
        await connection.close()
    return applied


def read_migrations(folder: Path = MIGRATIONS) -> list[Migration]:
    """Return the folder's migrations in order of their versions."""
    files = sorted(folder.glob("*.sql"))
    return sorted((_read(file) for file in files), key=lambda migration: int(migration.version))


def _read(file: Path) -> Migration:
    text = file.read_text(encoding="utf-8")
    named = _FILE.fullmatch(file.name)
    _, *sections = _SECTION.split(text)
    if named is None or sections[:1] != ["up"]:
        raise ConfigurationError(f"{file.name} is not a migration in dbmate's format.")
    return Migration(
        version=named[1],
        name=file.stem,
        up=sections[2],
        in_transaction=_OUTSIDE_TRANSACTION not in sections[1],
        checksum=hashlib.sha256(text.encode()).hexdigest(),
    )


async def _lock(connection: asyncpg.Connection) -> None:
    """Take the lock of all migrations until the session ends.

    Asked for again and again: a session that waits for it would keep a snapshot, for whose end
    `create index concurrently` in the holder's would wait in turn.
    """
    deadline = asyncio.get_running_loop().time() + WAIT_SECONDS_MAX
    while not await connection.fetchval("select pg_try_advisory_lock($1)", _LOCK):
        if asyncio.get_running_loop().time() > deadline:
            raise LogUnavailable(f"Another process is migrating for {WAIT_SECONDS_MAX:.0f} s.")
        await asyncio.sleep(_POLL_SECONDS)


async def _apply_missing(
    connection: asyncpg.Connection, migrations: Sequence[Migration]
) -> list[str]:
    await connection.execute(_TABLE)
    rows = await connection.fetch("select version, checksum from schema_migrations")
    checksums = {row["version"]: row["checksum"] for row in rows}
    applied: list[str] = []
    for migration in migrations:
        if migration.version not in checksums:
            await _apply(connection, migration)
            applied.append(migration.name)
        elif checksums[migration.version] is None:
            await _record(connection, migration)
        elif checksums[migration.version] != migration.checksum:
            raise ConfigurationError(
                f"Migration {migration.name} was changed after it had been applied; "
                "write another one instead."
            )
    return applied


async def _apply(connection: asyncpg.Connection, migration: Migration) -> None:
    if not migration.in_transaction:
        await connection.execute(migration.up)
        await _record(connection, migration)
        return
    async with connection.transaction():
        await connection.execute(migration.up)
        await _record(connection, migration)


async def _record(connection: asyncpg.Connection, migration: Migration) -> None:
    """Store the version; one that dbmate applied gets its checksum now."""
    await connection.execute(
        "insert into schema_migrations (version, checksum) values ($1, $2) "
        "on conflict (version) do update set checksum = excluded.checksum",
        migration.version,
        migration.checksum,
    )


async def _make_partitions(connection: asyncpg.Connection, partitions: int) -> None:
    made = await connection.fetchval("select count(*) from ledger.log_partitions")
    if made == partitions:
        return
    if made:
        raise ConfigurationError(
            f"The log has {made} partitions, the settings say {partitions}: their number is "
            "fixed when the log is created."
        )
    # Each in a transaction of its own: a thousand partitions in one would exhaust its locks.
    for number in range(partitions):
        await connection.execute("select ledger.create_partition($1)", number)
    await connection.execute("select ledger.create_partition_rows($1)", partitions)
