"""All deciders, driven by random commands of one tenant, against the naive ledger."""

from collections import Counter
from decimal import Decimal

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from stockledger.amounts import AMOUNT_MAX, Money, Quantity
from stockledger.messages.fields import Bucket, Sku, StreamName
from stockledger.messages.item import (
    AdjustStock,
    ConfigureItem,
    CorrectStock,
    IssuePurpose,
    IssueStock,
    MoveBin,
    ReceiveStock,
    StockMoved,
)
from stockledger.messages.message import Event
from stockledger.messages.results import Rejection
from stockledger.messages.streams import TENANT_STREAM, item_stream, sku_stream, warehouse_stream
from stockledger.messages.tenant import ConfigureTenant, SetDefaultWarehouse
from stockledger.messages.warehouse import (
    ActivateWarehouse,
    CreateWarehouse,
    DeactivateWarehouse,
    UpdateWarehouse,
)
from stockledger_command_handler.aggregates import aggregate_of
from tests.support.builders import CHAIR, LAMP, NORTH, SOUTH, create_warehouse
from tests.support.item_builders import receive_stock
from tests.support.naive_ledger import AnyCommand, NaiveLedger
from tests.support.specification import DEFAULTS, TenantInMemory, events_of, without_alerts

STREAMS = [
    TENANT_STREAM,
    *(warehouse_stream(warehouse) for warehouse in (NORTH, SOUTH)),
    *(sku_stream(sku) for sku in (LAMP, CHAIR)),
    *(item_stream(warehouse, sku) for warehouse in (NORTH, SOUTH) for sku in (LAMP, CHAIR)),
]

amounts = st.one_of(st.integers(1, 20), st.integers(1, 50_000), st.integers(1, AMOUNT_MAX))
quantities = amounts.map(Quantity)
percents = st.sampled_from([None, 0, 20, 50])
levels = st.sampled_from([None, Quantity(5_000), Quantity(9_000)])
bins = st.sampled_from(["A-1", "B-2"])
in_warehouse = {"warehouse_id": st.sampled_from([NORTH, NORTH, NORTH, SOUTH])}
of_item = {**in_warehouse, "sku": st.sampled_from([LAMP, LAMP, LAMP, CHAIR])}
because = st.just("Counted by hand")

tenant_commands = st.one_of(
    st.builds(ConfigureTenant, low_stock_percent=percents),
    st.builds(SetDefaultWarehouse, **in_warehouse),
)
warehouse_commands = st.one_of(
    st.builds(CreateWarehouse, **in_warehouse, name=st.sampled_from(["North", "South"])),
    st.builds(UpdateWarehouse, **in_warehouse, priority=st.sampled_from([None, 0, 100])),
    st.builds(ActivateWarehouse, **in_warehouse),
    st.builds(DeactivateWarehouse, **in_warehouse),
)
item_commands = st.one_of(
    st.builds(ConfigureItem, **of_item, reorder_point=levels, maximum=levels),
    st.builds(MoveBin, **of_item, bin=bins),
)
receipts = st.builds(
    ReceiveStock,
    **of_item,
    quantity=quantities,
    unit_cost=st.one_of(st.just(0), amounts).map(Money),
    bin=st.none() | bins,
)
movements = st.one_of(
    st.builds(IssueStock, **of_item, quantity=quantities, purpose=st.sampled_from(IssuePurpose)),
    st.builds(
        AdjustStock,
        **of_item,
        change=amounts.flatmap(lambda n: st.sampled_from([n, -n, 0])).map(Quantity),
        reason=because,
    ),
    st.builds(
        CorrectStock,
        **of_item,
        actual_quantity=st.one_of(st.just(0), amounts).map(Quantity),
        reason=because,
    ),
)


