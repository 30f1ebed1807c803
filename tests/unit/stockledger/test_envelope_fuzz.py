"""Whatever bytes come, a record is a command, a refusal or a dead letter, and never an error."""

import json

import orjson
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stockledger.dead_letters import dead_letter_message
from stockledger.envelope import CommandEnvelope, Unreadable, decode_envelope
from stockledger.messages.codec import decode_command
from stockledger.messages.message import Command
from stockledger.messages.registry import COMMAND_TYPES
from stockledger.messages.results import Rejection
from tests.support.records import BINARY, RECEIVE_LAMPS, STRUCTURED, binary, record

NAMES = (*BINARY, "ce_actor", "ce_correlationid", "traceparent", "tracestate")
REPLY_NAMES = ("kafka_replyTopic", "kafka_correlationId", "kafka_replyPartition", "reply_to")
CONTENT_TYPES = (b"application/cloudevents+json", b"application/json", b"text/plain")

TEXTS = st.text(st.characters(codec="utf-8"), max_size=140)
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)
FIELDS = st.sampled_from(
    [*RECEIVE_LAMPS, "reason", "reference", "effective_at", "expected_version"]
)
ALMOST_COMMANDS = st.dictionaries(FIELDS, JSON, max_size=3).map(
    lambda changed: {**RECEIVE_LAMPS, **changed}
)
ATTRIBUTES = st.sampled_from([*STRUCTURED, "data", "data_base64", "datacontenttype", "actor"])
ALMOST_EVENTS = st.dictionaries(ATTRIBUTES, JSON, max_size=3).map(
    lambda changed: {**STRUCTURED, "data": dict(RECEIVE_LAMPS), **changed}
)


def as_json(value: object) -> bytes:
    """JSON by the standard library: with it come long integers, which orjson does not write."""
    return json.dumps(value).encode()


def mutilated(text: bytes, place: int, byte: int) -> bytes:
    place %= len(text) + 1
    return text[:place] + bytes([byte]) + text[place + 1 :]


WHOLE = (ALMOST_COMMANDS | ALMOST_EVENTS | JSON).map(as_json)
VALUES = (
    st.none()
    | st.binary(max_size=200)
    | WHOLE
    | st.builds(mutilated, WHOLE, st.integers(0, 500), st.integers(0, 255))
)
HEADER_VALUES = (
    st.none()
    | st.binary(max_size=300)
    | TEXTS.map(str.encode)
    | st.sampled_from([*BINARY.values(), *CONTENT_TYPES])
)
HEADER_NAMES = st.sampled_from([*NAMES, *REPLY_NAMES, *map(str.upper, NAMES)]) | st.text(max_size=9)
EXTRA_HEADERS = st.lists(st.tuples(HEADER_NAMES, HEADER_VALUES), max_size=4)
HEADERS = EXTRA_HEADERS | EXTRA_HEADERS.map(lambda extra: [*BINARY.items(), *extra])
TIMESTAMPS = st.integers(-(2**63), 2**63 - 1)


@settings(max_examples=400, deadline=None)
@given(VALUES, HEADERS, TIMESTAMPS)
@example(b"[" * 1_000_000, list(BINARY.items()), 0)
@example(b'{"a":' * 1_000 + b"1" + b"}" * 1_000, list(BINARY.items()), 0)
@example(b'"' + b"1" * 1_000_000 + b'"', list(BINARY.items()), 0)
@example(b'"' + b'\\"1.' * 250_000 + b'"', list(BINARY.items()), 0)
@example(b"{}", [*BINARY.items(), ("ce_type", b"\xf0" * 1_000_000)], 0)
def test_any_record_has_an_outcome(
    value: bytes | None, headers: list[tuple[str, bytes | None]], timestamp_ms: int
) -> None:
    message = record(value, headers, timestamp_ms)
    outcome = decode_envelope(message)
    if isinstance(outcome, Unreadable):
        assert dead_letter_message(message, "handlers", outcome.reason, outcome.explanation)
        return
    assert_storable(outcome)
    if outcome.fault is None:
        assert_decided_about(outcome.type, outcome.data)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(COMMAND_TYPES)), ALMOST_COMMANDS | JSON)
def test_any_data_is_a_command_or_a_refusal(type_name: str, data: object) -> None:
    outcome = decode_envelope(binary(raw=as_json(data), type=type_name.encode()))
    assert isinstance(outcome, CommandEnvelope)
    if outcome.fault is None:
        assert_decided_about(outcome.type, outcome.data)


def assert_storable(envelope: CommandEnvelope) -> None:
    """PostgreSQL takes all texts, and Kafka takes them back as headers."""
    texts = [envelope.source, envelope.id, envelope.type, envelope.actor, envelope.correlation_id]
    texts += [envelope.traceparent, envelope.tracestate]
    for text in texts:
        assert text is None or (text.encode().decode() == text and "\0" not in text)
    assert len(envelope.body_hash) == 16
    assert envelope.time.tzinfo is not None


def assert_decided_about(type_name: str, data: object) -> None:
    decoded = decode_command(type_name, data)
    if isinstance(decoded, Rejection):
        stored = orjson.dumps({"message": decoded.message, **decoded.details})
        assert b"\\u0000" not in stored
        assert len(stored) < 5_000
    else:
        assert isinstance(decoded, Command)
