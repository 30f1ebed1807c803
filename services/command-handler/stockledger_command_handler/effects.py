"""What a decision comes to: the events and the answer as the log stores them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from stockledger.amounts import quantity_to_wire
from stockledger.event_log.interface import NewEvent, NewResult
from stockledger.messages.codec import encode_event, encode_result
from stockledger.messages.fields import StreamName
from stockledger.messages.generated import maker_of
from stockledger.messages.item import StockMoved
from stockledger.messages.message import Event
from stockledger.messages.registry import EVENTS, type_name
from stockledger.messages.results import (
    CommandAccepted,
    CommandRejected,
    DetailValue,
    Rejection,
    StreamVersion,
)
from stockledger_command_handler.decoding import ToDecide
from stockledger_command_handler.outgoing import reply_to_json
from stockledger_command_handler.stream_cache import CachedStream
from stockledger_command_handler.stream_view import StreamView

PAYLOAD_BYTES_MAX: Final = 900_000
"""Bytes of an event or answer: with its headers it stays below the broker's 1 MiB."""

BYTES_PER_CHARACTER_MAX: Final = 4
"""Of UTF-8: shorter texts need not be measured."""

NAMED_MAX: Final = 2_000
"""Events that an answer names, and their streams: with the longest ids far below what fits."""

_ACCEPTED: Final = type_name(CommandAccepted)
_REJECTED: Final = type_name(CommandRejected)
_EVENT_TYPES: Final = {event: type_name(event) for event in EVENTS}

_new_event: Final = maker_of(NewEvent)
_new_result: Final = maker_of(NewResult)
_command_accepted: Final = maker_of(CommandAccepted)
_stream_version: Final = maker_of(StreamVersion)


class PayloadTooLarge(Exception):
    """A message would not fit into its topic."""


class Effect(NamedTuple):
    """Events as they are stored, the streams that they belong to, and those streams' versions."""

    events: list[NewEvent]
    streams: list[CachedStream]
    versions: Mapping[StreamName, int]


_effect: Final = maker_of(Effect)

NO_EFFECT: Final = Effect([], [], {})


def effect_of(task: ToDecide, events: Sequence[Event], position: int, view: StreamView) -> Effect:
    """Return events numbered from a position on, and each in its stream.

    Raises:
        NotLoaded: a stream is not in memory.
        PayloadTooLarge: an event would not fit into the topic.
    """
    envelope = task.envelope
    tenant_id, source, command_id = envelope.tenant_id, envelope.source, envelope.id
    metadata = task.metadata
    begun: dict[StreamName, int] = {}
    versions: dict[StreamName, int] = {}
    streams: list[CachedStream] = []
    numbered: list[NewEvent] = []
    for event in events:
        name = event.stream
        stream = view.stream(name)
        streams.append(stream)
        version = versions[name] = versions.get(name, stream.version) + 1
        numbered.append(
            _new_event(
                position=position,
                tenant_id=tenant_id,
                stream=name,
                stream_number=stream.number or begun.setdefault(name, position),
                version=version,
                type=_EVENT_TYPES[type(event)],
                data=_checked(encode_event(event)),
                metadata=metadata,
                command_source=source,
                command_id=command_id,
            )
        )
        position += 1
    return _effect(numbered, streams, versions)


def accepted(
    task: ToDecide,
    now: datetime,
    position: int,
    outcome: Mapping[str, DetailValue],
    effect: Effect,
) -> NewResult:
    """Return the answer to a command that took effect, or was in effect already."""
    envelope = task.envelope
    named = effect.events[:NAMED_MAX]
    versions = effect.versions
    if len(effect.events) > NAMED_MAX:
        versions = {event.stream: versions[event.stream] for event in named}
    data = encode_result(
        _command_accepted(
            command_id=envelope.id,
            command_source=envelope.source,
            command_type=envelope.type,
            tenant_id=envelope.tenant_id,
            decided_at=now,
            partition=task.record.partition,
            position=position,
            streams=_stream_versions(versions),
            events=tuple([event.type for event in named]),
            outcome=dict(outcome),
            more_events=len(effect.events) - len(named) or None,
        )
    )
    return _result(task, _ACCEPTED, data)


def rejected(task: ToDecide, now: datetime, position: int, rejection: Rejection) -> NewResult:
    """Return the answer to a command that is refused."""
    envelope = task.envelope
    data = encode_result(
        CommandRejected(
            command_id=envelope.id,
            command_source=envelope.source,
            command_type=envelope.type,
            tenant_id=envelope.tenant_id,
            decided_at=now,
            partition=task.record.partition,
            position=position,
            code=rejection.code,
            message=rejection.message,
            details=dict(rejection.details),
        )
    )
    return _result(task, _REJECTED, data)


def outcome_of(events: Sequence[Event]) -> dict[str, DetailValue]:
    """Return what the answer says when the decider does not: the item's figures afterwards."""
    for event in reversed(events):
        if isinstance(event, StockMoved):
            levels = event.levels
            return {
                "available": quantity_to_wire(levels.available),
                "on_hand": quantity_to_wire(levels.on_hand),
            }
    return {}


def _stream_versions(versions: Mapping[StreamName, int]) -> tuple[StreamVersion, ...]:
    return tuple(
        [_stream_version(stream=stream, version=version) for stream, version in versions.items()]
    )


def _result(task: ToDecide, result_type: str, data: str) -> NewResult:
    envelope = task.envelope
    return _new_result(
        command_offset=task.record.offset,
        digest=envelope.digest,
        body_hash=envelope.body_hash,
        tenant_id=envelope.tenant_id,
        type=result_type,
        data=_checked(data),
        metadata=task.metadata,
        reply=reply_to_json(envelope.reply) if envelope.reply else None,
    )


def _checked(data: str) -> str:
    if (
        len(data) > PAYLOAD_BYTES_MAX // BYTES_PER_CHARACTER_MAX
        and len(data.encode()) > PAYLOAD_BYTES_MAX
    ):
        message = f"more than {PAYLOAD_BYTES_MAX} bytes"
        raise PayloadTooLarge(message)
    return data
