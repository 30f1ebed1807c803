"""One builder a message of orders, and a shop whose history is that of accepted commands.

Amounts are given as on the wire. What is asked, sold or returned is lamps in warehouse north,
unless a test says otherwise.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final, NamedTuple

from stockledger.amounts import ZERO, money_to_wire, quantity_to_wire
from stockledger.messages.fields import Bucket, Sku, WarehouseId
from stockledger.messages.item import IssueStock, ReturnStock
from stockledger.messages.lines import LINES_MAX, AskedLine, HeldLine, ReturnedLine, SoldLine
from stockledger.messages.message import Command, Event, Reference
from stockledger.messages.order import (
    AcceptOrder,
    CancelOrder,
    OrderAccepted,
    OrderCancelled,
    OrderReturned,
    ReturnOrder,
)
from stockledger.messages.reservation import ConfirmReservation, ReserveStock
from stockledger.messages.results import Accepted, Rejection
from stockledger.messages.streams import item_stream
from stockledger_command_handler.domain.item_state import ItemState
from tests.support.builders import CHAIR, LAMP, NORTH, SOUTH, create_warehouse, money, units
from tests.support.item_builders import receive_stock
from tests.support.specification import Outcome, TenantInMemory, events_of, without_alerts

O1: Final = "O1"
C1: Final = "C1"


class Figures(NamedTuple):
    """What an item has: available, held, with customers; and what is worth what is on hand."""

    available: float
    reserved: float = 0
    sold: float = 0
    value: float = 0


class Shop:
    """A tenant whose history is that of commands, each of which was accepted."""

    def __init__(self, *commands: Command) -> None:
        self._tenant = TenantInMemory()
        self.did(*commands)

    def did(self, *commands: Command) -> list[Event]:
        """Decide and record commands; return the events of the last, without those of alerts."""
        events: list[Event] = []
        for command in commands:
            decision = self._tenant.decide(command)
            assert not isinstance(decision, Rejection), decision
            events = list(events_of(decision))
            self._tenant.record(*events)
        return without_alerts(events)

    def when(self, command: Command) -> Outcome:
        """Decide a command, without effect."""
        return Outcome(self._tenant.decide(command))

    def answer(self, command: Command) -> Any:  # noqa: ANN401 - JSON
        """Decide and record a command; return what its answer says."""
        decision = self._tenant.decide(command)
        assert isinstance(decision, Accepted), decision
        self._tenant.record(*decision.events)
        return decision.outcome

    def wait(self, seconds: float) -> None:
        """Let time go by."""
        self._tenant.now += timedelta(seconds=seconds)

    def item(self, warehouse_id: WarehouseId = NORTH, sku: Sku = LAMP) -> Figures:
        """Return an item's figures."""
        state: ItemState = self._tenant.states[item_stream(warehouse_id, sku)]
        balances = state.stock.balances
        return Figures(
            quantity_to_wire(balances.get(Bucket.AVAILABLE, ZERO)),
            quantity_to_wire(balances.get(Bucket.RESERVED, ZERO)),
            quantity_to_wire(balances.get(Bucket.CUSTOMER, ZERO)),
            money_to_wire(state.stock.value),
        )


def shop(*more: Command) -> Shop:
    """Ten lamps at 4 in the north, five at 6 in the south, five chairs in the north."""
    return Shop(
        create_warehouse(NORTH, priority=1),
        create_warehouse(SOUTH, priority=2),
        receive_stock(10, NORTH, LAMP, unit_cost=4),
        receive_stock(5, SOUTH, LAMP, unit_cost=6),
        receive_stock(5, NORTH, CHAIR, unit_cost=20),
        *more,
    )


def names(events: Sequence[Event]) -> list[str]:
    """Return the events' types."""
    return [type(event).__name__ for event in events]


def asked(quantity: float, sku: Sku = LAMP, warehouse_id: WarehouseId | None = None) -> AskedLine:
    return AskedLine(sku=sku, quantity=units(quantity), warehouse_id=warehouse_id)


def held(quantity: float, warehouse_id: WarehouseId = NORTH, sku: Sku = LAMP) -> HeldLine:
    return HeldLine(warehouse_id=warehouse_id, sku=sku, quantity=units(quantity))


