"""The auditor convicts each damage, repair, scrapping, return or cost that is not as it must be."""

import pytest

from tests.support.audited_log import AuditedLog, kinds
from tests.support.item_book import ItemBook, described, find


class HandledLamps:
    """Ten lamps at 3.00: damaged, repaired, scrapped, sold, returned, and valued anew.

    Two broke, one of them out of quarantine; one was repaired, one scrapped. Three were sold under
    O1; one came back damaged, then three more, one of which nobody sold.
    """

    def __init__(self) -> None:
        self.log = AuditedLog()
        self.lamps = ItemBook("NORTH")
        log, lamps = self.log, self.lamps
        log.decide("c1", described("NORTH"))
        log.decide("c2", lamps.configured(), lamps.received(10, 3), lamps.stocked())
        sold = {"order_id": "O1", "lines": [{**lamps.item, "quantity": 3, "value": 9}]}
        sale = lamps.moved(
            "StockIssued", ("available", "customer"), 3, -9, purpose="sale", order_id="O1"
        )
        log.decide("c3", ("order/O1", "OrderItemsSold", sold), sale)
        log.decide("c4", lamps.moved("StockDamaged", ("available", "damaged"), 1))
        self.take_back(1, 3, "quarantined")
        log.decide("c6", lamps.moved("StockDamaged", ("quarantined", "damaged"), 1))
        log.decide("c7", lamps.moved("StockRepaired", ("damaged", "available"), 1))
        log.decide("c8", lamps.moved("StockScrapped", ("damaged", "scrap"), 1, -3))
        log.decide("c9", lamps.costs(2.5, -3.5))
        self.take_back(3, 8.5, "damaged", unsold=1)

    def take_back(
        self, quantity: float, value: float, bucket: str, unsold: float | None = None
    ) -> None:
        """Let units come back under order O1, some of them beyond what was sold."""
        more = {} if unsold is None else {"unsold": unsold}
        known = quantity - (unsold or 0)
        line = {**self.lamps.item, "sold_warehouse_id": "NORTH", "quantity": known}
        told = {"order_id": "O1", "lines": [{**line, "value": 3 * known}]}
        back = self.lamps.moved(
            "StockReturned", ("customer", bucket), quantity, value, order_id="O1", **more
        )
        self.log.decide(f"back-{quantity}", ("order/O1", "OrderReturned", told), back)


@pytest.fixture
def handled() -> HandledLamps:
    return HandledLamps()


@pytest.fixture
def log(handled: HandledLamps) -> AuditedLog:
    return handled.log


def test_a_right_log_of_damage_returns_and_costs_has_no_findings(log: AuditedLog) -> None:
    assert log.audit() == []


@pytest.mark.parametrize(
    ("kind", "bucket"),
    [
        ("StockDamaged", "scrap"),
        ("StockRepaired", "quarantined"),
        ("StockScrapped", "customer"),
        ("StockReturned", "reserved"),
    ],
)
def test_units_come_where_the_type_says(log: AuditedLog, kind: str, bucket: str) -> None:
    first, second = log.data_of(find(log, kind))["entries"]
    log.tampered_data(find(log, kind), entries=[first, {**second, "bucket": bucket}])
    assert "movement-change" in kinds(log.audit())


@pytest.mark.parametrize("kind", ["StockDamaged", "StockRepaired", "StockScrapped"])
def test_units_come_from_where_the_type_says(log: AuditedLog, kind: str) -> None:
    first, second = log.data_of(find(log, kind))["entries"]
    log.tampered_data(find(log, kind), entries=[{**first, "bucket": "reserved"}, second])
    assert "movement-change" in kinds(log.audit())


@pytest.mark.parametrize("kind", ["StockDamaged", "StockRepaired", "StockScrapped"])
def test_only_what_is_scrapped_takes_its_value_with_it(log: AuditedLog, kind: str) -> None:
    log.tampered_data(find(log, kind), value_change=-1)
    assert "value" in kinds(log.audit())


def test_no_more_is_damaged_than_was_available_or_held(handled: HandledLamps) -> None:
    handled.log.decide("c98", handled.lamps.moved("StockDamaged", ("available", "damaged"), 7))
    assert handled.log.audit() == []
    handled.log.decide("c99", handled.lamps.moved("StockDamaged", ("available", "damaged"), 1))
    assert "expected available and reserved at least 0, found -1" in str(handled.log.audit())


def test_no_more_is_repaired_or_scrapped_than_is_damaged(handled: HandledLamps) -> None:
    handled.log.decide("c99", handled.lamps.moved("StockScrapped", ("damaged", "scrap"), 4, -10))
    assert "expected damaged at least 0, found -1" in str(handled.log.audit())


def test_a_stated_cost_is_the_value_of_all_units(log: AuditedLog) -> None:
    log.tampered_data(find(log, "CostCorrected"), value_change=-3)
    assert {"value", "levels"} <= kinds(log.audit())


def test_the_levels_of_a_stated_cost_are_the_running_figures(log: AuditedLog) -> None:
    position = find(log, "CostCorrected")
    data = log.data_of(position)
    log.tampered_data(position, levels={**data["levels"], "value": 18})
    assert kinds(log.audit()) == {"levels"}


def test_a_cost_is_stated_only_when_it_changes_and_there_is_something(
    handled: HandledLamps,
) -> None:
    handled.log.decide("c98", handled.lamps.costs(2.6, 0))
    assert "value" in kinds(handled.log.audit())
    empty = HandledLamps()
    empty.log.decide("c98", empty.lamps.moved("StockScrapped", ("damaged", "scrap"), 3, -7.8))
    empty.log.decide(
        "c99",
        empty.lamps.moved("StockIssued", ("available", "scrap"), 7, -18.2, purpose="write_off"),
    )
    empty.log.decide("c100", empty.lamps.costs(2, 1))
    assert "expected units on hand to be worth something, found 0" in str(empty.log.audit())


def test_never_more_comes_back_than_was_sold_unless_it_is_named(log: AuditedLog) -> None:
    position = find(log, "StockReturned", unsold=1)
    log.tampered_data(position, unsold=None)
    found = log.audit()
    assert kinds(found) == {"order"}
    assert "returned to NORTH/LAMP: 2 worth 6, found 3 worth 8.5" in str(found)


def test_what_was_not_sold_is_worth_what_the_others_are(log: AuditedLog) -> None:
    position = find(log, "StockReturned", unsold=1)
    data = log.data_of(position)
    levels = {**data["levels"], "value": data["levels"]["value"] + 0.5}
    log.tampered_data(position, value_change=9, levels=levels)
    assert "returned to NORTH/LAMP: 2 worth 6, found 2 worth 6.5" in str(log.audit())


def test_a_correction_leaves_no_less_than_nothing(handled: HandledLamps) -> None:
    way = ("available", "adjustment")
    missing = handled.lamps.moved("StockCorrected", way, 11, -27.5, change=-11, actual_quantity=-1)
    handled.log.decide("c99", missing)
    assert "expected on hand at least 0, found -1" in str(handled.log.audit())
