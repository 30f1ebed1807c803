"""Orders, what was sold under them and came back: commands, then events."""

from typing import Annotated, Final

from pydantic import FailFast, Field

from stockledger.messages.fields import Flag, IdField, Name, StreamName
from stockledger.messages.lines import (
    AskedLine,
    AskedLines,
    ReturnedLine,
    SoldLine,
    SomeAskedLines,
)
from stockledger.messages.message import Command, Event, StreamCommand, message
from stockledger.messages.streams import order_stream

ORDER_RESERVATIONS_MAX: Final = 100
"""Reservations that an order may name."""


@message
class AcceptOrder(Command):
    """Sell what the order asks for, as a whole.

    Its reservations (named, made for it, or of its cart) are confirmed as far as they cover the
    lines, the rest is issued directly. Without lines: all that they hold.
    """

    order_id: IdField
    lines: SomeAskedLines = ()
    reservation_ids: Annotated[
        tuple[IdField, ...], Field(max_length=ORDER_RESERVATIONS_MAX), FailFast()
    ] = ()
    allow_split: Flag = False
    customer_id: Name | None = None
    cart_id: IdField | None = None


@message
class CancelOrder(StreamCommand):
    """Take back all that was sold under the order, and release what is held for it.

    What was sold from a warehouse that is deleted by now stays sold.
    """

    order_id: IdField

    @property
    def stream(self) -> StreamName:
        return order_stream(self.order_id)


@message
class ReturnOrder(Command):
    """Take units back that were sold under the order; once for each `return_id`.

    A line without warehouse goes back to where it was sold from.
    """

    order_id: IdField
    return_id: IdField
    lines: AskedLines


@message
class OrderEvent(Event):
    """An event of one order."""

    order_id: str

    @property
    def stream(self) -> StreamName:
        return order_stream(self.order_id)


@message
class OrderReserved(OrderEvent):
    """A reservation was made for the order, before it came."""

    reservation_id: str


@message
class OrderAccepted(OrderEvent):
    """The order came and was sold as a whole: `asked` by it, `lines` sold with it.

    What was sold under it before counts as well, but is not among the lines.
    """

    asked: tuple[AskedLine, ...]
    lines: tuple[SoldLine, ...]
    reservation_ids: tuple[str, ...]
    customer_id: str | None = None
    cart_id: str | None = None


@message
class OrderItemsSold(OrderEvent):
    """Stock was sold under the order by a command of its own."""

    lines: tuple[SoldLine, ...]
    reservation_id: str | None = None


@message
class OrderCancelled(OrderEvent):
    """The order is off, for good: these lines came back.

    What was sold from a warehouse that is deleted by now has nowhere to come back to, and did not.
    """

    lines: tuple[ReturnedLine, ...]


@message
class OrderReturned(OrderEvent):
    """Sold units came back. `asked` is what the return of that id said."""

    lines: tuple[ReturnedLine, ...]
    return_id: str | None = None
    asked: tuple[AskedLine, ...] | None = None
