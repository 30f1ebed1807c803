"""The commands that are measured: sales and deliveries, some refused, some sent twice."""

import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from tests.support.shop import command_headers

REFUSED_SHARE: Final = 0.05
"""Commands that ask for more than there is."""

REPEATED_SHARE: Final = 0.01
"""Commands that are sent again, as a client does that did not hear the answer."""

SOLD_SHARE: Final = 0.70
"""Of the other commands: sales; what remains are deliveries."""

STOCK: Final = 1_000_000
"""Units of every item before a measurement: no sale of one unit is ever refused."""

TOO_MANY: Final = 900_000_000
"""Units that no item ever has."""

WAREHOUSE: Final = "NORTH"
SOURCE: Final = "/bench"

Headers = list[tuple[str, str | bytes | None]]


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a tenant; all of them are in one warehouse a tenant."""

    tenant: str
    sku: str

    @property
    def stream(self) -> str:
        """The item's stream."""
        return f"item/{WAREHOUSE}/{self.sku}"


@dataclass(frozen=True, slots=True)
class Message:
    """A command as it is published, and what becomes of it; `answer_id` is its answer's `ce_id`."""

    key: bytes
    value: bytes
    headers: Headers
    accepted: bool
    answer_id: bytes


@dataclass(slots=True)
class Traffic:
    """Commands in the order in which they are published, and what they must come to.

    `events` counts each command once, however often it was sent; `change` is what all of them
    together change available by, in units.
    """

    messages: list[Message] = field(default_factory=list[Message])
    events: int = 0
    change: int = 0

    @property
    def accepted(self) -> int:
        """How many answers say that the command took effect, repeats included."""
        return sum(message.accepted for message in self.messages)


def catalogue(name: str, tenants: int, items: int) -> list[Item]:
    """Return items spread evenly over tenants called `<name>-00` and so on."""
    return [Item(f"{name}-{i % tenants:02d}", f"SKU-{i:06d}") for i in range(items)]


class TrafficMaker:
    """Makes commands with ids that no other command of this maker has."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._name = f"{seed}-{self._random.randrange(1 << 40):x}"
        self._made = 0
        self._opened = set[str]()

    def stocking(self, items: Iterable[Item], units: int = STOCK) -> Traffic:
        """Return a delivery to every item, and what opens the warehouses that are not open."""
        traffic = Traffic()
        for item in items:
            if item.tenant not in self._opened:
                self._opened.add(item.tenant)
                data = {"warehouse_id": WAREHOUSE, "name": "North"}
                traffic.messages.append(self.command(item.tenant, "CreateWarehouse", data))
                traffic.events += 1
            self._deliver(traffic, item, units)
        return traffic

    def trade(self, items: Sequence[Item], count: int) -> Traffic:
        """Return `count` sales and deliveries of random items, with refusals and repeats."""
        traffic = Traffic()
        refused, repeated = REFUSED_SHARE, REFUSED_SHARE + REPEATED_SHARE
        for _ in range(count):
            drawn, item = self._random.random(), self._random.choice(items)
            if drawn < refused:
                traffic.messages.append(self._issue(item, TOO_MANY, accepted=False))
            elif drawn < repeated and traffic.messages:
                traffic.messages.append(self._random.choice(traffic.messages))
            elif self._random.random() < SOLD_SHARE:
                traffic.messages.append(self._issue(item, 1, accepted=True))
                traffic.events += 1
                traffic.change -= 1
            else:
                self._deliver(traffic, item, 2)
        return traffic

    def _deliver(self, traffic: Traffic, item: Item, quantity: int) -> None:
        data = {
            "warehouse_id": WAREHOUSE,
            "sku": item.sku,
            "quantity": quantity,
            "unit_cost": 2.5,
        }
        traffic.messages.append(self.command(item.tenant, "ReceiveStock", data))
        traffic.events += 1
        traffic.change += quantity

    def _issue(self, item: Item, quantity: int, *, accepted: bool) -> Message:
        data = {"warehouse_id": WAREHOUSE, "sku": item.sku, "quantity": quantity}
        return self.command(item.tenant, "IssueStock", data, accepted=accepted)

    def command(
        self, tenant: str, command_type: str, data: object, *, accepted: bool = True
    ) -> Message:
        """Return a command with an id of its own."""
        self._made += 1
        command_id = f"{self._name}-{self._made}"
        return Message(
            key=tenant.encode(),
            value=json.dumps(data).encode(),
            headers=[
                *command_headers(
                    command_type,
                    command_id,
                    tenant,
                    SOURCE,
                    ce_time=datetime.now(UTC).isoformat(),
                )
            ],
            accepted=accepted,
            answer_id=f"{SOURCE}/{command_id}".encode(),
        )
