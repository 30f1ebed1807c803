"""From which items asked lines are taken; or, when there is not enough, the figures that refuse.

A line of any warehouse goes to the active warehouse with the lowest priority number, then the most
available, then the first id: the first that can give all of it. With `allow_split` it is taken
from several in that order. In part, without splitting, it is taken where there is most.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from stockledger.amounts import ZERO, Quantity
from stockledger.messages.fields import Sku, StreamName, Time, WarehouseId
from stockledger.messages.lines import AskedLine
from stockledger.messages.results import Rejection
from stockledger.messages.streams import item_stream, sku_stream, warehouse_stream
from stockledger_command_handler.domain.drafts import Drafts
from stockledger_command_handler.domain.refusals import (
    item_not_found,
    sku_not_found,
    warehouse_inactive,
    warehouse_not_found,
)
from stockledger_command_handler.domain.shortages import Shortage, insufficient_lines
from stockledger_command_handler.domain.view import View

ItemKey = tuple[WarehouseId, Sku]
Wanted = tuple[WarehouseId | None, Sku]

NOTHING: Final[Mapping[ItemKey, Quantity]] = MappingProxyType({})


def streams_of(lines: Iterable[AskedLine]) -> list[StreamName]:
    """Return the streams that an allocation of these lines looks at first."""
    streams: list[StreamName] = []
    for line in lines:
        if line.warehouse_id is None:
            streams.append(sku_stream(line.sku))
        else:
            streams.append(warehouse_stream(line.warehouse_id))
            streams.append(item_stream(line.warehouse_id, line.sku))
    return streams


def merged(lines: Iterable[AskedLine]) -> dict[Wanted, Quantity]:
    """Return what is asked of each item, or of any warehouse: lines of the same add up."""
    wanted: dict[Wanted, Quantity] = {}
    for line in lines:
        key = (line.warehouse_id, line.sku)
        wanted[key] = Quantity(wanted.get(key, ZERO) + line.quantity)
    return wanted


def allocate(
    wanted: Mapping[Wanted, Quantity],
    view: View,
    drafts: Drafts,
    own: Mapping[ItemKey, Quantity] = NOTHING,
    *,
    own_id: str | None = None,
    allow_split: bool,
    allow_partial: bool,
) -> dict[ItemKey, Quantity] | Rejection:
    """Return what to take from which item: all that is wanted or, in part, at least something.

    `own` is held for it already and not in its own way, though the warehouse be inactive by now;
    `own_id` is the reservation that holds it.
    """
    allocation = _Allocation(view, drafts, own, own_id)
    anywhere: list[Sku] = []
    for (warehouse_id, sku), quantity in wanted.items():
        if warehouse_id is None:
            anywhere.append(sku)
        elif refusal := allocation.take_from(warehouse_id, sku, quantity):
            return refusal
    if anywhere:
        allocation.look_at(anywhere)
    for sku in anywhere:
        refusal = allocation.take_from_any(sku, wanted[None, sku], allow_split=allow_split)
        if refusal is not None:
            return refusal
    if allocation.short and not (allow_partial and allocation.taken):
        return insufficient_lines(
            [allocation.short[line] for line in wanted if line in allocation.short]
        )
    return allocation.taken


class _Allocation:
    """What is taken by now, and which lines are short of how much."""

    __slots__ = ("_drafts", "_own", "_own_id", "_view", "short", "taken")

    def __init__(
        self, view: View, drafts: Drafts, own: Mapping[ItemKey, Quantity], own_id: str | None
    ) -> None:
        self._view = view
        self._drafts = drafts
        self._own = own
        self._own_id = own_id
        self.taken: dict[ItemKey, Quantity] = {}
        self.short: dict[Wanted, Shortage] = {}

    def look_at(self, skus: Iterable[Sku]) -> None:
        """Ask for all that keep these SKUs."""
        streams: list[StreamName] = []
        for sku in skus:
            for warehouse_id in self._view.sku(sku).warehouse_ids:
                streams.append(warehouse_stream(warehouse_id))
                streams.append(item_stream(warehouse_id, sku))
        self._view.require(*streams)

    def take_from(
        self, warehouse_id: WarehouseId, sku: Sku, quantity: Quantity
    ) -> Rejection | None:
        warehouse, key = self._view.warehouse(warehouse_id), (warehouse_id, sku)
        if not warehouse.exists:
            return warehouse_not_found(warehouse_id)
        draft = self._drafts.item(warehouse_id, sku)
        if not draft.exists:
            return item_not_found(warehouse_id, sku)
        own = self._own.get(key, ZERO) if self._own else ZERO
        if quantity > own and not warehouse.active:
            return warehouse_inactive(warehouse_id, "nothing is reserved there")
        room = own + max(draft.available, 0)
        if room < quantity:
            available = Quantity(own + draft.available)
            self.short[key] = Shortage(warehouse_id, sku, quantity, available, self._lapse(key))
        self._take(key, min(quantity, room))
        return None

    def take_from_any(self, sku: Sku, quantity: Quantity, *, allow_split: bool) -> Rejection | None:
        warehouse_ids = self._view.sku(sku).warehouse_ids
        if not warehouse_ids:
            return sku_not_found(sku)
        rooms = self._rooms(sku, warehouse_ids)
        if allow_split:
            available = sum(rooms.values())
        else:
            available = max(rooms.values(), default=0)
            rooms = {key: room for key, room in rooms.items() if room >= min(quantity, available)}
        left = int(min(quantity, available))
        for key, room in rooms.items():
            taken = min(left, room)
            self._take(key, taken)
            left -= taken
        if available < quantity:
            lapses = [self._lapse((warehouse_id, sku)) for warehouse_id in warehouse_ids]
            lapse = min([lapse for lapse in lapses if lapse is not None], default=None)
            self.short[None, sku] = Shortage(None, sku, quantity, Quantity(available), lapse)
        return None

    def _rooms(self, sku: Sku, warehouse_ids: Iterable[WarehouseId]) -> dict[ItemKey, int]:
        """Return what each warehouse has room for, in the order in which they are asked."""
        ranked: list[tuple[int, int, WarehouseId]] = []
        for warehouse_id in warehouse_ids:
            warehouse, key = self._view.warehouse(warehouse_id), (warehouse_id, sku)
            room = int(self._own.get(key, ZERO))
            if warehouse.active:
                room += max(self._drafts.item(warehouse_id, sku).available, 0)
            room -= self.taken.get(key, ZERO)
            if room > 0 and warehouse.description is not None:
                ranked.append((warehouse.description.priority, -room, warehouse_id))
        return {(warehouse_id, sku): -less for _, less, warehouse_id in sorted(ranked)}

    def _take(self, key: ItemKey, quantity: int) -> None:
        if quantity > 0:
            self.taken[key] = Quantity(self.taken.get(key, ZERO) + quantity)

    def _lapse(self, key: ItemKey) -> Time | None:
        return self._drafts.item(*key).next_lapse(self._own_id)
