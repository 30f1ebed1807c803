"""Figures of warehouses as of the past, from which read models answer for any time."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from stockledger.audit.balances import OWN_BUCKETS, transit_change
from stockledger.audit.figures import money, units
from stockledger.audit.movements import ISSUED, RETURNED
from stockledger.audit.rows import EventRow

BLOCK_POSITIONS: Final = 1_000
"""Positions after which a warehouse's figures are written down again."""

FIGURES: Final = (*OWN_BUCKETS, "value", "transit_value")
GOODS: Final = ("sold", "sold_value", "returned", "returned_value")

_PLACES: Final = {name: place for place, name in enumerate(FIGURES)}
_GRAINS: Final = ("month", "day", "hour")

Amounts = list[int]
"""One for each of the names."""


def _figures() -> Amounts:
    return [0] * len(FIGURES)


def _goods() -> Amounts:
    return [0] * len(GOODS)


class PastFigures:
    """Of one partition: balances by block, backdated changes by month, day and hour, and sales."""

    def __init__(self) -> None:
        self.balances: dict[tuple[str, str, int], Amounts] = {}
        self.backdated: dict[tuple[str, str, str, datetime], Amounts] = defaultdict(_figures)
        self.goods_sold: dict[tuple[str, datetime, str], Amounts] = defaultdict(_goods)
        self._last: dict[tuple[str, str], tuple[int, Amounts]] = {}

    def changed(self, row: EventRow, data: Mapping[str, Any]) -> None:
        """Take an event that changes figures of an item."""
        changes = _changes_of(data)
        warehouse_id = data["warehouse_id"]
        _add(self._balances_in(row, warehouse_id), changes)
        stated = data.get("effective_at")
        effective_at = None if stated is None else datetime.fromisoformat(stated).astimezone(UTC)
        if effective_at is not None:
            self._backdate(row, warehouse_id, effective_at, changes)
        if row.type in {ISSUED, RETURNED}:
            self._sell(row, data, effective_at or row.recorded_at)

    def _balances_in(self, row: EventRow, warehouse_id: str) -> Amounts:
        """Return the figures of the position's block, which begin as those before it ended."""
        block = (row.position - 1) // BLOCK_POSITIONS
        last = self._last.get((row.tenant_id, warehouse_id))
        if last is not None and last[0] == block:
            return last[1]
        figures = _figures() if last is None else list(last[1])
        self._last[row.tenant_id, warehouse_id] = (block, figures)
        self.balances[row.tenant_id, warehouse_id, block] = figures
        return figures

    def _backdate(
        self, row: EventRow, warehouse_id: str, effective_at: datetime, changes: Amounts
    ) -> None:
        taken_away = [-change for change in changes]
        for time, counted in ((effective_at, changes), (row.recorded_at, taken_away)):
            for grain in _GRAINS:
                key = (row.tenant_id, warehouse_id, grain, _begin_of(grain, time))
                _add(self.backdated[key], counted)

    def _sell(self, row: EventRow, data: Mapping[str, Any], time: datetime) -> None:
        if not any(entry["bucket"] == "customer" for entry in data["entries"]):
            return
        amounts = self.goods_sold[row.tenant_id, _begin_of("hour", time), data["warehouse_id"]]
        place = 0 if row.type == ISSUED else 2
        amounts[place] += units(data["quantity"])
        amounts[place + 1] += abs(money(data["value_change"]))


def _changes_of(data: Mapping[str, Any]) -> Amounts:
    changes = _figures()
    for entry in data.get("entries", ()):
        place = _PLACES.get(entry["bucket"])
        if place is not None:
            changes[place] += units(entry["change"])
    changes[_PLACES["value"]] = money(data["value_change"])
    changes[_PLACES["transit_value"]] = transit_change(data)
    return changes


def _add(amounts: Amounts, changes: Amounts) -> None:
    for place, change in enumerate(changes):
        amounts[place] += change


def _begin_of(grain: str, time: datetime) -> datetime:
    hour = time.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    if grain == "hour":
        return hour
    day = hour.replace(hour=0)
    return day if grain == "day" else day.replace(day=1)
