"""Whatever happens to items, their alerts are those of a plain model, in memory and reloaded."""

from datetime import timedelta
from typing import Final

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from stockledger.messages.alert import AlertKind
from stockledger.messages.item import ConfigureItem
from stockledger.messages.message import Command
from stockledger.messages.results import Rejection
from stockledger.messages.streams import item_stream
from stockledger_command_handler.aggregates import aggregate_of
from stockledger_command_handler.domain.alert_state import NO_ALERTS
from tests.support.alert_builders import acknowledge, continue_check, resolve
from tests.support.builders import LAMP, NORTH, create_warehouse, start_daily_check, units
from tests.support.damage_builders import record_damage, repair_damage
from tests.support.item_builders import adjust_stock, correct_stock, issue_stock, receive_stock
from tests.support.naive_alerts import LOW, OUT, OVER, REORDER, NaiveAlerts
from tests.support.reservation_builders import asked, release_reservation, reserve_stock
from tests.support.specification import TenantInMemory, events_of
from tests.support.supplier_builders import (
    cancel_order_of,
    create_supplier_order,
    delivered,
    ordered,
    receive_order,
    register_supplier,
)

FEW: Final = st.sampled_from([0.001, 0.5, 0.999, 1, 1.001, 2, 3, 5, 10])
"""Quantities that meet the thresholds and their hysteresis, and miss them by next to nothing."""
A_WHILE: Final = timedelta(seconds=61)
KINDS: Final = st.sampled_from([LOW, OUT, REORDER, OVER])


class AlertsTogether(RuleBasedStateMachine):
    """One item, moved, configured, ordered and looked at in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.tenant = TenantInMemory()
        self.tenant.actor = "grace"
        self.naive = NaiveAlerts()
        self.names = 0
        self.held: list[str] = []
        self.ordered: list[str] = []
        self.days = 10
        self._do(create_warehouse(), register_supplier())

    @rule(quantity=FEW)
    def receive(self, quantity: float) -> None:
        self._do(receive_stock(quantity))

    @rule(quantity=FEW)
    def issue(self, quantity: float) -> None:
        self._do(issue_stock(quantity))

    @rule(quantity=FEW, sign=st.sampled_from([-1, 1]))
    def adjust(self, quantity: float, sign: int) -> None:
        self._do(adjust_stock(sign * quantity))

    @rule(quantity=st.sampled_from([0, 0.5, 1, 2, 5, 10]))
    def count(self, quantity: float) -> None:
        self._do(correct_stock(quantity))

    @rule(quantity=FEW)
    def damage(self, quantity: float) -> None:
        self._do(record_damage(quantity))

    @rule(quantity=FEW)
    def repair(self, quantity: float) -> None:
        self._do(repair_damage(quantity))

    @rule(quantity=FEW, seconds=st.sampled_from([60, 3600]))
    def reserve(self, quantity: float, seconds: int) -> None:
        name = self._name()
        if self._do(reserve_stock(asked(quantity), reservation_id=name, seconds=seconds)):
            self.held.append(name)

    @rule()
    def release(self) -> None:
        if self.held:
            self._do(release_reservation(self.held.pop(0)))

    @rule()
    def wait(self) -> None:
        self.tenant.now += A_WHILE

    @rule(
        maximum=st.sampled_from([None, 5, 10.001, 25]),
        percent=st.sampled_from([None, 0, 20, 33, 100]),
        reorder_point=st.sampled_from([None, 0, 1, 4, 9.5]),
    )
    def configure(
        self, maximum: float | None, percent: int | None, reorder_point: float | None
    ) -> None:
        self._do(
            ConfigureItem(
                warehouse_id=NORTH,
                sku=LAMP,
                maximum=None if maximum is None else units(maximum),
                low_stock_percent=percent,
                reorder_point=None if reorder_point is None else units(reorder_point),
            )
        )

    @rule(quantity=FEW)
    def order(self, quantity: float) -> None:
        name = self._name()
        if self._do(create_supplier_order(ordered(quantity, unit_cost=1), supplier_order_id=name)):
            self.ordered.append(name)

    @rule(quantity=FEW)
    def take_in(self, quantity: float) -> None:
        if self.ordered:
            self._do(receive_order(delivered(quantity), supplier_order_id=self.ordered[0]))

    @rule()
    def cancel(self) -> None:
        if self.ordered:
            self._do(cancel_order_of(self.ordered.pop(0)))

    @rule(kind=KINDS)
    def close(self, kind: AlertKind) -> None:
        is_open = kind in self.naive.open_alerts()
        was_taken = self._do(resolve(kind))
        assert was_taken or not is_open
        if is_open:
            self.naive.close(kind)

    @rule(kind=KINDS)
    def see_to(self, kind: AlertKind) -> None:
        assert self._do(acknowledge(kind)) == (kind in self.naive.open_alerts())

    @rule()
    def check(self) -> None:
        day = f"2026-11-{self.days}"
        if self.days > 22 or not self._do(start_daily_check(day)):
            return
        self.days += 1
        assert self._do(continue_check(day))
        self.naive.checked()

    @invariant()
    def alerts_are_those_of_the_model(self) -> None:
        alerts = self.tenant.item(NORTH, LAMP).alerts or NO_ALERTS
        found = {kind: alert.number for kind, alert in alerts.items() if alert.is_open}
        assert found == self.naive.open_alerts()

    @invariant()
    def states_survive_snapshots_and_folding(self) -> None:
        name = item_stream(NORTH, LAMP)
        aggregate, folded = aggregate_of(name), aggregate_of(name).initial()
        for event in self.tenant.history:
            if event.stream == name:
                aggregate.evolve(folded, event)
        state = self.tenant.states[name]
        for other in (folded, aggregate.load(aggregate.dump(state))):
            assert other == state
            assert (other.quiet, other.is_silent) == (state.quiet, state.is_silent)

    def _do(self, *commands: Command) -> bool:
        """Decide and record commands, in the model too; return whether they were accepted."""
        for command in commands:
            decision = self.tenant.decide(command)
            if isinstance(decision, Rejection):
                return False
            events = events_of(decision)
            self.tenant.record(*events)
            self.naive.decided(events)
        return True

    def _name(self) -> str:
        self.names += 1
        return f"N{self.names}"


TestAlertsTogether = AlertsTogether.TestCase
TestAlertsTogether.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
