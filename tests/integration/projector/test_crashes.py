"""A projector that dies between any two durable steps, and its successor."""

import asyncio

import pytest

from stockledger.database import open_pool
from stockledger_projector.rebuild import CONNECTIONS, VIEWS, Rebuild
from stockledger_projector.settings import ProjectorSettings
from tests.support.following import following_projector
from tests.support.installation import Installation
from tests.support.recorded_ledger import RecordedLedger
from tests.support.recorded_reservations import RecordedReservations, record_checkouts
from tests.support.recorded_transport import publish, store

KILLED = -9


@pytest.mark.parametrize(
    "point", ["projector-before-levels", "projector-after-levels", "projector-after-commit"]
)
async def test_what_a_killed_projector_left_is_finished_by_the_next(
    installation: Installation, following: ProjectorSettings, ledger: RecordedLedger, point: str
) -> None:
    for number in range(100):
        ledger.configure("lamp-shop", "NORTH", f"LAMP-{number % 9}", maximum=100)
        ledger.receive("lamp-shop", "NORTH", f"LAMP-{number % 9}", 10)
        ledger.receive("tent-shop", "NORTH", "TENT", 5)
    checkouts = RecordedReservations(ledger, "lamp-shop")
    for number in range(20):
        record_checkouts(checkouts, f"{number}")
    await store(following, ledger.events)
    await publish(following, ledger.events)

    dying = installation.projector(INVENTORY_CRASH_POINT=point)
    assert await asyncio.to_thread(dying.wait_ended) == KILLED

    async with following_projector(following) as successor:
        await successor.reached(len(ledger.events))
    async with await open_pool(following, role=None, size=CONNECTIONS) as pool:
        for view in VIEWS.values():
            rebuilt = await Rebuild(view, following, pool).run(compare=True, swap=False)
            assert rebuilt.drift == 0, view.table
