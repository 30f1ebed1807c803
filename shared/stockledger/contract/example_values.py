"""What the examples of the contract have in common: one tenant, one lamp, one shop."""

from datetime import UTC, datetime
from typing import Final

from stockledger.amounts import Money, Quantity
from stockledger.messages.fields import Bucket, Sku, TenantId, WarehouseId
from stockledger.messages.item import Entry, Levels
from stockledger.messages.message import Reference

ACME: Final = TenantId("acme")
NORTH: Final = WarehouseId("NORTH")
SOUTH: Final = WarehouseId("SOUTH")
LAMP: Final = Sku("LAMP")
BULB: Final = Sku("BULB")
EARLIER: Final = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
NOW: Final = datetime(2026, 11, 21, 9, 0, 0, 125_000, tzinfo=UTC)
DEADLINE: Final = datetime(2026, 11, 21, 9, 30, 0, 125_000, tzinfo=UTC)
LATER_DEADLINE: Final = datetime(2026, 11, 21, 9, 45, 0, 125_000, tzinfo=UTC)
BASKET: Final = "R-2001"
CART: Final = "C-77"
ORDER: Final = "O-1001"
CUSTOMER: Final = "ada@example.com"
CAPACITY: Final = Quantity(5_000_000)
TRANSFER: Final = "T-501"
ADJUSTMENT: Final = "A-12"
IMPORT: Final = "I-2026-11"
EXPECTED: Final = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
IN_A_WEEK: Final = datetime(2026, 11, 28, 9, 0, 0, 125_000, tzinfo=UTC)
OF_ORDER: Final = Reference(type="order", id=ORDER)
OF_DELIVERY: Final = Reference(type="delivery-note", id="DN-77")


def levels(
    available: int,
    value: int,
    *,
    reserved: int = 0,
    damaged: int = 0,
    in_transit: int = 0,
    transit_value: int | None = None,
) -> Levels:
    """Return an item's figures, in 1/1000 of a unit and 1/10000 of money."""
    return Levels(
        available=Quantity(available),
        reserved=Quantity(reserved),
        damaged=Quantity(damaged),
        quarantined=Quantity(0),
        in_transit=Quantity(in_transit),
        on_hand=Quantity(available + reserved + damaged),
        value=Money(value),
        transit_value=None if transit_value is None else Money(transit_value),
    )


def entry(bucket: Bucket, before: int, change: int) -> Entry:
    """Return one side of a movement, in 1/1000 of a unit."""
    return Entry(
        bucket=bucket,
        before=Quantity(before),
        change=Quantity(change),
        after=Quantity(before + change),
    )
