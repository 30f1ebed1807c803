"""The same rows are the same import; chunks are small enough for Kafka."""

import orjson
import pytest

from stockledger.amounts import Quantity
from stockledger.bulk.columns import Kind
from stockledger.bulk.staging import CHUNK_BYTES_MAX, staged_import
from stockledger.messages.fields import Sku, WarehouseId
from stockledger.messages.stock_import import CHUNK_ROWS_MAX, ROWS_MAX, QuantityRow

NORTH = WarehouseId("NORTH")


def change(line: int, units: int = 1, reason: str | None = None) -> QuantityRow:
    return QuantityRow(
        line=line,
        warehouse_id=NORTH,
        sku=Sku(f"SKU-{line}"),
        change=Quantity(units * 1000),
        reason=reason,
    )


ROWS = [change(2), change(3)]
FIRST = staged_import("acme", Kind.QUANTITIES, ROWS)


def test_the_same_rows_are_the_same_import() -> None:
    assert staged_import("acme", Kind.QUANTITIES, list(ROWS)) == FIRST
    assert len(FIRST.import_id) <= 64


@pytest.mark.parametrize(
    ("tenant", "rows"),
    [
        ("globex", ROWS),
        ("acme", [change(2), change(3, units=2)]),
        ("acme", [change(2), change(4)]),
        ("acme", [change(2), change(3, reason="counted")]),
        ("acme", [change(3), change(2)]),
        ("acme", [change(2)]),
    ],
    ids=["tenant", "quantity", "line", "reason", "order", "fewer"],
)
def test_whatever_differs_makes_another_import(tenant: str, rows: list[QuantityRow]) -> None:
    assert staged_import(tenant, Kind.QUANTITIES, rows).import_id != FIRST.import_id


def test_an_import_can_be_named() -> None:
    assert staged_import("acme", Kind.QUANTITIES, ROWS, "count-7").import_id == "count-7"


def test_the_commands_say_all_rows_once_and_in_order() -> None:
    rows = [change(line) for line in range(2, 1_203)]
    staged = staged_import("acme", Kind.QUANTITIES, rows)

    commands = [staged.stage_data(number + 1) for number in range(len(staged.chunks))]

    assert staged.stage_type == "StageQuantities"
    assert [(c["chunk"], len(c["rows"])) for c in commands] == [(1, 500), (2, 500), (3, 201)]
    assert [row["line"] for c in commands for row in c["rows"]] == list(range(2, 1_203))
    assert commands[0]["rows"][0] == {
        "line": 2,
        "warehouse_id": "NORTH",
        "sku": "SKU-2",
        "change": 1,
    }
    assert staged.apply_data("counted") == {
        "import_id": staged.import_id,
        "chunks": 3,
        "rows": 1_201,
        "reason": "counted",
    }


def test_no_chunk_is_too_large_for_kafka_even_with_the_longest_reasons() -> None:
    rows = [change(line, reason="€" * 2_000) for line in range(2, 1_002)]

    chunks = staged_import("acme", Kind.QUANTITIES, rows).chunks

    assert sum(len(chunk) for chunk in chunks) == 1_000
    assert max(len(orjson.dumps(chunk)) for chunk in chunks) <= CHUNK_BYTES_MAX + 2
    assert len(chunks) < ROWS_MAX / CHUNK_ROWS_MAX
