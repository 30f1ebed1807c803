"""Databases of tests: one is migrated, the others are copies of it."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg

from stockledger.config import Settings
from stockledger.migrate import migrate

_migrated: Final[dict[tuple[str, int], str]] = {}
"""Names of the databases to copy, by server and number of partitions."""


def address_of(server: str, name: str) -> str:
    """Return the address of a database of a server, which is given as another one of its."""
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))


async def create_empty_database(server: str, name: str) -> None:
    """Make a database without anything in it."""
    await _execute(server, f'create database "{name}"')


async def create_database(server: str, name: str, partitions: int) -> None:
    """Make a database with all tables and no rows."""
    original = await _original(server, partitions)
    await _execute(server, f'create database "{name}" template "{original}"')


async def drop_database(server: str, name: str) -> None:
    """Drop a database, whoever uses it."""
    await _execute(server, f'drop database "{name}" with (force)')


@asynccontextmanager
async def database(server: str, partitions: int) -> AsyncGenerator[str]:
    """Give the address of a database of its own, with all tables, as long as it is used."""
    name = f"d{uuid4().hex[:10]}"
    await create_database(server, name, partitions)
    try:
        yield address_of(server, name)
    finally:
        await drop_database(server, name)


async def drop_originals(server: str) -> None:
    """Drop what the databases of a server were copied from."""
    for key in [key for key in _migrated if key[0] == server]:
        await drop_database(server, _migrated.pop(key))


async def _original(server: str, partitions: int) -> str:
    name = _migrated.get((server, partitions))
    if name is None:
        name = f"original_{uuid4().hex[:10]}"
        await create_empty_database(server, name)
        dsn = address_of(server, name)
        await migrate(Settings.model_validate({"postgres_dsn": dsn, "partitions": partitions}))
        _migrated[server, partitions] = name
    return name


async def _execute(server: str, statement: str) -> None:
    session = await asyncpg.connect(server)
    try:
        await session.execute(statement)
    finally:
        await session.close()
