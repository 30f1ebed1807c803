"""What the auditor knows of alerts: each opens in its turn, is seen to once, and ends once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple

from stockledger.audit.decision import Convict
from stockledger.audit.figures import units
from stockledger.audit.findings import Kind
from stockledger.audit.rows import EventRow

RAISED: Final = "stockledger.AlertRaised.v1"
ACKNOWLEDGED: Final = "stockledger.AlertAcknowledged.v1"
RESOLVED: Final = "stockledger.AlertResolved.v1"
ALERT_EVENTS: Final = frozenset({RAISED, ACKNOWLEDGED, RESOLVED})

BY_HAND: Final = "by_hand"
REPLACED: Final = "replaced"
CAUSE_GONE: Final = "cause_gone"


class Subject(NamedTuple):
    """What alerts are about: an item of a tenant, or (without SKU) how full a warehouse is."""

    tenant_id: str
    warehouse_id: str
    sku: str | None = None


class AlertKey(NamedTuple):
    """One alert: its subject, its kind, and which of them it is."""

    subject: Subject
    kind: str
    number: int


@dataclass(slots=True)
class AlertSeen:
    """An alert as its events leave it; `said` is what its first one says."""

    severity: str
    raised_at: datetime
    said: dict[str, Any]
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None
    resolution: str | None = None
    resolved_by: str | None = None
    resolved_at: datetime | None = None
    figure_then: int | None = None
    version: int = 0
    position: int = 0


class KindSeen(NamedTuple):
    """The alerts of a kind: how many there were, and the number of the open one.

    `silent`: the last one was resolved by hand, and its cause has not gone since.
    """

    raised: int = 0
    open: int | None = None
    silent: bool = False


NEVER: Final = KindSeen()
"""A kind of which there was no alert."""


class Told(NamedTuple):
    """An event of an alert, in the command that is being read."""

    row: EventRow
    data: Mapping[str, Any]


@dataclass(slots=True)
class Page:
    """All alerts about one subject, and what they were before the command that is being read."""

    kinds: dict[str, KindSeen] = field(default_factory=dict[str, KindSeen])
    before: dict[str, KindSeen] | None = None
    told: list[Told] = field(default_factory=list[Told])

    def open_kinds(self) -> set[str]:
        """Return the kinds of which an alert is open."""
        return {kind for kind, seen in self.kinds.items() if seen.open is not None}

    def of(self, kind: str) -> KindSeen:
        """Return what a kind is now."""
        return self.kinds.get(kind, NEVER)

    def was(self, kind: str) -> KindSeen:
        """Return what a kind was before the command."""
        before = self.kinds if self.before is None else self.before
        return before.get(kind, NEVER)


class AlertBook:
    """The alerts of one partition, each held against those before it.

    `are_raised`: what is read was written by a release that raises alerts.
    """

    def __init__(self, convict: Convict) -> None:
        self.seen: dict[AlertKey, AlertSeen] = {}
        self.pages: dict[Subject, Page] = {}
        self.are_raised = False
        self.touched: dict[Subject, Page] = {}
        self._convict = convict

    def page(self, subject: Subject) -> Page:
        """Return the alerts about a subject; what they are now is kept until the command ends."""
        page = self.pages.get(subject)
        if page is None:
            page = self.pages[subject] = Page()
        if page.before is None:
            page.before = page.kinds.copy()
            self.touched[subject] = page
        return page

    def apply(self, row: EventRow, data: Mapping[str, Any]) -> AlertSeen | None:
        """Take the next event of an alert; return the alert, unless the event is out of turn."""
        subject = Subject(row.tenant_id, data["warehouse_id"], data.get("sku"))
        page = self.page(subject)
        page.told.append(Told(row, data))
        self.are_raised = True
        kind = page.of(data["kind"])
        key = AlertKey(subject, data["kind"], data["number"])
        if row.type == RAISED:
            page.kinds[key.kind] = KindSeen(key.number, key.number)
            return self._raise(row, data, kind, key)
        alert = self.seen.get(key)
        if alert is None or kind.open != key.number:
            self._convict(Kind.ALERT, row, f"{key.kind} {kind.open} open", f"{key.number}")
            return None
        alert.version, alert.position = row.version, row.position
        if alert.severity != data["severity"]:
            self._convict(Kind.ALERT, row, f"still {alert.severity}", data["severity"])
        if row.type == ACKNOWLEDGED:
            self._acknowledge(row, data, alert)
        else:
            page.kinds[key.kind] = KindSeen(kind.raised, None, data["resolution"] == BY_HAND)
            self._resolve(row, data, alert)
        return alert

    def forget_before(self) -> None:
        """Know that a command has ended: the next one finds what this one left."""
        for page in self.touched.values():
            page.before = None
            page.told.clear()
        self.touched.clear()

    def _raise(
        self, row: EventRow, data: Mapping[str, Any], kind: KindSeen, key: AlertKey
    ) -> AlertSeen:
        if kind.open is not None:
            self._convict(Kind.ALERT, row, f"one {key.kind} open", f"another, {key.number}")
        if key.number != kind.raised + 1:
            self._convict(Kind.ALERT, row, f"{key.kind} {kind.raised + 1}", key.number)
        alert = AlertSeen(data["severity"], row.recorded_at, dict(data))
        alert.version, alert.position = row.version, row.position
        self.seen[key] = alert
        return alert

    def _acknowledge(self, row: EventRow, data: Mapping[str, Any], alert: AlertSeen) -> None:
        if alert.acknowledged_by is not None:
            expected = f"acknowledged once, by {alert.acknowledged_by}"
            self._convict(Kind.ALERT, row, expected, data["acknowledged_by"])
        alert.acknowledged_by, alert.acknowledged_at = data["acknowledged_by"], row.recorded_at
        self._check_actor(row, data["acknowledged_by"])

    def _resolve(self, row: EventRow, data: Mapping[str, Any], alert: AlertSeen) -> None:
        alert.resolution, alert.resolved_by = data["resolution"], data.get("resolved_by")
        alert.resolved_at, alert.figure_then = row.recorded_at, units(data["figure"])
        if alert.resolution == BY_HAND:
            self._check_actor(row, alert.resolved_by)
        elif alert.resolved_by is not None:
            self._convict(Kind.ALERT, row, f"nobody to resolve {data['resolution']}", "somebody")

    def _check_actor(self, row: EventRow, named: str | None) -> None:
        if named is None or (row.actor is not None and named != row.actor):
            self._convict(Kind.ALERT, row, f"the command's actor, {row.actor}", named)
