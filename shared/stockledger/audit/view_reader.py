"""Compares the live read models of one partition with the auditor's own fold."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from stockledger.audit.findings import Findings, Kind
from stockledger.audit.fold import PartitionFold
from stockledger.audit.item_seen import ItemKey, ItemSeen
from stockledger.audit.log_reader import PartitionWalk, read_heads
from stockledger.audit.read_models import (
    MOVEMENT_KINDS,
    Columns,
    Row,
    level_row,
    movement_row,
    warehouse_row,
)
from stockledger.audit.reservation_views import ReservationViews
from stockledger.audit.rows import EventRow, HeadRow
from stockledger.audit.stock_views import check_stock_views
from stockledger.audit.supply_views import check_supply_views
from stockledger.audit.table_check import TableCheck
from stockledger.audit.warehouses import WarehouseKey, WarehouseSeen
from stockledger.statements import Connection, load_statements

SQL: Final = load_statements(Path(__file__).with_suffix(".sql"))

GROUP: Final = "projector"
"""Under this name the live read models keep their positions."""


class ReadModelCheck:
    """What never changes again is compared page by page, the rest once, at one position."""

    def __init__(self, connection: Connection, fold: PartitionFold, findings: Findings) -> None:
        self.position = 0
        self._connection = connection
        self._fold = fold
        self._findings = findings
        self._table = TableCheck(connection, fold.partition, findings)
        self._reservations = ReservationViews(connection, fold, self._table)
        self._movements = 0

    async def begin(self) -> None:
        """Read how far the read models are; they are compared up to there, at least."""
        found: int | None = await self._connection.fetchval(
            SQL["position"], GROUP, self._fold.partition
        )
        self.position = found or 0

    async def check_page(self, events: Sequence[EventRow]) -> None:
        """Compare what a page of events made final, as far as the read models are."""
        await self._reservations.check_ended(self.position)
        moved = [event for event in events if event.type in MOVEMENT_KINDS]
        moved = [event for event in moved if event.position <= self.position]
        self._movements += len(moved)
        if not moved:
            return
        found = {row["position"]: row for row in await self._movements_of(moved)}
        for event in moved:
            self._check_movement(event, found.pop(event.position, None))
        for row in found.values():
            self._table.stray("movements", row, "position")

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
            await self._check_tables()
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
        self._table.compare(event.tenant_id, place, expected, found)

    async def _check_tables(self) -> None:
        fold, table = self._fold, self._table

        def level(_key: ItemKey, item: ItemSeen) -> Row:
            return level_row(fold.partition, item)

        def warehouse(key: WarehouseKey, seen: WarehouseSeen) -> Row:
            tenant, capacity = fold.tenants.get(key[0]), fold.capacities.seen.get(key)
            return warehouse_row(fold.partition, key, seen, tenant, capacity)

        item_key = ("tenant_id", "warehouse_id", "sku")
        await table.whole("stock_levels", SQL["levels"], item_key, fold.items.seen, level)
        await table.whole(
            "warehouses", SQL["warehouses"], item_key[:2], fold.warehouses.seen, warehouse
        )
        await table.count("movements", SQL["count_movements"], self._movements)
        await check_stock_views(fold, table)
        await check_supply_views(fold, table)
        await self._reservations.check_rows(self.position)
