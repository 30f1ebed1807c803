"""No statement of the projector walks through a big table."""

import re
from collections.abc import Iterator

import asyncpg
import pytest

from stockledger import positions
from stockledger_projector.api.database import BEGIN
from stockledger_projector.views import movements, stock_levels, summary, warehouses
from tests.support.projecting import Projecting
from tests.support.recorded_ledger import BEGIN as BEGAN
from tests.support.recorded_ledger import RecordedLedger

SHOP = "lamp-shop"
Session = asyncpg.Connection
NONE = [None]

COLUMNS_OF_LEVELS = [[SHOP], ["NORTH"], ["LAMP-1"], [1], [9], [9], [BEGAN]]
FIGURES = [[1], [0], [0], [0], [0], [1], [1]]
SETTINGS = [["Lamp"], NONE, ["piece"], NONE, NONE, NONE, [0], [20], [7], [30], NONE, NONE, NONE]
MOVEMENT = [
    *([SHOP], [BEGAN], [9], [1], ["NORTH"], ["LAMP-1"], [9], ["issued"], [1], ["available"]),
    *([1], [0], ["customer"], [0], [1], [-1], NONE, NONE, NONE, NONE, NONE, NONE, ["/shop/c9"]),
]
OF_WAREHOUSE = [[SHOP], ["NORTH"], [1], [9], [9], [BEGAN]]
NO_FLAGS = [False] * 4


def statements() -> Iterator[tuple[str, str, list[object]]]:
    """Yield each statement's name, text and arguments, queries with one filter after the other."""
    levels, moved, of_warehouses = stock_levels.SQL, movements.SQL, warehouses.SQL
    yield "configure", levels["configure"], [*COLUMNS_OF_LEVELS, *SETTINGS]
    yield "place", levels["place"], [*COLUMNS_OF_LEVELS, ["A"], NONE, NONE]
    yield "figures", levels["figures"], [*COLUMNS_OF_LEVELS, *FIGURES]
    yield "insert", moved["insert"], list(MOVEMENT)
    description = [NONE, ["North"], ["N"], NONE, NONE, NONE, ["UTC"], [1]]
    yield "describe", of_warehouses["describe"], [*OF_WAREHOUSE, *description]
    yield "activity", of_warehouses["activity"], [*OF_WAREHOUSE, [True]]
    yield "default", of_warehouses["default"], [[SHOP], ["NORTH"]]
    yield "one", levels["one"], [SHOP, "NORTH", "LAMP-1"]
    for filters in (
        [None] * 3,
        ["NORTH", None, None],
        [None, "LAMP-1", None],
        [None, None, "lights"],
    ):
        rest = [*NO_FLAGS, None, None, 101]
        yield f"levels {filters}", levels["page"], [SHOP, *filters, *rest]
    for place in range(4):
        flags = [number == place for number in range(4)]
        yield f"flag {place}", levels["page"], [SHOP, None, None, None, *flags, None, None, 101]
    cursor = ["NORTH", "LAMP-1", 101]
    yield "levels behind", levels["page"], [SHOP, None, None, None, *NO_FLAGS, *cursor]
    for clock in ("recorded", "effective"):
        for filters in (
            [None] * 5,
            ["NORTH", "LAMP-1", None, None, None],
            [None, "LAMP-1", None, None, None],
            [None, None, "issued", None, None],
            [None, None, None, "O-1", "order"],
        ):
            page = moved[f"page_by_{clock}"]
            yield f"{clock} {filters}", page, [SHOP, *filters, None, None, None, None, 101]
            yield f"{clock} {filters} then", page, [SHOP, *filters, BEGAN, BEGAN, BEGAN, 9, 101]
    yield "warehouses", of_warehouses["page"], [SHOP, None, 101]
    yield "summary", summary.SQL["summary"], [SHOP]
    yield "advance", positions.SQL["advance"], ["projector", [1], [1], [2], [None]]
    yield "lock", positions.SQL["lock"], ["projector", [1]]


@pytest.fixture
async def filled(ledger: RecordedLedger, projecting: Projecting, owner: Session) -> Session:
    """Tables large enough that walking through them would be a mistake."""
    ledger.warehouse(SHOP, "NORTH")
    ledger.configure(SHOP, "NORTH", "LAMP-1")
    ledger.receive(SHOP, "NORTH", "LAMP-1", 10)
    await projecting.fold(ledger.events)
    for shop, items in ((SHOP, 200), ("tent-shop", 3_000), ("boat-shop", 3_000)):
        await owner.execute(_MORE_ITEMS, shop, items)
        await owner.execute(_MORE_MOVEMENTS, shop, items * 5)
    await owner.execute("analyze views.stock_levels, views.movements")
    return owner


async def test_no_statement_walks_through_a_big_table(filled: Session) -> None:
    for name, statement, arguments in statements():
        transaction = filled.transaction()
        await transaction.start()
        await filled.execute(BEGIN, SHOP, "views")
        plan = "\n".join(row[0] for row in await filled.fetch(f"explain {statement}", *arguments))
        await transaction.rollback()

        walked = re.findall(r"Seq Scan on (stock_levels|movements\w*)", plan)
        assert not walked, f"{name}\n{plan}"


_MORE_ITEMS = """
insert into views.stock_levels (
    tenant_id, warehouse_id, sku, partition, position, version, updated_at, available, category,
    maximum, reorder_point
)
select $1, 'NORTH', 'MORE-' || number, 0, number, 1, now(), number % 200, 'c' || number % 50,
    150, 5
from generate_series(1, $2::int) as number
"""

_MORE_MOVEMENTS = """
insert into views.movements (
    tenant_id, recorded_at, position, partition, warehouse_id, sku, version, kind, quantity,
    from_bucket, from_before, from_after, to_bucket, to_before, to_after, value_change,
    reference_id, reference_type, effective_at, command
)
select $1, '2026-10-02'::timestamptz + number * interval '1 second', number + 100, 0, 'NORTH',
    'MORE-' || number % 100, 1, 'issued', 1, 'available', 1, 0, 'customer', 0, 1, 0,
    case when number % 10 = 0 then 'O-' || number end, 'order',
    case when number % 100 = 0 then '2026-09-02'::timestamptz end, '/shop/c' || number
from generate_series(1, $2::int) as number
"""
