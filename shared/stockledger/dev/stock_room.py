"""The demo shop's warehouses: what they have, and how they restock what no supplier has."""

import asyncio
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from stockledger.commands.lines import data_of
from stockledger.dev.catalogue import Product
from stockledger.dev.purchasing import is_supplied
from stockledger.dev.shop_commands import TENANT, ShopCommands
from stockledger.topic_tail import TopicTail

WAREHOUSES: Final = {"NORTH": "North, Hamburg", "SOUTH": "South, Munich", "WEST": "West, Cologne"}
"""By their priority: an order of any warehouse goes to the first that can serve it."""

DELIVERY_SECONDS: Final = (5.0, 20.0)
"""How long a delivery takes, at least and at most: some shop hours."""

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

    def available_by_item(self) -> dict[ItemKey, float]:
        """Return the units that each item may promise."""
        return {key: figures.available for key, figures in self.levels.items()}

    def reserved(self) -> float:
        """Return the units of all items that are held."""
        return sum(figures.reserved for figures in self.levels.values())

    async def watch(self, tail: TopicTail) -> None:
        """Follow the levels, and make what runs short, until cancelled."""
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

    def _restock_when_short(self, key: ItemKey) -> None:
        product = self._products.get(key[1])
        if product is None or is_supplied(product):
            return
        if key in self._deliveries or self._on_sale() == key[1]:
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


def item_of(key: ItemKey) -> dict[str, Any]:
    """Return the fields that name an item in a command."""
    return {"warehouse_id": key[0], "sku": key[1]}
