"""No statement of the projector walks through a big table."""

import re
from collections.abc import Mapping, Sequence

import asyncpg
import pytest

from stockledger import positions
from stockledger_projector.api.database import BEGIN
from stockledger_projector.views import (
    adjustments,
    availability,
    fulfilment,
    holds,
    import_preview,
    imports,
    movements,
    order_lines,
    orders,
    reservations,
    stock_levels,
    summary,
    tenants,
    transfer_lines,
    transfers,
    warehouses,
)
from tests.support.filled_views import (
    MORE_ADJUSTMENTS,
    MORE_ALERTS,
    MORE_BACKDATED,
    MORE_BALANCES,
    MORE_DELIVERIES,
    MORE_HOLDS,
    MORE_HOURS,
    MORE_IMPORTS,
    MORE_ITEMS,
    MORE_LINES,
    MORE_MOVEMENTS,
    MORE_ORDERS,
    MORE_RESERVATIONS,
    MORE_SALES,
    MORE_SUPPLIER_ORDER_LINES,
    MORE_SUPPLIER_ORDERS,
    MORE_SUPPLIERS,
    MORE_TRANSFER_LINES,
    MORE_TRANSFERS,
)
from tests.support.movement_statements import (
    movements_by_one_filter,
    movements_of_a_period,
    statements_of_movements,
)
from tests.support.projecting import Projecting
from tests.support.query_plans import Scan, scans_of
from tests.support.recorded_ledger import BEGIN as BEGAN
from tests.support.recorded_ledger import RecordedLedger
from tests.support.report_statements import statements_of_past_times, statements_of_reports
from tests.support.supply_statements import (
    Statements,
    alerts_by_one_filter,
    notifications_by_one_filter,
    notifications_of_a_period,
    statements_of_alerts,
    statements_of_notifications,
    statements_of_suppliers,
)

SHOP = "lamp-shop"
Session = asyncpg.Connection
NONE = [None]
BIG = (
    r"stock_levels|movements\w*|holds|reservations|fulfilment|orders|order_lines|transfers"
    r"|transfer_lines|adjustments|imports|warehouse_balances|backdated_changes|goods_sold"
    r"|alerts|suppliers|supplier_orders|supplier_order_lines|deliveries"
)

COLUMNS_OF_LEVELS = [[SHOP], ["NORTH"], ["LAMP-1"], [1], [9], [9], [BEGAN]]
FIGURES = [[1], [0], [0], [0], [0], [1], [1], [0], NONE]
PLACE = [["A"], NONE, NONE]
SETTINGS = [["Lamp"], NONE, ["piece"], NONE, NONE, NONE, [0], [20], [7], [30], *[NONE] * 5, [False]]
TOLD_OF_LEVELS: Mapping[str, Sequence[object]] = {
    "configure": SETTINGS,
    "place": PLACE,
    "figures": FIGURES,
    "order": [[1]],
    "version": [],
}
MOVEMENT = [
    *([SHOP], [BEGAN], [9], [1], ["NORTH"], ["LAMP-1"], [9], ["issued"], [1], ["available"]),
    *([1], [0], ["customer"], [0], [1], [-1], NONE, NONE, NONE, NONE, NONE, NONE, ["/shop/c9"]),
    *[[1]] * 8,
]
OF_WAREHOUSE = [[SHOP], ["NORTH"], [1], [9], [9], [BEGAN]]
HOLD = [[SHOP], ["NORTH"], ["LAMP-1"], ["R-1"]]
RESERVATION = [
    *([SHOP], ["R-1"], [1], [9], [9], [BEGAN], ["ACTIVE"], NONE, [BEGAN], NONE, ["[]"], NONE),
]
ALL = ["ACTIVE", "COMPLETED", "CANCELLED", "EXPIRED"]
NO_FLAGS = [False] * 4


def statements() -> Statements:
    """Yield each statement's name, text and arguments, queries with one filter after the other."""
    levels, of_warehouses = stock_levels.SQL, warehouses.SQL
    for name, more in TOLD_OF_LEVELS.items():
        told = [*COLUMNS_OF_LEVELS, *more]
        yield f"{name} and tell", f"{levels[name]}\n{levels['returning']}", told
    yield "insert", movements.SQL["insert"], list(MOVEMENT)
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
    yield from statements_of_movements()
    yield "warehouses", of_warehouses["page"], [SHOP, None, 101]
    yield "summary", summary.SQL["summary"], [SHOP]
    yield from statements_of_reservations()
    yield from statements_of_orders()
    yield from statements_of_transfers()
    yield from statements_of_adjustments()
    yield from statements_of_imports()
    yield from statements_of_alerts()
    yield from statements_of_suppliers()
    yield from statements_of_notifications()
    yield from statements_of_reports()
    yield from statements_of_past_times()
    yield "advance", positions.SQL["advance"], ["projector", [1], [1], [2], [None]]
    yield "lock", positions.SQL["lock"], ["projector", [1]]


def statements_of_reservations() -> Statements:
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


def statements_of_orders() -> Statements:
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


