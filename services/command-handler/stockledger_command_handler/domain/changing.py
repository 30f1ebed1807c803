"""How much may be taken of an item, and what a change of its stock comes to."""

from stockledger.amounts import ZERO, Money, Quantity, quantity_to_wire
from stockledger.messages.fields import Bucket
from stockledger.messages.results import ErrorCode, Rejection
from stockledger_command_handler.domain.drafts import ItemDraft
from stockledger_command_handler.domain.keeping import refused_new_stock
from stockledger_command_handler.domain.shortages import insufficient
from stockledger_command_handler.domain.stock import Movement, value_of_found, value_of_removed
from stockledger_command_handler.domain.view import View


def changed(
    item: ItemDraft, change: Quantity, view: View, *, is_fact: bool
) -> Movement | Rejection:
    """Change what is available, upwards or downwards; refused when the stock does not allow it.

    A fact is what somebody found on hand: an inactive warehouse has it already, and what is
    missing is missing though it may be held.
    """
    refusal = _refused(item, change, view, is_fact=is_fact)
    if refusal is not None:
        return refusal
    if change > 0:
        value = value_of_found(item.stock, change)
        return item.move(Bucket.ADJUSTMENT, Bucket.AVAILABLE, change, value)
    quantity = Quantity(-change)
    item.expire_lapsed(quantity)
    value = Money(-value_of_removed(item.stock, quantity))
    return item.move(Bucket.AVAILABLE, Bucket.ADJUSTMENT, quantity, value)


def refused_beyond_available(quantity: Quantity, item: ItemDraft) -> Rejection | None:
    """Return the refusal of more units than may be promised now."""
    return None if quantity <= item.available else insufficient(item.shortage(quantity))


def refused_beyond_shelf(quantity: Quantity, item: ItemDraft) -> Rejection | None:
    """Return the refusal of more units than there are, held ones included, not set apart."""
    if quantity <= item.stock.saleable:
        return None
    on_hand = quantity_to_wire(item.stock.on_hand)
    return insufficient(item.shortage(quantity), on_hand=on_hand)


def refused_beyond_bucket(quantity: Quantity, bucket: Bucket, item: ItemDraft) -> Rejection | None:
    """Return the refusal of more units than a bucket has that nobody can hold."""
    there = item.stock.balances.get(bucket, ZERO)
    if quantity <= there:
        return None
    asked, figure = quantity_to_wire(quantity), quantity_to_wire(there)
    return Rejection(
        ErrorCode.INSUFFICIENT_STOCK,
        f"{asked} {bucket} of {item.sku} asked of warehouse {item.warehouse_id}, {figure} there.",
        {
            "warehouse_id": item.warehouse_id,
            "sku": item.sku,
            "bucket": bucket.value,
            "asked": asked,
            bucket.value: figure,
        },
    )


def _refused(item: ItemDraft, change: Quantity, view: View, *, is_fact: bool) -> Rejection | None:
    if change > 0:
        return None if is_fact else refused_new_stock(item.warehouse_id, view)
    quantity = Quantity(-change)
    if is_fact:
        return refused_beyond_shelf(quantity, item)
    return refused_beyond_available(quantity, item)
