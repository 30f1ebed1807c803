"""A channel of e-mails to a server on this machine."""

import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

from stockledger.dev.ports import LOOPBACK
from stockledger_notifier.channels.channel import Route
from stockledger_notifier.channels.email import EmailChannel
from stockledger_notifier.channels.mail_connections import MailServer
from stockledger_notifier.rendering import Renderer
from stockledger_notifier.settings import SmtpSecurity
from tests.support.delivery_builders import a_delivery

ADDRESS: Final = "anna@shop.example"
LOW: Final = a_delivery(Route.EMAIL, ADDRESS)
SENDER: Final = "Stock of Acme <stock@acme.example>"


@asynccontextmanager
async def a_channel(
    port: int,
    security: SmtpSecurity = SmtpSecurity.NONE,
    *,
    host: str = LOOPBACK,
    seconds: float = 5.0,
    tls: ssl.SSLContext | None = None,
) -> AsyncGenerator[EmailChannel]:
    """Give a channel to the server at the port."""
    server = MailServer(host, port, SENDER, security)
    channel = EmailChannel(server, Renderer(), tls=tls, seconds=seconds)
    yield channel
    await channel.close()
