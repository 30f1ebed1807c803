"""The auditor convicts each kind of tampering with the log, and nothing in a right one."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from stockledger.audit.rows import StreamRow
from tests.support.audited_log import (
    BEGIN,
    NORTH_LAMP,
    TENANT,
    AuditedLog,
    kinds,
    lamps_came_and_went,
    levels,
    movement,
)

RECEIVED, ISSUED, ADJUSTED, CORRECTED, BIN_MOVED = 3, 5, 6, 7, 8


@pytest.fixture
def log() -> AuditedLog:
    return lamps_came_and_went()


def test_a_right_log_has_no_findings(log: AuditedLog) -> None:
    assert log.audit() == []


def test_a_finding_says_where_what_was_expected_and_what_was_found(log: AuditedLog) -> None:
    log.tampered(BIN_MOVED, version=9)
    assert log.audit()[0] == (
        "version-order acme item/NORTH/LAMP at 0-8: expected version 6, found 9"
    )


def test_a_lost_event_is_a_gap(log: AuditedLog) -> None:
    del log.events[ADJUSTED - 1]
    assert {"position-gap", "version-order", "entry-before", "answer-without-events"} <= kinds(
        log.audit()
    )


def test_lost_last_events_are_a_gap_before_the_head(log: AuditedLog) -> None:
    del log.events[BIN_MOVED - 1]
    assert "position-gap - partition 0: expected positions up to 8, found up to 7" in log.audit()


def test_time_does_not_run_backwards(log: AuditedLog) -> None:
    log.tampered(ISSUED, recorded_at=BEGIN - timedelta(seconds=1))
    assert "time-order" in kinds(log.audit())


def test_the_head_is_not_older_than_its_events(log: AuditedLog) -> None:
    log.head = replace(log.head, last_time=BEGIN)
    assert kinds(log.audit()) == {"time-order"}


def test_a_stream_keeps_its_number(log: AuditedLog) -> None:
    log.tampered(ISSUED, stream_number=5)
    assert kinds(log.audit()) == {"stream-number"}


def test_every_stream_is_registered(log: AuditedLog) -> None:
    log.streams = [row for row in log.streams if row.stream != NORTH_LAMP]
    assert kinds(log.audit()) == {"stream-registry"}


def test_a_registered_stream_has_events(log: AuditedLog) -> None:
    log.streams.append(StreamRow(0, TENANT, "item/NORTH/GHOST", 5, 0))
    assert kinds(log.audit()) == {"stream-registry"}


def test_a_snapshot_is_not_ahead_of_its_stream(log: AuditedLog) -> None:
    log.streams = [replace(row, version=99) for row in log.streams]
    assert len(log.audit()) == 3


def test_an_event_of_an_unknown_type_is_told(log: AuditedLog) -> None:
    log.tampered(BIN_MOVED, type="stockledger.BinBurned.v1")
    assert "unknown-event" in kinds(log.audit())


def test_a_warehouse_begins_by_being_created_and_has_no_unknown_events(log: AuditedLog) -> None:
    log.tampered(1, type="stockledger.WarehouseUpdated.v1")
    assert kinds(log.audit()) == {"first-event", "answer-without-events"}
    log.tampered(1, type="stockledger.WarehouseBurned.v1")
    assert "unknown-event" in kinds(log.audit())


@pytest.mark.parametrize("data", ["[]", "{", '{"warehouse_id": "NORTH"}', '{"sku": 1}'])
def test_an_event_that_cannot_be_read_is_told(log: AuditedLog, data: str) -> None:
    log.tampered(BIN_MOVED, data=data)
    assert kinds(log.audit()) == {"unreadable-event"}


def test_an_event_belongs_to_the_stream_that_it_speaks_of(log: AuditedLog) -> None:
    log.tampered_data(BIN_MOVED, sku="DESK")
    assert "unreadable-event" in kinds(log.audit())


def test_a_tenant_lives_in_its_partition_only(log: AuditedLog) -> None:
    log.partitions = 11
    assert kinds(log.audit()) == {"wrong-partition"}


def test_an_item_begins_with_its_settings_in_a_warehouse_that_exists(log: AuditedLog) -> None:
    log.tampered_data(1, warehouse_id="SOUTH")
    log.tampered(2, type="stockledger.BinMoved.v1")
    assert len([line for line in log.audit() if line.startswith("first-event")]) == 2


def entries(*sides: tuple[str, float, float, float]) -> dict[str, Any]:
    names = ("bucket", "before", "change", "after")
    return {"entries": [dict(zip(names, side, strict=True)) for side in sides]}


def test_before_and_change_give_after(log: AuditedLog) -> None:
    wrong = entries(("available", 10.5, -4, 6.4), ("customer", 0, 4, 4))
    log.tampered_data(ISSUED, **wrong)
    assert "entry-arithmetic" in kinds(log.audit())


def test_before_is_what_the_event_before_left(log: AuditedLog) -> None:
    wrong = entries(("available", 11.5, -4, 7.5), ("customer", 0, 4, 4))
    log.tampered_data(ISSUED, **wrong, levels=levels(7.5, 21.6664))
    assert "entry-before" in kinds(log.audit())


def test_the_two_entries_cancel_out_and_so_does_the_sku_over_all_buckets(log: AuditedLog) -> None:
    wrong = entries(("available", 10.5, -4, 6.5), ("customer", 0, 5, 5))
    log.tampered_data(ISSUED, **wrong)
    assert {"movement-sum", "units-sum"} <= kinds(log.audit())


def test_units_go_where_the_type_and_the_purpose_say(log: AuditedLog) -> None:
    log.tampered_data(ISSUED, purpose="write_off")
    assert kinds(log.audit()) == {"movement-change"}


def test_the_quantity_is_what_moved(log: AuditedLog) -> None:
    log.tampered_data(ADJUSTED, quantity=2)
    assert kinds(log.audit()) == {"movement-change"}


def test_a_count_leaves_what_was_counted(log: AuditedLog) -> None:
    log.tampered_data(CORRECTED, actual_quantity=8)
    assert kinds(log.audit()) == {"movement-change"}


def test_available_is_never_below_zero() -> None:
    log = lamps_came_and_went()
    sold = movement(("available", "customer"), (7, 4), (8, -26.6664), purpose="sale")
    log.decide("c8", (NORTH_LAMP, "StockIssued", {**sold, "levels": levels(-1, -3.3333)}))
    assert kinds(log.audit()) == {"oversold"}


def test_levels_are_the_running_figures(log: AuditedLog) -> None:
    log.tampered_data(ISSUED, levels={**levels(6.5, 21.6664), "available": 6, "on_hand": 7})
    assert len([line for line in log.audit() if line.startswith("levels")]) == 2


def test_the_value_of_the_levels_is_the_running_value(log: AuditedLog) -> None:
    log.tampered_data(ISSUED, levels=levels(6.5, 21.6665))
    assert kinds(log.audit()) == {"levels"}


def test_a_receipt_adds_its_cost_rounded_half_to_even(log: AuditedLog) -> None:
    log.tampered_data(RECEIVED, value_change=34.9997, levels=levels(10.5, 34.9997))
    assert "value acme item/NORTH/LAMP at 0-3: expected value_change 34.9996" in str(log.audit())


def test_an_issue_takes_its_share_of_the_value(log: AuditedLog) -> None:
    log.tampered_data(ISSUED, value_change=-13.3333)
    assert "value" in kinds(log.audit())


def test_the_issue_that_empties_takes_the_rest() -> None:
    log = lamps_came_and_went()
    sold = movement(("available", "customer"), (7, 4), (7, -23.3331), purpose="sale")
    log.decide("c8", (NORTH_LAMP, "StockIssued", {**sold, "levels": levels(0, 0)}))
    found = movement(("adjustment", "available"), (-0.5, 0), (2, 6.6666), change=2)
    log.decide("c9", (NORTH_LAMP, "StockAdjusted", {**found, "levels": levels(2, 6.6666)}))
    assert log.audit() == []


def test_figures_too_precise_to_be_kept_are_told(log: AuditedLog) -> None:
    data = json.loads(log.events[ISSUED - 1].data)
    log.tampered_data(ISSUED, levels={**data["levels"], "available": 6.5001})
    assert "unreadable-event" in kinds(log.audit())
