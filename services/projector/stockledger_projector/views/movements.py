"""Movements: what moved, from which bucket to which, why, by whom and when, on both clocks."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Final

from stockledger.amounts import money_of_event, quantity_of_event
from stockledger.delivered_events import DeliveredEvent
from stockledger.messages.fields import Bucket
from stockledger.rows import columns
from stockledger.statements import Connection, load_statements
from stockledger_projector.views.event_fields import effective_time, stated_reference
from stockledger_projector.views.movement_changes import figures_after
from stockledger_projector.views.view import MOVEMENT_KINDS

SQL: Final = load_statements(Path(__file__).with_suffix(".sql"))
TABLE: Final = "movements"

_DOCUMENTS: Final = ("order", "reservation", "transfer", "adjustment")
MovementRow = tuple[Any, ...]
RECORDED_AT: Final = 1
"""Place of the recorded time in a row."""


class Movements:
    """Keeps `movements`, which has a table for each month of recorded time (UTC)."""

    table: ClassVar[str] = TABLE
    types: ClassVar[Sequence[str]] = tuple(MOVEMENT_KINDS)

    def fold(self, events: Sequence[DeliveredEvent]) -> list[MovementRow]:
        """Return a row for each movement."""
        return [
            _row(event, kind, event.body())
            for event in events
            if (kind := MOVEMENT_KINDS.get(event.type)) is not None
        ]

    async def write(
        self, connection: Connection, schema: str, changes: Sequence[MovementRow]
    ) -> None:
        """Insert the rows, and first the months that they need."""
        if not changes:
            return
        times = {row[RECORDED_AT] for row in changes}
        months = sorted({time.date().replace(day=1) for time in times})
        await connection.execute(SQL["create_month"], schema, months)
        await connection.execute(SQL["insert"], *columns(changes))


def _row(event: DeliveredEvent, kind: str, body: Mapping[str, Any]) -> MovementRow:
    _, warehouse_id, sku = event.stream.split("/")
    unit_cost, step = body.get("unit_cost"), body.get("step")
    return (
        event.tenant_id,
        event.recorded_at,
        event.position,
        event.partition,
        warehouse_id,
        sku,
        event.version,
        kind if step is None else f"{kind}_{step}",
        quantity_of_event(body.get("quantity", 0)),
        *_sides(body),
        money_of_event(body["value_change"]),
        None if unit_cost is None else money_of_event(unit_cost),
        body.get("reason"),
        *_reference(body),
        event.actor,
        effective_time(body),
        event.command,
        *figures_after(body),
        money_of_event(body.get("transit_value_change") or 0),
    )


def _sides(body: Mapping[str, Any]) -> tuple[object, ...]:
    """Return both entries; of a corrected cost, by which no unit moved, two of nothing."""
    entries = body.get("entries")
    if entries is None:
        available = quantity_of_event(body["levels"]["available"])
        return (Bucket.AVAILABLE, available, available) * 2
    left, came_to = entries
    return (
        left["bucket"],
        quantity_of_event(left["before"]),
        quantity_of_event(left["after"]),
        came_to["bucket"],
        quantity_of_event(came_to["before"]),
        quantity_of_event(came_to["after"]),
    )


def _reference(body: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Return the document's type and id: the command's, else what the movement belongs to."""
    reference = stated_reference(body)
    if reference[1] is not None:
        return reference
    for kind in _DOCUMENTS:
        of_kind = body.get(f"{kind}_id")
        if of_kind is not None:
            return kind, of_kind
    return None, None
