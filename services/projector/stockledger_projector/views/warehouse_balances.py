"""Warehouse balances: a warehouse's figures at the end of each block of positions.

A block has as many positions however much moves in it: what is asked as of a time is answered by
one row a warehouse and by the movements of one block.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Final

from stockledger.delivered_events import DeliveredEvent
from stockledger.rows import columns
from stockledger.statements import Connection, load_statements
from stockledger_projector.views.movement_changes import FigureChanges, add_changes, no_changes
from stockledger_projector.views.view import MOVEMENT_KINDS

SQL: Final = load_statements(Path(__file__).with_suffix(".sql"))
TABLE: Final = "warehouse_balances"

BLOCK_POSITIONS: Final = 1_000
"""Positions of a block: so many movements are read at most, and stored as often is a row of each
warehouse that moved. The rows that are there depend on it: they were made by this number."""

BalanceRow = tuple[object, ...]


class WarehouseBalances:
    """Keeps `warehouse_balances`."""

    table: ClassVar[str] = TABLE
    types: ClassVar[Sequence[str]] = tuple(MOVEMENT_KINDS)

    def fold(self, events: Sequence[DeliveredEvent]) -> list[BalanceRow]:
        """Return what changed from the batch's begin to the end of each of its blocks."""
        sums: dict[tuple[str, str], FigureChanges] = {}
        rows: dict[tuple[str, str, int], BalanceRow] = {}
        for event in events:
            if event.type in MOVEMENT_KINDS:
                body = event.body()
                key = (event.tenant_id, body["warehouse_id"])
                changes = sums.get(key)
                if changes is None:
                    changes = sums[key] = no_changes()
                add_changes(changes, body)
                block = block_of(event.position)
                rows[*key, block] = (*key, block, event.partition, *changes)
        return list(rows.values())

    async def write(
        self, connection: Connection, schema: str, changes: Sequence[BalanceRow]
    ) -> None:
        """Write the rows: what changed, and what was there before."""
        del schema
        if changes:
            await connection.execute(SQL["carry"], *columns(changes))


def block_of(position: int) -> int:
    """Return the block that a position belongs to."""
    return (position - 1) // BLOCK_POSITIONS
