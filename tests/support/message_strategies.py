"""Hypothesis strategies of every message, from its annotations."""

import dataclasses
import types
from datetime import UTC, datetime
from enum import Enum
from typing import Annotated, Any, Final, NewType, Union, cast, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from stockledger.amounts import AMOUNT_MAX
from stockledger.messages.fields import (
    Day,
    SignedMoney,
    SignedQuantity,
    Sku,
    Time,
    WarehouseId,
)
from stockledger.messages.recipients import ClockTime, Code
from stockledger.messages.supplier import Url

TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)
# Three capitals are a valid id, name, text, place and currency, and 1 to 100 any valid number.
VALID_TEXTS = st.text("ABC", min_size=3, max_size=3)
IDS: Final[frozenset[object]] = frozenset({Sku, WarehouseId})
VALID_NUMBERS = st.integers(1, 100)
CLOCK_TIMES = st.times().map(lambda time: time.strftime("%H:%M"))
CODES = st.text("ABC", min_size=10, max_size=10)
URLS = VALID_TEXTS.map(lambda text: f"https://{text}.example")
DAYS = st.dates().map(lambda day: day.isoformat())
AMOUNTS = st.integers(-AMOUNT_MAX, AMOUNT_MAX) | st.integers(-5_000, 5_000)
TIMES = st.datetimes(
    datetime(1, 1, 2),  # noqa: DTZ001 - the zone is given below
    datetime(9999, 12, 30),  # noqa: DTZ001
    timezones=st.just(UTC),
)
_OF_THEIR_OWN: Final[tuple[tuple[object, st.SearchStrategy[Any]], ...]] = (
    (Time, TIMES),
    (Day, DAYS),
    (ClockTime, CLOCK_TIMES),
    (Code, CODES),
    (Url, URLS),
)
FIGURES = (
    TEXTS
    | st.integers(-(2**53), 2**53)
    | st.booleans()
    | st.floats(allow_nan=False, allow_infinity=False)
)
DETAILS = st.dictionaries(
    TEXTS,
    FIGURES | st.lists(st.dictionaries(TEXTS, FIGURES, max_size=3), max_size=3),
    max_size=3,
)


def messages(message: type[Any]) -> st.SearchStrategy[Any]:
    """Return the strategy of all valid messages of a type."""
    hints = get_type_hints(message, include_extras=True)
    fields = {field.name: _values(hints[field.name]) for field in dataclasses.fields(message)}
    return st.builds(message, **fields)


def _values(kind: object) -> st.SearchStrategy[Any]:
    if get_origin(kind) in (Union, types.UnionType):
        return st.one_of([_values(option) for option in get_args(kind)])
    if get_origin(kind) is tuple:
        return _tuples(get_args(kind), 0)
    if get_origin(kind) is dict:
        return DETAILS
    return _annotated(kind) if get_origin(kind) is Annotated else _plain(kind)


def _tuples(kinds: tuple[Any, ...], size_min: int) -> st.SearchStrategy[Any]:
    if kinds[-1] is Ellipsis:
        return st.lists(_values(kinds[0]), min_size=size_min, max_size=3).map(tuple)
    return st.tuples(*[_values(kind) for kind in kinds])


def _annotated(kind: object) -> st.SearchStrategy[Any]:
    if kind in (SignedQuantity, SignedMoney):
        return AMOUNTS
    for one, values in _OF_THEIR_OWN:
        if kind == one:
            return values
    inner = get_args(kind)[0]
    if get_origin(inner) is tuple:
        return _tuples(get_args(inner), 1)
    if inner is bool:
        return st.booleans()
    if isinstance(inner, NewType) and inner.__supertype__ is int:
        return AMOUNTS.filter(lambda amount: amount > 0)
    return VALID_NUMBERS if inner is int else VALID_TEXTS


def _plain(kind: object) -> st.SearchStrategy[Any]:
    if kind in IDS:
        return VALID_TEXTS  # what an event names was named by a command
    kind = kind.__supertype__ if isinstance(kind, NewType) else kind
    assert isinstance(kind, type), kind
    if kind is types.NoneType:
        return st.none()
    if kind is str:
        return TEXTS
    if kind is int:
        return st.integers(0, 2**53 - 1)
    if kind is bool:
        return st.booleans()
    if issubclass(kind, Enum):
        return st.sampled_from(list(kind))
    return messages(cast("type[Any]", kind))
