"""Compares the read models of alerts, suppliers and orders with the auditor's own fold."""

from pathlib import Path
from typing import Final

from stockledger.audit.fold import PartitionFold
from stockledger.audit.supply_rows import (
    alert_place,
    alert_row,
    supplier_order_line_row,
    supplier_order_row,
    supplier_row,
)
from stockledger.audit.table_check import TableCheck
from stockledger.statements import load_statements

SQL: Final = load_statements(Path(__file__).with_suffix(".sql"))

_ALERT: Final = ("tenant_id", "warehouse_id", "sku", "kind", "number")
_SUPPLIER: Final = ("tenant_id", "supplier_id")
_ORDER: Final = ("tenant_id", "supplier_order_id")


async def check_supply_views(fold: PartitionFold, table: TableCheck) -> None:
    """Compare all rows; the fold and the read models are at the same position."""
    partition, orders = fold.partition, fold.supplier_orders
    alerts = {alert_place(key): seen for key, seen in fold.alerts.seen.items()}
    lines = {
        (*key, *place): line
        for key, order in orders.seen.items()
        for place, line in order.lines.items()
    }
    await table.whole(
        "alerts", SQL["alerts"], _ALERT, alerts, lambda _, seen: alert_row(partition, seen)
    )
    await table.whole(
        "suppliers",
        SQL["suppliers"],
        _SUPPLIER,
        orders.suppliers,
        lambda _, seen: supplier_row(partition, seen),
    )
    await table.whole(
        "supplier_orders",
        SQL["supplier_orders"],
        _ORDER,
        orders.seen,
        lambda _, seen: supplier_order_row(partition, seen),
    )
    await table.whole(
        "supplier_order_lines",
        SQL["supplier_order_lines"],
        (*_ORDER, "warehouse_id", "sku"),
        lines,
        lambda _, line: supplier_order_line_row(line),
    )
