"""A change of stock for a stated reason: at once, or once another person has approved it."""

from collections.abc import Sequence
from datetime import timedelta

from stockledger.amounts import Quantity, money_to_wire, quantity_to_wire
from stockledger.messages.adjustment import AdjustmentStatus
from stockledger.messages.item import AdjustStock, CorrectStock, StockAdjusted, StockCorrected
from stockledger.messages.message import Event
from stockledger.messages.results import Accepted, ErrorCode, Figure, Rejection
from stockledger.messages.streams import adjustment_stream
from stockledger_command_handler.domain.adjustment_events import (
    applied,
    outcome,
    outcome_of,
    requested,
)
from stockledger_command_handler.domain.adjustment_state import AdjustmentState, Request
from stockledger_command_handler.domain.changing import changed
from stockledger_command_handler.domain.drafts import Drafts, ItemDraft
from stockledger_command_handler.domain.item_events import adjusted, corrected
from stockledger_command_handler.domain.keeping import refused_unless_kept
from stockledger_command_handler.domain.refusals import invalid
from stockledger_command_handler.domain.stock import Movement
from stockledger_command_handler.domain.tenant import TenantSettings
from stockledger_command_handler.domain.view import Decision, View

Command = AdjustStock | CorrectStock


def adjust(command: Command, view: View) -> Decision:
    """Change what is available by, or on hand to, what the command states."""
    if isinstance(command, AdjustStock) and command.change == 0:
        return invalid("change", "must not be 0")
    if command.adjustment_id is not None:
        view.require(adjustment_stream(command.adjustment_id))
        known = view.adjustment(command.adjustment_id)
        if known.request is not None:
            return _asked_again(command, command.adjustment_id, known, known.request, view)
    if refusal := refused_unless_kept(command.warehouse_id, command.sku, view):
        return refusal
    item = Drafts(view, command).item(command.warehouse_id, command.sku)
    change = _change(command, item)
    if change == 0:
        return _taken(command, change, [], view)
    movement = changed(item, change, view, is_fact=isinstance(command, CorrectStock))
    if isinstance(movement, Rejection):
        return movement
    settings = view.tenant().settings
    if settings is not None and needs_approval(movement, settings):
        return _request(command, change, movement, settings, view)
    event = _event(command, movement, change)
    return _taken(command, change, [*item.events, event], view)


def needs_approval(movement: Movement, settings: TenantSettings) -> bool:
    """Return whether a change is above one of the tenant's thresholds."""
    quantity, value = settings.approval_quantity, settings.approval_value
    if quantity is not None and movement.quantity > quantity:
        return True
    return value is not None and abs(movement.value_change) > value


def refused_without_approval(
    command: Command, change: Quantity, movement: Movement, settings: TenantSettings
) -> Rejection:
    """Return the refusal of a change that somebody has to approve, and that has no id for it."""
    figures: dict[str, Figure] = {
        "warehouse_id": command.warehouse_id,
        "sku": command.sku,
        "change": quantity_to_wire(change),
        "value": money_to_wire(movement.value_change),
    }
    if settings.approval_quantity is not None:
        figures["approval_quantity"] = quantity_to_wire(settings.approval_quantity)
    if settings.approval_value is not None:
        figures["approval_value"] = money_to_wire(settings.approval_value)
    return Rejection(
        ErrorCode.APPROVAL_REQUIRED,
        f"A change of {command.sku} in warehouse {command.warehouse_id} by {figures['change']}, "
        f"worth {figures['value']}, needs the approval of another person: give an adjustment_id, "
        "under which it can be approved.",
        figures,
    )


def _change(command: Command, item: ItemDraft) -> Quantity:
    if isinstance(command, AdjustStock):
        return command.change
    return Quantity(command.actual_quantity - item.stock.on_hand)


def _event(
    command: Command, movement: Movement, change: Quantity
) -> StockAdjusted | StockCorrected:
    if isinstance(command, AdjustStock):
        return adjusted(command, movement)
    return corrected(command, movement, change)


def _taken(command: Command, change: Quantity, events: Sequence[Event], view: View) -> Decision:
    adjustment_id = command.adjustment_id
    if adjustment_id is None:
        return events
    return Accepted(
        [applied(command, adjustment_id, change, view.actor), *events],
        outcome(adjustment_id, AdjustmentStatus.APPLIED, change),
    )


def _request(
    command: Command, change: Quantity, movement: Movement, settings: TenantSettings, view: View
) -> Decision:
    adjustment_id, actor = command.adjustment_id, view.actor
    if adjustment_id is None:
        return refused_without_approval(command, change, movement, settings)
    if actor is None:
        return _refused_without_actor(adjustment_id)
    expires_at = view.now + timedelta(days=settings.approval_days)
    stock = view.item(command.warehouse_id, command.sku).stock
    version = view.version(command.stream)
    event = requested(command, adjustment_id, movement, change, actor, expires_at, version, stock)
    said = outcome(adjustment_id, AdjustmentStatus.PENDING, change, expires_at)
    return Accepted([event], said)


def _refused_without_actor(adjustment_id: str) -> Rejection:
    return Rejection(
        ErrorCode.FORBIDDEN,
        f"Nobody says who requests adjustment {adjustment_id}: another person has to approve it.",
        {"adjustment_id": adjustment_id},
    )


def _asked_again(
    command: Command, adjustment_id: str, known: AdjustmentState, request: Request, view: View
) -> Decision:
    if _asks_the_same(command, request):
        return Accepted([], outcome_of(adjustment_id, known, request, view.now))
    return Rejection(
        ErrorCode.DUPLICATE_COMMAND,
        f"Adjustment {adjustment_id} was asked for already, with other content.",
        {"adjustment_id": adjustment_id},
    )


def _asks_the_same(command: Command, request: Request) -> bool:
    if (command.warehouse_id, command.sku) != (request.warehouse_id, request.sku):
        return False
    if isinstance(command, CorrectStock):
        return command.actual_quantity == request.actual_quantity
    return request.actual_quantity is None and command.change == request.change
