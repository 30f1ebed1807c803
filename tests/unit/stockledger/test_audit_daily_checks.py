"""The auditor convicts a day's check that leaves items out, or goes through them twice."""

import pytest

from tests.support.audited_alerts import (
    SETTINGS,
    checked,
    completed,
    raised,
    resolved,
    started,
)
from tests.support.audited_log import AuditedLog, Said
from tests.support.audited_supplier_orders import about, line, on_order
from tests.support.item_book import ItemBook, described, find

MONDAY, TUESDAY = "2026-11-23", "2026-11-24"
AUTOMATIC = "reorder_automatically"
SUPPLIER = {"supplier_id": "LUMEN", "name": "Lumen Works"}


class CheckedItems:
    """Four items without thresholds in two warehouses; a check in two parts went through them.

    None of them ever came: the check raised OUT_OF_STOCK of each. Between the parts one was added,
    behind the place that the check had come to; SOUTH-A comes before SOUTH.
    """

    def __init__(self) -> None:
        self.log = AuditedLog()
        log = self.log
        places = (("NORTH", "LAMP"), ("SOUTH", "LAMP"), ("SOUTH-A", "LAMP"))
        log.decide("c1", *(described(name) for name in ("NORTH", "SOUTH", "SOUTH-A")))
        for name, sku in places:
            log.decide(f"{name}", *configured(name, sku))
        log.decide("c2", started(MONDAY))
        log.decide("c3", out("NORTH"), out("SOUTH-A"), checked(MONDAY, 2, "SOUTH-A"))
        log.decide("c4", *configured("SOUTH", "DESK"))
        log.decide(
            "c5",
            out("SOUTH", "DESK"),
            out("SOUTH"),
            checked(MONDAY, 2, "SOUTH"),
            completed(MONDAY, 4),
        )


def configured(warehouse: str, sku: str) -> tuple[Said, Said]:
    """Return the events of an item being configured."""
    book = ItemBook(warehouse, sku)
    return book.configured(reorder_automatically=False), book.stocked()


def out(warehouse: str, sku: str = "LAMP") -> Said:
    """Return the event of an item being out of stock."""
    return raised(ItemBook(warehouse, sku), "OUT_OF_STOCK", 1, 0)


@pytest.fixture
def log() -> AuditedLog:
    return CheckedItems().log


def test_a_right_log_of_a_check_has_no_findings(log: AuditedLog) -> None:
    assert log.audit() == []


def test_a_check_goes_through_every_item(log: AuditedLog) -> None:
    log.tampered_data(find(log, "ItemsChecked"), items=1)
    audit = str(log.audit())
    assert "expected 2 items behind the beginning, found 1 up to item/SOUTH-A/LAMP" in audit
    assert "expected 3 items and none left, found 4 and 0 left" in audit


def test_a_check_goes_on_where_it_was(log: AuditedLog) -> None:
    last = {"warehouse_id": "NORTH", "sku": "LAMP"}
    log.tampered_data(find(log, "ItemsChecked"), items=1, last=last)
    audit = str(log.audit())
    assert "expected 3 items behind item/NORTH/LAMP, found 2 up to item/SOUTH/LAMP" in audit


def test_a_check_comes_to_items_that_there_are(log: AuditedLog) -> None:
    last = {"warehouse_id": "SOUTH", "sku": "TENT"}
    log.tampered_data(find(log, "ItemsChecked", items=2), last=last)
    assert "found 2 up to item/SOUTH/TENT" in str(log.audit())


def test_no_item_is_left_when_a_check_is_completed(log: AuditedLog) -> None:
    log.decide("c6", started(TUESDAY))
    log.decide("c7", checked(TUESDAY, 1, "NORTH"), completed(TUESDAY, 1))
    assert "expected 1 items and none left, found 1 and 3 left" in str(log.audit())


@pytest.mark.parametrize("kind", ["ItemsChecked", "DailyCheckCompleted"])
def test_a_check_is_that_of_the_day_under_way(log: AuditedLog, kind: str) -> None:
    log.tampered_data(find(log, kind), day=TUESDAY)
    assert f"expected the check under way, {MONDAY}, found {TUESDAY}" in str(log.audit())


def test_a_check_that_is_completed_does_not_go_on(log: AuditedLog) -> None:
    log.decide("c6", checked(MONDAY, 1, "NORTH"))
    assert f"expected the check under way, none, found {MONDAY}" in str(log.audit())


def test_a_day_begins_once(log: AuditedLog) -> None:
    log.decide("c6", started(MONDAY))
    assert f"expected after {MONDAY}, found {MONDAY}" in str(log.audit())


