"""Units on their way between two warehouses are all accounted for, and so is their value."""

from collections.abc import Iterable, Mapping
from typing import assert_never

from stockledger.amounts import ZERO, Quantity
from stockledger.messages.fields import Sku, StreamName
from stockledger.messages.results import Accepted, ErrorCode, Rejection
from stockledger.messages.streams import item_stream, transfer_stream, warehouse_stream
from stockledger.messages.transfer import (
    CancelTransfer,
    CreateTransfer,
    DispatchTransfer,
    ReceiveTransfer,
    ReportOverdueTransfer,
    SentLine,
    TransferLine,
    TransferStatus,
    TransferStock,
)
from stockledger_command_handler.domain.keeping import refused_new_stock
from stockledger_command_handler.domain.refusals import (
    invalid,
    item_not_found,
    transfer_not_found,
    transfer_not_movable,
    warehouse_inactive,
    warehouse_not_found,
)
from stockledger_command_handler.domain.shortages import insufficient_lines
from stockledger_command_handler.domain.transfer_events import (
    cancelled,
    created,
    dispatched,
    made,
    outcome_of,
    overdue,
)
from stockledger_command_handler.domain.transfer_receiving import receive
from stockledger_command_handler.domain.transfer_state import TransferState, after, items_of
from stockledger_command_handler.domain.transfer_steps import TransferSteps
from stockledger_command_handler.domain.view import Decision, View

Command = (
    CreateTransfer
    | TransferStock
    | DispatchTransfer
    | ReceiveTransfer
    | CancelTransfer
    | ReportOverdueTransfer
)


def decide(command: Command, view: View) -> Decision:
    match command:
        case TransferStock():
            return _make(command, view)
        case CreateTransfer():
            return _create(command, view)
        case DispatchTransfer():
            return _dispatch(command, view)
        case ReceiveTransfer():
            return receive(command, view)
        case CancelTransfer():
            return _cancel(command, view)
        case ReportOverdueTransfer():
            return _report_overdue(command, view)
        case _:
            assert_never(command)


def _create(command: CreateTransfer, view: View) -> Decision:
    wanted = _added_up(command.lines)
    state = view.transfer(command.transfer_id)
    if state.status is not None:
        return _repeated(command, wanted, state)
    steps = _steps(command, view)
    if refusal := _refused_to_take(command, wanted, steps, view):
        return refusal
    for sku, quantity in wanted.items():
        steps.hold(sku, quantity)
    event = created(command, wanted)
    answer = outcome_of(command.transfer_id, after(state, event))
    return Accepted([event, *steps.events], answer)


def _make(command: TransferStock, view: View) -> Decision:
    wanted = _added_up(command.lines)
    state = view.transfer(command.transfer_id)
    if state.status is not None:
        return _repeated(command, wanted, state)
    steps = _steps(command, view)
    if refusal := _refused_to_take(command, wanted, steps, view):
        return refusal
    steps.begin_at_destination(wanted)
    sent: list[SentLine] = []
    for sku, quantity in wanted.items():
        line = steps.carry(sku, quantity)
        if isinstance(line, Rejection):
            return line
        sent.append(line)
    event = made(command, sent)
    answer = outcome_of(command.transfer_id, after(state, event))
    return Accepted([event, *steps.events], answer)


def _dispatch(command: DispatchTransfer, view: View) -> Decision:
    state = view.transfer(command.transfer_id)
    match state.status:
        case None:
            return transfer_not_found(command.transfer_id)
        case TransferStatus.CANCELLED:
            return transfer_not_movable(command.transfer_id, state.status)
        case TransferStatus.IN_TRANSIT | TransferStatus.COMPLETED:
            return Accepted([], outcome_of(command.transfer_id, state))
        case TransferStatus.PENDING:
            return _dispatch_pending(command, state, view)


def _dispatch_pending(command: DispatchTransfer, state: TransferState, view: View) -> Decision:
    destination = state.destination_warehouse_id
    view.require(warehouse_stream(destination), *items_of(state))
    if refusal := refused_new_stock(destination, view):
        return refusal
    steps = TransferSteps(command, state.source_warehouse_id, destination, view)
    steps.begin_at_destination(state.skus)
    sent: list[SentLine] = []
    for sku, held in state.skus.items():
        line = steps.send(sku, held.asked)
        if isinstance(line, Rejection):
            return line
        sent.append(line)
    event = dispatched(command, sent)
    answer = outcome_of(command.transfer_id, after(state, event))
    return Accepted([event, *steps.events], answer)


