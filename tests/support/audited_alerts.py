"""A small, right log of one item's alerts, for tests of the auditor to tamper with."""

from typing import Any

from tests.support.audited_log import AuditedLog, Data, Said
from tests.support.item_book import ItemBook, described

SETTINGS: Data = {
    "reorder_automatically": False,
    "maximum": 10,
    "low_stock_percent": 40,
    "reorder_point": 5,
    "reorder_quantity": 20,
    "supplier_id": "LUMEN",
}
"""Low at 4 of 10, to be reordered at 5, too many above 10."""

SEVERITIES = {
    "LOW_STOCK": "WARNING",
    "OUT_OF_STOCK": "CRITICAL",
    "REORDER_NEEDED": "INFO",
    "OVERSTOCK": "INFO",
}
TRIGGERS = {"LOW_STOCK": 4, "OUT_OF_STOCK": 0, "REORDER_NEEDED": 5, "OVERSTOCK": 10}


def raised(book: ItemBook, kind: str, number: int, figure: float, **more: object) -> Said:
    """Return the event of an alert about an item."""
    data: Data = {**_alert(book, kind, number), "figure": figure, "trigger": TRIGGERS[kind]}
    if kind == "REORDER_NEEDED":
        data |= {"recommended": 20, "supplier_id": "LUMEN", "reorder_automatically": False}
    return book.stream, "AlertRaised", {**data, "name": "Lamp", **more}


def resolved(
    book: ItemBook, kind: str, number: int, figure: float, resolution: str, **more: object
) -> Said:
    """Return the event of an alert being over."""
    data = {**_alert(book, kind, number), "figure": figure, "resolution": resolution}
    return book.stream, "AlertResolved", {**data, **more}


def gone(book: ItemBook, kind: str, number: int, figure: float) -> Said:
    """Return the event of an alert whose cause has gone."""
    return resolved(book, kind, number, figure, "cause_gone")


def by_hand(book: ItemBook, kind: str, number: int, figure: float, who: str | None = "bob") -> Said:
    """Return the event of an alert that somebody closes."""
    by: Data = {} if who is None else {"resolved_by": who}
    return resolved(book, kind, number, figure, "by_hand", **by)


def acknowledged(book: ItemBook, kind: str, number: int, who: str = "ann") -> Said:
    """Return the event of somebody seeing to an alert."""
    data = {**_alert(book, kind, number), "acknowledged_by": who}
    return book.stream, "AlertAcknowledged", data


def started(day: str) -> Said:
    """Return the event of a day's check being begun."""
    return "tenant", "DailyCheckStarted", {"day": day}


def checked(day: str, items: int, warehouse: str = "NORTH", sku: str = "LAMP") -> Said:
    """Return the event of items being checked, up to this one."""
    last = {"warehouse_id": warehouse, "sku": sku}
    return "tenant", "ItemsChecked", {"day": day, "items": items, "last": last}


def completed(day: str, items: int) -> Said:
    """Return the event of a check being completed."""
    return "tenant", "DailyCheckCompleted", {"day": day, "items": items}


class WatchedLamps:
    """Lamps in NORTH: configured, 12 came, 3 and 5 were sold, then the last 4.

    REORDER_NEEDED was raised at 0, over at 12, raised again at 4. OVERSTOCK was raised at 12, over
    at 9. LOW_STOCK was raised at 4, acknowledged, and replaced by OUT_OF_STOCK, which bob closed;
    the check raised that again, 2 came, and LOW_STOCK is open once more.
    """

    def __init__(self) -> None:
        self.log = AuditedLog()
        self.lamps = ItemBook("NORTH")
        log, lamps = self.log, self.lamps
        log.decide("c1", described("NORTH"))
        log.decide(
            "c2",
            lamps.configured(**SETTINGS),
            lamps.stocked(),
            raised(lamps, "REORDER_NEEDED", 1, 0),
        )
        log.decide(
            "c3",
            lamps.received(12, 1),
            gone(lamps, "REORDER_NEEDED", 1, 12),
            raised(lamps, "OVERSTOCK", 1, 12),
        )
        log.decide("c4", self.sold(3), gone(lamps, "OVERSTOCK", 1, 9))
        log.decide(
            "c5",
            self.sold(5),
            raised(lamps, "LOW_STOCK", 1, 4),
            raised(lamps, "REORDER_NEEDED", 2, 4),
        )
        log.decide("c6", acknowledged(lamps, "LOW_STOCK", 1))
        log.decide(
            "c7",
            self.sold(4),
            resolved(lamps, "LOW_STOCK", 1, 0, "replaced"),
            raised(lamps, "OUT_OF_STOCK", 1, 0),
        )
        log.decide("c8", by_hand(lamps, "OUT_OF_STOCK", 1, 0))
        log.decide("c9", started("2026-11-22"))
        log.decide(
            "c10",
            raised(lamps, "OUT_OF_STOCK", 2, 0),
            checked("2026-11-22", 1),
            completed("2026-11-22", 1),
        )
        log.decide(
            "c11",
            lamps.received(2, 1),
            gone(lamps, "OUT_OF_STOCK", 2, 2),
            raised(lamps, "LOW_STOCK", 2, 2),
        )

    def sold(self, quantity: float) -> Said:
        """Return the event of lamps being sold, at the 1 that each is worth."""
        way = ("available", "customer")
        return self.lamps.moved("StockIssued", way, quantity, -quantity, purpose="sale")

    def found(self, change: float, *alerts: Said) -> None:
        """Let lamps be found or missing, and alerts be said with it."""
        movement = self.lamps.adjusted(change, change)
        self.log.decide(f"found {len(self.log.answers)}", movement, *alerts)


def _alert(book: ItemBook, kind: str, number: int) -> dict[str, Any]:
    return {**book.item, "kind": kind, "number": number, "severity": SEVERITIES[kind]}
