"""Random commands of a shop: stock comes and goes, is held, sold, reordered or left to lapse."""

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from tests.support.random_names import RandomNames
from tests.support.random_stock_load import (
    LIMITED,
    SKUS,
    WAREHOUSES,
    Drafted,
    RandomStockLoad,
)
from tests.support.random_supply_load import REGISTERED, RandomSupplyLoad

CARTS: Final = ("C1", "C2", "C3")
SHORT_SECONDS: Final = 3
LINES_MAX: Final = 5
PEOPLE: Final = ("ann", "bob", "carl")
OF_THE_STOCK: Final = 0.3
"""So much of the load is about the stock itself."""

OF_SUPPLIES: Final = 0.2
"""So much is about what runs short; the rest is what customers do."""

OPENING: Final[Sequence[Drafted]] = (
    ("ConfigureTenant", {"approval_quantity": 4, "approval_value": 150}),
    *(
        (
            "CreateWarehouse",
            {
                "warehouse_id": name,
                "name": name,
                "priority": number,
                **({"capacity": 50} if name == LIMITED else {}),
            },
        )
        for number, name in enumerate(WAREHOUSES)
    ),
    *REGISTERED,
)
"""The commands that every tenant begins with."""


class RandomLoad:
    """Drafts commands; about half of them are refused. `mark` sets its names apart."""

    def __init__(self, chance: random.Random, mark: str = "") -> None:
        self._chance = chance
        self._names = RandomNames(chance, mark)
        self._stock = RandomStockLoad(chance, self._names)
        self._supplies = RandomSupplyLoad(chance, self._names)
        self._drafts: Mapping[Callable[[str], Drafted], int] = {
            self._receive: 28,
            self._issue: 8,
            self._miscount: 3,
            self._reserve: 28,
            self._confirm: 8,
            self._release: 5,
            self._extend: 4,
            self._update: 6,
            self._expire: 3,
            self._accept_order: 5,
            self._cancel_order: 3,
            self._return: 3,
        }

    def draft(self, tenant: str) -> Drafted:
        """Return a command of a tenant."""
        part = self._chance.random()
        if part < OF_THE_STOCK:
            return self._stock.draft(tenant)
        if part < OF_THE_STOCK + OF_SUPPLIES:
            return self._supplies.draft(tenant)
        (draft,) = self._chance.choices(list(self._drafts), list(self._drafts.values()))
        return draft(tenant)

    def someone(self) -> dict[str, str]:
        """Return the headers of a command that say whose it is; of some nobody says."""
        if self._chance.random() < 0.1:
            return {}
        return {"ce_actor": self._chance.choice(PEOPLE)}

    def _receive(self, _: str) -> Drafted:
        cost = self._chance.randint(1, 50)
        return "ReceiveStock", {**self._item(), "quantity": self._few(), "unit_cost": cost}

    def _issue(self, tenant: str) -> Drafted:
        data = {**self._item(), "quantity": self._few()}
        if self._chance.random() < 0.3:
            return "IssueStock", {**data, "purpose": "write_off"}
        if self._chance.random() < 0.5:
            order = self._names.known(tenant, "O")
            return "IssueStock", {**data, "reference": {"type": "order", "id": order}}
        return "IssueStock", data

    def _miscount(self, _: str) -> Drafted:
        if self._chance.random() < 0.5:
            change = self._chance.choice([-2, -1, 1, 2])
            return "AdjustStock", {**self._item(), "change": change, "reason": "Found it so"}
        counted = {**self._item(), "actual_quantity": self._few(), "reason": "Counted"}
        return "CorrectStock", counted

    def _reserve(self, tenant: str) -> Drafted:
        data: dict[str, Any] = {
            "reservation_id": self._names.new(tenant, "R"),
            "lines": self._lines(),
            "expires_in_seconds": self._seconds(),
            "allow_partial": self._chance.random() < 0.3,
            "allow_split": self._chance.random() < 0.3,
        }
        if self._chance.random() < 0.4:
            data["cart_id"] = self._chance.choice(CARTS)
            data["join_cart"] = self._chance.random() < 0.3
        if self._chance.random() < 0.2:
            data["order_id"] = self._names.known(tenant, "O")
        return "ReserveStock", data

    def _update(self, tenant: str) -> Drafted:
        data: dict[str, Any] = {
            "reservation_id": self._names.known(tenant, "R"),
            "lines": self._lines(),
            "keep_others": self._chance.random() < 0.5,
            "allow_partial": self._chance.random() < 0.3,
        }
        if self._chance.random() < 0.5:
            data["expires_in_seconds"] = self._seconds()
        return "UpdateReservation", data

    def _confirm(self, tenant: str) -> Drafted:
        data = {"reservation_id": self._names.known(tenant, "R")}
        if self._chance.random() < 0.3:
            data["order_id"] = self._names.known(tenant, "O")
        return "ConfirmReservation", data

    def _release(self, tenant: str) -> Drafted:
        if self._chance.random() < 0.2:
            return "ReleaseReservation", {"cart_id": self._chance.choice(CARTS)}
        reservation = self._names.known(tenant, "R")
        return "ReleaseReservation", {"reservation_id": reservation}

    def _extend(self, tenant: str) -> Drafted:
        reservation = self._names.known(tenant, "R")
        seconds = self._seconds()
        return "ExtendReservation", {"reservation_id": reservation, "expires_in_seconds": seconds}

    def _expire(self, tenant: str) -> Drafted:
        named = {self._names.known(tenant, "R") for _ in range(4)}
        return "ExpireReservation", {"reservation_ids": sorted(named)}

    def _accept_order(self, tenant: str) -> Drafted:
        data: dict[str, Any] = {
            "order_id": self._names.new(tenant, "O"),
            "allow_split": self._chance.random() < 0.5,
        }
        if self._chance.random() < 0.7:
            data["lines"] = self._lines()
        if self._chance.random() < 0.5:
            data["reservation_ids"] = [self._names.known(tenant, "R")]
        if self._chance.random() < 0.3:
            data["cart_id"] = self._chance.choice(CARTS)
        return "AcceptOrder", data

    def _cancel_order(self, tenant: str) -> Drafted:
        return "CancelOrder", {"order_id": self._names.known(tenant, "O")}

    def _return(self, tenant: str) -> Drafted:
        order = self._names.known(tenant, "O")
        if self._chance.random() < 0.5:
            return "ReturnStock", {**self._item(), "quantity": 1, "order_id": order}
        line = {"sku": self._chance.choice(SKUS), "quantity": 1}
        return "ReturnOrder", {
            "order_id": order,
            "return_id": self._names.new(tenant, "B"),
            "lines": [line],
        }

    def _item(self) -> dict[str, Any]:
        return {
            "warehouse_id": self._chance.choice(WAREHOUSES),
            "sku": self._chance.choice(SKUS),
        }

    def _lines(self) -> list[dict[str, Any]]:
        return [
            {**self._place(), "sku": self._chance.choice(SKUS), "quantity": self._few()}
            for _ in range(self._chance.randint(1, LINES_MAX))
        ]

    def _place(self) -> dict[str, Any]:
        if self._chance.random() < 0.5:
            return {}
        return {"warehouse_id": self._chance.choice(WAREHOUSES)}

    def _few(self) -> int:
        return self._chance.randint(1, 9)

    def _seconds(self) -> int:
        long = self._chance.random() < 0.4
        return 1_800 if long else self._chance.randint(1, SHORT_SECONDS)
