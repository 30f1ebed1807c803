"""Compares the live read models of one partition with the auditor's own fold."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, TypeVar

from stockledger.audit.balances import MOVEMENTS
from stockledger.audit.findings import Findings, Kind
from stockledger.audit.fold import PartitionFold
from stockledger.audit.log_reader import PartitionWalk, read_heads
from stockledger.audit.read_models import (
    Columns,
    Row,
    differences,
    level_row,
    movement_row,
    warehouse_row,
)
from stockledger.audit.rows import EventRow, HeadRow
from stockledger.statements import Connection, load_statements

SQL: Final = load_statements(Path(__file__).with_suffix(".sql"))

GROUP: Final = "projector"
"""Under this name the live read models keep their positions."""

ROWS_AHEAD: Final = 2_000
"""Rows that a cursor fetches at once."""

_Key = TypeVar("_Key", tuple[str, str], tuple[str, str, str])


class ReadModelCheck:
    """Movements are compared page by page, levels and warehouses once, at one position."""

    def __init__(self, connection: Connection, fold: PartitionFold, findings: Findings) -> None:
        self.position = 0
        self._connection = connection
        self._fold = fold
        self._findings = findings
        self._movements = 0

    async def begin(self) -> None:
        """Read how far the read models are; they are compared up to there, at least."""
        found: int | None = await self._connection.fetchval(
            SQL["position"], GROUP, self._fold.partition
        )
        self.position = found or 0

    async def check_page(self, events: Sequence[EventRow]) -> None:
        """Compare the movements of a page of events, as far as the read models are."""
        moved = [event for event in events if event.type in MOVEMENTS]
        moved = [event for event in moved if event.position <= self.position]
        self._movements += len(moved)
        if not moved:
            return
        found = {row["position"]: row for row in await self._movements_of(moved)}
        for event in moved:
            self._check_movement(event, found.pop(event.position, None))
        for row in found.values():
            self._stray("movements", row, "position")

    async def check_rows(self, walk: PartitionWalk) -> HeadRow:
        """Go on to where the read models are now, and compare; return the log's head by then.

        One snapshot shows the read models, their position and the log; it is short, since most
        of the log was folded before.
        """
        async with self._connection.transaction(isolation="repeatable_read", readonly=True):
            await self.begin()
            head = (await read_heads(self._connection))[self._fold.partition]
            if self.position >= head.next_position:
                place, last = f"partition {head.partition}", head.next_position - 1
                expected = f"at most {last}"
                kind = Kind.READ_MODEL_POSITION
                self._findings.add(kind, "", place, expected, self.position)
                self.position = last
            await walk.advance(head, self.position)
            await self._check_levels()
            await self._check_warehouses()
            await self._check_count()
        return head

    async def _movements_of(self, events: Sequence[EventRow]) -> Sequence[Columns]:
        return await self._connection.fetch(
            SQL["movements"],
            sorted({event.tenant_id for event in events}),
            min(event.recorded_at for event in events),
            max(event.recorded_at for event in events),
            events[0].position,
            events[-1].position,
            self._fold.partition,
        )

    def _check_movement(self, event: EventRow, found: Columns | None) -> None:
        place = f"movements {event.partition}-{event.position}"
        try:
            expected = movement_row(event)
        except (KeyError, TypeError, ValueError, AttributeError):
            return  # the fold has told that the event cannot be read
        self._compare(event.tenant_id, place, expected, found)

    async def _check_levels(self) -> None:
        fold = self._fold
        unseen = dict(fold.items)
        async for row in self._connection.cursor(
            SQL["levels"], fold.partition, prefetch=ROWS_AHEAD
        ):
            item = unseen.pop((row["tenant_id"], row["warehouse_id"], row["sku"]), None)
            if item is None:
                self._stray("stock_levels", row, "warehouse_id", "sku")
                continue
            place = f"stock_levels {row['warehouse_id']}/{row['sku']}"
            self._compare(row["tenant_id"], place, level_row(fold.partition, item), row)
        self._missing("stock_levels", unseen)

    async def _check_warehouses(self) -> None:
        fold = self._fold
        unseen = dict(fold.warehouses)
        async for row in self._connection.cursor(
            SQL["warehouses"], fold.partition, prefetch=ROWS_AHEAD
        ):
            key = (row["tenant_id"], row["warehouse_id"])
            warehouse = unseen.pop(key, None)
            if warehouse is None:
                self._stray("warehouses", row, "warehouse_id")
                continue
            expected = warehouse_row(fold.partition, key, warehouse, fold.tenants.get(key[0]))
            self._compare(key[0], f"warehouses {key[1]}", expected, row)
        self._missing("warehouses", unseen)

    async def _check_count(self) -> None:
        found = await self._connection.fetchval(SQL["count_movements"], self._fold.partition)
        if found != self._movements:
            place = f"movements of partition {self._fold.partition}"
            self._findings.add(Kind.READ_MODEL, "", place, f"{self._movements} rows", found)

    def _compare(self, tenant_id: str, place: str, expected: Row, found: Columns | None) -> None:
        if found is None:
            self._findings.add(Kind.READ_MODEL, tenant_id, place, "a row", "none")
            return
        for column, value, other in differences(expected, found):
            self._findings.add(Kind.READ_MODEL, tenant_id, f"{place} {column}", value, other)

    def _stray(self, table: str, row: Columns, *names: str) -> None:
        place = f"{table} {'/'.join(str(row[name]) for name in names)}"
        self._findings.add(Kind.READ_MODEL, row["tenant_id"], place, "no row", "a row")

    def _missing(self, table: str, unseen: Mapping[_Key, object]) -> None:
        for tenant_id, *rest in unseen:
            place = f"{table} {'/'.join(rest)}"
            self._findings.add(Kind.READ_MODEL, tenant_id, place, "a row", "none")
