"""Warehouses: each is described, and silent once it is given up, which needs it to be empty."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from stockledger.audit.balances import OWN_BUCKETS
from stockledger.audit.decision import Convict
from stockledger.audit.figures import UNITS, shown
from stockledger.audit.findings import Kind
from stockledger.audit.item_seen import ItemSeen
from stockledger.audit.rows import EventRow

WAREHOUSE_CREATED: Final = "stockledger.WarehouseCreated.v1"
WAREHOUSE_DELETED: Final = "stockledger.WarehouseDeleted.v1"

WarehouseKey = tuple[str, str]
"""Tenant and warehouse."""


@dataclass(slots=True)
class WarehouseSeen:
    """A warehouse as its events leave it."""

    description: dict[str, Any] = field(default_factory=dict[str, Any])
    active: bool = True
    deleted_at: datetime | None = None
    version: int = 0


class Warehouses:
    """All of one partition, and the items in each."""

    def __init__(self, convict: Convict) -> None:
        self.seen: dict[WarehouseKey, WarehouseSeen] = {}
        self._items: dict[WarehouseKey, list[ItemSeen]] = defaultdict(list)
        self._convict = convict

    def apply(self, row: EventRow, data: Mapping[str, Any], default: str | None) -> None:
        """Take the next event of a warehouse; `default` is its tenant's default one."""
        key = (row.tenant_id, data["warehouse_id"])
        warehouse = self.seen.get(key)
        if warehouse is None:
            warehouse = self.seen[key] = WarehouseSeen()
            if row.type != WAREHOUSE_CREATED:
                self._convict(Kind.FIRST_EVENT, row, WAREHOUSE_CREATED, row.type)
        self.spoken_of(row, key[1])
        warehouse.version = row.version
        match row.type:
            case "stockledger.WarehouseCreated.v1" | "stockledger.WarehouseUpdated.v1":
                warehouse.description = dict(data)
            case "stockledger.WarehouseActivated.v1":
                warehouse.active = True
            case "stockledger.WarehouseDeactivated.v1":
                warehouse.active = False
            case "stockledger.WarehouseDeleted.v1":
                self._check_empty(row, key, default)
                warehouse.deleted_at, warehouse.active = row.recorded_at, False
            case _:
                self._convict(Kind.UNKNOWN_EVENT, row, "a type that this release knows", row.type)

    def item_begins(self, row: EventRow, warehouse_id: str, item: ItemSeen) -> None:
        """Take the first event of an item."""
        key = (row.tenant_id, warehouse_id)
        if key not in self.seen:
            self._convict(Kind.FIRST_EVENT, row, f"warehouse {warehouse_id} before it", "none")
        self._items[key].append(item)

    def is_given_up(self, tenant_id: str, warehouse_id: str) -> bool:
        """Return whether a warehouse is deleted: nothing can come back to it."""
        warehouse = self.seen.get((tenant_id, warehouse_id))
        return warehouse is not None and warehouse.deleted_at is not None

    def spoken_of(self, row: EventRow, warehouse_id: str) -> None:
        """Convict an event of a warehouse that is given up, or of something in it."""
        if self.is_given_up(row.tenant_id, warehouse_id):
            expected = f"nothing more of {warehouse_id}, which is deleted"
            self._convict(Kind.WAREHOUSE, row, expected, row.type)

    def takes_in(self, row: EventRow, warehouse_id: str) -> None:
        """Convict an event that brings new stock into a warehouse that takes none."""
        warehouse = self.seen.get((row.tenant_id, warehouse_id))
        if warehouse is not None and not warehouse.active:
            self._convict(Kind.WAREHOUSE, row, f"{warehouse_id} active to take stock", "inactive")

    def _check_empty(self, row: EventRow, key: WarehouseKey, default: str | None) -> None:
        if default == key[1]:
            self._convict(Kind.WAREHOUSE, row, "another than the default one deleted", default)
        for item in self._items[key]:
            inside = {name: item.balances.buckets[name] for name in OWN_BUCKETS}
            inside["on order"] = item.on_order
            left = {name: quantity for name, quantity in inside.items() if quantity}
            if left or item.balances.value or item.balances.transit_value:
                sku = item.settings.get("sku")
                found = ", ".join(f"{name} {shown(left[name], UNITS)}" for name in left)
                self._convict(Kind.WAREHOUSE, row, f"no {sku} left in it", found or "a value")
