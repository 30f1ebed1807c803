"""A cart's reservations: which were made for it, and which one is active."""

from dataclasses import dataclass, field
from typing import Final

from stockledger.messages.reservation import CartReserved
from stockledger.messages.streams import cart_stream, reservation_stream
from stockledger_command_handler.domain.reservation_state import ReservationState
from stockledger_command_handler.domain.view import View

FOLD_VERSION: Final = 1
"""Raised when `CartState` or `evolve` changes, so that older snapshots are not used."""

CART_RESERVATIONS_MAX: Final = 100
"""Reservations that a cart remembers, the newest: a decision about the cart looks at each of them,
and a cart may be used for years."""


@dataclass(slots=True)
class CartState:
    """The reservations made for a cart, the oldest first; those before the newest are forgotten."""

    reservation_ids: list[str] = field(default_factory=list[str])


def initial() -> CartState:
    """Return a cart without reservations; a new one each time, to be evolved."""
    return CartState()


def evolve(state: CartState, event: CartReserved) -> CartState:
    if event.reservation_id not in state.reservation_ids:
        state.reservation_ids.append(event.reservation_id)
        del state.reservation_ids[:-CART_RESERVATIONS_MAX]
    return state


def reservations_of(cart_id: str, view: View) -> dict[str, ReservationState]:
    """Return all reservations that were made for a cart, the oldest first."""
    view.require(cart_stream(cart_id))
    reservation_ids = view.cart(cart_id).reservation_ids
    view.require(*map(reservation_stream, reservation_ids))
    return {name: view.reservation(name) for name in reservation_ids}


def active_reservation(cart_id: str, view: View) -> str | None:
    """Return the newest of the cart's reservations, if it is active and in time.

    Never an older one: a change that ends the newest would otherwise go on to the next when the
    command comes again.
    """
    newest = list(reservations_of(cart_id, view).items())[-1:]
    return next((name for name, state in newest if state.holds_at(view.now)), None)


def joined_already(cart_id: str, reservation_id: str, view: View) -> str | None:
    """Return which of the cart's reservations the lines of that id joined before."""
    for name, state in reservations_of(cart_id, view).items():
        if reservation_id in state.joined:
            return name
    return None
