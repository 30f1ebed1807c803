"""Whatever happens to an item, its value is what came in, less what left, plus corrections."""

from collections import Counter
from datetime import timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from stockledger.amounts import Money, Quantity
from stockledger.messages.adjustment import AdjustmentApproved, AdjustmentRequested
from stockledger.messages.damage import RecordDamage, RepairDamage, ScrapDamage, StockScrapped
from stockledger.messages.fields import Bucket
from stockledger.messages.item import (
    AdjustStock,
    CorrectCost,
    CorrectStock,
    CostCorrected,
    IssuePurpose,
    IssueStock,
    ReceiveStock,
    ReturnStock,
    StockAdjusted,
    StockBucket,
    StockCorrected,
    StockIssued,
    StockMoved,
    StockReceived,
    StockReturned,
)
from stockledger.messages.message import Command, Event, Reference
from stockledger.messages.order import OrderItemsSold
from stockledger.messages.results import Rejection
from tests.support.adjustment_builders import ADA, BOB, approve, expire, reject
from tests.support.builders import LAMP, NORTH, configure_tenant, create_warehouse
from tests.support.item_builders import receive_stock
from tests.support.order_builders import O1
from tests.support.reservation_builders import asked, release_reservation, reserve_stock
from tests.support.specification import TenantInMemory, events_of

OF_LAMPS: Final = {"warehouse_id": st.just(NORTH), "sku": st.just(LAMP)}
ON_HAND: Final = (Bucket.AVAILABLE, Bucket.RESERVED, Bucket.DAMAGED, Bucket.QUARANTINED)
quantities = st.one_of(st.integers(1, 9), st.integers(1, 20_000)).map(Quantity)
costs = st.one_of(st.integers(0, 9), st.integers(0, 100_000)).map(Money)
buckets = st.sampled_from(StockBucket)
because = st.just("Looked closely")
ids = st.sampled_from(["A1", "A2", "A3", "A4"])
maybe_ids = st.none() | ids

movements = st.one_of(
    st.builds(ReceiveStock, **OF_LAMPS, quantity=quantities, unit_cost=costs),
    st.builds(IssueStock, **OF_LAMPS, quantity=quantities, purpose=st.sampled_from(IssuePurpose)),
    st.builds(
        IssueStock,
        **OF_LAMPS,
        quantity=quantities,
        reference=st.just(Reference(type="order", id=O1)),
    ),
    st.builds(
        ReturnStock,
        **OF_LAMPS,
        quantity=quantities,
        order_id=st.just(O1),
        bucket=buckets,
        allow_unsold=st.booleans(),
    ),
    st.builds(RecordDamage, **OF_LAMPS, quantity=quantities, source=buckets),
    st.builds(RepairDamage, **OF_LAMPS, quantity=quantities, source=buckets),
    st.builds(ScrapDamage, **OF_LAMPS, quantity=quantities, source=buckets),
)
changes = st.one_of(
    st.builds(
        AdjustStock,
        **OF_LAMPS,
        change=quantities.flatmap(lambda n: st.sampled_from([n, Quantity(-n)])),
        adjustment_id=maybe_ids,
        reason=because,
    ),
    st.builds(
        CorrectStock,
        **OF_LAMPS,
        actual_quantity=st.just(Quantity(0)) | quantities,
        adjustment_id=maybe_ids,
        reason=because,
    ),
    st.builds(CorrectCost, **OF_LAMPS, unit_cost=costs, reason=because),
)
decisions = st.one_of(ids.map(approve), ids.map(reject), ids.map(expire))
holds = st.one_of(
    quantities.map(lambda n: reserve_stock(asked(n / 1_000), seconds=3_600)),
    st.just(release_reservation()),
)


def rounded(amount: Decimal) -> int:
    """Return the amount, rounded half to even."""
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_EVEN))


