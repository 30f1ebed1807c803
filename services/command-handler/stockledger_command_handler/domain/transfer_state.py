"""What is known of a transfer, and how each of its events changes that."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Final, assert_never

from stockledger.amounts import NO_MONEY, ZERO, Money, Quantity
from stockledger.messages.fields import Sku, StreamName, Time, WarehouseId
from stockledger.messages.streams import item_stream
from stockledger.messages.transfer import (
    ReceiptLine,
    ReceivedLine,
    SentLine,
    TransferCancelled,
    TransferCreated,
    TransferDispatched,
    TransferMade,
    TransferOverdue,
    TransferReceived,
    TransferStatus,
)

Event = (
    TransferCreated
    | TransferMade
    | TransferDispatched
    | TransferReceived
    | TransferCancelled
    | TransferOverdue
)

FOLD_VERSION: Final = 1
"""Raised when `TransferState` or `evolve` changes, so that older snapshots are not used."""

DIGEST_BYTES: Final = 16
"""Bytes of a receipt's digest: a transfer keeps up to 500 of them, of 500 lines each."""

NO_WAREHOUSE: Final = WarehouseId("")


@dataclass(slots=True)
class TransferredSku:
    """What became of a transfer's units of one SKU.

    asked = sent once it is dispatched; sent = received + in transit + short + damaged + returned.
    `value` is that of the units in transit.
    """

    asked: Quantity = ZERO
    sent: Quantity = ZERO
    received: Quantity = ZERO
    in_transit: Quantity = ZERO
    short: Quantity = ZERO
    damaged: Quantity = ZERO
    returned: Quantity = ZERO
    over: Quantity = ZERO
    value: Money = NO_MONEY


@dataclass(slots=True)
class TransferState:
    """A transfer. `status` is None until it exists; `made`: it was made in one step.

    `receipts` keeps a digest of what was said under each receipt's id, for ever.
    """

    status: TransferStatus | None = None
    source_warehouse_id: WarehouseId = NO_WAREHOUSE
    destination_warehouse_id: WarehouseId = NO_WAREHOUSE
    made: bool = False
    skus: dict[Sku, TransferredSku] = field(default_factory=dict[Sku, TransferredSku])
    receipts: dict[str, str] = field(default_factory=dict[str, str])
    expected_delivery: Time | None = None
    overdue: bool = False


def initial() -> TransferState:
    """Return a transfer that does not exist; a new one each time, to be evolved."""
    return TransferState()


def evolve(state: TransferState, event: Event) -> TransferState:
    match event:
        case TransferCreated():
            _begin(state, event, TransferStatus.PENDING)
            for line in event.lines:
                _line(state, line.sku).asked = line.quantity
        case TransferMade():
            _begin(state, event, TransferStatus.COMPLETED)
            state.made = True
            for sent in event.lines:
                whole = _line(state, sent.sku)
                whole.asked = whole.sent = whole.received = sent.quantity
        case TransferDispatched():
            state.status = TransferStatus.IN_TRANSIT
            state.expected_delivery = event.expected_delivery
            for sent in event.lines:
                _send(_line(state, sent.sku), sent)
        case TransferReceived():
            _receive(state, event)
        case TransferCancelled():
            state.status = TransferStatus.CANCELLED
            for back in event.lines:
                _take_back(_line(state, back.sku), back)
        case TransferOverdue():
            state.overdue = True
        case _:
            assert_never(event)
    return state


def items_of(state: TransferState) -> list[StreamName]:
    """Return the streams of the items at both ends."""
    return [
        item_stream(warehouse_id, sku)
        for warehouse_id in (state.source_warehouse_id, state.destination_warehouse_id)
        for sku in state.skus
    ]


def after(state: TransferState, event: Event) -> TransferState:
    """Return what the transfer comes to by an event; the state itself stays as it is."""
    skus = {sku: replace(line) for sku, line in state.skus.items()}
    return evolve(replace(state, skus=skus, receipts=state.receipts.copy()), event)


def receipt_digest(lines: Iterable[ReceiptLine | ReceivedLine]) -> str:
    """Return a digest of what was received; lines of one SKU are added up before."""
    said = sorted([(one.sku, one.received, one.damaged, one.short, one.over) for one in lines])
    return blake2b(repr(said).encode(), digest_size=DIGEST_BYTES).hexdigest()


def _begin(
    state: TransferState, event: TransferCreated | TransferMade, status: TransferStatus
) -> None:
    state.status = status
    state.source_warehouse_id = event.source_warehouse_id
    state.destination_warehouse_id = event.destination_warehouse_id


def _line(state: TransferState, sku: Sku) -> TransferredSku:
    line = state.skus.get(sku)
    if line is None:
        line = state.skus[sku] = TransferredSku()
    return line


def _send(line: TransferredSku, sent: SentLine) -> None:
    line.sent = line.in_transit = sent.quantity
    line.value = sent.value


def _receive(state: TransferState, event: TransferReceived) -> None:
    for line in event.lines:
        _account(_line(state, line.sku), line)
    state.receipts[event.receipt_id] = receipt_digest(event.lines)
    if event.completed:
        state.status = TransferStatus.COMPLETED


def _account(line: TransferredSku, receipt: ReceivedLine) -> None:
    arrived = receipt.received + receipt.damaged + receipt.short
    line.received = Quantity(line.received + receipt.received)
    line.damaged = Quantity(line.damaged + receipt.damaged)
    line.short = Quantity(line.short + receipt.short)
    line.over = Quantity(line.over + receipt.over)
    line.in_transit = Quantity(line.in_transit - arrived)
    line.value = Money(line.value - receipt.value)


def _take_back(line: TransferredSku, back: SentLine) -> None:
    line.returned = Quantity(line.returned + back.quantity)
    line.in_transit = Quantity(line.in_transit - back.quantity)
    line.value = Money(line.value - back.value)
