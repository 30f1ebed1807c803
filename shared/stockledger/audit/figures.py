"""Figures of the wire as whole numbers, and the value rule, both by plain decimal arithmetic."""

from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Final

UNITS: Final = 1_000
"""Quantities are counted in 1/1000 unit."""

MONEY: Final = 10_000
"""Money is counted in 1/10000 currency unit."""

_CONTEXT: Final = Context(prec=60, rounding=ROUND_HALF_EVEN)
"""Wide enough that a product of two 15-digit figures, divided by a third, rounds only once."""

_FLOAT_MAX: Final = 1e12
"""Beyond all figures: quantities end at 15 digits, 3 of them fractional."""

_ONE: Final = Decimal(1)


def units(number: object) -> int:
    """Return a JSON number as 1/1000 units; ValueError when it is not exactly one."""
    return number * UNITS if type(number) is int else _scaled(number, UNITS)


def money(number: object) -> int:
    """Return a JSON number as 1/10000 currency units; ValueError when it is not exactly one."""
    return number * MONEY if type(number) is int else _scaled(number, MONEY)


def product(quantity: int, unit_cost: int) -> int:
    """Return quantity x unit cost as money, rounded half to even."""
    return _rounded(_CONTEXT.divide(_CONTEXT.multiply(quantity, unit_cost), UNITS))


def share(value: int, part: int, whole: int) -> int:
    """Return value x part / whole, rounded half to even."""
    return _rounded(_CONTEXT.divide(_CONTEXT.multiply(value, part), whole))


def shown(figure: int, scale: int) -> str:
    """Return a figure as people write it."""
    return f"{Decimal(figure) / scale:f}"


def _scaled(number: object, scale: int) -> int:
    if type(number) is not float or not -_FLOAT_MAX < number < _FLOAT_MAX:
        raise ValueError(f"not a figure: {number!r}")
    # Up to 15 digits a double is its decimal; dividing gives the same double only if exact.
    whole = round(number * scale)
    if whole / scale != number:
        raise ValueError(f"too precise: {number!r}")
    return whole


def _rounded(number: Decimal) -> int:
    return int(number.quantize(_ONE, context=_CONTEXT))
