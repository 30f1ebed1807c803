"""The parameters of queries about alerts and reorder proposals."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from fastapi import Depends, Query

from stockledger.messages.alert import AlertKind, Severity
from stockledger.messages.fields import ID_PATTERN
from stockledger_projector.api.parameters import Since, SkuQuery, Until, Warehouse, any_of
from stockledger_projector.views.alerts import AlertStatus


class AlertSort(StrEnum):
    """Which alert comes first."""

    NEWEST = "newest"
    GRAVEST = "gravest"


AlertStatuses = Annotated[
    Sequence[AlertStatus],
    any_of(AlertStatus, "status", " Without any: OPEN and ACKNOWLEDGED, which both are open."),
]
AlertKinds = Annotated[Sequence[AlertKind], any_of(AlertKind, "kind")]
Severities = Annotated[Sequence[Severity], any_of(Severity, "severity")]
AlertSortQuery = Annotated[
    AlertSort,
    Query(alias="sort", description="newest; or gravest, and the newest first of each severity."),
]
SupplierQuery = Annotated[
    str | None, Query(alias="supplier_id", pattern=ID_PATTERN, description="Only this supplier's.")
]


@dataclass(frozen=True, slots=True)
class AlertFilter:
    """Which alerts, whether they are open or not."""

    kind: AlertKinds = ()
    severity: Severities = ()
    warehouse_id: Warehouse = None
    sku: SkuQuery = None
    sort: AlertSortQuery = AlertSort.NEWEST


@dataclass(frozen=True, slots=True)
class RaisedPeriod:
    """When they were raised."""

    since: Since = None
    until: Until = None


@dataclass(frozen=True, slots=True)
class ProposalFilter:
    """Which reorder proposals."""

    warehouse_id: Warehouse = None
    sku: SkuQuery = None
    supplier_id: SupplierQuery = None


Alerts = Annotated[AlertFilter, Depends()]
Raised = Annotated[RaisedPeriod, Depends()]
Proposals = Annotated[ProposalFilter, Depends()]
