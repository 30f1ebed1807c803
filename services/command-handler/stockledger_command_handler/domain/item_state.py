"""What is known of an item, and how each of its events changes that."""

from dataclasses import dataclass, field
from typing import Final, assert_never

from stockledger.amounts import ZERO, Quantity
from stockledger.messages.alert import AlertAcknowledged, AlertKind, AlertRaised, AlertResolved
from stockledger.messages.damage import StockDamaged, StockRepaired, StockScrapped
from stockledger.messages.fields import Bucket
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
from stockledger.messages.supplier_order import OnOrderChanged
from stockledger.messages.transfer import TransferStockMoved
from stockledger_command_handler.domain.alert_rules import (
    ITEM_RULES,
    QUIET_WHILE_AVAILABLE,
    Figures,
    Quiet,
    quiet_bounds,
)
from stockledger_command_handler.domain.alert_state import NO_ALERTS, AlertState, after
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
    | OnOrderChanged
    | AlertRaised
    | AlertAcknowledged
    | AlertResolved
)

Alerts = dict[AlertKind, AlertState]
"""The last alert of each kind."""

FOLD_VERSION: Final = 4
"""Raised when `ItemState` or `evolve` changes, so that older snapshots are not used."""


class _Derived:
    """What is derived from an item's settings and alerts, and so not written down with them.

    Within the bounds of `quiet`, no alert of the item begins or is over. `is_silent`: a kind was
    resolved by hand, and its cause goes on.
    """

    __slots__ = ("is_silent", "quiet")

    quiet: Quiet
    is_silent: bool

    def _restrict(self, settings: ItemSettings | None, alerts: Alerts | None) -> None:
        if settings is None:
            self.quiet = QUIET_WHILE_AVAILABLE
        else:
            self.quiet = quiet_bounds(settings, alerts or NO_ALERTS)
        self.is_silent = any(alert.silenced for alert in (alerts or NO_ALERTS).values())


@dataclass(slots=True)
class ItemState(_Derived):
    """A SKU in a warehouse. `settings` is None until the item exists.

    `alerts` holds the last one of each kind, None while there never was any. `reorder_order` is
    the supplier order, answering a REORDER_NEEDED alert, of which `reorder_open` units are on
    order; None while there is none.
    """

    settings: ItemSettings | None = None
    place: Place = NOWHERE
    stock: Stock = field(default_factory=Stock)
    holds: Holds = field(default_factory=Holds)
    alerts: Alerts | None = None
    reorder_order: str | None = None
    reorder_open: Quantity = ZERO

    def __post_init__(self) -> None:
        self.look_again()

    def look_again(self) -> None:
        """Know the bounds within which nothing happens, after other settings or alerts."""
        self._restrict(self.settings, self.alerts)

    @property
    def exists(self) -> bool:
        return self.settings is not None

    @property
    def figures(self) -> Figures:
        """The recorded figures that alerts go by."""
        stock = self.stock
        in_transit = stock.balances.get(Bucket.IN_TRANSIT, ZERO)
        return Figures(stock.available, stock.on_hand, in_transit, stock.on_order)


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
            state.look_again()
        case BinMoved():
            state.place = copied(Place, event)
        case CostCorrected():
            state.stock.value = event.levels.value
        case OnOrderChanged():
            _change_on_order(state, event)
        case AlertRaised() | AlertAcknowledged() | AlertResolved():
            _change_alert(state, event)
        case StockReturned() | StockAdjusted() | StockCorrected() | TransferStockMoved():
            pass
        case StockDamaged() | StockRepaired() | StockScrapped():
            pass
        case _:
            assert_never(event)
    if state.is_silent:
        _arm_again(state)
    return state


def _change_on_order(state: ItemState, event: OnOrderChanged) -> None:
    state.stock.on_order = event.on_order
    if event.reorder:
        open_units = Quantity(state.reorder_open + event.change)
        state.reorder_order = event.supplier_order_id if open_units else None
        state.reorder_open = open_units


def _change_alert(state: ItemState, event: AlertRaised | AlertAcknowledged | AlertResolved) -> None:
    if state.alerts is None:
        state.alerts = {}
    state.alerts[event.kind] = after(event)
    state.look_again()


def _arm_again(state: ItemState) -> None:
    """Let the kinds that were resolved by hand be raised again if their cause has gone."""
    settings, alerts, figures = state.settings, state.alerts, state.figures
    if settings is None or alerts is None:
        return
    for rule in ITEM_RULES:
        alert = alerts.get(rule.kind)
        if alert is not None and alert.silenced:
            trigger = rule.trigger(settings)
            if trigger is None or rule.is_over(figures.of(rule.measure), trigger):
                alert.silenced = False
    state.look_again()
