"""Random commands of a shop: stock comes and goes, is held, sold, released or left to lapse."""

import random
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any, Final

WAREHOUSES: Final = ("NORTH", "SOUTH")
SKUS: Final = ("LAMP", "CHAIR", "TABLE", "SHELF")
CARTS: Final = ("C1", "C2", "C3")
SHORT_SECONDS: Final = 3
LINES_MAX: Final = 5
RECENT: Final = 30
"""So many of a tenant's latest reservations and orders are spoken of again."""

Drafted = tuple[str, Mapping[str, Any]]
"""A command's type and data."""


class RandomLoad:
    """Drafts commands; about half of them are refused. `mark` sets its names apart."""

    def __init__(self, chance: random.Random, mark: str = "") -> None:
        self._chance = chance
        self._mark = mark
        self._made = 0
        self._reservations: dict[str, list[str]] = defaultdict(list)
        self._orders: dict[str, list[str]] = defaultdict(list)
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
        (draft,) = self._chance.choices(list(self._drafts), list(self._drafts.values()))
        return draft(tenant)

    def _receive(self, _: str) -> Drafted:
        cost = self._chance.randint(1, 50)
        return "ReceiveStock", {**self._item(), "quantity": self._few(), "unit_cost": cost}

    def _issue(self, tenant: str) -> Drafted:
        data = {**self._item(), "quantity": self._few()}
        if self._chance.random() < 0.3:
            return "IssueStock", {**data, "purpose": "write_off"}
        if self._chance.random() < 0.5:
            order = self._known(self._orders[tenant], "O")
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
            "reservation_id": self._new(self._reservations[tenant], "R"),
            "lines": self._lines(),
            "expires_in_seconds": self._seconds(),
            "allow_partial": self._chance.random() < 0.3,
            "allow_split": self._chance.random() < 0.3,
        }
        if self._chance.random() < 0.4:
            data["cart_id"] = self._chance.choice(CARTS)
            data["join_cart"] = self._chance.random() < 0.3
        if self._chance.random() < 0.2:
            data["order_id"] = self._known(self._orders[tenant], "O")
        return "ReserveStock", data

    def _update(self, tenant: str) -> Drafted:
        data: dict[str, Any] = {
            "reservation_id": self._known(self._reservations[tenant], "R"),
            "lines": self._lines(),
            "keep_others": self._chance.random() < 0.5,
            "allow_partial": self._chance.random() < 0.3,
        }
        if self._chance.random() < 0.5:
            data["expires_in_seconds"] = self._seconds()
        return "UpdateReservation", data

    def _confirm(self, tenant: str) -> Drafted:
        data = {"reservation_id": self._known(self._reservations[tenant], "R")}
        if self._chance.random() < 0.3:
            data["order_id"] = self._known(self._orders[tenant], "O")
        return "ConfirmReservation", data

    def _release(self, tenant: str) -> Drafted:
        if self._chance.random() < 0.2:
            return "ReleaseReservation", {"cart_id": self._chance.choice(CARTS)}
        reservation = self._known(self._reservations[tenant], "R")
        return "ReleaseReservation", {"reservation_id": reservation}

    def _extend(self, tenant: str) -> Drafted:
        reservation = self._known(self._reservations[tenant], "R")
        seconds = self._seconds()
        return "ExtendReservation", {"reservation_id": reservation, "expires_in_seconds": seconds}

    def _expire(self, tenant: str) -> Drafted:
        named = {self._known(self._reservations[tenant], "R") for _ in range(4)}
        return "ExpireReservation", {"reservation_ids": sorted(named)}

    def _accept_order(self, tenant: str) -> Drafted:
        data: dict[str, Any] = {
            "order_id": self._new(self._orders[tenant], "O"),
            "allow_split": self._chance.random() < 0.5,
        }
        if self._chance.random() < 0.7:
            data["lines"] = self._lines()
        if self._chance.random() < 0.5:
            data["reservation_ids"] = [self._known(self._reservations[tenant], "R")]
        if self._chance.random() < 0.3:
            data["cart_id"] = self._chance.choice(CARTS)
        return "AcceptOrder", data

    def _cancel_order(self, tenant: str) -> Drafted:
        return "CancelOrder", {"order_id": self._known(self._orders[tenant], "O")}

    def _return(self, tenant: str) -> Drafted:
        order = self._known(self._orders[tenant], "O")
        if self._chance.random() < 0.5:
            return "ReturnStock", {**self._item(), "quantity": 1, "order_id": order}
        self._made += 1
        line = {"sku": self._chance.choice(SKUS), "quantity": 1}
        return "ReturnOrder", {
            "order_id": order,
            "return_id": f"{self._mark}T{self._made}",
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

    def _new(self, known: list[str], letter: str) -> str:
        self._made += 1
        known.append(f"{self._mark}{letter}{self._made}")
        return known[-1]

    def _known(self, known: list[str], letter: str) -> str:
        return self._chance.choice(known[-RECENT:]) if known else self._new(known, letter)
