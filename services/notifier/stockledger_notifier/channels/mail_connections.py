"""Connections to the mail server, kept from one mail to the next."""

import asyncio
import contextlib
import ssl
import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from email.headerregistry import Address
from email.utils import parseaddr
from typing import Final

from aiosmtplib import SMTP, SMTPServerDisconnected, SMTPTimeoutError
from pydantic import SecretStr

from stockledger.errors import ConfigurationError
from stockledger_notifier.settings import SmtpSecurity

CONNECTIONS_MAX: Final = 10
"""Connections at once: mail servers allow few from one client."""

MAILS_MAX: Final = 100
"""Mails over one connection: many servers end it then."""

IDLE_SECONDS_MAX: Final = 30.0
"""How long (s) a connection is kept without a mail; many servers end it after minutes."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """The server that takes our mails, and in whose name they are sent."""

    host: str
    port: int
    sender: str
    security: SmtpSecurity = SmtpSecurity.STARTTLS
    username: str | None = None
    password: SecretStr | None = None

    def __post_init__(self) -> None:
        self.sender_address()

    def sender_address(self) -> Address:
        """Return the sender, parsed; ConfigurationError when it is none."""
        name, address = parseaddr(self.sender)
        try:
            return Address(display_name=name, addr_spec=address)
        except (ValueError, IndexError) as error:
            raise ConfigurationError("INVENTORY_SMTP_SENDER is not an e-mail address") from error


@dataclass(slots=True)
class _Connection:
    smtp: SMTP
    mails: int = 0
    used_at: float = 0.0

    @property
    def is_worn(self) -> bool:
        idle = time.monotonic() - self.used_at
        return not self.smtp.is_connected or self.mails >= MAILS_MAX or idle > IDLE_SECONDS_MAX


class MailConnections:
    """At most CONNECTIONS_MAX connections; a secure one is never given up for a plain one."""

    def __init__(self, server: MailServer, tls: ssl.SSLContext, seconds: float) -> None:
        self._server = server
        self._sender = server.sender_address()
        self._tls = tls
        self._seconds = seconds
        self._idle: list[_Connection] = []
        self._places = asyncio.Semaphore(CONNECTIONS_MAX)

    @contextlib.asynccontextmanager
    async def envelope(self) -> AsyncGenerator[SMTP]:
        """Give a connection that has taken our sender; it is kept unless something is raised."""
        async with self._places:
            connection = await self._begun()
            is_sound = False
            try:
                yield connection.smtp
                is_sound = True
            finally:
                if is_sound:
                    connection.mails += 1
                    connection.used_at = time.monotonic()
                    self._idle.append(connection)
                else:
                    connection.smtp.close()

    def close(self) -> None:
        """End those that are idle."""
        for connection in self._idle:
            connection.smtp.close()
        self._idle.clear()

    async def _begun(self) -> _Connection:
        """Begin a mail; where a kept connection has ended meanwhile, over another one.

        Nothing has been handed over then, so that this cannot send a mail twice.
        """
        while self._idle:
            connection = self._idle.pop()
            if connection.is_worn:
                connection.smtp.close()
                continue
            with contextlib.suppress(SMTPServerDisconnected, SMTPTimeoutError):
                await self._name_sender(connection.smtp)
                return connection
        smtp = await self._connected()
        await self._name_sender(smtp)
        return _Connection(smtp)

    async def _name_sender(self, smtp: SMTP) -> None:
        """Name our sender; a connection that has not taken it is closed."""
        is_taken = False
        try:
            await smtp.mail(self._sender.addr_spec)
            is_taken = True
        finally:
            if not is_taken:
                smtp.close()

    async def _connected(self) -> SMTP:
        server = self._server
        smtp = SMTP(
            hostname=server.host,
            port=server.port,
            username=server.username,
            password=None if server.password is None else server.password.get_secret_value(),
            local_hostname=self._sender.domain,
            timeout=self._seconds,
            use_tls=server.security is SmtpSecurity.TLS,
            start_tls=server.security is SmtpSecurity.STARTTLS,
            tls_context=None if server.security is SmtpSecurity.NONE else self._tls,
        )
        await smtp.connect()
        return smtp
