"""The tables lead from every command to its decider and from every event to its fold."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from stockledger.messages.message import Event
from stockledger.messages.registry import COMMANDS, EVENTS
from stockledger_command_handler.aggregates import AGGREGATES, FOLD_VERSION, aggregate_of
from stockledger_command_handler.routing import DECIDERS
from tests.support.item_builders import stock_received
from tests.support.message_strategies import messages

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


def test_fold_version_of_all_rises_with_each() -> None:
    assert sum(aggregate.fold_version for aggregate in AGGREGATES.values()) == FOLD_VERSION
