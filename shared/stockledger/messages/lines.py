"""Lines of reservations and orders: what is asked, what is held, what was sold or came back."""

from typing import Annotated, ClassVar, Final

from pydantic import ConfigDict, FailFast, Field

from stockledger.messages.fields import (
    PositiveQuantity,
    SignedMoney,
    Sku,
    SkuField,
    SomeQuantity,
    WarehouseId,
    WarehouseIdField,
)
from stockledger.messages.message import message

LINES_MAX: Final = 500
"""Lines of one command, and of one list in an event: with the longest ids far below 900 KB."""


@message
class AskedLine:
    """Units of a SKU, of one warehouse or of any: by its priority, then where most is available."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    sku: SkuField
    quantity: PositiveQuantity
    warehouse_id: WarehouseIdField | None = None


@message
class ChangedLine:
    """Units of a SKU that shall be held from now on; with `keep_others`, 0 lets go of it."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    sku: SkuField
    quantity: SomeQuantity
    warehouse_id: WarehouseIdField | None = None


@message
class HeldLine:
    """Units of an item that a reservation holds."""

    warehouse_id: WarehouseId
    sku: Sku
    quantity: PositiveQuantity


@message
class SoldLine:
    """Units of an item that were sold, and their value at cost."""

    warehouse_id: WarehouseId
    sku: Sku
    quantity: PositiveQuantity
    value: SignedMoney


@message
class ReturnedLine:
    """Sold units that came back: sold from one warehouse, taken in by one, at their value."""

    sold_warehouse_id: WarehouseId
    warehouse_id: WarehouseId
    sku: Sku
    quantity: PositiveQuantity
    value: SignedMoney


# A list is refused at its first bad entry: 300,000 complaints would take pydantic seconds.
AskedLines = Annotated[tuple[AskedLine, ...], Field(min_length=1, max_length=LINES_MAX), FailFast()]
ChangedLines = Annotated[
    tuple[ChangedLine, ...], Field(min_length=1, max_length=LINES_MAX), FailFast()
]
SomeAskedLines = Annotated[tuple[AskedLine, ...], Field(max_length=LINES_MAX), FailFast()]
