"""The periods that a report of costs can be asked for."""

from datetime import UTC, datetime
from typing import cast

import pytest

from stockledger_projector.api.database import QueryDatabase
from stockledger_projector.api.problems import QueryRefused
from stockledger_projector.api.report_queries import ReportQueries


async def test_a_period_beyond_the_last_hour_there_is_gets_refused() -> None:
    queries = ReportQueries(cast("QueryDatabase", None))
    since = datetime(9999, 12, 31, 22, tzinfo=UTC)
    until = datetime(9999, 12, 31, 23, 30, tzinfo=UTC)

    with pytest.raises(QueryRefused, match=r"query\.to: is out of range"):
        await queries.cost_of_goods_sold("acme", since, until)
