"""The auditor convicts each adjustment above the threshold that two persons did not agree on."""

from datetime import timedelta

import pytest

from tests.support.audited_adjustments import DAY, AdjustedLamps, about
from tests.support.audited_log import AuditedLog, kinds
from tests.support.item_book import find

SECOND = timedelta(seconds=1)


@pytest.fixture
def adjusted() -> AdjustedLamps:
    return AdjustedLamps()


@pytest.fixture
def log(adjusted: AdjustedLamps) -> AuditedLog:
    return adjusted.log


def of(log: AuditedLog, adjustment: str, kind: str) -> int:
    """Return the position of an event that names an adjustment."""
    return find(log, kind, adjustment_id=adjustment)


def test_a_right_log_of_adjustments_has_no_findings(log: AuditedLog) -> None:
    assert log.audit() == []


@pytest.mark.parametrize("change", [-6, 6])
def test_above_the_quantity_an_approval_is_needed(adjusted: AdjustedLamps, change: int) -> None:
    adjusted.log.decide(
        "c98", adjusted.lamps.adjusted(5 if change > 0 else -5, change - change / 6)
    )
    assert adjusted.log.audit() == []
    adjusted.log.decide("c99", adjusted.lamps.adjusted(change, change))
    found = adjusted.log.audit()
    assert kinds(found) == {"adjustment"}
    assert f"expected an approval, found none of {change} worth {change}" in str(found)


def test_above_the_value_an_approval_is_needed(adjusted: AdjustedLamps) -> None:
    adjusted.log.decide("c98", adjusted.lamps.costs(9, 776))
    adjusted.log.decide("c99", adjusted.lamps.adjusted(1, 9))
    assert "expected an approval, found none of 1 worth 9" in str(adjusted.log.audit())


def test_without_thresholds_no_approval_is_needed(adjusted: AdjustedLamps) -> None:
    unset = {"approval_quantity": None, "approval_value": None}
    adjusted.log.decide("c98", ("tenant", "TenantConfigured", {"time_zone": "UTC", **unset}))
    adjusted.log.decide("c99", adjusted.lamps.adjusted(50, 50))
    assert adjusted.log.audit() == []


def test_what_is_applied_at_once_is_within_the_threshold(adjusted: AdjustedLamps) -> None:
    adjusted.log.decide(
        "c99",
        about("A9", "AdjustmentApplied", **adjusted.lamps.item, change=6, requested_by="ann"),
        adjusted.lamps.adjusted(6, 6, adjustment_id="A9"),
    )
    assert kinds(adjusted.log.audit()) == {"adjustment"}


def test_a_request_is_above_the_threshold(adjusted: AdjustedLamps) -> None:
    adjusted.request("A9", 5, version=5)
    assert "expected a request above the threshold, found 5 worth 5" in str(adjusted.log.audit())


def test_exactly_what_was_requested_is_done(log: AuditedLog) -> None:
    for kind, adjustment in (("AdjustmentApplied", "A0"), ("AdjustmentRequested", "A1")):
        log.tampered_data(of(log, adjustment, kind), change=-5.5)
    assert len([line for line in log.audit() if "change of NORTH/LAMP" in line]) == 2


def test_nothing_is_done_of_what_nobody_requested(adjusted: AdjustedLamps) -> None:
    adjusted.log.decide("c99", adjusted.lamps.adjusted(1, 1, adjustment_id="A9"))
    assert "adjustment/A9" in str(adjusted.log.audit())


def test_stock_is_unchanged_until_approved(adjusted: AdjustedLamps) -> None:
    adjusted.request("A9", -6, version=5)
    adjusted.log.decide("c99", adjusted.lamps.adjusted(-6, -6, adjustment_id="A9"))
    found = [line for line in adjusted.log.audit() if line.startswith("adjustment")]
    assert len(found) == 2


def test_an_approval_moves_what_it_approves(adjusted: AdjustedLamps) -> None:
    adjusted.request("A9", -6, version=5)
    told = {"approved_by": "bob", "changed_meanwhile": 0}
    adjusted.log.decide("c99", about("A9", "AdjustmentApproved", **told))
    assert "change of NORTH/LAMP: -6, found 0" in str(adjusted.log.audit())


def test_the_approver_is_another_person(log: AuditedLog) -> None:
    log.tampered_data(of(log, "A1", "AdjustmentApproved"), approved_by="ann")
    assert "expected another person than ann, found ann" in str(log.audit())


