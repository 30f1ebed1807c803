"""A shop that lives: carts, orders, flash sales, deliveries, transfers, and things that break."""

import asyncio
import time
from collections.abc import Sequence
from typing import Final

from stockledger.commands.sending import Answer
from stockledger.dev.catalogue import Product
from stockledger.dev.demand import Demand
from stockledger.dev.findings import APPROVAL_QUANTITY, APPROVAL_VALUE, Findings
from stockledger.dev.flash_sale import FlashSale
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


class DemoShop:
    """The shop of tenant `demo`."""

    def __init__(
        self,
        commands: ShopCommands,
        events: ShopEvents,
        products: Sequence[Product],
        demand: Demand,
        seed: int,
    ) -> None:
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
        for warehouse_id in WAREHOUSES:
            for product in self._products:
                answers += await self._stocked(warehouse_id, product)
        await asyncio.gather(*answers, return_exceptions=True)

    async def trade(self) -> None:
        """Let customers come and the warehouses live, until cancelled."""
        await asyncio.sleep(ANNOUNCED_SECONDS)
        self._opened = time.monotonic()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._shoppers.come())
            tasks.create_task(self.sale.run())
            tasks.create_task(self._findings.run())
            tasks.create_task(self._transport.run())

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
        }
        received = {**item, "quantity": product.maximum, "unit_cost": product.cost}
        first = f"first-stock-{warehouse_id}-{product.sku}"
        return [
            await self._commands.send("ConfigureItem", configured),
            await self._commands.send("ReceiveStock", received, command_id=first),
        ]
