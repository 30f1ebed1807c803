"""Webhooks to real servers that fail in every way: each failure is named."""

import asyncio
from collections.abc import Sequence

import pytest

from stockledger.dev.ports import LOOPBACK, free_ports
from stockledger.messages.recipients import Wording
from stockledger_notifier.channels.channel import Failed, Route, Sent
from stockledger_notifier.channels.web import RETRY_AFTER_MAX
from tests.support.delivery_builders import SECRET, a_delivery, for_good, for_now
from tests.support.encryption import Certificate, serving_with
from tests.support.web_receiver import (
    Trouble,
    WebReceiver,
    half,
    huge,
    slow,
    status,
)
from tests.support.webhook_channels import HOST, SECONDS, a_channel, sent_to

SHORT_SECONDS = 0.2


@pytest.mark.parametrize(
    ("trouble", "outcome"),
    [
        (status(500), for_now("HTTP 500")),
        (status(503), for_now("HTTP 503")),
        (status(503, Retry_After="7"), for_now("HTTP 503", 7.0)),
        (status(429, Retry_After="999999"), for_now("HTTP 429", RETRY_AFTER_MAX)),
        (status(429, Retry_After="-1"), for_now("HTTP 429", None)),
        (status(429, Retry_After="soon"), for_now("HTTP 429", None)),
        (status(408), for_now("HTTP 408")),
        (status(409), for_now("HTTP 409")),
        (status(400), for_good("HTTP 400")),
        (status(404), for_good("HTTP 404")),
        (status(410), for_good("HTTP 410")),
    ],
)
async def test_what_a_server_answers_decides_whether_it_is_tried_again(
    trouble: Trouble, outcome: Failed
) -> None:
    assert await sent_to(WebReceiver([SECRET], always=trouble)) == outcome


async def test_a_date_to_come_back_at_is_understood() -> None:
    later = "Fri, 01 Jan 2100 00:00:00 GMT"
    outcome = await sent_to(WebReceiver([SECRET], always=status(503, Retry_After=later)))

    assert outcome == for_now("HTTP 503", RETRY_AFTER_MAX)


async def test_a_slow_receiver_is_given_up_and_does_not_hold_up_another() -> None:
    hanging, quick = WebReceiver([SECRET], always=slow), WebReceiver([SECRET])
    async with (
        a_channel(seconds=SECONDS) as channel,
        a_channel(seconds=SHORT_SECONDS) as impatient,
        hanging.listening() as hanging_port,
        quick.listening() as quick_port,
    ):
        waiting = asyncio.create_task(
            channel.send(a_delivery(Route.WEBHOOK, f"http://{HOST}:{hanging_port}/"))
        )
        given_up = await impatient.send(a_delivery(Route.WEBHOOK, f"http://{HOST}:{hanging_port}/"))
        sent = await channel.send(a_delivery(Route.WEBHOOK, f"http://{HOST}:{quick_port}/"))
        assert not waiting.done()
        hanging.released.set()

        assert given_up == for_now("no answer within 0.2 s")
        assert sent == Sent()
        assert await waiting == Sent()


async def test_nobody_listening_is_told_as_refused() -> None:
    [port] = free_ports(1)
    async with a_channel() as channel:
        outcome = await channel.send(a_delivery(Route.WEBHOOK, f"http://{HOST}:{port}/"))

    assert outcome == for_now("no connection: Connection refused")


async def test_a_name_that_does_not_resolve_is_tried_again() -> None:
    async with a_channel(private=["gone.example.com"]) as channel:
        outcome = await channel.send(a_delivery(Route.WEBHOOK, "https://gone.example.com/"))

    assert outcome == for_now("the host's name cannot be resolved")


async def test_a_name_server_that_hangs_holds_up_no_other_name() -> None:
    answering, receiver = asyncio.Event(), WebReceiver([SECRET])

    async def look_up(host: str) -> Sequence[str]:
        if host != HOST:
            await answering.wait()
        return [LOOPBACK]

    async with a_channel(look_up=look_up) as channel, receiver.listening() as port:
        hanging = asyncio.create_task(
            channel.send(a_delivery(Route.WEBHOOK, "https://hanging.example.com/"))
        )
        sent = await channel.send(a_delivery(Route.WEBHOOK, f"http://{HOST}:{port}/"))
        assert not hanging.done()
        answering.set()

        assert sent == Sent()
        assert await hanging == for_good("the address is not a public one")


