"""Transfers among all else that happens to stock, against the naive model and the books."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from stockledger.amounts import Money, Quantity, quantity_to_wire
from stockledger.messages.fields import Bucket, Sku, WarehouseId
from stockledger.messages.item import (
    ReceiveStock,
)
from stockledger.messages.message import Command
from stockledger.messages.results import Accepted, Rejection
from stockledger.messages.streams import item_stream, transfer_stream
from stockledger.messages.transfer import (
    CancelTransfer,
    CreateTransfer,
    DispatchTransfer,
    ReceiveTransfer,
    TransferStep,
    TransferStock,
)
from stockledger_command_handler.aggregates import aggregate_of
from stockledger_command_handler.domain.item_state import ItemState
from stockledger_command_handler.domain.transfer_state import TransferState
from tests.support.builders import (
    CHAIR,
    LAMP,
    NORTH,
    SOUTH,
    create_warehouse,
)
from tests.support.naive_transfers import NaiveTransfers, TransferCommand
from tests.support.specification import TenantInMemory, events_of
from tests.support.transfer_books import TransferBooks
from tests.support.transfer_strategies import (
    CALL_BACK,
    WAREHOUSES,
    Fates,
    any_of_transfers,
    arrival,
    beginning,
    choices,
    fates,
    stock_commands,
)


class TenantsPlaces:
    """What the naive model asks about, read from the tenant's own states."""

    def __init__(self, tenant: TenantInMemory) -> None:
        self._tenant = tenant

    def exists(self, warehouse_id: WarehouseId) -> bool:
        return warehouse_id in WAREHOUSES

    def takes_stock(self, warehouse_id: WarehouseId) -> bool:
        return self._tenant.warehouse(warehouse_id).active

    def keeps(self, warehouse_id: WarehouseId, sku: Sku) -> bool:
        return self.item(warehouse_id, sku).exists

    def available(self, warehouse_id: WarehouseId, sku: Sku) -> int:
        item = self.item(warehouse_id, sku)
        return item.stock.available + item.holds.lapsed(self._tenant.now)

    def sendable(self, warehouse_id: WarehouseId, sku: Sku) -> int:
        balances = self.item(warehouse_id, sku).stock.balances
        return balances.get(Bucket.AVAILABLE, 0) + balances.get(Bucket.RESERVED, 0)

    def item(self, warehouse_id: WarehouseId, sku: Sku) -> ItemState:
        state: ItemState = self._tenant.states[item_stream(warehouse_id, sku)]
        return state


