"""What can be set for an item: its defaults and what must agree; and the place it is kept at."""

from dataclasses import dataclass
from typing import Final

from stockledger.amounts import ZERO, Quantity, quantity_to_wire
from stockledger.messages.fields import Sku
from stockledger.messages.results import ErrorCode, Rejection
from stockledger_command_handler.domain.tenant import TenantSettings

UNIT_DEFAULT: Final = "piece"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemSettings:
    """What can be set for an item; each name is that of a field of the messages."""

    name: str
    category: str | None = None
    unit: str
    unit_volume: Quantity | None = None
    reorder_point: Quantity | None = None
    reorder_quantity: Quantity | None = None
    maximum: Quantity | None = None
    safety_stock: Quantity
    low_stock_percent: int
    lead_time_days: int
    count_frequency_days: int
    supplier_id: str | None = None
    reorder_automatically: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where in the warehouse the item is kept, as written on the labels."""

    bin: str | None = None
    aisle: str | None = None
    shelf: str | None = None


NOWHERE: Final = Place()


def settings_by_default(sku: Sku, tenant: TenantSettings) -> ItemSettings:
    """Return the settings of an item for which none is given."""
    return ItemSettings(
        name=sku,
        unit=UNIT_DEFAULT,
        safety_stock=ZERO,
        low_stock_percent=tenant.low_stock_percent,
        lead_time_days=tenant.lead_time_days,
        count_frequency_days=tenant.count_frequency_days,
    )


def refused_settings(settings: ItemSettings) -> Rejection | None:
    """Return the refusal of settings that contradict each other."""
    reorder_point, maximum = settings.reorder_point, settings.maximum
    if reorder_point is None or maximum is None or reorder_point < maximum:
        return None
    return Rejection(
        ErrorCode.VALIDATION_ERROR,
        "reorder_point: must be below the maximum.",
        {
            "field": "reorder_point",
            "problem": "must be below the maximum",
            "reorder_point": quantity_to_wire(reorder_point),
            "maximum": quantity_to_wire(maximum),
        },
    )
