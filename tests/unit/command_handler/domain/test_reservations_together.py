"""Reservations and orders at random times, against the naive model and the auditor."""

from datetime import datetime, timedelta
from decimal import Decimal

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from stockledger.amounts import Money, Quantity
from stockledger.messages.fields import Bucket, StreamName
from stockledger.messages.item import (
    ReceiveStock,
)
from stockledger.messages.message import Command, Event
from stockledger.messages.order import AcceptOrder, CancelOrder, ReturnOrder
from stockledger.messages.reservation import (
    ConfirmReservation,
    ExtendReservation,
    ReleaseReservation,
    ReservationStatus,
    ReserveStock,
    UpdateReservation,
)
from stockledger.messages.results import Accepted, ErrorCode, Rejection
from stockledger.messages.streams import item_stream, reservation_stream
from stockledger_command_handler.aggregates import aggregate_of
from stockledger_command_handler.domain.item_state import ItemState
from stockledger_command_handler.domain.reservation_state import ReservationState
from tests.support.audited_tenant import AuditedTenant
from tests.support.builders import CHAIR, LAMP, NORTH, SOUTH, create_warehouse
from tests.support.naive_ledger import AnyCommand, ItemKey, NaiveLedger
from tests.support.naive_reservations import NaiveReservations, ReservationCommand
from tests.support.reservation_strategies import (
    cart_and_order_commands,
    changing,
    ending,
    names,
    reserving,
    stock_commands,
)
from tests.support.specification import DEFAULTS, TenantInMemory, events_of

ITEMS = [(warehouse, sku) for warehouse in (NORTH, SOUTH) for sku in (LAMP, CHAIR)]

REPEATABLE = (
    ReserveStock,
    UpdateReservation,
    ExtendReservation,
    ReleaseReservation,
    ConfirmReservation,
    AcceptOrder,
    CancelOrder,
    ReturnOrder,
)


class AuditedReservations(RuleBasedStateMachine):
    """Sends commands to the deciders at times that go on, and has the auditor fold each event."""

    def __init__(self) -> None:
        super().__init__()
        self.tenant = TenantInMemory()
        self.audited = AuditedTenant()
        for warehouse in (NORTH, SOUTH):
            self.send(create_warehouse(warehouse, name="A warehouse"))
        for warehouse, sku in ITEMS:
            self.send(
                ReceiveStock(
                    warehouse_id=warehouse, sku=sku, quantity=Quantity(9_000), unit_cost=Money(3)
                )
            )

    @rule(step=st.sampled_from([1, 500_000, 1_000_000, 3_000_000]))
    def wait(self, step: int) -> None:
        self.pass_time(self.tenant.now + timedelta(microseconds=step))

    @rule(name=names, early=st.sampled_from([0, 0, 1]))
    def wait_for_a_deadline(self, name: str, early: int) -> None:
        deadline = self.reservation(name).expires_at - timedelta(microseconds=early)
        self.pass_time(max(self.tenant.now, deadline))

    @rule()
    def start_anew(self) -> None:
        """Go on from snapshots, as another handler does."""
        states = self.tenant.states
        for stream, state in states.items():
            kind = aggregate_of(stream)
            states[stream] = kind.load(kind.dump(state))

    def pass_time(self, now: datetime) -> None:
        self.tenant.now = now

    def reservation(self, name: str) -> ReservationState:
        state: ReservationState = self.tenant.states[reservation_stream(name)]
        return state

    def item(self, key: ItemKey) -> ItemState:
        state: ItemState = self.tenant.states[item_stream(*key)]
        return state

    def send(self, command: Command) -> Rejection | None:
        before = self.snapshots()
        decision = self.tenant.decide(command)
        assert self.tenant.decide(command) == decision, "decided otherwise the second time"
        assert self.snapshots().items() >= before.items(), "deciding left a trace"
        if isinstance(decision, Rejection):
            return decision
        self.record(*events_of(decision))
        self.check_holds()
        if isinstance(command, REPEATABLE) and isinstance(decision, Accepted):
            self.check_repeat(command, decision)
        return None

    def check_repeat(self, command: Command, first: Accepted) -> None:
        again = self.tenant.decide(command)
        assert isinstance(again, Accepted), again
        assert (list(again.events), again.outcome) == ([], first.outcome), "no repeat"

    def check_holds(self) -> None:
        for key in ITEMS:
            item = self.item(key)
            held = sum(hold.quantity for hold in item.holds.held.values())
            assert held == item.stock.balances.get(Bucket.RESERVED, 0), key

    def record(self, *events: Event) -> None:
        self.tenant.record(*events)
        self.audited.record(self.tenant.now, *events)
        assert self.audited.findings == []

    def snapshots(self) -> dict[StreamName, bytes]:
        states = self.tenant.states
        return {stream: aggregate_of(stream).dump(state) for stream, state in states.items()}

    def teardown(self) -> None:
        assert self.audited.finish() == []


