"""A receiver of webhooks for this machine: it checks signatures and knows repeats by their ids.

`python -m stockledger.dev.webhook_receiver --secret whsec_…` starts one by itself.
"""

import asyncio
import base64
import binascii
import contextlib
import hashlib
import hmac
import ssl
import time
from collections import Counter, deque
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Final

import orjson
import typer
from aiohttp import web

from stockledger.dev.ports import LOOPBACK
from stockledger.dev.web_server import serving

PORT: Final = 8026
"""Where the receiver listens unless another port is given."""

CLOCKS_APART_SECONDS_MAX: Final = 300
"""Older or newer timestamps (s) are refused: somebody replays what he has overheard."""

IDS_REMEMBERED: Final = 200_000
"""Ids of webhooks, the latest ones: repeats come within hours."""

SHOWN_MAX: Final = 200
"""Webhooks that are shown at `GET /`, the latest ones."""

BODY_BYTES_MAX: Final = 1_048_576

WHSEC: Final = "whsec_"
"""A secret begins with it, so that people and scanners know it for one."""


class Verdict(StrEnum):
    """What became of a webhook."""

    TAKEN = "taken"
    REPEATED = "repeated"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Webhook:
    """One webhook as it came."""

    path: str
    id: str
    verdict: Verdict
    headers: Mapping[str, str]
    body: bytes

    @property
    def said(self) -> dict[str, Any]:
        """What the body says; only for those that were not refused."""
        said: dict[str, Any] = orjson.loads(self.body)
        return said


class WebhookReceiver:
    """Takes signed webhooks at any path, until cancelled; `GET /` shows what came.

    It proves that an address is its own by answering a verification with the code in it.
    """

    def __init__(
        self,
        secrets: Sequence[str],
        host: str = LOOPBACK,
        port: int = PORT,
        *,
        tls: ssl.SSLContext | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.counts: Counter[Verdict] = Counter()
        self.latest: deque[Webhook] = deque(maxlen=SHOWN_MAX)
        self._keys = [secret_key(secret) for secret in secrets]
        self._ids: dict[str, None] = {}
        self._place = (host, port)
        self._tls = tls
        self._clock = clock

    async def run(self) -> None:
        """Take webhooks until cancelled."""
        async with self.listening():
            await asyncio.Event().wait()

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncGenerator[int]:
        """Take webhooks meanwhile; gives the port."""
        app = web.Application(client_max_size=BODY_BYTES_MAX)
        app.router.add_get("/", self._show)
        app.router.add_post("/{path:.*}", self.answer)
        async with serving(app, *self._place, self._tls) as port:
            yield port

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Take one webhook: 204, 200 with the code of a verification, or 401."""
        body = await request.read()
        webhook = self._judged(request, body)
        self.counts[webhook.verdict] += 1
        self.latest.append(webhook)
        if webhook.verdict is Verdict.REFUSED:
            return web.json_response({"error": "the signature is not right"}, status=401)
        said = webhook.said
        if said.get("type") == "verification":
            return web.json_response({"code": said["data"]["code"]})
        return web.Response(status=204)

    def _judged(self, request: web.Request, body: bytes) -> Webhook:
        id_ = request.headers.get("webhook-id", "")
        verdict = Verdict.REFUSED
        if self.is_signed(request.headers, body):
            verdict = Verdict.REPEATED if id_ in self._ids else Verdict.TAKEN
            self._remember(id_)
        return Webhook(request.path, id_, verdict, dict(request.headers), body)

    def is_signed(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Tell whether the headers sign the body with one of the secrets, and lately."""
        id_, sent = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
        if not sent.isdecimal() or abs(self._clock() - int(sent)) > CLOCKS_APART_SECONDS_MAX:
            return False
        signed = f"{id_}.{sent}.".encode() + body
        given = headers.get("webhook-signature", "").split(" ")
        digests = (hmac.digest(key, signed, hashlib.sha256) for key in self._keys)
        right = [f"v1,{base64.b64encode(digest).decode()}" for digest in digests]
        return any(
            hmac.compare_digest(one.encode(), other.encode()) for one in given for other in right
        )

    def _remember(self, id_: str) -> None:
        self._ids[id_] = None
        if len(self._ids) > IDS_REMEMBERED:
            del self._ids[next(iter(self._ids))]

    async def _show(self, _request: web.Request) -> web.Response:
        latest = [
            {"path": one.path, "id": one.id, "verdict": one.verdict, "body": _shown(one.body)}
            for one in reversed(self.latest)
        ]
        shown = orjson.dumps(
            {"counts": self.counts, "latest": latest},
            option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS,
        )
        return web.Response(body=shown, content_type="application/json")


def secret_key(secret: str) -> bytes:
    """Return the key that a secret as `whsec_…` stands for; ValueError when it is none."""
    try:
        return base64.b64decode(secret.removeprefix(WHSEC), validate=True)
    except binascii.Error as error:
        raise ValueError("a secret is whsec_ and base64") from error


def _shown(body: bytes) -> object:
    try:
        shown: object = orjson.loads(body)
    except orjson.JSONDecodeError:
        return body.decode(errors="replace")
    return shown


def main(
    secret: Annotated[list[str], typer.Option(help="whsec_…, as often as there are recipients.")],
    port: Annotated[int, typer.Option(help="Where webhooks are taken.")] = PORT,
) -> None:
    """Take webhooks and check their signatures, until Ctrl-C."""
    typer.echo(f"webhooks to http://{LOOPBACK}:{port}/… are shown at http://{LOOPBACK}:{port}/")
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(WebhookReceiver(secret, port=port).run())


if __name__ == "__main__":
    typer.run(main)
