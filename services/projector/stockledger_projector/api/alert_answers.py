"""What queries about alerts answer: the shapes, and how rows become them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from pydantic import BaseModel, Field

from stockledger.amounts import quantity_to_wire
from stockledger.messages.alert import AlertKind, AlertResolution, Severity
from stockledger.messages.fields import time_to_wire
from stockledger_projector.api.answers import QuantityNumber, Row
from stockledger_projector.views.alerts import OF_WAREHOUSE, AlertStatus

_TEXTS: Final = (
    "warehouse_id",
    "kind",
    "number",
    "severity",
    "status",
    "name",
    "supplier_id",
    "acknowledged_by",
    "resolved_by",
    "resolution",
    "position",
)
_TIMES: Final = ("raised_at", "acknowledged_at", "resolved_at")
_QUANTITIES: Final = ("figure", "trigger", "recommended", "resolved_figure")
_COUNTS: Final = (
    "raised",
    "acknowledged",
    "resolved",
    "resolved_by_hand",
    "replaced",
    "open",
)


class AlertAnswer(BaseModel):
    """An alert about an item, or (CAPACITY) about a warehouse."""

    warehouse_id: str = Field(examples=["NORTH"])
    sku: str | None = Field(default=None, examples=["LAMP"])
    kind: AlertKind
    number: int = Field(description="Which of this kind it is there: the first has 1.")
    severity: Severity
    status: AlertStatus = Field(description="Open until it is RESOLVED.")
    name: str | None = Field(default=None, description="The item's, when it was raised.")
    figure: QuantityNumber = Field(
        description="When it was raised: available, on hand, what is used of the capacity, or "
        "what is available, in transit and on order."
    )
    trigger: QuantityNumber = Field(description="What the figure had reached.")
    recommended: QuantityNumber | None = Field(
        default=None, description="To order, when it was raised."
    )
    supplier_id: str | None = Field(default=None, description="Whom from, when it was raised.")
    raised_at: datetime
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    seconds_to_acknowledge: float | None = None
    resolved_at: datetime | None = None
    resolved_by: str | None = Field(default=None, description="Who said so, if somebody did.")
    resolution: AlertResolution | None = None
    resolved_figure: QuantityNumber | None = None
    seconds_to_resolve: float | None = None
    position: int = Field(description="Position of the alert's last event.")


class AlertPage(BaseModel):
    """Alerts in the order that was asked for."""

    items: list[AlertAnswer]
    next_cursor: str | None


class Durations(BaseModel):
    """How long something took, in seconds."""

    median: float
    p95: float


class ResponseTimes(BaseModel):
    """How many alerts were raised, and how long it took until somebody saw to them."""

    raised: int
    acknowledged: int
    resolved: int = Field(description="Without those that another one replaced.")
    resolved_by_hand: int
    replaced: int
    open: int = Field(description="Until now.")
    seconds_to_acknowledge: Durations | None = None
    seconds_to_resolve: Durations | None = None


class KindResponseTimes(ResponseTimes):
    """Of one kind."""

    kind: AlertKind


class PeriodResponseTimes(ResponseTimes):
    """Of those that were raised in one hour, day or month (UTC)."""

    begins_at: datetime


class ResponseTimesAnswer(ResponseTimes):
    """Of all alerts that were raised in a period of time."""

    begin: datetime
    end: datetime
    kinds: list[KindResponseTimes]
    periods: list[PeriodResponseTimes] = Field(description="Those in which one was raised.")


def alert_of(row: Row) -> dict[str, Any]:
    """Return an alert's JSON values; what is unknown is left out."""
    values = {name: row[name] for name in _TEXTS if row[name] is not None}
    values |= {name: time_to_wire(row[name]) for name in _TIMES if row[name] is not None}
    values |= {name: quantity_to_wire(row[name]) for name in _QUANTITIES if row[name] is not None}
    if row["sku"] != OF_WAREHOUSE:
        values["sku"] = row["sku"]
    for event, duration in (
        ("acknowledged_at", "seconds_to_acknowledge"),
        ("resolved_at", "seconds_to_resolve"),
    ):
        if row[event] is not None:
            values[duration] = (row[event] - row["raised_at"]) / timedelta(seconds=1)
    return values


def response_times_of(rows: Iterable[Row], begin: datetime, end: datetime) -> dict[str, Any]:
    """Return the JSON values of all alerts together, of each kind and of each period."""
    total: dict[str, Any] = {}
    kinds: list[dict[str, Any]] = []
    periods: list[dict[str, Any]] = []
    for row in rows:
        if row["kind"] is not None:
            kinds.append({"kind": row["kind"], **_times(row)})
        elif row["begins_at"] is not None:
            periods.append({"begins_at": time_to_wire(row["begins_at"]), **_times(row)})
        else:
            total = _times(row)
    asked = {"begin": time_to_wire(begin), "end": time_to_wire(end)}
    return asked | total | {"kinds": kinds, "periods": periods}


def durations_of(row: Row, name: str) -> dict[str, float] | None:
    """Return the JSON values of two columns, in seconds; None when nothing was measured."""
    median, p95 = row[f"{name}_median"], row[f"{name}_p95"]
    return None if median is None else {"median": round(median, 3), "p95": round(p95, 3)}


def _times(row: Row) -> dict[str, Any]:
    durations = {
        "seconds_to_acknowledge": durations_of(row, "acknowledge"),
        "seconds_to_resolve": durations_of(row, "resolve"),
    }
    measured = {name: each for name, each in durations.items() if each is not None}
    return {name: row[name] for name in _COUNTS} | measured
