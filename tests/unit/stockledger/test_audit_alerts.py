"""The auditor convicts each alert without its cause, and each cause without its alert."""

import pytest

from tests.support.audited_alerts import (
    SETTINGS,
    WatchedLamps,
    acknowledged,
    by_hand,
    checked,
    completed,
    gone,
    raised,
    resolved,
    started,
)
from tests.support.audited_log import AuditedLog, Said, kinds
from tests.support.item_book import ItemBook, described, find


@pytest.fixture
def watched() -> WatchedLamps:
    return WatchedLamps()


@pytest.fixture
def log(watched: WatchedLamps) -> AuditedLog:
    return watched.log


def test_a_right_log_of_alerts_has_no_findings(log: AuditedLog) -> None:
    assert log.audit() == []


def test_each_cause_has_its_alert(watched: WatchedLamps) -> None:
    watched.found(9, gone(watched.lamps, "LOW_STOCK", 2, 11))
    assert str(watched.log.audit()).count("expected REORDER_NEEDED None open at 11") == 1
    assert "OVERSTOCK 2 open at 11 of LAMP, trigger 10, found None" in str(watched.log.audit())


def test_what_is_out_of_stock_is_said_in_the_place_of_what_is_low(watched: WatchedLamps) -> None:
    watched.found(-2)
    audit = str(watched.log.audit())
    assert "OUT_OF_STOCK 3 open at 0 of LAMP, trigger 0, found None" in audit


def test_low_stock_ends_where_out_of_stock_begins(watched: WatchedLamps) -> None:
    watched.found(-2, raised(watched.lamps, "OUT_OF_STOCK", 3, 0))
    assert "LOW_STOCK None open at 0 of LAMP, trigger 4, found 2" in str(watched.log.audit())


def test_an_alert_without_cause_is_convicted(watched: WatchedLamps) -> None:
    watched.found(
        3, gone(watched.lamps, "LOW_STOCK", 2, 5), raised(watched.lamps, "OVERSTOCK", 2, 5)
    )
    assert "OVERSTOCK None open at 5 of LAMP, trigger 10, found 2" in str(watched.log.audit())


def test_an_alert_stays_until_its_figure_is_a_unit_beyond(watched: WatchedLamps) -> None:
    watched.found(2.5)
    assert watched.log.audit() == []
    early = WatchedLamps()
    early.found(2.5, gone(early.lamps, "LOW_STOCK", 2, 4.5))
    assert "LOW_STOCK 2 open at 4.5 of LAMP, trigger 4, found None" in str(early.log.audit())


def test_an_alert_ends_a_unit_beyond_its_trigger(watched: WatchedLamps) -> None:
    watched.found(3)
    assert "LOW_STOCK None open at 5 of LAMP, trigger 4, found 2" in str(watched.log.audit())


@pytest.mark.parametrize(("found", "is_over"), [(104, False), (105, True)])
def test_of_a_large_trigger_an_alert_ends_five_percent_beyond(
    found: float, *, is_over: bool
) -> None:
    log, lamps = AuditedLog(), ItemBook("NORTH")
    log.decide("c1", described("NORTH"))
    settings = {"reorder_automatically": False, "reorder_point": 100, "low_stock_percent": 0}
    begun = [
        raised(lamps, kind, 1, 90, trigger=100, recommended=None, supplier_id=None)
        for kind in ("LOW_STOCK", "REORDER_NEEDED")
    ]
    log.decide("c2", lamps.configured(**settings), lamps.stocked(), lamps.received(90, 1), *begun)
    over = [gone(lamps, kind, 1, found) for kind in ("LOW_STOCK", "REORDER_NEEDED")]
    log.decide("c3", lamps.received(found - 90, 1), *over)
    assert (log.audit() == []) is is_over


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("REORDER_NEEDED", {"figure": 1}),
        ("REORDER_NEEDED", {"trigger": 6}),
        ("REORDER_NEEDED", {"severity": "WARNING"}),
        ("REORDER_NEEDED", {"name": "Desk"}),
        ("REORDER_NEEDED", {"recommended": 19}),
        ("REORDER_NEEDED", {"supplier_id": "OAK"}),
        ("REORDER_NEEDED", {"reorder_automatically": True}),
        ("OVERSTOCK", {"figure": 13}),
        ("LOW_STOCK", {"trigger": 4.5}),
        ("LOW_STOCK", {"recommended": 6}),
        ("OUT_OF_STOCK", {"severity": "WARNING"}),
    ],
)
def test_an_alert_says_the_figures_that_it_is_about(
    log: AuditedLog, kind: str, changes: dict[str, object]
) -> None:
    log.tampered_data(find(log, "AlertRaised", kind=kind), **changes)
    assert f"expected {kind} with" in str(log.audit())


