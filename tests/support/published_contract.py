"""What lies in real topics, held against the published contract."""

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

import orjson
from confluent_kafka import Message
from jsonschema import Draft202012Validator

from stockledger.config import Settings
from stockledger.contract.asyncapi import asyncapi_document
from stockledger.contract.schemas import Schema
from stockledger.messages.level import LEVEL_TYPE
from stockledger.topics import Topics
from tests.support.contract_messages import FOLDERS
from tests.support.shop import Tail, headers_of

EACH_MAX: Final = 100
"""Messages of a type that are looked at: the next ones are like them."""

DOCUMENT: Final = asyncapi_document()
CHANNELS: Final = ("results", "events", "levels", "orders")


def published_types(settings: Settings) -> tuple[set[str], set[str]]:
    """Return the types that lie in the topics, and what of their messages breaks the contract."""
    seen: Counter[str] = Counter()
    breaches: set[str] = set()
    for channel in CHANNELS:
        with Tail(settings, getattr(Topics.of(settings), channel)) as tail:
            for message in tail.read_all():
                headers = {name: text.decode() for name, text in headers_of(message).items()}
                name = headers.get("ce_type", LEVEL_TYPE)
                seen[name] += 1
                if seen[name] <= EACH_MAX:
                    breaches.update(_breaches(channel, name, headers, message))
    return set(seen), breaches


def _breaches(
    channel: str, name: str, headers: Mapping[str, str], message: Message
) -> Iterator[str]:
    payload = orjson.loads(message.value() or b"null")
    for part, checked in (("payload", payload), ("headers", headers)):
        for error in _validator(channel, name, part).iter_errors(checked):
            yield f"{name} {part}: {error.json_path} {error.message}"
    promised = _headers(channel)["properties"].keys() | {"ce_type"}
    yield from (f"{name}: header {extra}" for extra in headers.keys() - promised)


@cache
def _validator(channel: str, name: str, part: str) -> Any:  # noqa: ANN401 - untyped library
    schema = FOLDERS[channel][name] if part == "payload" else _headers(channel)
    validator: Any = Draft202012Validator(schema)
    return validator


@cache
def _headers(channel: str) -> Schema:
    schema: Schema = DOCUMENT["components"]["schemas"][f"{channel}Headers"]
    return schema
