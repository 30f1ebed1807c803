"""The demo shop's customers: they fill carts, order, forget, cancel and send back."""

import asyncio
import uuid
from collections.abc import Callable
from random import Random
from typing import Any, Final

from stockledger.dev.demand import Demand
from stockledger.dev.shop_events import ShopEvents
from stockledger.dev.stock_room import WAREHOUSES

HOLD_SECONDS: Final = 20
"""How long a cart holds its stock: a shop's half hour, as fast as its days go by."""

THINKING_SECONDS: Final = (0.5, 4.0)
"""How long a customer thinks between two steps, at least and at most."""

SECOND_THOUGHTS_SECONDS: Final = (3.0, 15.0)
"""How long after the order it is cancelled or sent back."""

LINES_IN_CART: Final = (1, 1, 1, 2, 2, 3)
STALE_PAGES: Final = 0.03
"""Part of the customers whose page does not know what is sold out."""

ORDERS_WITHOUT_CART: Final = 0.25
"""Part of the customers who buy at once."""

CARTS_LEFT: Final = 0.2
"""Part of the carts that are left alone: their holds lapse."""

CARTS_ABANDONED: Final = 0.12
"""Part of the carts that the shop says are abandoned."""

CARTS_CHANGED: Final = 0.2
"""Part of the carts in which a number is changed or a line removed."""

ORDERS_CANCELLED: Final = 0.05
ORDERS_RETURNED: Final = 0.06

PICKED_UP: Final = 0.5
"""Part of the customers who come for their things to one warehouse; others do not mind which."""

PICKED_UP_WEIGHTS: Final = (2, 5, 3)
"""How many of ten of them come to each warehouse."""

CUSTOMERS_MAX: Final = 5_000
"""Customers in the shop at once: more would only cost memory here."""


class Shoppers:
    """Customers come as the demand says; each is a task of his own."""

    def __init__(
        self,
        events: ShopEvents,
        demand: Demand,
        offered: Callable[[str], float],
        clock: Callable[[], float],
        seed: int,
    ) -> None:
        self._events = events
        self._demand = demand
        self._offered = offered
        self._clock = clock
        self._random = Random(seed)
        self._room = asyncio.Semaphore(CUSTOMERS_MAX)

    async def come(self) -> None:
        """Let customers come until cancelled."""
        due = self._clock()
        async with asyncio.TaskGroup() as customers:
            while True:
                due = self._demand.next_order_after(due)
                # Behind its own plan, the shop does not catch up: customers would not either.
                due = max(due, self._clock() - 1.0)
                await asyncio.sleep(max(0.0, due - self._clock()))
                await self._room.acquire()
                customer = customers.create_task(self._buy())
                customer.add_done_callback(lambda _: self._room.release())

    async def _buy(self) -> None:
        wanted = self._wanted()
        if not wanted:
            return
        if self._random.random() < ORDERS_WITHOUT_CART:
            await self._order(wanted, {})
            return
        cart_id = f"C-{uuid.uuid4().hex[:10]}"
        customer_id = f"customer-{self._random.randrange(5_000)}"
        for line in wanted:
            added = {**line, "cart_id": cart_id, "customer_id": customer_id}
            added["expires_in_seconds"] = HOLD_SECONDS
            await self._events.send("cart.item_added", cart_id, added)
            await self._think()
        if self._random.random() < CARTS_CHANGED:
            wanted = await self._change(cart_id, wanted)
        await self._leave(cart_id, wanted)

    async def _leave(self, cart_id: str, wanted: list[dict[str, Any]]) -> None:
        decided = self._random.random()
        if decided < CARTS_LEFT or not wanted:
            return
        if decided < CARTS_LEFT + CARTS_ABANDONED:
            await self._events.send("cart.abandoned", cart_id, {"cart_id": cart_id})
            return
        await self._order(wanted, {"cart_id": cart_id})

    async def _change(self, cart_id: str, wanted: list[dict[str, Any]]) -> list[dict[str, Any]]:
        line = self._random.choice(wanted)
        if self._random.random() < 0.5:  # noqa: PLR2004 - as many remove as change
            removed = {"cart_id": cart_id, "sku": line["sku"]}
            await self._events.send("cart.item_removed", cart_id, removed)
            wanted = [other for other in wanted if other["sku"] != line["sku"]]
        else:
            line["quantity"] = self._random.randint(1, 4)
            await self._events.send("cart.item_changed", cart_id, {**line, "cart_id": cart_id})
        await self._think()
        return wanted

    async def _order(self, wanted: list[dict[str, Any]], of_cart: dict[str, str]) -> None:
        order_id = f"O-{uuid.uuid4().hex[:10]}"
        key = of_cart.get("cart_id", order_id)
        created = {"order_id": order_id, "lines": wanted, **of_cart}
        await self._events.send("order.created", key, created)
        decided = self._random.random()
        if decided > ORDERS_CANCELLED + ORDERS_RETURNED:
            return
        await asyncio.sleep(self._random.uniform(*SECOND_THOUGHTS_SECONDS))
        if decided < ORDERS_CANCELLED:
            cancelled = {"order_id": order_id, "reason": "changed my mind"}
            await self._events.send("order.cancelled", key, cancelled)
            return
        returned = {**self._random.choice(wanted), "quantity": 1}
        sent_back = {"order_id": order_id, "lines": [returned], "reason": "not as pictured"}
        await self._events.send("order.returned", key, sent_back)

    def _wanted(self) -> list[dict[str, Any]]:
        """Return the lines of a customer, without what his page says is sold out."""
        baskets = [
            self._demand.order(self._clock()) for _ in range(self._random.choice(LINES_IN_CART))
        ]
        is_stale = self._random.random() < STALE_PAGES
        wanted = {sku: quantity for sku, quantity in baskets if is_stale or self._offered(sku) > 0}
        place: dict[str, str] = {}
        if self._random.random() < PICKED_UP:
            (place["warehouse_id"],) = self._random.choices(list(WAREHOUSES), PICKED_UP_WEIGHTS)
        return [{"sku": sku, "quantity": quantity, **place} for sku, quantity in wanted.items()]

    async def _think(self) -> None:
        await asyncio.sleep(self._random.uniform(*THINKING_SECONDS))
