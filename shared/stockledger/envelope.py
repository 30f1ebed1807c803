"""The CloudEvents envelope of a command, read from a Kafka record without ever raising.

Whose tenant, source and id can be read, can be answered: whatever else is wrong becomes the
`fault` of the envelope. The rest is `Unreadable`: a dead letter.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from typing import Final

from stockledger.cloud_event import (
    REMEMBERED_BYTES_MAX,
    REMEMBERED_TEXTS,
    TENANT_LENGTH_MAX,
    CloudEvent,
    Record,
    is_json,
    open_record,
    recurring_text,
    text_from,
)
from stockledger.command_data import canonical, check_digits, from_base64, parsed
from stockledger.messages.fields import ID_PATTERN, TenantId, time_from_wire
from stockledger.messages.generated import maker_of

COMMAND_ID_LENGTH_MAX: Final = 128
"""Characters of a command's id; with the source it makes the `ce_id` of its result."""

SOURCE_LENGTH_MAX: Final = 256
"""Characters of a command's source."""

TYPE_LENGTH_MAX: Final = 128
"""Characters of a type: ample for every name that a release may ever use."""

ATTRIBUTE_LENGTH_MAX: Final = 256
"""Characters of an actor or a correlation id: they are copied into every event and result."""

TRACE_LENGTH_MAX: Final = 512
"""Characters of a `tracestate` that W3C asks everyone to carry; a longer one is dropped."""

TOPIC_LENGTH_MAX: Final = 249
"""Characters of a topic's name in Kafka."""

REPLY_ECHO_BYTES_MAX: Final = 1_024
"""Bytes of a reply's correlation headers: they are stored with the answer."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TENANT: Final = re.compile(ID_PATTERN.removesuffix("$") + r"\Z")
_TOPIC: Final = re.compile(r"[A-Za-z0-9._-]+\Z")
_TRACE_PARENT: Final = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(-.*)?\Z")
_TRACE_STATE: Final = re.compile(r"[\x20-\x7e]+\Z")
_REPLY_ECHOES: Final = frozenset({"kafka_correlationid", "correlation_id"})
_REPLY_PARTITION_BYTES: Final = 4
_SIGN_BIT: Final = 0x80


@dataclass(frozen=True, slots=True)
class Reply:
    """Where a command asks its answer to be sent; `headers` go back byte for byte."""

    topic: str
    headers: tuple[tuple[str, bytes], ...]
    partition: int | None


@dataclass(slots=True)
class CommandEnvelope:
    """One command as it came; not frozen only because that would cost 1 µs a command.

    `body_hash` (16 bytes, over type and data) tells a repeat from another command under the same
    id; `digest` (hex) stands for tenant, source and id. With a `fault` the command cannot be
    decided: the sentence says what is wrong, `data` is None and `type` may be empty.
    """

    tenant_id: TenantId
    source: str
    id: str
    type: str
    time: datetime
    actor: str | None
    correlation_id: str | None
    traceparent: str | None
    tracestate: str | None
    reply: Reply | None
    data: object
    body_hash: bytes
    digest: str
    fault: str | None


_command_envelope: Final = maker_of(CommandEnvelope)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Nobody can be answered: no tenant, source or id. `reason` is a short slug for a label."""

    reason: str
    explanation: str


def decode_envelope(record: Record) -> CommandEnvelope | Unreadable:
    """Return the command of a record. Never raises, whatever the bytes are."""
    opened = open_record(record)
    if opened is None:
        return Unreadable("malformed_envelope", "the structured CloudEvent is not a JSON object")
    attributes = opened.attributes
    tenant_id = _tenant_from(attributes.get("ce_tenantid"))
    if tenant_id is None:
        return _unreadable(attributes, "tenantid", "tenant")
    source = recurring_text(attributes.get("ce_source"), SOURCE_LENGTH_MAX)
    if source is None:
        return _unreadable(attributes, "source", "source")
    command_id = text_from(attributes.get("ce_id"), COMMAND_ID_LENGTH_MAX)
    if command_id is None:
        return _unreadable(attributes, "id", "id")
    return _envelope(record, opened, tenant_id, source, command_id)


def _unreadable(attributes: Mapping[str, object], attribute: str, slug: str) -> Unreadable:
    name = f"ce_{attribute}"
    if attributes.get(name) is None:
        return Unreadable(f"missing_{slug}", f"there is no {attribute} ({name})")
    return Unreadable(f"invalid_{slug}", f"{attribute} ({name}) is not a valid {slug}")


