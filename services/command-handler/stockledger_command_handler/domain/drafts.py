"""A decision's working copy of items: each step goes by what the steps before left behind."""

from collections.abc import Iterable
from typing import Final

from stockledger.amounts import NO_MONEY, ZERO, Money, Quantity, quantity_to_wire
from stockledger.messages.fields import Bucket, Sku, Time, WarehouseId
from stockledger.messages.hold import ExpiredHold
from stockledger.messages.item import IssuePurpose, ItemCommand
from stockledger.messages.lines import SoldLine
from stockledger.messages.message import Command, Event
from stockledger.messages.results import Rejection
from stockledger_command_handler.domain.hold_events import (
    expired,
    extended,
    issued,
    released,
    reserved,
    returned,
)
from stockledger_command_handler.domain.item_events import configured, stocked
from stockledger_command_handler.domain.item_settings import ItemSettings, Place
from stockledger_command_handler.domain.item_state import ItemState
from stockledger_command_handler.domain.shortages import Shortage, insufficient
from stockledger_command_handler.domain.stock import (
    Movement,
    moved,
    shifted,
    value_of_removed,
)
from stockledger_command_handler.domain.view import View

EXPIRED_HOLDS_MAX: Final = 500
"""Holds of one HoldsExpired: with the longest ids far below 900 KB."""

ISSUED_TO: Final = {
    IssuePurpose.SALE: Bucket.CUSTOMER,
    IssuePurpose.WRITE_OFF: Bucket.SCRAP,
    IssuePurpose.PRODUCTION: Bucket.PRODUCTION,
}


class Drafts:
    """The items that one command changes, and the events by which it does, in their order."""

    __slots__ = ("_command", "_items", "_view", "events")

    def __init__(self, view: View, command: Command) -> None:
        self._view = view
        self._command = command
        self._items: dict[tuple[WarehouseId, Sku], ItemDraft] = {}
        self.events: list[Event] = []

    def item(self, warehouse_id: WarehouseId, sku: Sku) -> "ItemDraft":
        """Return the draft of an item, the same one each time."""
        key = (warehouse_id, sku)
        draft = self._items.get(key)
        if draft is None:
            state = self._view.item(warehouse_id, sku)
            draft = ItemDraft(warehouse_id, sku, state, self._view, self._command, self.events)
            self._items[key] = draft
        return draft


