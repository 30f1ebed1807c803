"""Lines of transfers: what was sent of each SKU, and what became of it."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Final

from stockledger.amounts import money_of_event, quantity_of_event
from stockledger.delivered_events import DeliveredEvent
from stockledger.rows import columns
from stockledger.statements import Connection, load_statements
from stockledger_projector.views.transfers import CANCELLED, CREATED, DISPATCHED, MADE, RECEIVED

SQL: Final = load_statements(Path(__file__).with_suffix(".sql"))
TABLE: Final = "transfer_lines"

_AMOUNTS: Final = (
    "quantity",
    "sent",
    "received",
    "damaged",
    "short",
    "over",
    "returned",
    "sent_value",
    "settled_value",
)
_PLACES: Final = {name: place for place, name in enumerate(_AMOUNTS)}
_WHAT_BECAME: Final = ("received", "damaged", "short", "over")

TransferLineRow = tuple[object, ...]


class TransferLines:
    """Keeps `transfer_lines`."""

    table: ClassVar[str] = TABLE
    types: ClassVar[Sequence[str]] = (CREATED, MADE, DISPATCHED, RECEIVED, CANCELLED)

    def fold(self, events: Sequence[DeliveredEvent]) -> list[TransferLineRow]:
        """Return what is added to each line."""
        sums: dict[tuple[object, ...], list[int]] = {}
        for event in events:
            if event.type in self.types:
                transfer_id = event.stream.partition("/")[2]
                for line in event.body()["lines"]:
                    key = (event.tenant_id, transfer_id, line["sku"], event.partition)
                    amounts = sums.setdefault(key, [0] * len(_AMOUNTS))
                    for name, amount in _told(event.type, line):
                        amounts[_PLACES[name]] += amount
        return [(*key, *amounts) for key, amounts in sums.items()]

    async def write(
        self, connection: Connection, schema: str, changes: Sequence[TransferLineRow]
    ) -> None:
        """Add the amounts."""
        del schema
        if changes:
            await connection.execute(SQL["add"], *columns(changes))


def _told(event_type: str, line: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """Yield what an event tells of a line: amounts by name."""
    if event_type == RECEIVED:
        for name in _WHAT_BECAME:
            yield name, quantity_of_event(line[name])
        yield "settled_value", money_of_event(line["value"])
        return
    quantity = quantity_of_event(line["quantity"])
    if event_type in (CREATED, MADE):
        yield "quantity", quantity
    if event_type in (DISPATCHED, MADE):
        yield "sent", quantity
        yield "sent_value", money_of_event(line["value"])
    if event_type == MADE:
        yield "received", quantity
    if event_type == CANCELLED:
        yield "returned", quantity
    if event_type in (MADE, CANCELLED):
        yield "settled_value", money_of_event(line["value"])