class ReservationsTogether(AuditedReservations):
    """What is refused, held and available is what the naive model says."""

    def __init__(self) -> None:
        self.naive = NaiveLedger(DEFAULTS.low_stock_percent)
        self.naive_reservations: NaiveReservations | None = None
        super().__init__()
        self.naive_reservations = NaiveReservations(self.naive, self.tenant.now)

    @rule(command=stock_commands)
    def move(self, command: AnyCommand) -> None:
        self.send(command)

    @rule(command=reserving)
    def reserve(self, command: ReserveStock) -> None:
        self.send(command)

    @rule(command=changing)
    def change(self, command: ReservationCommand) -> None:
        self.send(command)

    @rule(command=ending)
    def end(self, command: ReservationCommand) -> None:
        self.send(command)

    def pass_time(self, now: datetime) -> None:
        super().pass_time(now)
        self.model.now = now
        self.compare()

    @property
    def model(self) -> NaiveReservations:
        assert self.naive_reservations is not None
        return self.naive_reservations

    def send(self, command: Command) -> Rejection | None:
        refusal = super().send(command)
        expected = self.expect(command)
        assert (refusal and refusal.code) == expected, refusal
        if self.naive_reservations is not None:
            self.compare()
        return refusal

    def expect(self, command: Command) -> ErrorCode | None:
        if isinstance(command, ReservationCommand):
            return self.model.expect(command)
        assert isinstance(command, AnyCommand)
        expected = self.naive.expect(command)
        return expected if isinstance(expected, ErrorCode) else None

    def compare(self) -> None:
        now = self.tenant.now
        for key, naive in self.naive.items.items():
            item, on_hand = self.item(key), naive.balance("available")
            available = item.stock.available + item.holds.lapsed(now)
            assert Decimal(available) / 1_000 == on_hand - self.model.held(key), key
            assert Decimal(item.stock.on_hand) / 1_000 == on_hand, key
        for name, expected in self.model.known.items():
            state = self.reservation(name)
            assert state.status == expected.status, name
            assert state.expires_at == expected.expires_at, name
            if expected.status is ReservationStatus.ACTIVE:
                held = {
                    (line.warehouse_id, line.sku): Decimal(line.quantity) / 1_000
                    for line in state.lines
                }
                assert held == expected.lines, name


class OrdersTogether(AuditedReservations):
    """Carts and orders as well: the auditor finds nothing, whatever is accepted."""

    @rule(command=stock_commands)
    def move(self, command: Command) -> None:
        self.send(command)

    @rule(command=st.one_of(reserving, changing, ending))
    def reserve(self, command: Command) -> None:
        self.send(command)

    @rule(command=cart_and_order_commands)
    def order(self, command: Command) -> None:
        self.send(command)


SETTINGS = settings(max_examples=100, stateful_step_count=40, deadline=None)
TestReservationsTogether = ReservationsTogether.TestCase
TestReservationsTogether.settings = SETTINGS
TestOrdersTogether = OrdersTogether.TestCase
TestOrdersTogether.settings = SETTINGS