@pytest.mark.parametrize(
    ("adjustment", "kind"),
    [
        ("A0", "AdjustmentApplied"),
        ("A1", "AdjustmentRequested"),
        ("A1", "AdjustmentApproved"),
        ("A2", "AdjustmentRejected"),
    ],
)
def test_whoever_is_named_was_the_actor(log: AuditedLog, adjustment: str, kind: str) -> None:
    log.tampered(of(log, adjustment, kind), actor="carl")
    assert "expected the command's actor, carl" in str(log.audit())


def test_an_approval_comes_in_time(adjusted: AdjustedLamps) -> None:
    adjusted.request("A9", -6, version=5)
    adjusted.log.pass_time(2 * DAY - SECOND)
    adjusted.approve("A9", -6)
    assert "expected approved before" in str(adjusted.log.audit())


def test_an_approval_just_in_time_is_right(adjusted: AdjustedLamps) -> None:
    adjusted.request("A9", -6, version=5)
    adjusted.log.pass_time(2 * DAY - 2 * SECOND)
    adjusted.approve("A9", -6)
    assert adjusted.log.audit() == []


def test_a_request_does_not_expire_before_its_time(adjusted: AdjustedLamps) -> None:
    adjusted.request("A9", -6, version=5)
    deadline = adjusted.log.data_of(len(adjusted.log.events))["expires_at"]
    adjusted.log.decide("c99", about("A9", "AdjustmentExpired", expires_at=deadline))
    assert "expected expired after" in str(adjusted.log.audit())


def test_a_request_expires_with_the_deadline_it_had(log: AuditedLog) -> None:
    deadline = log.data_of(of(log, "A1", "AdjustmentRequested"))["expires_at"]
    log.tampered_data(of(log, "A3", "AdjustmentExpired"), expires_at=deadline)
    assert "expected expired after" in str(log.audit())


def test_a_request_waits_as_long_as_the_tenant_says(log: AuditedLog) -> None:
    log.tampered_data(1, approval_days=3)
    found = [line for line in log.audit() if "expected 3 days to approve it" in line]
    assert len(found) == 3


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("AdjustmentApproved", {"approved_by": "bob", "changed_meanwhile": 0}),
        ("AdjustmentRejected", {"rejected_by": "bob"}),
        ("AdjustmentExpired", {"expires_at": "2026-11-21T09:00:00+00:00"}),
    ],
)
def test_a_request_is_decided_once(log: AuditedLog, kind: str, more: dict[str, object]) -> None:
    for adjustment in ("A0", "A1", "A2", "A3", "A9"):
        log.decide(f"c-{adjustment}", about(adjustment, kind, **more))
    found = [line for line in log.audit() if "expected a pending adjustment" in line]
    statuses = [line.rsplit(" ", 1)[1] for line in found]
    assert statuses == ["APPLIED", "APPROVED", "REJECTED", "EXPIRED", "none"]


def test_an_adjustment_begins_once(adjusted: AdjustedLamps) -> None:
    adjusted.request("A2", 7, version=5)
    assert "expected begun once, found twice" in str(adjusted.log.audit())


@pytest.mark.parametrize("field", ["item_version", "available", "on_hand"])
def test_a_request_says_what_there_was(log: AuditedLog, field: str) -> None:
    log.tampered_data(of(log, "A2", "AdjustmentRequested"), **{field: 1})
    assert "expected version, available and on hand" in str(log.audit())


def test_an_approval_says_what_changed_meanwhile(log: AuditedLog) -> None:
    log.tampered_data(of(log, "A1", "AdjustmentApproved"), changed_meanwhile=2)
    assert "expected changed_meanwhile -1, found 2" in str(log.audit())


@pytest.mark.parametrize(
    "said",
    [
        {"reason": "Something else"},
        {"reference": {"type": "count", "id": "7"}},
        {"effective_at": "2026-11-20T09:00:00Z"},
    ],
)
def test_the_movement_says_what_its_request_said(log: AuditedLog, said: dict[str, object]) -> None:
    log.tampered_data(of(log, "A1", "StockAdjusted"), **said)
    assert "expected as requested" in str(log.audit())


def test_an_unknown_event_of_an_adjustment_is_told(log: AuditedLog) -> None:
    log.tampered(of(log, "A2", "AdjustmentRejected"), type="stockledger.AdjustmentBurned.v1")
    assert "unknown-event" in kinds(log.audit())
