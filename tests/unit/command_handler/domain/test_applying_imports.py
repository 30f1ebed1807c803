"""Specification of imports as they are applied: all rows or none, and all that is wrong."""

from dataclasses import replace

import pytest

from stockledger.messages.codec import encode_result
from stockledger.messages.fields import Sku, TenantId, WarehouseId
from stockledger.messages.item import StockAdjusted, StockCorrected
from stockledger.messages.message import Command
from stockledger.messages.results import CommandRejected, ErrorCode, Figure, Rejection
from stockledger.messages.stock_import import CHUNK_ROWS_MAX, ROWS_MAX, QuantityRow
from stockledger_command_handler.effects import PAYLOAD_BYTES_MAX
from tests.support.builders import (
    CHAIR,
    LAMP,
    NORTH,
    configure_tenant,
    create_warehouse,
    deactivate_warehouse,
    units,
    with_particulars,
)
from tests.support.capacity_builders import (
    capacity_events,
    capacity_used,
    create_limited,
    delete_warehouse,
)
from tests.support.import_builders import (
    OF_I1,
    REASON,
    actual,
    apply_import,
    bad_rows_of,
    change,
    import_applied,
    stage,
)
from tests.support.item_builders import issue_stock, receive_stock
from tests.support.order_builders import asked, reserve
from tests.support.specification import MONDAY_NOON, Given, given

NOWHERE = WarehouseId("NOWHERE")
TABLE = Sku("TABLE")


def stocked(units_of_each: float = 10) -> Given:
    """Return a warehouse with lamps and chairs."""
    return given().after(
        create_warehouse(), receive_stock(units_of_each), receive_stock(units_of_each, sku=CHAIR)
    )


def staged(*rows: QuantityRow) -> Given:
    """Return ten lamps and ten chairs, and an import of these rows that waits."""
    return stocked().after(stage(*rows))


def figures_of(history: Given, rows: int) -> list[tuple[type, str, float, float]]:
    """Return what each of the items' events of an import says."""
    return [
        (type(event), event.sku, event.change / 1_000, event.levels.available / 1_000)
        for event in history.when(apply_import(rows)).events()
        if isinstance(event, StockAdjusted | StockCorrected)
    ]


def test_rows_are_applied_in_the_order_of_the_file_and_see_each_other() -> None:
    waiting = staged(change(-8), change(5), actual(3), change(-3), actual(4, CHAIR))
    assert figures_of(waiting, 5) == [
        (StockAdjusted, "LAMP", -8, 2),
        (StockAdjusted, "LAMP", 5, 7),
        (StockCorrected, "LAMP", -4, 3),
        (StockAdjusted, "LAMP", -3, 0),
        (StockCorrected, "CHAIR", -6, 4),
    ]


def test_chunks_are_applied_in_the_order_of_their_numbers() -> None:
    waiting = stocked(1).after(stage(change(-2), chunk=2), stage(change(1), chunk=1))
    outcome = waiting.when(apply_import(2, chunks=2))
    outcome.answered(import_id="I1", rows=2, changed=2).events()


def test_the_import_is_said_first_and_then_what_became_of_it() -> None:
    first, second = staged(change(-1)).when(apply_import(1)).events()
    assert first == import_applied(1, changed=1)
    assert isinstance(second, StockAdjusted)
    assert (second.reference, second.reason) == (OF_I1, REASON)
    assert second.change == units(-1)
    assert second.value_change == -40_000


def test_a_row_has_a_reason_of_its_own() -> None:
    rows = (change(-1, reason="Broken"), change(-1))
    _, *events = staged(*rows).when(apply_import(2)).events()
    assert [event.reason for event in events] == ["Broken", REASON]


def test_the_particulars_of_the_command_are_those_of_its_events() -> None:
    first, second = staged(change(-1)).when(with_particulars(apply_import(1))).events()
    assert first == with_particulars(import_applied(1, changed=1))
    assert second.effective_at == first.effective_at
    assert second.reference == OF_I1


def test_rows_that_change_nothing_are_counted_but_have_no_event() -> None:
    staged(actual(10), change(0), change(0, CHAIR)).when(apply_import(3)).answered(
        import_id="I1", rows=3, changed=0
    ).then(import_applied(3, changed=0))


def test_an_import_is_applied_once() -> None:
    done = staged(change(-1), actual(10, CHAIR)).after(apply_import(2))
    done.when(apply_import(2)).answered(import_id="I1", rows=2, changed=1).then_nothing()


def test_every_bad_row_is_named_with_its_line_column_and_figures() -> None:
    waiting = staged(
        change(1, line=2),
        change(-12, line=3),
        change(1, TABLE, line=4),
        change(1, LAMP, NOWHERE, line=5),
        actual(1, TABLE, line=6),
        change(-11, CHAIR, line=7),
    )
    short = "INVENTORY_INSUFFICIENT_STOCK"
    missing = "INVENTORY_NOT_FOUND"
    assert bad_rows_of(waiting, 6) == [
        {"line": 3, "column": "change", "cause": short, "asked": 12, "available": 11},
        {"line": 4, "column": "sku", "cause": missing},
        {"line": 5, "column": "warehouse_id", "cause": missing},
        {"line": 6, "column": "sku", "cause": missing},
        {"line": 7, "column": "change", "cause": short, "asked": 11, "available": 10},
    ]
    assert waiting.when(apply_import(6)).refusal().code is ErrorCode.VALIDATION_ERROR


