"""What is ordered from suppliers is on order until it came or will not come, unit by unit."""

from collections.abc import Sequence
from typing import assert_never

from stockledger.amounts import Quantity
from stockledger.messages.fields import StreamName
from stockledger.messages.message import Event
from stockledger.messages.results import Accepted, Rejection
from stockledger.messages.streams import (
    item_stream,
    supplier_order_stream,
    supplier_stream,
    warehouse_stream,
)
from stockledger.messages.supplier_order import (
    CancelledLine,
    CancelSupplierOrder,
    ConfirmSupplierOrder,
    CreateSupplierOrder,
    ReceiveSupplierOrder,
    ReportOverdueSupplierOrder,
    ReportSupplierUnavailable,
    SubmitSupplierOrder,
    SupplierOrderStatus,
)
from stockledger_command_handler.domain.refusals import (
    supplier_order_not_found,
    supplier_order_over,
)
from stockledger_command_handler.domain.supplier_order_creating import create
from stockledger_command_handler.domain.supplier_order_events import (
    cancelled,
    confirmed,
    on_order_changed,
    outcome_of,
    overdue,
    submitted,
    unavailable,
)
from stockledger_command_handler.domain.supplier_order_receiving import receive
from stockledger_command_handler.domain.supplier_order_state import Event as OrderEvent
from stockledger_command_handler.domain.supplier_order_state import (
    SupplierOrderState,
    after,
    is_over,
)
from stockledger_command_handler.domain.view import Decision, View

Command = (
    CreateSupplierOrder
    | SubmitSupplierOrder
    | ConfirmSupplierOrder
    | ReportSupplierUnavailable
    | ReceiveSupplierOrder
    | CancelSupplierOrder
    | ReportOverdueSupplierOrder
)


def streams_of_order(command: CreateSupplierOrder | ReceiveSupplierOrder) -> list[StreamName]:
    """Return the streams that the command names: the order, its supplier, items and places."""
    streams = [supplier_order_stream(command.supplier_order_id)]
    places = [(line.warehouse_id, line.sku) for line in command.lines or ()]
    if isinstance(command, CreateSupplierOrder):
        if command.supplier_id is not None:
            streams.append(supplier_stream(command.supplier_id))
        if command.reorder is not None:
            places.append((command.reorder.warehouse_id, command.reorder.sku))
    for warehouse_id, sku in places:
        streams += (item_stream(warehouse_id, sku), warehouse_stream(warehouse_id))
    return streams


def decide(command: Command, view: View) -> Decision:
    match command:
        case CreateSupplierOrder():
            return create(command, view)
        case ReceiveSupplierOrder():
            return receive(command, view)
        case SubmitSupplierOrder():
            return _submit(command, view)
        case ConfirmSupplierOrder():
            return _confirm(command, view)
        case ReportSupplierUnavailable():
            return _report_unavailable(command, view)
        case CancelSupplierOrder():
            return _cancel(command, view)
        case ReportOverdueSupplierOrder():
            return _report_overdue(command, view)
        case _:
            assert_never(command)


def _submit(command: SubmitSupplierOrder, view: View) -> Decision:
    state = _open_order(command.supplier_order_id, view)
    if isinstance(state, Rejection):
        return state
    if state.status in {SupplierOrderStatus.SUBMITTED, SupplierOrderStatus.CONFIRMED}:
        return _taken(command.supplier_order_id, state, [])
    events = [submitted(command, command.supplier_reference)]
    return _taken(command.supplier_order_id, state, events)


def _confirm(command: ConfirmSupplierOrder, view: View) -> Decision:
    """Confirm it; once more only where the supplier says something else by now."""
    state = _open_order(command.supplier_order_id, view)
    if isinstance(state, Rejection):
        return state
    if state.status is SupplierOrderStatus.CONFIRMED and _says_nothing_new(command, state):
        return _taken(command.supplier_order_id, state, [])
    return _taken(command.supplier_order_id, state, [confirmed(command)])


def _says_nothing_new(command: ConfirmSupplierOrder, state: SupplierOrderState) -> bool:
    reference, expected = command.supplier_reference, command.expected_delivery
    is_known = reference in {None, state.supplier_reference}
    return is_known and expected in {None, state.expected_delivery}


def _report_unavailable(command: ReportSupplierUnavailable, view: View) -> Decision:
    """Say it once until the supplier has the order; a report may come late or twice."""
    state = view.supplier_order(command.supplier_order_id)
    if state.status is None:
        return supplier_order_not_found(command.supplier_order_id)
    events = []
    if state.status is SupplierOrderStatus.QUEUED:
        events = [unavailable(command, state.supplier_id)]
    return _taken(command.supplier_order_id, state, events)


def _cancel(command: CancelSupplierOrder, view: View) -> Decision:
    state = view.supplier_order(command.supplier_order_id)
    match state.status:
        case None:
            return supplier_order_not_found(command.supplier_order_id)
        case SupplierOrderStatus.RECEIVED:
            return supplier_order_over(command.supplier_order_id, state.status)
        case SupplierOrderStatus.CANCELLED:
            return _taken(command.supplier_order_id, state, [])
        case _:
            return _cancel_open(command, state, view)


def _cancel_open(command: CancelSupplierOrder, state: SupplierOrderState, view: View) -> Decision:
    view.require(*state.items)
    lines: list[CancelledLine] = []
    changes: list[Event] = []
    for item in state.items.values():
        if item.on_order == 0:
            continue
        warehouse_id, sku, quantity = item.warehouse_id, item.sku, item.on_order
        lines.append(CancelledLine(warehouse_id=warehouse_id, sku=sku, quantity=quantity))
        change = Quantity(-quantity)
        left = Quantity(view.item(warehouse_id, sku).stock.on_order - quantity)
        reorder = state.reorder is not None
        changes.append(on_order_changed(command, warehouse_id, sku, change, left, reorder=reorder))
    event = cancelled(command, lines)
    answer = outcome_of(command.supplier_order_id, after(state, event))
    return Accepted([event, *changes], answer)


def _report_overdue(command: ReportOverdueSupplierOrder, view: View) -> Decision:
    """Pass over what is not due, over or unknown: a tick may come early, late or twice."""
    state = view.supplier_order(command.supplier_order_id)
    expected = state.expected_delivery
    if state.status is None or is_over(state) or state.overdue or expected is None:
        return []
    return [] if view.now < expected else [overdue(command, expected)]


def _open_order(supplier_order_id: str, view: View) -> SupplierOrderState | Rejection:
    state = view.supplier_order(supplier_order_id)
    if state.status is None:
        return supplier_order_not_found(supplier_order_id)
    return supplier_order_over(supplier_order_id, state.status) if is_over(state) else state


def _taken(
    supplier_order_id: str, state: SupplierOrderState, events: Sequence[OrderEvent]
) -> Accepted:
    return Accepted(events, outcome_of(supplier_order_id, after(state, *events)))
