"""Compares the read models of reservations, holds and orders with the auditor's own fold."""

from pathlib import Path
from typing import Final

from stockledger.audit.decision import ReservationKey
from stockledger.audit.fold import PartitionFold
from stockledger.audit.holds import Hold
from stockledger.audit.order_rows import hold_row, order_line_row, order_row, reservation_row
from stockledger.audit.orders import SoldSeen
from stockledger.audit.reservations import ACTIVE, ReservationSeen
from stockledger.audit.table_check import TableCheck
from stockledger.statements import Connection, load_statements

SQL: Final = load_statements(Path(__file__).with_suffix(".sql"))


class ReservationViews:
    """An ended reservation is compared soon after its end and then let go; the rest at last."""

    def __init__(self, connection: Connection, fold: PartitionFold, table: TableCheck) -> None:
        self._connection = connection
        self._fold = fold
        self._table = table

    async def check_ended(self, position: int) -> None:
        """Compare the reservations that ended since, up to a position of the read models."""
        ended = self._fold.reservations.take_settled()
        await self._compare_ended({key: seen for key, seen in ended if seen.position <= position})

    async def check_rows(self, position: int) -> None:
        """Compare all the rest; the fold and the read models are both at the position."""
        await self.check_ended(position)
        fold, table = self._fold, self._table
        known = fold.reservations.active
        live = {key: seen for key, seen in known.items() if seen.status == ACTIVE}
        await self._compare_ended({key: known[key] for key in known.keys() - live.keys()})
        await table.whole(
            "reservations",
            SQL["active_reservations"],
            ("tenant_id", "reservation_id"),
            live,
            lambda _, seen: reservation_row(fold.partition, seen),
        )
        everyone = len(known) + len(fold.reservations.ended)
        await table.count("reservations", SQL["count_reservations"], everyone)
        await table.whole(
            "holds",
            SQL["holds"],
            ("tenant_id", "warehouse_id", "sku", "reservation_id"),
            _holds_of(fold),
            lambda _, hold: hold_row(hold),
        )
        await table.whole(
            "fulfilment",
            SQL["fulfilment"],
            ("tenant_id", "hour"),
            fold.reservations.fulfilment,
            lambda _, counts: counts,
        )
        await self._check_orders()

    async def _check_orders(self) -> None:
        fold, table = self._fold, self._table
        await table.whole(
            "orders",
            SQL["orders"],
            ("tenant_id", "order_id"),
            fold.orders.seen,
            lambda _, order: order_row(fold.partition, order),
        )
        await table.whole(
            "order_lines",
            SQL["order_lines"],
            ("tenant_id", "order_id", "warehouse_id", "sku"),
            _lines_of(fold),
            lambda _, sold: order_line_row(sold),
        )

    async def _compare_ended(self, ended: dict[ReservationKey, ReservationSeen]) -> None:
        if not ended:
            return
        tenants, names = zip(*ended, strict=True)
        rows = await self._connection.fetch(SQL["reservations_named"], tenants, names)
        found = {(row["tenant_id"], row["reservation_id"]): row for row in rows}
        for key, seen in ended.items():
            expected = reservation_row(self._fold.partition, seen)
            self._table.compare(key[0], f"reservations {key[1]}", expected, found.get(key))


def _holds_of(fold: PartitionFold) -> dict[tuple[str, str, str, str], Hold]:
    return {
        (*key, reservation_id): hold
        for key, item in fold.items.seen.items()
        for reservation_id, hold in item.holds.live.items()
    }


def _lines_of(fold: PartitionFold) -> dict[tuple[str, str, str, str], SoldSeen]:
    return {
        (*key, *place): sold
        for key, order in fold.orders.seen.items()
        for place, sold in order.sold.items()
    }
