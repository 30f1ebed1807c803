"""What came of a transfer, and what did not: each unit is accounted for once."""

from collections.abc import Iterable, Mapping

from stockledger.amounts import ZERO, Quantity, quantity_to_wire
from stockledger.messages.fields import Sku
from stockledger.messages.results import Accepted, ErrorCode, Figure, Rejection
from stockledger.messages.streams import item_stream, transfer_stream, warehouse_stream
from stockledger.messages.transfer import (
    RECEIPTS_MAX,
    ReceiptLine,
    ReceivedLine,
    ReceiveTransfer,
    TransferStatus,
)
from stockledger_command_handler.domain.keeping import refused_new_stock
from stockledger_command_handler.domain.refusals import (
    invalid,
    transfer_not_found,
    transfer_not_movable,
)
from stockledger_command_handler.domain.transfer_events import outcome_of, received
from stockledger_command_handler.domain.transfer_state import (
    TransferredSku,
    TransferState,
    after,
    receipt_digest,
)
from stockledger_command_handler.domain.transfer_steps import TransferSteps
from stockledger_command_handler.domain.view import Decision, View


def receive(command: ReceiveTransfer, view: View) -> Decision:
    """Account for what the receipt says; a repeat of it changes nothing."""
    lines = _merged(command.lines)
    if lines is None:
        return invalid("lines", "must each say that something was received, damaged, short or over")
    view.require(transfer_stream(command.transfer_id))
    state = view.transfer(command.transfer_id)
    known = state.receipts.get(command.receipt_id)
    if known is not None:
        return _repeated(command, lines, known, state)
    destination = state.destination_warehouse_id
    view.require(warehouse_stream(destination), *[item_stream(destination, sku) for sku in lines])
    if refusal := _refused(command, lines, state, view):
        return refusal
    steps = TransferSteps(command, state.source_warehouse_id, destination, view)
    arrived: list[ReceivedLine] = []
    for sku, line in lines.items():
        outcome = steps.receive(line, state.skus[sku])
        if isinstance(outcome, Rejection):
            return outcome
        arrived.append(outcome)
    event = received(command, arrived, completed=_completes(lines, state))
    answer = outcome_of(command.transfer_id, after(state, event))
    return Accepted([event, *steps.events], answer)


def _merged(lines: Iterable[ReceiptLine]) -> dict[Sku, ReceiptLine] | None:
    """Return one line for each SKU, or None when a line says nothing."""
    merged: dict[Sku, ReceiptLine] = {}
    for line in lines:
        if not (_arrived(line) or line.over):
            return None
        known = merged.get(line.sku)
        merged[line.sku] = line if known is None else _added(known, line)
    return merged


def _added(one: ReceiptLine, other: ReceiptLine) -> ReceiptLine:
    return ReceiptLine(
        sku=one.sku,
        received=Quantity(one.received + other.received),
        damaged=Quantity(one.damaged + other.damaged),
        short=Quantity(one.short + other.short),
        over=Quantity(one.over + other.over),
    )


def _arrived(line: ReceiptLine) -> int:
    """Return what is not in transit any more by a line, for better or worse."""
    return line.received + line.damaged + line.short


def _repeated(
    command: ReceiveTransfer, lines: Mapping[Sku, ReceiptLine], known: str, state: TransferState
) -> Decision:
    if receipt_digest(lines.values()) == known:
        return Accepted([], outcome_of(command.transfer_id, state))
    return Rejection(
        ErrorCode.DUPLICATE_COMMAND,
        f"Transfer {command.transfer_id} has a receipt {command.receipt_id} with other lines.",
        {"transfer_id": command.transfer_id, "receipt_id": command.receipt_id},
    )


def _refused(
    command: ReceiveTransfer, lines: Mapping[Sku, ReceiptLine], state: TransferState, view: View
) -> Rejection | None:
    if state.status is None:
        return transfer_not_found(command.transfer_id)
    if state.status is not TransferStatus.IN_TRANSIT:
        return transfer_not_movable(command.transfer_id, state.status)
    if refusal := refused_new_stock(state.destination_warehouse_id, view):
        return refusal
    if len(state.receipts) >= RECEIPTS_MAX:
        return invalid("receipt_id", f"the transfer has {RECEIPTS_MAX} receipts, as many as it may")
    return _refused_lines(command.transfer_id, lines, state)


def _refused_lines(
    transfer_id: str, lines: Mapping[Sku, ReceiptLine], state: TransferState
) -> Rejection | None:
    for sku in lines:
        if sku not in state.skus:
            return invalid("lines", f"{sku} was not sent with this transfer")
    beyond = [sku for sku, line in lines.items() if _arrived(line) > state.skus[sku].in_transit]
    if not beyond:
        return None
    figures = [_beyond_transit(lines[sku], state.skus[sku]) for sku in beyond]
    first = figures[0]
    return Rejection(
        ErrorCode.INVALID_MOVEMENT,
        f"{first['asked']} of {first['sku']} accounted for, {first['in_transit']} in transit.",
        {"transfer_id": transfer_id, **first, "lines": figures},
    )


def _beyond_transit(line: ReceiptLine, on_its_way: TransferredSku) -> dict[str, Figure]:
    return {
        "sku": line.sku,
        "asked": quantity_to_wire(_arrived(line)),
        "in_transit": quantity_to_wire(on_its_way.in_transit),
    }


def _completes(lines: Mapping[Sku, ReceiptLine], state: TransferState) -> bool:
    return all(
        on_its_way.in_transit == (_arrived(lines[sku]) if sku in lines else ZERO)
        for sku, on_its_way in state.skus.items()
    )
