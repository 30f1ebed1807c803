"""A channel of webhooks, to receivers on this machine under a name of example.com."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Final

from stockledger.dev.ports import LOOPBACK
from stockledger_notifier.addresses import LookUp, PrivateDestinations
from stockledger_notifier.channels.channel import Outcome, Route
from stockledger_notifier.channels.web import OutsideWeb
from stockledger_notifier.channels.webhook import WebhookChannel
from tests.support.delivery_builders import KEY, a_delivery, names
from tests.support.encryption import trusting_the_authority
from tests.support.web_receiver import WebReceiver

HOST: Final = "hooks.example.com"
SECONDS: Final = 5.0


@asynccontextmanager
async def a_channel(
    *,
    seconds: float = SECONDS,
    private: Sequence[str] = (HOST,),
    known: Mapping[str, Sequence[str]] | None = None,
    look_up: LookUp | None = None,
) -> AsyncGenerator[WebhookChannel]:
    """Give a channel that may call the private hosts, and knows these names."""
    web = OutsideWeb(
        PrivateDestinations.of(private),
        seconds=seconds,
        tls=trusting_the_authority(),
        look_up=look_up or names(known or {HOST: [LOOPBACK]}),
    )
    channel = WebhookChannel(web, KEY)
    yield channel
    await channel.close()


async def sent_to(receiver: WebReceiver, *, scheme: str = "http") -> Outcome:
    """Send one webhook to the receiver."""
    async with a_channel() as channel, receiver.listening() as port:
        outcome = await channel.send(a_delivery(Route.WEBHOOK, f"{scheme}://{HOST}:{port}/in"))
        receiver.released.set()
        return outcome
