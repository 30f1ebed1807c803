"""What comes back of what was sold under an order: never more than that, at what it left with."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from stockledger.amounts import ZERO, Money, Quantity, quantity_to_wire, share_of
from stockledger.messages.fields import Sku, WarehouseId
from stockledger.messages.lines import AskedLine, ReturnedLine
from stockledger.messages.results import ErrorCode, Rejection
from stockledger.messages.streams import item_stream, warehouse_stream
from stockledger_command_handler.domain.drafts import Drafts
from stockledger_command_handler.domain.order_state import OrderState, SoldItem
from stockledger_command_handler.domain.refusals import (
    item_not_found,
    warehouse_inactive,
    warehouse_not_found,
)
from stockledger_command_handler.domain.view import View


def returned_lines(
    order_id: str, order: OrderState, lines: Sequence[AskedLine]
) -> tuple[ReturnedLine, ...] | Rejection:
    """Return which sold units come back; a line without warehouse: to where they were sold from.

    Lines with a warehouse take what was sold from there first.
    """
    by_sku: dict[Sku, list[SoldItem]] = {}
    for item in order.sold.values():
        by_sku.setdefault(item.sku, []).append(replace(item))
    for sku, asked in totals(lines).items():
        if refusal := _refused_beyond_sold(order_id, by_sku.get(sku, []), sku, asked):
            return refusal
    named_first = sorted(lines, key=lambda line: line.warehouse_id is None)
    return tuple([part for line in named_first for part in _taken(line, by_sku[line.sku])])


def all_that_is_kept(order: OrderState) -> tuple[ReturnedLine, ...]:
    """Return all sold units that did not come back yet, to where they were sold from."""
    return tuple(
        [
            ReturnedLine(
                sold_warehouse_id=item.warehouse_id,
                warehouse_id=item.warehouse_id,
                sku=item.sku,
                quantity=item.kept,
                value=item.kept_value,
            )
            for item in order.sold.values()
            if item.kept > 0
        ]
    )


def kept_of(order: OrderState, sku: Sku) -> Quantity:
    """Return how much of a SKU that was sold under the order the customer still has."""
    return Quantity(sum([item.kept for item in order.sold.values() if item.sku == sku]))


def refused_to_take(items: Iterable[tuple[WarehouseId, Sku]], view: View) -> Rejection | None:
    """Return why the warehouses cannot take units in; it loads what that depends on."""
    targets = dict.fromkeys(items)
    view.require(
        *[item_stream(*target) for target in targets],
        *[warehouse_stream(warehouse_id) for warehouse_id, _ in targets],
    )
    for warehouse_id, sku in targets:
        warehouse = view.warehouse(warehouse_id)
        if not warehouse.exists:
            return warehouse_not_found(warehouse_id)
        if not view.item(warehouse_id, sku).exists:
            return item_not_found(warehouse_id, sku)
        if not warehouse.active:
            return warehouse_inactive(warehouse_id, "it takes no new stock")
    return None


def take_back(drafts: Drafts, order_id: str, lines: Iterable[ReturnedLine]) -> Rejection | None:
    """Take the units in, by one event an item; refused when a figure gets out of limits."""
    parts: dict[tuple[WarehouseId, Sku], tuple[int, int]] = {}
    for line in lines:
        key = (line.warehouse_id, line.sku)
        quantity, value = parts.get(key, (0, 0))
        parts[key] = quantity + line.quantity, value + line.value
    for (warehouse_id, sku), (quantity, value) in parts.items():
        draft = drafts.item(warehouse_id, sku)
        if refusal := draft.take_back(Quantity(quantity), Money(value), order_id):
            return refusal
    return None


def totals(lines: Iterable[AskedLine | ReturnedLine]) -> dict[Sku, Quantity]:
    """Return how much of each SKU the lines name."""
    total: dict[Sku, Quantity] = {}
    for line in lines:
        total[line.sku] = Quantity(total.get(line.sku, ZERO) + line.quantity)
    return total


def _refused_beyond_sold(
    order_id: str, items: Sequence[SoldItem], sku: Sku, asked: Quantity
) -> Rejection | None:
    sold = Quantity(sum([item.quantity for item in items]))
    returned = Quantity(sum([item.returned for item in items]))
    if asked <= sold - returned:
        return None
    figures = {
        "sold": quantity_to_wire(sold),
        "returned": quantity_to_wire(returned),
        "asked": quantity_to_wire(asked),
    }
    return Rejection(
        ErrorCode.INVALID_MOVEMENT,
        f"{figures['asked']} of {sku} asked back under order {order_id}: {figures['sold']} sold, "
        f"{figures['returned']} returned.",
        {"order_id": order_id, "sku": sku, **figures},
    )


def _taken(line: AskedLine, items: Sequence[SoldItem]) -> list[ReturnedLine]:
    """Take a line's units off the items that were sold; that they are enough was checked."""
    left: int = line.quantity
    parts: list[ReturnedLine] = []
    for item in sorted(items, key=lambda item: item.warehouse_id != line.warehouse_id):
        quantity = Quantity(min(left, item.kept))
        if quantity <= 0:
            continue
        value = share_of(item.kept_value, quantity, item.kept)
        parts.append(
            ReturnedLine(
                sold_warehouse_id=item.warehouse_id,
                warehouse_id=line.warehouse_id or item.warehouse_id,
                sku=line.sku,
                quantity=quantity,
                value=value,
            )
        )
        item.returned = Quantity(item.returned + quantity)
        item.returned_value = Money(item.returned_value + value)
        left -= quantity
    return parts
