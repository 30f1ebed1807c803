"""Commands as people write them: flags, JSON, lines of a file; made into Kafka messages."""

import difflib
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final, cast

import orjson
from pydantic import TypeAdapter

from stockledger.errors import StockledgerError
from stockledger.messages.fields import time_to_wire
from stockledger.messages.registry import COMMAND_TYPES

SOURCE_DEFAULT: Final = "/stockledger/cli"

_SHORT_NAMES: Final = {name.split(".")[1]: name for name in COMMAND_TYPES}


class NotACommand(StockledgerError):
    """The text cannot be made into a command; the message says why."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a command gets that does not say it itself."""

    tenant: str | None = None
    source: str = SOURCE_DEFAULT
    id: str | None = None
    actor: str | None = None


@dataclass(frozen=True, slots=True)
class OutgoingCommand:
    """A command on its way: what names it, and the message as it is sent."""

    tenant: str
    source: str
    id: str
    type: str
    value: bytes
    headers: tuple[tuple[str, bytes], ...] = field(repr=False)

    @property
    def answer_id(self) -> str:
        """The `ce_id` of the command's answer."""
        return f"{self.source}/{self.id}"


def from_flags(name: str, assignments: Sequence[str], stamp: Stamp) -> OutgoingCommand:
    """Return the command of a type's name and `field=value` texts; dots lead into objects."""
    type_name = full_type(name)
    data: dict[str, Any] = {}
    for assignment in assignments:
        path, equals, text = assignment.partition("=")
        if not equals or not path:
            raise NotACommand(f"{assignment!r} is not of the form field=value")
        *parents, last = path.split(".")
        target = data
        for parent in parents:
            inner = target.setdefault(parent, {})
            if not isinstance(inner, dict):
                raise NotACommand(f"{path}: {parent} is given as a whole already")
            target = cast("dict[str, Any]", inner)
        if isinstance(target.get(last), dict):
            raise NotACommand(f"{path}: fields of it are given already")
        target[last] = _value(type_name, path, text)
    return binary_command({"type": type_name, "data": data}, stamp)


def from_json(text: str | bytes, stamp: Stamp) -> OutgoingCommand:
    """Return the command of a structured CloudEvent, or of {"type", "tenant", "data"}."""
    try:
        parsed = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise NotACommand(f"not JSON: {error}") from error
    if not isinstance(parsed, dict):
        raise NotACommand("not a JSON object")
    said = cast("dict[str, Any]", parsed)
    if not isinstance(said.get("type"), str):
        raise NotACommand("no type")
    return _structured(said, stamp) if "specversion" in said else binary_command(said, stamp)


def full_type(name: str) -> str:
    """Return the type on the wire of a command's name; a name with a dot is taken as it is."""
    if "." in name:
        return name
    if name in _SHORT_NAMES:
        return _SHORT_NAMES[name]
    near = difflib.get_close_matches(name, _SHORT_NAMES, n=1)
    hint = f"did you mean {near[0]}?" if near else "one of " + ", ".join(sorted(_SHORT_NAMES))
    raise NotACommand(f"no command is called {name}: {hint}")


def command_names() -> Iterable[str]:
    """Return the short names of all commands."""
    return sorted(_SHORT_NAMES)


def _structured(said: dict[str, Any], stamp: Stamp) -> OutgoingCommand:
    event: dict[str, Any] = {
        "id": stamp.id or str(uuid.uuid4()),
        "source": stamp.source,
        "time": time_to_wire(datetime.now(UTC)),
        "tenantid": stamp.tenant,
        **({"actor": stamp.actor} if stamp.actor else {}),
        **said,
        "type": full_type(said["type"]),
    }
    return OutgoingCommand(
        tenant=_text(event, "tenantid"),
        source=_text(event, "source"),
        id=_text(event, "id"),
        type=event["type"],
        value=orjson.dumps(event),
        headers=(("content-type", b"application/cloudevents+json"),),
    )


def binary_command(said: Mapping[str, Any], stamp: Stamp) -> OutgoingCommand:
    """Return the command of {"type", "tenant", "data"}, its attributes in headers."""
    unknown = set(said) - {"type", "tenant", "data", "id", "source", "actor"}
    if unknown:
        raise NotACommand(f"unknown fields: {', '.join(sorted(unknown))}")
    filled = {
        "tenant": stamp.tenant,
        "id": stamp.id or str(uuid.uuid4()),
        "source": stamp.source,
        "actor": stamp.actor,
        **said,
    }
    type_name = full_type(said["type"])
    tenant, source, command_id = (_text(filled, name) for name in ("tenant", "source", "id"))
    attributes = {
        "ce_specversion": "1.0",
        "ce_id": command_id,
        "ce_source": source,
        "ce_type": type_name,
        "ce_time": time_to_wire(datetime.now(UTC)),
        "ce_tenantid": tenant,
        **({"ce_actor": _text(filled, "actor")} if filled["actor"] else {}),
        "content-type": "application/json",
    }
    return OutgoingCommand(
        tenant=tenant,
        source=source,
        id=command_id,
        type=type_name,
        value=orjson.dumps(said.get("data", {})),
        headers=tuple((name, text.encode()) for name, text in attributes.items()),
    )


def _text(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    if not isinstance(value, str) or not value:
        raise NotACommand(f"no {name.removesuffix('id') or name}: give it, as a text")
    return value


def _value(type_name: str, path: str, text: str) -> object:
    if path in _text_fields(type_name):
        return text
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text


@cache
def _text_fields(type_name: str) -> frozenset[str]:
    command = COMMAND_TYPES.get(type_name)
    if command is None:
        return frozenset()
    schema = TypeAdapter[object](command).json_schema()
    definitions = schema.get("$defs", {})
    return frozenset(_text_paths(schema, definitions, ""))


def _text_paths(
    schema: Mapping[str, Any], definitions: Mapping[str, Any], prefix: str
) -> Iterable[str]:
    for name, described in schema.get("properties", {}).items():
        for choice in described.get("anyOf", [described]):
            found = definitions.get(str(choice.get("$ref")).rpartition("/")[2], choice)
            if found.get("type") == "string":
                yield prefix + name
            elif found.get("type") == "object":
                yield from _text_paths(found, definitions, f"{prefix}{name}.")
