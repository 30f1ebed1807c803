"""A command is read from its record whatever mode it comes in, and what is wrong is said."""

import base64
from datetime import UTC, datetime

import orjson
import pytest

from stockledger.cloud_event import Record
from stockledger.envelope import CommandEnvelope, Reply, Unreadable, decode_envelope
from tests.support.records import BINARY, RECEIVE_LAMPS, binary, record, structured

SENT = datetime(2026, 11, 21, 9, 0, 0, 125_000, tzinfo=UTC)
STAMPED = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
TRACE = b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def decoded(message: Record) -> CommandEnvelope:
    envelope = decode_envelope(message)
    assert isinstance(envelope, CommandEnvelope), envelope
    return envelope


def fault_of(message: Record) -> str | None:
    envelope = decoded(message)
    assert (envelope.data is None) == (envelope.fault is not None)
    return said(envelope.fault)


def said(fault: str | None) -> str | None:
    """What is between the words that every fault begins and ends with."""
    if fault is None:
        return None
    assert fault.startswith("The message is faulty: ")
    assert fault.endswith(".")
    return fault.removeprefix("The message is faulty: ").removesuffix(".")


def with_headers(*headers: tuple[str, bytes | None]) -> CommandEnvelope:
    return decoded(record(orjson.dumps(RECEIVE_LAMPS), [*BINARY.items(), *headers]))


def test_binary_mode_is_read() -> None:
    envelope = decoded(
        binary(time=BINARY["ce_time"], actor="Ada Åberg".encode(), correlationid=b"order-7")
    )
    assert (envelope.tenant_id, envelope.source, envelope.id) == (
        "acme",
        "/shop/berlin",
        "receive-1001",
    )
    assert (envelope.type, envelope.time) == ("stockledger.ReceiveStock.v1", SENT)
    assert (envelope.actor, envelope.correlation_id) == ("Ada Åberg", "order-7")
    assert (envelope.data, envelope.fault, envelope.reply) == (RECEIVE_LAMPS, None, None)


def test_structured_mode_is_read_into_the_same_command() -> None:
    assert decoded(structured()) == decoded(binary())


@pytest.mark.parametrize(
    "content_type",
    [b"application/cloudevents", b"Application/CloudEvents+JSON; charset=utf-8"],
)
def test_structured_mode_is_known_by_its_content_type_in_any_case(content_type: bytes) -> None:
    assert decoded(structured([("Content-Type", content_type)])) == decoded(binary())


def test_one_line_of_a_console_producer_is_a_command() -> None:
    assert decoded(structured(headers=())) == decoded(binary())


def test_base64_data_is_read_as_the_json_that_it_is() -> None:
    text = base64.b64encode(orjson.dumps(RECEIVE_LAMPS)).decode()
    envelope = decoded(structured(data=None, data_base64=text, datacontenttype="application/json"))
    assert envelope == decoded(binary())


def test_header_names_compare_without_case() -> None:
    headers = [(name.upper(), value) for name, value in BINARY.items()]
    assert decoded(record(orjson.dumps(RECEIVE_LAMPS), headers)) == decoded(binary())


def test_of_a_repeated_header_the_last_counts() -> None:
    assert with_headers(("CE_TenantId", b"globex")).tenant_id == "globex"


def test_a_command_without_a_time_was_sent_when_its_record_was_stamped() -> None:
    assert decoded(binary(time=None)).time == STAMPED


@pytest.mark.parametrize("timestamp_ms", [-1, -(2**63), 2**63 - 1])
def test_a_timestamp_that_is_none_is_long_ago(timestamp_ms: int) -> None:
    message = record(b"{}", [(n, v) for n, v in BINARY.items() if n != "ce_time"], timestamp_ms)
    assert decoded(message).time <= datetime(1970, 1, 1, tzinfo=UTC)


def test_the_offset_of_a_time_is_resolved() -> None:
    assert decoded(binary(time=b"2026-11-21T10:00:00.125+01:00")).time == SENT


def test_the_trace_goes_on_and_a_broken_one_is_ignored() -> None:
    assert with_headers(("traceparent", TRACE)).traceparent == TRACE.decode()
    assert decoded(structured(traceparent=TRACE.decode())).traceparent == TRACE.decode()
    broken = with_headers(("traceparent", b"\xff"), ("tracestate", b"shop=\n1"))
    assert (broken.traceparent, broken.tracestate, broken.fault) == (None, None, None)


