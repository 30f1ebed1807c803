"""What came of an order to a supplier is taken in once, at what it cost."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from stockledger.amounts import (
    AMOUNT_MAX,
    NO_MONEY,
    ZERO,
    Quantity,
    cost_of,
    quantity_to_wire,
)
from stockledger.messages.fields import Bucket, StreamName
from stockledger.messages.message import Event
from stockledger.messages.results import Accepted, ErrorCode, Rejection
from stockledger.messages.streams import item_stream
from stockledger.messages.supplier_order import (
    DELIVERIES_MAX,
    CancelledLine,
    DeliveredLine,
    ReceiveSupplierOrder,
    SupplierOrderStatus,
    TakenLine,
)
from stockledger_command_handler.domain.keeping import refused_new_stock
from stockledger_command_handler.domain.refusals import (
    invalid,
    supplier_order_not_found,
    supplier_order_over,
)
from stockledger_command_handler.domain.stock import moved
from stockledger_command_handler.domain.supplier_order_events import (
    on_order_changed,
    outcome_of,
    received,
    stock_received,
    submitted,
)
from stockledger_command_handler.domain.supplier_order_state import Event as OrderEvent
from stockledger_command_handler.domain.supplier_order_state import (
    OrderedItem,
    SupplierOrderState,
    after,
    delivery_digest,
    is_over,
)
from stockledger_command_handler.domain.view import Decision, View

NOT_SUBMITTED: Final = frozenset({SupplierOrderStatus.QUEUED, SupplierOrderStatus.UNAVAILABLE})
"""Where the supplier has not got the order, as far as we know."""


def receive(command: ReceiveSupplierOrder, view: View) -> Decision:
    """Take in what came; a repeat of the delivery changes nothing."""
    state = view.supplier_order(command.supplier_order_id)
    if state.status is None:
        return supplier_order_not_found(command.supplier_order_id)
    lines = _taken_lines(command.lines, state)
    if isinstance(lines, Rejection):
        return lines
    known = state.deliveries.get(command.delivery_id)
    if known is not None:
        return _repeated(command, lines.values(), known, state)
    if refusal := _refused(command, lines, state, view):
        return refusal
    moves = _moves(command, lines.values(), view)
    if isinstance(moves, Rejection):
        return moves
    view.require(*state.items)
    return _received(command, lines, moves, state, view)


def _received(
    command: ReceiveSupplierOrder,
    lines: Mapping[StreamName, TakenLine],
    moves: Mapping[StreamName, Event],
    state: SupplierOrderState,
    view: View,
) -> Decision:
    cancelled: list[CancelledLine] = []
    changes: list[Event] = []
    completed = True
    for name, item in state.items.items():
        if name in moves:
            changes.append(moves[name])
        rest = _rest(item, lines.get(name))
        if rest and command.final:
            warehouse_id, sku = item.warehouse_id, item.sku
            cancelled.append(CancelledLine(warehouse_id=warehouse_id, sku=sku, quantity=rest))
            rest = ZERO
        completed = completed and rest == 0
        if rest != item.on_order:
            changes.append(_less_on_order(command, item, rest, state, view))
    events: list[OrderEvent] = []
    if state.status in NOT_SUBMITTED and not completed:
        events.append(submitted(command, None))
    events.append(received(command, list(lines.values()), cancelled, completed=completed))
    answer = outcome_of(command.supplier_order_id, after(state, *events))
    return Accepted([*events, *changes], answer)


def _less_on_order(
    command: ReceiveSupplierOrder,
    item: OrderedItem,
    rest: Quantity,
    state: SupplierOrderState,
    view: View,
) -> Event:
    change = Quantity(rest - item.on_order)
    on_order = Quantity(view.item(item.warehouse_id, item.sku).stock.on_order + change)
    return on_order_changed(
        command,
        item.warehouse_id,
        item.sku,
        change,
        on_order,
        reorder=state.reorder is not None,
    )


def _rest(item: OrderedItem, line: TakenLine | None) -> Quantity:
    """Return what is on order still."""
    arrived = ZERO if line is None else line.received + line.rejected
    return Quantity(max(item.on_order - arrived, 0))


def _moves(
    command: ReceiveSupplierOrder, lines: Iterable[TakenLine], view: View
) -> dict[StreamName, Event] | Rejection:
    """Return how the stock of each item grows."""
    moves: dict[StreamName, Event] = {}
    for line in lines:
        if line.received == 0:
            continue
        stock = view.item(line.warehouse_id, line.sku).stock
        value = cost_of(line.received, line.unit_cost)
        movement = moved(stock, Bucket.SUPPLIER, Bucket.AVAILABLE, line.received, value)
        if isinstance(movement, Rejection):
            return movement
        event = stock_received(command, line.warehouse_id, line.sku, line.unit_cost, movement)
        moves[event.stream] = event
    return moves


def _taken_lines(
    lines: Iterable[DeliveredLine], state: SupplierOrderState
) -> dict[StreamName, TakenLine] | Rejection:
    """Return one line for each item, by its stream, with what a unit cost."""
    merged = _merged(lines)
    if isinstance(merged, Rejection):
        return merged
    taken: dict[StreamName, TakenLine] = {}
    for name, line in merged.items():
        item = state.items.get(name)
        if item is None:
            return invalid("lines", f"{line.sku} of {line.warehouse_id} is not of this order")
        unit_cost = item.unit_cost if line.unit_cost is None else line.unit_cost
        if unit_cost is None and line.received:
            return invalid("lines", f"must say what a unit of {line.sku} cost: the order does not")
        over = max(line.received + line.rejected - item.on_order, 0)
        taken[name] = TakenLine(
            warehouse_id=line.warehouse_id,
            sku=line.sku,
            received=line.received,
            rejected=line.rejected,
            over=Quantity(over),
            unit_cost=unit_cost or NO_MONEY,
        )
    return taken


def _merged(lines: Iterable[DeliveredLine]) -> dict[StreamName, DeliveredLine] | Rejection:
    merged: dict[StreamName, DeliveredLine] = {}
    for line in lines:
        if line.received == line.rejected == 0:
            return invalid("lines", "must each say that something was received or rejected")
        name = item_stream(line.warehouse_id, line.sku)
        known = merged.get(name)
        if known is None:
            merged[name] = line
        elif known.unit_cost != line.unit_cost:
            return invalid("lines", f"name more than one unit cost of {line.sku}")
        else:
            merged[name] = _added(known, line)
    return merged


def _added(one: DeliveredLine, other: DeliveredLine) -> DeliveredLine:
    return DeliveredLine(
        warehouse_id=one.warehouse_id,
        sku=one.sku,
        received=Quantity(one.received + other.received),
        rejected=Quantity(one.rejected + other.rejected),
        unit_cost=one.unit_cost,
    )


def _repeated(
    command: ReceiveSupplierOrder,
    lines: Iterable[TakenLine],
    known: str,
    state: SupplierOrderState,
) -> Decision:
    """Accept the same again: with `final`, only where nothing is left to be cancelled by it."""
    was_final = not command.final or state.status is SupplierOrderStatus.RECEIVED
    if was_final and delivery_digest(lines) == known:
        return Accepted([], outcome_of(command.supplier_order_id, state))
    return Rejection(
        ErrorCode.DUPLICATE_COMMAND,
        f"Supplier order {command.supplier_order_id} has a delivery {command.delivery_id} "
        "with other content.",
        {"supplier_order_id": command.supplier_order_id, "delivery_id": command.delivery_id},
    )


def _refused(
    command: ReceiveSupplierOrder,
    lines: Mapping[StreamName, TakenLine],
    state: SupplierOrderState,
    view: View,
) -> Rejection | None:
    if state.status is not None and is_over(state):
        return supplier_order_over(command.supplier_order_id, state.status)
    if len(state.deliveries) >= DELIVERIES_MAX:
        return invalid("delivery_id", f"the order has {DELIVERIES_MAX} deliveries, all it may have")
    for line in lines.values():
        if line.received and (refusal := refused_new_stock(line.warehouse_id, view)):
            return refusal
    return _refused_beyond_limits(lines, state)


def _refused_beyond_limits(
    lines: Mapping[StreamName, TakenLine], state: SupplierOrderState
) -> Rejection | None:
    for name, line in lines.items():
        item = state.items[name]
        figures: Sequence[int] = (
            item.received + line.received,
            item.rejected + line.rejected,
            item.over + line.over,
        )
        if max(figures) > AMOUNT_MAX:
            limit = quantity_to_wire(AMOUNT_MAX)
            return invalid("lines", f"what came of {line.sku} would go beyond {limit}")
    return None
