"""The period that a question has to name when no index knows its filters."""

from datetime import datetime, timedelta
from typing import Final

from stockledger_projector.api.problems import unusable

SEARCHED_DAYS_MAX: Final = 31
"""Days between `from` and `to`: of a month each row is looked at, never of all there ever were."""


def demand_period(filters: str, since: datetime | None, until: datetime | None) -> None:
    """Refuse a question by these filters alone that names no period, or too long a one."""
    days_max = timedelta(days=SEARCHED_DAYS_MAX)
    if since is None or until is None or until - since > days_max:
        wanted = f"say `from` and `to`, at most {SEARCHED_DAYS_MAX} days apart"
        raise unusable("query.from", f"{filters}: {wanted}")
