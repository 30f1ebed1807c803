"""The level of an item: the snapshot that the compacted levels topic keeps of each."""

from enum import StrEnum
from typing import ClassVar, Final

from pydantic import ConfigDict

from stockledger.messages.fields import (
    SignedMoney,
    SignedQuantity,
    Sku,
    SomeQuantity,
    TenantId,
    Time,
    WarehouseId,
)
from stockledger.messages.message import message

LEVEL_TYPE: Final = "stockledger.Level.v1"


class LevelFlag(StrEnum):
    """What can hold of an item."""

    OUT_OF_STOCK = "OUT_OF_STOCK"
    LOW_STOCK = "LOW_STOCK"
    REORDER_NEEDED = "REORDER_NEEDED"
    OVERSTOCK = "OVERSTOCK"


@message
class Level:
    """The figures of an item after its event `version`, at `position` of the tenant's partition.

    Record key: `<tenant>/<warehouse>/<sku>`. A snapshot replaces any of a lower version; no value
    (a tombstone): the item is gone. `flags` names what holds now: OUT_OF_STOCK, LOW_STOCK,
    REORDER_NEEDED, OVERSTOCK; more may come. The figures are the recorded ones; `next_deadline` is
    the earliest of its holds: once it has passed, more than `available` may be promised.
    `transit_value` is that of what is in transit to the item, if anything is; `on_order` what is
    ordered from suppliers and not yet received.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="ignore")
    schema_version: ClassVar[int] = 1

    tenant_id: TenantId
    warehouse_id: WarehouseId
    sku: Sku
    version: int
    position: int
    available: SignedQuantity
    reserved: SignedQuantity
    damaged: SignedQuantity
    quarantined: SignedQuantity
    in_transit: SignedQuantity
    on_hand: SignedQuantity
    value: SignedMoney
    unit_cost: SignedMoney
    recorded_at: Time
    flags: tuple[str, ...]
    next_deadline: Time | None = None
    transit_value: SignedMoney | None = None
    on_order: SomeQuantity | None = None


def level_key(tenant_id: TenantId, warehouse_id: WarehouseId, sku: Sku) -> str:
    """Return the record key of an item's level."""
    return f"{tenant_id}/{warehouse_id}/{sku}"
