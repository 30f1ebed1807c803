"""Text messages over Twilio's HTTP API.

It creates a message by every request and takes no key by which it would know a repeat: what may
have been taken is repeated rarely, for it may be read, and paid for, twice.
"""

import base64
import ssl
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import aiohttp
from pydantic import SecretStr

from stockledger_notifier.channels.channel import Delivery, Failed, Outcome, Sent
from stockledger_notifier.channels.web import KEPT_SECONDS, OURS, USER_AGENT, answer_of
from stockledger_notifier.rendering import Renderer

SECONDS: Final = 10.0
"""How long Twilio may take; it answers before the message is delivered."""

CONNECT_SECONDS: Final = 5.0
"""How long of it a connection may take; until there is one, nothing has been asked for."""

MESSAGING_SERVICE: Final = "MG"
"""The ids of messaging services begin with it; telephone numbers with a plus."""

_NOT_TAKEN: Final = HTTPStatus.SERVICE_UNAVAILABLE


@dataclass(frozen=True, slots=True)
class TwilioAccount:
    """Whose account pays, and who is named as the sender."""

    url: str
    sid: str
    token: SecretStr
    sender: str

    def authorization(self) -> str:
        """Return the header by which Twilio knows the account."""
        known = f"{self.sid}:{self.token.get_secret_value()}"
        return f"Basic {base64.b64encode(known.encode()).decode()}"


class SmsChannel:
    """Sends each delivery as one text message."""

    def __init__(
        self,
        account: TwilioAccount,
        renderer: Renderer,
        *,
        tls: ssl.SSLContext | None = None,
        seconds: float = SECONDS,
    ) -> None:
        self._account = account
        self._renderer = renderer
        self._seconds = seconds
        self._url = f"{account.url.rstrip('/')}/2010-04-01/Accounts/{account.sid}/Messages.json"
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                ssl=tls or ssl.create_default_context(), keepalive_timeout=KEPT_SECONDS
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=seconds, connect=min(seconds / 2, CONNECT_SECONDS)),
            headers={
                "Authorization": account.authorization(),
                "User-Agent": USER_AGENT,
                "Accept-Encoding": "identity",
            },
            auto_decompress=False,
        )

    async def send(self, delivery: Delivery) -> Outcome:
        """Hand it to Twilio; an answer about the account is no refusal of the message."""
        form = {
            "To": delivery.address,
            self._sender_field: self._account.sender,
            "Body": self._renderer.sms(delivery),
        }
        answer = await answer_of(
            lambda: self._session.post(self._url, data=form, allow_redirects=False),
            self._seconds,
            knows_repeats=False,
        )
        if isinstance(answer, Failed):
            return answer
        refusal = answer.refusal(OURS)
        if refusal is None:
            return Sent()
        code = answer.fields().get("code")  # the number by which Twilio explains its errors
        number = code if isinstance(code, int) else "unknown"
        cause = f"{refusal.cause}: Twilio's error {number}"
        is_unclear = answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR
        may_double = is_unclear and answer.status != _NOT_TAKEN
        return Failed(refusal.permanent, cause, refusal.retry_after, may_double=may_double)

    async def close(self) -> None:
        """Close every connection."""
        await self._session.close()

    @property
    def _sender_field(self) -> str:
        is_service = self._account.sender.startswith(MESSAGING_SERVICE)
        return "MessagingServiceSid" if is_service else "From"