def sold(
    quantity: float, value: float, warehouse_id: WarehouseId = NORTH, sku: Sku = LAMP
) -> SoldLine:
    return SoldLine(
        warehouse_id=warehouse_id, sku=sku, quantity=units(quantity), value=money(value)
    )


def came_back(
    quantity: float,
    value: float,
    into: WarehouseId = NORTH,
    sku: Sku = LAMP,
    *,
    sold_from: WarehouseId | None = None,
) -> ReturnedLine:
    return ReturnedLine(
        sold_warehouse_id=sold_from or into,
        warehouse_id=into,
        sku=sku,
        quantity=units(quantity),
        value=money(value),
    )


def reserve(
    reservation_id: str,
    *lines: AskedLine,
    order_id: str | None = None,
    cart_id: str | None = None,
    seconds: int = 1_800,
) -> ReserveStock:
    return ReserveStock(
        reservation_id=reservation_id,
        lines=lines,
        order_id=order_id,
        cart_id=cart_id,
        expires_in_seconds=seconds,
    )


def holding_lines(
    count: int, cart_id: str | None = None, seconds: int = 1_800, order_id: str | None = None
) -> list[Command]:
    """Return commands that hold one of each of so many items: in B0, B500 and so on."""
    skus = [Sku(f"S{number}") for number in range(count)]
    received = [receive_stock(1, NORTH, sku, unit_cost=1) for sku in skus]
    lines = [asked(1, sku, NORTH) for sku in skus]
    batches = [
        reserve(
            f"B{at}",
            *lines[at : at + LINES_MAX],
            order_id=order_id,
            cart_id=cart_id,
            seconds=seconds,
        )
        for at in range(0, count, LINES_MAX)
    ]
    return [*received, *batches]


def confirm(reservation_id: str, order_id: str | None = O1) -> ConfirmReservation:
    return ConfirmReservation(reservation_id=reservation_id, order_id=order_id)


def sell_under_order(
    quantity: float, order_id: str = O1, warehouse_id: WarehouseId = NORTH, sku: Sku = LAMP
) -> IssueStock:
    return IssueStock(
        warehouse_id=warehouse_id,
        sku=sku,
        quantity=units(quantity),
        reference=Reference(type="order", id=order_id),
    )


def accept_order(
    *lines: AskedLine,
    order_id: str = O1,
    reservation_ids: Sequence[str] = (),
    cart_id: str | None = None,
    customer_id: str | None = None,
    allow_split: bool = False,
) -> AcceptOrder:
    return AcceptOrder(
        order_id=order_id,
        lines=lines,
        reservation_ids=tuple(reservation_ids),
        cart_id=cart_id,
        customer_id=customer_id,
        allow_split=allow_split,
    )


def cancel_order(order_id: str = O1) -> CancelOrder:
    return CancelOrder(order_id=order_id)


def return_order(*lines: AskedLine, return_id: str = "RET-1", order_id: str = O1) -> ReturnOrder:
    return ReturnOrder(order_id=order_id, return_id=return_id, lines=lines)


def return_stock(
    quantity: float, warehouse_id: WarehouseId = NORTH, sku: Sku = LAMP, order_id: str = O1
) -> ReturnStock:
    return ReturnStock(
        warehouse_id=warehouse_id, sku=sku, quantity=units(quantity), order_id=order_id
    )


def order_accepted(
    *lines: SoldLine,
    asked: Sequence[AskedLine] = (),
    reservation_ids: Sequence[str] = (),
    cart_id: str | None = None,
    order_id: str = O1,
) -> OrderAccepted:
    return OrderAccepted(
        order_id=order_id,
        asked=tuple(asked),
        lines=lines,
        reservation_ids=tuple(reservation_ids),
        cart_id=cart_id,
    )


def order_cancelled(*lines: ReturnedLine, order_id: str = O1) -> OrderCancelled:
    return OrderCancelled(order_id=order_id, lines=lines)


def order_returned(
    *lines: ReturnedLine,
    return_id: str | None = "RET-1",
    asked: Sequence[AskedLine] | None = None,
    order_id: str = O1,
) -> OrderReturned:
    return OrderReturned(
        order_id=order_id,
        lines=lines,
        return_id=return_id,
        asked=None if asked is None else tuple(asked),
    )
