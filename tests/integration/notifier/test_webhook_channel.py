"""Webhooks to real servers: signed, and repeated under one id."""

from dataclasses import replace

import pytest

from stockledger.dev.webhook_receiver import Verdict
from stockledger.messages.recipients import Wording
from stockledger_notifier.channels.channel import Route, Sent
from tests.support.delivery_builders import A_CODE, SECRET, a_delivery, for_good, for_now
from tests.support.web_receiver import WebReceiver, reply_lost, saying
from tests.support.webhook_channels import HOST, a_channel, sent_to


async def test_a_receiver_that_checks_the_signature_takes_the_webhook() -> None:
    receiver = WebReceiver([SECRET])

    assert await sent_to(receiver) == Sent()

    [webhook] = receiver.latest
    assert webhook.verdict is Verdict.TAKEN
    assert webhook.path == "/in"
    assert webhook.headers["Idempotency-Key"] == webhook.id == webhook.said["id"]
    assert webhook.said["type"] == "alert.raised"
    assert webhook.said["tenant_id"] == "acme"
    assert webhook.said["occurred_at"] == "2026-11-21T09:00:00.000000Z"
    assert webhook.said["data"]["kind"] == "LOW_STOCK"


async def test_a_receiver_with_another_secret_refuses_it_for_good() -> None:
    receiver = WebReceiver(["whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"])

    assert await sent_to(receiver) == for_good("HTTP 401")


async def test_a_body_that_somebody_changed_on_the_way_is_refused() -> None:
    receiver = WebReceiver([SECRET])
    async with a_channel() as channel, receiver.listening() as port:
        await channel.send(a_delivery(Route.WEBHOOK, f"http://{HOST}:{port}/"))
        [webhook] = receiver.latest
        forged = replace(webhook, body=webhook.body.replace(b"LAMP", b"SOFA"))

        assert receiver.is_signed(webhook.headers, webhook.body)
        assert not receiver.is_signed(forged.headers, forged.body)


async def test_a_repeat_has_the_same_id_and_the_same_body() -> None:
    receiver = WebReceiver([SECRET])
    receiver.troubles.append(reply_lost)
    async with a_channel() as channel, receiver.listening() as port:
        delivery = a_delivery(Route.WEBHOOK, f"http://{HOST}:{port}/")
        first, second = await channel.send(delivery), await channel.send(delivery)

    assert first == for_now("the connection was closed before the answer was complete")
    assert second == Sent()
    taken, repeated = receiver.latest
    assert (taken.verdict, repeated.verdict) == (Verdict.TAKEN, Verdict.REPEATED)
    assert taken.body == repeated.body


async def test_many_webhooks_go_over_one_connection() -> None:
    receiver = WebReceiver([SECRET])
    async with a_channel() as channel, receiver.listening() as port:
        delivery = a_delivery(Route.WEBHOOK, f"http://{HOST}:{port}/")
        for _ in range(20):
            assert await channel.send(delivery) == Sent()

    assert len(receiver.clients) == 1


async def test_an_answer_to_a_verification_holds_the_code() -> None:
    receiver = WebReceiver([SECRET])
    async with a_channel() as channel, receiver.listening() as port:
        asked = a_delivery(
            Route.WEBHOOK, f"http://{HOST}:{port}/", Wording.VERIFICATION, facts=A_CODE
        )
        assert await channel.send(asked) == Sent(code=A_CODE["code"])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"code": 7}',
        b'{"code": "a b"}',
        b'{"code": "' + b"A" * 65 + b'"}',
        b'{"data": {"code": "K7QM2ZTB5X"}}',
        b"\xff" * 100,
    ],
)
async def test_an_answer_to_a_verification_without_a_code_verifies_nothing(body: bytes) -> None:
    receiver = WebReceiver([SECRET], always=saying(body))
    async with a_channel() as channel, receiver.listening() as port:
        asked = a_delivery(
            Route.WEBHOOK, f"http://{HOST}:{port}/", Wording.VERIFICATION, facts=A_CODE
        )
        assert await channel.send(asked) == Sent(code=None)
