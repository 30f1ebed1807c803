"""Holds, each a reservation's on one item: the item's events about them."""

from stockledger.messages.fields import PositiveQuantity, SomeQuantity, Time
from stockledger.messages.item import ItemEvent, StockMoved
from stockledger.messages.message import message


@message
class StockReserved(StockMoved):
    """Available units are held: `held` by the reservation in all, until the deadline."""

    reservation_id: str
    held: PositiveQuantity
    expires_at: Time


@message
class StockReleased(StockMoved):
    """Held units are available again; `held` by the reservation still, 0: the hold is gone."""

    reservation_id: str
    held: SomeQuantity


@message
class HoldExtended(ItemEvent):
    """The hold's deadline is another one from now on."""

    reservation_id: str
    expires_at: Time


@message
class ExpiredHold:
    """A hold that is gone: its deadline had passed."""

    reservation_id: str
    quantity: PositiveQuantity


@message
class HoldsExpired(StockMoved):
    """Lapsed holds, up to 500 of them, are gone: their units are available again."""

    holds: tuple[ExpiredHold, ...]
