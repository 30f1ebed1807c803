"""Histories that specifications of transfers begin from: lamps in north that shall go to south."""

from dataclasses import replace
from typing import Final

from stockledger.messages.item import ItemConfigured
from stockledger.messages.message import Event
from tests.support.builders import CHAIR, LAMP, NORTH, SOUTH, units, warehouse_created
from tests.support.item_builders import item_configured, sku_stocked, stock_received
from tests.support.specification import Given, given
from tests.support.transfer_builders import create_transfer, dispatch_transfer, line

DETAILED: Final[ItemConfigured] = replace(
    item_configured(), name="Desk lamp", category="Light", unit="set", unit_volume=units(2.5)
)
"""The lamp as it is described in warehouse north."""


def town(*events: Event) -> Given:
    """Return a history of warehouses north, with ten lamps and five chairs at 4, and south."""
    return given(
        warehouse_created(NORTH),
        warehouse_created(SOUTH),
        sku_stocked(NORTH, LAMP),
        replace(DETAILED, safety_stock=units(3)),
        stock_received(10, NORTH, LAMP),
        sku_stocked(NORTH, CHAIR),
        item_configured(NORTH, CHAIR),
        stock_received(5, NORTH, CHAIR),
        *events,
    )


def lamps_in_both() -> Given:
    """Return the same history, and one lamp worth 9 in warehouse south."""
    return town(
        sku_stocked(SOUTH, LAMP), item_configured(SOUTH), stock_received(1, SOUTH, unit_cost=9)
    )


def odd_lamps() -> Given:
    """Return a history in which north has three lamps at 0.3333."""
    return given(
        warehouse_created(NORTH),
        warehouse_created(SOUTH),
        sku_stocked(),
        item_configured(),
        stock_received(3, unit_cost=0.3333),
    )


def pending() -> Given:
    """Return a history in which eight of the lamps and a chair are held for south."""
    return town().after(create_transfer(line(8), line(1, CHAIR)))


def on_its_way() -> Given:
    """Return a history in which eight lamps, worth 32, and a chair, worth 4, are on their way."""
    return pending().after(dispatch_transfer())
