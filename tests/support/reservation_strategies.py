"""Random commands about a few reservations, carts and orders, as Hypothesis draws them."""

from hypothesis import strategies as st

from stockledger.amounts import Money, Quantity
from stockledger.messages.item import (
    AdjustStock,
    CorrectStock,
    IssuePurpose,
    IssueStock,
    ReceiveStock,
    ReturnStock,
)
from stockledger.messages.lines import AskedLine, ChangedLine
from stockledger.messages.message import Reference
from stockledger.messages.order import AcceptOrder, CancelOrder, ReturnOrder
from stockledger.messages.reservation import (
    ConfirmReservation,
    ExpireReservation,
    ExtendReservation,
    ReleaseReservation,
    ReserveStock,
    UpdateReservation,
)
from stockledger.messages.warehouse import ActivateWarehouse, DeactivateWarehouse
from tests.support.builders import CHAIR, LAMP, NORTH, SOUTH

names = st.sampled_from([f"R{number}" for number in range(8)])
orders = st.sampled_from(["O1", "O2"])
carts = st.sampled_from(["C1", "C2"])
warehouses = st.sampled_from([NORTH, SOUTH])
skus = st.sampled_from([LAMP, LAMP, CHAIR])
units = st.integers(1, 9).map(lambda number: Quantity(number * 1_000))
seconds = st.sampled_from([1, 2, 3, 60])
of_item = {"warehouse_id": warehouses, "sku": skus}
asked_lines = st.lists(
    st.builds(AskedLine, sku=skus, quantity=units, warehouse_id=st.none() | warehouses),
    min_size=1,
    max_size=3,
).map(tuple)
changed_lines = st.lists(
    st.builds(
        ChangedLine,
        sku=skus,
        quantity=units | st.just(Quantity(0)),
        warehouse_id=st.none() | warehouses,
    ),
    min_size=1,
    max_size=3,
).map(tuple)

stock_commands = st.one_of(
    st.builds(ReceiveStock, **of_item, quantity=units, unit_cost=st.integers(0, 50_000).map(Money)),
    st.builds(IssueStock, **of_item, quantity=units, purpose=st.sampled_from(IssuePurpose)),
    st.builds(
        AdjustStock,
        **of_item,
        change=units.flatmap(lambda n: st.sampled_from([n, -n])).map(Quantity),
        reason=st.just("Found it so"),
    ),
    st.builds(CorrectStock, **of_item, actual_quantity=units, reason=st.just("Counted")),
    st.builds(ActivateWarehouse, warehouse_id=warehouses),
    st.builds(DeactivateWarehouse, warehouse_id=st.just(SOUTH)),
)
reserving = st.builds(
    ReserveStock,
    reservation_id=names,
    lines=asked_lines,
    allow_partial=st.booleans(),
    allow_split=st.booleans(),
    expires_in_seconds=seconds,
    customer_id=st.none() | st.just("ann"),
)
changing = st.one_of(
    st.builds(
        UpdateReservation,
        reservation_id=names,
        lines=changed_lines,
        keep_others=st.booleans(),
        allow_partial=st.booleans(),
        allow_split=st.booleans(),
        expires_in_seconds=st.none() | seconds,
    ),
    st.builds(ExtendReservation, reservation_id=names, expires_in_seconds=seconds),
)
ending = st.one_of(
    st.builds(ConfirmReservation, reservation_id=names),
    st.builds(ReleaseReservation, reservation_id=names),
    st.builds(
        ExpireReservation,
        reservation_ids=st.lists(names, min_size=1, max_size=4, unique=True).map(tuple),
    ),
)
cart_and_order_commands = st.one_of(
    st.builds(
        ReserveStock,
        reservation_id=names,
        lines=asked_lines,
        expires_in_seconds=seconds,
        allow_partial=st.booleans(),
        cart_id=st.none() | carts,
        order_id=st.none() | orders,
        join_cart=st.booleans(),
    ),
    st.builds(
        UpdateReservation,
        reservation_id=names,
        lines=changed_lines,
        keep_others=st.booleans(),
        cart_id=carts,
        expires_in_seconds=st.none() | seconds,
    ),
    st.builds(ReleaseReservation, cart_id=carts),
    st.builds(ConfirmReservation, reservation_id=names, order_id=orders),
    st.builds(
        AcceptOrder,
        order_id=orders,
        lines=st.just(()) | asked_lines,
        reservation_ids=st.lists(names, max_size=2, unique=True).map(tuple),
        cart_id=st.none() | carts,
        allow_split=st.booleans(),
    ),
    st.builds(CancelOrder, order_id=orders),
    st.builds(ReturnStock, **of_item, quantity=units, order_id=orders),
    st.builds(ReturnOrder, order_id=orders, return_id=st.sampled_from("TU"), lines=asked_lines),
    st.builds(
        IssueStock,
        **of_item,
        quantity=units,
        reference=orders.map(lambda order: Reference(type="order", id=order)),
    ),
)
