"""An order is sold as a whole, and no more comes back than was sold under it."""

from collections.abc import Iterable, Sequence
from typing import assert_never

from stockledger.amounts import ZERO, Money, Quantity, quantity_to_wire
from stockledger.messages.fields import Bucket
from stockledger.messages.item import ReturnStock
from stockledger.messages.lines import LINES_MAX, AskedLine, ReturnedLine
from stockledger.messages.message import Event
from stockledger.messages.order import (
    AcceptOrder,
    CancelOrder,
    OrderAccepted,
    OrderCancelled,
    OrderReturned,
    ReturnOrder,
)
from stockledger.messages.reservation import ReservationStatus
from stockledger.messages.results import Accepted, DetailValue, ErrorCode, Rejection
from stockledger.messages.streams import (
    item_stream,
    order_stream,
    reservation_stream,
    warehouse_stream,
)
from stockledger_command_handler.domain.allocation import merged
from stockledger_command_handler.domain.drafts import Drafts
from stockledger_command_handler.domain.order_accepting import (
    Held,
    candidates,
    held_for,
    nothing_held,
    refused_for_what_is_gone,
    refused_for_what_is_of_others,
    refused_size,
    sell,
    use,
    use_all,
)
from stockledger_command_handler.domain.order_returning import (
    all_that_is_kept,
    kept_of,
    refused_to_take,
    returned_lines,
    take_back,
    totals,
)
from stockledger_command_handler.domain.order_sales import refused_for
from stockledger_command_handler.domain.order_state import Acceptance, OrderState, after
from stockledger_command_handler.domain.refusals import invalid
from stockledger_command_handler.domain.reservation_ends import end
from stockledger_command_handler.domain.reservation_state import items_of
from stockledger_command_handler.domain.stock import value_of_found
from stockledger_command_handler.domain.view import Decision, View

Command = AcceptOrder | CancelOrder | ReturnOrder | ReturnStock


def decide(command: Command, view: View) -> Decision:
    match command:
        case AcceptOrder():
            return _accept(command, view)
        case CancelOrder():
            return _cancel(command, view)
        case ReturnOrder():
            return _return_order(command, view)
        case ReturnStock():
            return _return_stock(command, view)
        case _:
            assert_never(command)


def _accept(command: AcceptOrder, view: View) -> Decision:
    names = candidates(command, view)
    order = view.order(command.order_id)
    if refusal := refused_for(command.order_id, view):
        return refusal
    if order.accepted is not None:
        return _accepted_again(command, order)
    if refusal := refused_for_what_is_of_others(command, view):
        return refusal
    if not command.lines and (refusal := refused_for_what_is_gone(command, order, view)):
        return refusal
    held = held_for(names, view)
    if refusal := refused_size(sum([len(one.pools) for one in held])):
        return refusal
    if not command.lines and not held and not order.sold:
        return nothing_held(command, names, view)
    return _sold(command, order, held, view)


def _sold(command: AcceptOrder, order: OrderState, held: Sequence[Held], view: View) -> Decision:
    uncovered = use(command.lines, order, held)
    if not command.lines:
        use_all(held)
    drafts = Drafts(view, command)
    sale = sell(command, drafts, held, uncovered, view)
    if isinstance(sale, Rejection):
        return sale
    accepted = OrderAccepted(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        order_id=command.order_id,
        asked=command.lines,
        lines=tuple(sale.lines),
        reservation_ids=command.reservation_ids,
        customer_id=command.customer_id,
        cart_id=command.cart_id,
    )
    accepted_order = after(order, accepted)
    if refusal := refused_size(max(len(sale.lines), len(accepted_order.sold))):
        return refusal
    events = [accepted, *sale.reservation_events, *drafts.events]
    return Accepted(events, _outcome(command.order_id, accepted_order))


def _accepted_again(command: AcceptOrder, order: OrderState) -> Decision:
    said = Acceptance(command.lines, command.reservation_ids, command.customer_id, command.cart_id)
    if said == order.accepted:
        return Accepted((), _outcome(command.order_id, order))
    return Rejection(
        ErrorCode.DUPLICATE_COMMAND,
        f"Order {command.order_id} was accepted already, with other content.",
        {"order_id": command.order_id},
    )


def _cancel(command: CancelOrder, view: View) -> Decision:
    order = view.order(command.order_id)
    if order.cancelled:
        return Accepted((), _outcome(command.order_id, order))
    kept = all_that_is_kept(order)
    if len(kept) > LINES_MAX:
        problem = f"has more than {LINES_MAX} lines sold; take some back by ReturnOrder"
        return invalid("order_id", problem)
    view.require(*[warehouse_stream(line.warehouse_id) for line in kept])
    # What was sold from a warehouse that is given up has nowhere to come back to.
    lines = tuple([line for line in kept if not view.warehouse(line.warehouse_id).deleted])
    view.require(
        *map(reservation_stream, order.reservation_ids),
        *[item_stream(line.warehouse_id, line.sku) for line in lines],
    )
    active = {
        name: state
        for name in order.reservation_ids
        if (state := view.reservation(name)).status is ReservationStatus.ACTIVE
    }
    if sum([len(state.lines) for state in active.values()]) > LINES_MAX:
        problem = f"holds more than {LINES_MAX} lines; release its reservations one by one"
        return invalid("order_id", problem)
    view.require(*[stream for state in active.values() for stream in items_of(state)])
    drafts = Drafts(view, command)
    if refusal := take_back(drafts, command.order_id, lines):
        return refusal
    cancelled = OrderCancelled(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        order_id=command.order_id,
        lines=lines,
    )
    events = [cancelled, *end(command, active, drafts, view.now)]
    return Accepted(events, _outcome(command.order_id, after(order, cancelled)))