class DecidersTogether(RuleBasedStateMachine):
    """Sends commands to deciders and naive ledger alike, and audits every event."""

    def __init__(self) -> None:
        super().__init__()
        self.tenant = TenantInMemory()
        self.naive = NaiveLedger(DEFAULTS.low_stock_percent)
        self.balances: Counter[tuple[StreamName, Bucket]] = Counter()
        self.values: Counter[StreamName] = Counter()
        self.send(create_warehouse(NORTH, name="North"))
        self.send(receive_stock(10, NORTH, LAMP, unit_cost=0.3333))

    @rule(command=tenant_commands)
    def settle(self, command: AnyCommand) -> None:
        self.send(command)

    @rule(command=warehouse_commands)
    def manage(self, command: AnyCommand) -> None:
        self.send(command)

    @rule(command=item_commands)
    def arrange(self, command: AnyCommand) -> None:
        self.send(command)

    @rule(command=receipts)
    def receive(self, command: AnyCommand) -> None:
        self.send(command)

    @rule(command=movements)
    def move(self, command: AnyCommand) -> None:
        self.send(command)

    @rule(sku=of_item["sku"], purpose=st.sampled_from(IssuePurpose), keep=st.integers(0, 2))
    def issue_nearly_everything(self, sku: Sku, purpose: IssuePurpose, keep: int) -> None:
        item = self.naive.items.get((NORTH, sku))
        quantity = int(item.balance("available") * 1_000) - keep if item else 0
        if quantity > 0:
            self.send(
                IssueStock(
                    warehouse_id=NORTH, sku=sku, quantity=Quantity(quantity), purpose=purpose
                )
            )

    def send(self, command: AnyCommand) -> None:
        before = self.snapshots()
        decision = self.tenant.decide(command)
        assert self.tenant.decide(command) == decision, "decided otherwise the second time"
        assert self.snapshots() == before, "deciding left a trace"
        expected = self.naive.expect(command)
        if isinstance(decision, Rejection):
            assert decision.code == expected
            return
        events = events_of(decision)
        assert [type(event).__name__ for event in without_alerts(events)] == expected
        self.tenant.record(*events)
        for event in events:
            self.audit(event)

    def audit(self, event: Event) -> None:
        assert event.stream in STREAMS
        if isinstance(event, StockMoved):
            self.audit_entries(event)
            self.audit_levels(event)

    def audit_entries(self, event: StockMoved) -> None:
        left, came = event.entries
        assert event.quantity == -left.change == came.change > 0
        for entry in event.entries:
            assert entry.before == self.balances[event.stream, entry.bucket]
            assert entry.before + entry.change == entry.after
            assert abs(entry.after) <= AMOUNT_MAX
            self.balances[event.stream, entry.bucket] = entry.after
        assert sum(self.balances.values()) == 0

    def audit_levels(self, event: StockMoved) -> None:
        self.values[event.stream] += event.value_change
        figures = event.levels
        naive = self.naive.items[event.warehouse_id, event.sku]
        assert figures.available == self.balances[event.stream, Bucket.AVAILABLE] >= 0
        assert figures.available == figures.on_hand == naive.balance("available") * 1_000
        assert figures.value == self.values[event.stream] == naive.value * 10_000
        assert 0 <= figures.value <= AMOUNT_MAX
        assert figures.on_hand > 0 or figures.value == 0

    def snapshots(self) -> dict[StreamName, bytes]:
        states = self.tenant.states
        return {stream: aggregate_of(stream).dump(states[stream]) for stream in STREAMS}

    def teardown(self) -> None:
        again = TenantInMemory()
        again.record(*self.tenant.history)
        for stream, snapshot in self.snapshots().items():
            state = self.tenant.states[stream]
            assert again.states[stream] == state
            assert aggregate_of(stream).load(snapshot) == state
        self.compare_with_naive()

    def compare_with_naive(self) -> None:
        tenant = self.tenant.tenant()
        assert tenant.default_warehouse_id == self.naive.default_warehouse
        assert (tenant.settings is not None) == self.naive.configured
        for warehouse_id, expected in self.naive.warehouses.items():
            warehouse = self.tenant.warehouse(warehouse_id)
            assert warehouse.description is not None
            assert warehouse.description.name == expected.name
            assert warehouse.description.priority == expected.priority
            assert warehouse.active == expected.active
        for key, naive in self.naive.items.items():
            item = self.tenant.item(*key)
            assert item.settings is not None
            assert item.settings.low_stock_percent == naive.low_stock_percent
            assert item.settings.reorder_point == naive.reorder_point
            assert item.settings.maximum == naive.maximum
            assert item.place.bin == naive.bin
            for bucket in Bucket:
                inside = Decimal(item.stock.balances.get(bucket, 0)) / 1_000
                assert inside == naive.balance(bucket)


TestDecidersTogether = DecidersTogether.TestCase
TestDecidersTogether.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
