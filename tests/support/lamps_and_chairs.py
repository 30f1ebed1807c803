"""A shop small enough to count: ten lamps and five chairs in warehouse north, on Monday noon."""

from typing import Final

from stockledger.messages.message import Event
from tests.support.builders import CHAIR, LAMP, NORTH, warehouse_created
from tests.support.item_builders import item_configured, sku_stocked, stock_received
from tests.support.specification import Given, given

HALF_PAST: Final = "2026-11-23T12:30:00.000000Z"


def shop(*events: Event) -> Given:
    """Return a history in which ten lamps and five chairs are in warehouse north."""
    return given(
        warehouse_created(NORTH),
        sku_stocked(NORTH, LAMP),
        item_configured(NORTH, LAMP),
        stock_received(10, NORTH, LAMP),
        sku_stocked(NORTH, CHAIR),
        item_configured(NORTH, CHAIR),
        stock_received(5, NORTH, CHAIR),
        *events,
    )