@pytest.mark.parametrize(
    ("message", "fault"),
    [
        (binary(raw=b"{quantity: 1}"), "the data is not JSON: "),
        (binary(raw=b""), "the data is empty"),
        (record(None, list(BINARY.items())), "there is no data"),
        (binary(raw=b'{"quantity": NaN}'), "the data is not JSON: "),
        (binary(raw=b'{"quantity": Infinity}'), "the data is not JSON: "),
        (binary(raw=b'{"reason": "\\ud800"}'), "the data is not JSON: "),
        (binary(raw=b'{"reason": "\xff"}'), "the data is not JSON: "),
        (binary(raw=b"[" * 100_000), "the data is not JSON: "),
        (binary(raw=b"[" * 600 + b"]" * 600), "the data is nested too deeply"),
        (binary(raw=b'{"quantity": 1234567890.123456}'), "a number has more than 15 significant"),
        (binary(raw=b'{"quantity": 0.30000000000000004}'), "a number has more than 15 significant"),
        (binary(raw=b"9" * 300), "a number has more than 15 significant"),
        (structured(data={"quantity": 12345678901234567}), "a number has more than 15 significant"),
        (binary(time=b"yesterday"), "ce_time is not an RFC 3339 time"),
        (binary(time=b"2026-11-21T09:00:00"), "ce_time is not an RFC 3339 time"),
        (binary(time=b"\xff"), "ce_time is not an RFC 3339 time"),
        (structured(time=1_795_251_600), "ce_time is not an RFC 3339 time"),
        (binary(type=None), "ce_type is missing"),
        (binary(type=b"\xff"), "ce_type is missing or not"),
        (binary(type=b"t" * 129), "ce_type is missing or not"),
        (structured(type=["stockledger.ReceiveStock.v1"]), "ce_type is missing or not"),
        (binary(specversion=b"0.3"), "ce_specversion is not 1.0"),
        (structured(specversion=1), "ce_specversion is not 1.0"),
        (binary(actor=b"Ada\nroot"), "ce_actor is not a text"),
        (binary(actor=b"a" * 257), "ce_actor is not a text"),
        (binary(correlationid=b"\xc3("), "ce_correlationid is not a text"),
        (structured(data=None), "there is no data"),
        (structured(datacontenttype="application/xml"), "the content type of the data is not JSON"),
        (structured(data=None, data_base64="{}"), "data_base64 is not base64"),
        (structured(data=None, data_base64=7), "data_base64 is not base64"),
        (structured(data=None, data_base64="e30"), "data_base64 is not base64"),
    ],
)
def test_a_command_that_can_be_answered_is_answered_with_its_fault(
    message: Record, fault: str
) -> None:
    assert (fault_of(message) or "").startswith(fault)


def test_another_content_type_is_a_fault() -> None:
    assert with_headers(("content-type", b"text/csv")).fault is not None
    assert with_headers(("content-type", b"\xff")).fault is not None


@pytest.mark.parametrize("content_type", [b"text/json", b"application/vnd.shop+json;charset=utf-8"])
def test_every_json_content_type_is_one(content_type: bytes) -> None:
    assert with_headers(("content-type", content_type)).fault is None


def test_tenants_that_differ_are_a_fault_of_the_one_who_is_routed_to() -> None:
    headers = [("content-type", b"application/cloudevents+json"), ("ce_tenantid", b"globex")]
    envelope = decoded(structured(headers))
    assert (envelope.tenant_id, said(envelope.fault)) == (
        "globex",
        "tenantid differs from ce_tenantid",
    )


@pytest.mark.parametrize("number", [b"100000000000000000000", b"0.5000000000000000000", b"1e300"])
def test_digits_that_a_double_carries_are_no_fault(number: bytes) -> None:
    assert fault_of(binary(raw=b'{"quantity": %s}' % number)) is None


def test_a_long_barcode_is_no_number() -> None:
    assert fault_of(binary({"sku": "40123450000000000001", "reason": '"12345678901234567'})) is None


