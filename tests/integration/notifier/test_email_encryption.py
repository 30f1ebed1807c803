"""E-mail over TLS: to servers that prove who they are, and to no others."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from stockledger.dev.ports import LOOPBACK
from stockledger_notifier.channels.channel import Failed, Sent
from stockledger_notifier.channels.email import EmailChannel
from stockledger_notifier.channels.mail_connections import MailServer
from stockledger_notifier.rendering import Renderer
from stockledger_notifier.settings import SmtpSecurity
from tests.support.delivery_builders import (
    for_now,
)
from tests.support.encryption import Certificate, serving_with, trusting_the_authority
from tests.support.mail_channels import LOW, SENDER, a_channel
from tests.support.mail_server import MailServer as FakeServer


@pytest.mark.parametrize("security", [SmtpSecurity.STARTTLS, SmtpSecurity.TLS])
async def test_over_tls_mail_is_taken_only_behind_a_good_certificate(
    security: SmtpSecurity, tmp_path: Path
) -> None:
    outcomes = {
        certificate: await sent_over(tmp_path / certificate, security, certificate, "localhost")
        for certificate in Certificate
    }

    not_accepted = "the mail server's certificate is not accepted"
    assert outcomes[Certificate.GOOD] == Sent()
    assert outcomes[Certificate.EXPIRED] == for_now(f"{not_accepted}: certificate has expired")
    assert outcomes[Certificate.SELF_SIGNED] == for_now(f"{not_accepted}: self-signed certificate")
    assert len(list(tmp_path.glob("*/*.eml"))) == 1


@pytest.mark.parametrize("security", [SmtpSecurity.STARTTLS, SmtpSecurity.TLS])
async def test_a_certificate_for_another_name_is_not_accepted(
    security: SmtpSecurity, tmp_path: Path
) -> None:
    outcome = await sent_over(tmp_path, security, Certificate.GOOD, LOOPBACK)

    assert isinstance(outcome, Failed)
    assert "certificate is not valid for '127.0.0.1'" in outcome.cause


async def test_a_server_without_starttls_gets_no_mail(tmp_path: Path) -> None:
    server = FakeServer(tmp_path)
    async with (
        server.listening() as port,
        a_channel(port, SmtpSecurity.STARTTLS) as channel,
    ):
        outcome = await channel.send(LOW)

    assert outcome == for_now(
        "the mail server does not offer what the settings ask for, as STARTTLS"
    )
    assert server.received == 0


async def test_a_password_that_is_refused_is_the_operators_matter_and_is_not_told(
    tmp_path: Path,
) -> None:
    server = FakeServer(tmp_path, tls=serving_with(Certificate.GOOD))
    async with server.listening() as port:
        settings = MailServer(
            "localhost", port, SENDER, SmtpSecurity.STARTTLS, "acme", SecretStr("pass-7261")
        )
        channel = EmailChannel(settings, Renderer(), tls=trusting_the_authority(), seconds=5)
        outcome = await channel.send(LOW)
        await channel.close()

    assert outcome == for_now("the mail server refuses our user name and password: 535")
    assert "pass-7261" not in repr(settings)


async def sent_over(
    folder: Path, security: SmtpSecurity, certificate: Certificate, host: str
) -> Sent | Failed:
    server = FakeServer(
        folder,
        tls=serving_with(certificate),
        tls_from_the_start=security is SmtpSecurity.TLS,
    )
    async with (
        server.listening() as port,
        a_channel(port, security, host=host, tls=trusting_the_authority()) as channel,
    ):
        return await channel.send(LOW)
