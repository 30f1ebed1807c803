"""A town with one shop: customers who fill carts, order, cancel and bring back."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tests.support.installation import Installation
from tests.support.order_system import OrderSystem
from tests.support.shop import Answer, Shop
from tests.support.waiting import wait_until

CUSTOMERS: Final = 12
STOCKED: Final = 1_000
LAMPS_KEPT: Final = 2
"""Lamps that each customer has in the end: three ordered from the cart, one of them returned."""


class Town:
    """A shop with stock, and an order system that tells of its customers."""

    def __init__(self, installation: Installation) -> None:
        self.shop = Shop(installation.settings)
        self.orders = OrderSystem(installation.settings)
        self.told: dict[str, str] = {}

    def open(self) -> None:
        """Keep lamps in two warehouses, chairs in one."""
        shop = self.shop
        ids = [
            shop.publish("CreateWarehouse", {"warehouse_id": name, "name": name, "priority": rank})
            for rank, name in enumerate(("NORTH", "SOUTH"), 1)
        ]
        for warehouse, sku in (("NORTH", "LAMP"), ("SOUTH", "LAMP"), ("NORTH", "CHAIR")):
            stock = {"warehouse_id": warehouse, "sku": sku, "quantity": STOCKED, "unit_cost": 4}
            ids.append(shop.publish("ReceiveStock", stock))
        assert all(answer.is_accepted for answer in shop.answers_to(ids).values())

    def tell(self, event_type: str, **data: Any) -> str:  # noqa: ANN401 - JSON
        """Tell an event; return the id of its command."""
        command_id = self.orders.tell(event_type, data)
        self.told[command_id] = event_type
        return command_id

    def customer_buys(self, name: str) -> None:
        """Three lamps and a chair by way of a cart; the chair is given up, a lamp comes back."""
        cart = f"cart-{name}"
        self.tell("cart.item_added", cart_id=cart, sku="LAMP", quantity=1, customer_id=name)
        self.tell("cart.item_added", cart_id=cart, sku="CHAIR", quantity=1)
        self.tell("cart.item_changed", cart_id=cart, sku="LAMP", quantity=3)
        self.tell("cart.item_removed", cart_id=cart, sku="CHAIR")
        self.tell("order.created", order_id=f"order-{name}", cart_id=cart, customer_id=name)
        lamp = {"sku": "LAMP", "quantity": 1}
        self.tell("order.returned", order_id=f"order-{name}", lines=[lamp])

    def customer_changes_mind(self, name: str) -> None:
        """A cart left behind, and an order without a cart that is cancelled."""
        self.tell("cart.item_added", cart_id=f"left-{name}", sku="CHAIR", quantity=2)
        self.tell("cart.abandoned", cart_id=f"left-{name}")
        lines = [{"sku": "LAMP", "quantity": 5, "warehouse_id": "SOUTH"}]
        self.tell("order.created", order_id=f"direct-{name}", lines=lines)
        self.tell("order.cancelled", order_id=f"direct-{name}", reason="Changed their mind")

    def customers(self, run: str) -> None:
        """Let several customers come and go."""
        for number in range(CUSTOMERS):
            self.customer_buys(f"{run}-{number}")
            self.customer_changes_mind(f"{run}-{number}")
        self.orders.flush()

    def answers(self, each: int = 1) -> Mapping[str, Sequence[Answer]]:
        """Return the answers to all events once each has so many; fail when they differ."""

        def complete() -> bool:
            found = self.shop.read_answers()
            return all(len(found.get(command_id, ())) >= each for command_id in self.told)

        wait_until(complete, f"{each} answers to each event", 90)
        found = self.shop.read_answers()
        for command_id in self.told:
            first, *more = found[command_id]
            assert all(answer.data == first.data for answer in more), command_id
        return found

    def on_hand(self, warehouse: str, sku: str) -> tuple[float, float]:
        """Return what of an item is available and on hand, by taking one and putting it back."""
        item = {"warehouse_id": warehouse, "sku": sku, "reason": "counted"}
        self.shop.ask("AdjustStock", {**item, "change": -1})
        outcome = self.shop.ask("AdjustStock", {**item, "change": 1}).data["outcome"]
        return outcome["available"], outcome["on_hand"]

    def check_stock(self, runs: int) -> None:
        """Fail unless what is there is what was stocked without what customers kept."""
        sold = runs * CUSTOMERS * LAMPS_KEPT
        assert self.on_hand("NORTH", "LAMP") == (STOCKED - sold, STOCKED - sold)
        assert self.on_hand("SOUTH", "LAMP") == (STOCKED, STOCKED)
        assert self.on_hand("NORTH", "CHAIR") == (STOCKED, STOCKED)

    def refusals(self) -> dict[str, object]:
        """Return the refusals of events, by the event's type, once each is answered."""
        found = self.answers()
        return {kind: found[id_][0].data for id_, kind in self.told.items() if found[id_][0].code}

    def close(self) -> None:
        """Let go of the connections."""
        self.orders.close()
        self.shop.close()