async def test_a_name_server_that_hangs_is_given_up() -> None:
    async def look_up(_host: str) -> Sequence[str]:
        await asyncio.Event().wait()
        return []

    async with a_channel(seconds=SHORT_SECONDS, look_up=look_up) as channel:
        outcome = await channel.send(a_delivery(Route.WEBHOOK, f"https://{HOST}/"))

    assert outcome == for_now("no answer within 0.2 s")


async def test_an_address_adds_no_header() -> None:
    receiver = WebReceiver([SECRET])
    async with a_channel() as channel, receiver.listening() as port:
        for end in ("in\r\nX-Evil: 1", "in HTTP/1.1\r\nX-Evil: 1\r\n\r\n", "in#\r\nX-Evil: 1"):
            await channel.send(a_delivery(Route.WEBHOOK, f"http://{HOST}:{port}/{end}"))

    assert receiver.latest
    assert all("X-Evil" not in webhook.headers for webhook in receiver.latest)


async def test_an_answer_that_breaks_off_is_tried_again() -> None:
    outcome = await sent_to(WebReceiver([SECRET], always=half))

    assert isinstance(outcome, Failed)
    assert not outcome.permanent


async def test_a_server_that_does_not_speak_http_is_tried_again() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(b"220 mail.example.com ESMTP\r\n")
        writer.close()

    server = await asyncio.start_server(talk, LOOPBACK, 0)
    async with server, a_channel() as channel:
        port = server.sockets[0].getsockname()[1]
        outcome = await channel.send(a_delivery(Route.WEBHOOK, f"http://{HOST}:{port}/"))

    assert outcome == for_now("the answer is not HTTP")


async def test_of_a_huge_answer_only_the_beginning_is_read() -> None:
    receiver = WebReceiver([SECRET], always=huge)
    async with a_channel() as channel, receiver.listening() as port:
        delivery = a_delivery(Route.WEBHOOK, f"http://{HOST}:{port}/", Wording.VERIFICATION)
        assert await channel.send(delivery) == Sent(code=None)


async def test_over_tls_with_a_good_certificate_it_is_sent() -> None:
    receiver = WebReceiver([SECRET], tls=serving_with(Certificate.GOOD))

    assert await sent_to(receiver, scheme="https") == Sent()


@pytest.mark.parametrize(
    ("certificate", "problem"),
    [
        (Certificate.EXPIRED, "certificate has expired"),
        (Certificate.SELF_SIGNED, "self-signed certificate"),
    ],
)
async def test_a_bad_certificate_is_named_and_nothing_is_sent(
    certificate: Certificate, problem: str
) -> None:
    receiver = WebReceiver([SECRET], tls=serving_with(certificate))
    outcome = await sent_to(receiver, scheme="https")

    assert outcome == for_now(f"the certificate is not accepted: {problem}")
    assert receiver.requests == 0


async def test_a_certificate_for_another_name_is_not_accepted() -> None:
    receiver = WebReceiver([SECRET], tls=serving_with(Certificate.GOOD))
    async with (
        a_channel(
            private=["other.example.com"], known={"other.example.com": [LOOPBACK]}
        ) as channel,
        receiver.listening() as port,
    ):
        outcome = await channel.send(
            a_delivery(Route.WEBHOOK, f"https://other.example.com:{port}/")
        )

    assert isinstance(outcome, Failed)
    assert not outcome.permanent
    assert "Hostname mismatch" in outcome.cause
    assert receiver.requests == 0


async def test_a_server_without_tls_behind_an_https_address_is_told() -> None:
    outcome = await sent_to(WebReceiver([SECRET]), scheme="https")

    assert outcome == for_now("no secure connection could be agreed on")


async def test_no_cause_tells_the_secrets_of_an_address() -> None:
    [port] = free_ports(1)
    async with a_channel() as channel:
        for address in (
            f"http://{HOST}:{port}/token-8fe1?key=token-8fe1",
            "https://gone.example.com/token-8fe1",
            "https://token-8fe1@hooks.example.com/",
            "https://hooks.example.com:token-8fe1/",
            "ftp://hooks.example.com/token-8fe1",
        ):
            outcome = await channel.send(a_delivery(Route.WEBHOOK, address))
            assert isinstance(outcome, Failed)
            assert "token-8fe1" not in repr(outcome)
