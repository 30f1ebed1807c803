"""Random commands of a warehouse: units are moved, break, are found, counted and imported."""

import random
from collections import defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from tests.support.random_names import RandomNames

WAREHOUSES: Final = ("NORTH", "SOUTH", "WEST")
LIMITED: Final = "WEST"
"""It has a limit, which changes now and then."""

SKUS: Final = ("LAMP", "CHAIR", "TABLE", "SHELF")
LINES_MAX: Final = 3
PAST: Final = "2026-11-01T09:00:00Z"

Drafted = tuple[str, Mapping[str, Any]]
"""A command's type and data."""


class RandomStockLoad:
    """Drafts commands about the stock itself; many of them are refused."""

    def __init__(self, chance: random.Random, names: RandomNames) -> None:
        self._chance = chance
        self._names = names
        self._planned: dict[str, deque[Drafted]] = defaultdict(deque)
        self._drafts: Mapping[Callable[[str], Drafted], int] = {
            self._create_transfer: 7,
            self._transfer_stock: 5,
            self._any_step: 5,
            self._damage: 4,
            self._repair_or_scrap: 4,
            self._adjust: 6,
            self._decide_any: 3,
            self._correct_cost: 2,
            self._take_back: 3,
            self._limit: 2,
            self._open_or_close: 2,
            self._open_and_give_up: 1,
            self._set_volume: 1,
            self._stage: 2,
            self._apply_any: 1,
        }

    def draft(self, tenant: str) -> Drafted:
        """Return a command of a tenant: what was begun before, or something new."""
        planned = self._planned[tenant]
        if planned and self._chance.random() < 0.6:
            return planned.popleft()
        (draft,) = self._chance.choices(list(self._drafts), list(self._drafts.values()))
        return draft(tenant)

    def _create_transfer(self, tenant: str) -> Drafted:
        transfer = self._transfer(tenant)
        name, skus = transfer["transfer_id"], [line["sku"] for line in transfer["lines"]]
        self._planned[tenant] += [
            self._dispatch(name),
            self._receive(tenant, name, skus),
            self._chance.choice([self._receive(tenant, name, skus), self._overdue(name)]),
            self._chance.choice([self._receive(tenant, name, skus), self._cancel(name)]),
        ]
        return "CreateTransfer", transfer

    def _transfer_stock(self, tenant: str) -> Drafted:
        return "TransferStock", self._transfer(tenant)

    def _transfer(self, tenant: str) -> dict[str, Any]:
        source, destination = self._chance.sample(WAREHOUSES, 2)
        again = self._chance.random() < 0.1
        named = self._names.known if again else self._names.new
        lines = self._chance.choice([1, 1, 1, LINES_MAX])
        return {
            "transfer_id": named(tenant, "T"),
            "source_warehouse_id": source,
            "destination_warehouse_id": destination,
            "lines": [
                {"sku": self._chance.choice(SKUS), "quantity": self._chance.choice([0.5, 1, 2])}
                for _ in range(lines)
            ],
        }

    def _dispatch(self, transfer: str) -> Drafted:
        data: dict[str, Any] = {"transfer_id": transfer}
        if self._chance.random() < 0.5:
            data |= {"expected_delivery": PAST, "carrier": "Swift"}
        return "DispatchTransfer", data

    def _receive(self, tenant: str, transfer: str, skus: Sequence[str]) -> Drafted:
        again = self._chance.random() < 0.1
        named = self._names.known if again else self._names.new
        return "ReceiveTransfer", {
            "transfer_id": transfer,
            "receipt_id": named(tenant, "D"),
            "lines": [{"sku": sku, **self._came()} for sku in dict.fromkeys(skus)],
        }

    def _came(self) -> dict[str, float]:
        ways = self._chance.sample(("received", "received", "damaged", "short", "over"), 2)
        return {way: self._chance.choice([0.25, 0.5, 1]) for way in ways}

    def _cancel(self, transfer: str) -> Drafted:
        return "CancelTransfer", {"transfer_id": transfer}

    def _overdue(self, transfer: str) -> Drafted:
        return "ReportOverdueTransfer", {"transfer_id": transfer}

    def _any_step(self, tenant: str) -> Drafted:
        """Take any step of any transfer, whether it is its turn or not."""
        transfer = self._names.known(tenant, "T")
        return self._chance.choice(
            [
                self._dispatch(transfer),
                self._receive(tenant, transfer, [self._chance.choice(SKUS)]),
                self._cancel(transfer),
                self._overdue(transfer),
            ]
        )

    def _damage(self, _: str) -> Drafted:
        source = self._chance.choice(["available", "available", "quarantined"])
        return "RecordDamage", {**self._item(), "quantity": self._some(), "source": source}

    def _repair_or_scrap(self, _: str) -> Drafted:
        kind = self._chance.choice(["RepairDamage", "ScrapDamage"])
        source = self._chance.choice(["damaged", "damaged", "quarantined"])
        return kind, {**self._item(), "quantity": self._some(), "source": source}

    def _adjust(self, tenant: str) -> Drafted:
        change = self._chance.choice([-1, 1]) * self._some()
        data = {**self._item(), "change": change, "reason": "Found it so"}
        if self._chance.random() < 0.2:
            data["effective_at"] = PAST
        if self._chance.random() < 0.8:
            data["adjustment_id"] = self._names.new(tenant, "A")
            self._planned[tenant].append(self._decide(data["adjustment_id"]))
        return "AdjustStock", data

    def _decide(self, adjustment: str) -> Drafted:
        data = {"adjustment_id": adjustment}
        rejected = {**data, "reason": "Nobody lost that many"}
        (drafted,) = self._chance.choices(
            [
                ("ApproveAdjustment", data),
                ("RejectAdjustment", rejected),
                ("ExpireAdjustment", data),
            ],
            [5, 1, 1],
        )
        return drafted

    def _decide_any(self, tenant: str) -> Drafted:
        return self._decide(self._names.known(tenant, "A"))

    def _correct_cost(self, _: str) -> Drafted:
        cost = self._chance.choice([0.0007, 3.3333, 12, 40])
        return "CorrectCost", {**self._item(), "unit_cost": cost, "reason": "Invoice came"}

    def _take_back(self, tenant: str) -> Drafted:
        bucket = self._chance.choice(["available", "damaged", "quarantined"])
        order = self._names.known(tenant, "O")
        data = {**self._item(), "quantity": self._some(), "order_id": order, "bucket": bucket}
        return "ReturnStock", {**data, "allow_unsold": self._chance.random() < 0.5}

    def _limit(self, _: str) -> Drafted:
        changes: list[dict[str, Any]] = [
            {"capacity": 60, "capacity_unit": "units"},
            {"capacity": 25},
            {"capacity": 40, "capacity_unit": "volume"},
            {"unlimited": True},
        ]
        return "UpdateWarehouse", {"warehouse_id": LIMITED, **self._chance.choice(changes)}

    def _open_or_close(self, _: str) -> Drafted:
        change = self._chance.choice(["Deactivate", "Activate", "Activate"])
        return f"{change}Warehouse", {"warehouse_id": LIMITED}

    def _open_and_give_up(self, tenant: str) -> Drafted:
        warehouse = {"warehouse_id": self._names.new(tenant, "W")}
        one = {**warehouse, "sku": self._chance.choice(SKUS), "quantity": 1}
        self._planned[tenant] += [
            ("ReceiveStock", {**one, "unit_cost": 2}),
            ("DeleteWarehouse", warehouse),
            ("IssueStock", {**one, "purpose": "write_off"}),
            ("DeleteWarehouse", warehouse),
        ]
        return "CreateWarehouse", {**warehouse, "name": "For a while"}

    def _set_volume(self, _: str) -> Drafted:
        return "ConfigureItem", {**self._item(), "unit_volume": self._chance.choice([0, 0.5, 1.75])}

    def _stage(self, tenant: str) -> Drafted:
        import_id = self._names.new(tenant, "I")
        self._planned[tenant].append(self._apply(import_id))
        if self._chance.random() < 0.3:
            row = {"line": 2, **self._item(), "maximum": 90, "unit_volume": 0.25}
            return "StageSettings", {"import_id": import_id, "chunk": 1, "rows": [row]}
        rows = [{"line": line, **self._item(), **self._counted()} for line in (2, 3)]
        return "StageQuantities", {"import_id": import_id, "chunk": 1, "rows": rows}

    def _counted(self) -> dict[str, float]:
        if self._chance.random() < 0.5:
            return {"actual": self._chance.randint(0, 9)}
        return {"change": self._chance.choice([-1, 1, 2])}

    def _apply(self, import_id: str) -> Drafted:
        rows = self._chance.choice([1, 2, 2, 2])
        data = {"import_id": import_id, "chunks": 1, "rows": rows, "reason": "Counted by all"}
        return "ApplyImport", data

    def _apply_any(self, tenant: str) -> Drafted:
        return self._apply(self._names.known(tenant, "I"))

    def _item(self) -> dict[str, Any]:
        return {
            "warehouse_id": self._chance.choice(WAREHOUSES),
            "sku": self._chance.choice(SKUS),
        }

    def _some(self) -> float:
        return self._chance.choice([1, 1, 2, 2, 3, 4.5, 7, 12])
