"""A shop that lives: it orders as customers do, restocks, counts, and finds broken things."""

import asyncio
import time
import uuid
from collections.abc import Coroutine, Mapping, Sequence
from random import Random
from typing import Any, Final

import orjson

from stockledger.commands.lines import data_of
from stockledger.commands.outgoing import OutgoingCommand, Stamp, from_json
from stockledger.commands.sending import Answer, CommandSender
from stockledger.dev.catalogue import Product
from stockledger.dev.demand import Demand
from stockledger.dev.shop_figures import ShopFigures
from stockledger.errors import PublishingFailed
from stockledger.topic_tail import TopicTail

TENANT: Final = "demo"
SOURCE: Final = "/demo-shop"

WAREHOUSES: Final = {"NORTH": "North, Hamburg", "SOUTH": "South, Munich", "WEST": "West, Cologne"}
WAREHOUSE_WEIGHTS: Final = (5, 3, 2)
"""How many of ten orders each warehouse serves."""

ANSWER_SECONDS_MAX: Final = 60.0
"""Then the shop stops waiting for an answer."""

DELIVERY_SECONDS: Final = (5.0, 20.0)
"""How long a delivery takes, at least and at most: some shop hours."""

WORRIES_EVERY_SECONDS: Final = 4.0
"""Mean time between two findings in the warehouses: something broken, a miscount."""

STALE_PAGES: Final = 0.03
"""Part of the customers who order from a page that does not know what is sold out."""

ItemKey = tuple[str, str]


