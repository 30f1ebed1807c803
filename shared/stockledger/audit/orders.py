"""Orders: each is sold as a whole, and never more comes back than was sold under it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from stockledger.audit.decision import Convict, Decision, ItemPlace, Subject
from stockledger.audit.figures import MONEY, UNITS, money, share, shown, units
from stockledger.audit.findings import Kind
from stockledger.audit.reservations import Lines, index_entry
from stockledger.audit.rows import EventRow
from stockledger.audit.whole_orders import not_whole

OrderKey = tuple[str, str]
"""Tenant and order."""


@dataclass(slots=True)
class SoldSeen:
    """What was sold of an item under an order and came back: 1/1000 units, 1/10000 money."""

    quantity: int = 0
    value: int = 0
    returned: int = 0
    returned_value: int = 0


@dataclass(slots=True)
class OrderSeen:
    """An order as its events leave it; `sold` by the item that it was sold from."""

    created_at: datetime
    updated_at: datetime
    version: int = 0
    position: int = 0
    accepted_at: datetime | None = None
    cancelled_at: datetime | None = None
    customer_id: str | None = None
    cart_id: str | None = None
    asked: Lines | None = None
    reservation_ids: set[str] = field(default_factory=set[str])
    return_ids: set[str] = field(default_factory=set[str])
    sold: dict[ItemPlace, SoldSeen] = field(default_factory=dict[ItemPlace, SoldSeen])


class Orders:
    """All of one partition: any of them may still have returns."""

    def __init__(self, convict: Convict, is_given_up: Callable[[str, str], bool]) -> None:
        self.seen: dict[OrderKey, OrderSeen] = {}
        self._convict = convict
        self._is_given_up = is_given_up

    def apply(self, row: EventRow, data: Mapping[str, Any], decision: Decision) -> None:
        """Take the next event of an order."""
        order = self._order_of(row, data)
        match row.type:
            case "stockledger.OrderReserved.v1":
                order.reservation_ids.add(data["reservation_id"])
                decision.do(index_entry(f"order/{data['order_id']}", data["reservation_id"]))
            case "stockledger.OrderAccepted.v1":
                self._accept(row, data, order)
                self._check_whole(row, data, order, decision)
                self._sell(row, data, order, decision)
            case "stockledger.OrderItemsSold.v1":
                if data.get("reservation_id") is not None:
                    order.reservation_ids.add(data["reservation_id"])
                self._sell(row, data, order, decision)
            case "stockledger.OrderReturned.v1":
                self._return_once(row, data, order)
                self._take_back(row, data, order, decision)
            case "stockledger.OrderCancelled.v1":
                self._cancel(row, data, order, decision)
            case _:
                self._convict(Kind.UNKNOWN_EVENT, row, "a type that this release knows", row.type)

    def _order_of(self, row: EventRow, data: Mapping[str, Any]) -> OrderSeen:
        key = (row.tenant_id, data["order_id"])
        order = self.seen.get(key)
        if order is None:
            order = self.seen[key] = OrderSeen(row.recorded_at, row.recorded_at)
        order.version, order.position = row.version, row.position
        order.updated_at = row.recorded_at
        return order

    def _accept(self, row: EventRow, data: Mapping[str, Any], order: OrderSeen) -> None:
        if order.accepted_at is not None:
            self._convict(Kind.ORDER, row, "accepted once", "twice")
        order.accepted_at = order.accepted_at or row.recorded_at
        order.customer_id = data.get("customer_id") or order.customer_id
        order.cart_id = data.get("cart_id") or order.cart_id
        order.asked = data["asked"]
        order.reservation_ids.update(data["reservation_ids"])

    def _check_whole(
        self, row: EventRow, data: Mapping[str, Any], order: OrderSeen, decision: Decision
    ) -> None:
        if data["asked"]:
            kept = {place: sold.quantity - sold.returned for place, sold in order.sold.items()}
            for expected, found in not_whole(data["asked"], data["lines"], kept):
                self._convict(Kind.ORDER, row, expected, found)
            return
        if not data["lines"] and not order.sold:
            self._convict(Kind.ORDER, row, "something sold under it", "nothing")
        for reservation_id in data["reservation_ids"]:
            decision.to_be_sold[row.tenant_id, reservation_id] = row

    def _sell(
        self, row: EventRow, data: Mapping[str, Any], order: OrderSeen, decision: Decision
    ) -> None:
        if order.cancelled_at is not None:
            self._convict(Kind.ORDER, row, "no sale once it is cancelled", row.type)
        for line in data["lines"]:
            place = (line["warehouse_id"], line["sku"])
            quantity, value = units(line["quantity"]), money(line["value"])
            sold = order.sold.setdefault(place, SoldSeen())
            sold.quantity += quantity
            sold.value += value
            decision.state(sold_under(data["order_id"], place), quantity, value)

    def _return_once(self, row: EventRow, data: Mapping[str, Any], order: OrderSeen) -> None:
        return_id = data.get("return_id")
        if return_id is None:
            return
        if return_id in order.return_ids:
            self._convict(Kind.ORDER, row, f"return {return_id} once", "twice")
        order.return_ids.add(return_id)

    def _cancel(
        self, row: EventRow, data: Mapping[str, Any], order: OrderSeen, decision: Decision
    ) -> None:
        if order.cancelled_at is not None:
            self._convict(Kind.ORDER, row, "cancelled once", "twice")
        order.cancelled_at = order.cancelled_at or row.recorded_at
        self._take_back(row, data, order, decision)
        for place, sold in order.sold.items():
            if sold.returned < sold.quantity and not self._is_given_up(row.tenant_id, place[0]):
                expected = f"all {shown(sold.quantity, UNITS)} of {'/'.join(place)} back"
                self._convict(Kind.ORDER, row, expected, shown(sold.returned, UNITS))

    def _take_back(
        self, row: EventRow, data: Mapping[str, Any], order: OrderSeen, decision: Decision
    ) -> None:
        for line in data["lines"]:
            quantity, value = units(line["quantity"]), money(line["value"])
            sold_from = (line["sold_warehouse_id"], line["sku"])
            sold = order.sold.setdefault(sold_from, SoldSeen())
            for expected, found in _wrong_return(sold, quantity, value, "/".join(sold_from)):
                self._convict(Kind.ORDER, row, expected, found)
            sold.returned += quantity
            sold.returned_value += value
            taken_in = (line["warehouse_id"], line["sku"])
            decision.state(returned_under(data["order_id"], taken_in), quantity, value)


def sold_under(order_id: str, place: ItemPlace) -> Subject:
    """Return the subject of units of an item being sold under an order."""
    return Subject(Kind.ORDER, f"order/{order_id}", f"sold of {'/'.join(place)}")


def returned_under(order_id: str, place: ItemPlace) -> Subject:
    """Return the subject of units coming back under an order, to an item."""
    return Subject(Kind.ORDER, f"order/{order_id}", f"returned to {'/'.join(place)}")


def _wrong_return(
    sold: SoldSeen, quantity: int, value: int, place: str
) -> Iterator[tuple[str, str]]:
    kept = sold.quantity - sold.returned
    if quantity > kept:
        found = shown(quantity, UNITS)
        yield f"at most {shown(kept, UNITS)} of {place} back, as is not back yet", found
        return
    worth = share(sold.value - sold.returned_value, quantity, kept)
    if value != worth:
        what = f"{shown(quantity, UNITS)} of {place} back"
        yield f"{what} worth {shown(worth, MONEY)}, its share of what left", shown(value, MONEY)
