"""How an active reservation comes to hold more lines, or others in one step."""

from collections.abc import Callable, Mapping, Sized
from datetime import timedelta

from stockledger.amounts import ZERO, Quantity
from stockledger.messages.fields import Sku, Time
from stockledger.messages.lines import LINES_MAX, AskedLine
from stockledger.messages.reservation import (
    ReservationStatus,
    ReserveStock,
    UpdateReservation,
)
from stockledger.messages.results import Accepted, Rejection
from stockledger_command_handler.domain.allocation import (
    NOTHING,
    ItemKey,
    Wanted,
    allocate,
    merged,
)
from stockledger_command_handler.domain.drafts import Drafts
from stockledger_command_handler.domain.refusals import invalid
from stockledger_command_handler.domain.reservation_ends import end
from stockledger_command_handler.domain.reservation_events import (
    held_by,
    held_lines,
    missing,
    outcome,
    updated,
)
from stockledger_command_handler.domain.reservation_state import ReservationState, items_of
from stockledger_command_handler.domain.view import Decision, View


def join(command: ReserveStock, reservation_id: str, view: View) -> Decision:
    state = view.reservation(reservation_id)
    view.require(*items_of(state))
    drafts = Drafts(view, command)
    more = _allocated(command, command.lines, view, drafts, reservation_id, NOTHING)
    if isinstance(more, Rejection):
        return more
    held = held_by(state.lines)
    for key, quantity in more.items():
        held[key] = Quantity(held.get(key, ZERO) + quantity)
    asked = _as_lines(merged([*state.all_asked, *command.lines]))
    until = view.now + timedelta(seconds=command.expires_in_seconds)
    return _changed(
        command, reservation_id, state, drafts, held, asked, max(until, state.expires_at)
    )


def hold_instead(
    command: UpdateReservation,
    asked: tuple[AskedLine, ...],
    reservation_id: str,
    state: ReservationState,
    view: View,
) -> Decision:
    """Hold these lines instead; those that are held wholly already stay where they are."""
    view.require(*items_of(state))
    drafts = Drafts(view, command)
    others = _others_than(command)
    all_asked = (*[line for line in state.all_asked if others(line.sku)], *asked)
    if merged(all_asked) == merged(state.all_asked) and not missing(all_asked, state.lines):
        held = held_by(state.lines)
    else:
        kept = held_by(line for line in state.lines if others(line.sku))
        own = held_by(line for line in state.lines if not others(line.sku))
        instead = _allocated(command, asked, view, drafts, reservation_id, own)
        if isinstance(instead, Rejection):
            return instead
        held = {**kept, **instead}
    if not held:
        events = end(command, {reservation_id: state}, drafts, view.now)
        cancelled = ReservationStatus.CANCELLED
        return Accepted(events, outcome(reservation_id, cancelled, state.expires_at, state.lines))
    seconds = command.expires_in_seconds
    expires_at = state.expires_at if seconds is None else view.now + timedelta(seconds=seconds)
    return _changed(command, reservation_id, state, drafts, held, all_asked, expires_at)


def is_given_back(command: UpdateReservation, state: ReservationState) -> bool:
    """Return whether the reservation was left without lines already."""
    others = _others_than(command)
    return (
        state.status is ReservationStatus.CANCELLED
        and not any(line.quantity for line in command.lines)
        and not any(others(line.sku) for line in state.lines)
    )


def refused_size(held: Sized, asked: Sized) -> Rejection | None:
    if len(held) <= LINES_MAX and len(asked) <= LINES_MAX:
        return None
    return invalid("lines", f"must hold at most {LINES_MAX} items")


def _allocated(
    command: ReserveStock | UpdateReservation,
    asked: tuple[AskedLine, ...],
    view: View,
    drafts: Drafts,
    reservation_id: str,
    own: Mapping[ItemKey, Quantity],
) -> dict[ItemKey, Quantity] | Rejection:
    if not asked:
        return {}
    return allocate(
        merged(asked),
        view,
        drafts,
        own,
        own_id=reservation_id,
        allow_split=command.allow_split,
        allow_partial=command.allow_partial,
    )


def _others_than(command: UpdateReservation) -> Callable[[Sku], bool]:
    """Return whether a SKU stays as it is."""
    named = {line.sku for line in command.lines}
    return lambda sku: command.keep_others and sku not in named


def _changed(
    command: ReserveStock | UpdateReservation,
    reservation_id: str,
    state: ReservationState,
    drafts: Drafts,
    held: Mapping[ItemKey, Quantity],
    asked: tuple[AskedLine, ...],
    expires_at: Time,
) -> Decision:
    if refusal := refused_size(held, asked):
        return refusal
    before, wanted = held_by(state.lines), merged(asked)
    unchanged = held == before and wanted == merged(state.all_asked)
    lines = state.lines if held == before else held_lines(held)
    answer = outcome(reservation_id, ReservationStatus.ACTIVE, expires_at, lines)
    if command.allow_partial:
        answer["missing"] = missing(asked, lines)
    if unchanged and expires_at == state.expires_at:
        return Accepted([], answer)
    extends = expires_at != state.expires_at
    _move_holds(drafts, reservation_id, before, held, expires_at, extends=extends)
    exactly = None if held == wanted else asked
    joined_as = command.reservation_id if isinstance(command, ReserveStock) else None
    change = updated(command, reservation_id, lines, exactly, expires_at, joined_as)
    return Accepted([change, *drafts.events], answer)


def _move_holds(
    drafts: Drafts,
    reservation_id: str,
    before: Mapping[ItemKey, Quantity],
    held: Mapping[ItemKey, Quantity],
    expires_at: Time,
    *,
    extends: bool,
) -> None:
    for key, quantity in before.items():
        surplus = quantity - held.get(key, ZERO)
        if surplus > 0:
            drafts.item(*key).release(reservation_id, Quantity(surplus))
    for key, quantity in held.items():
        more = quantity - before.get(key, ZERO)
        if more > 0:
            drafts.item(*key).reserve(reservation_id, Quantity(more), expires_at)
        elif extends:
            drafts.item(*key).extend(reservation_id, expires_at)


def _as_lines(wanted: Mapping[Wanted, Quantity]) -> tuple[AskedLine, ...]:
    return tuple(
        [
            AskedLine(sku=sku, quantity=quantity, warehouse_id=warehouse_id)
            for (warehouse_id, sku), quantity in wanted.items()
        ]
    )
