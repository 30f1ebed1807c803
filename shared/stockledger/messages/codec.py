"""Messages to and from their JSON on the wire.

Commands are validated by pydantic: they come from strangers. What we wrote ourselves, events and
results, goes through code generated from the same annotations (`generated.py`), at half the cost;
an event that this code cannot read is given to pydantic, whose complaint is exact.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Final, TypeVar, cast

import orjson
from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from stockledger.errors import UnknownMessage
from stockledger.messages.generated import reader_of, writer_of
from stockledger.messages.level import Level
from stockledger.messages.message import Command, Event
from stockledger.messages.registry import (
    COMMAND_TYPES,
    EVENT_TYPES,
)
from stockledger.messages.results import (
    CommandAccepted,
    CommandRejected,
    ErrorCode,
    Rejection,
)
from stockledger.messages.shop_events import SHOP_EVENTS, AnyShopEvent

COMMAND_FIELDS_MAX: Final = 200
"""Fields of a command, far more than any has: pydantic lists each unknown one."""

MISTAKES_MAX: Final = 200
"""Mistakes of a command that are looked at: to describe 100,000 takes longer than to find them."""

SHOWN_LENGTH_MAX: Final = 100
"""Characters of a stranger's text that are repeated to him in a refusal."""

Read = TypeVar("Read", Command, AnyShopEvent)

_UNREADABLE: Final = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError)
_PROBLEMS: Final[Mapping[str, str]] = {
    "missing": "is missing",
    "unexpected_keyword_argument": "is not a known field",
    "extra_forbidden": "is not a known field",
    "string_type": "must be a string",
    "int_type": "must be a whole number",
    "bool_type": "must be true or false",
    "tuple_type": "must be a list",
    "dataclass_type": "must be an object",
    "string_pattern_mismatch": "must match {pattern}",
    "string_too_long": "must have at most {max_length} characters",
    "string_too_short": "must have {min_length} or more characters",
    "too_long": "must have at most {max_length} entries",
    "too_short": "must have {min_length} or more entries",
    "greater_than": "must be greater than {gt:g}",
    "greater_than_equal": "must be at least {ge:g}",
    "less_than_equal": "must be at most {le:g}",
    "enum": "must be {expected}",
}


def encode_command(command: Command) -> str:
    """Return a command's wire JSON; fields that are None are left out."""
    return orjson.dumps(writer_of(type(command))(command)).decode()


def encode_event(event: Event) -> str:
    """Return an event's wire JSON; fields that are None are left out."""
    return orjson.dumps(writer_of(type(event))(event)).decode()


def encode_result(result: CommandAccepted | CommandRejected) -> str:
    """Return a result's wire JSON."""
    return orjson.dumps(writer_of(type(result))(result)).decode()


def encode_level(level: Level) -> str:
    """Return a level's wire JSON."""
    return orjson.dumps(writer_of(Level)(level)).decode()


def decode_level(data: str | bytes) -> Level:
    """Return the level of a wire JSON that we wrote; fields of a newer release are ignored."""
    return cast("Level", reader_of(Level)(orjson.loads(data)))


def decode_event(type_name: str, data: str | bytes) -> Event:
    """Return the event of a wire JSON; fields of a newer release are ignored.

    Raises:
        UnknownMessage: a type, or a version of a type, that only a newer release knows.
        ValueError: the JSON is not such an event (pydantic's ValidationError).
    """
    event = EVENT_TYPES.get(type_name)
    if event is None:
        raise UnknownMessage(f"unknown event {type_name!r}")
    try:
        return cast("Event", reader_of(event)(orjson.loads(data)))
    except _UNREADABLE:
        return cast("Event", _adapter_of(event).validate_json(data))


def decode_command(type_name: str, data: object) -> Command | Rejection:
    """Return the command of parsed JSON, or why it is refused: details `field` and `problem`."""
    command = COMMAND_TYPES.get(type_name)
    if command is None:
        return _unknown(type_name)
    return _validated(_adapter_of(command).validator.validate_python, data, COMMAND_FIELDS_MAX)


def decode_shop_event(type_name: str, data: object) -> AnyShopEvent | Rejection:
    """Return the shop event of parsed JSON, or what is wrong with it: details as for a command."""
    event = SHOP_EVENTS.get(type_name)
    if event is None:
        known = ", ".join(SHOP_EVENTS)
        return _refused("type", f"{_shown(type_name)!r} is unknown; known are {known}")
    return _validated(_adapter_of(event).validator.validate_python, data, fields_max=None)


def _new_adapter(message: type) -> TypeAdapter[Any]:
    return TypeAdapter[Any](message)


_adapter_of: Final[Callable[[type], TypeAdapter[Any]]] = cache(_new_adapter)
"""Return pydantic's reader of a message, made when the first comes: that takes milliseconds."""


def _validated(
    read: Callable[[object], Read], data: object, fields_max: int | None
) -> Read | Rejection:
    if not isinstance(data, dict):
        return _refused("data", "must be a JSON object")
    fields = cast("dict[str, object]", data)
    if fields_max is not None and len(fields) > fields_max:
        return _refused("data", f"must have at most {fields_max} fields")
    try:
        return read(fields)
    except ValidationError as error:
        if error.error_count() > MISTAKES_MAX:
            return _refused("data", f"has more than {MISTAKES_MAX} mistakes")
        first = error.errors(include_url=False, include_input=False)[0]
        return _refused(_path_of(first["loc"]), _problem_of(first))


def _unknown(type_name: str) -> Rejection:
    shown = _shown(type_name)
    known = type_name.rpartition(".")[0]
    versions = sorted(name for name in COMMAND_TYPES if name.rpartition(".")[0] == known)
    sentence = (
        f"Unknown version of a command type: {shown}; known is {', '.join(versions)}."
        if versions
        else f"Unknown command type: {shown}."
    )
    return Rejection(ErrorCode.VALIDATION_ERROR, sentence, {"type": shown})


def _refused(field: str, problem: str) -> Rejection:
    return Rejection(
        ErrorCode.VALIDATION_ERROR,
        f"Field {field} {problem}.",
        {"field": field, "problem": problem},
    )


def _path_of(location: Sequence[str | int]) -> str:
    return _shown(".".join(str(part) for part in location)) or "data"


def _problem_of(error: ErrorDetails) -> str:
    context: dict[str, Any] = error.get("ctx", {})
    if error["type"] == "value_error":
        complaint = str(context["error"])
        return f"has {complaint}" if complaint.startswith("more ") else f"is {complaint}"
    pattern = _PROBLEMS.get(error["type"])
    return f"is refused: {error['msg']}" if pattern is None else pattern.format(**context)


def _shown(text: str) -> str:
    """Return a stranger's text, cut, without what could break a log, a table or a terminal."""
    cut = text if len(text) <= SHOWN_LENGTH_MAX else text[:SHOWN_LENGTH_MAX] + "…"
    return "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in cut
    )
