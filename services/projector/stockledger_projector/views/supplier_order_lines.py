"""Lines of orders to suppliers: what was ordered of each item, and what became of it."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Final

from stockledger.amounts import cost_of, money_of_event, quantity_of_event
from stockledger.delivered_events import DeliveredEvent
from stockledger.rows import columns
from stockledger.statements import Connection, load_statements
from stockledger_projector.views.supplier_orders import CANCELLED, CREATED, RECEIVED

SQL: Final = load_statements(Path(__file__).with_suffix(".sql"))
TABLE: Final = "supplier_order_lines"

_AMOUNTS: Final = ("ordered", "received", "rejected", "over", "cancelled", "received_value")
_PLACES: Final = {name: place for place, name in enumerate(_AMOUNTS)}
_TYPES: Final = (CREATED, RECEIVED, CANCELLED)

SupplierOrderLineRow = tuple[object, ...]
_Key = tuple[object, ...]
_Line = Mapping[str, Any]


class SupplierOrderLines:
    """Keeps `supplier_order_lines`."""

    table: ClassVar[str] = TABLE
    types: ClassVar[Sequence[str]] = _TYPES

    def fold(self, events: Sequence[DeliveredEvent]) -> list[SupplierOrderLineRow]:
        """Return what is added to each line, and what a unit of it was ordered at."""
        sums: dict[_Key, list[int]] = {}
        costs: dict[_Key, int | None] = {}
        for event in events:
            if event.type not in _TYPES:
                continue
            order_id = event.stream.partition("/")[2]
            for line, told in _told(event):
                place = (line["warehouse_id"], line["sku"])
                key = (event.tenant_id, order_id, *place, event.partition)
                amounts = sums.setdefault(key, [0] * len(_AMOUNTS))
                for name, amount in told.items():
                    amounts[_PLACES[name]] += amount
                if event.type == CREATED and line.get("unit_cost") is not None:
                    costs[key] = money_of_event(line["unit_cost"])
        return [(*key, costs.get(key), *amounts) for key, amounts in sums.items()]

    async def write(
        self, connection: Connection, schema: str, changes: Sequence[SupplierOrderLineRow]
    ) -> None:
        """Add the amounts."""
        del schema
        if changes:
            await connection.execute(SQL["add"], *columns(changes))


def _told(event: DeliveredEvent) -> Iterator[tuple[_Line, Mapping[str, int]]]:
    """Yield the lines of an event, and what it tells of each: amounts by name."""
    body = event.body()
    if event.type == CREATED:
        for line in body["lines"]:
            yield line, {"ordered": quantity_of_event(line["quantity"])}
        return
    if event.type == RECEIVED:
        for line in body["lines"]:
            yield line, _received(line)
    cancelled = body["lines"] if event.type == CANCELLED else body.get("cancelled", ())
    for line in cancelled:
        yield line, {"cancelled": quantity_of_event(line["quantity"])}


def _received(line: _Line) -> Mapping[str, int]:
    received = quantity_of_event(line["received"])
    return {
        "received": received,
        "rejected": quantity_of_event(line["rejected"]),
        "over": quantity_of_event(line["over"]),
        "received_value": cost_of(received, money_of_event(line["unit_cost"])),
    }
