"""What a change of a schema breaks.

A reader is compatible with a writer when it accepts all that the writer may write. For commands
the strangers write and we read: the schemas of yesterday write, today's read (BACKWARD). For
events, results and levels we write and the strangers read: today's write, yesterday's read
(FORWARD), and no field goes that a reader may rely on. Held against every earlier version, it is
the transitive form of both. What breaks belongs into a new version of the type.
"""

from collections.abc import Iterable, Mapping
from typing import Final, cast

from stockledger.contract.schemas import Schema

_LOWER_LIMITS: Final = ("minimum", "exclusiveMinimum", "minLength", "minItems")
_UPPER_LIMITS: Final = ("maximum", "exclusiveMaximum", "maxLength", "maxItems")
_EXACT: Final = ("pattern", "format", "const")


def command_breaks(old: Schema, new: Schema) -> list[str]:
    """Return what the new schema of a command refuses of what the old one allowed."""
    return _refused(old, new, "")


def written_breaks(old: Schema, new: Schema) -> list[str]:
    """Return what in messages of the new schema a reader of the old one cannot rely on."""
    return [*_refused(new, old, ""), *_removed(old, new, "")]


def missing_types(old: Iterable[str], new: Iterable[str]) -> list[str]:
    """Return the types that are no longer there."""
    return [f"{name}: removed" for name in sorted(set(old) - set(new))]


def _refused(writer: Schema, reader: Schema, path: str) -> list[str]:
    """Return what of the writer's messages the reader refuses, a sentence each."""
    return [
        *_refused_values(writer, reader, path),
        *_refused_fields(writer, reader, path),
        *_refused_items(writer, reader, path),
    ]


def _refused_values(writer: Schema, reader: Schema, path: str) -> list[str]:
    breaks = _refused_types(writer, reader, path)
    if "enum" in reader:
        extra = sorted(set(writer.get("enum", ["any text"])) - set(reader["enum"]))
        breaks += [f"{_named(path)}: value {value} is refused" for value in extra]
    for key in _EXACT:
        if key in reader and writer.get(key) != reader[key]:
            breaks.append(f"{_named(path)}: {key} is {reader[key]}, was {writer.get(key)}")
    for key in _LOWER_LIMITS:
        if key in reader and writer.get(key, float("-inf")) < reader[key]:
            breaks.append(f"{_named(path)}: {key} is raised to {reader[key]}")
    for key in _UPPER_LIMITS:
        if key in reader and writer.get(key, float("inf")) > reader[key]:
            breaks.append(f"{_named(path)}: {key} is lowered to {reader[key]}")
    return breaks


def _refused_types(writer: Schema, reader: Schema, path: str) -> list[str]:
    accepted = _types(reader)
    if "number" in accepted:
        accepted |= {"integer"}
    refused = sorted(_types(writer) - accepted)
    return [f"{_named(path)}: type {kind} is refused" for kind in refused] if accepted else []


def _refused_fields(writer: Schema, reader: Schema, path: str) -> list[str]:
    written, read = _fields(writer), _fields(reader)
    always = set(writer.get("required", ()))
    missing = [name for name in reader.get("required", ()) if name not in always]
    breaks = [f"{_named(path)}: {name} is required" for name in missing]
    if reader.get("additionalProperties") is False:
        unknown = [name for name in written if name not in read]
        breaks += [f"{_named(path)}: {name} is unknown" for name in unknown]
    for name in written:
        if name in read:
            breaks += _refused(written[name], read[name], f"{path}.{name}")
    return breaks


def _refused_items(writer: Schema, reader: Schema, path: str) -> list[str]:
    if not isinstance(writer.get("items"), dict) or not isinstance(reader.get("items"), dict):
        return []
    return _refused(writer["items"], reader["items"], f"{path}[]")


def _removed(old: Schema, new: Schema, path: str) -> list[str]:
    before, after = _fields(old), _fields(new)
    breaks = [f"{_named(path)}: {name} is removed" for name in before if name not in after]
    for name in before:
        if name in after:
            breaks += _removed(before[name], after[name], f"{path}.{name}")
    if isinstance(old.get("items"), dict) and isinstance(new.get("items"), dict):
        breaks += _removed(old["items"], new["items"], f"{path}[]")
    return breaks


def _fields(schema: Schema) -> Mapping[str, Schema]:
    return cast("Mapping[str, Schema]", schema.get("properties", {}))


def _types(schema: Schema) -> set[str]:
    kind: str | list[str] = schema.get("type", [])
    return {kind} if isinstance(kind, str) else set(kind)


def _named(path: str) -> str:
    return path.lstrip(".") or "message"
