"""The AsyncAPI 3.0 document: channels, messages with their headers, operations, replies."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from stockledger.config import Settings
from stockledger.contract import headers
from stockledger.contract.schemas import Schema, schemas_by_folder
from stockledger.topics import Topics

Document = dict[str, Any]

_BINDING: Final = {"bindingVersion": "0.5.0"}
_DEAD_LETTER: Final = "DeadLetter"
_ADDRESSES: Final[Mapping[str, tuple[str, str]]] = {
    "commands": ("commands", "What is to be decided; each is answered with one result."),
    "results": ("results", "Accepted or refused: the answer to each command, once or repeated."),
    "events": ("events", "What was decided, in the order of each partition's positions."),
    "levels": ("levels", "The current figures of every item, compacted by tenant/warehouse/sku."),
    "orders": ("orders", "What happened to the orders and carts of shops; each becomes a command."),
    "deadLetters": ("commands_dead_letters", "Commands that nobody can be answered for, as sent."),
    "ordersDeadLetters": ("orders_dead_letters", "What no command can be made of, as sent."),
}
_INTRODUCTION: Final = (
    "Stockledger keeps the stock of many tenants in many warehouses. Commands, results and "
    "events are CloudEvents 1.0 in Kafka's binary mode; commands may come in structured mode "
    "(`application/cloudevents+json`), too. Their key is the tenant, whose partition is that of "
    "Kafka's default partitioner (murmur2). Shops may say what happened to their orders and carts "
    "instead of sending commands."
)
_DESCRIBED_CONFIGURATION: Final = frozenset(
    {"cleanup.policy", "retention.ms", "delete.retention.ms", "max.message.bytes"}
)
_FILE_KEYS: Final = frozenset({"$schema", "$id", "examples"})
_KEPT_KEY: Final = "The key of the record as it was."
_KEYS: Final = {
    "levels": "tenant/warehouse/sku",
    "orders": "Whatever keeps the events of a cart and its order in one partition.",
    "deadLetters": _KEPT_KEY,
}
_GROUPS: Final = {
    "commands": "stockledger.command-handler",
    "orders": "stockledger.order-intake",
}
_HEADERS: Final[Mapping[str, Schema]] = {
    "commandsHeaders": headers.read_headers(headers.COMMAND_HEADERS),
    "resultsHeaders": headers.written_headers(headers.RESULT_HEADERS),
    "eventsHeaders": headers.written_headers(headers.EVENT_HEADERS),
    "levelsHeaders": headers.written_headers(headers.LEVEL_HEADERS),
    "ordersHeaders": headers.read_headers(headers.ORDER_HEADERS),
    "deadLettersHeaders": headers.written_headers(headers.DEAD_LETTER_HEADERS),
}
_OPERATIONS: Final = (
    ("receiveCommand", "receive", "commands", "Decide a command and answer it."),
    ("sendResult", "send", "results", "Answer a command that names no reply topic."),
    ("sendEvent", "send", "events", "Publish what was decided."),
    ("sendLevel", "send", "levels", "Publish an item's figures after its change."),
    ("receiveShopEvent", "receive", "orders", "Make a command of what happened in a shop."),
    ("sendDeadLetter", "send", "deadLetters", "Set aside what cannot be answered."),
    ("sendOrderDeadLetter", "send", "ordersDeadLetters", "Set aside what cannot be translated."),
)


def asyncapi_document() -> Document:
    """Return the document for topics without a prefix and the default number of partitions."""
    settings = Settings.model_construct()
    messages = _messages()
    channels = {name: _channel(name, settings, sorted(messages[name])) for name in _ADDRESSES}
    return {
        "asyncapi": "3.0.0",
        "info": _info(),
        "defaultContentType": "application/json",
        "servers": {"kafka": _server()},
        "channels": {**channels, "replies": _replies(sorted(messages["results"]))},
        "operations": {name: _operation(*rest) for name, *rest in _OPERATIONS},
        "components": {
            "messages": {
                name: message for group in messages.values() for name, message in group.items()
            },
            "schemas": _HEADERS,
        },
    }


def _info() -> Document:
    return {
        "title": "Stockledger",
        "version": "1.0.0",
        "description": _INTRODUCTION,
    }


def _server() -> Document:
    bootstrap = {"description": "A broker's host and port.", "default": "localhost:9092"}
    return {
        "host": "{bootstrap}",
        "protocol": "kafka",
        "description": "The Kafka cluster that INVENTORY_KAFKA_BOOTSTRAP_SERVERS names.",
        "variables": {"bootstrap": bootstrap},
    }


def _channel(name: str, settings: Settings, messages: Sequence[str]) -> Document:
    attribute, description = _ADDRESSES[name]
    topics = Topics.of(settings)
    address: str = getattr(topics, attribute)
    partitions = {} if address in topics.of_any_shape else {"partitions": settings.partitions}
    binding = {
        "topic": address,
        **partitions,
        "topicConfiguration": _configuration(topics.configurations()[address]),
        **_BINDING,
    }
    return {
        "address": address,
        "description": description,
        "messages": {message: _reference("components/messages", message) for message in messages},
        "bindings": {"kafka": binding},
    }


def _replies(messages: Sequence[str]) -> Document:
    return {
        "address": None,
        "description": "A topic of the asker's own, which his command names in a header.",
        "messages": {message: _reference("components/messages", message) for message in messages},
    }


def _configuration(configured: Mapping[str, str]) -> Document:
    return {
        name: [value] if name == "cleanup.policy" else int(value)
        for name, value in configured.items()
        if name in _DESCRIBED_CONFIGURATION
    }


def _operation(action: str, channel: str, summary: str) -> Document:
    operation: Document = {
        "action": action,
        "channel": _reference("channels", channel),
        "summary": summary,
    }
    if channel in _GROUPS:
        group = {"type": "string", "const": _GROUPS[channel]}
        operation["bindings"] = {"kafka": {"groupId": group, **_BINDING}}
    if channel == "commands":
        operation["reply"] = {
            "address": {
                "location": "$message.header#/kafka_replyTopic",
                "description": "When it is one of the allowed topics; else the results topic.",
            },
            "channel": _reference("channels", "replies"),
        }
    return operation


def _messages() -> Mapping[str, Mapping[str, Document]]:
    """Return the messages of each channel, by their names."""
    typed = {
        channel: {name: _message(channel, name, schema) for name, schema in schemas.items()}
        for channel, schemas in schemas_by_folder().items()
    }
    dead_letters = {_DEAD_LETTER: _dead_letter()}
    return {**typed, "deadLetters": dead_letters, "ordersDeadLetters": dead_letters}


def _message(channel: str, name: str, schema: Schema) -> Document:
    common = f"{channel}Headers"
    common_headers = _reference("components/schemas", common)
    typed = {"type": "object", "properties": {"ce_type": {"type": "string", "const": name}}}
    is_event = "ce_type" in _HEADERS[common]["required"]
    return {
        "name": name,
        "title": name,
        "summary": schema["description"],
        "contentType": "application/json",
        "headers": {"allOf": [common_headers, typed]} if is_event else common_headers,
        "payload": {key: value for key, value in schema.items() if key not in _FILE_KEYS},
        "bindings": {"kafka": _key_binding(channel)},
        "examples": [
            {
                "name": name,
                "headers": headers.headers_example(_HEADERS[common], name),
                "payload": schema["examples"][0],
            }
        ],
    }


def _dead_letter() -> Document:
    return {
        "name": _DEAD_LETTER,
        "title": "A dead letter",
        "summary": "A record as it was sent, its headers kept, with Spring's headers added.",
        "headers": _reference("components/schemas", "deadLettersHeaders"),
        "bindings": {"kafka": _key_binding("deadLetters")},
    }


def _key_binding(channel: str) -> Document:
    return {"key": {"type": "string", "description": _KEYS.get(channel, "The tenant.")}, **_BINDING}


def _reference(path: str, name: str) -> Document:
    return {"$ref": f"#/{path}/{name}"}
