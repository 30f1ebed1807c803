"""Every statement about reports and past times, with arguments to plan it by."""

from collections.abc import Iterator, Sequence

from stockledger_projector.views import (
    as_of,
    backdated_changes,
    goods_sold,
    valuation,
    warehouse_balances,
    warehouses,
)
from stockledger_projector.views.warehouse_balances import BLOCK_POSITIONS
from tests.support.recorded_ledger import BEGIN as BEGAN

SHOP = "lamp-shop"
OF_WAREHOUSE = [[SHOP], ["NORTH"], [1], [9], [9], [BEGAN]]


def statements_of_reports() -> Iterator[tuple[str, str, Sequence[object]]]:
    """Yield what is said and asked of capacity, values and sales."""
    yield "delete", warehouses.SQL["delete"], list(OF_WAREHOUSE)
    filled = [[SHOP], ["NORTH"], [1], [True], [1], ["units"], [True], [80]]
    yield "fill", warehouses.SQL["fill"], filled
    yield "capacity", warehouses.SQL["capacity"], [SHOP, "NORTH", 101]
    yield "sold", goods_sold.SQL["add"], [[SHOP], [BEGAN], ["NORTH"], [1], *[[1]] * 4]
    for warehouse in (None, "NORTH"):
        asked = [SHOP, warehouse, BEGAN, BEGAN, "day"]
        yield f"sales {warehouse}", goods_sold.SQL["periods"], asked
    for grouping in ("by_warehouse", "by_category"):
        yield grouping, valuation.SQL[grouping], [SHOP, "c1", 101]
    yield "total", valuation.SQL["total"], [SHOP]


def statements_of_past_times() -> Iterator[tuple[str, str, Sequence[object]]]:
    """Yield what is kept for past times, and asked about them."""
    seven = [[1]] * 7
    carried = [[SHOP], ["NORTH"], [1], [1], *seven]
    yield "carry", warehouse_balances.SQL["carry"], carried
    backdated = [[SHOP], ["NORTH"], ["month"], [BEGAN], [1], *seven]
    yield "backdate", backdated_changes.SQL["add"], backdated
    asked = as_of.SQL
    for is_effective in (False, True):
        yield "item then", asked["item"], [SHOP, "NORTH", "MORE-1", BEGAN, is_effective]
        rest = [BEGAN, is_effective, "MORE-1", 101]
        yield "items then", asked["items"], [SHOP, "NORTH", None, *rest]
    for warehouse in (None, "NORTH"):
        yield "sums then", asked["warehouses"], [SHOP, BEGAN, warehouse, BLOCK_POSITIONS]
        yield "backdated then", asked["backdated"], [SHOP, BEGAN, warehouse]
