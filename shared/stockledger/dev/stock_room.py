"""The demo shop's warehouses: they restock what runs short, and find what is broken or missing."""

import asyncio
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from stockledger.commands.lines import data_of
from stockledger.dev.catalogue import Product
from stockledger.dev.shop_commands import TENANT, ShopCommands
from stockledger.topic_tail import TopicTail

WAREHOUSES: Final = {"NORTH": "North, Hamburg", "SOUTH": "South, Munich", "WEST": "West, Cologne"}
"""By their priority: an order of any warehouse goes to the first that can serve it."""

DELIVERY_SECONDS: Final = (5.0, 20.0)
"""How long a delivery takes, at least and at most: some shop hours."""

WORRIES_EVERY_SECONDS: Final = 4.0
"""Mean time between two findings in the warehouses: something broken, a miscount."""

BROKEN_RATHER_THAN_MISCOUNTED: Final = 0.6

ItemKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Figures:
    """Units of an item, as the levels topic told last."""

    available: float
    reserved: float
    on_hand: float


class StockRoom:
    """Follows the levels of tenant `demo`."""

    def __init__(
        self,
        commands: ShopCommands,
        products: Sequence[Product],
        on_sale: Callable[[], str | None],
        seed: int,
    ) -> None:
        self.levels: dict[ItemKey, Figures] = {}
        self._commands = commands
        self._products = {product.sku: product for product in products}
        self._on_sale = on_sale
        self._random = Random(seed)
        self._deliveries: set[ItemKey] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def available(self, sku: str) -> float:
        """Return the units that all warehouses may promise."""
        shown = (self.levels.get((warehouse_id, sku)) for warehouse_id in WAREHOUSES)
        return sum(max(figures.available, 0) for figures in shown if figures is not None)

    def reserved(self) -> float:
        """Return the units of all items that are held."""
        return sum(figures.reserved for figures in self.levels.values())

    async def watch(self, tail: TopicTail) -> None:
        """Follow the levels, and order what runs short, until cancelled."""
        async for record in tail.records():
            tenant, _, item = (record.key or b"").decode(errors="replace").partition("/")
            if tenant != TENANT:
                continue
            warehouse_id, _, sku = item.partition("/")
            told = data_of(record)
            self.levels[warehouse_id, sku] = Figures(
                *(float(told.get(name, 0)) for name in ("available", "reserved", "on_hand"))
            )
            self._restock_when_short((warehouse_id, sku))

    async def live(self) -> None:
        """Find broken and miscounted things, until cancelled."""
        while True:
            await asyncio.sleep(self._random.expovariate(1 / WORRIES_EVERY_SECONDS))
            known = [key for key, figures in self.levels.items() if figures.available > 0]
            if known:
                _ = await self._worry(self._random.choice(known))

    def _restock_when_short(self, key: ItemKey) -> None:
        product = self._products.get(key[1])
        if product is None or key in self._deliveries or self._on_sale() == key[1]:
            return
        if self.levels[key].available <= product.reorder_point:
            self._deliveries.add(key)
            task = asyncio.get_running_loop().create_task(self._deliver(key, product))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _deliver(self, key: ItemKey, product: Product) -> None:
        await asyncio.sleep(self._random.uniform(*DELIVERY_SECONDS))
        received = {
            **item_of(key),
            "quantity": max(product.maximum - self.levels[key].on_hand, 1),
            "unit_cost": round(product.cost * self._random.uniform(0.95, 1.08), 2),
            "reference": {"type": "delivery", "id": f"D-{uuid.uuid4().hex[:8]}"},
        }
        try:
            await self._commands.accepted("ReceiveStock", received)
        finally:
            self._deliveries.discard(key)

    async def _worry(self, key: ItemKey) -> object:
        if self._random.random() < BROKEN_RATHER_THAN_MISCOUNTED:
            broken = -self._random.randint(1, 3)
            adjusted = {**item_of(key), "change": broken, "reason": "Damaged while packing"}
            return await self._commands.send("AdjustStock", adjusted)
        counted = max(0, self.levels[key].on_hand + self._random.randint(-2, 2))
        corrected = {**item_of(key), "actual_quantity": counted, "reason": "Cycle count"}
        return await self._commands.send("CorrectStock", corrected)


def item_of(key: ItemKey) -> dict[str, Any]:
    """Return the fields that name an item in a command."""
    return {"warehouse_id": key[0], "sku": key[1]}
