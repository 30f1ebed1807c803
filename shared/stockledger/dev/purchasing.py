"""The demo shop's buyers: they have a supplier, order by alerts, and take in what comes."""

import asyncio
import uuid
from collections.abc import Coroutine, Mapping, Sequence
from random import Random
from typing import Any, Final

from stockledger.commands.lines import data_of, short_type
from stockledger.dev.catalogue import Product
from stockledger.dev.shop_commands import TENANT, ShopCommands
from stockledger.messages.supplier_order import (
    SupplierOrderCancelled,
    SupplierOrderConfirmed,
    SupplierOrderCreated,
    SupplierUnavailable,
)
from stockledger.topic_tail import TopicRecord, header

SUPPLIER: Final = "LUMEN"

DELIVERY_SECONDS: Final = (6.0, 18.0)
"""How long a delivery takes, at least and at most: some shop hours."""

ORDERED_BY_PHONE_SECONDS: Final = 10.0
"""How long it takes until somebody calls a supplier whose API does not answer."""

IN_TWO_PARTS: Final = 0.3
"""Part of the orders of which half comes first."""

REJECTED: Final = 0.15
"""Part of the deliveries of which a unit is turned away."""

OVER: Final = 0.1
"""Part of the deliveries that bring a unit more than was ordered."""

Line = dict[str, Any]


class Purchasing:
    """Follows the orders to the supplier of tenant `demo`."""

    def __init__(self, commands: ShopCommands, supplier_url: str, seed: int) -> None:
        self._commands = commands
        self._url = supplier_url
        self._random = Random(seed)
        self._open: dict[str, Sequence[Line]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Register the supplier."""
        supplier = {
            "supplier_id": SUPPLIER,
            "name": "Lumen Works",
            "api_url": self._url,
            "email": "orders@lumen.example",
            "lead_time_days": 3,
        }
        await self._commands.accepted("RegisterSupplier", supplier)

    def take(self, record: TopicRecord) -> None:
        """Look at one event.

        What the supplier agreed to will come; what it does not know of is ordered by telephone.
        """
        name = short_type(header(record, "ce_type") or "")
        if header(record, "ce_tenantid") != TENANT or not name.startswith("Supplier"):
            return
        told = data_of(record)
        order_id = told.get("supplier_order_id", "")
        if name == SupplierOrderCreated.__name__:
            self._open[order_id] = told["lines"]
        elif name == SupplierOrderConfirmed.__name__:
            self._begin(self._deliver(order_id))
        elif name == SupplierUnavailable.__name__:
            self._begin(self._call(order_id))
        elif name == SupplierOrderCancelled.__name__:
            self._open.pop(order_id, None)

    async def run(self) -> None:
        """Keep what was begun under way until cancelled."""
        try:
            await asyncio.Event().wait()
        finally:
            for task in self._tasks:
                task.cancel()

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _call(self, order_id: str) -> None:
        await asyncio.sleep(ORDERED_BY_PHONE_SECONDS)
        agreed = {"supplier_order_id": order_id, "supplier_reference": "by telephone"}
        await self._commands.accepted("ConfirmSupplierOrder", agreed, "grace")

    async def _deliver(self, order_id: str) -> None:
        lines = self._open.pop(order_id, ())
        if not lines:
            return
        await asyncio.sleep(self._random.uniform(*DELIVERY_SECONDS))
        rest: list[Mapping[str, Any]] = list(lines)
        if self._random.random() < IN_TWO_PARTS:
            halves = [_part(line, line["quantity"] // 2) for line in lines if line["quantity"] > 1]
            if halves and await self._receive(order_id, halves):
                rest = [
                    {**line, "quantity": line["quantity"] - line["quantity"] // 2} for line in lines
                ]
                await asyncio.sleep(self._random.uniform(*DELIVERY_SECONDS))
        await self._receive(order_id, [self._unloaded(line) for line in rest])

    async def _receive(self, order_id: str, lines: Sequence[Line]) -> bool:
        delivery = {
            "supplier_order_id": order_id,
            "delivery_id": f"GR-{uuid.uuid4().hex[:10]}",
            "lines": lines,
        }
        return await self._commands.accepted("ReceiveSupplierOrder", delivery)

    def _unloaded(self, line: Mapping[str, Any]) -> Line:
        units = line["quantity"]
        rejected = int(units > 1 and self._random.random() < REJECTED)
        over = int(not rejected and self._random.random() < OVER)
        return {**_part(line, units - rejected + over), "rejected": rejected}


def supplied_settings(product: Product) -> Line:
    """Return the settings of an item that orders itself from the supplier."""
    if not is_supplied(product):
        return {}
    return {"supplier_id": SUPPLIER, "reorder_automatically": True}


def is_supplied(product: Product) -> bool:
    """Return whether the supplier has it; the shop's own workshop makes the scarce things."""
    return not product.is_scarce


def _part(line: Mapping[str, Any], units: float) -> Line:
    return {"warehouse_id": line["warehouse_id"], "sku": line["sku"], "received": units}
