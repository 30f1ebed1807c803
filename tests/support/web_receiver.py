"""A receiver of webhooks that fails as it is told: slow, busy, or losing its answers."""

import asyncio
import ssl
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from aiohttp import web

from stockledger.dev.ports import LOOPBACK
from stockledger.dev.webhook_receiver import WebhookReceiver

HUGE_BYTES: Final = 10_000_000

Trouble = Callable[["WebReceiver", web.Request], Awaitable[web.StreamResponse]]
"""What a request meets instead of the usual answer."""


class WebReceiver(WebhookReceiver):
    """Takes webhooks on a free port; the next requests meet the troubles, one each.

    `always` is met by all that have no trouble of their own.
    """

    def __init__(
        self,
        secrets: Sequence[str],
        host: str = LOOPBACK,
        port: int = 0,
        *,
        tls: ssl.SSLContext | None = None,
        always: Trouble | None = None,
    ) -> None:
        super().__init__(secrets, host, port, tls=tls)
        self.troubles: deque[Trouble] = deque()
        self.always = always
        self.requests = 0
        self.clients: set[object] = set()
        self.cookies: str | None = None
        self.released = asyncio.Event()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.requests += 1
        self.clients.add(request.transport and request.transport.get_extra_info("peername"))
        self.cookies = request.headers.get("Cookie")
        trouble = self.troubles.popleft() if self.troubles else self.always
        if trouble is not None:
            return await trouble(self, request)
        return await super().answer(request)

    async def as_usual(self, request: web.Request) -> web.StreamResponse:
        """Take it as if there were no trouble."""
        return await super().answer(request)


def status(number: int, **headers: str) -> Trouble:
    """Answer with the status, without taking anything; `Retry_After` is the header so called."""

    async def trouble(_receiver: WebReceiver, _request: web.Request) -> web.StreamResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(status=number, headers=named, text="<h1>secret-of-the-server</h1>")

    return trouble


async def slow(receiver: WebReceiver, request: web.Request) -> web.StreamResponse:
    """Take it, and answer only when `released`."""
    answer = await receiver.as_usual(request)
    await receiver.released.wait()
    return answer


async def reply_lost(receiver: WebReceiver, request: web.Request) -> web.StreamResponse:
    """Take it, and end the connection instead of answering."""
    answer = await receiver.as_usual(request)
    assert request.transport is not None
    request.transport.abort()
    return answer


async def huge(_receiver: WebReceiver, _request: web.Request) -> web.StreamResponse:
    """Answer with a code, and far more than anybody wants to read."""
    return web.Response(body=b'{"code": "K7QM2ZTB5X", "more": "%b"}' % (b"x" * HUGE_BYTES))


async def half(_receiver: WebReceiver, request: web.Request) -> web.StreamResponse:
    """Begin the answer, and end the connection in the middle of it."""
    answer = web.StreamResponse(headers={"Content-Length": "1000"})
    await answer.prepare(request)
    await answer.write(b"x")
    assert request.transport is not None
    request.transport.abort()
    return answer


def saying(body: bytes) -> Trouble:
    """Answer 200 with the body."""

    async def trouble(_receiver: WebReceiver, _request: web.Request) -> web.StreamResponse:
        return web.Response(body=body, content_type="application/json")

    return trouble