def _envelope(
    record: Record, opened: CloudEvent, tenant_id: TenantId, source: str, command_id: str
) -> CommandEnvelope:
    attributes = opened.attributes
    faults: list[str] = [] if opened.fault is None else [opened.fault]
    type_name = _type_from(attributes, faults)
    data, body = _data_of(record, opened, faults)
    key = f"{tenant_id}\0{source}\0{command_id}".encode()
    return _command_envelope(
        tenant_id=tenant_id,
        source=source,
        id=command_id,
        type=type_name,
        time=_time_of(record, attributes, faults),
        actor=_optional_text(attributes, "ce_actor", faults),
        correlation_id=_optional_text(attributes, "ce_correlationid", faults),
        traceparent=_trace_from(attributes, "traceparent", _TRACE_PARENT),
        tracestate=_trace_from(attributes, "tracestate", _TRACE_STATE),
        reply=_reply_of(record, attributes, faults),
        data=None if faults else data,
        body_hash=blake2b(type_name.encode() + b"\0" + body, digest_size=16).digest(),
        digest=blake2b(key, digest_size=16).hexdigest(),
        fault=f"The message is faulty: {'; '.join(faults)}." if faults else None,
    )


def _tenant_from(value: object) -> TenantId | None:
    if isinstance(value, bytes) and len(value) <= REMEMBERED_BYTES_MAX:
        return _remembered_tenant(value)
    return _new_tenant(value)


def _new_tenant(value: object) -> TenantId | None:
    text = text_from(value, TENANT_LENGTH_MAX)
    return TenantId(text) if text is not None and _TENANT.match(text) else None


_remembered_tenant: Final = lru_cache(REMEMBERED_TEXTS)(_new_tenant)


def _optional_text(attributes: Mapping[str, object], name: str, faults: list[str]) -> str | None:
    value = attributes.get(name)
    if value is None:
        return None
    text = text_from(value, ATTRIBUTE_LENGTH_MAX)
    if text is None:
        faults.append(f"{name} is not a text of 1 to {ATTRIBUTE_LENGTH_MAX} characters")
    return text


def _type_from(attributes: Mapping[str, object], faults: list[str]) -> str:
    if attributes.get("ce_specversion", b"1.0") not in (b"1.0", "1.0"):
        faults.append("ce_specversion is not 1.0")
    text = recurring_text(attributes.get("ce_type"), TYPE_LENGTH_MAX)
    if text is None:
        faults.append("ce_type is missing or not a type's name")
    return text or ""


def _time_of(record: Record, attributes: Mapping[str, object], faults: list[str]) -> datetime:
    value = attributes.get("ce_time")
    if value is None:
        return _stamped_at(record)
    try:
        return time_from_wire(value.decode() if isinstance(value, bytes) else value)
    except ValueError:
        faults.append("ce_time is not an RFC 3339 time with a zone")
        return _stamped_at(record)


def _stamped_at(record: Record) -> datetime:
    try:
        return _EPOCH + timedelta(milliseconds=record.timestamp)
    except OverflowError:
        return _EPOCH


def _trace_from(
    attributes: Mapping[str, object], name: str, pattern: re.Pattern[str]
) -> str | None:
    """Return a trace header; W3C has a broken one ignored."""
    value = attributes.get(name)
    if value is None:
        return None
    text = text_from(value, TRACE_LENGTH_MAX)
    return text if text is not None and pattern.match(text) else None


def _reply_of(record: Record, attributes: Mapping[str, object], faults: list[str]) -> Reply | None:
    """Return the reply that Spring's headers or FastStream's ask for."""
    wanted = attributes.get("kafka_replytopic") or attributes.get("reply_to")
    if not wanted:
        return None
    topic = text_from(wanted, TOPIC_LENGTH_MAX)
    if topic is None or not _TOPIC.match(topic):
        faults.append("the reply topic is not a topic's name")
        return None
    return Reply(topic, _echoes_of(record, faults), _reply_partition_of(attributes, faults))


def _echoes_of(record: Record, faults: list[str]) -> tuple[tuple[str, bytes], ...]:
    echoes = tuple(
        (name, value)
        for name, value in record.headers
        if value is not None and name.lower() in _REPLY_ECHOES
    )
    if sum(len(value) for _, value in echoes) <= REPLY_ECHO_BYTES_MAX:
        return echoes
    faults.append(f"the reply's correlation is longer than {REPLY_ECHO_BYTES_MAX} bytes")
    return ()


def _reply_partition_of(attributes: Mapping[str, object], faults: list[str]) -> int | None:
    value = attributes.get("kafka_replypartition")
    if value is None:
        return None
    if isinstance(value, bytes) and len(value) == _REPLY_PARTITION_BYTES and value[0] < _SIGN_BIT:
        return int.from_bytes(value, "big")
    faults.append("kafka_replyPartition is not a 4-byte big-endian number")
    return None


def _data_of(record: Record, opened: CloudEvent, faults: list[str]) -> tuple[object, bytes]:
    """Return the data and the bytes that stand for it in the hash."""
    if not is_json(opened.attributes.get("content-type")):
        faults.append("the content type of the data is not JSON")
    event = opened.event
    if event is None:
        return parsed(record.value, faults)
    if "data_base64" in event:
        return from_base64(event["data_base64"], faults)
    if "data" not in event:
        return parsed(None, faults)
    check_digits(record.value or b"", faults)
    return canonical(event["data"], record.value or b"", faults)
