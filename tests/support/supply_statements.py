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
KINDS = ["LOW_STOCK", "OUT_OF_STOCK", "REORDER_NEEDED", "OVERSTOCK", "CAPACITY"]
EVERY_ALERT = [SHOP, ["OPEN", "ACKNOWLEDGED", "RESOLVED"], KINDS, list(GRAVEST_FIRST)]
Statements = Iterator[tuple[str, str, Sequence[object]]]


def statements_of_alerts() -> Statements:
    """Yield what is said and asked of alerts."""
    said = alerts.SQL
    alert = [[SHOP], ["NORTH"], ["LAMP"], ["LOW_STOCK"], [1], [1], [9], [9], [BEGAN]]
    yield "raise", said["raise"], [*alert, ["WARNING"], NONE, [1], [2], NONE, NONE]
    yield "acknowledge", said["acknowledge"], [*alert, ["anna"]]
    yield "resolve", said["resolve"], [*alert, NONE, ["cause_gone"], [1]]
    for place in ([None, None], ["NORTH", "MORE-1"]):
        asked = [*EVERY_ALERT, *place]
        for name, within in (("newest", []), ("gravest", ["WARNING"])):
            page = said[f"page_by_{name}"]
            yield f"{name} {place}", page, [*asked, *NONE * 4, 101, *within]
            yield f"{name} {place} then", page, [*asked, BEGAN, BEGAN, BEGAN, 9, 101, *within]
    yield from alerts_by_one_filter()
    for warehouse in (None, "NORTH"):
        asked = [SHOP, KINDS, warehouse, BEGAN, BEGAN, "day"]
        yield f"response times {warehouse}", said["response_times"], asked
    proposals = reorder_proposals.SQL["page"]
    for filters in ([None] * 3, ["NORTH", None, None], [None, "MORE-1", None], [None, None, "S-1"]):
        yield f"proposals {filters}", proposals, [SHOP, *filters, None, None, 101]
        yield f"proposals {filters} then", proposals, [SHOP, *filters, BEGAN, 9, 101]


def alerts_by_one_filter() -> Statements:
    """Yield the questions that an index answers on its own."""
    for filters in ([None, None], ["SOUTH", None], [None, "MORE-1"]):
        asked = [*EVERY_ALERT, *filters, *NONE * 4, 101]
        yield f"newest {filters}", alerts.SQL["page_by_newest"], asked
        yield f"gravest {filters}", alerts.SQL["page_by_gravest"], [*asked, "WARNING"]


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
    yield "notifications then", page, [SHOP, *nothing, BEGAN, BEGAN, BEGAN, UUID(int=1), 101]
    yield from notifications_by_one_filter()
    yield from notifications_of_a_period()


def notifications_by_one_filter() -> Statements:
    """Yield the questions that an index answers on its own."""
    of_order = [SHOP, None, None, None, None, "P-10"]
    yield "notifications of order", notifications.SQL["page"], [*of_order, *NONE * 4, 101]
    page = notifications.SQL["page_of_undelivered"]
    for statuses in (["DEAD"], ["PENDING", "SENDING"]):
        asked = [SHOP, statuses, *NONE * 4]
        yield f"notifications {statuses}", page, [*asked, *NONE * 4, 101]
        yield f"notifications {statuses} in a period", page, [*asked, BEGAN, BEGAN, *NONE * 2, 101]


def notifications_of_a_period() -> Statements:
    """Yield the questions that have to name a period."""
    page = notifications.SQL["page"]
    for filters in ([["SMS"], None, None], [None, ["LOW_STOCK"], None], [None, None, "R-1"]):
        asked = [SHOP, None, *filters, None, BEGAN, BEGAN]
        yield f"notifications {filters}", page, [*asked, None, None, 101]
        yield f"notifications {filters} then", page, [*asked, BEGAN, UUID(int=1), 101]
