"""Random commands about what runs short: thresholds, alerts, checks, and orders to suppliers."""

import random
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from tests.support.random_names import RandomNames
from tests.support.random_stock_load import PAST, SKUS, WAREHOUSES, Drafted

SUPPLIERS: Final = ("LUMEN", "OAK")
KINDS: Final = ("LOW_STOCK", "OUT_OF_STOCK", "REORDER_NEEDED", "OVERSTOCK", "CAPACITY")
FIRST_DAY: Final = date(2020, 1, 1)
THRESHOLDS: Final[Sequence[Mapping[str, Any]]] = (
    {"maximum": 10, "low_stock_percent": 40},
    {"maximum": 5, "low_stock_percent": 25},
    {"maximum": 30},
    {"reorder_point": 3, "reorder_quantity": 4},
    {"reorder_point": 6, "maximum": 20},
    {"reorder_point": 0},
    {"supplier_id": "LUMEN", "reorder_automatically": True, "reorder_point": 2},
    {"low_stock_percent": 75},
)
ENDS: Final = ("final", "cancel", "late")

REGISTERED: Final[Sequence[Drafted]] = tuple(
    ("RegisterSupplier", {"supplier_id": name, "name": f"{name} Works"}) for name in SUPPLIERS
)
"""The commands that suppliers are registered with."""


