"""The headers of the messages in each topic, as JSON Schemas and as examples.

A header's value is bytes; the schema describes the text that they are in UTF-8, or says that they
are a binary number.
"""

from collections.abc import Mapping
from typing import Any, Final

Schema = dict[str, Any]

_TIME: Final = "2026-11-21T09:00:00.125000Z"
_TRACE: Final = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
_COMMAND: Final = "/shop/berlin/receive-1001"


def _text(description: str, example: str, **limits: object) -> Schema:
    return {"type": "string", "description": description, **limits, "examples": [example]}


def _constant(value: str) -> Schema:
    return {"type": "string", "const": value}


_ENVELOPE: Final[Mapping[str, Schema]] = {
    "ce_specversion": _constant("1.0"),
    "content-type": _constant("application/json"),
}
_TRACING: Final[Mapping[str, Schema]] = {
    "traceparent": _text("W3C trace context; a broken one is ignored.", _TRACE),
    "tracestate": _text("W3C trace state.", "shop=1", maxLength=512),
}
_ACTOR: Final = _text("Who asks, as claimed; approvals need it.", "ada@example.com", maxLength=256)
_CORRELATION: Final = _text(
    "Joins what belongs together; copied into result and events.", "order-1001", maxLength=256
)
_TENANT: Final = _text(
    "The tenant, which routes the message.", "acme", pattern="^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$"
)
_OURS: Final[Mapping[str, Schema]] = {**_ENVELOPE, "ce_source": _constant("/stockledger")}
_CAUSATION: Final = _text("The command's source and id, joined by a slash.", _COMMAND)

COMMAND_HEADERS: Final[Mapping[str, Schema]] = {
    **_ENVELOPE,
    "ce_id": _text("Unique for its tenant and source.", "receive-1001", minLength=1, maxLength=128),
    "ce_source": _text("Who sends.", "/shop/berlin", minLength=1, maxLength=256),
    "ce_tenantid": _TENANT,
    "ce_time": _text("When it was sent; the record's timestamp without it.", _TIME),
    "ce_actor": _ACTOR,
    "ce_correlationid": _CORRELATION,
    **_TRACING,
    "kafka_replyTopic": _text(
        "A topic for the result, out of the allowed ones.", "shop.results.v1", maxLength=249
    ),
    "kafka_correlationId": _text("Opaque bytes, echoed to the reply topic.", "5f1c…"),
    "kafka_replyPartition": _text(
        "The reply topic's partition: 4 bytes, big-endian.", "\0\0\0\x03"
    ),
    "reply_to": _text("As kafka_replyTopic, for FastStream's clients.", "shop.results.v1"),
    "correlation_id": _text("As kafka_correlationId, for FastStream's clients.", "5f1c…"),
}
ORDER_HEADERS: Final[Mapping[str, Schema]] = {
    **COMMAND_HEADERS,
    "ce_id": _text(
        "Unique for its tenant and source; the command's is `orders.events:` and this.",
        "event-3001",
        minLength=1,
        maxLength=114,
    ),
}
EVENT_HEADERS: Final[Mapping[str, Schema]] = {
    **_OURS,
    "ce_id": _text("Partition and position, joined by a hyphen.", "3-1042"),
    "ce_time": _text("When it was recorded.", _TIME),
    "ce_tenantid": _TENANT,
    "ce_subject": _text("The stream.", "item/NORTH/LAMP"),
    "ce_causationid": _CAUSATION,
    "ce_partition": _text("The partition, decimal.", "3"),
    "ce_position": _text(
        "The position, decimal: one higher with each event of the partition. A subscriber that "
        "keeps the last one drops repeats and sees gaps.",
        "1042",
    ),
    "ce_stream": _text("The stream.", "item/NORTH/LAMP"),
    "ce_streamversion": _text("The stream's version with this event, decimal.", "3"),
    "ce_correlationid": _CORRELATION,
    "ce_actor": _ACTOR,
    **_TRACING,
}
RESULT_HEADERS: Final[Mapping[str, Schema]] = {
    **_OURS,
    "ce_id": _text("The command's source and id, joined by a slash.", _COMMAND),
    "ce_time": _text("When it was decided.", _TIME),
    "ce_tenantid": _TENANT,
    "ce_causationid": _CAUSATION,
    "ce_correlationid": _CORRELATION,
    "ce_actor": _ACTOR,
    **_TRACING,
    "kafka_correlationId": _text("The command's, byte for byte.", "5f1c…"),
    "correlation_id": _text("The command's, byte for byte.", "5f1c…"),
}
LEVEL_HEADERS: Final[Mapping[str, Schema]] = {"content-type": _constant("application/json")}
DEAD_LETTER_HEADERS: Final[Mapping[str, Schema]] = {
    "inventory_dlt-reason": _text("The cause as a slug.", "missing_tenant"),
    "kafka_dlt-exception-message": _text("The cause as a sentence.", "there is no tenantid"),
    "kafka_dlt-exception-fqcn": _text("The class of the error.", "stockledger.envelope.Unreadable"),
    "kafka_dlt-exception-cause-fqcn": _text("The class of its cause.", "builtins.ValueError"),
    "kafka_dlt-exception-stacktrace": _text("The stack trace.", "Traceback …"),
    "kafka_dlt-original-topic": _text("Where it came from.", "inventory.commands.v1"),
    "kafka_dlt-original-partition": _text("4 bytes, big-endian.", "\0\0\0\x03"),
    "kafka_dlt-original-offset": _text("8 bytes, big-endian.", "\0\0\0\0\0\0\x04\x12"),
    "kafka_dlt-original-timestamp": _text("ms since 1970, 8 bytes, big-endian.", "\0" * 8),
    "kafka_dlt-original-timestamp-type": _text("CreateTime or LogAppendTime.", "CreateTime"),
    "kafka_dlt-original-consumer-group": _text(
        "Who could not take it.", "stockledger.command-handler"
    ),
}

_OPTIONAL: Final = frozenset(
    {
        "ce_correlationid",
        "ce_actor",
        *_TRACING,
        "kafka_correlationId",
        "correlation_id",
        "kafka_dlt-exception-cause-fqcn",
        "kafka_dlt-exception-stacktrace",
    }
)


def read_headers(headers: Mapping[str, Schema]) -> Schema:
    """Return the schema of the headers of what strangers write, but for its type."""
    required = ["ce_id", "ce_source", "ce_tenantid", "ce_type"]
    return {"type": "object", "required": required, "properties": dict(headers)}


def written_headers(headers: Mapping[str, Schema]) -> Schema:
    """Return the schema of the headers of what we write, but for its type."""
    typed = ["ce_type"] if "ce_id" in headers else []
    required = typed + [name for name in headers if name not in _OPTIONAL]
    return {"type": "object", "required": required, "properties": dict(headers)}


def headers_example(schema: Schema, type_name: str) -> dict[str, str]:
    """Return an example of the required headers of a message of a type."""
    properties: Mapping[str, Schema] = {**schema["properties"], "ce_type": _constant(type_name)}
    return {
        name: properties[name].get("const") or properties[name]["examples"][0]
        for name in schema["required"]
    }
