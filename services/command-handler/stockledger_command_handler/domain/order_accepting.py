"""An order is sold as a whole: out of what is held for it, the rest out of what is available."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from stockledger.amounts import ZERO, Quantity
from stockledger.messages.fields import Sku, WarehouseId
from stockledger.messages.item import IssuePurpose
from stockledger.messages.lines import LINES_MAX, AskedLine, HeldLine, SoldLine
from stockledger.messages.message import Event
from stockledger.messages.order import AcceptOrder
from stockledger.messages.reservation import ReservationStatus
from stockledger.messages.results import ErrorCode, Rejection
from stockledger.messages.streams import (
    cart_stream,
    item_stream,
    order_stream,
    reservation_stream,
)
from stockledger_command_handler.domain.allocation import allocate, merged, streams_of
from stockledger_command_handler.domain.drafts import Drafts
from stockledger_command_handler.domain.order_sales import refused_of_another
from stockledger_command_handler.domain.order_state import OrderState
from stockledger_command_handler.domain.refusals import invalid
from stockledger_command_handler.domain.reservation_ends import refused_unless_holding
from stockledger_command_handler.domain.reservation_events import confirmed, given_back
from stockledger_command_handler.domain.view import View


@dataclass(slots=True)
class Pool:
    """Units of an item that are there for the order: sold under it before, or held for it."""

    warehouse_id: WarehouseId
    sku: Sku
    left: Quantity
    used: Quantity = ZERO


@dataclass(slots=True)
class Held:
    """What a reservation, in time, holds for the order."""

    reservation_id: str
    pools: Sequence[Pool]


@dataclass(slots=True)
class Sale:
    """What the order comes to: the ends of its reservations, and the lines that are sold."""

    reservation_events: list[Event]
    lines: list[SoldLine]


def candidates(command: AcceptOrder, view: View) -> Sequence[str]:
    """Return the reservations that may cover the order: named, made for it, those of its cart."""
    known = [order_stream(command.order_id), *map(reservation_stream, command.reservation_ids)]
    known += streams_of(command.lines)
    if command.cart_id is not None:
        known.append(cart_stream(command.cart_id))
    view.require(*known)
    of_cart = () if command.cart_id is None else view.cart(command.cart_id).reservation_ids
    made_for_it = view.order(command.order_id).reservation_ids
    names = dict.fromkeys([*command.reservation_ids, *made_for_it, *of_cart])
    view.require(*map(reservation_stream, names))
    return [name for name in names if _may_cover(command, name, view)]


def refused_for_what_is_of_others(command: AcceptOrder, view: View) -> Rejection | None:
    """Return the refusal of an order that names a reservation made for another one."""
    for name in command.reservation_ids:
        if not _may_cover(command, name, view):
            return refused_of_another(name, view.reservation(name))
    return None


def refused_for_what_is_gone(
    command: AcceptOrder, order: OrderState, view: View
) -> Rejection | None:
    """Return the refusal of an order without lines when some of what it stands for is gone.

    What is held is all that says what such an order is for, so nothing of it may be missing.
    """
    for name in dict.fromkeys([*command.reservation_ids, *order.reservation_ids]):
        state = view.reservation(name)
        sold = state.status is ReservationStatus.COMPLETED
        if sold and state.confirmed_order_id == command.order_id:
            continue
        if refusal := refused_unless_holding(name, state, view.now):
            return refusal
    return None if command.cart_id is None else _lapsed_of_cart(command, command.cart_id, view)


def held_for(names: Iterable[str], view: View) -> Sequence[Held]:
    """Return what those of the reservations hold that are active and in time."""
    held = [
        Held(name, [Pool(line.warehouse_id, line.sku, line.quantity) for line in state.lines])
        for name in names
        if (state := view.reservation(name)).holds_at(view.now)
    ]
    view.require(*[item_stream(pool.warehouse_id, pool.sku) for one in held for pool in one.pools])
    return held


def refused_size(lines: int) -> Rejection | None:
    """Return the refusal of an order that comes to too many lines for one event."""
    if lines <= LINES_MAX:
        return None
    return invalid("lines", f"must come to at most {LINES_MAX}, with all that is held for them")


def use(lines: Sequence[AskedLine], order: OrderState, held: Iterable[Held]) -> Sequence[AskedLine]:
    """Mark what of the holds the lines use, after what is sold already; return what is left over.

    Lines with a warehouse choose first: they have no other choice.
    """
    by_sku: dict[Sku, list[Pool]] = {}
    for item in order.sold.values():
        sold = Pool(item.warehouse_id, item.sku, item.kept)
        by_sku.setdefault(item.sku, []).append(sold)
    for one in held:
        for pool in one.pools:
            by_sku.setdefault(pool.sku, []).append(pool)
    missing: list[Quantity] = [line.quantity for line in lines]
    for index in sorted(range(len(lines)), key=lambda index: lines[index].warehouse_id is None):
        missing[index] = _missing(lines[index], by_sku.get(lines[index].sku, ()))
    return [replace(line, quantity=left) for line, left in zip(lines, missing, strict=True) if left]


def use_all(held: Iterable[Held]) -> None:
    """Mark all of the holds as used."""
    for one in held:
        for pool in one.pools:
            pool.used, pool.left = pool.left, ZERO


def sell(
    command: AcceptOrder,
    drafts: Drafts,
    held: Iterable[Held],
    uncovered: Sequence[AskedLine],
    view: View,
) -> Sale | Rejection:
    """Sell what is used of the holds, give back the rest of them, and issue what they lack."""
    sale = Sale([], [])
    for one in held:
        if refusal := _sell_held(command, drafts, one, sale):
            return refusal
    taken = allocate(
        merged(uncovered), view, drafts, allow_split=command.allow_split, allow_partial=False
    )
    if isinstance(taken, Rejection):
        return taken
    for item, quantity in taken.items():
        sold = drafts.item(*item).issue(quantity, IssuePurpose.SALE, command.order_id)
        if isinstance(sold, Rejection):
            return sold
        sale.lines.append(sold)
    return sale


def nothing_held(command: AcceptOrder, names: Iterable[str], view: View) -> Rejection:
    """Return why an order without lines, of which nothing was sold before, cannot be sold."""
    states = {name: view.reservation(name) for name in names}
    refusals = [refused_unless_holding(name, state, view.now) for name, state in states.items()]
    for code in (ErrorCode.RESERVATION_EXPIRED, ErrorCode.RESERVATION_NOT_ACTIVE):
        for refusal in refusals:
            if refusal is not None and refusal.code is code:
                return refusal
    return Rejection(
        ErrorCode.NOT_FOUND,
        f"Order {command.order_id} has no lines, and there is no reservation for it.",
        {"order_id": command.order_id},
    )


def _may_cover(command: AcceptOrder, name: str, view: View) -> bool:
    return view.reservation(name).order_id in {None, command.order_id}


def _lapsed_of_cart(command: AcceptOrder, cart_id: str, view: View) -> Rejection | None:
    """Return the refusal of a cart that lost something since it was last sold or given back."""
    lost: Rejection | None = None
    for name in view.cart(cart_id).reservation_ids:
        state = view.reservation(name)
        if state.status in {ReservationStatus.COMPLETED, ReservationStatus.CANCELLED}:
            lost = None
        elif lost is None and _may_cover(command, name, view):
            lost = refused_unless_holding(name, state, view.now)
    return lost


def _missing(line: AskedLine, pools: Iterable[Pool]) -> Quantity:
    left = line.quantity
    for pool in pools:
        if line.warehouse_id in {None, pool.warehouse_id}:
            taken = min(left, pool.left)
            pool.left = Quantity(pool.left - taken)
            pool.used = Quantity(pool.used + taken)
            left = Quantity(left - taken)
    return left


def _sell_held(command: AcceptOrder, drafts: Drafts, held: Held, sale: Sale) -> Rejection | None:
    used: list[HeldLine] = []
    for pool in held.pools:
        draft = drafts.item(pool.warehouse_id, pool.sku)
        if pool.left:
            draft.release(held.reservation_id, pool.left)
        if pool.used:
            sold = draft.issue_held(held.reservation_id, command.order_id)
            if isinstance(sold, Rejection):
                return sold
            sale.lines.append(sold)
            used.append(HeldLine(warehouse_id=pool.warehouse_id, sku=pool.sku, quantity=pool.used))
    name = held.reservation_id
    sale.reservation_events.append(
        confirmed(command, name, tuple(used), command.order_id)
        if used
        else given_back(command, name)
    )
    return None
