"""Compares a read model's table of one partition with what the auditor's fold expects."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from stockledger.audit.findings import Findings, Kind
from stockledger.audit.read_models import Columns, Row, differences
from stockledger.statements import Connection

ROWS_AHEAD: Final = 2_000
"""Rows that a cursor fetches at once."""

_Seen = TypeVar("_Seen")


class TableCheck:
    """Tells the rows that differ, those that are missing, and those that should not be."""

    def __init__(self, connection: Connection, partition: int, findings: Findings) -> None:
        self._connection = connection
        self._partition = partition
        self._findings = findings

    async def whole(
        self,
        table: str,
        statement: str,
        columns: tuple[str, ...],
        seen: Mapping[Any, _Seen],
        expected: Callable[[Any, _Seen], Row],
    ) -> None:
        """Compare all rows of the partition; `columns` are the key of a row and of `seen`."""
        unseen = dict(seen)
        async for row in self._connection.cursor(statement, self._partition, prefetch=ROWS_AHEAD):
            key = tuple(row[column] for column in columns)
            found = unseen.pop(key, None)
            if found is None:
                self.stray(table, row, *columns[1:])
            else:
                self.compare(key[0], _place(table, key), expected(key, found), row)
        for key in unseen:
            self._findings.add(Kind.READ_MODEL, key[0], _place(table, key), "a row", "none")

    def compare(self, tenant_id: str, place: str, expected: Row, found: Columns | None) -> None:
        """Tell every column that a row has otherwise; None: there is no such row."""
        if found is None:
            self._findings.add(Kind.READ_MODEL, tenant_id, place, "a row", "none")
            return
        for column, value, other in differences(expected, found):
            self._findings.add(Kind.READ_MODEL, tenant_id, f"{place} {column}", value, other)

    def stray(self, table: str, row: Columns, *names: str) -> None:
        """Tell a row that the fold knows nothing of."""
        place = f"{table} {'/'.join(str(row[name]) for name in names)}"
        self._findings.add(Kind.READ_MODEL, row["tenant_id"], place, "no row", "a row")

    async def count(self, table: str, statement: str, expected: int) -> None:
        """Compare how many rows the partition has."""
        found = await self._connection.fetchval(statement, self._partition)
        if found != expected:
            place = f"{table} of partition {self._partition}"
            self._findings.add(Kind.READ_MODEL, "", place, f"{expected} rows", found)


def _place(table: str, key: tuple[object, ...]) -> str:
    return f"{table} {'/'.join(str(part) for part in key[1:])}"
