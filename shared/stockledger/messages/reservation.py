"""Reservations, holds on many items until one deadline, and carts: commands, then events."""

from enum import StrEnum
from typing import Annotated, Final

from pydantic import FailFast, Field

from stockledger.messages.fields import Flag, HoldSeconds, IdField, Name, StreamName, Time
from stockledger.messages.lines import AskedLine, AskedLines, ChangedLines, HeldLine
from stockledger.messages.message import Command, Event, StreamCommand, message
from stockledger.messages.streams import cart_stream, reservation_stream

HOLD_SECONDS_DEFAULT: Final = 1_800
"""How long a reservation holds its stock (s) when the command does not say."""

EXPIRED_AT_ONCE_MAX: Final = 100
"""Reservations of one ExpireReservation: some 10 ms of work that customers wait behind."""


class ReservationStatus(StrEnum):
    """Active until one of the others, exclusively and for good."""

    ACTIVE = "ACTIVE"
    COMPLETED = "COMPLETED"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"


@message
class ReserveStock(Command):
    """Hold stock until a deadline: all lines or none, unless a part will do.

    `allow_partial`: hold what there is of each line, at least one unit in all. `allow_split`: a
    line of any warehouse may come from several. `join_cart`: the lines are added to the cart's
    active reservation, whose deadline moves on; `reservation_id` begins only without one.
    """

    reservation_id: IdField
    lines: AskedLines
    allow_partial: Flag = False
    allow_split: Flag = False
    expires_in_seconds: HoldSeconds = HOLD_SECONDS_DEFAULT
    customer_id: Name | None = None
    cart_id: IdField | None = None
    order_id: IdField | None = None
    join_cart: Flag = False


@message
class UpdateReservation(Command):
    """Hold these lines instead, in one step; what it holds already is never in its own way.

    `keep_others`: SKUs that are not named stay as they are, one with quantity 0 goes. Without
    `expires_in_seconds` the deadline stays. With a `cart_id` it is the cart's active reservation
    that changes; `reservation_id` begins only without one. A reservation left without lines is
    released.
    """

    reservation_id: IdField
    lines: ChangedLines
    keep_others: Flag = False
    allow_partial: Flag = False
    allow_split: Flag = False
    expires_in_seconds: HoldSeconds | None = None
    cart_id: IdField | None = None
    customer_id: Name | None = None


@message
class ReservationCommand(StreamCommand):
    """A command about one reservation as a whole."""

    reservation_id: IdField

    @property
    def stream(self) -> StreamName:
        return reservation_stream(self.reservation_id)


@message
class ExtendReservation(ReservationCommand):
    """Hold on for so long from now; a deadline that is later already stays."""

    expires_in_seconds: HoldSeconds = HOLD_SECONDS_DEFAULT


@message
class ReleaseReservation(StreamCommand):
    """Give the stock back: of one reservation, or of all active ones of a cart."""

    reservation_id: IdField | None = None
    cart_id: IdField | None = None

    @property
    def stream(self) -> StreamName:
        if self.reservation_id is None:
            return cart_stream(self.cart_id or "")
        return reservation_stream(self.reservation_id)


@message
class ConfirmReservation(ReservationCommand):
    """Sell what is held: the stock is issued to the customer."""

    order_id: IdField | None = None


@message
class ExpireReservation(Command):
    """End the reservations whose deadline has passed; the scheduler's tick."""

    reservation_ids: Annotated[
        tuple[IdField, ...], Field(min_length=1, max_length=EXPIRED_AT_ONCE_MAX), FailFast()
    ]


@message
class ReservationEvent(Event):
    """An event of one reservation."""

    reservation_id: str

    @property
    def stream(self) -> StreamName:
        return reservation_stream(self.reservation_id)


@message
class ReservationCreated(ReservationEvent):
    """Stock is held until a deadline. `asked` is left out when exactly that is held."""

    lines: tuple[HeldLine, ...]
    asked: tuple[AskedLine, ...] | None = None
    expires_at: Time
    customer_id: str | None = None
    cart_id: str | None = None
    order_id: str | None = None


@message
class ReservationUpdated(ReservationEvent):
    """All that is held from now on, and until when. `asked` as in ReservationCreated.

    `joined_as`: the reservation_id of the command whose lines joined, so that it joins only once.
    """

    lines: tuple[HeldLine, ...]
    asked: tuple[AskedLine, ...] | None = None
    expires_at: Time
    joined_as: str | None = None


@message
class ReservationExtended(ReservationEvent):
    """The deadline is a later one from now on."""

    expires_at: Time


@message
class ReservationConfirmed(ReservationEvent):
    """COMPLETED: these lines were sold; what else it held is available again."""

    lines: tuple[HeldLine, ...]
    order_id: str | None = None


@message
class ReservationReleased(ReservationEvent):
    """CANCELLED: the stock was given back."""


@message
class ReservationExpired(ReservationEvent):
    """EXPIRED: the deadline passed first."""

    expires_at: Time


@message
class CartReserved(Event):
    """A reservation was made for a cart."""

    cart_id: str
    reservation_id: str

    @property
    def stream(self) -> StreamName:
        return cart_stream(self.cart_id)
