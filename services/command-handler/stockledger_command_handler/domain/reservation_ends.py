"""How reservations end: sold, given back in time, or expired."""

from collections.abc import Mapping
from datetime import datetime

from stockledger.messages.lines import SoldLine
from stockledger.messages.message import Command, Event
from stockledger.messages.reservation import ReservationStatus
from stockledger.messages.results import Rejection
from stockledger_command_handler.domain.allocation import ItemKey
from stockledger_command_handler.domain.drafts import Drafts
from stockledger_command_handler.domain.refusals import (
    reservation_expired,
    reservation_not_active,
    reservation_not_found,
)
from stockledger_command_handler.domain.reservation_events import given_back, run_out
from stockledger_command_handler.domain.reservation_state import ReservationState


def refused_unless_holding(
    reservation_id: str, state: ReservationState, now: datetime
) -> Rejection | None:
    """Return why a reservation can be neither sold nor changed at this time."""
    if state.holds_at(now):
        return None
    match state.status:
        case None:
            return reservation_not_found(reservation_id)
        case ReservationStatus.COMPLETED | ReservationStatus.CANCELLED:
            return reservation_not_active(reservation_id, state.status)
        case ReservationStatus.ACTIVE | ReservationStatus.EXPIRED:
            return reservation_expired(reservation_id, state.expires_at, now)


def status_without_sale(state: ReservationState, now: datetime) -> ReservationStatus:
    """Return how an active reservation ends when it ends now."""
    in_time = now < state.expires_at
    return ReservationStatus.CANCELLED if in_time else ReservationStatus.EXPIRED


def end(
    command: Command,
    reservations: Mapping[str, ReservationState],
    drafts: Drafts,
    now: datetime,
) -> list[Event]:
    """Return the events that end these active reservations: their own, then the items'.

    What lapsed of an item expires together, unless it did already.
    """
    ends: list[Event] = []
    lapsed: dict[ItemKey, list[str]] = {}
    for reservation_id, state in reservations.items():
        if now < state.expires_at:
            ends.append(given_back(command, reservation_id))
            release(reservation_id, state, drafts)
            continue
        ends.append(run_out(command, reservation_id, state.expires_at))
        for line in state.lines:
            lapsed.setdefault((line.warehouse_id, line.sku), []).append(reservation_id)
    for key, reservation_ids in lapsed.items():
        drafts.item(*key).expire(reservation_ids)
    return [*ends, *drafts.events]


def release(reservation_id: str, state: ReservationState, drafts: Drafts) -> None:
    """Give back all that an active reservation holds in time."""
    for line in state.lines:
        drafts.item(line.warehouse_id, line.sku).release(reservation_id, line.quantity)


def sell(
    reservation_id: str, state: ReservationState, order_id: str | None, drafts: Drafts
) -> list[SoldLine] | Rejection:
    """Issue all that an active reservation holds in time; refused when it is not there any more."""
    sold: list[SoldLine] = []
    for line in state.lines:
        item = drafts.item(line.warehouse_id, line.sku)
        issued = item.issue_held(reservation_id, order_id)
        if isinstance(issued, Rejection):
            return issued
        sold.append(issued)
    return sold
