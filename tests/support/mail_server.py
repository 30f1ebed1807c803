"""A mail server that fails as it is told: slow, busy, refusing, or losing its answers."""

import asyncio
import ssl
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from aiosmtpd.smtp import SMTP

from stockledger.dev.mail_box import TAKEN, Mail, MailBox
from stockledger.dev.ports import LOOPBACK

Trouble = Callable[["MailServer", Mail, SMTP], Awaitable[str]]
"""What a mail meets instead of being taken."""


class MailServer(MailBox):
    """Takes mails on a free port; the next mails meet the troubles, one each.

    `always` is met by all that have no trouble of their own.
    """

    def __init__(
        self,
        folder: Path,
        *,
        tls: ssl.SSLContext | None = None,
        tls_from_the_start: bool = False,
        always: Trouble | None = None,
    ) -> None:
        super().__init__(folder, LOOPBACK, 0, tls=tls, tls_from_the_start=tls_from_the_start)
        self.troubles: deque[Trouble] = deque()
        self.always = always
        self.released = asyncio.Event()
        self.unknown: set[str] = set()

    def knows(self, address: str) -> bool:
        return address not in self.unknown

    async def answer(self, mail: Mail, connection: SMTP) -> str:
        trouble = self.troubles.popleft() if self.troubles else self.always
        if trouble is not None:
            return await trouble(self, mail, connection)
        return await super().answer(mail, connection)


def answering(line: str) -> Trouble:
    """Answer with the line, without taking the mail."""

    async def trouble(_server: MailServer, _mail: Mail, _connection: SMTP) -> str:
        return line

    return trouble


async def refused_and_gone(_server: MailServer, _mail: Mail, connection: SMTP) -> str:
    """Refuse the mail for good, and end the connection behind the answer."""
    assert connection.transport is not None
    await connection.push("554 no spam here")
    connection.transport.close()
    return TAKEN


async def slow(server: MailServer, mail: Mail, _connection: SMTP) -> str:
    """Take it, and answer only when `released`."""
    server.keep(mail)
    await server.released.wait()
    return TAKEN


async def reply_lost(server: MailServer, mail: Mail, connection: SMTP) -> str:
    """Take it, and end the connection instead of answering."""
    server.keep(mail)
    assert connection.transport is not None
    connection.transport.close()
    return TAKEN


class DeafServer:
    """Answers everybody who names a sender with the line, or (None) not at all."""

    def __init__(self, answer: str | None) -> None:
        self.left = asyncio.Event()
        self._answer = answer

    @asynccontextmanager
    async def listening(self) -> AsyncGenerator[int]:
        """Listen meanwhile; gives the port."""
        server = await asyncio.start_server(self._talk, LOOPBACK, 0)
        async with server:
            yield server.sockets[0].getsockname()[1]

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 ready\r\n")
        while line := await reader.readline():
            answer = self._answer if line.startswith(b"MAIL") else "250 fine"
            if answer is not None:
                writer.write(f"{answer}\r\n".encode())
        self.left.set()
        writer.close()
