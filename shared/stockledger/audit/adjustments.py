"""Adjustments: above the threshold two persons, in time, once, and exactly what was requested."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from stockledger.audit.decision import Convict, Decision, Subject
from stockledger.audit.figures import MONEY, UNITS, money, shown, units
from stockledger.audit.findings import Kind
from stockledger.audit.item_seen import ItemKey, ItemSeen
from stockledger.audit.rows import EventRow

APPLIED: Final = "stockledger.AdjustmentApplied.v1"
REQUESTED: Final = "stockledger.AdjustmentRequested.v1"
APPROVED: Final = "stockledger.AdjustmentApproved.v1"
REJECTED: Final = "stockledger.AdjustmentRejected.v1"
EXPIRED: Final = "stockledger.AdjustmentExpired.v1"
ADJUSTMENT_STATUS_AFTER: Final = {
    APPLIED: "APPLIED",
    REQUESTED: "PENDING",
    APPROVED: "APPROVED",
    REJECTED: "REJECTED",
    EXPIRED: "EXPIRED",
}

APPROVAL_DAYS: Final = 7
"""How long a request waits when its tenant does not say."""

AdjustmentKey = tuple[str, str]
"""Tenant and adjustment."""

SettingsOf = Callable[[str], Mapping[str, Any]]
"""Returns the settings of a tenant."""

_CARRIED: Final = ("reason", "reference", "effective_at")
"""What a request says, and the movement that comes of it says again."""


@dataclass(slots=True)
class AdjustmentSeen:
    """An adjustment as its events leave it: 1/1000 units, 1/10000 money."""

    item: ItemKey
    change: int
    requested_by: str | None
    requested_at: datetime
    status: str
    carried: dict[str, Any]
    expires_at: datetime | None = None
    item_version: int | None = None
    available: int | None = None
    on_hand: int | None = None
    value: int | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    decision_reason: str | None = None
    changed_meanwhile: int | None = None
    version: int = 0
    position: int = 0
    updated_at: datetime | None = None


class Adjusted(NamedTuple):
    """A movement that an adjustment, or nobody else, stands for."""

    row: EventRow
    data: Mapping[str, Any]
    adjustment_id: str | None


class Adjustments:
    """All of one partition."""

    def __init__(self, settings_of: SettingsOf, convict: Convict) -> None:
        self.seen: dict[AdjustmentKey, AdjustmentSeen] = {}
        self._settings_of = settings_of
        self._moved: list[Adjusted] = []
        self._approved: list[tuple[EventRow, AdjustmentSeen]] = []
        self._convict = convict

    def apply(
        self,
        row: EventRow,
        data: Mapping[str, Any],
        decision: Decision,
        items: Mapping[ItemKey, ItemSeen],
    ) -> None:
        """Take the next event of an adjustment."""
        if row.type not in ADJUSTMENT_STATUS_AFTER:
            self._convict(Kind.UNKNOWN_EVENT, row, "a type that this release knows", row.type)
            return
        key = (row.tenant_id, data["adjustment_id"])
        seen = self.seen.get(key)
        if row.type in {APPLIED, REQUESTED}:
            self._begin(row, data, decision, items)
        elif seen is None or seen.status != "PENDING":
            found = "none" if seen is None else seen.status
            self._convict(Kind.ADJUSTMENT, row, "a pending adjustment", found)
        else:
            self._decide(row, data, seen, decision)
        seen = self.seen.get(key)
        if seen is not None:
            seen.version, seen.position = row.version, row.position
            seen.updated_at = row.recorded_at
            seen.status = ADJUSTMENT_STATUS_AFTER[row.type]

    def moved(self, row: EventRow, data: Mapping[str, Any], decision: Decision) -> None:
        """Take the next movement of a quantity that was found otherwise."""
        adjustment_id = data.get("adjustment_id")
        self._moved.append(Adjusted(row, data, adjustment_id))
        if adjustment_id is not None:
            item = (row.tenant_id, data["warehouse_id"], data["sku"])
            decision.do(_change_under(adjustment_id, item), units(data["change"]))

    def settle(self, items: Mapping[ItemKey, ItemSeen]) -> None:
        """Compare movements with their adjustments, after the last event of a command."""
        for row, data, adjustment_id in self._moved:
            seen = self.seen.get((row.tenant_id, adjustment_id)) if adjustment_id else None
            if seen is None or seen.status != "APPROVED":
                change, value = units(data["change"]), money(data["value_change"])
                if self._is_above(row.tenant_id, change, value):
                    figures = f"{shown(change, UNITS)} worth {shown(value, MONEY)}"
                    self._convict(Kind.ADJUSTMENT, row, "an approval", f"none of {figures}")
            elif seen.carried != _carried(data):
                expected = f"as requested {seen.carried}"
                self._convict(Kind.ADJUSTMENT, row, expected, _carried(data))
        for row, seen in self._approved:
            on_hand = items[seen.item].balances.on_hand if seen.item in items else 0
            meanwhile = on_hand - seen.change - (seen.on_hand or 0)
            if seen.changed_meanwhile != meanwhile:
                expected = f"changed_meanwhile {shown(meanwhile, UNITS)}"
                found = shown(seen.changed_meanwhile or 0, UNITS)
                self._convict(Kind.ADJUSTMENT, row, expected, found)
        self._moved.clear()
        self._approved.clear()

    def _begin(
        self,
        row: EventRow,
        data: Mapping[str, Any],
        decision: Decision,
        items: Mapping[ItemKey, ItemSeen],
    ) -> None:
        key = (row.tenant_id, data["adjustment_id"])
        if key in self.seen:
            self._convict(Kind.ADJUSTMENT, row, "begun once", "twice")
            return
        item = (row.tenant_id, data["warehouse_id"], data["sku"])
        seen = self.seen[key] = AdjustmentSeen(
            item=item,
            change=units(data["change"]),
            requested_by=data.get("requested_by"),
            requested_at=row.recorded_at,
            status=ADJUSTMENT_STATUS_AFTER[row.type],
            carried=_carried(data),
        )
        self._check_actor(row, seen.requested_by)
        if row.type == APPLIED:
            decision.state(_change_under(key[1], item), seen.change)
        else:
            self._request(row, data, seen, items.get(item) or ItemSeen())

    def _request(
        self, row: EventRow, data: Mapping[str, Any], seen: AdjustmentSeen, item: ItemSeen
    ) -> None:
        seen.expires_at = datetime.fromisoformat(data["expires_at"])
        seen.item_version, seen.value = data["item_version"], money(data["value"])
        seen.available, seen.on_hand = units(data["available"]), units(data["on_hand"])
        days = self._settings_of(row.tenant_id).get("approval_days", APPROVAL_DAYS)
        if seen.expires_at != row.recorded_at + timedelta(days=days):
            self._convict(Kind.ADJUSTMENT, row, f"{days} days to approve it", seen.expires_at)
        if not self._is_above(row.tenant_id, seen.change, seen.value):
            found = f"{shown(seen.change, UNITS)} worth {shown(seen.value, MONEY)}"
            self._convict(Kind.ADJUSTMENT, row, "a request above the threshold", found)
        balances = item.balances
        there = (item.version, balances.buckets["available"], balances.on_hand)
        said = (seen.item_version, seen.available, seen.on_hand)
        if there != said:
            self._convict(Kind.ADJUSTMENT, row, f"version, available and on hand {there}", said)

    def _decide(
        self, row: EventRow, data: Mapping[str, Any], seen: AdjustmentSeen, decision: Decision
    ) -> None:
        seen.decided_at, seen.decision_reason = row.recorded_at, data.get("reason")
        late = seen.expires_at is not None and row.recorded_at >= seen.expires_at
        match row.type:
            case "stockledger.AdjustmentApproved.v1":
                seen.decided_by = data["approved_by"]
                seen.changed_meanwhile = units(data["changed_meanwhile"])
                self._check_actor(row, seen.decided_by)
                if seen.decided_by == seen.requested_by:
                    expected = f"another person than {seen.requested_by}"
                    self._convict(Kind.ADJUSTMENT, row, expected, seen.decided_by)
                if late:
                    expected = f"approved before {seen.expires_at}"
                    self._convict(Kind.ADJUSTMENT, row, expected, row.recorded_at)
                self._approved.append((row, seen))
                decision.state(_change_under(data["adjustment_id"], seen.item), seen.change)
            case "stockledger.AdjustmentRejected.v1":
                seen.decided_by = data["rejected_by"]
                self._check_actor(row, seen.decided_by)
            case _:
                deadline = datetime.fromisoformat(data["expires_at"])
                if not late or deadline != seen.expires_at:
                    found = f"{deadline}, at {row.recorded_at}"
                    self._convict(Kind.ADJUSTMENT, row, f"expired after {seen.expires_at}", found)

    def _check_actor(self, row: EventRow, named: str | None) -> None:
        if row.actor is not None and named != row.actor:
            self._convict(Kind.ADJUSTMENT, row, f"the command's actor, {row.actor}", named)

    def _is_above(self, tenant_id: str, change: int, value: int) -> bool:
        settings = self._settings_of(tenant_id)
        quantity_max, value_max = settings.get("approval_quantity"), settings.get("approval_value")
        return (quantity_max is not None and abs(change) > units(quantity_max)) or (
            value_max is not None and abs(value) > money(value_max)
        )


def _carried(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: data.get(name) for name in _CARRIED}


def _change_under(adjustment_id: str, item: ItemKey) -> Subject:
    return Subject(
        Kind.ADJUSTMENT, f"adjustment/{adjustment_id}", f"change of {'/'.join(item[1:])}"
    )
