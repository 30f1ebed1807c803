"""Imports: what was staged of each, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import ClassVar, Final

from stockledger.delivered_events import DeliveredEvent
from stockledger.messages.registry import type_name
from stockledger.messages.stock_import import ImportApplied, QuantitiesStaged, SettingsStaged
from stockledger.rows import columns
from stockledger.statements import Connection, load_statements

SQL: Final = load_statements(Path(__file__).with_suffix(".sql"))
TABLE: Final = "imports"


class ImportKind(StrEnum):
    """What the rows of an import are about."""

    QUANTITIES = "quantities"
    SETTINGS = "settings"


_STAGED: Final = {
    type_name(QuantitiesStaged): ImportKind.QUANTITIES,
    type_name(SettingsStaged): ImportKind.SETTINGS,
}
_APPLIED: Final = type_name(ImportApplied)


@dataclass(slots=True)
class _Import:
    """What a batch tells of an import. None: nothing."""

    first: DeliveredEvent
    last: DeliveredEvent
    kind: ImportKind | None = None
    chunks: int = 0
    rows: int = 0
    applied_at: datetime | None = None
    changed: int | None = None


ImportRow = tuple[object, ...]


class Imports:
    """Keeps `imports`."""

    table: ClassVar[str] = TABLE
    types: ClassVar[Sequence[str]] = (*_STAGED, _APPLIED)

    def fold(self, events: Sequence[DeliveredEvent]) -> list[ImportRow]:
        """Return a row for each import that the events tell of."""
        imports: dict[tuple[str, str], _Import] = {}
        for event in events:
            if event.type in self.types:
                key = (event.tenant_id, event.stream)
                told = imports.setdefault(key, _Import(event, event))
                told.last = event
                _tell(told, event)
        return [_row(each) for each in imports.values()]

    async def write(
        self, connection: Connection, schema: str, changes: Sequence[ImportRow]
    ) -> None:
        """Write the rows."""
        del schema
        if changes:
            await connection.execute(SQL["change"], *columns(changes))


def _tell(told: _Import, event: DeliveredEvent) -> None:
    body = event.body()
    if event.type == _APPLIED:
        told.applied_at = event.recorded_at
        told.changed = body["changed"]
    else:
        told.kind = _STAGED[event.type]
        told.chunks += 1
        told.rows += len(body["rows"])


def _row(told: _Import) -> ImportRow:
    last = told.last
    return (
        last.tenant_id,
        last.stream.partition("/")[2],
        last.partition,
        last.position,
        last.version,
        last.recorded_at,
        told.first.recorded_at,
        told.kind,
        told.chunks,
        told.rows,
        told.applied_at,
        told.changed,
    )
