"""Suppliers: all that is known of whom stock is ordered from."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Final

from stockledger.delivered_events import DeliveredEvent
from stockledger.messages.registry import type_name
from stockledger.messages.supplier import SupplierRegistered
from stockledger.rows import columns
from stockledger.statements import Connection, load_statements

SQL: Final = load_statements(Path(__file__).with_suffix(".sql"))
TABLE: Final = "suppliers"

_REGISTERED: Final = type_name(SupplierRegistered)

SupplierRow = tuple[object, ...]


class Suppliers:
    """Keeps `suppliers`."""

    table: ClassVar[str] = TABLE
    types: ClassVar[Sequence[str]] = (_REGISTERED,)

    def fold(self, events: Sequence[DeliveredEvent]) -> list[SupplierRow]:
        """Return what is known of each supplier, and when it was registered first."""
        first: dict[tuple[str, str], DeliveredEvent] = {}
        last: dict[tuple[str, str], DeliveredEvent] = {}
        for event in events:
            if event.type == _REGISTERED:
                key = (event.tenant_id, event.stream)
                first.setdefault(key, event)
                last[key] = event
        return [_row(event, first[key]) for key, event in last.items()]

    async def write(
        self, connection: Connection, schema: str, changes: Sequence[SupplierRow]
    ) -> None:
        """Write the changes."""
        del schema
        if changes:
            await connection.execute(SQL["register"], *columns(changes))


def _row(event: DeliveredEvent, first: DeliveredEvent) -> SupplierRow:
    body = event.body()
    return (
        event.tenant_id,
        body["supplier_id"],
        event.partition,
        event.position,
        event.version,
        event.recorded_at,
        first.recorded_at,
        body["name"],
        body.get("api_url"),
        body.get("contact"),
        body.get("email"),
        body.get("phone"),
        body.get("address"),
        body.get("lead_time_days"),
    )
