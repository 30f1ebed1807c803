"""A warehouse with a limit takes in no more than that, and nothing comes to one given up.

Every decision is looked at, whichever events it comes to. What is a fact already (a correction,
units that come back to where they were sent from) is never refused, only counted.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from stockledger.amounts import Quantity
from stockledger.messages.capacity import CapacityUnit
from stockledger.messages.damage import StockScrapped
from stockledger.messages.fields import Sku, WarehouseId
from stockledger.messages.item import (
    ItemConfigured,
    ItemEvent,
    ReceiveStock,
    ReturnStock,
    StockAdjusted,
    StockCorrected,
    StockIssued,
    StockMoved,
    StockReceived,
    StockReturned,
)
from stockledger.messages.message import Command, Event
from stockledger.messages.order import ReturnOrder
from stockledger.messages.results import Accepted, Rejection
from stockledger.messages.streams import capacity_stream, item_stream, warehouse_stream
from stockledger.messages.supplier_order import ReceiveSupplierOrder
from stockledger.messages.transfer import (
    CreateTransfer,
    DispatchTransfer,
    ReceiveTransfer,
    TransferCreated,
    TransferStep,
    TransferStock,
    TransferStockMoved,
)
from stockledger_command_handler.domain.capacity import measured, refused_beyond, use_changed
from stockledger_command_handler.domain.item_state import ItemState
from stockledger_command_handler.domain.refusals import warehouse_not_found
from stockledger_command_handler.domain.view import Decision, View

_COUNTED: Final = frozenset(
    {
        StockReceived,
        StockIssued,
        StockReturned,
        StockAdjusted,
        StockCorrected,
        StockScrapped,
        TransferStockMoved,
        ItemConfigured,
    }
)
"""The events of items that may change what is on hand, or what that takes up."""

_TURNED_AWAY: Final = frozenset(
    {
        ReceiveStock,
        ReturnStock,
        ReturnOrder,
        TransferStock,
        ReceiveTransfer,
        ReceiveSupplierOrder,
    }
)
"""The commands that bring stock which can stay where it is when there is no room for it."""

_SENT: Final = frozenset({CreateTransfer, DispatchTransfer})
"""The commands that send stock on its way, which they do only where there is room for it now."""

ItemKey = tuple[WarehouseId, Sku]


@dataclass(slots=True)
class _Filling:
    """What an item takes up: so many units, each of such a volume."""

    on_hand: Quantity
    unit_volume: Quantity | None

    def measured(self, unit: CapacityUnit) -> Quantity:
        """Return what it takes up, in units or in volume."""
        return measured(unit, self.on_hand, self.unit_volume)


def accounted(command: Command, decision: Decision, view: View) -> Decision:
    """Return a decision with what it changes of the warehouses' use, or why it goes too far."""
    if isinstance(decision, Rejection):
        return decision
    events = decision.events if isinstance(decision, Accepted) else decision
    if not _is_to_be_counted(events, view) and type(command) is not CreateTransfer:
        return decision
    fillings = _fillings_after(events, view)
    if type(command) in _SENT and (refusal := _refused_to_send(events, fillings, view)):
        return refusal
    more = _use_changed(command, fillings, view)
    if isinstance(more, Rejection) or not more:
        return more or decision
    if isinstance(decision, Accepted):
        return Accepted([*events, *more], decision.outcome)
    return [*events, *more]


def _is_to_be_counted(events: Iterable[Event], view: View) -> bool:
    """Return whether a warehouse of the events has a limit, or is given up. Runs for nearly all."""
    looked_at = None
    for event in events:
        if not isinstance(event, ItemEvent) or type(event) not in _COUNTED:
            continue
        if event.warehouse_id != looked_at:
            looked_at = event.warehouse_id
            if view.warehouse(looked_at).is_counted:
                return True
    return False


