"""A dead letter is the record as it was, with Spring's headers around it."""

from stockledger.dead_letters import (
    EXPLANATION_LENGTH_MAX,
    REASON_HEADER,
    STACK_TRACE_LENGTH_MAX,
    dead_letter_message,
)
from tests.support.records import BINARY, STAMPED_MS, binary, record

GROUP = "stockledger.command-handler"


def failure() -> RuntimeError:
    lamps: dict[str, int] = {}
    try:
        lamps.pop("LAMP")
    except KeyError as cause:
        error = RuntimeError("no such lamp")
        error.__cause__ = cause
        return error
    raise AssertionError


def test_key_value_and_headers_stay_as_they_were() -> None:
    odd = [("ce_id", b"\xff\x00"), ("ce_id", b"again"), ("X", b"")]
    letter = dead_letter_message(record(b"\x00{", odd), GROUP, "invalid_id", "not an id")
    assert (letter.key, letter.value) == (b"acme", b"\x00{")
    assert list(letter.headers)[:3] == odd


def test_a_tombstone_stays_one() -> None:
    letter = dead_letter_message(record(None), GROUP, "missing_tenant", "none")
    assert letter.value is None


def test_a_header_without_a_value_stays_one() -> None:
    letter = dead_letter_message(record(b"{}", [("ce_id", None)]), GROUP, "missing_id", "none")
    assert [value for name, value in letter.headers if name == "ce_id"] == [None]


def test_the_origin_is_told_in_springs_headers() -> None:
    headers = dict(dead_letter_message(binary(), GROUP, "missing_id", "there is no id").headers)
    assert headers["kafka_dlt-original-topic"] == b"inventory.commands.v1"
    assert headers["kafka_dlt-original-partition"] == b"\0\0\0\x03"
    assert headers["kafka_dlt-original-offset"] == b"\0\0\0\0\0\0\x04\x12"
    assert headers["kafka_dlt-original-timestamp"] == STAMPED_MS.to_bytes(8, "big")
    assert headers["kafka_dlt-original-timestamp-type"] == b"CreateTime"
    assert headers["kafka_dlt-original-consumer-group"] == GROUP.encode()


def test_the_cause_is_told() -> None:
    headers = dict(dead_letter_message(binary(), GROUP, "missing_id", "there is no id").headers)
    assert headers[REASON_HEADER] == b"missing_id"
    assert headers["kafka_dlt-exception-message"] == b"there is no id"
    assert headers["kafka_dlt-exception-fqcn"] == b"stockledger.envelope.Unreadable"
    assert "kafka_dlt-exception-stacktrace" not in headers


def test_an_error_is_told_with_its_cause_and_trace() -> None:
    headers = dict(dead_letter_message(binary(), GROUP, "bug", "no lamp", failure()).headers)
    assert headers["kafka_dlt-exception-fqcn"] == b"builtins.RuntimeError"
    assert headers["kafka_dlt-exception-cause-fqcn"] == b"builtins.KeyError"
    assert b"KeyError: 'LAMP'" in headers["kafka_dlt-exception-stacktrace"]


def test_what_is_added_is_bounded() -> None:
    error = RuntimeError("\ud800" * 1_000_000)
    letter = dead_letter_message(binary(), GROUP, "bug", "e" * 1_000_000, error)
    added = sum(len(value) for name, value in letter.headers if name not in BINARY)
    assert added < 4 * (EXPLANATION_LENGTH_MAX + STACK_TRACE_LENGTH_MAX) + 1_000


def test_a_letter_that_was_replayed_and_failed_again_does_not_grow() -> None:
    first = dead_letter_message(binary(), GROUP, "bug", "no lamp", failure())
    second = dead_letter_message(
        record(first.value, list(first.headers)), GROUP, "missing_id", "there is no id"
    )
    assert dict(second.headers)[REASON_HEADER] == b"missing_id"
    assert len(second.headers) < len(first.headers)
