"""Lines of orders: what was sold from each item, and what of it came back, at cost."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Final

from stockledger.amounts import money_of_event, quantity_of_event
from stockledger.delivered_events import DeliveredEvent
from stockledger.messages.order import (
    OrderAccepted,
    OrderCancelled,
    OrderItemsSold,
    OrderReturned,
)
from stockledger.messages.registry import type_name
from stockledger.rows import columns
from stockledger.statements import Connection, load_statements

SQL: Final = load_statements(Path(__file__).with_suffix(".sql"))
TABLE: Final = "order_lines"

_SOLD: Final = frozenset({type_name(OrderAccepted), type_name(OrderItemsSold)})
_RETURNED: Final = frozenset({type_name(OrderCancelled), type_name(OrderReturned)})

OrderLineRow = tuple[object, ...]


class OrderLines:
    """Keeps `order_lines`. What came back counts where it was sold from."""

    table: ClassVar[str] = TABLE
    types: ClassVar[Sequence[str]] = tuple(sorted(_SOLD | _RETURNED))

    def fold(self, events: Sequence[DeliveredEvent]) -> list[OrderLineRow]:
        """Return how much was sold and returned of each line."""
        lines: dict[tuple[object, ...], list[int]] = {}
        for event in events:
            if event.type in _SOLD:
                place, warehouse = 0, "warehouse_id"
            elif event.type in _RETURNED:
                place, warehouse = 2, "sold_warehouse_id"
            else:
                continue
            order_id = event.stream.partition("/")[2]
            for line in event.body()["lines"]:
                key = (event.tenant_id, order_id, line[warehouse], line["sku"], event.partition)
                amounts = lines.setdefault(key, [0, 0, 0, 0])
                amounts[place] += quantity_of_event(line["quantity"])
                amounts[place + 1] += money_of_event(line["value"])
        return [(*key, *amounts) for key, amounts in lines.items()]

    async def write(
        self, connection: Connection, schema: str, changes: Sequence[OrderLineRow]
    ) -> None:
        """Add the amounts."""
        del schema
        if changes:
            await connection.execute(SQL["add"], *columns(changes))
