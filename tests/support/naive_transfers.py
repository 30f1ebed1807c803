"""A second opinion on transfers: what is refused, and what became of each unit.

It shares no code with the deciders. What an item has it asks of its `Places`.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol, assert_never

from stockledger.messages.fields import Sku, WarehouseId
from stockledger.messages.results import ErrorCode
from stockledger.messages.transfer import (
    CancelTransfer,
    CreateTransfer,
    DispatchTransfer,
    ReceiptLine,
    ReceiveTransfer,
    TransferLine,
    TransferStock,
)

TransferCommand = (
    CreateTransfer | TransferStock | DispatchTransfer | ReceiveTransfer | CancelTransfer
)
Fates = Counter[str]
ARRIVED = ("received", "damaged", "short")


class Places(Protocol):
    """The warehouses and what is in them, as they are when a command comes."""

    def exists(self, warehouse_id: WarehouseId) -> bool: ...

    def takes_stock(self, warehouse_id: WarehouseId) -> bool: ...

    def keeps(self, warehouse_id: WarehouseId, sku: Sku) -> bool: ...

    def available(self, warehouse_id: WarehouseId, sku: Sku) -> int: ...

    def sendable(self, warehouse_id: WarehouseId, sku: Sku) -> int: ...


@dataclass(slots=True)
class NaiveTransfer:
    """A transfer: what was asked, and the fate of what was sent, by SKU."""

    begun_by: type[CreateTransfer | TransferStock]
    source: WarehouseId
    destination: WarehouseId
    asked: Counter[Sku]
    status: str
    fates: dict[Sku, Fates]
    receipts: dict[str, dict[Sku, Fates]] = field(default_factory=dict[str, dict[Sku, Fates]])

    def in_transit(self, sku: Sku) -> int:
        fates = self.fates[sku]
        gone = sum(fates[fate] for fate in (*ARRIVED, "returned"))
        return fates["sent"] - gone


class NaiveTransfers:
    """The transfers of a tenant; `expect` says whether a command is refused, and with what."""

    def __init__(self, places: Places) -> None:
        self.known: dict[str, NaiveTransfer] = {}
        self._places = places

    def expect(self, command: TransferCommand) -> ErrorCode | None:
        """Return the code of the refusal, or take the command's effect."""
        match command:
            case CreateTransfer() | TransferStock():
                return self._begin(command)
            case DispatchTransfer():
                return self._dispatch(command.transfer_id)
            case ReceiveTransfer():
                return self._receive(command)
            case CancelTransfer():
                return self._cancel(command.transfer_id)
            case _:
                assert_never(command)

    def _begin(self, command: CreateTransfer | TransferStock) -> ErrorCode | None:
        asked = _asked(command.lines)
        source, destination = command.source_warehouse_id, command.destination_warehouse_id
        known = self.known.get(command.transfer_id)
        if known is not None:
            said = (type(command), source, destination, asked)
            same = said == (known.begun_by, known.source, known.destination, known.asked)
            return None if same else ErrorCode.DUPLICATE_COMMAND
        refusal = self._refused(source, destination, asked)
        if refusal is not None:
            return refusal
        fates = {sku: Fates() for sku in asked}
        at_once = isinstance(command, TransferStock)
        if at_once:
            for sku, quantity in asked.items():
                fates[sku].update(sent=quantity, received=quantity)
        status = "COMPLETED" if at_once else "PENDING"
        self.known[command.transfer_id] = NaiveTransfer(
            type(command), source, destination, asked, status, fates
        )
        return None

    def _refused(
        self, source: WarehouseId, destination: WarehouseId, asked: Counter[Sku]
    ) -> ErrorCode | None:
        if source == destination:
            return ErrorCode.VALIDATION_ERROR
        for warehouse_id in (source, destination):
            if not self._places.exists(warehouse_id):
                return ErrorCode.NOT_FOUND
            if not self._places.takes_stock(warehouse_id):
                return ErrorCode.WAREHOUSE_INACTIVE
        if not all(self._places.keeps(source, sku) for sku in asked):
            return ErrorCode.NOT_FOUND
        if any(self._places.available(source, sku) < asked[sku] for sku in asked):
            return ErrorCode.INSUFFICIENT_STOCK
        return None

    def _dispatch(self, transfer_id: str) -> ErrorCode | None:
        known = self.known.get(transfer_id)
        if known is None:
            return ErrorCode.NOT_FOUND
        if known.status != "PENDING":
            return ErrorCode.INVALID_MOVEMENT if known.status == "CANCELLED" else None
        if not self._places.takes_stock(known.destination):
            return ErrorCode.WAREHOUSE_INACTIVE
        for sku, quantity in known.asked.items():
            if self._places.sendable(known.source, sku) < quantity:
                return ErrorCode.INSUFFICIENT_STOCK
        for sku, quantity in known.asked.items():
            known.fates[sku]["sent"] = quantity
        known.status = "IN_TRANSIT"
        return None

    def _receive(self, command: ReceiveTransfer) -> ErrorCode | None:
        if any(not (one.received or one.damaged or one.short or one.over) for one in command.lines):
            return ErrorCode.VALIDATION_ERROR
        receipt = _receipt(command.lines)
        known = self.known.get(command.transfer_id)
        if known is None:
            return ErrorCode.NOT_FOUND
        if command.receipt_id in known.receipts:
            same = known.receipts[command.receipt_id] == receipt
            return None if same else ErrorCode.DUPLICATE_COMMAND
        refusal = self._refused_receipt(known, receipt)
        if refusal is not None:
            return refusal
        for sku, fates in receipt.items():
            known.fates[sku].update(fates)
        known.receipts[command.receipt_id] = receipt
        if not any(known.in_transit(sku) for sku in known.fates):
            known.status = "COMPLETED"
        return None

    def _refused_receipt(self, known: NaiveTransfer, receipt: dict[Sku, Fates]) -> ErrorCode | None:
        if known.status != "IN_TRANSIT":
            return ErrorCode.INVALID_MOVEMENT
        if not self._places.takes_stock(known.destination):
            return ErrorCode.WAREHOUSE_INACTIVE
        if not known.fates.keys() >= receipt.keys():
            return ErrorCode.VALIDATION_ERROR
        for sku, fates in receipt.items():
            if sum(fates[fate] for fate in ARRIVED) > known.in_transit(sku):
                return ErrorCode.INVALID_MOVEMENT
        return None

    def _cancel(self, transfer_id: str) -> ErrorCode | None:
        known = self.known.get(transfer_id)
        if known is None:
            return ErrorCode.NOT_FOUND
        if known.status == "COMPLETED":
            return ErrorCode.INVALID_MOVEMENT
        for sku, fates in known.fates.items():
            fates["returned"] += known.in_transit(sku)
        known.status = "CANCELLED"
        return None


def _asked(lines: Iterable[TransferLine]) -> Counter[Sku]:
    asked: Counter[Sku] = Counter()
    for line in lines:
        asked[line.sku] += line.quantity
    return asked


def _receipt(lines: Iterable[ReceiptLine]) -> dict[Sku, Fates]:
    receipt: dict[Sku, Fates] = {}
    for line in lines:
        receipt.setdefault(line.sku, Fates()).update(
            received=line.received, damaged=line.damaged, short=line.short, over=line.over
        )
    return receipt
