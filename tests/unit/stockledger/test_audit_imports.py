"""The auditor convicts each import that applied other rows than were staged, or applied twice."""

import pytest

from tests.support.audited_imports import ImportedLamps, applied, staged
from tests.support.audited_log import AuditedLog, kinds
from tests.support.item_book import find


@pytest.fixture
def log() -> AuditedLog:
    return ImportedLamps().log


def test_a_right_log_of_imports_has_no_findings(log: AuditedLog) -> None:
    assert log.audit() == []


@pytest.mark.parametrize("kind", ["StockAdjusted", "StockCorrected"])
def test_every_change_names_its_import(log: AuditedLog, kind: str) -> None:
    for reference in (None, {"type": "import", "id": "I9"}):
        log.tampered_data(find(log, kind), reference=reference)
        assert f"expected a reference to import I1, found {reference}" in str(log.audit())


def test_every_row_that_changes_something_is_applied_as_it_says(log: AuditedLog) -> None:
    position = find(log, "QuantitiesStaged", chunk=2)
    first, *more = log.data_of(position)["rows"]
    log.tampered_data(position, rows=[{**first, "change": -2}, *more])
    assert "expected NORTH/LAMP changed by 0, found 1" in str(log.audit())


def test_what_was_counted_last_is_on_hand(log: AuditedLog) -> None:
    position = find(log, "QuantitiesStaged", chunk=2)
    first, last = log.data_of(position)["rows"]
    log.tampered_data(position, rows=[first, {**last, "actual": 9}])
    assert "expected line 5, NORTH/LAMP: 9 on hand, found 8" in str(log.audit())


def test_settings_are_what_the_last_row_says(log: AuditedLog) -> None:
    log.tampered_data(find(log, "ItemConfigured", maximum=50), maximum=51)
    assert "expected line 2, NORTH/LAMP: maximum 50, found 51" in str(log.audit())


def test_as_many_rows_changed_something_as_it_says(log: AuditedLog) -> None:
    log.tampered_data(find(log, "ImportApplied", import_id="I1"), changed=2)
    assert "expected 2 rows changed, found 3 rows" in str(log.audit())
    log.tampered_data(find(log, "ImportApplied", import_id="I1"), changed=5)
    assert "expected no more rows changed than there are, found 5 of 4" in str(log.audit())


def test_all_staged_rows_are_applied(log: AuditedLog) -> None:
    log.tampered_data(find(log, "ImportApplied", import_id="I1"), rows=3)
    assert "expected all 4 rows of chunks [1, 2], found 3 of [1, 2]" in str(log.audit())


def test_no_chunk_is_missing(log: AuditedLog) -> None:
    log.tampered_data(find(log, "QuantitiesStaged", chunk=2), chunk=3)
    assert "of chunks [1, 2], found 4 of [1, 3]" in str(log.audit())


def test_a_chunk_is_kept_once(log: AuditedLog) -> None:
    log.tampered_data(find(log, "QuantitiesStaged", chunk=2), chunk=1)
    assert "expected chunk 1 once, found twice" in str(log.audit())


def test_an_import_is_applied_once(log: AuditedLog) -> None:
    log.decide("c99", applied(0, 0))
    log.decide("c100", staged(3))
    found = [line for line in log.audit() if "expected nothing more of an applied import" in line]
    assert len(found) == 2


def test_an_unknown_event_of_an_import_is_told(log: AuditedLog) -> None:
    log.tampered(find(log, "QuantitiesStaged"), type="stockledger.QuantitiesBurned.v1")
    assert "unknown-event" in kinds(log.audit())
