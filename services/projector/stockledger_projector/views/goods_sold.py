"""Goods sold: what went to customers and came back, at cost, by the hour in which it did."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Final

from stockledger.amounts import money_of_event, quantity_of_event
from stockledger.delivered_events import DeliveredEvent
from stockledger.messages.fields import Bucket
from stockledger.messages.item import StockIssued, StockReturned
from stockledger.messages.registry import type_name
from stockledger.rows import columns
from stockledger.statements import Connection, load_statements
from stockledger_projector.views.backdated_changes import Grain, begin_of
from stockledger_projector.views.event_fields import effective_time

SQL: Final = load_statements(Path(__file__).with_suffix(".sql"))
TABLE: Final = "goods_sold"

_ISSUED: Final = type_name(StockIssued)
_RETURNED: Final = type_name(StockReturned)

SoldRow = tuple[object, ...]


class GoodsSold:
    """Keeps `goods_sold`. What was written off or used in production was not sold."""

    table: ClassVar[str] = TABLE
    types: ClassVar[Sequence[str]] = (_ISSUED, _RETURNED)

    def fold(self, events: Sequence[DeliveredEvent]) -> list[SoldRow]:
        """Return what was sold and returned in each hour."""
        sums: dict[tuple[object, ...], list[int]] = {}
        for event in events:
            if event.type not in self.types:
                continue
            body = event.body()
            left, came_to = body["entries"]
            if Bucket.CUSTOMER not in (left["bucket"], came_to["bucket"]):
                continue
            hour = begin_of(Grain.HOUR, effective_time(body) or event.recorded_at)
            key = (event.tenant_id, hour, body["warehouse_id"], event.partition)
            amounts = sums.setdefault(key, [0, 0, 0, 0])
            place = 0 if event.type == _ISSUED else 2
            amounts[place] += quantity_of_event(body["quantity"])
            amounts[place + 1] += abs(money_of_event(body["value_change"]))
        return [(*key, *amounts) for key, amounts in sums.items()]

    async def write(self, connection: Connection, schema: str, changes: Sequence[SoldRow]) -> None:
        """Add the amounts."""
        del schema
        if changes:
            await connection.execute(SQL["add"], *columns(changes))
