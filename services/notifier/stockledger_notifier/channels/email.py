"""E-mail over SMTP: a text and a page of each delivery."""

import asyncio
import contextlib
import re
import socket
import ssl
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import formatdate
from typing import Final

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPException,
    SMTPNotSupported,
    SMTPResponseException,
    SMTPServerDisconnected,
)

from stockledger_notifier.channels.channel import Delivery, Failed, Outcome, Sent
from stockledger_notifier.channels.mail_connections import MailConnections, MailServer
from stockledger_notifier.channels.web import certificate_problem
from stockledger_notifier.rendering import Renderer, one_line

FAILURE_CODE_MIN: Final = 500
"""Answers from here on are for good: the mail would not be taken again either."""

CLOSING_CODE: Final = 421
"""The server takes no mail at all for the time being; other answers are about this mail alone."""

ADDRESS_LENGTH_MAX: Final = 254
"""Characters of an address (RFC 5321)."""

_ATOM: Final = r"[!#$%&'*+/=?^_`{|}~A-Za-z0-9-]+"
_LABEL: Final = r"[A-Za-z0-9-]+"
_ADDRESS: Final = re.compile(rf"{_ATOM}(\.{_ATOM})*@{_LABEL}(\.{_LABEL})*")


class EmailChannel:
    """Sends each delivery as one mail to one address."""

    def __init__(
        self,
        server: MailServer,
        renderer: Renderer,
        *,
        tls: ssl.SSLContext | None = None,
        seconds: float,
    ) -> None:
        """`seconds`: from the connection, or a kept one, to the server's word about a mail."""
        self._sender = server.sender_address()
        self._renderer = renderer
        self._seconds = seconds
        secure = tls or ssl.create_default_context()
        self._connections = MailConnections(server, secure, seconds)

    async def send(self, delivery: Delivery) -> Outcome:
        """Send it once; the mail server's last word decides."""
        if len(delivery.address) > ADDRESS_LENGTH_MAX or not _ADDRESS.fullmatch(delivery.address):
            return Failed(permanent=True, cause="the address is not an e-mail address")
        handover = _Handover(delivery.address, self.mail(delivery).as_bytes())
        try:
            async with asyncio.timeout(self._seconds), self._connections.envelope() as smtp:
                return await handover.done_with(smtp)
        except TimeoutError:
            return handover.unanswered(self._seconds)
        except (SMTPException, OSError) as error:
            return Failed(permanent=False, cause=_cause(error), may_double=handover.is_begun)

    def mail(self, delivery: Delivery) -> EmailMessage:
        """Return the mail; every repeat of the delivery has the same id."""
        worded = self._renderer.mail(delivery)
        mail = EmailMessage(policy=SMTP_POLICY)
        mail["From"] = self._sender
        mail["To"] = Address(addr_spec=delivery.address)
        mail["Subject"] = worded.subject
        mail["Date"] = formatdate()
        mail["Message-ID"] = f"<{delivery.delivery_id}@{self._sender.domain}>"
        mail["Stockledger-Delivery"] = delivery.delivery_id
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(worded.text, cte="quoted-printable")
        if worded.html is not None:
            mail.add_alternative(worded.html, subtype="html", cte="quoted-printable")
        return mail

    async def close(self) -> None:
        """Close every connection."""
        self._connections.close()


@dataclass(slots=True)
class _Handover:
    """One mail on its way to the server; once it is begun, the server may have the mail."""

    address: str
    content: bytes
    is_begun: bool = False

    async def done_with(self, smtp: SMTP) -> Outcome:
        """Hand it over to a server that has taken our sender."""
        try:
            await smtp.rcpt(self.address)
            self.is_begun = True
            await smtp.data(self.content)
        except SMTPResponseException as error:
            with contextlib.suppress(SMTPException):  # the server may have ended the connection
                await smtp.rset()
            return _refused(error)
        return Sent()

    def unanswered(self, seconds: float) -> Failed:
        """Say that the time is over; a server that only thinks about it is not out of order."""
        said = "no answer to the mail" if self.is_begun else "no answer"
        return Failed(
            permanent=False,
            cause=f"{said} within {seconds:g} s",
            answered=self.is_begun,
            may_double=self.is_begun,
        )


def _refused(error: SMTPResponseException) -> Failed:
    said = one_line(f"{error.code} {error.message}")
    return Failed(
        error.code >= FAILURE_CODE_MIN,
        f"the mail server refuses it: {said}",
        answered=error.code != CLOSING_CODE,
    )


def _cause(error: Exception) -> str:
    """Say why the mail server could not be talked to; that is put right by the operator."""
    roots = (error, error.__cause__)
    for root in roots:
        if isinstance(root, ssl.SSLCertVerificationError):
            return f"the mail server's certificate is not accepted: {certificate_problem(root)}"
    for root in roots:
        match root:
            case ssl.SSLError():
                return "no secure connection to the mail server could be agreed on"
            case socket.gaierror():
                return "the mail server's name cannot be resolved"
            case SMTPAuthenticationError():
                return f"the mail server refuses our user name and password: {root.code}"
            case SMTPResponseException():
                return one_line(f"the mail server answers {root.code} {root.message}")
            case SMTPException() if type(root) in {SMTPException, SMTPNotSupported}:
                return "the mail server does not offer what the settings ask for, as STARTTLS"
            case SMTPServerDisconnected():
                return "the mail server ended the connection"
            case _:
                continue
    return "the mail server cannot be reached"
