"""Every statement about alerts, suppliers and orders to them, with arguments to plan it by."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from stockledger_projector.api.alert_queries import GRAVEST_FIRST
from stockledger_projector.views import (
    alerts,
    notifications,
    reorder_proposals,
    supplier_order_lines,
    supplier_orders,
    suppliers,
)
from tests.support.recorded_ledger import BEGIN as BEGAN

SHOP = "lamp-shop"
NONE = [None]
Statements = Iterator[tuple[str, str, Sequence[object]]]


def statements_of_alerts() -> Statements:
    """Yield what is said and asked of alerts."""
    said = alerts.SQL
    alert = [[SHOP], ["NORTH"], ["LAMP"], ["LOW_STOCK"], [1], [1], [9], [9], [BEGAN]]
    yield "raise", said["raise"], [*alert, ["WARNING"], NONE, [1], [2], NONE, NONE]
    yield "acknowledge", said["acknowledge"], [*alert, ["anna"]]
    yield "resolve", said["resolve"], [*alert, NONE, ["cause_gone"], [1]]
    kinds = ["LOW_STOCK", "OUT_OF_STOCK", "REORDER_NEEDED", "OVERSTOCK", "CAPACITY"]
    statuses = ["OPEN", "ACKNOWLEDGED", "RESOLVED"]
    for filters in ([None, None], ["NORTH", None], ["NORTH", "MORE-1"], [None, "MORE-1"]):
        asked = [SHOP, statuses, kinds, list(GRAVEST_FIRST), *filters]
        for name, within in (("newest", []), ("gravest", ["WARNING"])):
            page = said[f"page_by_{name}"]
            yield f"{name} {filters}", page, [*asked, *NONE * 4, 101, *within]
            yield f"{name} {filters} then", page, [*asked, BEGAN, BEGAN, BEGAN, 9, 101, *within]
    for warehouse in (None, "NORTH"):
        asked = [SHOP, kinds, warehouse, BEGAN, BEGAN, "day"]
        yield f"response times {warehouse}", said["response_times"], asked
    proposals = reorder_proposals.SQL["page"]
    for filters in ([None] * 3, ["NORTH", None, None], [None, "MORE-1", None], [None, None, "S-1"]):
        yield f"proposals {filters}", proposals, [SHOP, *filters, None, None, 101]
        yield f"proposals {filters} then", proposals, [SHOP, *filters, BEGAN, 9, 101]


def statements_of_suppliers() -> Statements:
    """Yield what is said and asked of suppliers and the orders to them."""
    identity = [[SHOP], ["S-1"], [1], [9], [9], [BEGAN]]
    known = [[BEGAN], ["Lumen"], NONE, NONE, NONE, NONE, NONE, NONE]
    yield "register", suppliers.SQL["register"], [*identity, *known]
    yield "supplier", suppliers.SQL["one"], [SHOP, "S-1"]
    yield "suppliers", suppliers.SQL["page"], [SHOP, "S-1", 101]
    yield "performance", suppliers.SQL["performance"], [SHOP, "S-1", 1_000]
    state = [*identity, ["QUEUED"], *[NONE] * 10, [0]]
    new = [[BEGAN], NONE, ["S-1"], ["Lumen"], NONE, NONE, NONE, NONE]
    ordered = supplier_orders.SQL
    yield "create supplier order", ordered["create"], [*state, *new]
    yield "change supplier order", ordered["change"], state
    line = [[SHOP], ["P-1"], ["NORTH"], ["LAMP"], [1], NONE, *[[1]] * 6]
    yield "supplier order line", supplier_order_lines.SQL["add"], line
    yield "supplier order", ordered["one"], [SHOP, "P-1"]
    yield "history of supplier order", ordered["history"], [SHOP, 1, "supplier_order/P-1", 0, 101]
    statuses = ["QUEUED", "UNAVAILABLE", "SUBMITTED", "CONFIRMED", "RECEIVED", "CANCELLED"]
    for filters in (
        [None] * 3,
        ["S-1", None, None],
        [None, "NORTH", None],
        [None, "NORTH", "MORE-1"],
        [None, None, "MORE-1"],
    ):
        asked = [SHOP, statuses, *filters]
        name = f"supplier orders {filters}"
        yield name, ordered["page"], [*asked, False, False, None, None, 101]
        yield f"{name} then", ordered["page"], [*asked, True, True, BEGAN, "P-1", 101]


def statements_of_notifications() -> Statements:
    """Yield what is asked of what was told."""
    page, nothing = notifications.SQL["page"], [None] * 5
    yield "notifications", page, [SHOP, *nothing, *NONE * 4, 101]
    filters = [["DEAD"], ["EMAIL"], ["LOW_STOCK"], "R-1", None]
    yield "notifications then", page, [SHOP, *filters, BEGAN, BEGAN, BEGAN, UUID(int=1), 101]
