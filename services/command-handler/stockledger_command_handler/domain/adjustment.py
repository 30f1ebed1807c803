"""A change above the tenant's threshold takes effect only when a second person approves it."""

from typing import assert_never

from stockledger.amounts import Quantity, quantity_to_wire
from stockledger.messages.adjustment import (
    AdjustmentStatus,
    ApproveAdjustment,
    ExpireAdjustment,
    RejectAdjustment,
)
from stockledger.messages.fields import StreamName, time_to_wire
from stockledger.messages.results import Accepted, ErrorCode, Figure, Rejection
from stockledger.messages.streams import item_stream, warehouse_stream
from stockledger_command_handler.domain.adjustment_events import (
    adjusted_as_requested,
    approved,
    outcome,
    outcome_of,
    rejected,
    run_out,
)
from stockledger_command_handler.domain.adjustment_state import AdjustmentState, Request
from stockledger_command_handler.domain.changing import changed
from stockledger_command_handler.domain.drafts import Drafts
from stockledger_command_handler.domain.keeping import refused_unless_kept
from stockledger_command_handler.domain.refusals import adjustment_not_found
from stockledger_command_handler.domain.view import Decision, View

Command = ApproveAdjustment | RejectAdjustment | ExpireAdjustment


def decide(command: Command, view: View) -> Decision:
    state = view.adjustment(command.adjustment_id)
    request = state.request
    match command:
        case ExpireAdjustment():
            return _expire(command, state, view)
        case ApproveAdjustment():
            if request is None:
                return adjustment_not_found(command.adjustment_id)
            return _approve(command, state, request, view)
        case RejectAdjustment():
            if request is None:
                return adjustment_not_found(command.adjustment_id)
            return _reject(command, state, request, view)
        case _:
            assert_never(command)


def _approve(
    command: ApproveAdjustment, state: AdjustmentState, request: Request, view: View
) -> Decision:
    actor = view.actor
    if actor is None or actor == request.requested_by:
        return _refused_approver(command.adjustment_id, actor)
    if state.status is AdjustmentStatus.APPROVED:
        return Accepted([], outcome_of(command.adjustment_id, state, request, view.now))
    if refusal := _refused_unless_pending(command.adjustment_id, state, view):
        return refusal
    stream = item_stream(request.warehouse_id, request.sku)
    view.require(stream, warehouse_stream(request.warehouse_id))
    if refusal := refused_unless_kept(request.warehouse_id, request.sku, view):
        return refusal
    if refusal := _refused_other_version(command, stream, request, view):
        return refusal
    return _applied(command, actor, state, request, view)


def _applied(
    command: ApproveAdjustment, actor: str, state: AdjustmentState, request: Request, view: View
) -> Decision:
    item = Drafts(view, command).item(request.warehouse_id, request.sku)
    meanwhile = Quantity(item.stock.on_hand - request.on_hand)
    movement = changed(item, request.change, view, is_fact=request.actual_quantity is not None)
    if isinstance(movement, Rejection):
        return movement
    events = [
        approved(command, actor, meanwhile),
        *item.events,
        adjusted_as_requested(command.adjustment_id, request, movement),
    ]
    said = outcome(
        command.adjustment_id, AdjustmentStatus.APPROVED, request.change, state.expires_at
    )
    return Accepted(events, {**said, "changed_meanwhile": quantity_to_wire(meanwhile)})


def _reject(
    command: RejectAdjustment, state: AdjustmentState, request: Request, view: View
) -> Decision:
    if view.actor is None:
        return _refused_approver(command.adjustment_id, None)
    if state.status is AdjustmentStatus.REJECTED:
        return Accepted([], outcome_of(command.adjustment_id, state, request, view.now))
    if refusal := _refused_unless_pending(command.adjustment_id, state, view):
        return refusal
    said = outcome(
        command.adjustment_id, AdjustmentStatus.REJECTED, request.change, state.expires_at
    )
    return Accepted([rejected(command, view.actor)], said)


def _expire(command: ExpireAdjustment, state: AdjustmentState, view: View) -> Decision:
    """Pass over what is not due, ended or unknown: a tick may come early, late or twice."""
    expires_at = state.expires_at
    is_pending = state.status is AdjustmentStatus.PENDING
    if not is_pending or expires_at is None or view.now < expires_at:
        return Accepted([], {"expired": 0})
    return Accepted([run_out(command, expires_at)], {"expired": 1})


def _refused_approver(adjustment_id: str, actor: str | None) -> Rejection:
    if actor is None:
        sentence = f"Nobody says who decides on adjustment {adjustment_id}."
        return Rejection(ErrorCode.FORBIDDEN, sentence, {"adjustment_id": adjustment_id})
    return Rejection(
        ErrorCode.FORBIDDEN,
        f"Adjustment {adjustment_id} was requested by {actor}: another person has to approve it.",
        {"adjustment_id": adjustment_id, "requested_by": actor},
    )


def _refused_unless_pending(
    adjustment_id: str, state: AdjustmentState, view: View
) -> Rejection | None:
    status = state.status_at(view.now)
    if status is None or status is AdjustmentStatus.PENDING:
        return None
    figures: dict[str, Figure] = {"adjustment_id": adjustment_id, "status": status.value}
    if status is AdjustmentStatus.EXPIRED and state.expires_at is not None:
        figures["expires_at"] = time_to_wire(state.expires_at)
    sentence = f"Adjustment {adjustment_id} is {status}."
    return Rejection(ErrorCode.INVALID_MOVEMENT, sentence, figures)


def _refused_other_version(
    command: ApproveAdjustment, stream: StreamName, request: Request, view: View
) -> Rejection | None:
    version = view.version(stream)
    if command.item_version is None or command.item_version == version:
        return None
    stock = view.item(request.warehouse_id, request.sku).stock
    return Rejection(
        ErrorCode.VERSION_CONFLICT,
        f"{stream} is at version {version}, not {command.item_version}: "
        "look at what changed before approving.",
        {
            "stream": stream,
            "expected_version": command.item_version,
            "actual_version": version,
            "available": quantity_to_wire(stock.available),
            "on_hand": quantity_to_wire(stock.on_hand),
            "changed_meanwhile": quantity_to_wire(stock.on_hand - request.on_hand),
        },
    )
