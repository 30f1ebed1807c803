"""One builder a message of transfers: T1, of lamps from warehouse north to south.

Amounts are given as on the wire. The builder of movements takes the figures that stood before.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from stockledger.amounts import Quantity
from stockledger.messages.fields import Bucket, Sku, WarehouseId
from stockledger.messages.item import Levels
from stockledger.messages.transfer import (
    CancelTransfer,
    CreateTransfer,
    DispatchTransfer,
    ReceiptLine,
    ReceivedLine,
    ReceiveTransfer,
    ReportOverdueTransfer,
    SentLine,
    TransferCancelled,
    TransferCreated,
    TransferDispatched,
    TransferLine,
    TransferMade,
    TransferOverdue,
    TransferReceived,
    TransferStep,
    TransferStock,
    TransferStockMoved,
)
from tests.support.builders import LAMP, NORTH, SOUTH, money, units
from tests.support.movement_figures import entry

T1: Final = "T1"
FIRST_RECEIPT: Final = "first-van"

PATHS: Final[Mapping[TransferStep, tuple[Bucket, Bucket]]] = MappingProxyType(
    {
        TransferStep.HELD: (Bucket.AVAILABLE, Bucket.RESERVED),
        TransferStep.RELEASED: (Bucket.RESERVED, Bucket.AVAILABLE),
        TransferStep.SENT: (Bucket.RESERVED, Bucket.TRANSFER),
        TransferStep.EXPECTED: (Bucket.TRANSFER, Bucket.IN_TRANSIT),
        TransferStep.RECEIVED: (Bucket.IN_TRANSIT, Bucket.AVAILABLE),
        TransferStep.DAMAGED: (Bucket.IN_TRANSIT, Bucket.DAMAGED),
        TransferStep.SHORT: (Bucket.IN_TRANSIT, Bucket.ADJUSTMENT),
        TransferStep.OVER: (Bucket.ADJUSTMENT, Bucket.AVAILABLE),
        TransferStep.RECALLED: (Bucket.IN_TRANSIT, Bucket.TRANSFER),
        TransferStep.RETURNED: (Bucket.TRANSFER, Bucket.AVAILABLE),
    }
)
"""Which way the units of a step go."""

AT_ONCE: Final[Mapping[TransferStep, tuple[Bucket, Bucket]]] = MappingProxyType(
    {
        TransferStep.SENT: (Bucket.AVAILABLE, Bucket.TRANSFER),
        TransferStep.RECEIVED: (Bucket.TRANSFER, Bucket.AVAILABLE),
    }
)
"""Which way the units of a step go when the whole transfer is one."""


def line(quantity: float, sku: Sku = LAMP) -> TransferLine:
    return TransferLine(sku=sku, quantity=units(quantity))


def create_transfer(
    *lines: TransferLine,
    transfer_id: str = T1,
    source: WarehouseId = NORTH,
    destination: WarehouseId = SOUTH,
) -> CreateTransfer:
    return CreateTransfer(
        transfer_id=transfer_id,
        source_warehouse_id=source,
        destination_warehouse_id=destination,
        lines=lines,
    )


def transfer_stock(
    *lines: TransferLine,
    transfer_id: str = T1,
    source: WarehouseId = NORTH,
    destination: WarehouseId = SOUTH,
) -> TransferStock:
    return TransferStock(
        transfer_id=transfer_id,
        source_warehouse_id=source,
        destination_warehouse_id=destination,
        lines=lines,
    )


def dispatch_transfer(
    transfer_id: str = T1,
    *,
    carrier: str | None = None,
    tracking_number: str | None = None,
    expected_delivery: datetime | None = None,
) -> DispatchTransfer:
    return DispatchTransfer(
        transfer_id=transfer_id,
        carrier=carrier,
        tracking_number=tracking_number,
        expected_delivery=expected_delivery,
    )


def came(
    whole: float = 0, sku: Sku = LAMP, *, damaged: float = 0, short: float = 0, over: float = 0
) -> ReceiptLine:
    return ReceiptLine(
        sku=sku,
        received=units(whole),
        damaged=units(damaged),
        short=units(short),
        over=units(over),
    )


def receive_transfer(
    *lines: ReceiptLine, transfer_id: str = T1, receipt_id: str = FIRST_RECEIPT
) -> ReceiveTransfer:
    return ReceiveTransfer(transfer_id=transfer_id, receipt_id=receipt_id, lines=lines)


def cancel_transfer(transfer_id: str = T1) -> CancelTransfer:
    return CancelTransfer(transfer_id=transfer_id)


def report_overdue(transfer_id: str = T1) -> ReportOverdueTransfer:
    return ReportOverdueTransfer(transfer_id=transfer_id)


def sent(quantity: float, value: float, sku: Sku = LAMP) -> SentLine:
    return SentLine(sku=sku, quantity=units(quantity), value=money(value))


def accounted(
    whole: float = 0,
    sku: Sku = LAMP,
    *,
    damaged: float = 0,
    short: float = 0,
    over: float = 0,
    value: float,
) -> ReceivedLine:
    return ReceivedLine(
        sku=sku,
        received=units(whole),
        damaged=units(damaged),
        short=units(short),
        over=units(over),
        value=money(value),
    )


def transfer_created(*lines: TransferLine, transfer_id: str = T1) -> TransferCreated:
    return TransferCreated(
        transfer_id=transfer_id,
        source_warehouse_id=NORTH,
        destination_warehouse_id=SOUTH,
        lines=lines,
    )


def transfer_made(*lines: SentLine, transfer_id: str = T1) -> TransferMade:
    return TransferMade(
        transfer_id=transfer_id,
        source_warehouse_id=NORTH,
        destination_warehouse_id=SOUTH,
        lines=lines,
    )


def transfer_dispatched(
    *lines: SentLine,
    transfer_id: str = T1,
    carrier: str | None = None,
    tracking_number: str | None = None,
    expected_delivery: datetime | None = None,
) -> TransferDispatched:
    return TransferDispatched(
        transfer_id=transfer_id,
        lines=lines,
        carrier=carrier,
        tracking_number=tracking_number,
        expected_delivery=expected_delivery,
    )


def transfer_received(
    *lines: ReceivedLine,
    transfer_id: str = T1,
    receipt_id: str = FIRST_RECEIPT,
    completed: bool = False,
) -> TransferReceived:
    return TransferReceived(
        transfer_id=transfer_id, receipt_id=receipt_id, lines=lines, completed=completed
    )


def transfer_cancelled(*lines: SentLine, transfer_id: str = T1) -> TransferCancelled:
    return TransferCancelled(transfer_id=transfer_id, lines=lines)


def transfer_overdue(expected_delivery: datetime, transfer_id: str = T1) -> TransferOverdue:
    return TransferOverdue(transfer_id=transfer_id, expected_delivery=expected_delivery)


def stock_moved(  # noqa: PLR0913 - the figures before it
    step: TransferStep,
    quantity: float,
    warehouse_id: WarehouseId = NORTH,
    sku: Sku = LAMP,
    *,
    before: Mapping[Bucket, float],
    value: float = 0,
    value_change: float = 0,
    transit_value: float = 0,
    transit_change: float = 0,
    at_once: bool = False,
    transfer_id: str = T1,
) -> TransferStockMoved:
    source, target = (AT_ONCE if at_once else PATHS)[step]
    left = entry(source, before.get(source, 0), -quantity)
    right = entry(target, before.get(target, 0), quantity)
    after = {bucket: units(figure) for bucket, figure in before.items()}
    after.update({one.bucket: one.after for one in (left, right)})
    return TransferStockMoved(
        warehouse_id=warehouse_id,
        sku=sku,
        quantity=units(quantity),
        entries=(left, right),
        value_change=money(value_change),
        levels=_levels(after, value + value_change, transit_value + transit_change),
        transfer_id=transfer_id,
        step=step,
        transit_value_change=money(transit_change) or None,
    )


def _levels(after: Mapping[Bucket, Quantity], value: float, transit_value: float) -> Levels:
    none = units(0)
    available, reserved = after.get(Bucket.AVAILABLE, none), after.get(Bucket.RESERVED, none)
    damaged = after.get(Bucket.DAMAGED, none)
    return Levels(
        available=available,
        reserved=reserved,
        damaged=damaged,
        quarantined=none,
        in_transit=after.get(Bucket.IN_TRANSIT, none),
        on_hand=Quantity(available + reserved + damaged),
        value=money(round(value, 4)),
        transit_value=money(round(transit_value, 4)) or None,
    )
