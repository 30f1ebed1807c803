"""The parameters of reports, and of queries as of a past time."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from fastapi import Depends, Query

from stockledger_projector.api.parameters import Clock, Moment
from stockledger_projector.views.backdated_changes import Grain


class Grouping(StrEnum):
    """What a valuation sums up by."""

    WAREHOUSE = "warehouse"
    CATEGORY = "category"


At = Annotated[
    Moment,
    Query(description="The time that is asked about.", examples=["2026-11-21T09:00:00Z"]),
]
AsOfClock = Annotated[
    Clock,
    Query(
        alias="clock",
        description="recorded: as we knew it then; effective: as it was, by all that is known now.",
    ),
]
GroupBy = Annotated[Grouping, Query(description="What to sum up by.")]
Begin = Annotated[
    Moment,
    Query(alias="from", description="From this time on.", examples=["2026-11-01T00:00:00Z"]),
]
End = Annotated[
    Moment,
    Query(alias="to", description="Before this time.", examples=["2026-12-01T00:00:00Z"]),
]
GrainQuery = Annotated[Grain, Query(alias="by", description="How long a period is (UTC).")]


@dataclass(frozen=True, slots=True)
class AsOf:
    """Which time, by which clock."""

    at: At
    clock: AsOfClock = Clock.RECORDED


PastTime = Annotated[AsOf, Depends()]