class DemoShop:
    """The shop of tenant `demo`."""

    def __init__(
        self,
        sender: CommandSender,
        products: Sequence[Product],
        demand: Demand,
        figures: ShopFigures,
        seed: int,
    ) -> None:
        self.available: dict[ItemKey, float] = {}
        self._sender = sender
        self._products = {product.sku: product for product in products}
        self._demand = demand
        self._figures = figures
        self._random = Random(seed)
        self._deliveries: set[ItemKey] = set()
        self._opened = time.monotonic()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def seconds(self) -> float:
        """How long the shop is open."""
        return time.monotonic() - self._opened

    async def open(self) -> None:
        """Set up the tenant, its warehouses and items, and their first stock; safe to repeat."""
        first = [
            self._command("ConfigureTenant", {"currency": "EUR", "time_zone": "Europe/Berlin"})
        ]
        for priority, (warehouse_id, name) in enumerate(WAREHOUSES.items(), start=1):
            described = {"warehouse_id": warehouse_id, "name": name, "priority": priority}
            first.append(self._command("CreateWarehouse", described))
        first.append(self._command("SetDefaultWarehouse", {"warehouse_id": "NORTH"}))
        answers = [await self._send(command) for command in first]
        for warehouse_id in WAREHOUSES:
            for product in self._products.values():
                answers += [
                    await self._send(command) for command in self._stocked(warehouse_id, product)
                ]
        await asyncio.gather(*answers, return_exceptions=True)

    async def trade(self) -> None:
        """Let customers order, and the warehouses live, until cancelled."""
        self._opened = time.monotonic()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._orders())
            tasks.create_task(self._worries())

    async def watch_levels(self, tail: TopicTail) -> None:
        """Follow the levels, and order what runs short, until cancelled."""
        async for record in tail.records():
            tenant, _, item = (record.key or b"").decode(errors="replace").partition("/")
            if tenant != TENANT:
                continue
            warehouse_id, _, sku = item.partition("/")
            key = (warehouse_id, sku)
            self.available[key] = float(data_of(record).get("available", 0))
            self._restock_when_short(key)

    def _restock_when_short(self, key: ItemKey) -> None:
        product = self._products.get(key[1])
        short = product is not None and self.available[key] <= product.reorder_point
        if product is not None and short and key not in self._deliveries:
            self._deliveries.add(key)
            self._start(self._deliver(key, product))

    async def _deliver(self, key: ItemKey, product: Product) -> None:
        await asyncio.sleep(self._random.uniform(*DELIVERY_SECONDS))
        cost = round(product.cost * self._random.uniform(0.95, 1.08), 2)
        quantity = max(product.maximum - self.available[key], 1)
        received = {
            **_item(key),
            "quantity": quantity,
            "unit_cost": cost,
            "reference": {"type": "delivery", "id": f"D-{uuid.uuid4().hex[:8]}"},
        }
        try:
            answer = await self._send(self._command("ReceiveStock", received))
            await asyncio.wait([answer])
        finally:
            self._deliveries.discard(key)

    async def _orders(self) -> None:
        due = self.seconds
        while True:
            due = self._demand.next_order_after(due)
            # Behind its own plan, the shop does not catch up: customers would not either.
            due = max(due, self.seconds - 1.0)
            await asyncio.sleep(max(0.0, due - self.seconds))
            sku, quantity = self._demand.order(self.seconds)
            key = self._served_from(sku)
            if key is None:
                continue
            reference = {"type": "order", "id": f"O-{uuid.uuid4().hex[:10]}"}
            ordered = {**_item(key), "quantity": quantity, "reference": reference}
            _ = await self._send(self._command("IssueStock", ordered))

    def _served_from(self, sku: str) -> ItemKey | None:
        """Return where an order goes; None when the shop's page says that it is sold out."""
        (warehouse_id,) = self._random.choices(list(WAREHOUSES), WAREHOUSE_WEIGHTS)
        if self._random.random() < STALE_PAGES:
            return warehouse_id, sku
        shown = [(each, sku) for each in (warehouse_id, *WAREHOUSES)]
        return next((key for key in shown if self.available.get(key, 1) > 0), None)

    async def _worries(self) -> None:
        while True:
            await asyncio.sleep(self._random.expovariate(1 / WORRIES_EVERY_SECONDS))
            known = [key for key, available in self.available.items() if available > 0]
            if known:
                _ = await self._send(self._worry(self._random.choice(known)))

    def _worry(self, key: ItemKey) -> OutgoingCommand:
        if self._random.random() < 0.6:  # noqa: PLR2004 - more breaks than is miscounted
            broken = -self._random.randint(1, 3)
            adjusted = {**_item(key), "change": broken, "reason": "Damaged while packing"}
            return self._command("AdjustStock", adjusted)
        counted = max(0, self.available[key] + self._random.randint(-2, 2))
        corrected = {**_item(key), "actual_quantity": counted, "reason": "Cycle count"}
        return self._command("CorrectStock", corrected)

    def _stocked(self, warehouse_id: str, product: Product) -> list[OutgoingCommand]:
        item = _item((warehouse_id, product.sku))
        configured = {
            **item,
            "name": product.name,
            "category": product.category,
            "reorder_point": product.reorder_point,
            "reorder_quantity": product.maximum - product.reorder_point,
            "maximum": product.maximum,
        }
        received = {**item, "quantity": product.maximum, "unit_cost": product.cost}
        named = f"{warehouse_id}-{product.sku}"
        return [
            self._command("ConfigureItem", configured),
            self._command("ReceiveStock", received, command_id=f"first-stock-{named}"),
        ]

    def _command(
        self, name: str, data: Mapping[str, Any], command_id: str | None = None
    ) -> OutgoingCommand:
        text = orjson.dumps({"type": name, "data": data})
        return from_json(text, Stamp(tenant=TENANT, source=SOURCE, id=command_id))

    async def _send(self, command: OutgoingCommand) -> asyncio.Future[Answer]:
        sent_at = self._figures.sent()
        answer = await self._sender.send(command)
        given_up = asyncio.get_running_loop().call_later(ANSWER_SECONDS_MAX, answer.cancel)

        def settled(done: asyncio.Future[Answer]) -> None:
            given_up.cancel()
            if done.cancelled() or isinstance(done.exception(), PublishingFailed):
                self._figures.given_up()
            else:
                self._figures.answered(sent_at, done.result().get("code"))

        answer.add_done_callback(settled)
        return answer

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _item(key: ItemKey) -> dict[str, Any]:
    return {"warehouse_id": key[0], "sku": key[1]}
