"""Commands of the demo shop: sent, awaited and measured."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

import orjson

from stockledger.commands.outgoing import Stamp, from_json
from stockledger.commands.sending import Answer, CommandSender
from stockledger.dev.shop_figures import ShopFigures
from stockledger.errors import PublishingFailed

TENANT: Final = "demo"
SOURCE: Final = "/demo-shop"

ANSWER_SECONDS_MAX: Final = 60.0
"""Then the shop stops waiting for an answer."""

Fields = Mapping[str, Any]


class ShopCommands:
    """Sends commands of tenant `demo`."""

    def __init__(self, sender: CommandSender, figures: ShopFigures) -> None:
        self._sender = sender
        self._figures = figures

    async def send(
        self, name: str, data: Fields, command_id: str | None = None, actor: str | None = None
    ) -> asyncio.Future[Answer]:
        """Publish a command; the future has its answer, or is cancelled when none came."""
        text = orjson.dumps({"type": name, "data": data})
        stamp = Stamp(tenant=TENANT, source=SOURCE, id=command_id, actor=actor)
        command = from_json(text, stamp)
        sent_at = self._figures.sent()
        answer = await self._sender.send(command)
        given_up = asyncio.get_running_loop().call_later(ANSWER_SECONDS_MAX, answer.cancel)

        def settled(done: asyncio.Future[Answer]) -> None:
            given_up.cancel()
            if done.cancelled() or isinstance(done.exception(), PublishingFailed):
                self._figures.given_up()
            else:
                self._figures.answered(sent_at, done.result().get("code"))

        answer.add_done_callback(settled)
        return answer

    async def accepted(self, name: str, data: Fields, actor: str | None = None) -> bool:
        """Send a command and tell whether it was accepted; an answer that stays out is a no."""
        answer = await self.send(name, data, actor=actor)
        await asyncio.wait([answer])
        return (
            not answer.cancelled() and answer.exception() is None and "code" not in answer.result()
        )
