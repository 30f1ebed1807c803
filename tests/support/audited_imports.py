"""A small, right log with two imports, for tests of the auditor to tamper with."""

from tests.support.audited_log import AuditedLog, Data, Said
from tests.support.item_book import ItemBook, described

BY_IMPORT = {"reference": {"type": "import", "id": "I1"}}


def staged(chunk: int, *rows: Data, kind: str = "QuantitiesStaged", name: str = "I1") -> Said:
    """Return the event of rows being kept."""
    return f"import/{name}", kind, {"import_id": name, "chunk": chunk, "rows": list(rows)}


def applied(rows: int, changed: int, name: str = "I1") -> Said:
    """Return the event of an import being applied."""
    return f"import/{name}", "ImportApplied", {"import_id": name, "rows": rows, "changed": changed}


class ImportedLamps:
    """Ten lamps: two found and one lost, by rows that change; then eight, by one that counted.

    A second import sets a maximum.
    """

    def __init__(self) -> None:
        self.log = AuditedLog()
        self.lamps = ItemBook("NORTH")
        log, lamps = self.log, self.lamps
        log.decide("c1", described("NORTH"))
        log.decide("c2", lamps.configured(), lamps.received(10, 1), lamps.stocked())
        log.decide(
            "c3",
            staged(
                1, {"line": 2, **lamps.item, "change": 2}, {"line": 3, **lamps.item, "actual": 12}
            ),
        )
        log.decide(
            "c4",
            staged(
                2, {"line": 4, **lamps.item, "change": -1}, {"line": 5, **lamps.item, "actual": 8}
            ),
        )
        missing = lamps.adjusted(2, 2, **BY_IMPORT), lamps.adjusted(-1, -1, **BY_IMPORT)
        way = ("available", "adjustment")
        counted = lamps.moved(
            "StockCorrected", way, 3, -3, change=-3, actual_quantity=8, **BY_IMPORT
        )
        log.decide("c5", applied(4, 3), *missing, counted)
        row = {"line": 2, **lamps.item, "maximum": 50, "category": None}
        log.decide("c6", staged(1, row, kind="SettingsStaged", name="I2"))
        reference = {"reference": {"type": "import", "id": "I2"}}
        log.decide("c7", applied(1, 1, "I2"), lamps.configured(maximum=50, **reference))
