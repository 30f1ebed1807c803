"""SQL beside its module: one file, its statements named by `-- name: <name>` lines."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    import asyncpg

Connection: TypeAlias = (
    "asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"
)
"""A session of PostgreSQL, one's own or borrowed from a pool."""

_NAME: Final = re.compile(r"^-- name: (\w+).*$", re.MULTILINE)


def load_statements(file: Path) -> Mapping[str, str]:
    """Return the named statements of a file; what stands before the first name is dropped."""
    _, *named = _NAME.split(file.read_text(encoding="utf-8"))
    return {
        name: sql.strip().rstrip(";") for name, sql in zip(named[::2], named[1::2], strict=True)
    }
