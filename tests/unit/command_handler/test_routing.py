"""The tables lead from every command to its decider and from every event to its fold."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stockledger.messages.message import Event
from stockledger.messages.registry import COMMANDS, EVENTS
from stockledger_command_handler.routing import AGGREGATES, DECIDERS, FOLD_VERSION, aggregate_of
from tests.support.builders import (
    default_warehouse_set,
    tenant_configured,
    warehouse_created,
    with_particulars,
)
from tests.support.item_builders import item_configured, sku_stocked, stock_received
from tests.support.message_strategies import messages
from tests.support.reservation_builders import (
    C1,
    asked,
    cart_reserved,
    held,
    reservation_created,
    reservation_updated,
    stock_reserved,
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
            [tenant_configured(currency="EUR"), default_warehouse_set()],
            2,
            (
                b'{"settings":{"time_zone":"UTC","currency":"EUR","low_stock_percent":20,'
                b'"lead_time_days":7,"count_frequency_days":30},"default_warehouse_id":"NORTH",'
                b'"checked_day":null}'
            ),
        ),
        (
            [warehouse_created()],
            1,
            (
                b'{"description":{"name":"Warehouse north","code":"NORTH","address":null,'
                b'"contact":null,"operating_hours":null,"time_zone":"UTC","priority":100},'
                b'"active":true}'
            ),
        ),
        (
            [
                item_configured(place="A-1"),
                with_particulars(stock_received(2.5)),
                stock_reserved(2, until=60, available=2.5, value=10),
            ],
            2,
            (
                b'{"settings":{"name":"LAMP","category":null,"unit":"piece","reorder_point":null,'
                b'"reorder_quantity":null,"maximum":null,"safety_stock":0,"low_stock_percent":20,'
                b'"lead_time_days":7,"count_frequency_days":30},'
                b'"place":{"bin":"A-1","aisle":null,"shelf":null},'
                b'"stock":{"balances":{"supplier":-2500,"available":500,"reserved":2000},'
                b'"value":100000,"last_unit_cost":40000},'
                b'"holds":{"held":{"R1":[2000,1795435260000000]}}}'
            ),
        ),
        ([sku_stocked()], 1, b'{"warehouse_ids":["NORTH"]}'),
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
    ids=["tenant", "warehouse", "item", "sku", "cart", "reservation"],
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
