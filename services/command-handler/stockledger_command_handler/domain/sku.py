"""A SKU over all warehouses: which of them keep it. It follows its items and decides nothing."""

from dataclasses import dataclass, field
from typing import Final

from stockledger.messages.fields import WarehouseId
from stockledger.messages.sku import SkuStocked

FOLD_VERSION: Final = 1
"""Raised when `SkuState` or `evolve` changes, so that older snapshots are not used."""


@dataclass(slots=True)
class SkuState:
    """The warehouses that have an item of the SKU, in the order in which they came to it."""

    warehouse_ids: list[WarehouseId] = field(default_factory=list[WarehouseId])


def initial() -> SkuState:
    """Return a SKU that no warehouse keeps; a new one each time, to be evolved."""
    return SkuState()


def evolve(state: SkuState, event: SkuStocked) -> SkuState:
    if event.warehouse_id not in state.warehouse_ids:
        state.warehouse_ids.append(event.warehouse_id)
    return state
