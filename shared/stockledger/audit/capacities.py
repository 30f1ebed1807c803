"""How full warehouses are: as full as what is on hand, warned of once, never filled beyond."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from stockledger.audit.decision import Convict
from stockledger.audit.figures import UNITS, product, shown, units
from stockledger.audit.findings import Kind
from stockledger.audit.item_seen import ItemSeen
from stockledger.audit.movements import ARRIVED, BROKEN, OVER, RECEIVED, RETURNED, TRANSFER_MOVED
from stockledger.audit.rows import EventRow
from stockledger.audit.warehouses import WarehouseKey, WarehouseSeen

WARNED: Final = "stockledger.CapacityWarned.v1"

WARNED_AT: Final = (80, 95)
"""Percents of the capacity that are warned of."""

EASED_BELOW: Final = 5
"""So many percent below its mark a warning is over."""

_TAKEN_IN: Final = frozenset({ARRIVED, BROKEN, OVER})
_FULL: Final = 100


@dataclass(slots=True)
class OnHand:
    """What is on hand in a warehouse: units and volume, both in 1/1000."""

    units: int = 0
    volume: int = 0


@dataclass(slots=True)
class CapacitySeen:
    """A warehouse's limit as its events leave it (1/1000 of its unit); None: there is none."""

    capacity: int | None = None
    unit: str = "units"
    used: int = 0
    warned: set[int] = field(default_factory=set[int])
    version: int = 0
    position: int = 0


@dataclass(slots=True)
class _Touched:
    """A warehouse in a command: how full it was, and what of it may be refused."""

    before: OnHand
    refusable: EventRow | None = None


