"""Settings of the scheduler."""

from datetime import timedelta
from typing import Final

from pydantic import Field

from stockledger.config import Settings

POOL_SIZE: Final = 3
"""Connections: one writes a batch, one fills gaps of the next, one asks what is due."""

RECOGNISED_DAYS: Final = 7 + 5 / (24 * 60)
"""For so long (days) a repeat may come: 7 days, and 5 minutes that a clock may be ahead."""


class SchedulerSettings(Settings):
    """What only the scheduler needs to know."""

    results_retention_days: float = Field(default=8, gt=RECOGNISED_DAYS, le=36_500)
    """How long answers are kept, so that repeats get them again; then they are deleted."""

    @property
    def results_retention(self) -> timedelta:
        """How long answers are kept."""
        return timedelta(days=self.results_retention_days)
