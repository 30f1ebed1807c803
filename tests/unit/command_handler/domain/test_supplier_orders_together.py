"""Orders to suppliers among all else that happens to stock: every unit is accounted for."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from stockledger.amounts import Money, Quantity, quantity_to_wire
from stockledger.messages.alert import AlertKind
from stockledger.messages.fields import Sku, WarehouseId
from stockledger.messages.item import ConfigureItem, IssueStock, ReceiveStock
from stockledger.messages.message import Command
from stockledger.messages.results import Accepted, ErrorCode, Rejection
from stockledger.messages.streams import item_stream, supplier_order_stream
from stockledger.messages.supplier_order import (
    CreateSupplierOrder,
    DeliveredLine,
    ReceiveSupplierOrder,
    Reorder,
    SupplierOrderCommand,
    SupplierOrderLine,
)
from stockledger_command_handler.aggregates import aggregate_of
from stockledger_command_handler.domain.item_state import ItemState
from stockledger_command_handler.domain.supplier_order_state import SupplierOrderState
from tests.support.builders import (
    CHAIR,
    LAMP,
    NORTH,
    SOUTH,
    activate_warehouse,
    create_warehouse,
    deactivate_warehouse,
)
from tests.support.specification import TenantInMemory, events_of
from tests.support.supplier_books import ENDS, SupplierBooks
from tests.support.supplier_builders import (
    LUMEN,
    cancel_order_of,
    confirm,
    register_supplier,
    report_late,
    report_unavailable,
    submit,
)
from tests.support.transfer_books import TransferBooks

ITEMS = ((NORTH, LAMP), (NORTH, CHAIR), (SOUTH, LAMP))
ORDER_IDS = ("P1", "P2", "P3", "P4", "P5", "P6")
FATES = ("ordered", "received", "rejected", "over", "cancelled")
order_ids = st.sampled_from(ORDER_IDS)
items = st.sampled_from(ITEMS)
quantities = st.integers(1, 30).map(Quantity)
costs = st.none() | st.sampled_from([0, 3_331, 12_345]).map(Money)
STEPS: Final[tuple[Callable[[str], SupplierOrderCommand], ...]] = (
    submit,
    confirm,
    report_unavailable,
    report_late,
    cancel_order_of,
)


@st.composite
def ordered_lines(draw: st.DrawFn) -> tuple[SupplierOrderLine, ...]:
    return tuple(
        SupplierOrderLine(
            warehouse_id=warehouse_id,
            sku=sku,
            quantity=draw(quantities),
            unit_cost=draw(costs),
        )
        for warehouse_id, sku in draw(st.lists(items, min_size=1, max_size=3))
    )


@st.composite
def delivered_lines(draw: st.DrawFn) -> tuple[DeliveredLine, ...]:
    return tuple(
        DeliveredLine(
            warehouse_id=warehouse_id,
            sku=sku,
            received=Quantity(draw(st.integers(0, 25))),
            rejected=Quantity(draw(st.sampled_from([0, 0, 1, 20]))),
            unit_cost=Money(draw(st.integers(0, 20_000))),
        )
        for warehouse_id, sku in draw(st.lists(items, min_size=1, max_size=2))
    )


class SupplierOrdersTogether(RuleBasedStateMachine):
    """Sends commands to the deciders, and checks after each what the events add up to."""

    def __init__(self) -> None:
        super().__init__()
        self.tenant = TenantInMemory()
        self.books = SupplierBooks()
        self.stock_books = TransferBooks()
        self.accepted: list[CreateSupplierOrder | ReceiveSupplierOrder] = []
        self.deliveries = 0

    @initialize()
    def open_shop(self) -> None:
        for warehouse in (NORTH, SOUTH):
            self.send(create_warehouse(warehouse, name="A warehouse"))
        self.send(register_supplier())
        for warehouse_id, sku in ITEMS:
            receipt = ReceiveStock(
                warehouse_id=warehouse_id, sku=sku, quantity=Quantity(9_000), unit_cost=Money(7)
            )
            self.send(receipt)
            self.send(
                ConfigureItem(
                    warehouse_id=warehouse_id,
                    sku=sku,
                    reorder_point=Quantity(5_000),
                    reorder_quantity=Quantity(1_500),
                    supplier_id=LUMEN,
                )
            )
            self.sell((warehouse_id, sku), 5_000)

    @rule(order_id=order_ids, lines=ordered_lines())
    def create(self, order_id: str, lines: tuple[SupplierOrderLine, ...]) -> None:
        command = CreateSupplierOrder(supplier_order_id=order_id, supplier_id=LUMEN, lines=lines)
        self.order(command)

    @rule(order_id=order_ids, item=items, step=st.sampled_from([0, 0, 0, -1, 1]))
    def answer_an_alert(self, order_id: str, item: tuple[WarehouseId, Sku], step: int) -> None:
        alert = (self.item(*item).alerts or {}).get(AlertKind.REORDER_NEEDED)
        number = max(1, (alert.number if alert else 1) + step)
        is_needed = alert is not None and alert.is_open and alert.number == number
        is_new = order_id not in self.books.status
        before = self.books.open_reorders(item)
        answer = self.order(
            CreateSupplierOrder(
                supplier_order_id=order_id,
                reorder=Reorder(warehouse_id=item[0], sku=item[1], number=number),
            )
        )
        if is_new and before:
            assert isinstance(answer, Accepted)
            assert answer.outcome == {"supplier_order_id": before[0], "existing": True}
        elif is_new and not is_needed:
            assert isinstance(answer, Rejection)
            assert answer.code is ErrorCode.INVALID_MOVEMENT

    @rule(order_id=order_ids, step=st.sampled_from(STEPS))
    def carry_on(self, order_id: str, step: Callable[[str], SupplierOrderCommand]) -> None:
        status = self.books.status.get(order_id)
        answer = self.send(step(order_id))
        if status is None and step is not report_late:
            assert isinstance(answer, Rejection)
            assert answer.code is ErrorCode.NOT_FOUND
        if status in ENDS and step in {submit, confirm}:
            assert isinstance(answer, Rejection)

    @rule(
        order_id=order_ids,
        lines=delivered_lines(),
        final=st.sampled_from([False, False, False, True]),
    )
    def deliver(self, order_id: str, lines: tuple[DeliveredLine, ...], *, final: bool) -> None:
        self.deliveries += 1
        self.order(
            ReceiveSupplierOrder(
                supplier_order_id=order_id,
                delivery_id=f"lorry-{self.deliveries}",
                lines=lines,
                final=final,
            )
        )

    @rule(order_id=order_ids, part=st.sampled_from([0.3, 1, 1, 1.5]))
    def deliver_what_is_open(self, order_id: str, part: float) -> None:
        state = self.order_state(order_id)
        open_lines = [item for item in state.items.values() if item.on_order]
        if open_lines:
            lines = tuple(
                DeliveredLine(
                    warehouse_id=item.warehouse_id,
                    sku=item.sku,
                    received=Quantity(max(1, int(item.on_order * part))),
                    unit_cost=Money(3_333),
                )
                for item in open_lines
            )
            self.deliver(order_id, lines, final=False)

    @rule(choice=st.integers(0, 1_000))
    def repeat(self, choice: int) -> None:
        if self.accepted:
            events = len(self.tenant.history)
            command = self.accepted[choice % len(self.accepted)]
            assert not isinstance(self.send(command), Rejection)
            assert len(self.tenant.history) == events, "a repeat took effect"

    @rule(item=items, quantity=st.sampled_from([1, 3_000, 5_000]))
    def sell(self, item: tuple[WarehouseId, Sku], quantity: int) -> None:
        self.send(IssueStock(warehouse_id=item[0], sku=item[1], quantity=Quantity(quantity)))

    @rule(days=st.sampled_from([1, 8]))
    def wait(self, days: int) -> None:
        self.tenant.now += timedelta(days=days)

    @rule(turn=st.sampled_from([deactivate_warehouse, activate_warehouse, activate_warehouse]))
    def turn(self, turn: Callable[[WarehouseId], Command]) -> None:
        self.send(turn(SOUTH))

    @rule()
    def start_anew(self) -> None:
        """Go on from snapshots, as another handler does."""
        states = self.tenant.states
        for stream, state in states.items():
            kind = aggregate_of(stream)
            again = kind.load(kind.dump(state))
            assert again == state
            states[stream] = again

    def order(self, command: CreateSupplierOrder | ReceiveSupplierOrder) -> Accepted | Rejection:
        answer = self.send(command)
        assert answer is not None
        if isinstance(answer, Accepted) and "existing" not in answer.outcome:
            self.accepted.append(command)
            self.check_answer(command.supplier_order_id, answer)
        return answer

    def send(self, command: Command) -> Accepted | Rejection | None:
        decision = self.tenant.decide(command)
        assert self.tenant.decide(command) == decision, "decided otherwise the second time"
        if isinstance(decision, Rejection):
            return decision
        events = events_of(decision)
        self.tenant.record(*events)
        self.stock_books.record(events)
        self.books.record(events)
        self.check_states()
        return decision if isinstance(decision, Accepted) else None

    def check_states(self) -> None:
        for key, fates in self.books.fates.items():
            order_id, warehouse_id, sku = key
            state = self.order_state(order_id)
            assert state.status == self.books.status[order_id]
            line = state.items[item_stream(warehouse_id, sku)]
            for fate in FATES:
                assert getattr(line, fate) == fates[fate], fate
            assert line.on_order == self.books.on_order[key]
        for item in ITEMS:
            known = self.item(*item)
            assert known.stock.on_order == self.books.of_items[item]
            open_reorders = self.books.open_reorders(item)
            assert known.reorder_order == (open_reorders[0] if open_reorders else None)

    def check_answer(self, order_id: str, answer: Accepted) -> None:
        said = answer.outcome["lines"]
        assert isinstance(said, list)
        assert answer.outcome["status"] == self.books.status[order_id]
        for line in said:
            key = (order_id, WarehouseId(str(line["warehouse_id"])), Sku(str(line["sku"])))
            for fate in FATES:
                assert line[fate] == quantity_to_wire(self.books.fates[key][fate])
            assert line["on_order"] == quantity_to_wire(self.books.on_order[key])

    def item(self, warehouse_id: WarehouseId, sku: Sku) -> ItemState:
        state: ItemState = self.tenant.states[item_stream(warehouse_id, sku)]
        return state

    def order_state(self, order_id: str) -> SupplierOrderState:
        state: SupplierOrderState = self.tenant.states[supplier_order_stream(order_id)]
        return state

    def teardown(self) -> None:
        again = TenantInMemory()
        again.record(*self.tenant.history)
        for stream, state in again.states.items():
            assert self.tenant.states[stream] == state


TestSupplierOrdersTogether = SupplierOrdersTogether.TestCase
TestSupplierOrdersTogether.settings = settings(
    max_examples=100, stateful_step_count=40, deadline=None
)