def statements_of_transfers() -> Statements:
    """Yield what is said and asked of transfers."""
    state = [
        *([SHOP], ["T-1"], [1], [9], [9], [BEGAN], ["PENDING"], NONE, NONE, NONE, NONE, NONE, NONE),
        [1],
    ]
    new = [[BEGAN], ["NORTH"], ["SOUTH"], NONE, NONE, NONE]
    yield "create transfer", transfers.SQL["create"], [*state, *new]
    yield "change transfer", transfers.SQL["change"], state
    line = [[SHOP], ["T-1"], ["LAMP"], [1], *[[1]] * 9]
    yield "transfer line", transfer_lines.SQL["add"], line
    yield "transfer", transfers.SQL["one"], [SHOP, "T-1"]
    statuses = ["PENDING", "IN_TRANSIT", "COMPLETED", "CANCELLED"]
    for filters in ([None, None], ["NORTH", None], [None, "SOUTH"]):
        page = transfers.SQL["page"]
        yield f"transfers {filters}", page, [SHOP, statuses, *filters, False, None, None, 101]
        rest = [True, BEGAN, "T-1", 101]
        yield f"transfers {filters} then", page, [SHOP, ["PENDING"], *filters, *rest]


def statements_of_adjustments() -> Statements:
    """Yield what is said and asked of adjustments."""
    identity = [[SHOP], ["A-1"], [1], [9], [9], [BEGAN]]
    begun = [*identity, ["PENDING"], ["NORTH"], ["LAMP"], [1], *[NONE] * 10]
    yield "request", adjustments.SQL["begin"], begun
    yield "decide", adjustments.SQL["decide"], [*identity, ["APPROVED"], NONE, NONE, NONE]
    yield "adjustment", adjustments.SQL["one"], [SHOP, "A-1"]
    for filters in ([None, None], ["NORTH", None], ["NORTH", "MORE-1"]):
        page = adjustments.SQL["page"]
        yield f"adjustments {filters}", page, [SHOP, ["PENDING"], *filters, None, None, 101]
        rest = [BEGAN, "A-1", 101]
        yield f"adjustments {filters} then", page, [SHOP, ["PENDING"], *filters, *rest]


def statements_of_imports() -> Statements:
    """Yield what is said and asked of imports and tenants."""
    identity = [[SHOP], ["I-1"], [1], [9], [9], [BEGAN], [BEGAN]]
    yield "import", imports.SQL["change"], [*identity, NONE, [1], [1], NONE, NONE]
    yield "one import", imports.SQL["one"], [SHOP, "I-1"]
    yield "imports", imports.SQL["page"], [SHOP, None, None, 101]
    yield "imports then", imports.SQL["page"], [SHOP, BEGAN, "I-1", 101]
    keys = [["NORTH", "NORTH"], ["MORE-1", "MORE-2"]]
    yield "preview", import_preview.SQL["items"], [SHOP, *keys]
    yield "preview of warehouses", import_preview.SQL["warehouses"], [SHOP, ["NORTH"]]
    yield "preview of suppliers", import_preview.SQL["suppliers"], [SHOP, ["LUMEN"]]
    yield "position", import_preview.SQL["position"], ["projector", 1]
    settings = [["UTC"], NONE, NONE, NONE, [7]]
    yield "tenant", tenants.SQL["configure"], [[SHOP], [1], [9], [9], [BEGAN], *settings]
    yield "one tenant", tenants.SQL["one"], [SHOP]


def questions_by_one_filter() -> Statements:
    """Yield those that may be asked of all there ever was: they read what they answer."""
    yield from movements_by_one_filter()
    yield from alerts_by_one_filter()
    yield from notifications_by_one_filter()


def questions_of_a_period() -> Statements:
    """Yield those that no index answers on its own: they read what is in the period."""
    yield from movements_of_a_period()
    yield from notifications_of_a_period()


async def scans(session: Session, planned: Statements) -> list[tuple[str, Scan]]:
    """Return how the big tables of each statement are read."""
    found: list[tuple[str, Scan]] = []
    for name, statement, arguments in planned:
        async with session.transaction():
            await session.execute(BEGIN, SHOP, "views")
            found += [(name, scan) for scan in await scans_of(session, statement, arguments)]
    return [(name, scan) for name, scan in found if re.fullmatch(BIG, scan.table)]


@pytest.fixture
async def filled(ledger: RecordedLedger, projecting: Projecting, owner: Session) -> Session:
    """Tables large enough that walking through them would be a mistake."""
    ledger.warehouse(SHOP, "NORTH")
    ledger.warehouse(SHOP, "SOUTH")
    ledger.configure(SHOP, "NORTH", "LAMP-1")
    ledger.receive(SHOP, "NORTH", "LAMP-1", 10)
    await projecting.fold(ledger.events)
    for shop, items in ((SHOP, 200), ("tent-shop", 3_000), ("boat-shop", 3_000)):
        await owner.execute(MORE_ITEMS, shop, items)
        await owner.execute(MORE_MOVEMENTS, shop, items * 5)
        for statement in (
            *(MORE_HOLDS, MORE_RESERVATIONS, MORE_ORDERS, MORE_LINES, MORE_HOURS),
            *(MORE_TRANSFERS, MORE_TRANSFER_LINES, MORE_ADJUSTMENTS, MORE_IMPORTS),
            *(MORE_BALANCES, MORE_BACKDATED, MORE_SALES, MORE_ALERTS, MORE_SUPPLIERS),
            *(MORE_SUPPLIER_ORDERS, MORE_SUPPLIER_ORDER_LINES, MORE_DELIVERIES),
        ):
            await owner.execute(statement, shop, items)
    await owner.execute("analyze")
    return owner


async def test_no_statement_walks_through_a_big_table_nor_a_question_through_a_history(
    filled: Session,
) -> None:
    for name, scan in await scans(filled, statements()):
        assert scan.way != "Seq Scan", f"{name}: {scan}"
    for name, scan in await scans(filled, questions_by_one_filter()):
        assert not scan.left_out, f"{name}: {scan}"
    for name, scan in await scans(filled, questions_of_a_period()):
        assert re.search(r"_at >= ", scan.condition), f"{name}: {scan}"
