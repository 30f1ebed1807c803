"""Compares the read models of all but items and orders with the auditor's own fold."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

from stockledger.audit.fold import PartitionFold
from stockledger.audit.read_models import Row
from stockledger.audit.stock_rows import (
    adjustment_row,
    figures_row,
    goods_row,
    import_row,
    tenant_row,
    transfer_line_row,
    transfer_row,
)
from stockledger.audit.table_check import TableCheck
from stockledger.audit.transfer_seen import LineSeen
from stockledger.statements import load_statements

SQL: Final = load_statements(Path(__file__).with_suffix(".sql"))

_Seen = TypeVar("_Seen")


class _Table(NamedTuple):
    """A table, the columns that its rows are known by, and what it must say."""

    name: str
    key: tuple[str, ...]
    rows: Mapping[Any, Row]


async def check_stock_views(fold: PartitionFold, table: TableCheck) -> None:
    """Compare all rows; the fold and the read models are at the same position."""
    for each in (*_states(fold), *_past(fold)):
        await table.whole(each.name, SQL[each.name], each.key, each.rows, lambda _, row: row)


def _states(fold: PartitionFold) -> tuple[_Table, ...]:
    partition = fold.partition
    configured = {
        (tenant_id,): seen
        for tenant_id, seen in fold.tenants.items()
        if seen.configured is not None
    }
    return (
        _Table("tenants", ("tenant_id",), _rows(configured, lambda s: tenant_row(partition, s))),
        _Table(
            "transfers",
            ("tenant_id", "transfer_id"),
            _rows(fold.transfers.seen, lambda seen: transfer_row(partition, seen)),
        ),
        _Table(
            "transfer_lines",
            ("tenant_id", "transfer_id", "sku"),
            _rows(_lines_of(fold), transfer_line_row),
        ),
        _Table(
            "adjustments",
            ("tenant_id", "adjustment_id"),
            _rows(fold.adjustments.seen, lambda seen: adjustment_row(partition, seen)),
        ),
        _Table(
            "imports",
            ("tenant_id", "import_id"),
            _rows(fold.imports.seen, lambda seen: import_row(partition, seen)),
        ),
    )


def _past(fold: PartitionFold) -> tuple[_Table, ...]:
    past = fold.past
    return (
        _Table(
            "warehouse_balances",
            ("tenant_id", "warehouse_id", "block"),
            _rows(past.balances, figures_row),
        ),
        _Table(
            "backdated_changes",
            ("tenant_id", "warehouse_id", "grain", "begins_at"),
            _rows(past.backdated, figures_row),
        ),
        _Table(
            "goods_sold",
            ("tenant_id", "hour", "warehouse_id"),
            _rows(past.goods_sold, goods_row),
        ),
    )


def _rows(seen: Mapping[Any, _Seen], expected: Callable[[_Seen], Row]) -> Mapping[Any, Row]:
    return {key: expected(each) for key, each in seen.items()}


def _lines_of(fold: PartitionFold) -> dict[tuple[str, str, str], LineSeen]:
    return {
        (*key, sku): line
        for key, transfer in fold.transfers.seen.items()
        for sku, line in transfer.lines.items()
    }
