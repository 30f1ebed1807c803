"""The auditor convicts each warehouse that is fuller, or other than it says; and given-up ones."""

import pytest

from tests.support.audited_log import AuditedLog, Said, kinds
from tests.support.item_book import ItemBook, described, find


class LimitedWarehouse:
    """NORTH takes 100 units: 60 lamps and 25 chairs came, 10 chairs were sold, 4 lamps broke.

    Of 80 % it was warned at 85, and again once it had eased at 72. SOUTH has a volume of 10, of
    which 5 lamps take 4.
    """

    def __init__(self) -> None:
        self.log = AuditedLog()
        self.lamps, self.chairs = ItemBook("NORTH"), ItemBook("NORTH", "CHAIR")
        self.small = ItemBook("SOUTH")
        log, lamps, chairs = self.log, self.lamps, self.chairs
        log.decide("c1", described("NORTH"))
        log.decide("c2", lamps.configured(), lamps.received(60, 1), lamps.stocked())
        limited = described("NORTH", "WarehouseUpdated", capacity=100, capacity_unit="units")
        log.decide("c3", limited, set_to("NORTH", 100, 60))
        log.decide(
            "c4",
            chairs.configured(),
            chairs.received(25, 1),
            chairs.stocked(),
            used(25, 85),
            said("CapacityWarned", 80, 85),
        )
        sale = chairs.moved("StockIssued", ("available", "customer"), 10, -10, purpose="sale")
        log.decide("c5", sale, used(-10, 75))
        log.decide("c6", lamps.moved("StockDamaged", ("available", "damaged"), 3))
        scrapped = lamps.moved("StockScrapped", ("damaged", "scrap"), 3, -3)
        log.decide("c7", scrapped, used(-3, 72), said("CapacityEased", 80, 72))
        log.decide("c8", chairs.received(9, 1), used(9, 81), said("CapacityWarned", 80, 81))
        self._fill_south()

    def _fill_south(self) -> None:
        limited = described("SOUTH", capacity=10, capacity_unit="volume")
        self.log.decide("c9", limited, set_to("SOUTH", 10, 0, "volume"))
        self.log.decide(
            "c10",
            self.small.configured(unit_volume=0.5),
            self.small.received(5, 1),
            self.small.stocked(),
            used(2.5, 2.5, "SOUTH", 10),
        )
        self.log.decide("c11", self.small.configured(unit_volume=0.8), used(1.5, 4, "SOUTH", 10))


def set_to(warehouse: str, capacity: float | None, used: float, unit: str = "units") -> Said:
    """Return the event of a limit being set."""
    limit = {"warehouse_id": warehouse, "capacity": capacity, "unit": unit, "used": used}
    return f"capacity/{warehouse}", "CapacitySet", limit


def used(change: float, used: float, warehouse: str = "NORTH", capacity: float = 100) -> Said:
    """Return the event of more or less being used."""
    data = {"warehouse_id": warehouse, "change": change, "used": used, "capacity": capacity}
    return f"capacity/{warehouse}", "CapacityUsed", data


def said(kind: str, percent: int, used: float, capacity: float = 100) -> Said:
    """Return the event of a warning, or of its end."""
    data = {"warehouse_id": "NORTH", "percent": percent, "used": used, "capacity": capacity}
    return "capacity/NORTH", kind, data


def given_up(warehouse: str) -> Said:
    """Return the event of a warehouse being deleted."""
    return f"warehouse/{warehouse}", "WarehouseDeleted", {"warehouse_id": warehouse}


@pytest.fixture
def limited() -> LimitedWarehouse:
    return LimitedWarehouse()


@pytest.fixture
def log(limited: LimitedWarehouse) -> AuditedLog:
    return limited.log


def test_a_right_log_of_capacities_has_no_findings(log: AuditedLog) -> None:
    assert log.audit() == []


@pytest.mark.parametrize("kind", ["CapacitySet", "CapacityUsed"])
def test_used_is_what_is_on_hand(log: AuditedLog, kind: str) -> None:
    log.tampered_data(find(log, kind), used=70)
    assert "capacity" in kinds(log.audit())
    assert "units of NORTH used, as is on hand, found 70" in str(log.audit())


def test_volume_is_that_of_each_item_by_its_settings(log: AuditedLog) -> None:
    log.tampered_data(find(log, "ItemConfigured", unit_volume=0.8), unit_volume=0.9)
    assert "expected 4.5 volume of SOUTH used, as is on hand, found 4" in str(log.audit())


def test_every_change_of_what_is_on_hand_is_said(limited: LimitedWarehouse) -> None:
    limited.log.decide("c99", limited.chairs.received(1, 1))
    assert kinds(limited.log.audit()) == {"capacity"}


def test_a_change_leads_from_what_was_used_to_what_is(log: AuditedLog) -> None:
    log.tampered_data(find(log, "CapacityUsed", used=85), change=24)
    assert "expected used 60 changed, found 85 after a change by 24" in str(log.audit())


@pytest.mark.parametrize("kind", ["CapacityUsed", "CapacityWarned", "CapacityEased"])
def test_the_limit_is_the_one_that_was_set(log: AuditedLog, kind: str) -> None:
    log.tampered_data(find(log, kind), capacity=99)
    assert "expected used and capacity" in str(log.audit())


@pytest.mark.parametrize("changes", [{"capacity": 99}, {"capacity_unit": "volume"}])
def test_the_limit_is_the_one_of_the_description(
    log: AuditedLog, changes: dict[str, object]
) -> None:
    log.tampered_data(find(log, "WarehouseUpdated"), **changes)
    assert "limited to" in str(log.audit())


