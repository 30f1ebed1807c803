"""A mail server for this machine: every mail becomes files that a person can open.

`python -m stockledger.dev.mail_box --folder mails` starts one by itself.
"""

import asyncio
import contextlib
import email
import re
import ssl
from collections import deque
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from pathlib import Path
from types import SimpleNamespace
from typing import Annotated, Final

import typer
from aiosmtpd.smtp import SMTP, Envelope, Session

from stockledger.dev.ports import LOOPBACK

PORT: Final = 8025
"""Where the mail box listens unless another port is given."""

MAILS_REMEMBERED: Final = 1_000
"""Mails kept in memory, the latest ones; the files of all stay."""

FILE_NAME_LENGTH_MAX: Final = 100
"""Characters of a mail's file name: every file system takes as many."""

TAKEN: Final = "250 Message accepted for delivery"

_UNFIT_FOR_NAMES: Final = re.compile(r"[^A-Za-z0-9@._+-]+")


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as it came: from whom, to whom, its bytes, and what they say."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    message: EmailMessage

    @property
    def delivery_id(self) -> str:
        """The key that a repeat of the mail carries too; empty when there is none."""
        return str(self.message.get("Stockledger-Delivery", ""))

    def part(self, kind: str) -> str:
        """Return the text of the body of a kind (`plain`, `html`), empty when there is none."""
        preference = ("html",) if kind == "html" else ("plain",)
        body = self.message.get_body(preferencelist=preference)
        return "" if body is None else str(body.get_content())


class MailBox:
    """Takes mails over SMTP until cancelled, and writes each into the folder.

    `000001 anna@example.com Low stock.eml` is the mail as it came; beside it stands its text as
    `.txt`, and what a mail program would show as `.html`.
    """

    def __init__(
        self,
        folder: Path,
        host: str = LOOPBACK,
        port: int = PORT,
        *,
        tls: ssl.SSLContext | None = None,
        tls_from_the_start: bool = False,
    ) -> None:
        self.folder = folder
        self.mails: deque[Mail] = deque(maxlen=MAILS_REMEMBERED)
        self.received = 0
        self.connections = 0
        self._place = (host, port)
        self._tls = tls
        self._tls_from_the_start = tls_from_the_start
        self._open: list[SMTP] = []
        self._number = 0

    async def run(self) -> None:
        """Take mails until cancelled."""
        async with self.listening():
            await asyncio.Event().wait()

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncGenerator[int]:
        """Take mails meanwhile; gives the port."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._number = sum(1 for _ in self.folder.glob("*.eml"))
        server = await asyncio.get_running_loop().create_server(
            self._connected, *self._place, ssl=self._tls if self._tls_from_the_start else None
        )
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()
            self.hang_up()
            await server.wait_closed()

    def hang_up(self) -> None:
        """End every connection, as a server does that restarts."""
        for connection in self._open:
            if connection.transport is not None:
                connection.transport.close()
        self._open.clear()

    def knows(self, _address: str) -> bool:
        """Tell whether mails to the address are taken: here, all are."""
        return True

    async def answer(self, mail: Mail, _connection: SMTP) -> str:
        """Keep the mail and return what SMTP answers."""
        self.keep(mail)
        return TAKEN

    def keep(self, mail: Mail) -> None:
        """Remember the mail, and write its files."""
        self.received += 1
        self._number += 1
        self.mails.append(mail)
        message = mail.message
        name = f"{self._number:06} {' '.join(mail.recipients)} {message.get('Subject', '')}"
        name = _UNFIT_FOR_NAMES.sub(" ", name)[:FILE_NAME_LENGTH_MAX].strip(" .")
        (self.folder / f"{name}.eml").write_bytes(mail.content)
        (self.folder / f"{name}.txt").write_text(_readable(mail), encoding="utf-8")
        if html := mail.part("html"):
            (self.folder / f"{name}.html").write_text(html, encoding="utf-8")

    def _connected(self) -> SMTP:
        self.connections += 1
        connection = SMTP(
            SimpleNamespace(handle_RCPT=self._invite, handle_DATA=self._take),
            hostname="mail-box.example",
            ident="Stockledger mail box",
            tls_context=None if self._tls_from_the_start else self._tls,
            require_starttls=self._tls is not None and not self._tls_from_the_start,
            loop=asyncio.get_running_loop(),
        )
        self._open.append(connection)
        return connection

    async def _invite(
        self,
        _connection: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        if not self.knows(address):
            return "550 no such user here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def _take(self, connection: SMTP, _session: Session, envelope: Envelope) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        message = email.message_from_bytes(content, policy=policy.default)
        mail = Mail(envelope.mail_from or "", tuple(envelope.rcpt_tos), content, message)
        return await self.answer(mail, connection)


def _readable(mail: Mail) -> str:
    message = mail.message
    named = ("From", "To", "Date", "Subject", "Stockledger-Delivery")
    head = [f"{name}: {message[name]}" for name in named if name in message]
    return "\n".join(head) + "\n\n" + mail.part("plain")


def main(
    folder: Annotated[Path, typer.Option(help="Where the mails are written.")] = Path("mails"),
    port: Annotated[int, typer.Option(help="Where SMTP is spoken.")] = PORT,
) -> None:
    """Take mails for everybody, and write them as files, until Ctrl-C."""
    typer.echo(f"mails to {LOOPBACK}:{port} are written into {folder}")
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(MailBox(folder, port=port).run())


if __name__ == "__main__":
    typer.run(main)
