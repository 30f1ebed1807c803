"""Alerts about full warehouses: they go with the warnings, the graver one in the other's place."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from stockledger.audit.alert_rules import CAPACITY, percent_of
from stockledger.audit.alert_seen import (
    BY_HAND,
    CAUSE_GONE,
    RAISED,
    REPLACED,
    RESOLVED,
    AlertBook,
    Page,
    Subject,
)
from stockledger.audit.capacities import CapacitySeen
from stockledger.audit.decision import Convict
from stockledger.audit.figures import units
from stockledger.audit.findings import Kind
from stockledger.audit.rows import EventRow
from stockledger.audit.warehouses import WarehouseKey

SEVERITY_AT: Final[Mapping[int, str]] = {80: "WARNING", 95: "CRITICAL"}
"""How urgent the alert of each percent is that is warned of."""


class CapacityAlerts:
    """All of one partition."""

    def __init__(self, book: AlertBook, convict: Convict) -> None:
        self._book = book
        self._marks: dict[WarehouseKey, int] = {}
        self._checked: set[WarehouseKey] = set()
        self._convict = convict

    def look(self, key: WarehouseKey, seen: CapacitySeen | None) -> None:
        """Know that the next event may change what is warned of."""
        if key not in self._marks:
            self._book.page(Subject(*key))
            self._marks[key] = _mark(seen)

    def check(
        self, keys: Iterable[WarehouseKey], capacities: Mapping[WarehouseKey, CapacitySeen]
    ) -> None:
        """Look at warehouses in the day's check: what is warned of is raised."""
        for key in keys:
            self.look(key, capacities.get(key))
            self._checked.add(key)

    def told(self, row: EventRow, data: Mapping[str, Any], seen: CapacitySeen) -> None:
        """Take an event of an alert about a warehouse, which says how full that is."""
        self._book.apply(row, data)
        seen.version, seen.position = row.version, row.position
        if data["kind"] != CAPACITY:
            self._convict(Kind.ALERT, row, CAPACITY, data["kind"])
        figure = units(data["figure"]) if "figure" in data else seen.used
        if figure != seen.used:
            self._convict(Kind.ALERT, row, f"figure {seen.used}", figure)
        if row.type == RAISED:
            mark = _mark(seen)
            expected = (SEVERITY_AT.get(mark), percent_of(seen.capacity or 0, mark))
            found = (data["severity"], units(data["trigger"]))
            if found != expected:
                self._convict(Kind.ALERT, row, f"severity and trigger {expected}", found)

    def settle(self, row: EventRow, capacities: Mapping[WarehouseKey, CapacitySeen]) -> None:
        """Compare the alerts with what is warned of, after the last event of a command."""
        for key, mark_before in self._marks.items():
            page, mark = self._book.page(Subject(*key)), _mark(capacities.get(key))
            before, found = page.was(CAPACITY), page.of(CAPACITY)
            expected = before.open
            if before.open is None:
                is_raised = mark > mark_before or (key in self._checked and mark > 0)
                expected = before.raised + 1 if is_raised else None
            elif mark != mark_before:
                expected = before.raised + 1 if mark else None
            if found.open != expected and self._book.are_raised:
                what = f"CAPACITY {expected} of {key[1]} open, {mark} % being warned of"
                self._convict(Kind.ALERT, row, what, found.open)
            self._check_resolution(page, REPLACED if mark > mark_before else CAUSE_GONE)
        self._marks.clear()
        self._checked.clear()

    def judge_untouched(self, page: Page) -> None:
        """Convict what was told of a warehouse that a command did not change, save by hand."""
        for row, data in page.told:
            if (row.tenant_id, data["warehouse_id"]) in self._marks:
                continue
            if row.type == RAISED or (row.type == RESOLVED and data["resolution"] != BY_HAND):
                self._convict(Kind.ALERT, row, "a warning, or the end of one", "neither")

    def _check_resolution(self, page: Page, expected: str) -> None:
        for row, data in page.told:
            if row.type == RESOLVED and data["resolution"] != expected:
                self._convict(Kind.ALERT, row, expected, data["resolution"])


def _mark(seen: CapacitySeen | None) -> int:
    """Return the highest percent that is warned of; 0: of none."""
    return max(seen.warned, default=0) if seen is not None else 0
