"""Histories that specifications of what suppliers deliver begin with."""

from tests.support.builders import (
    CHAIR,
    NORTH,
    create_warehouse,
)
from tests.support.item_builders import configure_item, receive_stock
from tests.support.specification import Given, given
from tests.support.supplier_builders import (
    create_supplier_order,
    ordered,
    register_supplier,
    submit,
)


def a_shop() -> Given:
    """Return a warehouse with a lamp of 4, and chairs of which there are none."""
    return given().after(
        create_warehouse(), receive_stock(1), configure_item(NORTH, CHAIR), register_supplier()
    )


def submitted() -> Given:
    """Return 20 lamps of 3 and 5 chairs of no known cost, which the supplier has to deliver."""
    order = create_supplier_order(ordered(20, unit_cost=3), ordered(5, CHAIR))
    return a_shop().after(order, submit())