def _cancel(command: CancelTransfer, view: View) -> Decision:
    state = view.transfer(command.transfer_id)
    match state.status:
        case None:
            return transfer_not_found(command.transfer_id)
        case TransferStatus.COMPLETED:
            return transfer_not_movable(command.transfer_id, state.status)
        case TransferStatus.CANCELLED:
            return Accepted([], outcome_of(command.transfer_id, state))
        case TransferStatus.PENDING | TransferStatus.IN_TRANSIT:
            return _cancel_open(command, state, view)


def _cancel_open(command: CancelTransfer, state: TransferState, view: View) -> Decision:
    source = state.source_warehouse_id
    view.require(warehouse_stream(source), *items_of(state))
    if not view.warehouse(source).exists:
        return warehouse_not_found(source)
    steps = TransferSteps(command, source, state.destination_warehouse_id, view)
    if state.status is TransferStatus.PENDING:
        for sku, held in state.skus.items():
            steps.release(sku, held.asked)
    returned: list[SentLine] = []
    for sku, on_its_way in state.skus.items():
        if on_its_way.in_transit == 0:
            continue
        line = steps.recall(sku, on_its_way)
        if isinstance(line, Rejection):
            return line
        returned.append(line)
    event = cancelled(command, returned)
    answer = outcome_of(command.transfer_id, after(state, event))
    return Accepted([event, *steps.events], answer)


def _report_overdue(command: ReportOverdueTransfer, view: View) -> Decision:
    """Pass over what is not due, ended or unknown: a tick may come early, late or twice."""
    state = view.transfer(command.transfer_id)
    expected = state.expected_delivery
    if state.status is not TransferStatus.IN_TRANSIT or state.overdue or expected is None:
        return []
    return [] if view.now < expected else [overdue(command, expected)]


def _added_up(lines: Iterable[TransferLine]) -> dict[Sku, Quantity]:
    wanted: dict[Sku, Quantity] = {}
    for line in lines:
        wanted[line.sku] = Quantity(wanted.get(line.sku, ZERO) + line.quantity)
    return wanted


def streams_of_transfer(command: CreateTransfer | TransferStock) -> list[StreamName]:
    """Return the streams that a new transfer looks at first; in one step, also where it goes."""
    source, destination = command.source_warehouse_id, command.destination_warehouse_id
    streams = [
        transfer_stream(command.transfer_id),
        warehouse_stream(source),
        warehouse_stream(destination),
    ]
    for line in command.lines:
        streams.append(item_stream(source, line.sku))
        if isinstance(command, TransferStock):
            streams.append(item_stream(destination, line.sku))
    return streams


def _steps(command: CreateTransfer | TransferStock, view: View) -> TransferSteps:
    return TransferSteps(
        command, command.source_warehouse_id, command.destination_warehouse_id, view
    )


def _repeated(
    command: CreateTransfer | TransferStock, wanted: Mapping[Sku, Quantity], state: TransferState
) -> Decision:
    same = (
        isinstance(command, TransferStock),
        command.source_warehouse_id,
        command.destination_warehouse_id,
        wanted,
    ) == (
        state.made,
        state.source_warehouse_id,
        state.destination_warehouse_id,
        {sku: line.asked for sku, line in state.skus.items()},
    )
    if same:
        return Accepted([], outcome_of(command.transfer_id, state))
    return Rejection(
        ErrorCode.DUPLICATE_COMMAND,
        f"Transfer {command.transfer_id} exists with other content.",
        {"transfer_id": command.transfer_id},
    )


def _refused_to_take(
    command: CreateTransfer | TransferStock,
    wanted: Mapping[Sku, Quantity],
    steps: TransferSteps,
    view: View,
) -> Rejection | None:
    source, destination = command.source_warehouse_id, command.destination_warehouse_id
    if source == destination:
        return invalid("destination_warehouse_id", "must be another than the source")
    warehouse = view.warehouse(source)
    if not warehouse.exists:
        return warehouse_not_found(source)
    if not warehouse.active:
        return warehouse_inactive(source, "nothing is transferred from it")
    return refused_new_stock(destination, view) or _refused_lines(wanted, steps)


def _refused_lines(wanted: Mapping[Sku, Quantity], steps: TransferSteps) -> Rejection | None:
    items = {sku: steps.at_source(sku) for sku in wanted}
    for sku, item in items.items():
        if not item.exists:
            return item_not_found(item.warehouse_id, sku)
    short = [
        item.shortage(wanted[sku]) for sku, item in items.items() if wanted[sku] > item.available
    ]
    return insufficient_lines(short) if short else None
