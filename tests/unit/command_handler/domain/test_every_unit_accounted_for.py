"""Whatever a shop and its warehouses do, in any order: the auditor finds every unit and its value.

It also finds what is on order, and each alert with its cause. Its fold shares no code with the
deciders. After each command it is asked again, so that nothing may be wrong in between.
"""

import random
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from stockledger.messages.codec import decode_command
from stockledger.messages.message import Command
from stockledger.messages.results import Rejection
from tests.support.audited_tenant import AuditedTenant
from tests.support.random_load import OPENING, RandomLoad
from tests.support.random_stock_load import Drafted
from tests.support.specification import TenantInMemory, events_of

COMMANDS_MIN: Final = 1
COMMANDS_MAX: Final = 100
MANY: Final = 5_000
DAYS: Final = 8
"""Longer than any request waits for its approval."""

WANTED: Final = frozenset(
    {
        "TransferCreated",
        "TransferMade",
        "TransferDispatched",
        "TransferReceived",
        "TransferCancelled",
        "TransferOverdue",
        "StockDamaged",
        "StockRepaired",
        "StockScrapped",
        "StockReturned",
        "CostCorrected",
        "AdjustmentApplied",
        "AdjustmentRequested",
        "AdjustmentApproved",
        "AdjustmentRejected",
        "AdjustmentExpired",
        "CapacitySet",
        "CapacityUsed",
        "CapacityWarned",
        "CapacityEased",
        "QuantitiesStaged",
        "SettingsStaged",
        "ImportApplied",
        "HoldsExpired",
        "WarehouseDeleted",
        "AlertRaised",
        "AlertAcknowledged",
        "AlertResolved",
        "ItemsChecked",
        "DailyCheckCompleted",
        "OnOrderChanged",
        "SupplierOrderCreated",
        "SupplierOrderSubmitted",
        "SupplierOrderConfirmed",
        "SupplierUnavailable",
        "SupplierOrderReceived",
        "SupplierOrderCancelled",
        "SupplierOrderOverdue",
    }
)
"""What a long run has to have seen, or it proves nothing."""


class AuditedShop:
    """A shop in memory: what its deciders accept is folded by the auditor at once."""

    def __init__(self) -> None:
        self.tenant = TenantInMemory()
        self.audited = AuditedTenant()
        self.seen: Counter[str] = Counter()
        for drafted in OPENING:
            self.take(drafted, None)

    def take(self, drafted: Drafted, actor: str | None) -> None:
        """Decide a command; what is accepted takes effect, and must be right."""
        command = decode_command(f"stockledger.{drafted[0]}.v1", dict(drafted[1]))
        assert isinstance(command, Command), command
        tenant = self.tenant
        tenant.actor = actor
        decision = tenant.decide(command)
        if isinstance(decision, Rejection):
            self.seen[decision.code] += 1
            return
        events = events_of(decision)
        tenant.record(*events)
        self.audited.record(tenant.now, *events, actor=actor)
        self.seen.update(type(event).__name__ for event in events)
        assert self.audited.settle() == [], command


def let_happen(shop: AuditedShop, dice: Iterable[int]) -> None:
    """Let random commands be decided, each by what its dice show, while time goes by."""
    chance = random.Random()
    load = RandomLoad(chance)
    for shown in dice:
        chance.seed(shown)
        shop.tenant.now += timedelta(seconds=chance.randint(0, 2))
        if chance.random() < 0.005:
            shop.tenant.now += timedelta(days=DAYS)
        shop.take(load.draft("acme"), load.someone().get("ce_actor"))


@settings(deadline=None, max_examples=60)
@given(dice=st.lists(st.integers(0, 2**32), min_size=COMMANDS_MIN, max_size=COMMANDS_MAX))
def test_after_every_command_every_unit_and_its_value_are_accounted_for(dice: list[int]) -> None:
    shop = AuditedShop()
    let_happen(shop, dice)
    assert shop.audited.finish() == []


def test_a_long_life_of_a_shop_is_right_at_every_step() -> None:
    shop = AuditedShop()
    let_happen(shop, range(MANY))
    assert shop.audited.finish() == []
    assert shop.seen.keys() >= WANTED