def test_every_fault_is_said() -> None:
    assert fault_of(binary(raw=b"", time=b"now", specversion=b"2")) == (
        "ce_specversion is not 1.0; the data is empty; ce_time is not an RFC 3339 time with a zone"
    )


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (record(None), "missing_tenant"),
        (record(b'{"specversion": "1.0"}'), "missing_tenant"),
        (record(b'{"sku": "LAMP"}'), "missing_tenant"),
        (binary(tenantid=None), "missing_tenant"),
        (binary(tenantid=b""), "invalid_tenant"),
        (binary(tenantid=b"acme corp"), "invalid_tenant"),
        (binary(tenantid=b"acme\n"), "invalid_tenant"),
        (binary(tenantid=b"\xff"), "invalid_tenant"),
        (binary(tenantid=b"a" * 65), "invalid_tenant"),
        (structured(tenantid=7), "invalid_tenant"),
        (binary(source=None), "missing_source"),
        (binary(source=b"s" * 257), "invalid_source"),
        (binary(source=b"a\0b"), "invalid_source"),
        (structured(source={}), "invalid_source"),
        (binary(id=None), "missing_id"),
        (binary(id=b"i" * 129), "invalid_id"),
        (binary(id=b"\x1b[31m"), "invalid_id"),
        (structured(id=7), "invalid_id"),
        (record(b"{", [("content-type", b"application/cloudevents+json")]), "malformed_envelope"),
        (record(b"[]", [("content-type", b"application/cloudevents+json")]), "malformed_envelope"),
    ],
)
def test_a_command_that_nobody_can_be_answered_for_says_why(message: Record, reason: str) -> None:
    unreadable = decode_envelope(message)
    assert isinstance(unreadable, Unreadable)
    assert unreadable.reason == reason
    assert unreadable.explanation


@pytest.mark.parametrize("letter", ["i", "é", "\U0001f4a1"])
def test_lengths_are_counted_in_characters(letter: str) -> None:
    assert decoded(binary(id=(letter * 128).encode())).id == letter * 128
    assert isinstance(decode_envelope(binary(id=(letter * 129).encode())), Unreadable)


def test_a_repeat_is_known_in_either_mode_however_it_is_stamped() -> None:
    first = decoded(binary())
    restamped = decoded(binary(time=b"2026-11-22T00:00:00Z", correlationid=b"retry-2"))
    reordered = decoded(binary(dict(reversed(list(RECEIVE_LAMPS.items())))))
    for repeat in (restamped, reordered, decoded(structured())):
        assert (repeat.digest, repeat.body_hash) == (first.digest, first.body_hash)


@pytest.mark.parametrize(
    "other", [binary({"sku": "DESK"}), binary(type=b"stockledger.IssueStock.v1")]
)
def test_other_data_or_another_type_is_another_body(other: Record) -> None:
    assert decoded(other).body_hash != decoded(binary()).body_hash


@pytest.mark.parametrize(
    "other", [{"tenantid": b"globex"}, {"source": b"/pos"}, {"id": b"receive-2"}]
)
def test_another_tenant_source_or_id_is_another_command(other: dict[str, bytes]) -> None:
    assert decoded(binary(**other)).digest != decoded(binary()).digest


def test_broken_bodies_are_told_apart_by_their_bytes() -> None:
    assert decoded(binary(raw=b"{1")).body_hash == decoded(binary(raw=b"{1")).body_hash
    assert decoded(binary(raw=b"{1")).body_hash != decoded(binary(raw=b"{2")).body_hash


def test_a_spring_client_gets_its_correlation_back_byte_for_byte() -> None:
    envelope = with_headers(
        ("kafka_replyTopic", b"shop.results"),
        ("kafka_correlationId", b"\x00\xff\x10"),
        ("kafka_replyPartition", b"\0\0\0\x07"),
    )
    assert envelope.reply == Reply("shop.results", (("kafka_correlationId", b"\x00\xff\x10"),), 7)


def test_a_faststream_client_gets_its_correlation_back() -> None:
    envelope = with_headers(("reply_to", b"shop.results"), ("correlation_id", b"c-7"))
    assert envelope.reply == Reply("shop.results", (("correlation_id", b"c-7"),), None)


@pytest.mark.parametrize("headers", [(("reply_to", b""),), (("correlation_id", b"c-7"),)])
def test_no_reply_topic_is_no_reply(headers: tuple[tuple[str, bytes], ...]) -> None:
    assert with_headers(*headers).reply is None


@pytest.mark.parametrize(
    ("header", "fault"),
    [
        (("kafka_replyTopic", b"shop results"), "the reply topic is not a topic's name"),
        (("kafka_replyTopic", b"\xff"), "the reply topic is not a topic's name"),
        (("kafka_replyPartition", b"7"), "kafka_replyPartition is not a 4-byte big-endian number"),
        (("kafka_replyPartition", b"\xff" * 4), "kafka_replyPartition is not a 4-byte big-endian"),
        (("kafka_correlationId", b"c" * 1_025), "the reply's correlation is longer than 1024"),
    ],
)
def test_a_reply_that_cannot_be_sent_as_asked_is_a_fault(
    header: tuple[str, bytes], fault: str
) -> None:
    envelope = with_headers(("kafka_replyTopic", b"shop.results"), header)
    assert (said(envelope.fault) or "").startswith(fault)
