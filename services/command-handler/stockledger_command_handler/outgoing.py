"""Outgoing messages: events and answers as CloudEvents in binary mode."""

import base64
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

import orjson

from stockledger.envelope import CommandEnvelope, Reply
from stockledger.event_log.interface import (
    NewEvent,
    NewResult,
    PartitionAppend,
    StoredEvent,
    StoredResult,
)
from stockledger.messages.fields import time_to_wire
from stockledger.messages.generated import maker_of
from stockledger.publisher import OutgoingMessage

SOURCE: Final = b"/stockledger"
NO_METADATA: Final = "{}"

_Headers = list[tuple[str, bytes]]
_HEAD: Final = [
    ("ce_specversion", b"1.0"),
    ("ce_source", SOURCE),
    ("content-type", b"application/json"),
]
_METADATA_HEADERS: Final = {
    "correlationid": "ce_correlationid",
    "actor": "ce_actor",
    "traceparent": "traceparent",
    "tracestate": "tracestate",
}
_NOTHING_GIVEN: Final = (None,) * len(_METADATA_HEADERS)

_outgoing_message: Final = maker_of(OutgoingMessage)


class Stamp(NamedTuple):
    """A time as messages carry it; made once for all messages of a batch."""

    text: bytes
    milliseconds: int

    @classmethod
    def of(cls, time: datetime) -> "Stamp":
        """Return a time's stamp."""
        return cls(time_to_wire(time).encode(), int(time.timestamp() * 1_000))


def metadata_of(envelope: CommandEnvelope) -> str:
    """Return the JSON text of what events and answers take over from a command's envelope."""
    given = (
        envelope.correlation_id,
        envelope.actor,
        envelope.traceparent,
        envelope.tracestate,
    )
    if given == _NOTHING_GIVEN:
        return NO_METADATA
    named = zip(_METADATA_HEADERS, given, strict=True)
    return orjson.dumps({name: value for name, value in named if value is not None}).decode()


def event_message(event: NewEvent | StoredEvent, partition: int, stamp: Stamp) -> OutgoingMessage:
    """Return an event as it is published, its key the tenant."""
    name = event.stream.encode()
    position = event.position
    headers: _Headers = [
        *_HEAD,
        ("ce_id", b"%d-%d" % (partition, position)),
        ("ce_type", event.type.encode()),
        ("ce_time", stamp.text),
        ("ce_subject", name),
        ("ce_tenantid", event.tenant_id.encode()),
        ("ce_causationid", f"{event.command_source}/{event.command_id}".encode()),
        ("ce_partition", b"%d" % partition),
        ("ce_position", b"%d" % position),
        ("ce_stream", name),
        ("ce_streamversion", b"%d" % event.version),
    ]
    if event.metadata != NO_METADATA:
        headers += _metadata_headers(event.metadata)
    return _outgoing_message(
        event.tenant_id.encode(), event.data.encode(), headers, stamp.milliseconds
    )


def event_messages(part: PartitionAppend, stamp: Stamp) -> Iterable[OutgoingMessage]:
    """Return the events of an append as they are published, each made when it is asked for."""
    return (event_message(event, part.partition, stamp) for event in part.events)


def result_message(
    result: NewResult | StoredResult, command: str, stamp: Stamp, echoed: _Headers
) -> OutgoingMessage:
    """Return an answer to `<source>/<id>` as it is published, with a reply's echoed headers."""
    command_id = command.encode()
    headers: _Headers = [
        *_HEAD,
        ("ce_id", command_id),
        ("ce_type", result.type.encode()),
        ("ce_time", stamp.text),
        ("ce_tenantid", result.tenant_id.encode()),
        ("ce_causationid", command_id),
        *echoed,
    ]
    if result.metadata != NO_METADATA:
        headers += _metadata_headers(result.metadata)
    return _outgoing_message(
        result.tenant_id.encode(), result.data.encode(), headers, stamp.milliseconds
    )


def named(command: CommandEnvelope) -> str:
    """Return `<source>/<id>` of a command."""
    return f"{command.source}/{command.id}"


def command_of(result: StoredResult) -> str:
    """Return `<source>/<id>` of the command that a stored answer answers."""
    data = orjson.loads(result.data)
    return f"{data['command_source']}/{data['command_id']}"


def reply_to_json(reply: Reply) -> str:
    """Return the JSON text under which a reply's address is stored with its answer."""
    headers = [[name, base64.b64encode(value).decode()] for name, value in reply.headers]
    stored = {"topic": reply.topic, "partition": reply.partition, "headers": headers}
    return orjson.dumps(stored).decode()


def reply_from_json(text: str) -> Reply:
    """Return the reply's address that was stored with an answer."""
    stored: dict[str, Any] = orjson.loads(text)
    headers = tuple((name, base64.b64decode(value)) for name, value in stored["headers"])
    return Reply(topic=stored["topic"], headers=headers, partition=stored["partition"])


def _metadata_headers(metadata: str) -> Sequence[tuple[str, bytes]]:
    values: Mapping[str, str] = orjson.loads(metadata)
    return [(_METADATA_HEADERS[name], value.encode()) for name, value in values.items()]