class Capacities:
    """All of one partition."""

    def __init__(self, convict: Convict) -> None:
        self.seen: dict[WarehouseKey, CapacitySeen] = {}
        self._on_hand: dict[WarehouseKey, OnHand] = defaultdict(OnHand)
        self._volumes: dict[tuple[str, str, str], tuple[int, int]] = {}
        self._touched: dict[WarehouseKey, _Touched] = {}
        self._restocked = False
        self._convict = convict

    def item_changed(self, row: EventRow, data: Mapping[str, Any], item: ItemSeen) -> None:
        """Take what is on hand of an item, after any of its events."""
        tenant_id, warehouse_id, sku = row.tenant_id, data["warehouse_id"], data["sku"]
        on_hand = item.balances.on_hand
        unit_volume = item.settings.get("unit_volume")
        volume = product(on_hand, units(unit_volume)) if unit_volume else 0
        before = self._volumes.get((tenant_id, warehouse_id, sku), (0, 0))
        if before == (on_hand, volume):
            return
        key = (tenant_id, warehouse_id)
        there = self._on_hand[key]
        touched = self._touched.get(key)
        if touched is None:
            touched = self._touched[key] = _Touched(OnHand(there.units, there.volume))
        there.units += on_hand - before[0]
        there.volume += volume - before[1]
        self._volumes[tenant_id, warehouse_id, sku] = (on_hand, volume)
        if on_hand > before[0] and _may_be_refused(row.type, data):
            touched.refusable = row

    def touch(self, tenant_id: str, warehouse_id: str) -> None:
        """Compare a warehouse, whose description changed, at the end of the command."""
        key = (tenant_id, warehouse_id)
        there = self._on_hand[key]
        self._touched.setdefault(key, _Touched(OnHand(there.units, there.volume)))

    def restocked(self) -> None:
        """Know that the command takes an order back: that is a fact, however full it gets."""
        self._restocked = True

    def apply(self, row: EventRow, data: Mapping[str, Any]) -> None:
        """Take the next event of a capacity."""
        key = (row.tenant_id, data["warehouse_id"])
        seen = self.seen.setdefault(key, CapacitySeen())
        seen.version, seen.position = row.version, row.position
        self.touch(*key)
        match row.type:
            case "stockledger.CapacitySet.v1":
                limit = data.get("capacity")
                seen.capacity = None if limit is None else units(limit)
                seen.unit, seen.used = data["unit"], units(data["used"])
                if limit is None:
                    seen.warned.clear()
            case "stockledger.CapacityUsed.v1":
                self._use(row, data, seen)
            case "stockledger.CapacityWarned.v1" | "stockledger.CapacityEased.v1":
                self._said(row, data, seen)
                self._warn(row, data["percent"], seen)
            case _:
                self._convict(Kind.UNKNOWN_EVENT, row, "a type that this release knows", row.type)

    def settle(self, row: EventRow, warehouses: Mapping[WarehouseKey, WarehouseSeen]) -> None:
        """Compare warehouses with what is on hand there, after the last event of a command."""
        for key, touched in self._touched.items():
            seen = self.seen.get(key) or CapacitySeen()
            self._check_limit(row, key, seen, warehouses.get(key) or WarehouseSeen())
            if seen.capacity is not None:
                self._check_used(row, key, seen, touched)
                self._check_warnings(row, key, seen, seen.capacity)
        self._touched.clear()
        self._restocked = False

    def _use(self, row: EventRow, data: Mapping[str, Any], seen: CapacitySeen) -> None:
        change, used = units(data["change"]), units(data["used"])
        if not change or used != seen.used + change:
            expected = f"used {shown(seen.used, UNITS)} changed"
            found = f"{shown(used, UNITS)} after a change by {shown(change, UNITS)}"
            self._convict(Kind.CAPACITY, row, expected, found)
        seen.used = used
        self._said(row, data, seen)

    def _warn(self, row: EventRow, percent: int, seen: CapacitySeen) -> None:
        """Take a warning or its end: each has its time, and neither comes twice."""
        share, capacity = seen.used * _FULL, seen.capacity or 0
        if row.type == WARNED:
            is_time, is_repeated = share >= percent * capacity, percent in seen.warned
            seen.warned.add(percent)
        else:
            is_time = share < (percent - EASED_BELOW) * capacity
            is_repeated = percent not in seen.warned
            seen.warned.discard(percent)
        if is_repeated:
            self._convict(Kind.CAPACITY, row, f"{percent} % warned of and eased in turn", row.type)
        if percent not in WARNED_AT or not is_time:
            figures = f"{shown(seen.used, UNITS)} of {shown(capacity, UNITS)}"
            self._convict(Kind.CAPACITY, row, f"{row.type} of {percent} % in time", figures)

    def _said(self, row: EventRow, data: Mapping[str, Any], seen: CapacitySeen) -> None:
        said = (units(data["used"]), units(data["capacity"]))
        if said != (seen.used, seen.capacity):
            expected = f"used and capacity {(seen.used, seen.capacity)}"
            self._convict(Kind.CAPACITY, row, expected, said)

    def _check_limit(
        self, row: EventRow, key: WarehouseKey, seen: CapacitySeen, warehouse: WarehouseSeen
    ) -> None:
        described = warehouse.description.get("capacity")
        limit = None if described is None else units(described)
        unit = warehouse.description.get("capacity_unit", "units")
        if seen.capacity != limit or (limit is not None and seen.unit != unit):
            expected = f"{key[1]} limited to {limit} {unit}, as it is described"
            self._convict(Kind.CAPACITY, row, expected, f"{seen.capacity} {seen.unit}")

    def _check_used(
        self, row: EventRow, key: WarehouseKey, seen: CapacitySeen, touched: _Touched
    ) -> None:
        there = self._on_hand[key]
        used, before = there.units, touched.before.units
        if seen.unit == "volume":
            used, before = there.volume, touched.before.volume
        if seen.used != used:
            expected = f"{shown(used, UNITS)} {seen.unit} of {key[1]} used, as is on hand"
            self._convict(Kind.CAPACITY, row, expected, shown(seen.used, UNITS))
        is_beyond = used > (seen.capacity or 0) and used > before
        if is_beyond and touched.refusable is not None and not self._restocked:
            expected = f"at most {shown(seen.capacity or 0, UNITS)} taken into {key[1]}"
            self._convict(Kind.CAPACITY, touched.refusable, expected, shown(used, UNITS))

    def _check_warnings(
        self, row: EventRow, key: WarehouseKey, seen: CapacitySeen, capacity: int
    ) -> None:
        for percent in WARNED_AT:
            is_full = seen.used * _FULL >= percent * capacity
            is_easy = seen.used * _FULL < (percent - EASED_BELOW) * capacity
            if (is_full and percent not in seen.warned) or (is_easy and percent in seen.warned):
                figures = f"{shown(seen.used, UNITS)} of {shown(capacity, UNITS)}"
                expected = f"{percent} % of {key[1]} {'warned of' if is_full else 'eased'}"
                self._convict(Kind.CAPACITY, row, expected, figures)


def _may_be_refused(type_name: str, data: Mapping[str, Any]) -> bool:
    if type_name == TRANSFER_MOVED:
        return data["step"] in _TAKEN_IN
    return type_name in {RECEIVED, RETURNED}
