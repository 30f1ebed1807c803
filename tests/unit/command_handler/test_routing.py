"""The tables lead from every command to its decider and from every event to its fold."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stockledger.messages.capacity import CapacityUnit
from stockledger.messages.fields import Bucket
from stockledger.messages.message import Event
from stockledger.messages.registry import COMMANDS, EVENTS
from stockledger.messages.transfer import TransferStep
from stockledger_command_handler.routing import AGGREGATES, DECIDERS, FOLD_VERSION, aggregate_of
from tests.support.adjustment_builders import adjustment_approved, adjustment_requested
from tests.support.builders import (
    default_warehouse_set,
    tenant_configured,
    with_particulars,
)
from tests.support.capacity_builders import capacity_set, limited_created, warned
from tests.support.import_builders import actual, change, import_applied, quantities_staged
from tests.support.item_builders import item_configured, sku_stocked, stock_received
from tests.support.message_strategies import messages
from tests.support.reservation_builders import (
    C1,
    asked,
    at,
    cart_reserved,
    held,
    reservation_created,
    reservation_updated,
    stock_reserved,
)
from tests.support.transfer_builders import (
    accounted,
    line,
    sent,
    stock_moved,
    transfer_created,
    transfer_dispatched,
    transfer_overdue,
    transfer_received,
)

events = st.one_of(*(messages(event) for event in EVENTS))


def test_every_command_has_a_decider() -> None:
    assert set(DECIDERS) == set(COMMANDS)


@settings(deadline=None)
@given(history=st.lists(events, min_size=1, max_size=10))
def test_every_event_is_folded_in_any_order_and_changes_the_state_in_place(
    history: list[Event],
) -> None:
    states: dict[str, Any] = {kind: fold.initial() for kind, fold in AGGREGATES.items()}
    for event in history:
        kind = event.stream.partition("/")[0]
        assert aggregate_of(event.stream).evolve(states[kind], event) is states[kind]


@settings(deadline=None)
@given(history=st.lists(events, max_size=10))
def test_state_of_any_history_survives_its_snapshot(history: list[Event]) -> None:
    states: dict[str, Any] = {kind: fold.initial() for kind, fold in AGGREGATES.items()}
    for event in history:
        kind = event.stream.partition("/")[0]
        aggregate_of(event.stream).evolve(states[kind], event)
    for kind, state in states.items():
        assert AGGREGATES[kind].load(AGGREGATES[kind].dump(state)) == state


def test_initial_states_are_not_shared() -> None:
    for aggregate in AGGREGATES.values():
        assert aggregate.initial() is not aggregate.initial()
    received = stock_received(10)
    fold = aggregate_of(received.stream)
    fold.evolve(fold.initial(), received)
    assert fold.initial().stock.balances == {}


@pytest.mark.parametrize(
    ("history", "fold_version", "snapshot"),
    [
        (
            [tenant_configured(currency="EUR", approval_quantity=5), default_warehouse_set()],
            3,
            (
                b'{"settings":{"time_zone":"UTC","currency":"EUR","low_stock_percent":20,'
                b'"lead_time_days":7,"count_frequency_days":30,"approval_quantity":5000,'
                b'"approval_value":null,"approval_days":7},"default_warehouse_id":"NORTH",'
                b'"checked_day":null}'
            ),
        ),
        (
            [limited_created(100, unit=CapacityUnit.VOLUME)],
            2,
            (
                b'{"description":{"name":"Warehouse north","code":"NORTH","address":null,'
                b'"contact":null,"operating_hours":null,"time_zone":"UTC","priority":100,'
                b'"capacity":100000,"capacity_unit":"volume"},'
                b'"active":true,"deleted":false,"is_counted":true}'
            ),
        ),
        (
            [capacity_set(100, used=82.5), warned(80, used=82.5)],
            1,
            b'{"capacity":100000,"unit":"units","used":82500,"warned":80}',
        ),
        (
            [quantities_staged(change(-1)), import_applied(1, changed=1)],
            1,
            (
                b'{"quantities":{},"settings":{},'
                b'"digests":{"1":"d55d2bab8401dc778a8df952d7ca1fe0"},'
                b'"staged_rows":1,"applied":{"rows":1,"changed":1}}'
            ),
        ),
        (
            [quantities_staged(actual(2.5))],
            1,
            (
                b'{"quantities":{"1":[{"line":2,"warehouse_id":"NORTH","sku":"LAMP",'
                b'"change":null,"actual":2.5,"reason":null}]},"settings":{},'
                b'"digests":{"1":"35880a1f524ab7e9f154f1a6594fcf04"},"staged_rows":1,'
                b'"applied":null}'
            ),
        ),
        (
            [
                item_configured(place="A-1"),
                with_particulars(stock_received(2.5)),
                stock_reserved(2, until=60, available=2.5, value=10),
                stock_moved(
                    TransferStep.EXPECTED,
                    3,
                    before={Bucket.AVAILABLE: 0.5, Bucket.RESERVED: 2},
                    value=10,
                    transit_change=7,
                ),
            ],
            3,
            (
                b'{"settings":{"name":"LAMP","category":null,"unit":"piece","unit_volume":null,'
                b'"reorder_point":null,"reorder_quantity":null,"maximum":null,"safety_stock":0,'
                b'"low_stock_percent":20,'
                b'"lead_time_days":7,"count_frequency_days":30},'
                b'"place":{"bin":"A-1","aisle":null,"shelf":null},'
                b'"stock":{"balances":{"supplier":-2500,"available":500,"reserved":2000,'
                b'"transfer":-3000,"in_transit":3000},'
                b'"value":100000,"last_unit_cost":40000,"transit_value":70000},'
                b'"holds":{"held":{"R1":[2000,1795435260000000]}}}'
            ),
        ),
        ([sku_stocked()], 1, b'{"warehouse_ids":["NORTH"]}'),
        (
            [
                with_particulars(adjustment_requested(-6, actual=4, value=-24)),
                adjustment_approved(-1),
            ],
            1,
            (
                b'{"status":"APPROVED","request":{"warehouse_id":"NORTH","sku":"LAMP",'
                b'"change":-6000,"actual_quantity":4000,"requested_by":"ada","on_hand":10000,'
                b'"effective_at":"2026-11-22T20:30:00.000000Z","reason":"Ordered by telephone",'
                b'"reference":{"type":"order","id":"O-7"}},'
                b'"expires_at":"2026-11-30T12:00:00.000000Z","changed_meanwhile":-1000}'
            ),
        ),
        (
            [
                transfer_created(line(8)),
                transfer_dispatched(sent(8, 32), expected_delivery=at(60)),
                transfer_received(accounted(3, damaged=1, value=16)),
                transfer_overdue(at(60)),
            ],
            1,
            (
                b'{"status":"IN_TRANSIT","source_warehouse_id":"NORTH",'
                b'"destination_warehouse_id":"SOUTH","made":false,'
                b'"skus":{"LAMP":{"asked":8000,"sent":8000,"received":3000,"in_transit":4000,'
                b'"short":0,"damaged":1000,"returned":0,"over":0,"value":160000}},'
                b'"receipts":{"first-van":"d6743fec12bae3fcc6143b22960a971e"},'
                b'"expected_delivery":"2026-11-23T12:01:00.000000Z","overdue":true}'
            ),
        ),
        ([cart_reserved()], 1, b'{"reservation_ids":["R1"]}'),
        (
            [
                reservation_created(held(2), cart_id=C1, customer_id="Ann"),
                reservation_updated(
                    held(1), asked=(asked(1, warehouse_id=None),), until=60, joined_as="R2"
                ),
            ],
            2,
            (
                b'{"status":"ACTIVE",'
                b'"lines":[{"warehouse_id":"NORTH","sku":"LAMP","quantity":1}],'
                b'"asked":[{"sku":"LAMP","quantity":1,"warehouse_id":null}],'
                b'"first_asked":[{"sku":"LAMP","quantity":2,"warehouse_id":"NORTH"}],'
                b'"expires_at":"2026-11-23T12:01:00.000000Z","customer_id":"Ann",'
                b'"cart_id":"C1","order_id":null,"confirmed_order_id":null,"joined":["R2"]}'
            ),
        ),
    ],
    ids=[
        "tenant",
        "warehouse",
        "capacity",
        "import",
        "staged import",
        "item",
        "sku",
        "adjustment",
        "transfer",
        "cart",
        "reservation",
    ],
)
def test_snapshot_of_a_fold_version_looks_like_this_until_the_version_is_raised(
    history: list[Event], fold_version: int, snapshot: bytes
) -> None:
    aggregate = aggregate_of(history[0].stream)
    state = aggregate.initial()
    for event in history:
        aggregate.evolve(state, event)
    assert (aggregate.fold_version, aggregate.dump(state)) == (fold_version, snapshot)


def test_fold_version_of_all_rises_with_each() -> None:
    assert sum(aggregate.fold_version for aggregate in AGGREGATES.values()) == FOLD_VERSION
