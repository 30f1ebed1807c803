"""Many handlers, publishers and tenants, with reservations that lapse, kills and rebalances."""

import random
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import pytest

from tests.support.installation import Installation, ServiceProcess
from tests.support.random_load import OPENING, RandomLoad
from tests.support.shop import Shop
from tests.support.trial import Trial
from tests.support.waiting import wait_until

PUBLISHERS: Final = 3
HANDLERS: Final = 3
HAPPENED: Final = frozenset(
    {
        "StockReserved",
        "StockReleased",
        "HoldExtended",
        "HoldsExpired",
        "StockIssued",
        "StockReturned",
        "ReservationUpdated",
        "ReservationConfirmed",
        "ReservationReleased",
        "ReservationExpired",
        "CartReserved",
        "OrderAccepted",
        "OrderCancelled",
        "TransferMade",
        "TransferDispatched",
        "TransferReceived",
        "TransferCancelled",
        "StockDamaged",
        "AdjustmentApproved",
        "CapacityUsed",
        "CostCorrected",
        "AlertRaised",
        "AlertResolved",
        "DailyCheckCompleted",
        "SupplierOrderCreated",
        "SupplierOrderReceived",
    }
)
"""What a trial has to have seen, or it proves nothing."""

TENANTS: Final = tuple(f"shop-{number}" for number in range(14))


class Publisher:
    """One of several shops, each with reservations and orders of its own for every tenant."""

    def __init__(self, installation: Installation, seed: int) -> None:
        self._shop = Shop(installation.settings)
        self._chance = random.Random(seed)
        self._load = RandomLoad(self._chance, mark=f"P{seed}-")
        self.ids: dict[str, str] = {}

    def open_warehouses(self) -> None:
        """Give every tenant its settings and its warehouses."""
        for tenant in TENANTS:
            for command_type, data in OPENING:
                self.ids[self._shop.publish(command_type, data, tenant)] = tenant
        self._shop.flush()

    def publish(self, commands: int) -> None:
        """Publish a random mixture."""
        for _ in range(commands):
            tenant = self._chance.choice(TENANTS)
            command_type, data = self._load.draft(tenant)
            someone = self._load.someone()
            self.ids[self._shop.publish(command_type, data, tenant, **someone)] = tenant
        self._shop.flush()

    def close(self) -> None:
        """Let go of the connections."""
        self._shop.close()


def run_with_rebalances(trial: Trial, rounds: int) -> None:
    """Publish from all sides while handlers are killed, frozen, woken, ended and added."""
    installation, chance = trial.installation, random.Random(rounds)
    handlers = [installation.handler() for _ in range(HANDLERS)]
    schedulers = [installation.scheduler(), installation.scheduler()]
    installation.projector()
    wait_until(lambda: all(_is_up(each) for each in handlers), "all handlers up", 60)
    publishers = [Publisher(installation, seed) for seed in range(PUBLISHERS)]
    publishers[0].open_warehouses()
    with ThreadPoolExecutor(PUBLISHERS) as at_work:
        for turn in range(rounds):
            working = [at_work.submit(each.publish, 400) for each in publishers]
            _harm(installation, handlers, chance)
            if turn % 2:
                schedulers[turn % 4 // 2].kill()
                schedulers[turn % 4 // 2] = installation.scheduler()
            for work in working:
                work.result()
    for publisher in publishers:
        publisher.close()
        trial.expect(publisher.ids)
    trial.check(120)
    assert trial.recorded().keys() >= HAPPENED


def _harm(
    installation: Installation, handlers: list[ServiceProcess], chance: random.Random
) -> None:
    """End a handler in one of several ways; there is always a new one."""
    victim = handlers.pop(chance.randrange(len(handlers)))
    match chance.choice(["kill", "terminate", "freeze"]):
        case "kill":
            victim.kill()
        case "terminate":
            victim.terminate()
        case _:
            victim.freeze()
            handlers[0].wait_ready(60)
            victim.thaw()
            victim.terminate(60)
    handlers.append(installation.handler())


def _is_up(handler: ServiceProcess) -> bool:
    return handler.get("/livez")[0] == 200


@pytest.mark.timeout(240)
def test_three_rebalances_with_reservations_oversell_lose_and_double_nothing(
    trial: Trial,
) -> None:
    run_with_rebalances(trial, 3)


@pytest.mark.long
@pytest.mark.timeout(1_800)
def test_forty_rebalances_with_reservations_oversell_lose_and_double_nothing(
    trial: Trial,
) -> None:
    run_with_rebalances(trial, 40)
