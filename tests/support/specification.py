"""Given events, when a command is decided, then these events, or this refusal, or nothing.

`given(stock_received(10)).when(issue_stock(3)).then(stock_issued(3, ...))`
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from stockledger.messages.fields import Sku, StreamName, TenantId, WarehouseId
from stockledger.messages.message import Command, Event
from stockledger.messages.recipients import Channel, Recipient, Wording
from stockledger.messages.results import Accepted, DetailValue, ErrorCode, Rejection
from stockledger.messages.streams import (
    RECIPIENTS_STREAM,
    TENANT_STREAM,
    adjustment_stream,
    capacity_stream,
    cart_stream,
    import_stream,
    item_stream,
    order_stream,
    reservation_stream,
    sku_stream,
    supplier_order_stream,
    supplier_stream,
    template_stream,
    transfer_stream,
    warehouse_stream,
)
from stockledger.messages.tenant import ItemPlace
from stockledger.notification_keys import verification_code
from stockledger.template_syntax import template_problem
from stockledger_command_handler.aggregates import aggregate_of
from stockledger_command_handler.domain.accounting import accounted
from stockledger_command_handler.domain.adjustment_state import AdjustmentState
from stockledger_command_handler.domain.alert_state import AlertEvent
from stockledger_command_handler.domain.alerting import alerted
from stockledger_command_handler.domain.capacity import CapacityState
from stockledger_command_handler.domain.cart import CartState
from stockledger_command_handler.domain.item_state import ItemState
from stockledger_command_handler.domain.message_template import TemplateState
from stockledger_command_handler.domain.order_state import OrderState
from stockledger_command_handler.domain.recipients import RecipientsState
from stockledger_command_handler.domain.reservation_state import ReservationState
from stockledger_command_handler.domain.sku import SkuState
from stockledger_command_handler.domain.stock_import_state import ImportState
from stockledger_command_handler.domain.supplier import SupplierState
from stockledger_command_handler.domain.supplier_order_state import SupplierOrderState
from stockledger_command_handler.domain.tenant import TenantState
from stockledger_command_handler.domain.transfer_state import TransferState
from stockledger_command_handler.domain.view import Decision, Defaults
from stockledger_command_handler.domain.warehouse import WarehouseState
from stockledger_command_handler.routing import DECIDERS
from stockledger_command_handler.stream_view import item_place
from stockledger_command_handler.streams_named import streams_named

MONDAY_NOON: Final = datetime(2026, 11, 23, 12, tzinfo=UTC)
STAGES_MAX: Final = 4
"""Times a decision may ask for more streams: each may cost a query."""
ACME: Final = TenantId("acme")
NOTIFICATION_KEY: Final = b"0123456789abcdef0123456789abcdef"
DEFAULTS: Final = Defaults(low_stock_percent=20, lead_time_days=7, count_frequency_days=30)


class _States(defaultdict[StreamName, Any]):
    def __missing__(self, stream: StreamName) -> Any:  # noqa: ANN401 - the state of any aggregate
        self[stream] = aggregate_of(stream).initial()
        return self[stream]


class TenantInMemory:
    """A tenant's whole history in memory, as a view.

    It sees to it that a decision says which streams it needs before it looks at them: in a few
    stages, as the states of some name others. Only what it begins with may be looked at unsaid.
    """

    def __init__(self, defaults: Defaults = DEFAULTS) -> None:
        self.now = MONDAY_NOON
        self.actor: str | None = None
        self.defaults = defaults
        self.history: list[Event] = []
        self.states = _States()
        self.versions: dict[StreamName, int] = {}
        self.required: set[StreamName] = set()
        self.stages = 0
        self.deciding = False
        self.has_notification_key = True

    def require(self, *streams: StreamName) -> None:
        if not self.required.issuperset(streams):
            self.required.update(streams)
            self.stages += 1

    def tenant(self) -> TenantState:
        state: TenantState = self._state(TENANT_STREAM)
        return state

    def warehouse(self, warehouse_id: WarehouseId) -> WarehouseState:
        state: WarehouseState = self._state(warehouse_stream(warehouse_id))
        return state

    def capacity(self, warehouse_id: WarehouseId) -> CapacityState:
        state: CapacityState = self._state(capacity_stream(warehouse_id))
        return state

    def items_of(self, warehouse_id: WarehouseId) -> Sequence[Sku]:
        prefix = item_stream(warehouse_id, Sku(""))
        return [Sku(name.removeprefix(prefix)) for name in self.versions if name.startswith(prefix)]

    def items_after(self, after: ItemPlace | None, count: int) -> Sequence[ItemPlace]:
        behind = item_stream(after.warehouse_id, after.sku) if after else ""
        items = [name for name in self.versions if name.startswith("item/") and name > behind]
        return [item_place(name) for name in sorted(items)[:count]]

    def item(self, warehouse_id: WarehouseId, sku: Sku) -> ItemState:
        state: ItemState = self._state(item_stream(warehouse_id, sku))
        return state

    def sku(self, sku: Sku) -> SkuState:
        state: SkuState = self._state(sku_stream(sku))
        return state

    def adjustment(self, adjustment_id: str) -> AdjustmentState:
        state: AdjustmentState = self._state(adjustment_stream(adjustment_id))
        return state

    def transfer(self, transfer_id: str) -> TransferState:
        state: TransferState = self._state(transfer_stream(transfer_id))
        return state

    def reservation(self, reservation_id: str) -> ReservationState:
        state: ReservationState = self._state(reservation_stream(reservation_id))
        return state

    def cart(self, cart_id: str) -> CartState:
        state: CartState = self._state(cart_stream(cart_id))
        return state

    def order(self, order_id: str) -> OrderState:
        state: OrderState = self._state(order_stream(order_id))
        return state

    def stock_import(self, import_id: str) -> ImportState:
        state: ImportState = self._state(import_stream(import_id))
        return state

    def supplier(self, supplier_id: str) -> SupplierState:
        state: SupplierState = self._state(supplier_stream(supplier_id))
        return state

    def supplier_order(self, supplier_order_id: str) -> SupplierOrderState:
        state: SupplierOrderState = self._state(supplier_order_stream(supplier_order_id))
        return state

    def recipients(self) -> RecipientsState:
        state: RecipientsState = self._state(RECIPIENTS_STREAM)
        return state

    def template(self, channel: Channel, wording: Wording) -> TemplateState:
        state: TemplateState = self._state(template_stream(channel, wording))
        return state

    def verification_code(self, recipient: Recipient) -> str | None:
        if not self.has_notification_key:
            return None
        return verification_code(NOTIFICATION_KEY, ACME, recipient.channel, recipient.address)

    def template_problem(self, template: str) -> str | None:
        return template_problem(template)

    def version(self, name: StreamName) -> int:
        self._state(name)
        return self.versions.get(name, 0)

    def record(self, *events: Event) -> None:
        for event in events:
            self.history.append(event)
            self.versions[event.stream] = self.versions.get(event.stream, 0) + 1
            aggregate_of(event.stream).evolve(self.states[event.stream], event)

    def decide(self, command: Command) -> Decision:
        """Decide, without effect on the states."""
        self.required.clear()
        self.stages = 0
        self.require(*streams_named(command))
        self.deciding = True
        decision = DECIDERS[type(command)](command, self)
        self.deciding = False
        assert self.stages <= STAGES_MAX, "asked for streams again and again"
        for event in () if isinstance(decision, Rejection) else events_of(decision):
            assert event.stream in self.required, "changed a stream that it did not ask for"
        return alerted(accounted(command, decision, self), self)

    def _state(self, stream: StreamName) -> Any:  # noqa: ANN401 - the state of any aggregate
        if not self.required:
            self.require(stream)
        assert stream in self.required or not self.deciding, (
            "looked at a stream that it did not ask for"
        )
        return self.states[stream]


def events_of(decision: Decision) -> Sequence[Event]:
    """Return the events of a decision, which takes effect."""
    assert not isinstance(decision, Rejection), decision
    return decision.events if isinstance(decision, Accepted) else decision


def without_alerts(events: Iterable[Event]) -> list[Event]:
    """Return those of the events that are not of alerts."""
    return [event for event in events if not isinstance(event, AlertEvent)]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a decision came to."""

    decision: Decision

    def then(self, *events: Event) -> None:
        """Check that exactly these events take effect; alerts have specifications of their own."""
        assert self.events() == list(events)

    def then_alerts(self, *alerts: Event) -> None:
        """Check that exactly these alerts begin, change or end."""
        assert self.alerts() == list(alerts)

    def then_nothing(self) -> None:
        """Check that the command is accepted, and was in effect already."""
        self.then()

    def answered(self, **outcome: DetailValue) -> "Outcome":
        """Check that the answer says exactly this."""
        assert isinstance(self.decision, Accepted), self.decision
        assert self.decision.outcome == outcome
        return self

    def answer(self) -> Mapping[str, DetailValue]:
        """Return what the answer says."""
        assert isinstance(self.decision, Accepted), self.decision
        return self.decision.outcome

    def events(self) -> list[Event]:
        """Return the events that take effect, without those of alerts."""
        return without_alerts(events_of(self.decision))

    def alerts(self) -> list[AlertEvent]:
        """Return those of the events that are of alerts."""
        return [event for event in events_of(self.decision) if isinstance(event, AlertEvent)]

    def refusal(self) -> Rejection:
        """Return the refusal."""
        assert isinstance(self.decision, Rejection), self.decision
        return self.decision

    def then_refused(self, code: ErrorCode, **details: DetailValue) -> None:
        """Check that the command is refused, with exactly these figures, in a sentence."""
        assert isinstance(self.decision, Rejection)
        assert (self.decision.code, self.decision.details) == (code, details)
        assert self.decision.message.endswith(".")


@dataclass(frozen=True, slots=True)
class Given:
    """A history that a command meets."""

    tenant: TenantInMemory

    def after(self, *commands: Command) -> "Given":
        """Let commands be decided and take effect, each of which is accepted."""
        for command in commands:
            decision = self.tenant.decide(command)
            assert not isinstance(decision, Rejection), decision
            self.tenant.record(*events_of(decision))
        return self

    def acting(self, actor: str | None) -> "Given":
        """Let another person send the commands from now on; None: nobody says who it is."""
        self.tenant.actor = actor
        return self

    def wait(self, seconds: float) -> "Given":
        """Let time go by."""
        self.tenant.now += timedelta(seconds=seconds)
        return self

    def when(self, command: Command) -> Outcome:
        return Outcome(self.tenant.decide(command))


def given(*events: Event, defaults: Defaults = DEFAULTS) -> Given:
    """Return the history of these events, of a tenant in an installation of these defaults."""
    tenant = TenantInMemory(defaults)
    tenant.record(*events)
    return Given(tenant)
