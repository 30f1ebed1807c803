"""What asyncpg and PostgreSQL raise, as the log's own errors."""

import contextlib
from collections.abc import Generator
from typing import Final

import asyncpg

from stockledger.errors import DataRefused, LogError, LogUnavailable, OwnershipLost, VersionConflict

OWNERSHIP_LOST: Final = "SL001"
"""SQLSTATE that the functions of migration 0003 raise."""

_DATA_REFUSED: Final = frozenset({"22", "23", "54"})
"""SQLSTATE classes: data exception, integrity constraint violation, program limit exceeded."""

_MISTAKE: Final = frozenset({"42"})
"""SQLSTATE class: syntax error or access rule violation; never cured by waiting."""

_UNIQUE_VIOLATION: Final = "23505"


@contextlib.contextmanager
def log_errors() -> Generator[None]:
    """Wrap what the driver raises, once; mistakes in our own SQL pass as they are."""
    try:
        yield
    except asyncpg.PostgresError as error:
        named = _named(error)
        if named is None:
            raise
        raise named from error
    except (asyncpg.InterfaceError, asyncpg.InternalClientError, OSError) as error:
        raise LogUnavailable(f"{type(error).__name__}: {error}") from error


def _named(error: asyncpg.PostgresError) -> LogError | None:
    sqlstate = error.sqlstate or ""
    said = f"{error} ({sqlstate})"
    if sqlstate == OWNERSHIP_LOST:
        return OwnershipLost(said)
    if sqlstate == _UNIQUE_VIOLATION and _is_of_a_stream(error):
        return VersionConflict(said)
    if sqlstate[:2] in _DATA_REFUSED:
        return DataRefused(said)
    return None if sqlstate[:2] in _MISTAKE else LogUnavailable(said)


def _is_of_a_stream(error: asyncpg.PostgresError) -> bool:
    """Say whether a stream's version, or a new stream's row, was there before."""
    constraint = error.constraint_name or ""
    table = error.table_name or ""
    return constraint.endswith("_stream_number_version_key") or table.startswith("streams_")
