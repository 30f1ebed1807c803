"""The auditor convicts each alert about a full warehouse that does not go with the warnings."""

import pytest

from tests.support.audited_alerts import checked, completed, started
from tests.support.audited_log import AuditedLog, Said, kinds
from tests.support.item_book import ItemBook, described, find

MONDAY = "2026-11-23"


def told(kind: str, number: int, **more: object) -> Said:
    """Return an event of the alert about NORTH, of which the first is a warning."""
    data = {"warehouse_id": "NORTH", "kind": "CAPACITY", "number": number, "severity": "WARNING"}
    return "capacity/NORTH", kind, {**data, **more}


def raised(number: int, used: float, percent: int = 80) -> Said:
    """Return the event of an alert about so much being used, of 10."""
    severity = "CRITICAL" if percent == 95 else "WARNING"
    figures = {"figure": used, "trigger": percent / 10, "severity": severity}
    return told("AlertRaised", number, **figures)


def over(number: int, used: float, resolution: str, severity: str = "WARNING") -> Said:
    """Return the event of such an alert being over."""
    figures = {"figure": used, "resolution": resolution, "severity": severity}
    return told("AlertResolved", number, **figures)


class FullWarehouse:
    """NORTH takes 10: 8 came, 1.5 more, and left again, and 3 more; then 3 came back.

    Of 80 % it was warned, then of 95 %, which eased, then 80 % did; now it is warned of again.
    """

    def __init__(self) -> None:
        self.log = AuditedLog()
        self.lamps = ItemBook("NORTH")
        self.used = 0.0
        log, lamps = self.log, self.lamps
        limit = {"warehouse_id": "NORTH", "capacity": 10, "unit": "units", "used": 0}
        described_so = described("NORTH", capacity=10, capacity_unit="units")
        log.decide("c1", described_so, ("capacity/NORTH", "CapacitySet", limit))
        log.decide("c2", lamps.configured(reorder_automatically=False), lamps.stocked())
        self.change(8, self.said("CapacityWarned", 80, 8), raised(1, 8))
        self.change(
            1.5, self.said("CapacityWarned", 95, 9.5), over(1, 9.5, "replaced"), raised(2, 9.5, 95)
        )
        self.change(
            -1,
            self.said("CapacityEased", 95, 8.5),
            over(2, 8.5, "cause_gone", "CRITICAL"),
            raised(3, 8.5),
        )
        self.change(-3, self.said("CapacityEased", 80, 5.5), over(3, 5.5, "cause_gone"))
        self.change(3, self.said("CapacityWarned", 80, 8.5), raised(4, 8.5))

    def change(self, change: float, *said: Said) -> None:
        """Let lamps come or go, and what is said with it."""
        self.used += change
        used = {"warehouse_id": "NORTH", "change": change, "used": self.used, "capacity": 10}
        moved = self.lamps.adjusted(change, 0)
        number = len(self.log.answers)
        self.log.decide(f"m{number}", moved, ("capacity/NORTH", "CapacityUsed", used), *said)

    def said(self, kind: str, percent: int, used: float) -> Said:
        """Return the event of a warning, or of its end."""
        data = {"warehouse_id": "NORTH", "percent": percent, "used": used, "capacity": 10}
        return "capacity/NORTH", kind, data


@pytest.fixture
def full() -> FullWarehouse:
    return FullWarehouse()


@pytest.fixture
def log(full: FullWarehouse) -> AuditedLog:
    return full.log


def test_a_right_log_of_capacity_alerts_has_no_findings(log: AuditedLog) -> None:
    assert log.audit() == []


@pytest.mark.parametrize(
    ("number", "changes", "finding"),
    [
        (1, {"severity": "CRITICAL"}, "expected severity and trigger ('WARNING', 8000)"),
        (2, {"severity": "WARNING"}, "expected severity and trigger ('CRITICAL', 9500)"),
        (2, {"trigger": 9}, "expected severity and trigger ('CRITICAL', 9500)"),
        (1, {"figure": 7}, "expected figure 8000, found 7000"),
        (1, {"kind": "OVERSTOCK"}, "expected CAPACITY, found OVERSTOCK"),
        (4, {"number": 5}, "expected CAPACITY 4, found 5"),
    ],
)
def test_an_alert_says_how_full_the_warehouse_is(
    log: AuditedLog, number: int, changes: dict[str, object], finding: str
) -> None:
    log.tampered_data(find(log, "AlertRaised", number=number, kind="CAPACITY"), **changes)
    assert finding in str(log.audit())


@pytest.mark.parametrize(
    ("number", "resolution", "right"),
    [(1, "cause_gone", "replaced"), (3, "replaced", "cause_gone")],
)
def test_only_a_graver_alert_takes_the_place_of_another(
    log: AuditedLog, number: int, resolution: str, right: str
) -> None:
    log.tampered_data(find(log, "AlertResolved", number=number), resolution=resolution)
    assert f"expected {right}, found {resolution}" in str(log.audit())


def test_each_warning_has_its_alert(full: FullWarehouse) -> None:
    full.change(1, full.said("CapacityWarned", 95, 9.5))
    assert "CAPACITY 5 of NORTH open, 95 % being warned of, found 4" in str(full.log.audit())


def test_an_alert_is_over_with_its_warning(full: FullWarehouse) -> None:
    full.change(-3, full.said("CapacityEased", 80, 5.5))
    assert "CAPACITY None of NORTH open, 0 % being warned of, found 4" in str(full.log.audit())


@pytest.mark.parametrize("event", [raised(5, 8.5), over(4, 8.5, "cause_gone")])
def test_an_alert_comes_and_goes_with_a_warning(full: FullWarehouse, event: Said) -> None:
    full.log.decide("c9", event)
    assert "expected a warning, or the end of one, found neither" in str(full.log.audit())


class TestResolvedByHand:
    """What somebody closed is raised again by the next warning, or by the day's check."""

    @pytest.fixture
    def closed(self, full: FullWarehouse) -> FullWarehouse:
        by_hand = {"resolution": "by_hand", "resolved_by": "bob", "figure": 8.5}
        full.log.decide("c9", told("AlertResolved", 4, **by_hand))
        assert full.log.audit() == []
        return full

    def test_a_graver_warning_raises_it(self, closed: FullWarehouse) -> None:
        closed.change(1, closed.said("CapacityWarned", 95, 9.5))
        assert "CAPACITY 5 of NORTH open, 95 % being warned of" in str(closed.log.audit())

    def test_a_warning_that_eases_does_not(self, closed: FullWarehouse) -> None:
        closed.change(-3, closed.said("CapacityEased", 80, 5.5))
        assert closed.log.audit() == []

    def test_the_check_raises_it(self, closed: FullWarehouse) -> None:
        closed.log.decide("c10", started(MONDAY))
        closed.log.decide("c11", checked(MONDAY, 1), completed(MONDAY, 1))
        assert kinds(closed.log.audit()) == {"alert"}
        assert "CAPACITY 5 of NORTH open, 80 % being warned of" in str(closed.log.audit())
