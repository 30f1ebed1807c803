"""What is really published has the headers that the contract promises, and no others."""

from collections.abc import Sequence

import pytest

from stockledger.cloud_event import Record
from stockledger.contract.asyncapi import asyncapi_document
from stockledger.contract.schemas import Schema
from stockledger.dead_letters import dead_letter_message
from stockledger.envelope import CommandEnvelope, Reply, decode_envelope
from stockledger.event_log.interface import NewEvent, NewResult
from stockledger.messages.fields import StreamName
from stockledger_command_handler.outgoing import Stamp, event_message, metadata_of, result_message
from tests.support.contract_messages import obeys
from tests.support.records import binary, record

DOCUMENT = asyncapi_document()
TRACE = b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
ECHOED = ("kafka_correlationId", b"\x00\xff")

Headers = Sequence[tuple[str, bytes]]


def envelope_of(message: Record) -> CommandEnvelope:
    envelope = decode_envelope(message)
    assert isinstance(envelope, CommandEnvelope)
    return envelope


def bare() -> CommandEnvelope:
    return envelope_of(binary())


def full() -> CommandEnvelope:
    named = binary(actor=b"ada", correlationid=b"order-7")
    traced = [*named.headers, ("traceparent", TRACE), ("tracestate", b"shop=1")]
    return envelope_of(record(named.value, traced))


def published_event(command: CommandEnvelope) -> Headers:
    event = NewEvent(
        position=1_042,
        tenant_id=command.tenant_id,
        stream=StreamName("item/NORTH/LAMP"),
        stream_number=1,
        version=3,
        type="stockledger.StockReceived.v1",
        data="{}",
        metadata=metadata_of(command),
        command_source=command.source,
        command_id=command.id,
    )
    return event_message(event, 3, Stamp.of(command.time)).headers


def published_result(command: CommandEnvelope, reply: Reply | None = None) -> Headers:
    result = NewResult(
        command_offset=7,
        digest=command.digest,
        body_hash=command.body_hash,
        tenant_id=command.tenant_id,
        type="stockledger.CommandAccepted.v1",
        data="{}",
        metadata=metadata_of(command),
        reply=None,
    )
    named = f"{command.source}/{command.id}"
    echoed = [] if reply is None else list(reply.headers)
    return result_message(result, named, Stamp.of(command.time), echoed).headers


def check(headers: Headers, channel: str) -> None:
    """Fail unless all promised headers are there, and every one is promised."""
    promised: Schema = DOCUMENT["components"]["schemas"][f"{channel}Headers"]
    texts = {name: value.decode(errors="replace") for name, value in headers}
    assert len(texts) == len(headers), "a header twice"
    assert obeys(promised, texts)
    assert texts.keys() <= promised["properties"].keys() | {"ce_type"}


@pytest.mark.parametrize("command", [bare(), full()], ids=["bare", "full"])
def test_an_event_has_the_promised_headers(command: CommandEnvelope) -> None:
    check(published_event(command), "events")


@pytest.mark.parametrize("command", [bare(), full()], ids=["bare", "full"])
def test_a_result_has_the_promised_headers(command: CommandEnvelope) -> None:
    check(published_result(command), "results")


def test_a_reply_has_the_echoed_header_besides() -> None:
    headers = published_result(full(), Reply("shop.results", (ECHOED,), None))
    check(headers, "results")
    assert ECHOED in headers


def test_a_full_event_has_every_promised_header() -> None:
    promised = DOCUMENT["components"]["schemas"]["eventsHeaders"]["properties"]
    assert {name for name, _ in published_event(full())} == {*promised, "ce_type"}


def test_a_dead_letter_has_the_promised_headers() -> None:
    error = RuntimeError("no such lamp")
    error.__cause__ = KeyError("LAMP")
    check(
        dead_letter_message(record(b""), "handlers", "bug", "no lamp", error).headers, "deadLetters"
    )
    check(dead_letter_message(record(b""), "handlers", "missing_id", "none").headers, "deadLetters")