class TransfersTogether(RuleBasedStateMachine):
    """Sends commands to the deciders, and checks after each that every unit is accounted for."""

    def __init__(self) -> None:
        super().__init__()
        self.tenant = TenantInMemory()
        self.places = TenantsPlaces(self.tenant)
        self.naive = NaiveTransfers(self.places)
        self.books = TransferBooks()
        self.count = 0
        for warehouse in WAREHOUSES:
            self.send(create_warehouse(warehouse, name="A warehouse"))
        for warehouse, sku in ((NORTH, LAMP), (NORTH, CHAIR), (SOUTH, LAMP)):
            self.send(
                ReceiveStock(
                    warehouse_id=warehouse, sku=sku, quantity=Quantity(50), unit_cost=Money(3_331)
                )
            )

    @rule(command=stock_commands)
    def move(self, command: Command) -> None:
        self.send(command)

    @rule(seconds=st.sampled_from([0.000_001, 1, 60]))
    def wait(self, seconds: float) -> None:
        self.tenant.now += timedelta(seconds=seconds)

    @rule(command=any_of_transfers)
    def do_anything(self, command: TransferCommand) -> None:
        self.transfer(command)

    @rule(command=beginning)
    def begin_another(self, command: CreateTransfer | TransferStock) -> None:
        self.count += 1
        self.transfer(replace(command, transfer_id=f"another-{self.count}"))

    @precondition(lambda self: self.open())
    @rule(choice=choices, fates=fates)
    def carry_on(self, choice: int, fates: Fates) -> None:
        self.carry_on_with(self.open()[choice % len(self.open())], choice, fates)

    @precondition(lambda self: self.open())
    @rule(choice=choices, fates=fates)
    def carry_on_with_the_newest(self, choice: int, fates: Fates) -> None:
        self.carry_on_with(self.open()[-1], choice, fates)

    def carry_on_with(self, transfer_id: str, choice: int, fates: Fates) -> None:
        """Dispatch it, or account for some of what is in transit; now and then, call it back."""
        known = self.naive.known[transfer_id]
        if choice == CALL_BACK:
            self.transfer(CancelTransfer(transfer_id=transfer_id))
        elif known.status == "PENDING":
            self.transfer(DispatchTransfer(transfer_id=transfer_id))
        else:
            left = {sku: known.in_transit(sku) for sku in known.fates}
            lines = [arrival(sku, quantity, fates) for sku, quantity in left.items() if quantity]
            self.count += 1
            receipt_id = f"van-{self.count}"
            self.transfer(
                ReceiveTransfer(
                    transfer_id=transfer_id,
                    receipt_id=receipt_id,
                    lines=tuple(lines[: 1 + choice % 2]),
                )
            )

    def open(self) -> list[str]:
        return [
            transfer_id
            for transfer_id, naive in self.naive.known.items()
            if naive.status in {"PENDING", "IN_TRANSIT"}
        ]

    @rule()
    def start_anew(self) -> None:
        """Go on from snapshots, as another handler does."""
        states = self.tenant.states
        for stream, state in states.items():
            kind = aggregate_of(stream)
            again = kind.load(kind.dump(state))
            assert again == state
            states[stream] = again

    def transfer(self, command: TransferCommand) -> None:
        expected = self.naive.expect(command)
        decision = self.send(command)
        refused = decision.code if isinstance(decision, Rejection) else None
        assert refused == expected, decision
        if isinstance(decision, Accepted):
            again = self.tenant.decide(command)
            assert isinstance(again, Accepted)
            assert (list(again.events), again.outcome) == ([], decision.outcome), "no repeat"
            self.check_answer(command.transfer_id, decision)

    def send(self, command: Command) -> Accepted | Rejection | None:
        decision = self.tenant.decide(command)
        assert self.tenant.decide(command) == decision, "decided otherwise the second time"
        if isinstance(decision, Rejection):
            return decision
        events = events_of(decision)
        self.tenant.record(*events)
        self.books.record(events)
        self.check_transfers()
        self.check_items()
        return decision if isinstance(decision, Accepted) else None

    def check_transfers(self) -> None:
        for transfer_id, naive in self.naive.known.items():
            state = self.state(transfer_id)
            assert state.status == naive.status
            assert state.skus.keys() == naive.fates.keys()
            for sku, line in state.skus.items():
                gone = line.received + line.short + line.damaged + line.returned
                assert line.sent == gone + line.in_transit, "a unit is not accounted for"
                assert line.in_transit == naive.in_transit(sku) >= 0
                assert line.in_transit > 0 or line.value == 0
                figures = {fate: getattr(line, fate) for fate in naive.fates[sku]}
                assert figures == naive.fates[sku]
                self.check_steps(transfer_id, sku)

    def check_steps(self, transfer_id: str, sku: Sku) -> None:
        """The events of the items say the same as those of the transfer."""
        line = self.state(transfer_id).skus[sku]
        steps = {step: self.books.steps[transfer_id, sku, step] for step in TransferStep}
        assert steps[TransferStep.SENT] == line.sent
        assert steps[TransferStep.RECEIVED] == line.received
        assert steps[TransferStep.DAMAGED] == line.damaged
        assert steps[TransferStep.SHORT] == line.short
        assert steps[TransferStep.OVER] == line.over
        assert steps[TransferStep.RECALLED] == steps[TransferStep.RETURNED] == line.returned

    def check_items(self) -> None:
        for warehouse in WAREHOUSES:
            for sku in (LAMP, CHAIR):
                key = (warehouse, sku)
                stock = self.places.item(*key).stock
                assert stock.value == self.books.values[key]
                assert stock.transit_value == self.books.transit_values[key]
                expected, worth = self.expected(warehouse, sku)
                assert stock.balances.get(Bucket.IN_TRANSIT, 0) == expected
                assert stock.transit_value == worth
                held = self.held(warehouse, sku)
                assert stock.balances.get(Bucket.RESERVED, 0) == held

    def expected(self, warehouse: WarehouseId, sku: Sku) -> tuple[int, int]:
        """Return what is on its way to an item by the transfers, and what that is worth."""
        lines = [
            self.state(transfer_id).skus[sku]
            for transfer_id, naive in self.naive.known.items()
            if naive.destination == warehouse and sku in naive.fates
        ]
        return sum(line.in_transit for line in lines), sum(line.value for line in lines)

    def held(self, warehouse: WarehouseId, sku: Sku) -> int:
        """Return what transfers and reservations hold of an item."""
        pending = sum(
            naive.asked[sku]
            for naive in self.naive.known.values()
            if naive.source == warehouse and naive.status == "PENDING"
        )
        return pending + sum(
            hold.quantity for hold in self.places.item(warehouse, sku).holds.held.values()
        )

    def check_answer(self, transfer_id: str, decision: Accepted) -> None:
        answer, lines = decision.outcome, self.state(transfer_id).skus
        assert answer["status"] == self.naive.known[transfer_id].status
        said = answer["lines"]
        assert isinstance(said, list)
        assert [line["sku"] for line in said] == list(lines)
        for line in said:
            for fate, figure in self.naive.known[transfer_id].fates[Sku(str(line["sku"]))].items():
                assert line[fate] == quantity_to_wire(figure)

    def state(self, transfer_id: str) -> TransferState:
        state: TransferState = self.tenant.states[transfer_stream(transfer_id)]
        return state

    def teardown(self) -> None:
        again = TenantInMemory()
        again.record(*self.tenant.history)
        for stream, state in again.states.items():
            assert self.tenant.states[stream] == state


TestTransfersTogether = TransfersTogether.TestCase
TestTransfersTogether.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