class ItemDraft:
    """An item as the decision has it by now. The state that it began from stays as it was."""

    __slots__ = (
        "_command",
        "_holds",
        "_lapsed",
        "_now",
        "_resized",
        "events",
        "place",
        "settings",
        "sku",
        "stock",
        "warehouse_id",
    )

    def __init__(
        self,
        warehouse_id: WarehouseId,
        sku: Sku,
        state: ItemState,
        view: View,
        command: Command,
        events: list[Event],
    ) -> None:
        self.warehouse_id = warehouse_id
        self.sku = sku
        self.settings = state.settings
        self.place = state.place
        stock = state.stock
        self.stock = stock.copy()
        self._holds = state.holds
        self._now = view.now
        self._lapsed: int = state.holds.lapsed(view.now)
        self._resized: dict[str, Quantity] = {}
        self._command = command
        self.events = events

    @property
    def exists(self) -> bool:
        return self.settings is not None

    @property
    def available(self) -> Quantity:
        """What may be promised: what is available by the records, and what has lapsed."""
        return Quantity(self.stock.available + self._lapsed)

    def configure(self, settings: ItemSettings, place: Place) -> None:
        """Set all settings and the place; an item that does not exist begins with that."""
        command = self._command
        first = ItemCommand(
            effective_at=command.effective_at,
            reason=command.reason,
            reference=command.reference,
            warehouse_id=self.warehouse_id,
            sku=self.sku,
        )
        if not self.exists:
            self.events.append(stocked(first))
        self.settings, self.place = settings, place
        self.events.append(configured(first, settings, place))

    def held(self, reservation_id: str) -> Quantity:
        """Return what a reservation holds of the item, lapsed or not."""
        resized = self._resized.get(reservation_id)
        return self._holds.quantity(reservation_id) if resized is None else resized

    def shortage(self, asked: Quantity) -> Shortage:
        """Return the figures that refuse a quantity."""
        return Shortage(self.warehouse_id, self.sku, asked, self.available, self.next_lapse())

    def next_lapse(self, leave_out: str | None = None) -> Time | None:
        """Return when the next hold lapses, but for one to leave out; None when none is left."""
        return self._holds.next_deadline(self._now, leave_out)

    def expire_lapsed(self, quantity: Quantity) -> None:
        """Let the oldest lapsed holds expire, until the quantity is available by the records."""
        if self._lapsed == 0:
            return
        short = quantity - self.stock.available
        if short <= 0:
            return
        oldest: list[ExpiredHold] = []
        for reservation_id, held in self._holds.lapsed_in_order(self._now):
            if reservation_id not in self._resized:
                oldest.append(ExpiredHold(reservation_id=reservation_id, quantity=held))
                short -= held
                if short <= 0:
                    break
        self._expire(oldest)

    def expire(self, reservation_ids: Iterable[str]) -> None:
        """Let the holds of these reservations expire, so far as they are there still."""
        holds = [(name, held) for name in reservation_ids if (held := self.held(name))]
        self._expire([ExpiredHold(reservation_id=name, quantity=held) for name, held in holds])

    def reserve(self, reservation_id: str, quantity: Quantity, expires_at: Time) -> None:
        """Hold more for a reservation, all of it until then; so much must be available."""
        self.expire_lapsed(quantity)
        movement = self.shift(Bucket.AVAILABLE, Bucket.RESERVED, quantity)
        held = Quantity(self.held(reservation_id) + quantity)
        self._resize(reservation_id, held)
        self.events.append(
            reserved(
                self._command,
                self.warehouse_id,
                self.sku,
                movement,
                reservation_id,
                held,
                expires_at,
            )
        )

    def release(self, reservation_id: str, quantity: Quantity) -> None:
        """Give back some or all of what a reservation holds."""
        movement = self.shift(Bucket.RESERVED, Bucket.AVAILABLE, quantity)
        held = Quantity(self.held(reservation_id) - quantity)
        self._resize(reservation_id, held)
        self.events.append(
            released(self._command, self.warehouse_id, self.sku, movement, reservation_id, held)
        )

    def extend(self, reservation_id: str, expires_at: Time) -> None:
        """Give a reservation's hold another deadline."""
        self.events.append(
            extended(self._command, self.warehouse_id, self.sku, reservation_id, expires_at)
        )

    def issue_held(self, reservation_id: str, order_id: str | None) -> SoldLine | Rejection:
        """Sell all that a reservation holds; refused when so much is not there any more.

        A correction or write-off may have cut below what is held.
        """
        quantity = self.held(reservation_id)
        if quantity > self.stock.saleable:
            shortage = self.shortage(quantity)
            return insufficient(shortage, on_hand=quantity_to_wire(self.stock.on_hand))
        self._resize(reservation_id, ZERO)
        return self._issue(Bucket.RESERVED, quantity, IssuePurpose.SALE, order_id, reservation_id)

    def issue(
        self, quantity: Quantity, purpose: IssuePurpose, order_id: str | None = None
    ) -> SoldLine | Rejection:
        """Issue available units; that they are available was checked before."""
        self.expire_lapsed(quantity)
        return self._issue(Bucket.AVAILABLE, quantity, purpose, order_id, None)

    def take_back(
        self,
        quantity: Quantity,
        value: Money,
        order_id: str,
        bucket: Bucket = Bucket.AVAILABLE,
        unsold: Quantity | None = None,
    ) -> Rejection | None:
        """Take units back from a customer, at what they are worth.

        `unsold` of them are more than was sold under the order.
        """
        movement = self.move(Bucket.CUSTOMER, bucket, quantity, value)
        if isinstance(movement, Rejection):
            return movement
        self.events.append(
            returned(self._command, self.warehouse_id, self.sku, movement, order_id, unsold)
        )
        return None

    def shift(self, source: Bucket, target: Bucket, quantity: Quantity) -> Movement:
        """Move units that stay on hand; the event is the caller's."""
        movement = shifted(self.stock, source, target, quantity)
        self.stock.enter(movement)
        return movement

    def move(
        self,
        source: Bucket,
        target: Bucket,
        quantity: Quantity,
        value_change: Money,
        transit_change: Money = NO_MONEY,
    ) -> Movement | Rejection:
        """Move units; the event is the caller's. Refused when a figure gets out of limits."""
        movement = moved(self.stock, source, target, quantity, value_change, transit_change)
        if not isinstance(movement, Rejection):
            self.stock.enter(movement)
        return movement

    def _issue(
        self,
        source: Bucket,
        quantity: Quantity,
        purpose: IssuePurpose,
        order_id: str | None,
        reservation_id: str | None,
    ) -> SoldLine | Rejection:
        value = value_of_removed(self.stock, quantity)
        movement = self.move(source, ISSUED_TO[purpose], quantity, Money(-value))
        if isinstance(movement, Rejection):
            return movement
        self.events.append(
            issued(
                self._command,
                self.warehouse_id,
                self.sku,
                movement,
                purpose,
                reservation_id,
                order_id,
            )
        )
        return SoldLine(
            warehouse_id=self.warehouse_id, sku=self.sku, quantity=quantity, value=value
        )

    def _expire(self, lapsed: list[ExpiredHold]) -> None:
        for first in range(0, len(lapsed), EXPIRED_HOLDS_MAX):
            holds = lapsed[first : first + EXPIRED_HOLDS_MAX]
            quantity = Quantity(sum([hold.quantity for hold in holds]))
            movement = self.shift(Bucket.RESERVED, Bucket.AVAILABLE, quantity)
            for hold in holds:
                self._resize(hold.reservation_id, ZERO)
            self.events.append(expired(self.warehouse_id, self.sku, movement, tuple(holds)))

    def _resize(self, reservation_id: str, quantity: Quantity) -> None:
        if reservation_id not in self._resized and self._holds.has_lapsed(
            reservation_id, self._now
        ):
            self._lapsed -= self._holds.quantity(reservation_id)
        self._resized[reservation_id] = quantity