def test_the_figure_that_ends_an_alert_is_the_items(log: AuditedLog) -> None:
    log.tampered_data(find(log, "AlertResolved", kind="OVERSTOCK"), figure=8)
    assert "expected figure 9, found 8" in str(log.audit())


@pytest.mark.parametrize(
    ("kind", "resolution"),
    [("LOW_STOCK", "cause_gone"), ("OVERSTOCK", "replaced"), ("OUT_OF_STOCK", "replaced")],
)
def test_an_alert_says_why_it_is_over(log: AuditedLog, kind: str, resolution: str) -> None:
    positions = [
        event.position
        for event in log.events
        if event.type == "stockledger.AlertResolved.v1"
        and log.data_of(event.position)["kind"] == kind
    ]
    log.tampered_data(positions[-1], resolution=resolution)
    assert f"found {resolution}" in str(log.audit())


def test_alerts_of_a_kind_are_numbered_and_one_is_open(log: AuditedLog) -> None:
    log.tampered_data(find(log, "AlertRaised", kind="LOW_STOCK", number=2), number=3)
    assert "expected LOW_STOCK 2, found 3" in str(log.audit())


def test_two_of_a_kind_are_never_open(watched: WatchedLamps) -> None:
    watched.found(0.5, raised(watched.lamps, "LOW_STOCK", 3, 2.5))
    assert "expected one LOW_STOCK open, found another, 3" in str(watched.log.audit())


def test_only_what_is_open_ends(watched: WatchedLamps) -> None:
    watched.found(0.5, gone(watched.lamps, "OVERSTOCK", 1, 2.5))
    assert "expected OVERSTOCK None open, found 1" in str(watched.log.audit())


def test_an_alert_is_acknowledged_once_and_by_whom_it_says(watched: WatchedLamps) -> None:
    watched.log.decide("c20", acknowledged(watched.lamps, "LOW_STOCK", 2, "bob"))
    assert watched.log.audit() == []
    watched.log.tampered(len(watched.log.events), actor="ann")
    assert "expected the command's actor, ann, found bob" in str(watched.log.audit())
    watched.log.tampered(len(watched.log.events), actor="bob")
    watched.log.decide("c21", acknowledged(watched.lamps, "LOW_STOCK", 2, "carl"))
    assert "expected acknowledged once, by bob, found carl" in str(watched.log.audit())


def test_somebody_closes_an_alert_by_hand_and_nobody_otherwise(watched: WatchedLamps) -> None:
    log = watched.log
    log.tampered_data(find(log, "AlertResolved", kind="LOW_STOCK"), resolved_by="bob")
    assert "expected nobody to resolve replaced" in str(log.audit())
    watched.log.decide("c20", by_hand(watched.lamps, "LOW_STOCK", 2, 2, who=None))
    assert "expected the command's actor, None, found None" in str(log.audit())


@pytest.mark.parametrize(
    "told",
    [raised(ItemBook("NORTH"), "OVERSTOCK", 2, 2), gone(ItemBook("NORTH"), "LOW_STOCK", 2, 2)],
)
def test_an_alert_comes_and_goes_with_a_change_of_its_item(
    watched: WatchedLamps, told: Said
) -> None:
    watched.log.decide("c20", told)
    assert "expected a change of the item, or a check, found neither" in str(watched.log.audit())


def test_the_severity_of_an_alert_stays(watched: WatchedLamps) -> None:
    log = watched.log
    log.tampered_data(find(log, "AlertAcknowledged"), severity="CRITICAL")
    assert "expected still WARNING, found CRITICAL" in str(log.audit())


