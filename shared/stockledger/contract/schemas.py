"""JSON Schemas (2020-12) of all messages, from the messages themselves.

Commands are closed: an unknown field is refused. Everything that we write is open, so that a
reader ignores what a newer release adds; what shops write is open for fields of their own.
Definitions are written out where they are used, so that a file stands alone.
"""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Final, cast

from pydantic import TypeAdapter

from stockledger.amounts import MONEY_SCALE, QUANTITY_SCALE
from stockledger.contract.examples import EXAMPLES
from stockledger.messages.fields import Bucket
from stockledger.messages.level import LEVEL_TYPE, Level
from stockledger.messages.registry import COMMANDS, EVENTS, RESULTS, type_name
from stockledger.messages.shop_events import SHOP_EVENTS
from stockledger.messages.transfer import TransferStockMoved

Schema = dict[str, Any]

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_UNITS: Final = {
    1 / QUANTITY_SCALE: "A quantity in units of the item, at most 3 fractional digits.",
    1 / MONEY_SCALE: "Money in the tenant's currency, at most 4 fractional digits.",
}
_UNITS_BY_NAME: Final = {"days": "In days.", "percent": "In percent.", "seconds": "In seconds."}
_GROWING: Final = frozenset({"AlertKind", "ErrorCode", "Subject"})
"""Enumerations that later releases extend: closed for nobody, their values are a description."""

_ONLY_IN: Final[Mapping[str, type]] = {Bucket.TRANSFER: TransferStockMoved}
"""Values that came later, and the one message that has them: the others stay as they were."""

_ORDER: Final = ("description", "type", "format", "enum", "required", "properties")
_TIME: Final = "A time, RFC 3339, with its zone."
_ID: Final = "An id: 1 to 64 letters, digits, dots, underscores, colons, hyphens."


def schemas_by_folder() -> Mapping[str, Mapping[str, Schema]]:
    """Return the schemas by folder and by the type's name on the wire."""
    return {
        "commands": {
            type_name(command): read_schema(type_name(command), command) for command in COMMANDS
        },
        "events": {type_name(event): written_schema(type_name(event), event) for event in EVENTS},
        "results": {type_name(kind): written_schema(type_name(kind), kind) for kind in RESULTS},
        "levels": {LEVEL_TYPE: written_schema(LEVEL_TYPE, Level)},
        "orders": {name: read_schema(name, event) for name, event in SHOP_EVENTS.items()},
    }


def read_schema(name: str, message: type) -> Schema:
    """Return the schema of what strangers write, in which an optional field may be null."""
    return _titled(name, _plain_schema(message, written=False))


def written_schema(name: str, message: type) -> Schema:
    """Return the open schema of what we write: an optional field has a value or is left out."""
    return _titled(name, _plain_schema(message, written=True))


def _titled(name: str, schema: Schema) -> Schema:
    return {
        "$schema": _DIALECT,
        "$id": f"urn:{name.replace('.', ':', 1)}",
        "title": name,
        **schema,
        "examples": [EXAMPLES[name]],
    }


def _plain_schema(message: type, *, written: bool) -> Schema:
    schema = TypeAdapter[object](message).json_schema()
    definitions = cast("dict[str, Schema]", schema.pop("$defs", {}))
    never = {value for value, only in _ONLY_IN.items() if only is not message}
    return _Plain(definitions, never, written=written).schema(schema)


class _Plain:
    """Rewrites pydantic's schemas: definitions inlined, automatic titles out, units in.

    A command's defaults stay, but for null: to leave such a field out says nothing.
    Values that the message `never` has are not listed.
    """

    def __init__(
        self, definitions: Mapping[str, Schema], never: AbstractSet[str], *, written: bool
    ) -> None:
        self._definitions = definitions
        self._never = never
        self._written = written

    def schema(self, schema: Schema) -> Schema:
        if "$ref" in schema:
            defined = self.schema(self._definitions[schema["$ref"].rpartition("/")[2]])
            return {**defined, **self._default(schema)}
        if "anyOf" in schema:
            return self._any_of(schema["anyOf"])
        left_out = {"title", "default"}
        plain = {key: value for key, value in schema.items() if key not in left_out}
        plain |= self._default(schema)
        step = plain.pop("multipleOf", None)
        if step is not None:
            # Out, because most validators divide doubles and refuse every eighth valid figure.
            plain["description"] = _UNITS[step]
        if self._written and plain.get("additionalProperties") is False:
            del plain["additionalProperties"]
        if schema.get("title") in _GROWING:
            known = ", ".join(plain.pop("enum"))
            plain["description"] += f" Known so far, and more may come: {known}."
        if "enum" in plain:
            plain["enum"] = [value for value in plain["enum"] if value not in self._never]
        return _ordered(self._with_parts(plain))

    def _default(self, schema: Schema) -> Schema:
        default = None if self._written else schema.get("default")
        return {} if default is None else {"default": default}

    def _any_of(self, options: Iterable[Schema]) -> Schema:
        kinds = [self.schema(option) for option in options if option != {"type": "null"}]
        if len(kinds) > 1:
            # Of kinds that differ in type, so that what is said of one holds for no other.
            merged = {key: value for kind in kinds for key, value in kind.items()}
            return {**merged, "type": [*dict.fromkeys(kind["type"] for kind in kinds), "null"]}
        [kind] = kinds
        return kind if self._written else {**kind, "type": [kind["type"], "null"]}

    def _with_parts(self, plain: Schema) -> Schema:
        if "properties" in plain:
            plain["properties"] = {
                name: _described(name, self.schema(field))
                for name, field in plain["properties"].items()
            }
        if "prefixItems" in plain:
            plain["items"] = self.schema(plain.pop("prefixItems")[0])
        elif "items" in plain:
            plain["items"] = self.schema(plain["items"])
        if isinstance(plain.get("additionalProperties"), dict):
            plain["additionalProperties"] = self.schema(plain["additionalProperties"])
        return plain


def _ordered(schema: Schema) -> Schema:
    first: Schema = {key: schema[key] for key in _ORDER if key in schema}
    return {**first, **schema}


def _described(name: str, field: Schema) -> Schema:
    unit = _UNITS_BY_NAME.get(name.rpartition("_")[2])
    if unit is not None:
        return {"description": unit, **field}
    if field.get("format") == "date-time":
        return {"description": _TIME, **field}
    return {"description": _ID, **field} if "{0,63}" in field.get("pattern", "") else field
