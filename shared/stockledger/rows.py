"""Rows as PostgreSQL takes many at once: column by column."""

from collections.abc import Iterable, Sequence

from stockledger.statements import Connection

Rows = Sequence[tuple[object, ...]]


async def execute(connection: Connection, statement: str, rows: Rows) -> None:
    """Run a statement over rows; without any, not at all."""
    if rows:
        await connection.execute(statement, *columns(rows))


def columns(rows: Iterable[tuple[object, ...]]) -> list[list[object]]:
    """Return the columns of rows; there is at least one row."""
    return [list(column) for column in zip(*rows, strict=True)]