class TestResolvedByHand:
    """What somebody closed stays closed until its cause has gone, or until the day's check."""

    def test_it_stays_closed(self, watched: WatchedLamps) -> None:
        lamps = watched.lamps
        watched.log.decide("c20", by_hand(lamps, "LOW_STOCK", 2, 2))
        watched.found(1)
        assert watched.log.audit() == []
        watched.found(-1, raised(lamps, "LOW_STOCK", 3, 2))
        assert "LOW_STOCK None open at 2 of LAMP, trigger 4, found 3" in str(watched.log.audit())

    def test_it_is_raised_again_once_its_cause_had_gone(self, watched: WatchedLamps) -> None:
        lamps = watched.lamps
        watched.log.decide("c20", by_hand(lamps, "LOW_STOCK", 2, 2))
        watched.found(3)
        watched.found(-2, raised(lamps, "LOW_STOCK", 3, 3))
        assert watched.log.audit() == []
        forgotten = WatchedLamps()
        forgotten.log.decide("c20", by_hand(lamps, "LOW_STOCK", 2, 2))
        forgotten.found(3)
        forgotten.found(-2)
        assert "LOW_STOCK 3 open at 3 of LAMP" in str(forgotten.log.audit())

    def test_the_check_raises_it(self, watched: WatchedLamps) -> None:
        day = "2026-11-23"
        watched.log.decide("c20", by_hand(watched.lamps, "LOW_STOCK", 2, 2))
        watched.log.decide("c21", started(day))
        watched.log.decide("c22", checked(day, 1), completed(day, 1))
        assert "LOW_STOCK 3 open at 2 of LAMP, trigger 4, found None" in str(watched.log.audit())


def test_what_was_only_configured_is_not_out_of_stock_before_its_check(
    watched: WatchedLamps,
) -> None:
    desk = ItemBook("NORTH", "DESK")
    settings = {"reorder_automatically": False}
    out = raised(desk, "OUT_OF_STOCK", 1, 0)
    watched.log.decide("c20", desk.configured(**settings), desk.stocked())
    watched.log.decide("c21", started("2026-11-23"))
    watched.log.decide("c22", checked("2026-11-23", 2), completed("2026-11-23", 2))
    assert "OUT_OF_STOCK 1 open at 0 of DESK" in str(watched.log.audit())

    early = WatchedLamps()
    early.log.decide("c20", desk.configured(**settings), desk.stocked(), out)
    assert "OUT_OF_STOCK None open at 0 of DESK" in str(early.log.audit())


def test_a_threshold_that_is_set_raises_and_ends_alerts(watched: WatchedLamps) -> None:
    lamps = watched.lamps
    changed = {**SETTINGS, "maximum": 1, "reorder_point": None}
    watched.log.decide("c20", lamps.configured(**changed))
    audit = str(watched.log.audit())
    assert "REORDER_NEEDED None open at 2 of LAMP, trigger none, found 2" in audit
    assert "OVERSTOCK 2 open at 2 of LAMP, trigger 1, found None" in audit
    assert "LOW_STOCK None open at 2 of LAMP, trigger 0.4, found 2" in audit


def test_nothing_is_open_in_a_warehouse_that_is_given_up(watched: WatchedLamps) -> None:
    lamps, log = watched.lamps, watched.log
    watched.found(
        -2,
        resolved(lamps, "LOW_STOCK", 2, 0, "replaced"),
        raised(lamps, "OUT_OF_STOCK", 3, 0),
    )
    over = [gone(lamps, "OUT_OF_STOCK", 3, 0), gone(lamps, "REORDER_NEEDED", 2, 0)]
    deleted = ("warehouse/NORTH", "WarehouseDeleted", {"warehouse_id": "NORTH"})
    log.decide("c20", deleted, *over)
    assert log.audit() == []
    log.tampered_data(len(log.events), resolution="by_hand", resolved_by="bob")
    assert kinds(log.audit()) == {"alert"}
    log.tampered_data(len(log.events), resolution="cause_gone", kind="OVERSTOCK")
    assert "no alert about LAMP open, which is given up, found REORDER_NEEDED" in str(log.audit())


def test_what_a_release_without_alerts_wrote_is_not_judged_by_them() -> None:
    log, lamps = AuditedLog(), ItemBook("NORTH")
    log.decide("c1", described("NORTH"))
    settings = {**SETTINGS}
    del settings["reorder_automatically"]
    log.decide("c2", lamps.configured(**settings), lamps.stocked(), lamps.received(2, 1))
    assert log.audit() == []
