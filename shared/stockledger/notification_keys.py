"""What is derived from the installation's notification key: codes and webhooks' secrets.

Nothing of it is stored: the command handler and the notifier come to the same by the same key.
"""

import base64
import hashlib
import hmac
from typing import Final

from pydantic import Field, SecretStr

from stockledger.config import Settings
from stockledger.messages.fields import TenantId
from stockledger.messages.recipients import Channel

KEY_LENGTH_MIN: Final = 32
"""Characters of the key: as many bits as its HMAC has, if they are random hexadecimal digits."""

CODE_LENGTH: Final = 10
"""Characters of a code, 5 bits each: short enough to be typed, too many to be tried."""

WRITTEN_PREFIX: Final = "whsec_"
"""How a webhook's secret begins where it is written down (Standard Webhooks)."""

_VERIFICATION: Final = "verification"
_WEBHOOK: Final = "webhook"


class NotificationKeySettings(Settings):
    """The settings of a process that needs the key."""

    notification_key: SecretStr | None = Field(default=None, min_length=KEY_LENGTH_MIN)
    """Without it no address can be verified, and no webhook signed."""

    def notification_key_bytes(self) -> bytes | None:
        """Return the key as the functions below take it."""
        key = self.notification_key
        return None if key is None else key.get_secret_value().encode()


def verification_code(key: bytes, tenant_id: TenantId, channel: Channel, address: str) -> str:
    """Return the code that proves who gives it to have received what is sent to the address.

    It is the same for all recipients at the address: of these, only a few are sent one.
    """
    digest = _derived(key, _VERIFICATION, tenant_id, channel.value, address)
    return base64.b32encode(digest).decode()[:CODE_LENGTH]


def webhook_secret(key: bytes, tenant_id: TenantId, recipient_id: str) -> bytes:
    """Return the secret that a recipient's webhooks are signed with."""
    return _derived(key, _WEBHOOK, tenant_id, recipient_id)


def written_secret(secret: bytes) -> str:
    """Return a webhook's secret as it is handed out, as in `whsec_MfKQ9r8G…`."""
    return WRITTEN_PREFIX + base64.b64encode(secret).decode()


def _derived(key: bytes, *parts: str) -> bytes:
    """Return what only the key leads to; the first part keeps one use apart from others."""
    return hmac.digest(key, "\0".join(parts).encode(), hashlib.sha256)
