"""Whether an address has the form of its channel. Whether it may be called is decided there."""

import re
from typing import Final, assert_never
from urllib.parse import urlsplit

from stockledger.messages.recipients import Channel

EMAIL_LENGTH_MAX: Final = 254
"""Characters of an e-mail address: what an SMTP server has to take (RFC 5321)."""

_LOCAL: Final = r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}"
_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_EMAIL: Final = re.compile(rf"{_LOCAL}@{_LABEL}(?:\.{_LABEL})*")
_TELEPHONE: Final = re.compile(r"\+[1-9][0-9]{6,14}")
_WEB: Final = re.compile(r"https?://[A-Za-z0-9._~:/?\[\]@!$&'()*+,;=%-]+")
"""The characters of an address on the web (RFC 3986), but for the fragment's."""
_HOST: Final = re.compile(r"[A-Za-z0-9._-]+|[0-9A-Fa-f:.]+")


def address_problem(channel: Channel, address: str) -> str | None:
    """Return what is wrong with an address, going on from its name; None when nothing is."""
    match channel:
        case Channel.EMAIL:
            return email_problem(address)
        case Channel.SMS:
            if _TELEPHONE.fullmatch(address):
                return None
            return "must be a telephone number as in +493055501"
        case Channel.WEBHOOK:
            return web_address_problem(address)
        case _:
            assert_never(channel)


def email_problem(address: str) -> str | None:
    """Return what keeps a text from being one plain e-mail address."""
    if len(address) > EMAIL_LENGTH_MAX or not _EMAIL.fullmatch(address):
        return "must be one e-mail address as in ann@example.com"
    return None


def web_address_problem(url: str) -> str | None:
    """Return what keeps a text from being an address on the web that can be called."""
    problem = "must be an address as in https://example.com/hook"
    if not _WEB.fullmatch(url):
        return problem
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return problem
    if "@" in parts.netloc:
        return "must not name a user"
    if host is None or port == 0 or not _HOST.fullmatch(host):
        return problem
    return None
