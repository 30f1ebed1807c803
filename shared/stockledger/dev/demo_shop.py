"""A shop that lives: carts, orders, flash sales, deliveries, transfers, alerts, and what breaks."""

import asyncio
import math
import time
from collections.abc import Sequence
from typing import Final

from stockledger.commands.sending import Answer
from stockledger.dev.catalogue import Product
from stockledger.dev.control_room import ControlRoom
from stockledger.dev.demand import Demand
from stockledger.dev.findings import APPROVAL_QUANTITY, APPROVAL_VALUE, Findings
from stockledger.dev.flash_sale import FlashSale
from stockledger.dev.purchasing import Purchasing, is_supplied, supplied_settings
from stockledger.dev.shop_commands import ShopCommands
from stockledger.dev.shop_events import ShopEvents
from stockledger.dev.shoppers import Shoppers
from stockledger.dev.stock_room import WAREHOUSES, StockRoom, item_of
from stockledger.dev.transport import Transport

ANNOUNCED_SECONDS: Final = 1.0
"""How long the first levels may take until customers see them."""

LIMITED_WAREHOUSE: Final = "WEST"
"""The warehouse that has a limit."""

ROOM: Final = 1.02
"""Its limit, beside the most that it likes to have: nearly full when the shop opens."""


FIRST_ASKED: Final = "NORTH"
"""The warehouse that orders of any warehouse go to first."""

NEARLY_LOW: Final = 1.2
"""What it opens with of what the supplier has, beside the reorder point."""


class DemoShop:
    """The shop of tenant `demo`."""

    def __init__(
        self,
        commands: ShopCommands,
        events: ShopEvents,
        products: Sequence[Product],
        demand: Demand,
        people: tuple[ControlRoom, Purchasing],
        seed: int,
    ) -> None:
        self._control_room, self.purchasing = people
        self._commands = commands
        self._products = products
        self._demand = demand
        self._opened = time.monotonic()
        self.stock = StockRoom(commands, products, self._sku_on_sale, seed)
        self.sale = FlashSale(commands, demand, self.stock.available, self.seconds, seed)
        self._findings = Findings(commands, self.stock.levels, seed)
        self._transport = Transport(commands, self.stock.available_by_item, seed)
        self._shoppers = Shoppers(events, demand, self.stock.available, self.seconds, seed)

    def seconds(self) -> float:
        """Return how long the shop is open."""
        return time.monotonic() - self._opened

    async def open(self) -> None:
        """Set up the tenant, its warehouses and items, and their first stock; safe to repeat."""
        send = self._commands.send
        settings = {
            "currency": "EUR",
            "time_zone": "Europe/Berlin",
            "approval_quantity": APPROVAL_QUANTITY,
            "approval_value": APPROVAL_VALUE,
        }
        answers = [await send("ConfigureTenant", settings)]
        for priority, (warehouse_id, name) in enumerate(WAREHOUSES.items(), start=1):
            described = {"warehouse_id": warehouse_id, "name": name, "priority": priority}
            if warehouse_id == LIMITED_WAREHOUSE:
                wanted = sum(product.maximum for product in self._products)
                described["capacity"] = int(wanted * ROOM)
            answers.append(await send("CreateWarehouse", described))
        answers.append(await send("SetDefaultWarehouse", {"warehouse_id": "NORTH"}))
        await self.purchasing.open()
        for warehouse_id in WAREHOUSES:
            for product in self._products:
                answers += await self._stocked(warehouse_id, product)
        await asyncio.gather(*answers, return_exceptions=True)
        await self._control_room.open()

    async def trade(self) -> None:
        """Let customers come and the warehouses live, until cancelled."""
        await asyncio.sleep(ANNOUNCED_SECONDS)
        self._opened = time.monotonic()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._shoppers.come())
            tasks.create_task(self.sale.run())
            tasks.create_task(self._findings.run())
            tasks.create_task(self._transport.run())
            tasks.create_task(self._control_room.run())
            tasks.create_task(self.purchasing.run())

    def _sku_on_sale(self) -> str | None:
        sale = self._demand.sale(self.seconds())
        return None if sale is None else sale.sku

    async def _stocked(self, warehouse_id: str, product: Product) -> list[asyncio.Future[Answer]]:
        item = item_of((warehouse_id, product.sku))
        configured = {
            **item,
            "name": product.name,
            "category": product.category,
            "reorder_point": product.reorder_point,
            "reorder_quantity": product.maximum - product.reorder_point,
            "maximum": product.maximum,
            **supplied_settings(product),
        }
        received = {
            **item,
            "quantity": first_stock(warehouse_id, product),
            "unit_cost": product.cost,
        }
        first = f"first-stock-{warehouse_id}-{product.sku}"
        return [
            await self._commands.send("ConfigureItem", configured),
            await self._commands.send("ReceiveStock", received, command_id=first),
        ]


def first_stock(warehouse_id: str, product: Product) -> int:
    """Return the units that a warehouse opens with: what customers ask for first runs low soon."""
    if warehouse_id == FIRST_ASKED and is_supplied(product):
        return math.ceil(product.reorder_point * NEARLY_LOW)
    return product.maximum