class OneItem(RuleBasedStateMachine):
    """Sends commands about one item, and keeps its books by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.tenant = TenantInMemory()
        self.balances: Counter[Bucket] = Counter()
        self.value = 0
        self.last_unit_cost = 0
        self.by_kind: Counter[str] = Counter()
        self.kept = self.kept_value = 0
        self.requested_by: dict[str, str] = {}
        self.send(configure_tenant(approval_quantity=5, approval_value=50))
        self.send(create_warehouse())
        self.send(receive_stock(10, unit_cost=3.3333))

    @rule(command=movements)
    def move(self, command: Command) -> None:
        self.send(command)

    @rule(command=changes, actor=st.sampled_from([ADA, BOB, None]))
    def change(self, command: Command, actor: str | None) -> None:
        self.send(command, actor)

    @rule(command=decisions, actor=st.sampled_from([ADA, BOB, BOB, None]))
    def decide(self, command: Command, actor: str | None) -> None:
        self.send(command, actor)

    @rule(command=holds)
    def hold(self, command: Command) -> None:
        self.send(command)

    @rule(hours=st.sampled_from([1, 30]))
    def wait(self, hours: int) -> None:
        self.tenant.now += timedelta(hours=hours)

    def send(self, command: Command, actor: str | None = None) -> None:
        self.tenant.actor = actor
        decision = self.tenant.decide(command)
        if isinstance(decision, Rejection):
            return
        events = events_of(decision)
        self.tenant.record(*events)
        for event in events:
            self.enter(event, actor)
        if any(isinstance(event, AdjustmentRequested) for event in events):
            assert len(events) == 1, "the stock changed before it was approved"

    def enter(self, event: Event, actor: str | None) -> None:
        match event:
            case OrderItemsSold():
                [line] = event.lines
                self.kept += line.quantity
                self.kept_value += line.value
            case AdjustmentRequested():
                assert actor == event.requested_by
                assert event.adjustment_id not in self.requested_by
                self.requested_by[event.adjustment_id] = event.requested_by
            case AdjustmentApproved():
                requester = self.requested_by.pop(event.adjustment_id)
                assert actor == event.approved_by != requester
                self.requested_by[event.adjustment_id] = "approved already"
            case CostCorrected():
                self.restate(event)
            case StockMoved():
                self.account(event)
            case _:
                pass

    def restate(self, event: CostCorrected) -> None:
        value = rounded(Decimal(self.on_hand * event.unit_cost) / 1_000)
        self.note("cost corrected", value - self.value, event.value_change)
        assert (event.levels.value, event.levels.on_hand) == (self.value, self.on_hand)

    def account(self, event: StockMoved) -> None:
        self.note(type(event).__name__, self.worth(event), event.value_change)
        for entry in event.entries:
            assert entry.before == self.balances[entry.bucket]
            self.balances[entry.bucket] += entry.change
            assert entry.after == self.balances[entry.bucket]
        assert sum(self.balances.values()) == 0
        assert (event.levels.on_hand, event.levels.value) == (self.on_hand, self.value)
        assert self.balances[Bucket.AVAILABLE] + self.balances[Bucket.RESERVED] >= 0
        assert self.balances[Bucket.DAMAGED] >= 0
        assert self.balances[Bucket.QUARANTINED] >= 0
        assert self.value >= 0
        assert self.on_hand > 0 or self.value == 0

    def worth(self, event: StockMoved) -> int:
        """Return what the value of what is on hand must change by."""
        match event:
            case StockReceived():
                self.last_unit_cost = event.unit_cost
                return rounded(Decimal(event.quantity * event.unit_cost) / 1_000)
            case StockReturned():
                unsold = event.unsold or 0
                return self.taken_back(event.quantity - unsold) + self.found(unsold)
            case StockIssued() | StockScrapped():
                return -self.share(event.quantity)
            case StockAdjusted() | StockCorrected():
                if event.change > 0:
                    return self.found(event.change)
                return -self.share(event.quantity)
            case _:
                return 0

    def taken_back(self, quantity: int) -> int:
        assert quantity <= self.kept
        if quantity == self.kept:
            value = self.kept_value
        else:
            value = rounded(Decimal(self.kept_value * quantity) / self.kept)
        self.kept -= quantity
        self.kept_value -= value
        return value

    def found(self, quantity: int) -> int:
        if self.on_hand == 0:
            return rounded(Decimal(quantity * self.last_unit_cost) / 1_000)
        return rounded(Decimal(self.value * quantity) / self.on_hand)

    def share(self, quantity: int) -> int:
        assert 0 < quantity <= self.on_hand
        return self.found(quantity) if quantity < self.on_hand else self.value

    def note(self, kind: str, expected: int, actual: int) -> None:
        assert actual == expected, kind
        self.by_kind[kind] += actual
        self.value += actual
        assert self.value == sum(self.by_kind.values())

    @property
    def on_hand(self) -> int:
        return sum(self.balances[bucket] for bucket in ON_HAND)


TestOneItem = OneItem.TestCase
TestOneItem.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
