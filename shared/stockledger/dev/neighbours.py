"""Whom the demo talks to: a mail server, a webhook's receiver and a supplier, all on this machine.

They belong to the demo's own process, and what came is counted here.
"""

import contextlib
import secrets
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson

from stockledger.config import variable_of
from stockledger.dev import fake_supplier, mail_box, webhook_receiver
from stockledger.dev.fake_supplier import FakeSupplier
from stockledger.dev.mail_box import MailBox
from stockledger.dev.ports import LOOPBACK, usual_or_free
from stockledger.dev.shop_commands import TENANT
from stockledger.dev.webhook_receiver import Verdict, WebhookReceiver
from stockledger.messages.fields import TenantId
from stockledger.notification_keys import webhook_secret, written_secret

KEY_BYTES: Final = 32

HOOK_RECIPIENT: Final = "shop-hook"
"""The recipient whose webhooks the receiver takes."""

SUPPLIER_FAILS: Final = 0.25
"""Share of the requests that the supplier fails at."""


@dataclass(frozen=True, slots=True)
class NeighbourSnapshot:
    """What came since the demo began."""

    mails: int
    webhooks: int
    webhooks_refused: int
    orders: int
    orders_failed: int


class Neighbours:
    """The three servers, and the settings by which the services find them."""

    def __init__(self, folder: Path) -> None:
        self.key = _kept_key(folder / "notification-key")
        self.mails = folder / "mails"
        self._mail_port, self._hook_port, self._supplier_port = (
            usual_or_free(module.PORT) for module in (mail_box, webhook_receiver, fake_supplier)
        )
        secret = webhook_secret(self.key.encode(), TenantId(TENANT), HOOK_RECIPIENT)
        self.mail_box = MailBox(self.mails, port=self._mail_port)
        self.receiver = WebhookReceiver([written_secret(secret)], port=self._hook_port)
        self.supplier = FakeSupplier(port=self._supplier_port, failing=SUPPLIER_FAILS)

    @property
    def hook_url(self) -> str:
        """Where the receiver takes webhooks; opened in a browser, it shows them."""
        return f"http://{LOOPBACK}:{self._hook_port}/"

    @property
    def supplier_url(self) -> str:
        """Where the supplier takes orders; opened in a browser, it shows them."""
        return f"http://{LOOPBACK}:{self._supplier_port}/"

    @property
    def environment(self) -> Mapping[str, str]:
        """The settings of command handler and notifier."""
        return {
            variable_of("notification_key"): self.key,
            "INVENTORY_SMTP_HOST": LOOPBACK,
            "INVENTORY_SMTP_PORT": str(self._mail_port),
            "INVENTORY_SMTP_SECURITY": "none",
            "INVENTORY_SMTP_SENDER": "Stockledger <stockledger@demo.example>",
            "INVENTORY_PRIVATE_DESTINATIONS": orjson.dumps([LOOPBACK]).decode(),
        }

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncGenerator[None]:
        """Serve meanwhile."""
        async with contextlib.AsyncExitStack() as servers:
            for server in (self.mail_box, self.receiver, self.supplier):
                await servers.enter_async_context(server.listening())
            yield

    def snapshot(self) -> NeighbourSnapshot:
        """Return the figures now."""
        counts = self.receiver.counts
        return NeighbourSnapshot(
            mails=self.mail_box.received,
            webhooks=counts[Verdict.TAKEN],
            webhooks_refused=counts[Verdict.REFUSED],
            orders=self.supplier.taken,
            orders_failed=sum(self.supplier.mishaps.values()),
        )


def _kept_key(file: Path) -> str:
    """Return the installation's key, made at the first start, readable by its owner alone."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(KEY_BYTES), encoding="ascii")
    return file.read_text(encoding="ascii")
