"""No statement of the projector walks through a big table."""

import re
from collections.abc import Iterator, Mapping, Sequence

import asyncpg
import pytest

from stockledger import positions
from stockledger_projector.api.database import BEGIN
from stockledger_projector.views import (
    availability,
    fulfilment,
    holds,
    movements,
    order_lines,
    orders,
    reservations,
    stock_levels,
    summary,
    warehouses,
)
from tests.support.projecting import Projecting
from tests.support.recorded_ledger import BEGIN as BEGAN
from tests.support.recorded_ledger import RecordedLedger

SHOP = "lamp-shop"
Session = asyncpg.Connection
NONE = [None]
BIG = r"stock_levels|movements\w*|holds|reservations|fulfilment|orders|order_lines"

COLUMNS_OF_LEVELS = [[SHOP], ["NORTH"], ["LAMP-1"], [1], [9], [9], [BEGAN]]
FIGURES = [[1], [0], [0], [0], [0], [1], [1]]
PLACE = [["A"], NONE, NONE]
SETTINGS = [["Lamp"], NONE, ["piece"], NONE, NONE, NONE, [0], [20], [7], [30], NONE, NONE, NONE]
TOLD_OF_LEVELS: Mapping[str, Sequence[object]] = {
    "configure": SETTINGS,
    "place": PLACE,
    "figures": FIGURES,
    "version": [],
}
MOVEMENT = [
    *([SHOP], [BEGAN], [9], [1], ["NORTH"], ["LAMP-1"], [9], ["issued"], [1], ["available"]),
    *([1], [0], ["customer"], [0], [1], [-1], NONE, NONE, NONE, NONE, NONE, NONE, ["/shop/c9"]),
]
OF_WAREHOUSE = [[SHOP], ["NORTH"], [1], [9], [9], [BEGAN]]
HOLD = [[SHOP], ["NORTH"], ["LAMP-1"], ["R-1"]]
RESERVATION = [
    *([SHOP], ["R-1"], [1], [9], [9], [BEGAN], ["ACTIVE"], NONE, [BEGAN], NONE, ["[]"], NONE),
]
ALL = ["ACTIVE", "COMPLETED", "CANCELLED", "EXPIRED"]
NO_FLAGS = [False] * 4


def statements() -> Iterator[tuple[str, str, Sequence[object]]]:
    """Yield each statement's name, text and arguments, queries with one filter after the other."""
    levels, moved, of_warehouses = stock_levels.SQL, movements.SQL, warehouses.SQL
    for name in ("configure", "place", "figures", "version"):
        told = [*COLUMNS_OF_LEVELS, *TOLD_OF_LEVELS[name]]
        yield f"{name} and tell", f"{levels[name]}\n{levels['returning']}", told
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
    yield from statements_of_reservations()
    yield from statements_of_orders()
    yield "advance", positions.SQL["advance"], ["projector", [1], [1], [2], [None]]
    yield "lock", positions.SQL["lock"], ["projector", [1]]


def statements_of_reservations() -> Iterator[tuple[str, str, Sequence[object]]]:
    """Yield what is said and asked of reservations and their holds."""
    held, kept = holds.SQL, reservations.SQL
    yield "hold", held["hold"], [*HOLD, [1], [1], [BEGAN]]
    yield "change hold", held["change"], [*HOLD, [1], [1], NONE]
    yield "drop", held["drop"], list(HOLD)
    yield "create", kept["create"], [*RESERVATION, [BEGAN], NONE, NONE]
    yield "change", kept["change"], [*RESERVATION, [False]]
    yield "reservation", kept["one"], [SHOP, "R-1"]
    for sort in ("latest", "soonest"):
        page = kept[f"page_by_{sort}_deadline"]
        for filters in (
            [None] * 3,
            ["Customer 1", None, None],
            [None, "C-1", None],
            [None, None, "O-1"],
        ):
            yield f"{sort} {filters}", page, [SHOP, ALL, *filters, *[None] * 4, 101]
            rest = [BEGAN, BEGAN, BEGAN, "R-1", 101]
            yield f"{sort} {filters} then", page, [SHOP, ["ACTIVE"], *filters, *rest]
    yield "history", kept["history"], [SHOP, 1, "reservation/R-1", 0, 101]
    yield "count", fulfilment.SQL["count"], [[SHOP], [BEGAN], [1], [1], [1], [1], [1]]
    yield "period", fulfilment.SQL["period"], [SHOP, BEGAN, BEGAN]
    yield "basket", availability.SQL["of_skus"], [SHOP, ["MORE-1", "MORE-2"]]


