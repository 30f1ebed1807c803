"""What the auditor knows of an item."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from stockledger.audit.balances import Balances
from stockledger.audit.holds import ItemHolds

ItemKey = tuple[str, str, str]
"""Tenant, warehouse and SKU."""


@dataclass(slots=True)
class ItemSeen:
    """An item as its events leave it; `settings` as in its last ItemConfigured.

    `on_order` is what suppliers still have to deliver (1/1000 units).
    """

    balances: Balances = field(default_factory=Balances)
    holds: ItemHolds = field(default_factory=ItemHolds)
    settings: dict[str, Any] = field(default_factory=dict[str, Any])
    on_order: int = 0
    version: int = 0
    position: int = 0
    changed_at: datetime | None = None
