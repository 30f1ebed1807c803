"""A supplier's HTTP API for this machine, which fails now and then, as real ones do.

`python -m stockledger.dev.fake_supplier` starts one by itself.
"""

import asyncio
import contextlib
import random
import ssl
from collections import Counter
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, Final

import orjson
import typer
from aiohttp import web

from stockledger.dev.ports import LOOPBACK
from stockledger.dev.web_server import serving

PORT: Final = 8027
"""Where the supplier listens unless another port is given."""

ORDERS_REMEMBERED: Final = 10_000
"""Orders, and the keys they came with; then the oldest are forgotten."""

BUSY_SECONDS: Final = 2
"""What a busy supplier asks to wait (s)."""

SLOW_SECONDS: Final = 8.0
"""A slow answer (s): later than any client waits."""

LEAD_DAYS: Final = (1, 2, 3, 5, 8)
"""Days until delivery; which of them, the supplier draws."""


class Mishap(StrEnum):
    """How a request fails."""

    BUSY = "busy"
    BROKEN = "broken"
    SLOW = "slow"
    REPLY_LOST = "reply_lost"


@dataclass(frozen=True, slots=True)
class TakenOrder:
    """An order as it was taken, under the key that every repeat of it carries."""

    key: str
    reference: str
    order: dict[str, Any]
    expected_delivery: str
    repeats: list[datetime] = field(default_factory=list[datetime])


class FakeSupplier:
    """Takes orders by POST at any path, each key once; `GET /` shows them.

    `failing` is the share of requests that fail, each in a way that is drawn.
    """

    def __init__(
        self,
        host: str = LOOPBACK,
        port: int = PORT,
        *,
        failing: float = 0.0,
        slow_seconds: float = SLOW_SECONDS,
        seed: int = 0,
        token: str | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.orders: dict[str, TakenOrder] = {}
        self.mishaps: Counter[Mishap] = Counter()
        self.requests = 0
        self.taken = 0
        self._place = (host, port)
        self._failing = failing
        self._slow_seconds = slow_seconds
        self._random = random.Random(seed)
        self._token = token
        self._tls = tls

    async def run(self) -> None:
        """Take orders until cancelled."""
        async with self.listening():
            await asyncio.Event().wait()

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncGenerator[int]:
        """Take orders meanwhile; gives the port."""
        app = web.Application()
        app.router.add_get("/", self._show)
        app.router.add_post("/{path:.*}", self._answer)
        async with serving(app, *self._place, self._tls) as port:
            yield port

    def mishap(self) -> Mishap | None:
        """Draw whether this request fails, and how."""
        if self._random.random() >= self._failing:
            return None
        return self._random.choice(list(Mishap))

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        self.requests += 1
        if self._token is not None and request.headers.get("Authorization") != (
            f"Bearer {self._token}"
        ):
            return web.json_response({"error": "the token is not right"}, status=401)
        mishap = self.mishap()
        if mishap is not None:
            self.mishaps[mishap] += 1
        if mishap is Mishap.BUSY:
            return web.json_response(
                {"error": "busy"}, status=503, headers={"Retry-After": str(BUSY_SECONDS)}
            )
        if mishap is Mishap.BROKEN:
            return web.Response(status=500, text="<h1>Internal Server Error</h1>")
        answer = self._order_taken(request.headers.get("Idempotency-Key", ""), body)
        if mishap is Mishap.SLOW:
            await asyncio.sleep(self._slow_seconds)
        if mishap is Mishap.REPLY_LOST and request.transport is not None:
            request.transport.abort()
        return answer

    def _order_taken(self, key: str, body: bytes) -> web.Response:
        if not key:
            return web.json_response({"error": "Idempotency-Key is missing"}, status=400)
        try:
            order = orjson.loads(body)
        except orjson.JSONDecodeError:
            return web.json_response({"error": "the order is not JSON"}, status=400)
        taken = self._kept(key, order)
        return web.json_response(
            {
                "reference": taken.reference,
                "confirmed": True,
                "expected_delivery": taken.expected_delivery,
            },
            status=201,
        )

    def _kept(self, key: str, order: dict[str, Any]) -> TakenOrder:
        if (known := self.orders.get(key)) is not None:
            known.repeats.append(datetime.now(UTC))
            return known
        days = timedelta(days=self._random.choice(LEAD_DAYS))
        expected = (datetime.now(UTC) + days).isoformat(timespec="seconds")
        self.taken += 1
        taken = TakenOrder(key, f"FS-{self.taken:06}", order, expected)
        self.orders[key] = taken
        if len(self.orders) > ORDERS_REMEMBERED:
            del self.orders[next(iter(self.orders))]
        return taken

    async def _show(self, _request: web.Request) -> web.Response:
        shown = {
            "requests": self.requests,
            "mishaps": self.mishaps,
            "orders": list(self.orders.values()),
        }
        return web.Response(
            body=orjson.dumps(shown, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS),
            content_type="application/json",
        )


def main(
    port: Annotated[int, typer.Option(help="Where orders are taken.")] = PORT,
    failing: Annotated[float, typer.Option(help="Share of requests that fail.")] = 0.2,
) -> None:
    """Take orders, and fail now and then, until Ctrl-C."""
    typer.echo(f"orders to http://{LOOPBACK}:{port}/… are shown at http://{LOOPBACK}:{port}/")
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(FakeSupplier(port=port, failing=failing).run())


if __name__ == "__main__":
    typer.run(main)