def test_a_refused_import_waits_and_is_applied_when_the_rows_fit() -> None:
    waiting = staged(change(-12))
    waiting.when(apply_import(1)).refusal()
    waiting.after(receive_stock(2)).when(apply_import(1)).answered(
        import_id="I1", rows=1, changed=1
    )


def test_held_units_are_not_taken_by_a_change_but_by_a_count() -> None:
    held = staged(change(-5)).after(reserve("R1", asked(8)))
    short: dict[str, Figure] = {"cause": "INVENTORY_INSUFFICIENT_STOCK", "asked": 5, "available": 2}
    assert bad_rows_of(held, 1) == [{"line": 2, "column": "change", **short}]
    counted = staged(actual(5)).after(reserve("R1", asked(8)))
    assert figures_of(counted, 1) == [(StockCorrected, "LAMP", -5, -3)]


def test_an_inactive_warehouse_is_counted_but_takes_no_new_stock() -> None:
    inactive = staged(actual(12), change(1, CHAIR, line=3)).after(deactivate_warehouse())
    assert bad_rows_of(inactive, 2) == [
        {"line": 3, "column": "warehouse_id", "cause": "INVENTORY_WAREHOUSE_INACTIVE"}
    ]


def test_a_warehouse_given_up_is_not_found() -> None:
    gone = staged(actual(1)).after(
        issue_stock(10), issue_stock(10, sku=CHAIR), delete_warehouse(NORTH)
    )
    assert bad_rows_of(gone, 1) == [
        {"line": 2, "column": "warehouse_id", "cause": "INVENTORY_NOT_FOUND"}
    ]


@pytest.mark.parametrize("row", [change(-6), actual(4)])
def test_a_row_cannot_wait_for_an_approval(row: QuantityRow) -> None:
    careful = staged(row, change(-5, CHAIR, line=3)).after(configure_tenant(approval_quantity=5))
    assert bad_rows_of(careful, 2) == [
        {
            "line": 2,
            "column": "change" if row.actual is None else "actual",
            "cause": "INVENTORY_APPROVAL_REQUIRED",
            "asked": -6,
        }
    ]


def test_what_an_import_finds_is_counted_beyond_a_limit() -> None:
    limited = given().after(create_limited(10), receive_stock(10), stage(change(90), actual(10)))
    used = replace(capacity_used(0, used=10), reason=REASON)
    assert capacity_events(limited.when(apply_import(2))) == []
    more = limited.after(stage(actual(11), import_id="I2"))
    (event,) = capacity_events(more.when(apply_import(1, import_id="I2")))
    assert event == replace(used, change=units(1), used=units(11), capacity=units(10))


@pytest.mark.parametrize(
    ("command", "missing"),
    [
        (apply_import(2, chunks=4), [{"chunk": 1}, {"chunk": 4}]),
        (apply_import(2, chunks=1), [{"chunk": 1}]),
    ],
)
def test_missing_chunks_are_named(command: Command, missing: list[dict[str, Figure]]) -> None:
    partly = stocked().after(stage(change(1), chunk=2), stage(change(1), chunk=3))
    refusal = partly.when(command).refusal()
    assert refusal.code is ErrorCode.VALIDATION_ERROR
    assert refusal.details["missing"] == missing


@pytest.mark.parametrize("command", [apply_import(1), apply_import(3), apply_import(2, chunks=2)])
def test_the_rows_must_be_as_many_as_the_command_says(command: Command) -> None:
    refusal = staged(change(1), change(2)).when(command).refusal()
    assert refusal.code is ErrorCode.VALIDATION_ERROR


def test_the_answer_names_ten_thousand_bad_rows() -> None:
    warehouse_id = WarehouseId("W" * 64)
    rows = [
        change(-999_999_999_999.999, LAMP, warehouse_id, line=9_990_001 + number)
        for number in range(ROWS_MAX)
    ]
    chunks = [rows[first : first + CHUNK_ROWS_MAX] for first in range(0, ROWS_MAX, CHUNK_ROWS_MAX)]
    full = given().after(
        create_warehouse(warehouse_id),
        receive_stock(1, warehouse_id),
        *[stage(*chunk, chunk=number) for number, chunk in enumerate(chunks, 1)],
    )
    refusal = full.when(apply_import(ROWS_MAX, chunks=len(chunks))).refusal()
    assert refusal.details["bad_rows"] == ROWS_MAX
    assert len(answer_of(refusal)) < PAYLOAD_BYTES_MAX


def answer_of(refusal: Rejection) -> str:
    """Return a refusal as it is stored and published."""
    return encode_result(
        CommandRejected(
            command_id="C" * 64,
            command_source="/" * 200,
            command_type="stockledger.ApplyImport.v1",
            tenant_id=TenantId("t" * 64),
            decided_at=MONDAY_NOON,
            partition=11,
            position=10**15,
            code=refusal.code,
            message=refusal.message,
            details=dict(refusal.details),
        )
    )
