"""One example of every command and event of transfers."""

from typing import Final

from stockledger.amounts import Money, Quantity
from stockledger.contract.example_values import (
    EXPECTED,
    LAMP,
    NORTH,
    SOUTH,
    TRANSFER,
    entry,
    levels,
)
from stockledger.messages import transfer
from stockledger.messages.fields import Bucket
from stockledger.messages.message import Command, Event
from stockledger.messages.transfer import ReceiptLine, ReceivedLine, SentLine, TransferLine

_AT_ONCE: Final = "T-502"
_RECEIPT: Final = "GR-9001"
_FOUR: Final = TransferLine(sku=LAMP, quantity=Quantity(4_000))
_ONE: Final = TransferLine(sku=LAMP, quantity=Quantity(1_000))
_FOUR_SENT: Final = SentLine(sku=LAMP, quantity=Quantity(4_000), value=Money(130_000))
_ONE_SENT: Final = SentLine(sku=LAMP, quantity=Quantity(1_000), value=Money(32_500))

TRANSFER_COMMAND_EXAMPLES: Final[tuple[Command, ...]] = (
    transfer.CreateTransfer(
        transfer_id=TRANSFER,
        source_warehouse_id=NORTH,
        destination_warehouse_id=SOUTH,
        lines=(_FOUR,),
    ),
    transfer.TransferStock(
        transfer_id=_AT_ONCE,
        source_warehouse_id=NORTH,
        destination_warehouse_id=SOUTH,
        lines=(_ONE,),
    ),
    transfer.DispatchTransfer(
        transfer_id=TRANSFER,
        carrier="Hansa Freight",
        tracking_number="HF 20-1187",
        expected_delivery=EXPECTED,
    ),
    transfer.ReceiveTransfer(
        transfer_id=TRANSFER,
        receipt_id=_RECEIPT,
        lines=(ReceiptLine(sku=LAMP, received=Quantity(2_000), damaged=Quantity(1_000)),),
    ),
    transfer.CancelTransfer(transfer_id=TRANSFER, reason="turned back on the way"),
    transfer.ReportOverdueTransfer(transfer_id=TRANSFER),
)

TRANSFER_EVENT_EXAMPLES: Final[tuple[Event, ...]] = (
    transfer.TransferCreated(
        transfer_id=TRANSFER,
        source_warehouse_id=NORTH,
        destination_warehouse_id=SOUTH,
        lines=(_FOUR,),
    ),
    transfer.TransferMade(
        transfer_id=_AT_ONCE,
        source_warehouse_id=NORTH,
        destination_warehouse_id=SOUTH,
        lines=(_ONE_SENT,),
    ),
    transfer.TransferDispatched(
        transfer_id=TRANSFER,
        lines=(_FOUR_SENT,),
        carrier="Hansa Freight",
        tracking_number="HF 20-1187",
        expected_delivery=EXPECTED,
    ),
    transfer.TransferReceived(
        transfer_id=TRANSFER,
        receipt_id=_RECEIPT,
        lines=(
            ReceivedLine(
                sku=LAMP,
                received=Quantity(2_000),
                damaged=Quantity(1_000),
                short=Quantity(0),
                over=Quantity(0),
                value=Money(97_500),
            ),
        ),
        completed=False,
    ),
    transfer.TransferCancelled(
        transfer_id=TRANSFER, lines=(_ONE_SENT,), reason="turned back on the way"
    ),
    transfer.TransferOverdue(transfer_id=TRANSFER, expected_delivery=EXPECTED),
    transfer.TransferStockMoved(
        warehouse_id=SOUTH,
        sku=LAMP,
        transfer_id=TRANSFER,
        step=transfer.TransferStep.EXPECTED,
        quantity=Quantity(4_000),
        entries=(entry(Bucket.TRANSFER, 0, -4_000), entry(Bucket.IN_TRANSIT, 0, 4_000)),
        value_change=Money(0),
        transit_value_change=Money(130_000),
        levels=levels(2_000, 65_000, in_transit=4_000, transit_value=130_000),
    ),
)