class RandomSupplyLoad:
    """Drafts commands about alerts and supplies; many of them are refused."""

    def __init__(self, chance: random.Random, names: RandomNames) -> None:
        self._chance = chance
        self._names = names
        self._planned: dict[str, deque[Drafted]] = defaultdict(deque)
        self._days: Counter[str] = Counter()
        self._tries: Counter[tuple[str, str, str]] = Counter()
        self._drafts: Mapping[Callable[[str], Drafted], int] = {
            self._set_thresholds: 6,
            self._see_to_alerts: 10,
            self._order: 5,
            self._reorder: 6,
            self._any_step: 4,
            self._check: 3,
            self._register: 1,
        }

    def draft(self, tenant: str) -> Drafted:
        """Return a command of a tenant: what was begun before, or something new."""
        planned = self._planned[tenant]
        if planned and self._chance.random() < 0.8:
            return planned.popleft()
        (draft,) = self._chance.choices(list(self._drafts), list(self._drafts.values()))
        return draft(tenant)

    def _set_thresholds(self, _: str) -> Drafted:
        return "ConfigureItem", {**self._item(), **self._chance.choice(THRESHOLDS)}

    def _see_to_alerts(self, tenant: str) -> Drafted:
        """See to whatever alert of an item, or of its warehouse, may be open."""
        item = self._item()
        of_warehouse = {"warehouse_id": item["warehouse_id"]}
        command = self._chance.choice(["AcknowledgeAlert", "ResolveAlert", "ResolveAlert"])
        first, *others = [
            (command, {"kind": kind, **(of_warehouse if kind == "CAPACITY" else item)})
            for kind in self._chance.sample(KINDS, 3)
        ]
        self._planned[tenant] += others
        return first

    def _order(self, tenant: str) -> Drafted:
        order = self._order_id(tenant)
        lines = [
            {**self._item(), "quantity": self._chance.choice([1, 2.5, 4]), **self._cost()}
            for _ in range(self._chance.choice([1, 1, 2, 3]))
        ]
        items = [{name: line[name] for name in ("warehouse_id", "sku")} for line in lines]
        self._plan(tenant, order, items)
        supplier = self._chance.choice(SUPPLIERS)
        data = {"supplier_order_id": order, "supplier_id": supplier, "lines": lines}
        if self._chance.random() < 0.5:
            data["expected_delivery"] = PAST
        return "CreateSupplierOrder", data

    def _reorder(self, tenant: str) -> Drafted:
        """Answer an alert; which number it has is tried out."""
        item = self._item()
        key = (tenant, item["warehouse_id"], item["sku"])
        self._tries[key] += 1
        first, *others = [
            self._answer(tenant, {**item, "number": max(self._tries[key] + further, 1)})
            for further in (-1, 0, 1, 2)
        ]
        self._planned[tenant] += others
        return first

    def _answer(self, tenant: str, reorder: Mapping[str, Any]) -> Drafted:
        order = self._order_id(tenant)
        data: dict[str, Any] = {"supplier_order_id": order, "reorder": reorder}
        if self._chance.random() < 0.8:
            data["supplier_id"] = self._chance.choice(SUPPLIERS)
        return "CreateSupplierOrder", data

    def _plan(self, tenant: str, order: str, items: Sequence[Mapping[str, Any]]) -> None:
        steps = [self._unavailable(order), self._submit(order), self._confirm(order)]
        begun = self._chance.sample(steps, self._chance.randint(0, 2))
        ended = {
            "final": self._receive(tenant, order, items, final=True),
            "cancel": ("CancelSupplierOrder", {"supplier_order_id": order}),
            "late": ("ReportOverdueSupplierOrder", {"supplier_order_id": order}),
        }
        self._planned[tenant] += [
            *begun,
            self._receive(tenant, order, items),
            self._receive(tenant, order, items),
            ended[self._chance.choice(ENDS)],
        ]

    def _unavailable(self, order: str) -> Drafted:
        data = {"supplier_order_id": order, "attempts": 3, "cause": "No answer"}
        return "ReportSupplierUnavailable", data

    def _submit(self, order: str) -> Drafted:
        return "SubmitSupplierOrder", {"supplier_order_id": order, "supplier_reference": "S-1"}

    def _confirm(self, order: str) -> Drafted:
        data: dict[str, Any] = {"supplier_order_id": order}
        if self._chance.random() < 0.5:
            data["expected_delivery"] = self._chance.choice([PAST, "2026-11-02T09:00:00Z"])
        return "ConfirmSupplierOrder", data

    def _receive(
        self,
        tenant: str,
        order: str,
        items: Sequence[Mapping[str, Any]],
        *,
        final: bool = False,
    ) -> Drafted:
        again = self._chance.random() < 0.1
        named = self._names.known if again else self._names.new
        return "ReceiveSupplierOrder", {
            "supplier_order_id": order,
            "delivery_id": named(tenant, "L"),
            "lines": [{**item, **self._came()} for item in items],
            "final": final,
        }

    def _came(self) -> dict[str, float]:
        came: dict[str, float] = {"unit_cost": self._chance.choice([2, 3.3333])}
        for way in self._chance.choice([["received"], ["rejected"], ["received", "rejected"]]):
            came[way] = self._chance.choice([0.5, 1, 1, 2, 4])
        return came

    def _any_step(self, tenant: str) -> Drafted:
        """Take any step of any order, whether it is its turn or not."""
        order = self._names.known(tenant, "P")
        return self._chance.choice(
            [
                self._unavailable(order),
                self._submit(order),
                self._confirm(order),
                self._receive(tenant, order, [self._item()]),
                ("CancelSupplierOrder", {"supplier_order_id": order}),
                ("ReportOverdueSupplierOrder", {"supplier_order_id": order}),
            ]
        )

    def _check(self, tenant: str) -> Drafted:
        """Begin the check of another day, and go on with it; now and then with one before."""
        self._days[tenant] += 1
        day = (FIRST_DAY + timedelta(days=self._days[tenant])).isoformat()
        self._planned[tenant].appendleft(("ContinueDailyCheck", {"day": day}))
        return "StartDailyCheck", {"day": day}

    def _register(self, _: str) -> Drafted:
        name = self._chance.choice(SUPPLIERS)
        called = self._chance.choice([f"{name} Works", f"{name} Limited"])
        return "RegisterSupplier", {"supplier_id": name, "name": called}

    def _order_id(self, tenant: str) -> str:
        again = self._chance.random() < 0.1
        return (self._names.known if again else self._names.new)(tenant, "P")

    def _cost(self) -> dict[str, Any]:
        return {"unit_cost": 3.3333} if self._chance.random() < 0.5 else {}

    def _item(self) -> dict[str, Any]:
        return {
            "warehouse_id": self._chance.choice(WAREHOUSES),
            "sku": self._chance.choice(SKUS),
        }