def _fillings_after(events: Iterable[Event], view: View) -> dict[ItemKey, _Filling]:
    fillings: dict[ItemKey, _Filling] = {}
    for event in events:
        if not isinstance(event, ItemEvent) or type(event) not in _COUNTED:
            continue
        key = (event.warehouse_id, event.sku)
        filling = fillings.get(key)
        if filling is None:
            filling = fillings[key] = _filling_of(view.item(*key))
        if isinstance(event, ItemConfigured):
            filling.unit_volume = event.unit_volume
        elif isinstance(event, StockMoved):
            filling.on_hand = event.levels.on_hand
    return fillings


def _filling_of(item: ItemState) -> _Filling:
    return _Filling(item.stock.on_hand, item.settings.unit_volume if item.settings else None)


def _use_changed(
    command: Command, fillings: Mapping[ItemKey, _Filling], view: View
) -> list[Event] | Rejection:
    """Return the events of each limited warehouse whose use changes."""
    limited: dict[WarehouseId, list[Sku]] = {}
    for warehouse_id, sku in fillings:
        warehouse = view.warehouse(warehouse_id)
        if warehouse.deleted:
            return warehouse_not_found(warehouse_id)
        if warehouse.is_counted:
            limited.setdefault(warehouse_id, []).append(sku)
    view.require(*[capacity_stream(warehouse_id) for warehouse_id in limited])
    events: list[Event] = []
    for warehouse_id, skus in limited.items():
        state = view.capacity(warehouse_id)
        before = [_filling_of(view.item(warehouse_id, sku)).measured(state.unit) for sku in skus]
        after = [fillings[warehouse_id, sku].measured(state.unit) for sku in skus]
        change = Quantity(sum(after) - sum(before))
        if type(command) in _TURNED_AWAY:
            refusal = refused_beyond(warehouse_id, change, state)
            if refusal is not None:
                return refusal
        more = use_changed(command, warehouse_id, change, view)
        if isinstance(more, Rejection):
            return more
        events.extend(more)
    return events


def _refused_to_send(
    events: Sequence[Event], fillings: Mapping[ItemKey, _Filling], view: View
) -> Rejection | None:
    """Return why units should not go on their way: there is no room for them where they go."""
    sent = _sent(events)
    destinations = {warehouse_id for warehouse_id, _ in sent}
    view.require(*[warehouse_stream(warehouse_id) for warehouse_id in destinations])
    for warehouse_id in destinations:
        if not view.warehouse(warehouse_id).is_limited:
            continue
        view.require(
            capacity_stream(warehouse_id), *[item_stream(warehouse_id, sku) for _, sku in sent]
        )
        state = view.capacity(warehouse_id)
        asked = [
            measured(state.unit, quantity, _unit_volume(warehouse_id, sku, fillings, view))
            for (_, sku), quantity in sent.items()
        ]
        return refused_beyond(warehouse_id, Quantity(sum(asked)), state)
    return None


def _sent(events: Iterable[Event]) -> dict[ItemKey, Quantity]:
    """Return the units that a transfer is to bring, by where to."""
    sent: dict[ItemKey, Quantity] = {}
    for event in events:
        if isinstance(event, TransferCreated):
            for line in event.lines:
                sent[event.destination_warehouse_id, line.sku] = line.quantity
        elif isinstance(event, TransferStockMoved) and event.step is TransferStep.EXPECTED:
            sent[event.warehouse_id, event.sku] = event.quantity
    return sent


def _unit_volume(
    warehouse_id: WarehouseId, sku: Sku, fillings: Mapping[ItemKey, _Filling], view: View
) -> Quantity | None:
    """Return the unit volume of an item; of one that is not there yet, what its source says."""
    settings = view.item(warehouse_id, sku).settings
    if settings is not None:
        return settings.unit_volume
    volumes = [filling.unit_volume for (_, other), filling in fillings.items() if other == sku]
    return next((volume for volume in volumes if volume is not None), None)
