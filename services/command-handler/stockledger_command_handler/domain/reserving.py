"""How a reservation begins, and which one a command changes."""

from datetime import timedelta

from stockledger.messages.fields import StreamName
from stockledger.messages.lines import AskedLine
from stockledger.messages.order import ORDER_RESERVATIONS_MAX
from stockledger.messages.reservation import (
    HOLD_SECONDS_DEFAULT,
    ReservationStatus,
    ReserveStock,
    UpdateReservation,
)
from stockledger.messages.results import Accepted, ErrorCode, Rejection
from stockledger.messages.streams import cart_stream, order_stream, reservation_stream
from stockledger_command_handler.domain.allocation import (
    allocate,
    merged,
    streams_of,
)
from stockledger_command_handler.domain.cart import active_reservation, joined_already
from stockledger_command_handler.domain.drafts import Drafts
from stockledger_command_handler.domain.order_sales import refused_for
from stockledger_command_handler.domain.refusals import invalid
from stockledger_command_handler.domain.reservation_changes import (
    hold_instead,
    is_given_back,
    join,
    refused_size,
)
from stockledger_command_handler.domain.reservation_ends import refused_unless_holding
from stockledger_command_handler.domain.reservation_events import (
    created,
    held_lines,
    missing,
    noted,
    outcome,
    outcome_of,
)
from stockledger_command_handler.domain.reservation_state import ReservationState
from stockledger_command_handler.domain.view import Decision, View


def reserve(command: ReserveStock, view: View) -> Decision:
    """Begin a reservation, or add to the active one of the cart that it shall join."""
    if command.join_cart and command.cart_id is None:
        return invalid("cart_id", "must be given to join the cart's reservation")
    state = view.reservation(command.reservation_id)
    if state.status is not None:
        return _repeated(command, state)
    if command.join_cart and command.cart_id is not None:
        joined = joined_already(command.cart_id, command.reservation_id, view)
        if joined is not None:
            return _as_it_is(command, joined, view.reservation(joined))
        active = active_reservation(command.cart_id, view)
        if active is not None:
            return join(command, active, view)
    return _begin(command, view)


def update(command: UpdateReservation, view: View) -> Decision:
    """Hold the command's lines instead; of a cart without an active reservation, begin one."""
    reservation_id = command.reservation_id
    asked = _asked(command)
    if command.cart_id is not None:
        active = active_reservation(command.cart_id, view)
        if active is None:
            return _begin_for(command.cart_id, command, asked, view)
        reservation_id = active
    state = view.reservation(reservation_id)
    if is_given_back(command, state):
        return Accepted([], outcome_of(reservation_id, state))
    if refusal := refused_unless_holding(reservation_id, state, view.now):
        return refusal
    return hold_instead(command, asked, reservation_id, state, view)


def streams_of_command(command: ReserveStock) -> list[StreamName]:
    """Return the streams that the beginning of a reservation looks at first."""
    streams = [reservation_stream(command.reservation_id), *streams_of(command.lines)]
    if command.cart_id is not None:
        streams.append(cart_stream(command.cart_id))
    if command.order_id is not None:
        streams.append(order_stream(command.order_id))
    return streams


def streams_of_update(command: UpdateReservation) -> list[StreamName]:
    """Return the streams that a change of a reservation looks at first."""
    streams = [reservation_stream(command.reservation_id), *streams_of(_asked(command))]
    if command.cart_id is not None:
        streams.append(cart_stream(command.cart_id))
    return streams


def _repeated(command: ReserveStock, state: ReservationState) -> Decision:
    first = state.all_asked if state.first_asked is None else state.first_asked
    same = (command.cart_id, command.order_id, command.customer_id) == (
        state.cart_id,
        state.order_id,
        state.customer_id,
    )
    if not same or merged(command.lines) != merged(first):
        return Rejection(
            ErrorCode.DUPLICATE_COMMAND,
            f"Reservation {command.reservation_id} exists with other content; "
            "use UpdateReservation to change it.",
            {"reservation_id": command.reservation_id},
        )
    return _as_it_is(command, command.reservation_id, state)


def _as_it_is(command: ReserveStock, reservation_id: str, state: ReservationState) -> Decision:
    answer = outcome_of(reservation_id, state)
    if command.allow_partial:
        answer["missing"] = missing(state.all_asked, state.lines)
    return Accepted([], answer)


def _begin(command: ReserveStock, view: View) -> Decision:
    if refusal := refused_for(command.order_id, view):
        return refusal
    if command.order_id is not None:
        reservation_ids = view.order(command.order_id).reservation_ids
        if len(reservation_ids) >= ORDER_RESERVATIONS_MAX:
            problem = f"has {ORDER_RESERVATIONS_MAX} reservations, as many as an order may have"
            return invalid("order_id", problem)
    drafts = Drafts(view, command)
    wanted = merged(command.lines)
    held = allocate(
        wanted,
        view,
        drafts,
        allow_split=command.allow_split,
        allow_partial=command.allow_partial,
    )
    if isinstance(held, Rejection):
        return held
    if refusal := refused_size(held, command.lines):
        return refusal
    expires_at = view.now + timedelta(seconds=command.expires_in_seconds)
    for key, quantity in held.items():
        drafts.item(*key).reserve(command.reservation_id, quantity, expires_at)
    lines = held_lines(held)
    first = created(command, lines, None if held == wanted else command.lines, expires_at)
    answer = outcome(command.reservation_id, ReservationStatus.ACTIVE, expires_at, lines)
    if command.allow_partial:
        answer["missing"] = missing(command.lines, lines)
    return Accepted([first, *noted(command), *drafts.events], answer)


def _begin_for(
    cart_id: str, command: UpdateReservation, asked: tuple[AskedLine, ...], view: View
) -> Decision:
    if not asked:
        return _nothing_in(cart_id, view)
    seconds = command.expires_in_seconds
    return reserve(
        ReserveStock(
            effective_at=command.effective_at,
            reason=command.reason,
            reference=command.reference,
            reservation_id=command.reservation_id,
            lines=asked,
            allow_partial=command.allow_partial,
            allow_split=command.allow_split,
            expires_in_seconds=HOLD_SECONDS_DEFAULT if seconds is None else seconds,
            customer_id=command.customer_id,
            cart_id=cart_id,
        ),
        view,
    )


def _nothing_in(cart_id: str, view: View) -> Decision:
    """Return that a cart without active reservation holds nothing: its last one ended before."""
    ended = view.cart(cart_id).reservation_ids[-1:]
    return Accepted([], outcome_of(ended[0], view.reservation(ended[0])) if ended else {})


def _asked(command: UpdateReservation) -> tuple[AskedLine, ...]:
    return tuple(
        [
            AskedLine(sku=line.sku, quantity=line.quantity, warehouse_id=line.warehouse_id)
            for line in command.lines
            if line.quantity
        ]
    )
