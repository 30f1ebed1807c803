"""A level row as the levels topic shows it, and with its settings as the API does."""

from typing import Any, Final

import asyncpg

from stockledger.amounts import Money, Quantity, money_to_wire, quantity_to_wire, unit_cost_of
from stockledger.messages.fields import time_to_wire
from stockledger.messages.level import LevelFlag

FLAGS: Final = {
    "is_out": LevelFlag.OUT_OF_STOCK,
    "is_low": LevelFlag.LOW_STOCK,
    "needs_reorder": LevelFlag.REORDER_NEEDED,
    "is_overstocked": LevelFlag.OVERSTOCK,
}
"""Columns of a level row, and the flags that they stand for."""

_SETTINGS: Final = (
    "name",
    "category",
    "unit",
    "low_stock_percent",
    "lead_time_days",
    "count_frequency_days",
    "bin",
    "aisle",
    "shelf",
    "supplier_id",
)
_THRESHOLDS: Final = ("unit_volume", "reorder_point", "reorder_quantity", "maximum", "safety_stock")


def snapshot_of(row: asyncpg.Record) -> dict[str, Any]:
    """Return the JSON values of a `messages.level.Level`: what the topic keeps of an item."""
    value, on_hand, deadline = row["value"], row["on_hand"], row["next_deadline"]
    snapshot = {
        "tenant_id": row["tenant_id"],
        "warehouse_id": row["warehouse_id"],
        "sku": row["sku"],
        "version": row["version"],
        "position": row["position"],
        "available": quantity_to_wire(row["available"]),
        "reserved": quantity_to_wire(row["reserved"]),
        "damaged": quantity_to_wire(row["damaged"]),
        "quarantined": quantity_to_wire(row["quarantined"]),
        "in_transit": quantity_to_wire(row["in_transit"]),
        "on_hand": quantity_to_wire(on_hand),
        "on_order": quantity_to_wire(row["on_order"]),
        "value": money_to_wire(value),
        "unit_cost": money_to_wire(unit_cost_of(Money(value), Quantity(on_hand))),
        "recorded_at": time_to_wire(row["updated_at"]),
        "flags": [flag for column, flag in FLAGS.items() if row[column]],
    }
    if row["transit_value"]:
        snapshot["transit_value"] = money_to_wire(row["transit_value"])
    if deadline is not None:
        snapshot["next_deadline"] = time_to_wire(deadline)
    return snapshot


def level_of(row: asyncpg.Record) -> dict[str, Any]:
    """Return a snapshot with what is available now, settings and place, as far as they are set."""
    now = {"available_now": quantity_to_wire(row["available_now"])}
    settings = {name: row[name] for name in _SETTINGS if row[name] is not None}
    thresholds = {
        name: quantity_to_wire(row[name]) for name in _THRESHOLDS if row[name] is not None
    }
    if row["reorder_automatically"]:
        settings["reorder_automatically"] = True
    if row["last_unit_cost"] is not None:
        settings["last_unit_cost"] = money_to_wire(row["last_unit_cost"])
    return snapshot_of(row) | now | settings | thresholds
