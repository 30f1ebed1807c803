"""Specification of imports before they are applied: chunks of rows that are kept."""

from dataclasses import replace

import pytest

from stockledger.amounts import Quantity
from stockledger.messages.message import Command
from stockledger.messages.results import ErrorCode
from stockledger.messages.stock_import import CHUNK_ROWS_MAX, ROWS_MAX, QuantityRow
from tests.support.builders import CHAIR, create_warehouse, with_particulars
from tests.support.import_builders import (
    actual,
    apply_import,
    change,
    quantities_staged,
    setting,
    settings_staged,
    stage,
    stage_settings,
)
from tests.support.item_builders import receive_stock
from tests.support.specification import Given, given


def applied() -> Given:
    """Return an import of two rows that is in effect."""
    return given().after(
        create_warehouse(),
        receive_stock(5),
        stage(change(1), change(2)),
        apply_import(2),
    )


def test_a_chunk_of_quantities_is_kept() -> None:
    rows = (change(-1), actual(7, CHAIR, line=3))
    given().when(with_particulars(stage(*rows))).answered(import_id="I1", chunks=1, rows=2).then(
        with_particulars(quantities_staged(*rows))
    )


def test_a_chunk_of_settings_is_kept() -> None:
    rows = (setting(name="Lamp"), setting(CHAIR, line=3, maximum=9))
    given().when(with_particulars(stage_settings(*rows))).then(
        with_particulars(settings_staged(*rows))
    )


def test_chunks_come_in_any_order() -> None:
    later = given().after(stage(change(1), chunk=2))
    later.when(stage(change(2), change(3), chunk=1)).answered(
        import_id="I1", chunks=2, rows=3
    ).then(quantities_staged(change(2), change(3), chunk=1))


def test_the_same_chunk_again_is_accepted_without_an_event() -> None:
    kept = given().after(stage(change(1)))
    kept.when(with_particulars(stage(change(1)))).answered(
        import_id="I1", chunks=1, rows=1
    ).then_nothing()


@pytest.mark.parametrize(
    "command",
    [stage(change(2)), stage(change(1, line=3)), stage(change(1), change(1)), stage(actual(1))],
)
def test_the_same_chunk_with_other_rows_is_refused(command: Command) -> None:
    given().after(stage(change(1))).when(command).then_refused(
        ErrorCode.DUPLICATE_COMMAND, import_id="I1", chunk=1
    )


def test_an_applied_import_takes_no_other_chunk() -> None:
    for command in (stage(change(1), chunk=2), stage(change(9)), stage_settings(setting())):
        applied().when(command).then_refused(
            ErrorCode.INVALID_MOVEMENT, import_id="I1", chunk=command.chunk
        )


def test_the_same_chunk_of_an_applied_import_is_accepted_without_an_event() -> None:
    applied().when(stage(change(1), change(2))).answered(
        import_id="I1", chunks=1, rows=2
    ).then_nothing()


@pytest.mark.parametrize(
    "row",
    [
        replace(change(1, line=7), change=None),
        replace(change(1, line=7), actual=Quantity(1_000)),
    ],
)
def test_a_row_has_either_a_change_or_an_actual_quantity(row: QuantityRow) -> None:
    refusal = given().when(stage(change(1), row)).refusal()
    assert refusal.code is ErrorCode.VALIDATION_ERROR
    assert refusal.details["line"] == 7


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (stage(change(1)), stage_settings(setting(), chunk=2)),
        (stage_settings(setting()), stage(change(1), chunk=2)),
    ],
)
def test_an_import_has_rows_of_one_kind(first: Command, second: Command) -> None:
    given().after(first).when(second).then_refused(ErrorCode.VALIDATION_ERROR, import_id="I1")


def test_an_import_has_ten_thousand_rows_at_most() -> None:
    chunk = [change(1)] * CHUNK_ROWS_MAX
    full = given().after(
        *[stage(*chunk, chunk=number) for number in range(2, ROWS_MAX // CHUNK_ROWS_MAX + 1)]
    )
    full.when(stage(*chunk)).events()
    beyond = full.after(stage(change(1)))
    beyond.when(stage(*chunk, chunk=21)).then_refused(
        ErrorCode.VALIDATION_ERROR, field="rows", problem="an import has at most 10000 rows"
    )