def test_a_check_raises_what_there_is_cause_for(log: AuditedLog) -> None:
    log.decide("c6", *configured("NORTH", "DESK"))
    log.decide("c7", started(TUESDAY))
    log.decide("c8", checked(TUESDAY, 5, "SOUTH"), completed(TUESDAY, 5))
    assert "OUT_OF_STOCK 1 open at 0 of DESK, trigger 0, found None" in str(log.audit())


def asked_again() -> tuple[AuditedLog, Said, Said]:
    """Return the log of lamps below their reorder point, a check begun, and what it has to say."""
    log, lamps = AuditedLog(), ItemBook("NORTH")
    settings = {**SETTINGS, "maximum": None, "low_stock_percent": 0, AUTOMATIC: True}
    log.decide("c1", described("NORTH"))
    log.decide("c2", ("supplier/LUMEN", "SupplierRegistered", SUPPLIER))
    log.decide(
        "c3",
        lamps.configured(**settings),
        lamps.stocked(),
        lamps.received(3, 1),
        raised(lamps, "LOW_STOCK", 1, 3, trigger=5),
        raised(lamps, "REORDER_NEEDED", 1, 3, **{AUTOMATIC: True}),
    )
    log.decide("c4", started(MONDAY))
    replaced = resolved(lamps, "REORDER_NEEDED", 1, 3, "replaced")
    return log, replaced, raised(lamps, "REORDER_NEEDED", 2, 3, **{AUTOMATIC: True})


def ends_check() -> tuple[Said, Said]:
    """Return that the lamps were checked, and that they were all."""
    return checked(MONDAY, 1), completed(MONDAY, 1)


def test_what_is_to_be_ordered_automatically_and_is_not_is_asked_for_anew() -> None:
    log, replaced, anew = asked_again()
    log.decide("c5", replaced, anew, *ends_check())
    assert log.audit() == []


def test_an_automatic_reorder_that_no_check_asks_for_anew_is_convicted() -> None:
    log, *_ = asked_again()
    log.decide("c5", *ends_check())
    assert "REORDER_NEEDED 2 open at 3 of LAMP, trigger 5, found 1" in str(log.audit())


def test_the_alert_before_is_replaced_and_not_without_cause() -> None:
    log, _, anew = asked_again()
    gone = resolved(ItemBook("NORTH"), "REORDER_NEEDED", 1, 3, "cause_gone")
    log.decide("c5", gone, anew, *ends_check())
    assert "expected replaced, found cause_gone" in str(log.audit())


def test_only_a_check_asks_for_a_reorder_anew() -> None:
    log, replaced, anew = asked_again()
    log.decide("c5", replaced, anew)
    assert "a change of the item, or a check, found neither" in str(log.audit())


def test_what_is_on_order_is_not_asked_for_anew() -> None:
    log, *_ = asked_again()
    lamps = ItemBook("NORTH")
    order = about(
        "P1",
        "SupplierOrderCreated",
        supplier_id="LUMEN",
        supplier_name="Lumen Works",
        lines=[line(lamps, quantity=2)],
        reorder={**lamps.item, "number": 1},
    )
    log.decide("c5", order, on_order(lamps, "P1", 2, 2, reorder=True))
    log.tampered_data(find(log, "ItemConfigured"), reorder_quantity=2)
    log.tampered_data(find(log, "AlertRaised", kind="REORDER_NEEDED"), recommended=2)
    log.decide("c6", *ends_check())
    assert log.audit() == []

    log.decide("c7", started(TUESDAY))
    anew = raised(lamps, "REORDER_NEEDED", 2, 5, recommended=2, **{AUTOMATIC: True})
    replaced = resolved(lamps, "REORDER_NEEDED", 1, 5, "replaced")
    log.decide("c8", replaced, anew, checked(TUESDAY, 1), completed(TUESDAY, 1))
    assert "REORDER_NEEDED 1 open at 5 of LAMP, trigger 5, found 2" in str(log.audit())


def test_what_is_given_up_is_counted_and_raises_nothing(log: AuditedLog) -> None:
    empty = [
        ("warehouse/WEST", "WarehouseDeleted", {"warehouse_id": "WEST"}),
    ]
    log.decide("c6", described("WEST"), *configured("WEST", "LAMP"))
    log.decide("c7", *empty)
    log.decide("c8", started(TUESDAY))
    log.decide("c9", checked(TUESDAY, 5, "WEST"), completed(TUESDAY, 5))
    assert log.audit() == []
    log.decide("c10", out("WEST"))
    assert "nothing more of WEST, which is deleted" in str(log.audit())
