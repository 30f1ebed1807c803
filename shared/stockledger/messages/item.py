"""Items, a SKU in one warehouse: commands, then events."""

from enum import StrEnum

from stockledger.messages.fields import (
    Bucket,
    Days,
    Flag,
    IdField,
    Name,
    Percent,
    Place,
    PositiveQuantity,
    SignedMoney,
    SignedQuantity,
    Sku,
    SkuField,
    SomeMoney,
    SomeQuantity,
    StreamName,
    Text,
    WarehouseId,
    WarehouseIdField,
)
from stockledger.messages.message import Event, StreamCommand, message
from stockledger.messages.streams import item_stream


class IssuePurpose(StrEnum):
    """Why stock leaves us, and with that, where it goes."""

    SALE = "sale"
    WRITE_OFF = "write_off"
    PRODUCTION = "production"


class StockBucket(StrEnum):
    """Where in a warehouse units are that nobody holds."""

    AVAILABLE = "available"
    DAMAGED = "damaged"
    QUARANTINED = "quarantined"


@message
class ItemCommand(StreamCommand):
    """A command about one SKU in one warehouse."""

    warehouse_id: WarehouseIdField
    sku: SkuField

    @property
    def stream(self) -> StreamName:
        return item_stream(self.warehouse_id, self.sku)


@message
class ConfigureItem(ItemCommand):
    """Set what is given; what is left out stays as it is, or is the tenant's default.

    `supplier_id` is whom the item is ordered from, with `reorder_automatically` without anybody's
    doing as soon as REORDER_NEEDED is raised.
    """

    name: Name | None = None
    category: Name | None = None
    unit: Name | None = None
    unit_volume: SomeQuantity | None = None
    reorder_point: SomeQuantity | None = None
    reorder_quantity: PositiveQuantity | None = None
    maximum: PositiveQuantity | None = None
    safety_stock: SomeQuantity | None = None
    low_stock_percent: Percent | None = None
    lead_time_days: Days | None = None
    count_frequency_days: Days | None = None
    supplier_id: IdField | None = None
    reorder_automatically: Flag | None = None
    bin: Place | None = None
    aisle: Place | None = None
    shelf: Place | None = None


@message
class ReceiveStock(ItemCommand):
    """Take delivered units into available, at what each of them cost."""

    quantity: PositiveQuantity
    unit_cost: SomeMoney
    bin: Place | None = None


@message
class IssueStock(ItemCommand):
    """Give units out of available: sold, written off or used in production."""

    quantity: PositiveQuantity
    purpose: IssuePurpose = IssuePurpose.SALE


@message
class ReturnStock(ItemCommand):
    """Take units back that were sold under an order, at what they cost then.

    `allow_unsold`: also more than was sold under it, at what the item's units are worth now.
    """

    quantity: PositiveQuantity
    order_id: IdField
    bucket: StockBucket = StockBucket.AVAILABLE
    allow_unsold: Flag = False


@message
class CorrectCost(ItemCommand):
    """State what a unit on hand is really worth, for a stated reason."""

    unit_cost: SomeMoney
    reason: Text  # pyright: ignore[reportGeneralTypeIssues] - here it is obligatory


@message
class AdjustStock(ItemCommand):
    """Change available by a signed quantity, for a stated reason.

    Above the tenant's threshold it waits for another person's approval, under `adjustment_id`.
    """

    change: SignedQuantity
    adjustment_id: IdField | None = None
    reason: Text  # pyright: ignore[reportGeneralTypeIssues] - here it is obligatory


@message
class CorrectStock(ItemCommand):
    """State the quantity that is really on hand, for a stated reason.

    A difference above the tenant's threshold waits for approval, under `adjustment_id`.
    """

    actual_quantity: SomeQuantity
    adjustment_id: IdField | None = None
    reason: Text  # pyright: ignore[reportGeneralTypeIssues] - here it is obligatory


@message
class MoveBin(ItemCommand):
    """Keep the item at another place of the same warehouse."""

    bin: Place
    aisle: Place | None = None
    shelf: Place | None = None


@message
class ItemEvent(Event):
    """An event of one item."""

    warehouse_id: WarehouseId
    sku: Sku

    @property
    def stream(self) -> StreamName:
        return item_stream(self.warehouse_id, self.sku)


@message
class ItemConfigured(ItemEvent):
    """All settings of the item, as they are from now on; an item's first event."""

    name: str
    category: str | None = None
    unit: str
    unit_volume: SomeQuantity | None = None
    reorder_point: SomeQuantity | None = None
    reorder_quantity: SomeQuantity | None = None
    maximum: SomeQuantity | None = None
    safety_stock: SomeQuantity
    low_stock_percent: int
    lead_time_days: int
    count_frequency_days: int
    supplier_id: str | None = None
    reorder_automatically: bool = False
    bin: str | None = None
    aisle: str | None = None
    shelf: str | None = None


@message
class BinMoved(ItemEvent):
    """The item is kept at another place of the same warehouse."""

    bin: str
    aisle: str | None = None
    shelf: str | None = None
    previous_bin: str | None = None
    previous_aisle: str | None = None
    previous_shelf: str | None = None


@message
class Entry:
    """One side of a movement: before + change = after."""

    bucket: Bucket
    before: SignedQuantity
    change: SignedQuantity
    after: SignedQuantity


@message
class Levels:
    """The item's figures after the event. On hand is available to quarantined, summed.

    `value` is that of what is on hand; `transit_value` that of what is in transit to it, if any.
    """

    available: SignedQuantity
    reserved: SignedQuantity
    damaged: SignedQuantity
    quarantined: SignedQuantity
    in_transit: SignedQuantity
    on_hand: SignedQuantity
    value: SignedMoney
    transit_value: SignedMoney | None = None


@message
class StockMoved(ItemEvent):
    """A quantity moved between two buckets: two entries whose changes cancel out.

    `quantity` is the moved quantity (> 0), `entries` the side it left and the side it came to,
    `value_change` what the value of the stock on hand changed by.
    """

    quantity: PositiveQuantity
    entries: tuple[Entry, Entry]
    value_change: SignedMoney
    levels: Levels


@message
class StockReceived(StockMoved):
    """Units came from a supplier; under an order to it, if that is named."""

    unit_cost: SomeMoney
    bin: str | None = None
    supplier_order_id: str | None = None


@message
class StockIssued(StockMoved):
    """Units left: to a customer, to scrap or into production, as the purpose says.

    Of a reservation: they were held by it, and all of its hold is gone.
    """

    purpose: IssuePurpose
    reservation_id: str | None = None
    order_id: str | None = None


@message
class StockReturned(StockMoved):
    """Units came back from a customer; `unsold` of them more than was sold under the order."""

    order_id: str
    unsold: PositiveQuantity | None = None


@message
class CostCorrected(ItemEvent):
    """The value of what is on hand was stated; no unit moved."""

    unit_cost: SomeMoney
    value_change: SignedMoney
    levels: Levels


@message
class StockAdjusted(StockMoved):
    """Available changed for a stated reason, by the signed change."""

    change: SignedQuantity
    adjustment_id: str | None = None


@message
class StockCorrected(StockMoved):
    """On hand was stated, and available changed by the difference."""

    actual_quantity: SomeQuantity
    change: SignedQuantity
    adjustment_id: str | None = None
