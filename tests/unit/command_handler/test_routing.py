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
from tests.support.item_builders import item_configured, stock_received

events = st.one_of(*(st.from_type(event) for event in EVENTS))


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
    ("history", "snapshot"),
    [
        (
            [tenant_configured(currency="EUR"), default_warehouse_set()],
            (
                b'{"settings":{"time_zone":"UTC","currency":"EUR","low_stock_percent":20,'
                b'"lead_time_days":7,"count_frequency_days":30},"default_warehouse_id":"NORTH"}'
            ),
        ),
        (
            [warehouse_created()],
            (
                b'{"description":{"name":"Warehouse north","code":"NORTH","address":null,'
                b'"contact":null,"operating_hours":null,"time_zone":"UTC","priority":100},'
                b'"active":true}'
            ),
        ),
        (
            [item_configured(place="A-1"), with_particulars(stock_received(2.5))],
            (
                b'{"settings":{"name":"LAMP","category":null,"unit":"piece","reorder_point":null,'
                b'"reorder_quantity":null,"maximum":null,"safety_stock":0,"low_stock_percent":20,'
                b'"lead_time_days":7,"count_frequency_days":30},'
                b'"place":{"bin":"A-1","aisle":null,"shelf":null},'
                b'"stock":{"balances":{"supplier":-2500,"available":2500},"value":100000,'
                b'"last_unit_cost":40000}}'
            ),
        ),
    ],
    ids=lambda value: "" if isinstance(value, bytes) else type(value[0]).__name__,
)
def test_snapshot_of_fold_version_1_looks_like_this_until_the_version_is_raised(
    history: list[Event], snapshot: bytes
) -> None:
    aggregate = aggregate_of(history[0].stream)
    state = aggregate.initial()
    for event in history:
        aggregate.evolve(state, event)
    assert (aggregate.fold_version, aggregate.dump(state)) == (1, snapshot)


def test_fold_version_of_all_rises_with_each() -> None:
    assert sum(aggregate.fold_version for aggregate in AGGREGATES.values()) == FOLD_VERSION
