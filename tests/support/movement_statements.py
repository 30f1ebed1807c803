"""Every question about movements, with arguments to plan it by."""

from collections.abc import Iterator, Sequence

from stockledger_projector.api.parameters import Kind
from stockledger_projector.views import movements
from tests.support.recorded_ledger import BEGIN as BEGAN

SHOP = "lamp-shop"
Statements = Iterator[tuple[str, str, Sequence[object]]]


def statements_of_movements() -> Statements:
    """Yield the questions with one filter after the other, and those behind a cursor."""
    for clock in ("recorded", "effective"):
        page = movements.SQL[f"page_by_{clock}"]
        for filters in (
            [None] * 5,
            ["NORTH", "MORE-1", None, None, None],
            [None, None, None, "O-10", "order"],
        ):
            yield f"{clock} {filters}", page, [SHOP, *filters, None, None, None, None, 101]
            yield f"{clock} {filters} then", page, [SHOP, *filters, BEGAN, BEGAN, BEGAN, 9, 101]
    yield from movements_by_one_filter()
    yield from movements_of_a_period()


def movements_by_one_filter() -> Statements:
    """Yield the questions by recorded time that an index answers on its own."""
    page = movements.SQL["page_by_recorded"]
    for filters in (["NORTH", "MORE-1", *[None] * 3], [None, None, None, "O-10", None]):
        yield f"movements {filters}", page, [SHOP, *filters, None, None, None, None, 101]
    page, of_sku = movements.SQL["page_of_sku"], [SHOP, "MORE-1", None, None]
    yield "movements of a SKU", page, [*of_sku, None, None, None, None, 101]
    yield "movements of a SKU then", page, [*of_sku, BEGAN, BEGAN, BEGAN, 9, 101]
    page = movements.SQL["page_of_kinds"]
    for warehouse, kinds in (("SOUTH", list(Kind)), (None, ["scrapped"]), ("SOUTH", ["scrapped"])):
        name, asked = f"{len(kinds)} kinds in {warehouse}", [SHOP, warehouse, kinds]
        yield name, page, [*asked, None, None, None, None, 101]
        yield f"{name} then", page, [*asked, BEGAN, BEGAN, BEGAN, 9, 101]


def movements_of_a_period() -> Statements:
    """Yield the questions that have to name a period."""
    by_type = [None, None, None, None, "count"]
    for clock, filters in (
        ("recorded", by_type),
        ("effective", by_type),
        ("effective", ["SOUTH", None, None, None, None]),
        ("effective", [None, "MORE-1", None, None, None]),
        ("effective", [None, None, "scrapped", None, None]),
    ):
        page, asked = movements.SQL[f"page_by_{clock}"], [SHOP, *filters, BEGAN, BEGAN]
        yield f"{clock} {filters} in a period", page, [*asked, None, None, 101]
        yield f"{clock} {filters} in a period then", page, [*asked, BEGAN, 9, 101]
