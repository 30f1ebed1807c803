"""The drift that the last comparison of each view found, as a metric."""

import asyncio
from collections.abc import Sequence
from typing import Any, Final, Protocol

import asyncpg
import structlog
from prometheus_client import CollectorRegistry, Gauge

from stockledger_projector.shadow import SQL

LOOK_EVERY_SECONDS: Final = 15.0
"""As often as Prometheus asks."""

_log = structlog.get_logger(__name__)


class Database(Protocol):
    """Where the comparisons are written down."""

    async def fetch(self, query: str, /) -> Sequence[Any]:
        """Return the rows."""
        ...


class DriftGauge:
    """Shows `inventory_view_drift_rows` of every view that was ever compared."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._rows = Gauge(
            "inventory_view_drift_rows",
            "Rows that differed from the fold of the log, when last compared.",
            ["view"],
            registry=registry,
        )

    async def run(self, database: Database) -> None:
        """Look again and again until cancelled."""
        while True:
            await self.look(database)
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    async def look(self, database: Database) -> None:
        """Look once; when PostgreSQL does not answer, what was found before stays."""
        try:
            found = await database.fetch(SQL["drift"])
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
            _log.warning("the last comparisons cannot be read", error=repr(error))
            return
        for row in found:
            self._rows.labels(row["view_name"]).set(row["differing_rows"])