def test_a_limit_that_is_described_is_set(limited: LimitedWarehouse) -> None:
    limited.log.decide("c99", described("WEST", capacity=7))
    assert "expected WEST limited to 7000 units" in str(limited.log.audit())


def test_a_limit_may_be_taken_away(limited: LimitedWarehouse) -> None:
    limited.log.decide("c98", described("NORTH", "WarehouseUpdated"), set_to("NORTH", None, 81))
    limited.log.decide("c99", limited.lamps.received(900, 1))
    assert limited.log.audit() == []


def test_a_full_warehouse_takes_no_delivery(limited: LimitedWarehouse) -> None:
    came = limited.lamps.received(20, 1)
    warned = said("CapacityWarned", 95, 101)
    limited.log.decide("c99", came, used(20, 101), warned)
    assert "expected at most 100 taken into NORTH, found 101" in str(limited.log.audit())


def test_a_full_warehouse_takes_what_was_found_in_it(limited: LimitedWarehouse) -> None:
    warned = said("CapacityWarned", 95, 101)
    limited.log.decide("c99", limited.lamps.adjusted(20, 20), used(20, 101), warned)
    assert limited.log.audit() == []


@pytest.mark.parametrize("step", ["received", "damaged", "over"])
def test_a_full_warehouse_takes_no_transfer(limited: LimitedWarehouse, step: str) -> None:
    ways = {
        "received": ("transfer", "available"),
        "damaged": ("in_transit", "damaged"),
        "over": ("adjustment", "available"),
    }
    came = limited.lamps.step("T1", step, ways[step], 20)
    limited.log.decide("c99", came, used(20, 101), said("CapacityWarned", 95, 101))
    assert "expected at most 100 taken into NORTH, found 101" in str(limited.log.audit())


def test_a_full_warehouse_takes_back_what_it_sent(limited: LimitedWarehouse) -> None:
    back = limited.lamps.step("T1", "returned", ("transfer", "available"), 20, value=20)
    limited.log.decide("c99", back, used(20, 101), said("CapacityWarned", 95, 101))
    assert "capacity" not in kinds(limited.log.audit())


@pytest.mark.parametrize(
    ("kind", "is_refused"), [("OrderReturned", True), ("OrderCancelled", False)]
)
def test_a_full_warehouse_takes_cancelled_orders_back_but_no_returns(
    limited: LimitedWarehouse, kind: str, *, is_refused: bool
) -> None:
    told: Said = ("order/O1", kind, {"order_id": "O1", "lines": []})
    back = limited.chairs.moved("StockReturned", ("customer", "available"), 20, 20, order_id="O1")
    limited.log.decide("c99", told, back, used(20, 101), said("CapacityWarned", 95, 101))
    assert ("capacity" in kinds(limited.log.audit())) is is_refused


def test_a_warning_is_said_when_it_is_time(limited: LimitedWarehouse) -> None:
    limited.log.decide("c99", limited.lamps.received(14, 1), used(14, 95))
    assert "expected 95 % of NORTH warned of, found 95 of 100" in str(limited.log.audit())


def test_a_warning_is_over_when_it_is_time(limited: LimitedWarehouse) -> None:
    sale = limited.lamps.moved("StockIssued", ("available", "customer"), 7, -7, purpose="sale")
    limited.log.decide("c99", sale, used(-7, 74))
    assert "expected 80 % of NORTH eased, found 74 of 100" in str(limited.log.audit())


def test_a_warning_is_said_once_until_it_is_over(limited: LimitedWarehouse) -> None:
    limited.log.decide("c99", said("CapacityWarned", 80, 81))
    assert "expected 80 % warned of and eased in turn" in str(limited.log.audit())


def test_only_a_warning_that_was_said_is_over(limited: LimitedWarehouse) -> None:
    limited.log.decide("c99", said("CapacityEased", 95, 81))
    assert "expected 95 % warned of and eased in turn" in str(limited.log.audit())


def test_neither_a_warning_nor_its_end_comes_too_early(limited: LimitedWarehouse) -> None:
    limited.log.decide("c98", said("CapacityWarned", 95, 81))
    sale = limited.lamps.moved("StockIssued", ("available", "customer"), 5, -5, purpose="sale")
    limited.log.decide("c99", sale, used(-5, 76), said("CapacityEased", 80, 76))
    found = [line for line in limited.log.audit() if " % in time, found " in line]
    assert [line.rsplit("found ", 1)[1] for line in found] == ["81 of 100", "76 of 100"]


def test_a_deleted_warehouse_is_empty(log: AuditedLog) -> None:
    log.decide("c99", given_up("SOUTH"))
    assert "expected no LAMP left in it, found available 5" in str(log.audit())


def test_a_deleted_warehouse_is_not_the_default_one(log: AuditedLog) -> None:
    log.decide("c97", described("WEST"))
    log.decide("c98", ("tenant", "DefaultWarehouseSet", {"warehouse_id": "WEST"}))
    log.decide("c99", given_up("WEST"))
    assert "expected another than the default one deleted, found WEST" in str(log.audit())


def test_nothing_is_heard_of_a_deleted_warehouse(log: AuditedLog) -> None:
    chairs = ItemBook("WEST", "CHAIR")
    log.decide("c95", described("WEST"))
    log.decide("c96", given_up("WEST"))
    assert log.audit() == []
    log.decide("c97", described("WEST"))
    log.decide("c98", chairs.configured(), chairs.stocked())
    log.decide("c99", set_to("WEST", None, 0))
    found = [line for line in log.audit() if "expected nothing more of WEST" in line]
    assert [line.split()[2].split("/")[0] for line in found] == ["warehouse", "item", "capacity"]
