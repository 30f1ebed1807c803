"""Posting to servers that tenants have named: without redirects, cookies or proxies."""

import os
import ssl
from collections.abc import Callable, Container, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from importlib.metadata import version
from typing import Final, cast

import aiohttp
import orjson

from stockledger_notifier.addresses import (
    CheckedResolver,
    ForbiddenAddress,
    LookUp,
    PrivateDestinations,
    SystemLookUp,
    checked_url,
)
from stockledger_notifier.channels.channel import Failed

CONNECTIONS_MAX: Final = 1_000
"""Connections to all servers: the workers send fewer at once, so that none waits for one here."""

KEPT_SECONDS: Final = 4.0
"""How long (s) an idle connection is kept: less than the 5 s after which many servers close it."""

NAMES_KEPT_SECONDS: Final = 30
"""How long (s) the addresses of a name are believed: servers that move are found in time."""

BODY_BYTES_MAX: Final = 65_536
"""Bytes of an answer that are read; whoever answers more is cut off."""

RETRY_AFTER_MAX: Final = 3_600.0
"""Longest wait (s) that a server may ask for."""

USER_AGENT: Final = f"Stockledger/{version('stockledger')}"

OURS: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})
"""Answers about an account or an address, not about what is sent: they are put right by us."""

_TEMPORARY: Final = frozenset(
    {
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.CONFLICT,
        HTTPStatus.TOO_EARLY,
        HTTPStatus.TOO_MANY_REQUESTS,
    }
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered; `body` is its beginning."""

    status: int
    body: bytes
    retry_after: float | None = None

    def refusal(self, ours: Container[int] = ()) -> Failed | None:
        """Return why it was not taken, None when it was; the statuses that are ours may change."""
        status = self.status
        if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            return None
        if status < HTTPStatus.BAD_REQUEST:
            return Failed(permanent=True, cause=f"HTTP {status}: redirects are not followed")
        may_change = status in _TEMPORARY or status in ours
        permanent = status < HTTPStatus.INTERNAL_SERVER_ERROR and not may_change
        return Failed(permanent, f"HTTP {status}", self.retry_after)

    def fields(self) -> Mapping[str, object]:
        """Return what the JSON object in it says; nothing when there is no such object."""
        try:
            said = orjson.loads(self.body)
        except orjson.JSONDecodeError:
            return {}
        return cast("dict[str, object]", said) if isinstance(said, dict) else {}


class OutsideWeb:
    """Posts over connections that are kept; secure ones and plain ones are kept apart.

    A plain one is only for servers that the operator has named: `CheckedResolver` sees to it.
    """

    def __init__(
        self,
        private: PrivateDestinations,
        *,
        seconds: float,
        tls: ssl.SSLContext | None = None,
        look_up: LookUp | None = None,
    ) -> None:
        self._private = private
        self._seconds = seconds
        self._own_look_up = SystemLookUp() if look_up is None else None
        used = look_up or self._own_look_up
        assert used is not None
        secure = tls or ssl.create_default_context()
        self._sessions = {
            "https": _session(CheckedResolver(private, used, encrypted=True), seconds, secure),
            "http": _session(CheckedResolver(private, used, encrypted=False), seconds, secure),
        }

    async def post(self, address: str, body: bytes, headers: Mapping[str, str]) -> Answer | Failed:
        """Post JSON once; return the answer, whatever it is, or why there is none."""
        try:
            url = checked_url(address, self._private)
        except ForbiddenAddress as error:
            return Failed(permanent=True, cause=str(error))
        session = self._sessions[url.scheme]
        return await answer_of(
            lambda: session.post(url, data=body, headers=headers, allow_redirects=False),
            self._seconds,
        )

    async def close(self) -> None:
        """Close every connection."""
        for session in self._sessions.values():
            await session.close()
        if self._own_look_up is not None:
            self._own_look_up.close()


async def answer_of(
    request: Callable[[], AbstractAsyncContextManager[aiohttp.ClientResponse]],
    seconds: float,
    *,
    knows_repeats: bool = True,
) -> Answer | Failed:
    """Make the request; return the answer, whatever it is, or why there is none.

    `knows_repeats`: the server takes a repeat for what it is.
    """
    try:
        async with request() as response:
            body = await _beginning(response)
            return Answer(response.status, body, _retry_after(response))
    except ForbiddenAddress as error:
        return Failed(permanent=True, cause=str(error))
    except aiohttp.InvalidURL:
        return Failed(permanent=True, cause="the address cannot be read")
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
        return Failed(permanent=False, cause=_cause(error))
    except TimeoutError:
        cause = f"no answer within {seconds:g} s"
        return Failed(permanent=False, cause=cause, may_double=not knows_repeats)
    except (aiohttp.ClientError, OSError, ValueError) as error:
        return Failed(permanent=False, cause=_cause(error), may_double=not knows_repeats)


def _session(
    resolver: CheckedResolver, seconds: float, tls: ssl.SSLContext
) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(
            resolver=resolver,
            ssl=tls,
            limit=CONNECTIONS_MAX,
            keepalive_timeout=KEPT_SECONDS,
            ttl_dns_cache=NAMES_KEPT_SECONDS,
        ),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=seconds),
        headers={
            "User-Agent": USER_AGENT,
            "Content-Type": "application/json",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
        },
        auto_decompress=False,
        trust_env=False,
    )


async def _beginning(response: aiohttp.ClientResponse) -> bytes:
    """Read what the answer says; the connection is used again only if that was all."""
    read = bytearray()
    async for part in response.content.iter_any():
        read += part
        if len(read) > BODY_BYTES_MAX:
            response.close()
            break
    return bytes(read[:BODY_BYTES_MAX])


def _retry_after(response: aiohttp.ClientResponse) -> float | None:
    """Return the seconds that the server asks to wait, given so or as a date."""
    asked = response.headers.get("Retry-After", "")
    if asked.isascii() and asked.isdecimal():
        return min(float(asked), RETRY_AFTER_MAX)
    try:
        until = parsedate_to_datetime(asked)
        now = parsedate_to_datetime(response.headers["Date"])
        return min(max((until - now).total_seconds(), 0.0), RETRY_AFTER_MAX)
    except (ValueError, TypeError, KeyError, OverflowError):
        return None


def _cause(error: Exception) -> str:
    """Say what happened in words of our own: a library's may hold the address, and its secrets."""
    match error:
        case aiohttp.ClientConnectorCertificateError():
            return (
                f"the certificate is not accepted: {certificate_problem(error.certificate_error)}"
            )
        case aiohttp.ClientSSLError():
            return "no secure connection could be agreed on"
        case aiohttp.ClientConnectorDNSError():
            return "the host's name cannot be resolved"
        case aiohttp.ConnectionTimeoutError():
            return "no connection in time"
        case aiohttp.ClientConnectorError():
            return f"no connection: {os.strerror(error.os_error.errno or 0)}"
        case aiohttp.ServerDisconnectedError() | ConnectionError():
            return "the connection was closed before the answer was complete"
        case aiohttp.ClientPayloadError():
            return "the connection was closed before the answer was complete"
        case aiohttp.ClientResponseError():
            return "the answer is not HTTP"
        case _:
            return f"it could not be sent ({type(error).__name__})"


def certificate_problem(error: Exception) -> str:
    """Return what is wrong with a server's certificate."""
    return error.verify_message if isinstance(error, ssl.SSLCertVerificationError) else "unknown"
