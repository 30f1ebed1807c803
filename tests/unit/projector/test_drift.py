"""Drift is shown for as long as the projector runs, whatever PostgreSQL does meanwhile."""

from collections.abc import Sequence
from typing import Any

import asyncpg
import pytest
from prometheus_client import CollectorRegistry

from stockledger_projector.drift import DriftGauge


class Comparisons:
    """What comparisons found; PostgreSQL may fail to tell it."""

    def __init__(self) -> None:
        self.rows: Sequence[dict[str, Any]] = []
        self.failure: Exception | None = None

    async def fetch(self, _query: str, /) -> Sequence[dict[str, Any]]:
        if self.failure is not None:
            raise self.failure
        return self.rows


@pytest.mark.parametrize(
    "failure",
    [
        asyncpg.AdminShutdownError("restarting"),
        asyncpg.InterfaceError("pool is closing"),
        ConnectionRefusedError(),
        TimeoutError(),
    ],
)
async def test_drift_is_shown_again_when_postgres_is_back(failure: Exception) -> None:
    registry, found = CollectorRegistry(), Comparisons()
    gauge = DriftGauge(registry)
    found.rows = [{"view_name": "stock_levels", "differing_rows": 0}]
    await gauge.look(found)

    found.failure = failure
    await gauge.look(found)
    found.failure, found.rows = None, [{"view_name": "stock_levels", "differing_rows": 4}]
    await gauge.look(found)

    shown = registry.get_sample_value("inventory_view_drift_rows", {"view": "stock_levels"})
    assert shown == 4
