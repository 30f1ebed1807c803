"""Quantities and money: integers inside, JSON numbers on the wire, converted only here.

A quantity is an integer of 1/1000 unit, money an integer of 1/10000 currency unit. Both have at
most 15 significant digits, so every one of them survives a double unchanged and is written by
its shortest decimal form (REQUIREMENTS "Numbers").
"""

from typing import Final, NewType

Quantity = NewType("Quantity", int)
Money = NewType("Money", int)

QUANTITY_SCALE: Final = 1_000
MONEY_SCALE: Final = 10_000
AMOUNT_MAX: Final = 999_999_999_999_999
"""Largest magnitude of either integer: 15 digits, what a double carries without loss."""

_WHOLE_MAX: Final = 1e15
"""No amount reaches this, whatever its scale; also refuses infinity and NaN."""

_UNITS_MAX: Final = AMOUNT_MAX // QUANTITY_SCALE
"""The largest quantity without a fraction, in units."""

ZERO: Final = Quantity(0)
NO_MONEY: Final = Money(0)


def quantity_from_wire(number: object) -> Quantity:
    """Return the quantity in 1/1000 of a JSON number; ValueError when it is not exactly one."""
    if type(number) is int and -_UNITS_MAX <= number <= _UNITS_MAX:
        return Quantity(number * QUANTITY_SCALE)  # nearly every quantity, at half the cost
    return Quantity(_from_wire(number, QUANTITY_SCALE, "3 fractional digits"))


def money_from_wire(number: object) -> Money:
    """Return the money in 1/10000 of a JSON number; ValueError when it is not exactly one."""
    return Money(_from_wire(number, MONEY_SCALE, "4 fractional digits"))


def quantity_to_wire(quantity: int) -> int | float:
    """Return the JSON number of a quantity: whole ones without a fraction."""
    return _to_wire(quantity, QUANTITY_SCALE)


def money_to_wire(money: int) -> int | float:
    """Return the JSON number of an amount of money: whole ones without a fraction."""
    return _to_wire(money, MONEY_SCALE)


def cost_of(quantity: Quantity, unit_cost: Money) -> Money:
    """Return quantity x unit cost, rounded half to even to 1/10000."""
    return Money(_divide_half_even(quantity * unit_cost, QUANTITY_SCALE))


def share_of(value: Money, part: Quantity, whole: Quantity) -> Money:
    """Return value x part / whole, rounded half to even; the whole of it takes all the value."""
    return value if part == whole else Money(_divide_half_even(value * part, whole))


def volume_of(quantity: Quantity, unit_volume: Quantity) -> Quantity:
    """Return quantity x unit volume, rounded half to even to 1/1000."""
    return Quantity(_divide_half_even(quantity * unit_volume, QUANTITY_SCALE))


def percent_of(quantity: Quantity, percent: int) -> Quantity:
    """Return so many percent of a quantity, rounded half to even to 1/1000."""
    return Quantity(_divide_half_even(quantity * percent, 100))


def unit_cost_of(value: Money, quantity: Quantity) -> Money:
    """Return the average cost of one unit, for showing only; 0 when there are no units."""
    return NO_MONEY if quantity == 0 else Money(_divide_half_even(value * QUANTITY_SCALE, quantity))


def _from_wire(number: object, scale: int, precision: str) -> int:
    if type(number) is int:
        scaled = number * scale
    elif type(number) is float:
        scaled = _exactly_scaled(number, scale, precision)
    else:
        message = "not a JSON number"
        raise ValueError(message)
    if not -AMOUNT_MAX <= scaled <= AMOUNT_MAX:
        message = "more than 15 digits"
        raise ValueError(message)
    return scaled


def _exactly_scaled(number: float, scale: int, precision: str) -> int:
    if not -_WHOLE_MAX < number < _WHOLE_MAX:
        message = "more than 15 digits"
        raise ValueError(message)
    scaled = round(number * scale)
    if scaled / scale != number:
        message = f"more than {precision}"
        raise ValueError(message)
    return scaled


def _to_wire(amount: int, scale: int) -> int | float:
    whole, rest = divmod(amount, scale)
    return amount / scale if rest else whole


def _divide_half_even(dividend: int, divisor: int) -> int:
    quotient, rest = divmod(dividend, divisor)
    twice = 2 * rest
    if twice > divisor or (twice == divisor and quotient % 2):
        return quotient + 1
    return quotient


def quantity_of_event(number: float) -> Quantity:
    """Return the quantity of a number that we wrote ourselves, without checking it again."""
    return Quantity(
        number * QUANTITY_SCALE if type(number) is int else round(number * QUANTITY_SCALE)
    )


def money_of_event(number: float) -> Money:
    """Return the money of a number that we wrote ourselves, without checking it again."""
    return Money(number * MONEY_SCALE if type(number) is int else round(number * MONEY_SCALE))
