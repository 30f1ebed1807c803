"""A reservation holds its stock until its deadline, and ends once: sold, given back or expired."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final, assert_never

from stockledger.messages.lines import LINES_MAX
from stockledger.messages.message import Event
from stockledger.messages.reservation import (
    ConfirmReservation,
    ExpireReservation,
    ExtendReservation,
    ReleaseReservation,
    ReservationStatus,
    ReserveStock,
    UpdateReservation,
)
from stockledger.messages.results import Accepted, Figure, Rejection
from stockledger.messages.streams import order_stream
from stockledger_command_handler.domain.cart import reservations_of
from stockledger_command_handler.domain.drafts import Drafts
from stockledger_command_handler.domain.order_sales import (
    items_sold,
    refused_for,
    refused_of_another,
)
from stockledger_command_handler.domain.refusals import (
    invalid,
    reservation_not_active,
    reservation_not_found,
)
from stockledger_command_handler.domain.reservation_ends import (
    end,
    refused_unless_holding,
    sell,
    status_without_sale,
)
from stockledger_command_handler.domain.reservation_events import (
    confirmed,
    outcome,
    outcome_of,
    prolonged,
)
from stockledger_command_handler.domain.reservation_state import ReservationState, items_of
from stockledger_command_handler.domain.reserving import reserve, update
from stockledger_command_handler.domain.view import Decision, View

EXPIRED_LINES_MAX: Final = 500
"""Lines that one ExpireReservation ends: customers wait for some 10 ms behind it. The scheduler
sends again what stays due."""

Command = (
    ReserveStock
    | UpdateReservation
    | ExtendReservation
    | ReleaseReservation
    | ConfirmReservation
    | ExpireReservation
)


def decide(command: Command, view: View) -> Decision:
    match command:
        case ReserveStock():
            return reserve(command, view)
        case UpdateReservation():
            return update(command, view)
        case ConfirmReservation():
            return _confirm(command, view)
        case ExtendReservation():
            return _extend(command, view)
        case ReleaseReservation():
            return _release(command, view)
        case ExpireReservation():
            return _expire(command, view)
        case _:
            assert_never(command)


def _confirm(command: ConfirmReservation, view: View) -> Decision:
    reservation_id = command.reservation_id
    state = view.reservation(reservation_id)
    if state.status is ReservationStatus.COMPLETED and _is_sold_to(command.order_id, state):
        return Accepted([], outcome_of(reservation_id, state))
    if refusal := refused_unless_holding(reservation_id, state, view.now):
        return refusal
    order_id = command.order_id or state.order_id
    if state.order_id not in {None, order_id}:
        return refused_of_another(reservation_id, state)
    orders = [] if order_id is None else [order_stream(order_id)]
    view.require(*items_of(state), *orders)
    if refusal := refused_for(order_id, view):
        return refusal
    drafts = Drafts(view, command)
    sold = sell(reservation_id, state, order_id, drafts)
    if isinstance(sold, Rejection):
        return sold
    events: list[Event] = [confirmed(command, reservation_id, state.lines, order_id)]
    if order_id is not None:
        events.append(items_sold(command, order_id, sold, reservation_id))
    answer = outcome(reservation_id, ReservationStatus.COMPLETED, state.expires_at, state.lines)
    return Accepted([*events, *drafts.events], answer)


def _is_sold_to(order_id: str | None, state: ReservationState) -> bool:
    return order_id is None or order_id == state.confirmed_order_id


def _extend(command: ExtendReservation, view: View) -> Decision:
    reservation_id = command.reservation_id
    state = view.reservation(reservation_id)
    if refusal := refused_unless_holding(reservation_id, state, view.now):
        return refusal
    expires_at = view.now + timedelta(seconds=command.expires_in_seconds)
    if expires_at <= state.expires_at:
        return Accepted([], outcome_of(reservation_id, state))
    view.require(*items_of(state))
    drafts = Drafts(view, command)
    for line in state.lines:
        drafts.item(line.warehouse_id, line.sku).extend(reservation_id, expires_at)
    answer = outcome(reservation_id, ReservationStatus.ACTIVE, expires_at, state.lines)
    return Accepted([prolonged(command, reservation_id, expires_at), *drafts.events], answer)


def _release(command: ReleaseReservation, view: View) -> Decision:
    if command.reservation_id is None:
        if command.cart_id is None:
            return invalid("reservation_id", "must be given, or a cart_id")
        return _release_cart(command, command.cart_id, view)
    if command.cart_id is not None:
        return invalid("cart_id", "must not be given with a reservation_id")
    reservation_id = command.reservation_id
    state = view.reservation(reservation_id)
    match state.status:
        case None:
            return reservation_not_found(reservation_id)
        case ReservationStatus.COMPLETED:
            return reservation_not_active(reservation_id, state.status)
        case ReservationStatus.CANCELLED | ReservationStatus.EXPIRED:
            return Accepted([], outcome_of(reservation_id, state))
        case ReservationStatus.ACTIVE:
            return _release_active(command, reservation_id, state, view)


def _release_active(
    command: ReleaseReservation, reservation_id: str, state: ReservationState, view: View
) -> Decision:
    view.require(*items_of(state))
    events = end(command, {reservation_id: state}, Drafts(view, command), view.now)
    status = status_without_sale(state, view.now)
    return Accepted(events, outcome(reservation_id, status, state.expires_at, state.lines))


def _release_cart(command: ReleaseReservation, cart_id: str, view: View) -> Decision:
    """End all that is active of the cart; the answer says how each of its reservations stands."""
    states = reservations_of(cart_id, view)
    active = {
        name: state for name, state in states.items() if state.status is ReservationStatus.ACTIVE
    }
    if sum([len(state.lines) for state in active.values()]) > LINES_MAX:
        problem = f"holds more than {LINES_MAX} lines; release its reservations one by one"
        return invalid("cart_id", problem)
    view.require(*[stream for state in active.values() for stream in items_of(state)])
    events = end(command, active, Drafts(view, command), view.now)
    standing: list[dict[str, Figure]] = [
        {
            "reservation_id": name,
            "status": str(status_without_sale(state, view.now) if name in active else state.status),
        }
        for name, state in states.items()
    ]
    return Accepted(events, {"cart_id": cart_id, "reservations": standing})


def _expire(command: ExpireReservation, view: View) -> Decision:
    """Pass over what is not due, ended or unknown: a tick may come early, late or twice."""
    reservation_ids = dict.fromkeys(command.reservation_ids)
    due = _due(reservation_ids, view)
    view.require(*[stream for state in due.values() for stream in items_of(state)])
    events = end(command, due, Drafts(view, command), view.now)
    return Accepted(events, {"expired": len(due)})


def _due(reservation_ids: Iterable[str], view: View) -> dict[str, ReservationState]:
    """Return what is due of them, one at least, as far as one decision goes."""
    due: dict[str, ReservationState] = {}
    lines = 0
    for name in reservation_ids:
        state = view.reservation(name)
        if state.status is not ReservationStatus.ACTIVE or view.now < state.expires_at:
            continue
        lines += len(state.lines)
        if due and lines > EXPIRED_LINES_MAX:
            break
        due[name] = state
    return due
