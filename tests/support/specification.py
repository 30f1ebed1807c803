"""Given events, when a command is decided, then these events, or this refusal, or nothing.

`given(stock_received(10)).when(issue_stock(3)).then(stock_issued(3, ...))`
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from stockledger.messages.fields import Sku, StreamName, WarehouseId
from stockledger.messages.message import Command, Event
from stockledger.messages.results import DetailValue, ErrorCode, Rejection
from stockledger.messages.streams import TENANT_STREAM, item_stream, warehouse_stream
from stockledger_command_handler.domain.item import ItemState
from stockledger_command_handler.domain.tenant import TenantState
from stockledger_command_handler.domain.view import Decision, Defaults
from stockledger_command_handler.domain.warehouse import WarehouseState
from stockledger_command_handler.routing import DECIDERS, aggregate_of

MONDAY_NOON: Final = datetime(2026, 11, 23, 12, tzinfo=UTC)
DEFAULTS: Final = Defaults(low_stock_percent=20, lead_time_days=7, count_frequency_days=30)


class _States(defaultdict[StreamName, Any]):
    def __missing__(self, stream: StreamName) -> Any:  # noqa: ANN401 - one of the three states
        self[stream] = aggregate_of(stream).initial()
        return self[stream]


class TenantInMemory:
    """A tenant's whole history in memory, as a view.

    It sees to it that a decision asks for all its streams at once, with its first question.
    """

    def __init__(self, defaults: Defaults = DEFAULTS) -> None:
        self.now = MONDAY_NOON
        self.actor: str | None = None
        self.defaults = defaults
        self.history: list[Event] = []
        self.states = _States()
        self.looked_at: list[frozenset[StreamName]] = []

    def require(self, *streams: StreamName) -> None:
        self.looked_at.append(frozenset(streams))

    def tenant(self) -> TenantState:
        state: TenantState = self._state(TENANT_STREAM)
        return state

    def warehouse(self, warehouse_id: WarehouseId) -> WarehouseState:
        state: WarehouseState = self._state(warehouse_stream(warehouse_id))
        return state

    def item(self, warehouse_id: WarehouseId, sku: Sku) -> ItemState:
        state: ItemState = self._state(item_stream(warehouse_id, sku))
        return state

    def record(self, *events: Event) -> None:
        for event in events:
            self.history.append(event)
            aggregate_of(event.stream).evolve(self.states[event.stream], event)

    def decide(self, command: Command) -> Decision:
        """Decide, without effect on the states."""
        self.looked_at.clear()
        decision = DECIDERS[type(command)](command, self)
        asked_first = next(iter(self.looked_at), frozenset[StreamName]())
        assert all(seen <= asked_first for seen in self.looked_at), "asked for a stream late"
        return decision

    def _state(self, stream: StreamName) -> Any:  # noqa: ANN401 - one of the three states
        self.looked_at.append(frozenset((stream,)))
        return self.states[stream]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a decision came to."""

    decision: Decision

    def then(self, *events: Event) -> None:
        """Check that exactly these events take effect."""
        assert self.decision == list(events)

    def then_nothing(self) -> None:
        """Check that the command is accepted, and was in effect already."""
        assert self.decision == []

    def then_refused(self, code: ErrorCode, **details: DetailValue) -> None:
        """Check that the command is refused, with exactly these figures, in a sentence."""
        assert isinstance(self.decision, Rejection)
        assert (self.decision.code, self.decision.details) == (code, details)
        assert self.decision.message.endswith(".")


@dataclass(frozen=True, slots=True)
class Given:
    """A history that a command meets."""

    tenant: TenantInMemory

    def when(self, command: Command) -> Outcome:
        return Outcome(self.tenant.decide(command))


def given(*events: Event, defaults: Defaults = DEFAULTS) -> Given:
    """Return the history of these events, of a tenant in an installation of these defaults."""
    tenant = TenantInMemory(defaults)
    tenant.record(*events)
    return Given(tenant)
