"""What a question is told that takes longer than PostgreSQL lets it, or that names no period."""

from datetime import UTC, datetime, timedelta, timezone

import asyncpg
import httpx
import pytest

from stockledger_projector.api.application import query_application
from stockledger_projector.api.database import QueryDatabase
from stockledger_projector.api.problems import QueryRefused
from stockledger_projector.api.searched_periods import demand_period
from stockledger_projector.settings import ProjectorSettings
from tests.support.projecting import no_worker

BEGIN = datetime(2026, 11, 1, tzinfo=UTC)


class SlowDatabase(QueryDatabase):
    """A database that ends every question by its time limit."""

    async def fetch(
        self, tenant_id: str, statement: str, *arguments: object
    ) -> list[asyncpg.Record]:
        """Fail as asyncpg does then."""
        raise asyncpg.QueryCanceledError(f"timeout of {tenant_id}: {statement} {arguments}")


async def test_a_question_that_takes_too_long_is_told_to_ask_for_less_not_to_come_again() -> None:
    app = query_application(SlowDatabase(ProjectorSettings()), lifespan=no_worker, routes=[])
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://stockledger"
    ) as client:
        response = await client.get("/v1/tenants/lamp-shop/summary")

    assert response.status_code == 503
    assert "retry-after" not in response.headers
    assert "narrow the period" in response.json()["detail"]


@pytest.mark.parametrize(
    ("since", "until"),
    [
        (None, None),
        (BEGIN, None),
        (None, BEGIN),
        (BEGIN, BEGIN + timedelta(days=31, microseconds=1)),
        (datetime.min.replace(tzinfo=timezone(timedelta(hours=14))), BEGIN),
    ],
)
def test_a_period_has_two_ends_and_a_month_at_most(
    since: datetime | None, until: datetime | None
) -> None:
    with pytest.raises(QueryRefused, match="with kind alone: say `from` and `to`, at most 31 days"):
        demand_period("with kind alone", since, until)


def test_a_month_is_a_period() -> None:
    demand_period("with kind alone", BEGIN, BEGIN + timedelta(days=31))
