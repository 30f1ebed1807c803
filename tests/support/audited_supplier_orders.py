"""A small, right log of orders to a supplier, for tests of the auditor to tamper with."""

from tests.support.audited_alerts import SETTINGS, gone, raised
from tests.support.audited_log import AuditedLog, Data, Said
from tests.support.audited_reservations import at
from tests.support.item_book import ItemBook, described

SUPPLIER: Data = {"supplier_id": "LUMEN", "supplier_name": "Lumen Works"}
LATE_AT = 9
"""Second of the log at which order P2 was expected."""


def about(order: str, kind: str, **data: object) -> Said:
    """Return an event of an order to a supplier."""
    return f"supplier_order/{order}", kind, {"supplier_order_id": order, **data}


def line(book: ItemBook, **figures: object) -> Data:
    """Return a line of an order, or of what came of it."""
    return {**book.item, **figures}


def taken(book: ItemBook, received: float, rejected: float = 0, over: float = 0) -> Data:
    """Return a line of what came, at 3 for each."""
    return line(book, received=received, rejected=rejected, over=over, unit_cost=3)


def on_order(
    book: ItemBook, order: str, change: float, left: float, *, reorder: bool = False
) -> Said:
    """Return the event of more or less of an item being on order."""
    data = {"supplier_order_id": order, "change": change, "on_order": left, "reorder": reorder}
    return book.stream, "OnOrderChanged", {**book.item, **data}


class OrderedLamps:
    """Two lamps in NORTH, and three orders of more from LUMEN.

    P1 answers REORDER_NEEDED: the 20 that are recommended. 12 came and 3 were rejected; then 6
    came, one more than was on order. P2: five, late; the supplier was not there, it was submitted
    by hand and confirmed; two came, the rest will not. P3: one, cancelled.
    """

    def __init__(self) -> None:
        self.log = AuditedLog()
        self.lamps = ItemBook("NORTH")
        log, lamps = self.log, self.lamps
        log.decide("c1", described("NORTH"))
        log.decide("c2", ("supplier/LUMEN", "SupplierRegistered", _described()))
        settings = {**SETTINGS, "maximum": None, "low_stock_percent": 0}
        log.decide(
            "c3",
            lamps.configured(**settings),
            lamps.stocked(),
            self.came(2),
            raised(lamps, "LOW_STOCK", 1, 2, trigger=5),
            raised(lamps, "REORDER_NEEDED", 1, 2),
        )
        self._reorder()
        self._order_late()
        log.decide("c12", self.ordered("P3", 1), on_order(lamps, "P3", 1, 1))
        cancelled = about("P3", "SupplierOrderCancelled", lines=[line(lamps, quantity=1)])
        log.decide("c13", cancelled, on_order(lamps, "P3", -1, 0))

    def ordered(self, order: str, quantity: float, **more: object) -> Said:
        """Return the event of lamps being ordered."""
        lines = [line(self.lamps, quantity=quantity)]
        return about(order, "SupplierOrderCreated", **SUPPLIER, lines=lines, **more)

    def delivered(self, order: str, delivery: str, taken_line: Data, **more: object) -> Said:
        """Return the event of something coming."""
        data = {"delivery_id": delivery, "lines": [taken_line], "completed": False, **more}
        return about(order, "SupplierOrderReceived", **data)

    def came(self, quantity: float, order: str | None = None) -> Said:
        """Return the event of lamps coming from a supplier, at 3 for each."""
        more = {} if order is None else {"supplier_order_id": order}
        way = ("supplier", "available")
        return self.lamps.moved("StockReceived", way, quantity, 3 * quantity, unit_cost=3, **more)

    def reorder(self, number: int) -> Data:
        """Return the alert that an order answers."""
        return {**self.lamps.item, "number": number}

    def _reorder(self) -> None:
        log, lamps = self.log, self.lamps
        log.decide(
            "c4",
            self.ordered("P1", 20, reorder=self.reorder(1)),
            on_order(lamps, "P1", 20, 20, reorder=True),
            gone(lamps, "REORDER_NEEDED", 1, 22),
        )
        log.decide("c5", about("P1", "SupplierOrderSubmitted", supplier_reference="S-1"))
        log.decide(
            "c6",
            self.delivered("P1", "D1", taken(lamps, 12, 3)),
            self.came(12, "P1"),
            on_order(lamps, "P1", -15, 5, reorder=True),
            gone(lamps, "LOW_STOCK", 1, 14),
        )
        log.decide(
            "c7",
            self.delivered("P1", "D2", taken(lamps, 6, 0, 1), completed=True),
            self.came(6, "P1"),
            on_order(lamps, "P1", -5, 0, reorder=True),
        )

    def _order_late(self) -> None:
        log, lamps = self.log, self.lamps
        log.decide(
            "c8",
            self.ordered("P2", 5, expected_delivery=at(LATE_AT)),
            on_order(lamps, "P2", 5, 5),
        )
        cause = {"code": "INVENTORY_SUPPLIER_UNAVAILABLE", "attempts": 3, "cause": "No answer"}
        log.decide("c9", about("P2", "SupplierUnavailable", supplier_id="LUMEN", **cause))
        log.decide("c10", about("P2", "SupplierOrderSubmitted"))
        log.decide("late", about("P2", "SupplierOrderOverdue", expected_delivery=at(LATE_AT)))
        log.decide("sure", about("P2", "SupplierOrderConfirmed", expected_delivery=at(60)))
        rest = [line(lamps, quantity=3)]
        log.decide(
            "c11",
            self.delivered("P2", "D1", taken(lamps, 2), cancelled=rest, completed=True),
            self.came(2, "P2"),
            on_order(lamps, "P2", -5, 0),
        )


def _described() -> Data:
    return {"supplier_id": "LUMEN", "name": "Lumen Works"}
