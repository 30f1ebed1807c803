"""Whatever shops order, cancel and bring back, in any order: units and their value are kept."""

from datetime import timedelta
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from stockledger.amounts import ZERO, cost_of
from stockledger.messages.fields import Bucket, Sku, WarehouseId
from stockledger.messages.item import IssueStock
from stockledger.messages.lines import AskedLine
from stockledger.messages.message import Command
from stockledger.messages.order import AcceptOrder, CancelOrder, ReturnOrder
from stockledger.messages.reservation import ExpireReservation, ReleaseReservation, ReserveStock
from stockledger.messages.results import Accepted, Rejection
from stockledger_command_handler.domain.allocation import merged
from stockledger_command_handler.domain.item_state import ItemState
from stockledger_command_handler.domain.order_state import OrderState
from tests.support.builders import CHAIR, LAMP, NORTH, SOUTH, create_warehouse
from tests.support.item_builders import receive_stock
from tests.support.order_builders import (
    accept_order,
    asked,
    cancel_order,
    confirm,
    reserve,
    return_order,
    return_stock,
    sell_under_order,
)
from tests.support.specification import TenantInMemory, events_of

RECEIVED: Final = [
    receive_stock(7, NORTH, LAMP, unit_cost=3.3333),
    receive_stock(4, SOUTH, LAMP, unit_cost=0.0007),
    receive_stock(5, NORTH, CHAIR, unit_cost=20.0001),
]
BOUGHT: Final = sum(cost_of(received.quantity, received.unit_cost) for received in RECEIVED)
REPEATABLE: Final = (AcceptOrder, CancelOrder, ReturnOrder)

skus: st.SearchStrategy[Sku] = st.sampled_from([LAMP, CHAIR])
warehouses: st.SearchStrategy[WarehouseId] = st.sampled_from([NORTH, SOUTH])
quantities = st.sampled_from([0.001, 0.5, 1, 1, 2, 3, 6])
orders = st.sampled_from(["O1", "O2"])
carts = st.sampled_from([None, "C1"])
reservations = st.sampled_from(["R1", "R2", "R3"])
anywhere: st.SearchStrategy[WarehouseId | None] = st.one_of(st.none(), warehouses)
lines: st.SearchStrategy[AskedLine] = st.builds(asked, quantities, skus, anywhere)


@st.composite
def accepts(draw: st.DrawFn) -> AcceptOrder:
    return accept_order(
        *draw(st.lists(lines, max_size=3)),
        order_id=draw(orders),
        reservation_ids=draw(st.lists(reservations, max_size=2, unique=True)),
        cart_id=draw(carts),
        allow_split=draw(st.booleans()),
    )


@st.composite
def reserves(draw: st.DrawFn) -> ReserveStock:
    return reserve(
        draw(reservations),
        *draw(st.lists(lines, min_size=1, max_size=2)),
        order_id=draw(st.one_of(st.none(), orders)),
        cart_id=draw(carts),
        seconds=draw(st.sampled_from([30, 90])),
    )


@st.composite
def returns(draw: st.DrawFn) -> ReturnOrder:
    return_id = draw(st.sampled_from(["RET-1", "RET-2", "RET-3"]))
    parts = draw(st.lists(lines, min_size=1, max_size=2))
    return return_order(*parts, return_id=return_id, order_id=draw(orders))


sales: st.SearchStrategy[IssueStock] = st.builds(
    sell_under_order, quantities, orders, warehouses, skus
)
commands: st.SearchStrategy[Command] = st.one_of(
    accepts(),
    reserves(),
    returns(),
    sales,
    st.builds(confirm, reservations, orders),
    st.builds(cancel_order, orders),
    st.builds(return_stock, quantities, warehouses, skus, orders),
    st.builds(ReleaseReservation, reservation_id=reservations),
    st.builds(ExpireReservation, reservation_ids=st.tuples(reservations)),
)
steps = st.lists(st.tuples(commands, st.sampled_from([0, 0, 20, 45])), max_size=25)


@settings(deadline=None, max_examples=400)
@given(steps=steps)
def test_units_and_value_are_kept_and_repeats_change_nothing(
    steps: list[tuple[Command, int]],
) -> None:
    tenant = TenantInMemory()
    opening: list[Command] = [create_warehouse(NORTH), create_warehouse(SOUTH), *RECEIVED]
    for command in opening:
        take(tenant, command)
    for command, seconds in steps:
        tenant.now += timedelta(seconds=seconds)
        take(tenant, command)
        check(tenant)


def take(tenant: TenantInMemory, command: Command) -> None:
    """Decide a command; what is accepted takes effect, and again it would have none."""
    decision = tenant.decide(command)
    if isinstance(decision, Rejection):
        return
    tenant.record(*events_of(decision))
    if isinstance(command, AcceptOrder):
        check_sold_as_a_whole(tenant, command)
    if isinstance(command, REPEATABLE):
        assert isinstance(decision, Accepted)
        again = tenant.decide(command)
        assert isinstance(again, Accepted)
        assert list(again.events) == []
        assert again.outcome == decision.outcome


def check_sold_as_a_whole(tenant: TenantInMemory, command: AcceptOrder) -> None:
    """Fail unless all that an accepted order asks for was sold under it, by whatever way."""
    sold = tenant.order(command.order_id).sold.values()
    for (warehouse_id, sku), quantity in merged(command.lines).items():
        places = [warehouse_id] if warehouse_id else [NORTH, SOUTH]
        there = [one for one in sold if one.sku == sku and one.warehouse_id in places]
        assert sum(one.quantity for one in there) >= quantity


def check(tenant: TenantInMemory) -> None:
    """Fail unless items and orders agree on all units, and no value got lost or made."""
    items: list[ItemState] = [s for s in tenant.states.values() if isinstance(s, ItemState)]
    known: list[OrderState] = [s for s in tenant.states.values() if isinstance(s, OrderState)]
    for item in items:
        balances = item.stock.balances
        assert sum(balances.values()) == 0
        assert balances.get(Bucket.AVAILABLE, ZERO) >= 0
        held = sum(hold.quantity for hold in item.holds.held.values())
        assert balances.get(Bucket.RESERVED, ZERO) == held
    kept = [one for order in known for one in order.sold.values()]
    assert all(0 <= one.kept <= one.quantity for one in kept)
    with_customers = sum(item.stock.balances.get(Bucket.CUSTOMER, ZERO) for item in items)
    assert with_customers == sum(one.kept for one in kept)
    assert all(one.kept_value == 0 for one in kept if one.kept == 0)
    on_hand = sum(item.stock.value for item in items)
    assert on_hand + sum(one.kept_value for one in kept) == BOUGHT
