"""The auditor convicts a day's check that leaves items out, or goes through them twice."""

import pytest

from tests.support.audited_alerts import checked, completed, raised, started
from tests.support.audited_log import AuditedLog, Said
from tests.support.item_book import ItemBook, described, find

MONDAY, TUESDAY = "2026-11-23", "2026-11-24"


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
