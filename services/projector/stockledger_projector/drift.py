"""The drift that the last comparison of each view found, as a metric."""

import asyncio
from typing import Final

import asyncpg
from prometheus_client import CollectorRegistry, Gauge

from stockledger_projector.shadow import SQL

LOOK_EVERY_SECONDS: Final = 15.0
"""As often as Prometheus asks."""


class DriftGauge:
    """Shows `inventory_view_drift_rows` of every view that was ever compared."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._rows = Gauge(
            "inventory_view_drift_rows",
            "Rows that differed from the fold of the log, when last compared.",
            ["view"],
            registry=registry,
        )

    async def run(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        """Look again and again until cancelled."""
        while True:
            await self.look(pool)
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    async def look(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        """Look once."""
        for row in await pool.fetch(SQL["drift"]):
            self._rows.labels(row["view_name"]).set(row["differing_rows"])
