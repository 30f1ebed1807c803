"""What is asked and not there: the refusal, and the figures that explain it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from stockledger.amounts import ZERO, Quantity, quantity_to_wire
from stockledger.messages.fields import Sku, WarehouseId, time_to_wire
from stockledger.messages.results import DetailValue, ErrorCode, Figure, Rejection


@dataclass(frozen=True, slots=True)
class Shortage:
    """Units asked of a warehouse (None: of any) and those that it has available.

    Of any warehouse: of the one that has most, or of all when the units may come from several.
    `next_lapse` is when the next hold on them lapses, None when nothing is held.
    """

    warehouse_id: WarehouseId | None
    sku: Sku
    asked: Quantity
    available: Quantity
    next_lapse: datetime | None


def insufficient(shortage: Shortage, **more: Figure) -> Rejection:
    """Return the refusal of the one quantity that was asked, with what else explains it."""
    return Rejection(
        ErrorCode.INSUFFICIENT_STOCK, _sentence(shortage), {**_figures(shortage), **more}
    )


def insufficient_lines(shortages: Sequence[Shortage]) -> Rejection:
    """Return the refusal of lines: the figures of the first that fails, and of each."""
    lines = [_figures(shortage) for shortage in shortages]
    details: dict[str, DetailValue] = {**lines[0], "lines": lines}
    return Rejection(ErrorCode.INSUFFICIENT_STOCK, _sentence(shortages[0]), details)


def _sentence(shortage: Shortage) -> str:
    asked, available = quantity_to_wire(shortage.asked), quantity_to_wire(_shown(shortage))
    asked_of = (
        "any warehouse" if shortage.warehouse_id is None else f"warehouse {shortage.warehouse_id}"
    )
    return f"{asked} of {shortage.sku} asked of {asked_of}, {available} available."


def _figures(shortage: Shortage) -> dict[str, Figure]:
    figures: dict[str, Figure] = {
        "sku": shortage.sku,
        "asked": quantity_to_wire(shortage.asked),
        "available": quantity_to_wire(_shown(shortage)),
    }
    if shortage.warehouse_id is not None:
        figures["warehouse_id"] = shortage.warehouse_id
    if shortage.next_lapse is not None:
        figures["next_lapse"] = time_to_wire(shortage.next_lapse)
    return figures


def _shown(shortage: Shortage) -> Quantity:
    """Return what is available: nothing, where a correction took away what is held."""
    return max(shortage.available, ZERO)
