"""Dead letters: a record as it was, and in Spring's headers where it came from and why.

Numbers are binary, big-endian, as Spring Kafka writes them: a partition in 4 bytes, offsets and
times in 8. So the tools that people have for Spring's dead letters read ours.
"""

import traceback
from typing import Final

from stockledger.broker import Record
from stockledger.publisher import OutgoingMessage

RECORD_BYTES_MAX: Final = 1_048_576
"""Bytes of key, value and headers, uncompressed: the broker's own limit is on what is sent."""

EXPLANATION_LENGTH_MAX: Final = 1_000
"""Characters of the cause in a header: a sentence, never a stranger's whole message."""

STACK_TRACE_LENGTH_MAX: Final = 16_000
"""Characters of the stack trace; with the rest below the 1 MiB that the topic has in reserve."""

REASON_HEADER: Final = "inventory_dlt-reason"
"""The slug that the metric `inventory_dead_letters_total` has as its label, too."""

_SPRING: Final = "kafka_dlt-"
_TIMESTAMP_TYPES: Final = {0: b"CreateTime", 1: b"LogAppendTime"}


def dead_letter_message(
    record: Record, group: str, reason: str, explanation: str, error: BaseException | None = None
) -> OutgoingMessage:
    """Return the dead letter of a record that `group` could not take, to be sent as of now.

    Key, value and headers stay as they were; only the headers of an earlier dead letter, when the
    record had been replayed, give way to the new ones. A record that is too large, once its
    producer's compression is undone, is left in its topic: its letter only tells where it is.
    """
    if is_too_large(record):
        too_large = f"{explanation}; the record is left in its topic, for its size"
        added = [*_origin(record, group), *_cause(too_large, error), (REASON_HEADER, _text(reason))]
        return OutgoingMessage(None, None, added, None)
    kept = [
        (name, value)
        for name, value in record.headers
        if not name.startswith(_SPRING) and name != REASON_HEADER
    ]
    added = [*_origin(record, group), *_cause(explanation, error), (REASON_HEADER, _text(reason))]
    return OutgoingMessage(record.key, record.value, kept + added, None)


def is_too_large(record: Record) -> bool:
    """Tell whether a record cannot be published again as it was."""
    headers = sum(len(name) + len(value or b"") for name, value in record.headers)
    return len(record.key or b"") + len(record.value or b"") + headers > RECORD_BYTES_MAX


def _origin(record: Record, group: str) -> list[tuple[str, bytes]]:
    stamped = _TIMESTAMP_TYPES.get(record.timestamp_type, b"NoTimestampType")
    return [
        (f"{_SPRING}original-topic", _text(record.topic)),
        (f"{_SPRING}original-partition", record.partition.to_bytes(4, "big", signed=True)),
        (f"{_SPRING}original-offset", record.offset.to_bytes(8, "big", signed=True)),
        (f"{_SPRING}original-timestamp", record.timestamp.to_bytes(8, "big", signed=True)),
        (f"{_SPRING}original-timestamp-type", stamped),
        (f"{_SPRING}original-consumer-group", _text(group)),
    ]


def _cause(explanation: str, error: BaseException | None) -> list[tuple[str, bytes]]:
    message = (f"{_SPRING}exception-message", _text(explanation[:EXPLANATION_LENGTH_MAX]))
    if error is None:
        return [(f"{_SPRING}exception-fqcn", b"stockledger.envelope.Unreadable"), message]
    trace = "".join(traceback.format_exception(error))[-STACK_TRACE_LENGTH_MAX:]
    headers = [(f"{_SPRING}exception-fqcn", _class_name(error)), message]
    if error.__cause__ is not None:
        headers.append((f"{_SPRING}exception-cause-fqcn", _class_name(error.__cause__)))
    return [*headers, (f"{_SPRING}exception-stacktrace", _text(trace))]


def _class_name(error: BaseException) -> bytes:
    return _text(f"{type(error).__module__}.{type(error).__qualname__}")


def _text(text: str) -> bytes:
    return text.encode(errors="replace")
