"""A shop whose systems are told of its stock by webhooks, through all the real processes."""

import contextlib
from collections import Counter
from collections.abc import Generator, Sequence

from aiohttp import web

from stockledger.dev.ports import LOOPBACK
from stockledger.messages.fields import TenantId
from stockledger.notification_keys import webhook_secret, written_secret
from tests.support.background_server import in_background
from tests.support.installation import Installation
from tests.support.shop import ACME, Shop, Tail, headers_of
from tests.support.waiting import wait_until
from tests.support.web_receiver import Trouble, WebReceiver

KEY = "0123456789abcdef0123456789abcdef"
OUTSIDE = {
    "INVENTORY_NOTIFICATION_KEY": KEY,
    "INVENTORY_PRIVATE_DESTINATIONS": f'["{LOOPBACK}"]',
}
VERIFIED = "RecipientVerified"
SHOP_SYSTEM = "shop-system"
STOCKED = 100
SOLD = 90
THRESHOLD = 20
LITTLE = 0.5


class Receiver(WebReceiver):
    """A receiver that remembers every webhook which it took, and how often."""

    def __init__(self, recipient: str = SHOP_SYSTEM, always: Trouble | None = None) -> None:
        secret = webhook_secret(KEY.encode(), TenantId(ACME), recipient)
        super().__init__([written_secret(secret)], always=always)
        self.recipient = recipient
        self.taken: Counter[tuple[str, str]] = Counter()

    async def as_usual(self, request: web.Request) -> web.StreamResponse:
        """Take it and remember it."""
        answer = await super().as_usual(request)
        return self._remembered(answer)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Take it as trouble has it, and remember it if it was taken."""
        if self.troubles or self.always is not None:
            return await super().answer(request)
        self.requests += 1
        return await self.as_usual(request)

    def _remembered(self, answer: web.StreamResponse) -> web.StreamResponse:
        latest = self.latest[-1]
        said = latest.said
        self.taken[said["type"], said["data"].get("sku", "")] += 1
        return answer

    @property
    def ids(self) -> set[str]:
        """The ids of all webhooks that were taken."""
        return {webhook.id for webhook in self.latest}

    def skus(self) -> set[str]:
        """Return the items whose alerts were taken."""
        return {sku for kind, sku in self.taken if kind == "alert.raised"}


class ToldShop:
    """A shop with stock, and systems that are told when it gets low."""

    def __init__(self, installation: Installation, shop: Shop) -> None:
        self.installation = installation
        self.shop = shop
        self._events = Tail(installation.settings, shop.topics.events)
        self._seen: Counter[str] = Counter()

    def open(self, skus: Sequence[str]) -> None:
        """Start a handler, and make a warehouse full of everything."""
        self.installation.handler(**OUTSIDE).wait_ready()
        ids = [
            self.shop.publish(
                "CreateWarehouse", {"warehouse_id": "NORTH", "name": "North", "code": "N"}
            )
        ]
        for sku in skus:
            item = {"warehouse_id": "NORTH", "sku": sku}
            stocked = {**item, "quantity": STOCKED, "unit_cost": 2.5}
            ids.append(self.shop.publish("ReceiveStock", stocked))
            ids.append(self.shop.publish("ConfigureItem", {**item, "maximum": STOCKED}))
        self._accepted(ids)

    def set_recipients(self, ports: dict[str, int]) -> None:
        """Let these be told by webhooks, once they have proved to listen there."""
        recipients = [
            {
                "recipient_id": recipient,
                "channel": "WEBHOOK",
                "address": f"http://{LOOPBACK}:{port}/in",
            }
            for recipient, port in ports.items()
        ]
        self._accepted([self.shop.publish("SetRecipients", {"recipients": recipients})])

    def wait_event(self, name: str, count: int = 1) -> None:
        """Wait until so many events of a type were recorded."""

        def are_recorded() -> bool:
            for message in self._events.read():
                self._seen[headers_of(message)["ce_type"].decode().split(".")[1]] += 1
            return self._seen[name] >= count

        wait_until(are_recorded, f"{count} {name}", 60)

    def sell(self, skus: Sequence[str]) -> None:
        """Sell nearly all there is of these."""
        self._accepted(
            [
                self.shop.publish(
                    "IssueStock", {"warehouse_id": "NORTH", "sku": sku, "quantity": SOLD}
                )
                for sku in skus
            ]
        )

    def flap(self, sku: str, changes: int) -> None:
        """Let what was sold come nearly back to the threshold, and then above it and below it."""
        item = {"warehouse_id": "NORTH", "sku": sku}
        back = {**item, "quantity": THRESHOLD - (STOCKED - SOLD), "unit_cost": 2.5}
        ids = [self.shop.publish("ReceiveStock", back)]
        for _ in range(changes // 2):
            more = {**item, "quantity": LITTLE, "unit_cost": 2.5}
            ids.append(self.shop.publish("ReceiveStock", more))
            ids.append(self.shop.publish("IssueStock", {**item, "quantity": LITTLE}))
        self._accepted(ids)

    def close(self) -> None:
        """Let go of the connections."""
        self._events.close()

    def _accepted(self, ids: Sequence[str]) -> None:
        answers = self.shop.answers_to(ids)
        assert all(answer.is_accepted for answer in answers.values()), answers


@contextlib.contextmanager
def told_shop(installation: Installation, shop: Shop, skus: Sequence[str]) -> Generator[ToldShop]:
    """Open a shop, and close it in the end."""
    opened = ToldShop(installation, shop)
    try:
        opened.open(skus)
        yield opened
    finally:
        opened.close()


@contextlib.contextmanager
def receiving(*receivers: Receiver) -> Generator[dict[str, int]]:
    """Let receivers listen meanwhile; gives their ports by their names."""
    with contextlib.ExitStack() as stack:
        yield {each.recipient: stack.enter_context(in_background(each)) for each in receivers}
