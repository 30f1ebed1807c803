"""Makers, readers and writers of messages, generated from their annotations.

`dataclasses` generates its `__init__` the same way: a line of Python a field, compiled once. It
halves what pydantic takes for an event of five nested objects, and a property test keeps both
equal for every message there is.
"""

import dataclasses
import types
from collections.abc import Callable, Mapping
from enum import Enum
from functools import cache
from typing import (
    Annotated,
    Any,
    Final,
    NewType,
    ParamSpec,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

from pydantic import PlainSerializer

from stockledger.amounts import MONEY_SCALE, QUANTITY_SCALE, money_to_wire, quantity_to_wire
from stockledger.messages.fields import time_from_wire, time_to_wire

Wire = Mapping[str, Any]
Fields = ParamSpec("Fields")
Made = TypeVar("Made")

_new_tuple: Final = cast("Any", tuple).__new__
_SCALES: Final[Mapping[object, int]] = {
    quantity_to_wire: QUANTITY_SCALE,
    money_to_wire: MONEY_SCALE,
}


@dataclasses.dataclass(slots=True)
class _Names:
    """What the generated line may refer to."""

    held: dict[str, object] = dataclasses.field(default_factory=dict[str, object])

    def __call__(self, value: object) -> str:
        name = f"_{len(self.held)}"
        self.held[name] = value
        return name


def maker_of(message: Callable[Fields, Made]) -> Callable[Fields, Made]:
    """Return a function that makes what the class makes: a dataclass, or a named tuple.

    Python hands arguments to a class by way of three calls and, those by name, in a dictionary;
    to a function as they are: an object is made in half the time. Defaults must be values.
    """
    names = _Names()
    if hasattr(message, "_fields"):
        fields = ", ".join(cast("Any", message)._fields)  # a named tuple without defaults
        made = f"{names(_new_tuple)}({names(message)}, ({fields},))"
        return _compiled(f"def generated({fields}): return {made}\n", names)
    positional: list[str] = []
    by_name: list[str] = []
    body = f" m = {names(object.__new__)}({names(message)})\n"
    for field in dataclasses.fields(cast("Any", message)):
        default = "" if field.default is dataclasses.MISSING else f"={names(field.default)}"
        (by_name if field.kw_only else positional).append(f"{field.name}{default}")
        body += f" m.{field.name} = {field.name}\n"
    parameters = ", ".join([*positional, *(["*", *by_name] if by_name else [])])
    return _compiled(f"def generated({parameters}):\n{body} return m\n", names)


def _new_writer(message: type) -> Callable[[Any], dict[str, object]]:
    names = _Names()
    always: list[str] = []
    maybe: list[str] = []
    for field, kind in _fields_of(message):
        name = field.name
        optional, inner = _without_none(kind)
        if optional:
            value = _written(inner, "v", names)
            maybe.append(f" v = m.{name}\n if v is not None: w[{name!r}] = {value}\n")
        else:
            always.append(f"{name!r}: {_written(inner, f'm.{name}', names)}")
    body = f" w = {{{', '.join(always)}}}\n{''.join(maybe)} return w\n"
    return _compiled(f"def generated(m):\n{body}", names)


def _new_reader(message: type) -> Callable[[Wire], Any]:
    names = _Names()
    body = f" m = {names(object.__new__)}({names(message)})\n"
    for field, kind in _fields_of(message):
        optional, inner = _without_none(kind)
        if optional:
            value = f"w.get({field.name!r})"
            value = f"None if (v := {value}) is None else {_read(inner, 'v', names)}"
        else:
            value = _read(inner, f"w[{field.name!r}]", names)
        # The slot's own setter: a frozen dataclass sets each field at twice the cost.
        body += f" {names(getattr(message, field.name).__set__)}(m, {value})\n"
    return _compiled(f"def generated(w):\n{body} return m\n", names)


writer_of: Final[Callable[[type], Callable[[Any], dict[str, object]]]] = cache(_new_writer)
"""Return the function from a message to its wire object; None fields are left out."""

reader_of: Final[Callable[[type], Callable[[Wire], Any]]] = cache(_new_reader)
"""Return the function from a wire object to the message; unknown fields are ignored.

It trusts what we once wrote: texts are not matched against their patterns again. What is no such
message raises LookupError, TypeError, ValueError, AttributeError or ArithmeticError.
"""


def _compiled(source: str, names: _Names) -> Callable[..., Any]:
    scope = dict(names.held)
    exec(source, scope)  # noqa: S102 - the source comes from our own annotations
    return cast("Callable[..., Any]", scope["generated"])


def _fields_of(message: type) -> list[tuple[dataclasses.Field[Any], object]]:
    hints = get_type_hints(message, include_extras=True)
    return [(field, hints[field.name]) for field in dataclasses.fields(message)]


def _without_none(kind: object) -> tuple[bool, object]:
    """Return whether None is allowed, and the kind besides it."""
    if get_origin(kind) not in (Union, types.UnionType):
        return False, kind
    kinds = [option for option in get_args(kind) if option is not types.NoneType]
    return len(kinds) < len(get_args(kind)), kinds[0]


def _written(kind: object, source: str, names: _Names) -> str:
    write = _serializer_of(kind)
    if write in _SCALES:
        # What the function does, without the call: an event has some fifteen numbers.
        scale = _SCALES[write]
        return f"(n // {scale} if (n := {source}) % {scale} == 0 else n / {scale})"
    if write is not None:
        return f"{names(write)}({source})"
    kind = _plain(kind)
    if get_origin(kind) is tuple:
        item = _written(get_args(kind)[0], "item", names)
        return source if item == "item" else f"[{item} for item in {source}]"
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        return f"{names(writer_of(kind))}({source})"
    return source


def _read(kind: object, source: str, names: _Names) -> str:
    write = _serializer_of(kind)
    if write is time_to_wire:
        return f"{names(time_from_wire)}({source})"
    if write is not None:
        return f"round({source} * {_SCALES[write]})"
    kind = _plain(kind)
    if get_origin(kind) is tuple:
        item = _read(get_args(kind)[0], "item", names)
        return f"tuple([{item} for item in {source}])"
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        return f"{names(reader_of(kind))}({source})"
    if isinstance(kind, type) and issubclass(kind, Enum):
        return f"{names({member.value: member for member in kind})}[{source}]"
    return source


def _serializer_of(kind: object) -> Callable[[Any], object] | None:
    """Return the function of an annotation that writes a number or a time on the wire."""
    if get_origin(kind) is not Annotated:
        return None
    parts = (part.func for part in get_args(kind) if isinstance(part, PlainSerializer))
    return cast("Callable[[Any], object] | None", next(parts, None))


def _plain(kind: object) -> object:
    """Return a kind without its annotations and its new name."""
    if get_origin(kind) is Annotated:
        return _plain(get_args(kind)[0])
    return _plain(kind.__supertype__) if isinstance(kind, NewType) else kind
