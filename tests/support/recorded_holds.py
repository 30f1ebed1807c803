"""What reservations and orders do to items, as the command handler would have recorded it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from stockledger.amounts import Money, Quantity, share_of
from stockledger.messages.fields import Bucket, Sku, WarehouseId
from stockledger.messages.hold import (
    ExpiredHold,
    HoldExtended,
    HoldsExpired,
    StockReleased,
    StockReserved,
)
from stockledger.messages.item import IssuePurpose, StockIssued, StockReturned
from stockledger.messages.lines import AskedLine, HeldLine, ReturnedLine, SoldLine
from tests.support.recorded_ledger import THOUSAND, RecordedLedger, Stock


class Line(NamedTuple):
    """Whole units of an item."""

    warehouse: str
    sku: str
    quantity: int

    @property
    def held(self) -> HeldLine:
        return HeldLine(
            warehouse_id=WarehouseId(self.warehouse),
            sku=Sku(self.sku),
            quantity=Quantity(self.quantity * THOUSAND),
        )

    @property
    def asked(self) -> AskedLine:
        return AskedLine(sku=Sku(self.sku), quantity=Quantity(self.quantity * THOUSAND))

    def sold(self, value: int) -> SoldLine:
        return SoldLine(
            warehouse_id=WarehouseId(self.warehouse),
            sku=Sku(self.sku),
            quantity=Quantity(self.quantity * THOUSAND),
            value=Money(value),
        )

    def returned(self, value: int, *, to: str) -> ReturnedLine:
        return ReturnedLine(
            sold_warehouse_id=WarehouseId(self.warehouse),
            warehouse_id=WarehouseId(to),
            sku=Sku(self.sku),
            quantity=Quantity(self.quantity * THOUSAND),
            value=Money(value),
        )


LAMP = Line("NORTH", "LAMP", 1)
LAMPS = Line("NORTH", "LAMP", 3)
TENT = Line("SOUTH", "TENT", 2)


class RecordedHolds:
    """One tenant's items; each call records one event of an item."""

    def __init__(self, ledger: RecordedLedger, tenant: str) -> None:
        self._ledger = ledger
        self._tenant = tenant

    def hold(self, reservation: str, line: Line, held: int, expires_at: datetime) -> None:
        """Hold the line; `held` in all by the reservation."""
        self._ledger.record(
            self._tenant,
            StockReserved(
                **self._moved(line, Bucket.AVAILABLE, Bucket.RESERVED),
                reservation_id=reservation,
                held=Quantity(held * THOUSAND),
                expires_at=expires_at,
            ),
        )

    def release(self, reservation: str, line: Line, held: int) -> None:
        """Give the line back; `held` by the reservation still."""
        self._ledger.record(
            self._tenant,
            StockReleased(
                **self._moved(line, Bucket.RESERVED, Bucket.AVAILABLE),
                reservation_id=reservation,
                held=Quantity(held * THOUSAND),
            ),
        )

    def extend(self, reservation: str, line: Line, expires_at: datetime) -> None:
        """Hold the line for longer."""
        self._ledger.record(
            self._tenant,
            HoldExtended(
                warehouse_id=WarehouseId(line.warehouse),
                sku=Sku(line.sku),
                reservation_id=reservation,
                expires_at=expires_at,
            ),
        )

    def expire(self, item: tuple[str, str], holds: Sequence[tuple[str, int]]) -> None:
        """End lapsed holds of an item: reservations and their quantities."""
        line = Line(*item, sum(quantity for _, quantity in holds))
        self._ledger.record(
            self._tenant,
            HoldsExpired(
                **self._moved(line, Bucket.RESERVED, Bucket.AVAILABLE),
                holds=tuple(
                    ExpiredHold(reservation_id=each, quantity=Quantity(quantity * THOUSAND))
                    for each, quantity in holds
                ),
            ),
        )

    def issue_held(self, reservation: str, line: Line, value: int, order: str | None) -> None:
        """Sell what a reservation holds."""
        self._issue(line, Bucket.RESERVED, value, reservation, order)

    def issue(self, line: Line, value: int, order: str) -> None:
        """Sell available units under an order."""
        self._issue(line, Bucket.AVAILABLE, value, None, order)

    def take_back(self, order: str, line: Line, value: int, to: str) -> None:
        """Take units back, each at a value."""
        into = line._replace(warehouse=to)
        change = line.quantity * value
        self._ledger.record(
            self._tenant,
            StockReturned(
                **self._moved(into, Bucket.CUSTOMER, Bucket.AVAILABLE, change), order_id=order
            ),
        )

    def value(self, line: Line) -> int:
        """Return the value at cost that the line would leave with."""
        stock = self._stock(line)
        part = Quantity(line.quantity * THOUSAND)
        return share_of(Money(stock.value), part, Quantity(stock.on_hand))

    def _issue(
        self, line: Line, left: Bucket, value: int, reservation: str | None, order: str | None
    ) -> None:
        self._ledger.record(
            self._tenant,
            StockIssued(
                **self._moved(line, left, Bucket.CUSTOMER, -value),
                purpose=IssuePurpose.SALE,
                reservation_id=reservation,
                order_id=order,
            ),
        )

    def _moved(
        self, line: Line, left: Bucket, came_to: Bucket, value_change: int = 0
    ) -> dict[str, Any]:
        stock = self._stock(line)
        stock.value += value_change
        quantity = Quantity(line.quantity * THOUSAND)
        return {
            "warehouse_id": WarehouseId(line.warehouse),
            "sku": Sku(line.sku),
            "quantity": quantity,
            "entries": stock.move(left, came_to, quantity),
            "value_change": Money(value_change),
            "levels": stock.levels(),
        }

    def _stock(self, line: Line) -> Stock:
        return self._ledger.stocks[self._tenant, line.warehouse, line.sku]
