"""Imports: all staged rows are applied once, together, and every change names its import."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from stockledger.audit.decision import Convict, ItemPlace
from stockledger.audit.figures import UNITS, shown, units
from stockledger.audit.findings import Kind
from stockledger.audit.item_seen import ItemKey, ItemSeen
from stockledger.audit.movements import ADJUSTED, CORRECTED, HOLDS_EXPIRED
from stockledger.audit.rows import EventRow

ITEM_CONFIGURED: Final = "stockledger.ItemConfigured.v1"

ImportKey = tuple[str, str]
"""Tenant and import."""

_COUNTED: Final = frozenset({ADJUSTED, CORRECTED, ITEM_CONFIGURED})
"""Events that a row comes to, one each."""

_KINDS: Final = {
    "stockledger.QuantitiesStaged.v1": "quantities",
    "stockledger.SettingsStaged.v1": "settings",
}

_NO_SETTING: Final = frozenset({"line", "warehouse_id", "sku"})


@dataclass(slots=True)
class ImportSeen:
    """An import as its events leave it; `chunks` have the rows until it is applied."""

    started_at: datetime
    chunks: dict[int, list[dict[str, Any]]] = field(default_factory=dict[int, list[dict[str, Any]]])
    kind: str | None = None
    staged: int = 0
    rows: int = 0
    changed: int | None = None
    applied_at: datetime | None = None
    version: int = 0
    position: int = 0
    updated_at: datetime | None = None


@dataclass(slots=True)
class _Applied:
    """An import in the command that applies it, and the items' events that came of it."""

    row: EventRow
    import_id: str
    seen: ImportSeen
    events: int = 0
    changes: Counter[ItemPlace] = field(default_factory=Counter[ItemPlace])


class Imports:
    """All of one partition."""

    def __init__(self, convict: Convict) -> None:
        self.seen: dict[ImportKey, ImportSeen] = {}
        self._applied: _Applied | None = None
        self._convict = convict

    def apply(self, row: EventRow, data: Mapping[str, Any]) -> None:
        """Take the next event of an import."""
        key = (row.tenant_id, data["import_id"])
        seen = self.seen.setdefault(key, ImportSeen(row.recorded_at))
        seen.version, seen.position = row.version, row.position
        seen.updated_at = row.recorded_at
        if seen.applied_at is not None:
            self._convict(Kind.IMPORT, row, "nothing more of an applied import", row.type)
        match row.type:
            case "stockledger.QuantitiesStaged.v1" | "stockledger.SettingsStaged.v1":
                if data["chunk"] in seen.chunks:
                    self._convict(Kind.IMPORT, row, f"chunk {data['chunk']} once", "twice")
                seen.chunks[data["chunk"]] = data["rows"]
                seen.rows += len(data["rows"])
                seen.staged += 1
                seen.kind = _KINDS[row.type]
            case "stockledger.ImportApplied.v1":
                self._apply(row, data, seen)
            case _:
                self._convict(Kind.UNKNOWN_EVENT, row, "a type that this release knows", row.type)

    def item_changed(self, row: EventRow, data: Mapping[str, Any]) -> None:
        """Take an item's event: after ImportApplied, in its command, it is the import's.

        Holds that had lapsed are only found to have by it: no document stands for their end.
        """
        applied = self._applied
        if applied is None or row.type == HOLDS_EXPIRED:
            return
        reference = data.get("reference")
        if reference != {"type": "import", "id": applied.import_id}:
            expected = f"a reference to import {applied.import_id}"
            self._convict(Kind.IMPORT, row, expected, reference)
        applied.events += row.type in _COUNTED
        if row.type == ADJUSTED:
            applied.changes[data["warehouse_id"], data["sku"]] += units(data["change"])

    def settle(self, items: Mapping[ItemKey, ItemSeen]) -> None:
        """Compare the items with the rows, after the last event of a command."""
        applied, self._applied = self._applied, None
        if applied is None:
            return
        seen = applied.seen
        if applied.events != seen.changed:
            found = f"{applied.events} rows"
            self._convict(Kind.IMPORT, applied.row, f"{seen.changed} rows changed", found)
        rows = [row for chunk in sorted(seen.chunks) for row in seen.chunks[chunk]]
        self._check_changes(applied, rows)
        last = {(row["warehouse_id"], row["sku"]): row for row in rows}
        for place, row in last.items():
            item = items.get((applied.row.tenant_id, *place)) or ItemSeen()
            self._check_row(applied.row, place, row, item)
        seen.chunks.clear()

    def _apply(self, row: EventRow, data: Mapping[str, Any], seen: ImportSeen) -> None:
        chunks = set(range(1, len(seen.chunks) + 1))
        if set(seen.chunks) != chunks or data["rows"] != seen.rows:
            expected = f"all {seen.rows} rows of chunks {sorted(chunks)}"
            self._convict(Kind.IMPORT, row, expected, f"{data['rows']} of {sorted(seen.chunks)}")
        seen.applied_at, seen.changed = row.recorded_at, data["changed"]
        if data["changed"] > data["rows"]:
            found = f"{data['changed']} of {data['rows']} rows"
            self._convict(Kind.IMPORT, row, "no more rows changed than there are", found)
        self._applied = _Applied(row, data["import_id"], seen)

    def _check_changes(self, applied: _Applied, rows: list[dict[str, Any]]) -> None:
        """Hold what was adjusted of each item against all rows that change it."""
        asked: Counter[ItemPlace] = Counter()
        for row in rows:
            if row.get("change") is not None:
                asked[row["warehouse_id"], row["sku"]] += units(row["change"])
        for place in {**asked, **applied.changes}:
            if asked[place] != applied.changes[place]:
                expected = f"{'/'.join(place)} changed by {shown(asked[place], UNITS)}"
                found = shown(applied.changes[place], UNITS)
                self._convict(Kind.IMPORT, applied.row, expected, found)

    def _check_row(
        self, applied: EventRow, place: ItemPlace, row: Mapping[str, Any], item: ItemSeen
    ) -> None:
        """Hold an item against the last row about it."""
        name = f"line {row['line']}, {'/'.join(place)}"
        if row.get("actual") is not None:
            if units(row["actual"]) != item.balances.on_hand:
                found = shown(item.balances.on_hand, UNITS)
                self._convict(Kind.IMPORT, applied, f"{name}: {row['actual']} on hand", found)
            return
        if row.get("change") is not None:
            return
        for setting, value in row.items():
            if value is not None and setting not in _NO_SETTING:
                kept = item.settings.get(setting)
                if kept != value:
                    self._convict(Kind.IMPORT, applied, f"{name}: {setting} {value}", kept)
