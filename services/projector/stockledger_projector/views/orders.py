"""Orders: what came, what was held or sold for it before, and whether it is off."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import ClassVar, Final

import orjson

from stockledger.delivered_events import DeliveredEvent
from stockledger.messages.order import (
    OrderAccepted,
    OrderCancelled,
    OrderItemsSold,
    OrderReserved,
    OrderReturned,
)
from stockledger.messages.registry import type_name
from stockledger.rows import columns
from stockledger.statements import Connection, load_statements

SQL: Final = load_statements(Path(__file__).with_suffix(".sql"))
TABLE: Final = "orders"

_RESERVED: Final = type_name(OrderReserved)
_ACCEPTED: Final = type_name(OrderAccepted)
_SOLD: Final = type_name(OrderItemsSold)
_CANCELLED: Final = type_name(OrderCancelled)
_RETURNED: Final = type_name(OrderReturned)
_TYPES: Final = frozenset({_RESERVED, _ACCEPTED, _SOLD, _CANCELLED, _RETURNED})


class OrderStatus(StrEnum):
    """Open while stock is held or was sold for it, and the order itself has not come yet."""

    OPEN = "OPEN"
    ACCEPTED = "ACCEPTED"
    CANCELLED = "CANCELLED"


@dataclass(slots=True)
class _Order:
    """What a batch tells of an order. None: nothing."""

    first: DeliveredEvent
    last: DeliveredEvent
    accepted_at: datetime | None = None
    cancelled_at: datetime | None = None
    customer_id: str | None = None
    cart_id: str | None = None
    asked: str | None = None
    reservation_ids: set[str] = field(default_factory=set[str])


OrderRow = tuple[object, ...]


class Orders:
    """Keeps `orders`."""

    table: ClassVar[str] = TABLE
    types: ClassVar[Sequence[str]] = tuple(sorted(_TYPES))

    def fold(self, events: Sequence[DeliveredEvent]) -> list[OrderRow]:
        """Return a row for each order that the events tell of."""
        orders: dict[tuple[str, str], _Order] = {}
        for event in events:
            if event.type in _TYPES:
                key = (event.tenant_id, event.stream)
                order = orders.setdefault(key, _Order(event, event))
                order.last = event
                _tell(order, event)
        return _rows(orders.values())

    async def write(self, connection: Connection, schema: str, changes: Sequence[OrderRow]) -> None:
        """Write the rows."""
        del schema
        if changes:
            await connection.execute(SQL["change"], *columns(changes))


def _tell(order: _Order, event: DeliveredEvent) -> None:
    if event.type == _ACCEPTED:
        body = event.body()
        order.accepted_at = order.accepted_at or event.recorded_at
        order.customer_id = body.get("customer_id") or order.customer_id
        order.cart_id = body.get("cart_id") or order.cart_id
        order.asked = orjson.dumps(body["asked"]).decode()
        order.reservation_ids.update(body["reservation_ids"])
    elif event.type == _CANCELLED:
        order.cancelled_at = order.cancelled_at or event.recorded_at
    elif event.type in (_RESERVED, _SOLD):
        reservation_id = event.body().get("reservation_id")
        if reservation_id is not None:
            order.reservation_ids.add(reservation_id)


def _rows(orders: Iterable[_Order]) -> list[OrderRow]:
    return [
        (
            order.last.tenant_id,
            order.last.stream.partition("/")[2],
            order.last.partition,
            order.last.position,
            order.last.version,
            order.last.recorded_at,
            order.first.recorded_at,
            order.accepted_at,
            order.cancelled_at,
            order.customer_id,
            order.cart_id,
            order.asked,
            orjson.dumps(sorted(order.reservation_ids)).decode(),
        )
        for order in orders
    ]
