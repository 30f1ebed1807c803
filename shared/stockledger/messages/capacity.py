"""How full a warehouse with a limit is: events only, they follow from others."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from stockledger.messages.fields import PositiveQuantity, SignedQuantity, StreamName, WarehouseId
from stockledger.messages.message import Event, message
from stockledger.messages.streams import capacity_stream


class CapacityUnit(StrEnum):
    """What a warehouse's capacity is counted in: units on hand, or their unit volumes."""

    UNITS = "units"
    VOLUME = "volume"


WarningPercent = Annotated[int, Field(ge=1, le=100)]


@message
class CapacityEvent(Event):
    """An event of one warehouse's capacity: used and total in its unit (of three decimals)."""

    warehouse_id: WarehouseId

    @property
    def stream(self) -> StreamName:
        return capacity_stream(self.warehouse_id)


@message
class CapacitySet(CapacityEvent):
    """The warehouse has this limit from now on, of which so much is used; without one: none."""

    capacity: PositiveQuantity | None = None
    unit: CapacityUnit
    used: SignedQuantity


@message
class CapacityUsed(CapacityEvent):
    """Stock that came or left changed what is used, by all movements of one decision."""

    change: SignedQuantity
    used: SignedQuantity
    capacity: PositiveQuantity


@message
class CapacityWarned(CapacityEvent):
    """So many percent or more are used; said once, until it has eased."""

    percent: WarningPercent
    used: SignedQuantity
    capacity: PositiveQuantity


@message
class CapacityEased(CapacityEvent):
    """Less than so many percent, minus five, are used again."""

    percent: WarningPercent
    used: SignedQuantity
    capacity: PositiveQuantity
