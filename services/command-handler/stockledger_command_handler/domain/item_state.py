"""What is known of an item, and how each of its events changes that."""

from dataclasses import dataclass, field
from typing import Final, assert_never

from stockledger.messages.damage import StockDamaged, StockRepaired, StockScrapped
from stockledger.messages.hold import (
    HoldExtended,
    HoldsExpired,
    StockReleased,
    StockReserved,
)
from stockledger.messages.item import (
    BinMoved,
    CostCorrected,
    ItemConfigured,
    StockAdjusted,
    StockCorrected,
    StockIssued,
    StockMoved,
    StockReceived,
    StockReturned,
)
from stockledger.messages.transfer import TransferStockMoved
from stockledger_command_handler.domain.holds import Holds
from stockledger_command_handler.domain.item_settings import NOWHERE, ItemSettings, Place
from stockledger_command_handler.domain.settings import copied
from stockledger_command_handler.domain.stock import Stock

Event = (
    ItemConfigured
    | BinMoved
    | StockReceived
    | StockIssued
    | StockReturned
    | StockAdjusted
    | StockCorrected
    | StockDamaged
    | StockRepaired
    | StockScrapped
    | CostCorrected
    | TransferStockMoved
    | StockReserved
    | StockReleased
    | HoldExtended
    | HoldsExpired
)

FOLD_VERSION: Final = 3
"""Raised when `ItemState` or `evolve` changes, so that older snapshots are not used."""


@dataclass(slots=True)
class ItemState:
    """A SKU in a warehouse. `settings` is None until the item exists."""

    settings: ItemSettings | None = None
    place: Place = NOWHERE
    stock: Stock = field(default_factory=Stock)
    holds: Holds = field(default_factory=Holds)

    @property
    def exists(self) -> bool:
        return self.settings is not None


def initial() -> ItemState:
    """Return an item that does not exist; a new one each time, to be evolved."""
    return ItemState()


def parts(state: ItemState) -> int:
    """Return how many parts a snapshot of the item has: itself, and each of its holds."""
    return 1 + len(state.holds)


def evolve(state: ItemState, event: Event) -> ItemState:
    if isinstance(event, StockMoved):
        state.stock.enter(event)
    match event:
        case StockReserved():
            state.holds.put(event.reservation_id, event.held, event.expires_at)
        case StockReleased():
            state.holds.resize(event.reservation_id, event.held)
        case HoldExtended():
            state.holds.extend(event.reservation_id, event.expires_at)
        case HoldsExpired():
            for hold in event.holds:
                state.holds.remove(hold.reservation_id)
        case StockIssued():
            if event.reservation_id is not None:
                state.holds.remove(event.reservation_id)
        case StockReceived():
            state.stock.last_unit_cost = event.unit_cost
        case ItemConfigured():
            state.settings, state.place = copied(ItemSettings, event), copied(Place, event)
        case BinMoved():
            state.place = copied(Place, event)
        case CostCorrected():
            state.stock.value = event.levels.value
        case StockReturned() | StockAdjusted() | StockCorrected() | TransferStockMoved():
            pass
        case StockDamaged() | StockRepaired() | StockScrapped():
            pass
        case _:
            assert_never(event)
    return state
