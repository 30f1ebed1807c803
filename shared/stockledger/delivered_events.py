"""An event as a subscriber gets it: from the events topic, or from the log when that has a gap."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, Protocol

import orjson

from stockledger.errors import UnknownMessage
from stockledger.event_log.interface import StoredEvent
from stockledger.messages.fields import StreamName, TenantId, time_from_wire
from stockledger.messages.registry import EVENT_TYPES

TEXTS_REMEMBERED: Final = 16_384
"""Tenants, times and types kept decoded: a batch repeats them."""


Headers = dict[str, bytes]


class EventRecord(Protocol):
    """What is read of aiokafka's ConsumerRecord; `timestamp` in ms since 1970."""

    @property
    def partition(self) -> int: ...
    @property
    def offset(self) -> int: ...
    @property
    def timestamp(self) -> int: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def headers(self) -> Sequence[tuple[str, bytes]]: ...


@dataclass(slots=True)
class DeliveredEvent:
    """One event. `data` is its JSON; `body` parses it once for all who fold it.

    `command` is `<source>/<id>` of the command that caused it, as in `ce_causationid`; `offset`
    is its place in the events topic, None when it came from the log.
    """

    partition: int
    position: int
    tenant_id: TenantId
    stream: StreamName
    version: int
    type: str
    recorded_at: datetime
    actor: str | None
    correlation_id: str | None
    command: str
    data: bytes | str
    offset: int | None
    _body: dict[str, Any] | None = field(default=None, repr=False)

    def body(self) -> dict[str, Any]:
        """Return the event's fields as JSON values; numbers are as on the wire."""
        body = self._body
        if body is None:
            body = self._body = orjson.loads(self.data)
        return body


def position_of(record: EventRecord, headers: Headers) -> int:
    """Return the position of a record of the events topic; `UnknownMessage` when it has none."""
    try:
        return int(headers["ce_position"])
    except (KeyError, ValueError) as error:
        raise _not_understood(record, error) from error


def event_of_record(record: EventRecord, headers: Headers, position: int) -> DeliveredEvent:
    """Read a record of the events topic; `UnknownMessage` when it is not ours to understand."""
    try:
        return DeliveredEvent(
            record.partition,
            position,
            TenantId(_text(headers["ce_tenantid"])),
            StreamName(headers["ce_stream"].decode()),
            int(headers["ce_streamversion"]),
            _known_type(headers["ce_type"]),
            _time(headers["ce_time"]),
            _optional(headers.get("ce_actor")),
            _optional(headers.get("ce_correlationid")),
            headers["ce_causationid"].decode(),
            record.value or b"",
            record.offset,
        )
    except (KeyError, ValueError) as error:
        raise _not_understood(record, error) from error


def event_of_log(stored: StoredEvent) -> DeliveredEvent:
    """Take an event of the log; `UnknownMessage` when its type is a newer release's."""
    if stored.type not in EVENT_TYPES:
        raise UnknownMessage(f"{stored.type} at {stored.partition}-{stored.position}")
    metadata: dict[str, str] = {} if stored.metadata == "{}" else orjson.loads(stored.metadata)
    return DeliveredEvent(
        stored.partition,
        stored.position,
        stored.tenant_id,
        stored.stream,
        stored.version,
        stored.type,
        stored.recorded_at,
        metadata.get("actor"),
        metadata.get("correlationid"),
        f"{stored.command_source}/{stored.command_id}",
        stored.data,
        None,
    )


@lru_cache(maxsize=TEXTS_REMEMBERED)
def _text(encoded: bytes) -> str:
    return encoded.decode()


@lru_cache(maxsize=TEXTS_REMEMBERED)
def _time(encoded: bytes) -> datetime:
    return time_from_wire(encoded.decode())


@lru_cache(maxsize=TEXTS_REMEMBERED)
def _known_type(encoded: bytes) -> str:
    name = encoded.decode()
    if name not in EVENT_TYPES:
        raise UnknownMessage(f"type {name}")
    return name


def _optional(encoded: bytes | None) -> str | None:
    return None if encoded is None else encoded.decode()


def _not_understood(record: EventRecord, error: Exception) -> UnknownMessage:
    return UnknownMessage(f"offset {record.offset} of partition {record.partition}: {error!r}")
