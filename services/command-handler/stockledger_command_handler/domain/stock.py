"""An item's quantities in their buckets and what they are worth: double entry, within limits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from stockledger.amounts import (
    AMOUNT_MAX,
    NO_MONEY,
    ZERO,
    Money,
    Quantity,
    cost_of,
    money_to_wire,
    quantity_to_wire,
    share_of,
)
from stockledger.messages.fields import Bucket
from stockledger.messages.generated import maker_of
from stockledger.messages.item import Entry, Levels, StockMoved
from stockledger.messages.results import ErrorCode, Rejection

ON_HAND: Final = (Bucket.AVAILABLE, Bucket.RESERVED, Bucket.DAMAGED, Bucket.QUARANTINED)
"""The buckets that are physically in the warehouse."""

_entry: Final = maker_of(Entry)
_levels_of: Final = maker_of(Levels)


@dataclass(slots=True)
class Stock:
    """Where an item's units are and what those on hand, and those in transit to it, are worth.

    `balances` holds the buckets that ever had an entry, those outside too: their sum is zero.
    `last_unit_cost` is what a unit of the last receipt cost. `on_order` is in no bucket: ordered
    from suppliers and not yet received.
    """

    balances: dict[Bucket, Quantity] = field(default_factory=dict[Bucket, Quantity])
    value: Money = NO_MONEY
    last_unit_cost: Money = NO_MONEY
    transit_value: Money = NO_MONEY
    on_order: Quantity = ZERO

    @property
    def available(self) -> Quantity:
        return self.balances.get(Bucket.AVAILABLE, ZERO)

    @property
    def on_hand(self) -> Quantity:
        return Quantity(sum([self.balances.get(bucket, ZERO) for bucket in ON_HAND]))

    @property
    def saleable(self) -> Quantity:
        """What is there of available and reserved, where a correction cut below what is held."""
        return Quantity(self.available + self.balances.get(Bucket.RESERVED, ZERO))

    def copy(self) -> "Stock":
        """Return a stock of its own with the same figures."""
        return Stock(
            self.balances.copy(),
            self.value,
            self.last_unit_cost,
            self.transit_value,
            self.on_order,
        )

    def enter(self, movement: "Movement | StockMoved") -> None:
        """Take over the figures after a movement."""
        left, came = movement.entries
        self.balances[left.bucket] = left.after
        self.balances[came.bucket] = came.after
        levels = movement.levels
        self.value = levels.value
        self.transit_value = levels.transit_value or NO_MONEY


@dataclass(slots=True)
class Movement:
    """What a movement's event says: the side it left, the side it came to, the figures after."""

    quantity: Quantity
    entries: tuple[Entry, Entry]
    value_change: Money
    levels: Levels


def value_of_removed(stock: Stock, quantity: Quantity) -> Money:
    """Return what leaves with these units: their share, and with the last unit all there is."""
    return share_of(stock.value, quantity, stock.on_hand)


def value_of_found(stock: Stock, quantity: Quantity) -> Money:
    """Return what units without an invoice are worth: the average, else the last unit cost."""
    on_hand = stock.on_hand
    if on_hand == 0:
        return cost_of(quantity, stock.last_unit_cost)
    return share_of(stock.value, quantity, on_hand)


def shifted(stock: Stock, source: Bucket, target: Bucket, quantity: Quantity) -> Movement:
    """Return the movement of a positive quantity that stays on hand, and so within limits."""
    return _movement(stock, source, target, quantity, NO_MONEY, NO_MONEY)


def moved(
    stock: Stock,
    source: Bucket,
    target: Bucket,
    quantity: Quantity,
    value_change: Money,
    transit_change: Money = NO_MONEY,
) -> Movement | Rejection:
    """Return the movement of a positive quantity; refused when a figure gets out of limits.

    `value_change` is of what is on hand, `transit_change` of what is in transit.
    """
    movement = _movement(stock, source, target, quantity, value_change, transit_change)
    left, came = movement.entries
    on_hand, value = movement.levels.on_hand, movement.levels.value
    if left.after < -AMOUNT_MAX or came.after > AMOUNT_MAX or on_hand > AMOUNT_MAX:
        return _beyond_limit("quantity", quantity_to_wire(AMOUNT_MAX))
    if value > AMOUNT_MAX or stock.transit_value + transit_change > AMOUNT_MAX:
        return _beyond_limit("value", money_to_wire(AMOUNT_MAX))
    return movement


def revalued(stock: Stock, value: Money) -> Levels | Rejection:
    """Return the figures when what is on hand is worth so much; refused beyond the limit."""
    if value > AMOUNT_MAX:
        return _beyond_limit("value", money_to_wire(AMOUNT_MAX))
    return _levels(stock.balances, value, stock.transit_value)


def _movement(
    stock: Stock,
    source: Bucket,
    target: Bucket,
    quantity: Quantity,
    value_change: Money,
    transit_change: Money,
) -> Movement:
    balances = stock.balances
    left, came = balances.get(source, ZERO), balances.get(target, ZERO)
    left_after, came_after = Quantity(left - quantity), Quantity(came + quantity)
    after = {**balances, source: left_after, target: came_after}
    levels = _levels(
        after, Money(stock.value + value_change), Money(stock.transit_value + transit_change)
    )
    entries = (
        _entry(bucket=source, before=left, change=Quantity(-quantity), after=left_after),
        _entry(bucket=target, before=came, change=quantity, after=came_after),
    )
    return Movement(quantity, entries, value_change, levels)


def _levels(after: Mapping[Bucket, Quantity], value: Money, transit_value: Money) -> Levels:
    available = after.get(Bucket.AVAILABLE, ZERO)
    reserved = after.get(Bucket.RESERVED, ZERO)
    damaged = after.get(Bucket.DAMAGED, ZERO)
    quarantined = after.get(Bucket.QUARANTINED, ZERO)
    return _levels_of(
        available=available,
        reserved=reserved,
        damaged=damaged,
        quarantined=quarantined,
        in_transit=after.get(Bucket.IN_TRANSIT, ZERO),
        on_hand=Quantity(available + reserved + damaged + quarantined),
        value=value,
        transit_value=transit_value or None,
    )


def _beyond_limit(figure: str, limit: float) -> Rejection:
    problem = f"would go beyond {limit}"
    return Rejection(
        ErrorCode.VALIDATION_ERROR,
        f"{figure}: {problem}.",
        {"field": figure, "problem": problem, "limit": limit},
    )
