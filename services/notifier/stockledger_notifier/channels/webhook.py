"""Webhooks, signed as Standard Webhooks says: standardwebhooks.com, docs/webhooks.md."""

import base64
import hashlib
import hmac
import re
import time
from collections.abc import Callable
from typing import Final

import orjson

from stockledger.messages.fields import TenantId, time_to_wire
from stockledger.messages.recipients import Wording
from stockledger.notification_keys import webhook_secret
from stockledger_notifier.channels.channel import Delivery, Failed, Outcome, Sent
from stockledger_notifier.channels.web import Answer, OutsideWeb

SECRETS_KEPT: Final = 10_000
"""Recipients whose secrets are kept: to make one again costs microseconds."""

_CODE: Final = re.compile(r"[A-Za-z0-9-]{4,64}")


class WebhookChannel:
    """Posts each delivery to its address, with a signature over its id, the time and its body."""

    def __init__(self, web: OutsideWeb, key: bytes, clock: Callable[[], float] = time.time) -> None:
        self._web = web
        self._key = key
        self._clock = clock
        self._secrets: dict[tuple[str, str], bytes] = {}

    async def send(self, delivery: Delivery) -> Outcome:
        """Post it; a verification is answered when the answer holds the code."""
        body = webhook_body(delivery)
        sent = str(int(self._clock()))
        signed = b"%b.%b.%b" % (delivery.delivery_id.encode(), sent.encode(), body)
        signature = hmac.digest(self._secret(delivery), signed, hashlib.sha256)
        answer = await self._web.post(
            delivery.address,
            body,
            {
                "webhook-id": delivery.delivery_id,
                "webhook-timestamp": sent,
                "webhook-signature": "v1," + base64.b64encode(signature).decode(),
                "Idempotency-Key": delivery.delivery_id,
            },
        )
        if isinstance(answer, Failed):
            return answer
        is_asked = delivery.wording is Wording.VERIFICATION
        return answer.refusal() or Sent(code=_code_in(answer) if is_asked else None)

    async def close(self) -> None:
        """Close every connection."""
        await self._web.close()

    def _secret(self, delivery: Delivery) -> bytes:
        assert delivery.recipient_id is not None
        whose = (delivery.tenant_id, delivery.recipient_id)
        secret = self._secrets.get(whose)
        if secret is None:
            secret = webhook_secret(self._key, TenantId(delivery.tenant_id), delivery.recipient_id)
            if len(self._secrets) >= SECRETS_KEPT:
                self._secrets.clear()
            self._secrets[whose] = secret
        return secret


def webhook_body(delivery: Delivery) -> bytes:
    """Return what a receiver reads; every repeat of the delivery has the same."""
    assert delivery.wording is not None
    return orjson.dumps(
        {
            "type": delivery.wording.value.replace("_", "."),
            "id": delivery.delivery_id,
            "tenant_id": delivery.tenant_id,
            "occurred_at": time_to_wire(delivery.occurred_at),
            "data": delivery.facts,
        }
    )


def _code_in(answer: Answer) -> str | None:
    """Return the code of an answer {"code": "…"}; None when it holds none."""
    code = answer.fields().get("code")
    return code if isinstance(code, str) and _CODE.fullmatch(code) else None
