"""What the ledger's own tables say after a measurement."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Final, TypeAlias, TypeVar

import asyncpg
from pydantic import SecretStr

from tests.bench.traffic import Traffic

STATEMENTS: Final = Path(__file__).with_name("ledger_figures.sql")

Found = TypeVar("Found")
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


class LedgerFigures:
    """Reads events and positions past all services, as the database's owner."""

    def __init__(self, dsn: str | SecretStr) -> None:
        self._dsn = dsn.get_secret_value() if isinstance(dsn, SecretStr) else dsn

    def heads(self) -> Mapping[int, int]:
        """Return the position of each partition's last event."""
        rows = self.fetch("select partition, next_position - 1 as last from ledger.log_partitions")
        return {row["partition"]: row["last"] for row in rows}

    def check_since(self, heads: Mapping[int, int], traffic: Traffic) -> None:
        """Fail unless the events since then are as many, and move as much, as the commands say."""
        (row,) = self.fetch(STATEMENTS.read_text(), list(heads), list(heads.values()))
        found = row["events"], row["change"]
        expected = traffic.events, Decimal(traffic.change)
        assert found == expected, f"events and change are {found} instead of {expected}"

    def fetch(self, statement: str, *arguments: object) -> list[asyncpg.Record]:
        """Return the rows of a statement."""
        return self._run(lambda connection: connection.fetch(statement, *arguments))

    def execute(self, script: str) -> None:
        """Run statements without arguments."""
        self._run(lambda connection: connection.execute(script))

    def _run(self, work: Callable[[Connection], Awaitable[Found]]) -> Found:
        async def connected() -> Found:
            connection = await asyncpg.connect(self._dsn)
            try:
                return await work(connection)
            finally:
                await connection.close()

        return asyncio.run(connected())
