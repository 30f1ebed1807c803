"""The types of the contract: their schemas, and the way through the codec."""

from collections.abc import Mapping
from typing import Any, Final

import orjson
from jsonschema import Draft202012Validator
from pydantic import TypeAdapter

from stockledger.contract.schemas import Schema, schemas_by_folder
from stockledger.messages.codec import (
    decode_command,
    decode_event,
    decode_level,
    decode_shop_event,
    encode_command,
    encode_event,
    encode_level,
    encode_result,
)
from stockledger.messages.message import Command
from stockledger.messages.registry import RESULTS, type_name
from stockledger.messages.shop_events import ShopEvent

FOLDERS: Final = schemas_by_folder()
CASES: Final = [(folder, name) for folder, schemas in FOLDERS.items() for name in schemas]


def obeys(schema: Schema, message: object) -> bool:
    """Tell whether a message is valid by a schema."""
    validator: Any = Draft202012Validator(schema)
    return bool(validator.is_valid(message))


def through_the_codec(folder: str, name: str, message: Mapping[str, object]) -> object:
    """Return a message of a type as it is after it was read and written again."""
    text = orjson.dumps(message)
    if folder == "commands":
        command = decode_command(name, message)
        assert isinstance(command, Command), command
        return orjson.loads(encode_command(command))
    if folder == "events":
        return orjson.loads(encode_event(decode_event(name, text)))
    if folder == "levels":
        return orjson.loads(encode_level(decode_level(text)))
    if folder == "orders":
        event = decode_shop_event(name, message)
        assert isinstance(event, ShopEvent), event
        return orjson.loads(TypeAdapter[Any](type(event)).dump_json(event, exclude_none=True))
    [kind] = [kind for kind in RESULTS if type_name(kind) == name]
    return orjson.loads(encode_result(TypeAdapter[Any](kind).validate_json(text)))