def _return_order(command: ReturnOrder, view: View) -> Decision:
    view.require(order_stream(command.order_id))
    order = view.order(command.order_id)
    known = order.returns.get(command.return_id)
    if known is not None:
        return _returned_again(command, known, order.asked_back.get(command.return_id))
    lines = returned_lines(command.order_id, order, command.lines)
    if isinstance(lines, Rejection):
        return lines
    events = _returned(command, lines, view)
    return events if isinstance(events, Rejection) else Accepted(events, _taken_in(command, lines))


def _returned_again(
    command: ReturnOrder, known: Sequence[ReturnedLine], asked: Sequence[AskedLine] | None
) -> Decision:
    if asked is None:
        same = totals(command.lines) == totals(known)
    else:
        same = merged(command.lines) == merged(asked)
    if same:
        return Accepted((), _taken_in(command, known))
    return Rejection(
        ErrorCode.DUPLICATE_COMMAND,
        f"Return {command.return_id} of order {command.order_id} was taken in already, "
        "with other content.",
        {"order_id": command.order_id, "return_id": command.return_id},
    )


def _return_stock(command: ReturnStock, view: View) -> Decision:
    item = (command.warehouse_id, command.sku)
    view.require(command.stream, warehouse_stream(item[0]), order_stream(command.order_id))
    order = view.order(command.order_id)
    unsold = _unsold(command, order)
    lines = _sold_lines(command, order, unsold)
    if isinstance(lines, Rejection):
        return lines
    if refusal := refused_to_take([item], view):
        return refusal
    draft = Drafts(view, command).item(*item)
    value: int = sum([line.value for line in lines])
    if unsold is not None:
        value += value_of_found(draft.stock, unsold)
    if refusal := draft.take_back(
        command.quantity, Money(value), command.order_id, Bucket(command.bucket), unsold
    ):
        return refusal
    return [_returned_event(command, lines, None), *draft.events] if lines else draft.events


def _unsold(command: ReturnStock, order: OrderState) -> Quantity | None:
    """Return how much more comes back than was sold, where that is allowed by name."""
    beyond = command.quantity - kept_of(order, command.sku)
    return Quantity(beyond) if command.allow_unsold and beyond > 0 else None


def _sold_lines(
    command: ReturnStock, order: OrderState, unsold: Quantity | None
) -> tuple[ReturnedLine, ...] | Rejection:
    quantity = Quantity(command.quantity - (unsold or ZERO))
    if quantity == 0:
        return ()
    asked = AskedLine(sku=command.sku, quantity=quantity, warehouse_id=command.warehouse_id)
    return returned_lines(command.order_id, order, [asked])


def _returned(
    command: ReturnOrder, lines: tuple[ReturnedLine, ...], view: View
) -> list[Event] | Rejection:
    if refusal := refused_to_take([(line.warehouse_id, line.sku) for line in lines], view):
        return refusal
    drafts = Drafts(view, command)
    if refusal := take_back(drafts, command.order_id, lines):
        return refusal
    return [_returned_event(command, lines, command.return_id), *drafts.events]


def _returned_event(
    command: ReturnOrder | ReturnStock, lines: tuple[ReturnedLine, ...], return_id: str | None
) -> OrderReturned:
    return OrderReturned(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        order_id=command.order_id,
        lines=lines,
        return_id=return_id,
        asked=command.lines if isinstance(command, ReturnOrder) else None,
    )


def _outcome(order_id: str, order: OrderState) -> dict[str, DetailValue]:
    """Return what the answer says of the order: where from what was sold, and what came back."""
    return {
        "order_id": order_id,
        "lines": [
            {
                "warehouse_id": item.warehouse_id,
                "sku": item.sku,
                "quantity": quantity_to_wire(item.quantity),
                "returned": quantity_to_wire(item.returned),
            }
            for item in order.sold.values()
        ],
    }


def _taken_in(command: ReturnOrder, lines: Iterable[ReturnedLine]) -> dict[str, DetailValue]:
    """Return what the answer says of a return: where to its units came."""
    return {
        "order_id": command.order_id,
        "return_id": command.return_id,
        "lines": [
            {
                "warehouse_id": line.warehouse_id,
                "sku": line.sku,
                "quantity": quantity_to_wire(line.quantity),
            }
            for line in lines
        ],
    }
