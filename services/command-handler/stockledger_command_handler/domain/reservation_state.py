"""What is known of a reservation, and how each of its events changes that."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, assert_never

from stockledger.messages.fields import StreamName, Time
from stockledger.messages.generated import maker_of
from stockledger.messages.lines import AskedLine, HeldLine
from stockledger.messages.reservation import (
    ReservationConfirmed,
    ReservationCreated,
    ReservationExpired,
    ReservationExtended,
    ReservationReleased,
    ReservationStatus,
    ReservationUpdated,
)
from stockledger.messages.streams import item_stream

Event = (
    ReservationCreated
    | ReservationUpdated
    | ReservationExtended
    | ReservationConfirmed
    | ReservationReleased
    | ReservationExpired
)

FOLD_VERSION: Final = 2
"""Raised when `ReservationState` or `evolve` changes, so that older snapshots are not used."""

JOINED_MAX: Final = 500
"""Joins that a reservation remembers, the newest: far more than a cart has lines."""

NO_TIME: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class ReservationState:
    """A reservation. `status` is None until it exists.

    `lines` are what it holds, or held when it ended (COMPLETED: what was sold). `asked` is left
    out when exactly that was asked, `first_asked` when it asks for the same as at the beginning.
    `joined` are the ids of the commands whose lines joined it.
    """

    status: ReservationStatus | None = None
    lines: tuple[HeldLine, ...] = ()
    asked: tuple[AskedLine, ...] | None = None
    first_asked: tuple[AskedLine, ...] | None = None
    expires_at: Time = NO_TIME
    customer_id: str | None = None
    cart_id: str | None = None
    order_id: str | None = None
    confirmed_order_id: str | None = None
    joined: tuple[str, ...] = ()

    def holds_at(self, now: datetime) -> bool:
        """Return whether it is active and its deadline ahead."""
        return self.status is ReservationStatus.ACTIVE and now < self.expires_at

    @property
    def all_asked(self) -> tuple[AskedLine, ...]:
        """What it asks for by now."""
        return asked_as_held(self.lines) if self.asked is None else self.asked


_reservation_state: Final = maker_of(ReservationState)


def initial() -> ReservationState:
    """Return a reservation that does not exist; a new one each time, to be evolved."""
    return _reservation_state()


def evolve(state: ReservationState, event: Event) -> ReservationState:
    match event:
        case ReservationCreated():
            state.status = ReservationStatus.ACTIVE
            state.lines, state.asked = event.lines, event.asked
            state.first_asked = None
            state.expires_at = event.expires_at
            state.customer_id, state.cart_id = event.customer_id, event.cart_id
            state.order_id = event.order_id
        case ReservationUpdated():
            if state.first_asked is None:
                state.first_asked = state.all_asked
            state.lines, state.asked = event.lines, event.asked
            state.expires_at = event.expires_at
            if event.joined_as is not None:
                state.joined = (*state.joined, event.joined_as)[-JOINED_MAX:]
        case ReservationExtended():
            state.expires_at = event.expires_at
        case ReservationConfirmed():
            if event.lines != state.lines:
                state.asked = state.all_asked
            state.status = ReservationStatus.COMPLETED
            state.lines = event.lines
            state.confirmed_order_id = event.order_id
        case ReservationReleased():
            state.status = ReservationStatus.CANCELLED
        case ReservationExpired():
            state.status = ReservationStatus.EXPIRED
        case _:
            assert_never(event)
    return state


def is_over(state: ReservationState) -> bool:
    """Return whether it has ended: commands seldom ask for it again."""
    return state.status is not None and state.status is not ReservationStatus.ACTIVE


def items_of(state: ReservationState) -> list[StreamName]:
    """Return the streams of the items that a reservation holds."""
    return [item_stream(line.warehouse_id, line.sku) for line in state.lines]


def asked_as_held(lines: tuple[HeldLine, ...]) -> tuple[AskedLine, ...]:
    """Return lines that ask for exactly what is held."""
    return tuple(
        [
            AskedLine(sku=line.sku, quantity=line.quantity, warehouse_id=line.warehouse_id)
            for line in lines
        ]
    )
