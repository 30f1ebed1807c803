"""Text messages over Twilio's API, as a server on this machine speaks it."""

from base64 import b64encode
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import orjson
import pytest
from aiohttp import web
from pydantic import SecretStr

from stockledger.dev.ports import LOOPBACK, free_ports
from stockledger.dev.web_server import serving
from stockledger.messages.recipients import Wording
from stockledger_notifier.channels.channel import Failed, Route, Sent
from stockledger_notifier.channels.sms import SmsChannel, TwilioAccount
from stockledger_notifier.rendering import SMS_LENGTH_MAX, Renderer
from tests.support.delivery_builders import (
    A_CODE,
    LOW_LAMPS,
    SECRET,
    a_delivery,
    for_good,
    for_now,
)
from tests.support.web_receiver import Trouble, WebReceiver, reply_lost, slow

TOKEN = SecretStr("token-9034")
NUMBER = "+491701234567"


class Twilio:
    """Takes messages; answers with `status` and Twilio's error `code`."""

    def __init__(self, status: int = 201, code: int | None = None) -> None:
        self.requests: list[tuple[str, dict[str, str], dict[str, str]]] = []
        self._status = status
        self._body = orjson.dumps({"sid": "SM1"} if code is None else {"code": code})

    @asynccontextmanager
    async def listening(self) -> AsyncGenerator[str]:
        app = web.Application()
        app.router.add_post("/{path:.*}", self._take)
        async with serving(app, LOOPBACK, 0) as port:
            yield f"http://{LOOPBACK}:{port}/"

    async def _take(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.requests.append((request.path, dict(request.headers), form))
        return web.Response(body=self._body, status=self._status)


async def sent(
    url: str, sender: str = "+4930123456", seconds: float = 5, **facts: str
) -> Sent | Failed:
    account = TwilioAccount(url, "AC123", TOKEN, sender)
    channel = SmsChannel(account, Renderer(), seconds=seconds)
    outcome = await channel.send(a_delivery(Route.SMS, NUMBER, facts={**LOW_LAMPS, **facts}))
    await channel.close()
    assert TOKEN.get_secret_value() not in repr((account, outcome))
    return outcome


async def test_a_message_is_posted_as_twilio_wants_it() -> None:
    twilio = Twilio()
    async with twilio.listening() as url:
        assert await sent(url) == Sent()

    [(path, headers, form)] = twilio.requests
    assert path == "/2010-04-01/Accounts/AC123/Messages.json"
    assert headers["Authorization"] == "Basic " + b64encode(b"AC123:token-9034").decode()
    assert form == {
        "To": NUMBER,
        "From": "+4930123456",
        "Body": "WARNING Low stock: Desk lamp (LAMP) in NORTH. "
        "4 available; stock is low from 10 down.",
    }


async def test_a_messaging_service_may_be_the_sender() -> None:
    twilio = Twilio()
    async with twilio.listening() as url:
        await sent(url, sender="MG0123")

    [(_path, _headers, form)] = twilio.requests
    assert form["MessagingServiceSid"] == "MG0123"
    assert "From" not in form


async def test_hostile_names_stay_in_the_text() -> None:
    twilio = Twilio()
    async with twilio.listening() as url:
        await sent(url, name="&To=+4915112345678&Body=x\r\n\x00" + "y" * 1_000)

    [(_path, _headers, form)] = twilio.requests
    assert form["To"] == NUMBER
    assert len(form["Body"]) == SMS_LENGTH_MAX
    assert "\x00" not in form["Body"]


@pytest.mark.parametrize(
    ("status", "code", "outcome"),
    [
        (400, 21_211, for_good("HTTP 400: Twilio's error 21211")),
        (401, 20_003, for_now("HTTP 401: Twilio's error 20003")),
        (404, 20_404, for_now("HTTP 404: Twilio's error 20404")),
        (429, 20_429, for_now("HTTP 429: Twilio's error 20429")),
        (500, None, for_now("HTTP 500: Twilio's error unknown", may_double=True)),
        (503, 20_503, for_now("HTTP 503: Twilio's error 20503")),
        (504, None, for_now("HTTP 504: Twilio's error unknown", may_double=True)),
    ],
)
async def test_what_is_about_the_account_is_tried_again_when_it_has_been_put_right(
    status: int, code: int | None, outcome: Failed
) -> None:
    async with Twilio(status, code).listening() as url:
        assert await sent(url) == outcome


@pytest.mark.parametrize(
    ("trouble", "cause"),
    [
        (reply_lost, "the connection was closed before the answer was complete"),
        (slow, "no answer within 0.5 s"),
    ],
)
async def test_a_message_that_twilio_may_have_is_told_apart(trouble: Trouble, cause: str) -> None:
    twilio = WebReceiver([SECRET], always=trouble)
    async with twilio.listening() as port:
        outcome = await sent(f"http://{LOOPBACK}:{port}", seconds=0.5)
        twilio.released.set()

    assert outcome == for_now(cause, may_double=True)
    assert twilio.requests == 1


async def test_twilio_out_of_reach_is_tried_again() -> None:
    [port] = free_ports(1)

    assert await sent(f"http://{LOOPBACK}:{port}") == for_now("no connection: Connection refused")


async def test_a_code_is_sent_as_a_text_message() -> None:
    message = Renderer().sms(a_delivery(Route.SMS, NUMBER, Wording.VERIFICATION, A_CODE))

    assert message.startswith(A_CODE["code"])
