"""Tenants: their settings, as far as reports and previews need them."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Final

from stockledger.amounts import money_of_event
from stockledger.delivered_events import DeliveredEvent
from stockledger.messages.registry import type_name
from stockledger.messages.tenant import APPROVAL_DAYS_DEFAULT, TenantConfigured
from stockledger.rows import columns
from stockledger.statements import Connection, load_statements
from stockledger_projector.views.event_fields import optional_quantity

SQL: Final = load_statements(Path(__file__).with_suffix(".sql"))
TABLE: Final = "tenants"

_CONFIGURED: Final = type_name(TenantConfigured)

TenantRow = tuple[object, ...]


class Tenants:
    """Keeps `tenants`. A tenant that was never configured has no row."""

    table: ClassVar[str] = TABLE
    types: ClassVar[Sequence[str]] = (_CONFIGURED,)

    def fold(self, events: Sequence[DeliveredEvent]) -> list[TenantRow]:
        """Return the last settings of each tenant."""
        last = {event.tenant_id: event for event in events if event.type == _CONFIGURED}
        return [_row(event) for event in last.values()]

    async def write(
        self, connection: Connection, schema: str, changes: Sequence[TenantRow]
    ) -> None:
        """Write the settings."""
        del schema
        if changes:
            await connection.execute(SQL["configure"], *columns(changes))


def _row(event: DeliveredEvent) -> TenantRow:
    body = event.body()
    value = body.get("approval_value")
    return (
        event.tenant_id,
        event.partition,
        event.position,
        event.version,
        event.recorded_at,
        body["time_zone"],
        body.get("currency"),
        optional_quantity(body.get("approval_quantity")),
        None if value is None else money_of_event(value),
        body.get("approval_days", APPROVAL_DAYS_DEFAULT),
    )
