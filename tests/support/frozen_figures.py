"""What every item had at any past time, by a naive fold that keeps all there ever was."""

import bisect
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from stockledger.event_log.interface import StoredEvent
from stockledger.messages.fields import time_from_wire

BUCKETS = ("available", "reserved", "damaged", "quarantined", "in_transit")
MONEY = ("value", "transit_value")
ItemKey = tuple[str, str]
"""Warehouse and SKU."""
Figures = dict[str, float]


def nothing() -> Figures:
    """Return the figures of an item that has nothing."""
    return dict.fromkeys((*BUCKETS, *MONEY), 0)


@dataclass(slots=True)
class FrozenFigures:
    """The movements of one tenant, in the order in which they were recorded."""

    times: list[datetime] = field(default_factory=list[datetime])
    effective: list[datetime] = field(default_factory=list[datetime])
    keys: list[ItemKey] = field(default_factory=list[ItemKey])
    changes: list[Figures] = field(default_factory=list[Figures])
    after: list[Figures] = field(default_factory=list[Figures])

    def take(self, events: Iterable[StoredEvent], tenant: str) -> None:
        """Remember the movements among these events."""
        for event in events:
            body: dict[str, Any] = orjson.loads(event.data)
            if event.tenant_id != tenant or "levels" not in body:
                continue
            stated = body.get("effective_at")
            self.times.append(event.recorded_at)
            self.effective.append(time_from_wire(stated) if stated else event.recorded_at)
            self.keys.append((body["warehouse_id"], body["sku"]))
            self.changes.append(_changes(body))
            self.after.append({name: body["levels"].get(name, 0) for name in nothing()})

    def as_recorded(self, at: datetime) -> dict[ItemKey, Figures]:
        """Return what each item's last movement by then left it with."""
        count = bisect.bisect_right(self.times, at)
        return dict(zip(self.keys[:count], self.after[:count], strict=True))

    def as_effective(self, at: datetime) -> dict[ItemKey, Figures]:
        """Return the sum of all changes that had taken effect by then."""
        found: dict[ItemKey, Figures] = {}
        for key, effective, changes in zip(self.keys, self.effective, self.changes, strict=True):
            if effective <= at:
                found[key] = added(found.get(key, nothing()), changes)
        return found


def added(left: Figures, right: Figures) -> Figures:
    """Return the sum of two items' figures."""
    return {name: round(left[name] + right[name], 4) for name in left}


def _changes(body: dict[str, Any]) -> Figures:
    changes = nothing()
    for entry in body.get("entries", ()):
        if entry["bucket"] in changes:
            changes[entry["bucket"]] += entry["change"]
    changes["value"] = body["value_change"]
    changes["transit_value"] = body.get("transit_value_change") or 0
    return changes
