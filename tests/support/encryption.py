"""TLS of throw-away servers: with good certificates, and with each kind of bad one."""

import ssl
from enum import StrEnum
from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).parent / "certificates"

AUTHORITY_FILE: Final = _FOLDER / "authority.pem"


class Certificate(StrEnum):
    """What a server shows; all are for localhost, and hooks, mail and acme at example.com."""

    GOOD = "server"
    EXPIRED = "expired"
    SELF_SIGNED = "self_signed"


def serving_with(certificate: Certificate) -> ssl.SSLContext:
    """Return what a server needs that shows the certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_FOLDER / f"{certificate}.pem")
    return context


def trusting_the_authority() -> ssl.SSLContext:
    """Return what a client needs that trusts the authority of the tests."""
    return ssl.create_default_context(cafile=AUTHORITY_FILE)