def statements_of_orders() -> Iterator[tuple[str, str, Sequence[object]]]:
    """Yield what is said and asked of orders."""
    identity = [[SHOP], ["O-1"], [1], [9], [9], [BEGAN], [BEGAN]]
    yield "order", orders.SQL["change"], [*identity, NONE, NONE, NONE, NONE, NONE, ['["R1"]']]
    line = [[SHOP], ["O-1"], ["NORTH"], ["LAMP"], [1], [1], [1], [1], [1]]
    yield "line", order_lines.SQL["add"], line
    yield "order", orders.SQL["one"], [SHOP, "O-1"]
    statuses = ["OPEN", "ACCEPTED", "CANCELLED"]
    for filters in ([None] * 2, ["Customer 1", None], [None, "C-1"]):
        page = orders.SQL["page"]
        yield f"orders {filters}", page, [SHOP, statuses, *filters, *[None] * 4, 101]
        rest = [BEGAN, BEGAN, BEGAN, "O-1", 101]
        yield f"orders {filters} then", page, [SHOP, ["OPEN"], *filters, *rest]


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
        for statement in (_MORE_HOLDS, _MORE_RESERVATIONS, _MORE_ORDERS, _MORE_LINES, _MORE_HOURS):
            await owner.execute(statement, shop, items)
    await owner.execute("analyze")
    return owner


async def test_no_statement_walks_through_a_big_table(filled: Session) -> None:
    for name, statement, arguments in statements():
        transaction = filled.transaction()
        await transaction.start()
        await filled.execute(BEGIN, SHOP, "views")
        plan = "\n".join(row[0] for row in await filled.fetch(f"explain {statement}", *arguments))
        await transaction.rollback()

        walked = re.findall(rf"Seq Scan on ({BIG})", plan)
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

_MORE_HOLDS = """
insert into views.holds
select $1, 'NORTH', 'MORE-' || number % 50, 'R-' || number, 0, 1,
    '2026-10-02'::timestamptz + number * interval '1 second'
from generate_series(1, $2::int) as number
"""

_MORE_RESERVATIONS = """
insert into views.reservations (
    tenant_id, reservation_id, partition, position, version, status, customer_id, cart_id,
    order_id, expires_at, created_at, updated_at, lines
)
select $1, 'R-' || number, 0, number, 1,
    (array['ACTIVE', 'COMPLETED', 'CANCELLED', 'EXPIRED'])[1 + number % 4],
    'Customer ' || number % 50, 'C-' || number, 'O-' || number,
    '2026-10-02'::timestamptz + number * interval '1 second', now(), now(), '[]'
from generate_series(1, $2::int) as number
"""

_MORE_ORDERS = """
insert into views.orders (
    tenant_id, order_id, partition, position, version, customer_id, cart_id, created_at,
    updated_at, accepted_at
)
select $1, 'O-' || number, 0, number, 1, 'Customer ' || number % 50, 'C-' || number,
    '2026-10-02'::timestamptz + number * interval '1 second', now(),
    case when number % 2 = 0 then now() end
from generate_series(1, $2::int) as number
"""

_MORE_LINES = """
insert into views.order_lines
select $1, 'O-' || number, 'NORTH', 'MORE-' || number % 50, 0, 1, 1, 0, 0
from generate_series(1, $2::int) as number
"""

_MORE_HOURS = """
insert into views.fulfilment
select $1, '2026-01-01'::timestamptz + number * interval '1 hour', 0, 1, 1, 1, 1
from generate_series(1, $2::int) as number
"""
