"""Ordering from a supplier: what somebody asks for, or what an item's open alert recommends.

An item has one open order by its alerts at most: whoever asks for another is told which it is.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from stockledger.amounts import AMOUNT_MAX, Money, Quantity, quantity_to_wire
from stockledger.messages.alert import AlertKind
from stockledger.messages.fields import Bucket, StreamName, Time
from stockledger.messages.message import Event
from stockledger.messages.results import Accepted, ErrorCode, Rejection
from stockledger.messages.streams import item_stream, supplier_stream
from stockledger.messages.supplier_order import (
    CreateSupplierOrder,
    Reorder,
    SupplierOrderLine,
)
from stockledger_command_handler.domain.alert_rules import recommended
from stockledger_command_handler.domain.item_state import ItemState
from stockledger_command_handler.domain.keeping import refused_new_stock
from stockledger_command_handler.domain.refusals import (
    invalid,
    item_not_found,
    supplier_not_found,
)
from stockledger_command_handler.domain.supplier import SupplierDetails
from stockledger_command_handler.domain.supplier_order_events import (
    created,
    on_order_changed,
    outcome_of,
)
from stockledger_command_handler.domain.supplier_order_state import SupplierOrderState, after
from stockledger_command_handler.domain.view import Decision, View


def create(command: CreateSupplierOrder, view: View) -> Decision:
    """Order what the command asks for; a repeat of it changes nothing."""
    lines, reorder = command.lines, command.reorder
    if lines is not None and reorder is None:
        return _order_lines(command, lines, view)
    if reorder is not None and lines is None:
        return _order_recommended(command, reorder, view)
    return invalid("lines", "must be given, or reorder, but not both")


def _order_lines(
    command: CreateSupplierOrder, lines: Iterable[SupplierOrderLine], view: View
) -> Decision:
    if command.supplier_id is None:
        return invalid("supplier_id", "must be given with lines")
    wanted = _added_up(lines)
    if isinstance(wanted, Rejection):
        return wanted
    state = view.supplier_order(command.supplier_order_id)
    if state.status is not None:
        return _repeated(command, wanted, state)
    return _order(command, command.supplier_id, list(wanted.values()), view)


def _order_recommended(command: CreateSupplierOrder, reorder: Reorder, view: View) -> Decision:
    state = view.supplier_order(command.supplier_order_id)
    if state.status is not None:
        return _repeated(command, {}, state)
    item = view.item(reorder.warehouse_id, reorder.sku)
    settings = item.settings
    if settings is None:
        return item_not_found(reorder.warehouse_id, reorder.sku)
    if item.reorder_order is not None:
        return Accepted([], {"supplier_order_id": item.reorder_order, "existing": True})
    if refusal := _refused_unless_needed(reorder, item):
        return refusal
    quantity = recommended(settings, _total(item))
    if quantity is None:
        return invalid("reorder", "needs the item's reorder quantity, or a maximum above its stock")
    supplier_id = command.supplier_id or settings.supplier_id
    if supplier_id is None:
        return invalid("supplier_id", "must be given: the item has none")
    line = SupplierOrderLine(warehouse_id=reorder.warehouse_id, sku=reorder.sku, quantity=quantity)
    return _order(command, supplier_id, [line], view)


def _order(
    command: CreateSupplierOrder,
    supplier_id: str,
    lines: Sequence[SupplierOrderLine],
    view: View,
) -> Decision:
    view.require(supplier_stream(supplier_id))
    supplier = view.supplier(supplier_id).details
    if supplier is None:
        return supplier_not_found(supplier_id)
    changes: list[Event] = []
    for line in lines:
        change = _put_on_order(command, line, view)
        if isinstance(change, Rejection):
            return change
        changes.append(change)
    event = created(
        command, supplier_id, supplier, lines, _expected_delivery(command, supplier, lines, view)
    )
    state = view.supplier_order(command.supplier_order_id)
    answer = outcome_of(command.supplier_order_id, after(state, event))
    return Accepted([event, *changes], answer)


def _put_on_order(
    command: CreateSupplierOrder, line: SupplierOrderLine, view: View
) -> Event | Rejection:
    if refusal := refused_new_stock(line.warehouse_id, view):
        return refusal
    item = view.item(line.warehouse_id, line.sku)
    if not item.exists:
        return item_not_found(line.warehouse_id, line.sku)
    on_order = Quantity(item.stock.on_order + line.quantity)
    if on_order > AMOUNT_MAX:
        limit = quantity_to_wire(AMOUNT_MAX)
        return invalid("lines", f"what is on order of {line.sku} would go beyond {limit}")
    return on_order_changed(
        command,
        line.warehouse_id,
        line.sku,
        line.quantity,
        on_order,
        reorder=command.reorder is not None,
    )


def _expected_delivery(
    command: CreateSupplierOrder,
    supplier: SupplierDetails,
    lines: Iterable[SupplierOrderLine],
    view: View,
) -> Time | None:
    """Return what is given, else what the supplier's lead time says, else the items' longest."""
    if command.expected_delivery is not None:
        return command.expected_delivery
    days = supplier.lead_time_days
    if days is None:
        known = [view.item(line.warehouse_id, line.sku).settings for line in lines]
        days = max([settings.lead_time_days for settings in known if settings], default=0)
    return (command.effective_at or view.now) + timedelta(days=days) if days else None


def _added_up(
    lines: Iterable[SupplierOrderLine],
) -> dict[StreamName, SupplierOrderLine] | Rejection:
    """Return one line for each item, by its stream; units of an item all cost the same."""
    wanted: dict[StreamName, SupplierOrderLine] = {}
    for line in lines:
        name = item_stream(line.warehouse_id, line.sku)
        known = wanted.get(name)
        if known is None:
            wanted[name] = line
        elif known.unit_cost != line.unit_cost:
            return invalid("lines", f"name more than one unit cost of {line.sku}")
        else:
            wanted[name] = _added(known, line)
    return wanted


def _added(one: SupplierOrderLine, other: SupplierOrderLine) -> SupplierOrderLine:
    return SupplierOrderLine(
        warehouse_id=one.warehouse_id,
        sku=one.sku,
        quantity=Quantity(one.quantity + other.quantity),
        unit_cost=one.unit_cost,
    )


def _repeated(
    command: CreateSupplierOrder,
    wanted: dict[StreamName, SupplierOrderLine],
    state: SupplierOrderState,
) -> Decision:
    asked = {name: (line.quantity, line.unit_cost) for name, line in wanted.items()}
    same = (
        command.reorder == state.reorder
        and command.supplier_id in {None, state.supplier_id}
        and command.expected_delivery in {None, state.first_expected_delivery}
        and (command.reorder is not None or asked == _ordered(state))
    )
    if same:
        return Accepted([], outcome_of(command.supplier_order_id, state))
    return Rejection(
        ErrorCode.DUPLICATE_COMMAND,
        f"Supplier order {command.supplier_order_id} exists with other content.",
        {"supplier_order_id": command.supplier_order_id},
    )


def _ordered(state: SupplierOrderState) -> dict[StreamName, tuple[Quantity, Money | None]]:
    return {name: (item.ordered, item.unit_cost) for name, item in state.items.items()}


def _refused_unless_needed(reorder: Reorder, item: ItemState) -> Rejection | None:
    alert = (item.alerts or {}).get(AlertKind.REORDER_NEEDED)
    open_number = alert.number if alert is not None and alert.is_open else None
    if open_number == reorder.number:
        return None
    return Rejection(
        ErrorCode.INVALID_MOVEMENT,
        f"REORDER_NEEDED {reorder.number} of {reorder.sku} in warehouse {reorder.warehouse_id} "
        "is not open: a reorder is no longer needed.",
        {
            "warehouse_id": reorder.warehouse_id,
            "sku": reorder.sku,
            "number": reorder.number,
            "open_number": open_number,
        },
    )


def _total(item: ItemState) -> Quantity:
    """Return what is there, comes, or is ordered."""
    stock = item.stock
    return Quantity(stock.available + stock.balances.get(Bucket.IN_TRANSIT, 0) + stock.on_order)
