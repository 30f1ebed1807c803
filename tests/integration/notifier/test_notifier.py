"""The real notifier among the real processes: what a stock gets low is told, once, to all."""

import asyncio

import asyncpg

from stockledger.dev.fake_supplier import FakeSupplier
from stockledger.dev.ports import LOOPBACK
from tests.support.background_server import in_background
from tests.support.installation import Installation
from tests.support.shop import Shop
from tests.support.told_shop import OUTSIDE, VERIFIED, Receiver, receiving, told_shop
from tests.support.waiting import wait_until
from tests.support.web_receiver import reply_lost, status

LAMPS = [f"LAMP-{number}" for number in range(10)]
WAITING = 'inventory_deliveries_waiting{channel="EMAIL"} 1.0'
MAILED = {"recipient_id": "anna", "channel": "EMAIL", "address": "anna@acme.example"}


def test_a_system_proves_its_address_and_is_told_of_each_alert_once(
    installation: Installation, shop: Shop
) -> None:
    receiver = Receiver()
    with receiving(receiver) as ports, told_shop(installation, shop, LAMPS) as told:
        installation.notifier(**OUTSIDE).wait_ready()
        installation.notifier(**OUTSIDE).wait_ready()
        told.set_recipients(ports)
        told.wait_event(VERIFIED)
        told.sell(LAMPS)
        wait_until(lambda: receiver.skus() == set(LAMPS), "all alerts are told")
    assert set(receiver.taken.values()) == {1}


def test_stock_that_flaps_around_the_threshold_is_one_alert_and_told_once(
    installation: Installation, shop: Shop
) -> None:
    receiver = Receiver()
    with receiving(receiver) as ports, told_shop(installation, shop, LAMPS[:2]) as told:
        installation.notifier(**OUTSIDE).wait_ready()
        told.set_recipients(ports)
        told.wait_event(VERIFIED)
        told.sell(LAMPS[:1])
        told.flap(LAMPS[0], 100)
        told.sell(LAMPS[1:2])
        wait_until(lambda: receiver.skus() == set(LAMPS[:2]), "the alert behind them is told")
    assert receiver.taken["alert.raised", LAMPS[0]] == 1


def test_receivers_in_trouble_get_everything_under_the_same_keys_and_hold_up_no_others(
    installation: Installation, shop: Shop
) -> None:
    losing, busy, well = Receiver("losing"), Receiver("busy"), Receiver("well")
    with (
        receiving(losing, busy, well) as ports,
        told_shop(installation, shop, LAMPS[:3]) as told,
    ):
        installation.notifier(**OUTSIDE).wait_ready()
        told.set_recipients(ports)
        told.wait_event(VERIFIED, 3)
        losing.troubles.extend([reply_lost] * 3)
        busy.troubles.extend([status(500)] * 3)
        told.sell(LAMPS[:3])
        every = set(LAMPS[:3])
        wait_until(lambda: well.skus() == every, "the one that is well has all")
        wait_until(lambda: losing.skus() == busy.skus() == every, "the others have all")

        def are_repeated() -> bool:
            return sum(losing.taken.values()) == 1 + 2 * 3

        wait_until(are_repeated, "what seemed lost is sent again")
    assert len(losing.ids) == 1 + 3
    assert set(well.taken.values()) == {1}
    assert set(busy.taken.values()) == {1}


def test_an_order_goes_to_the_supplier_once_though_its_answers_get_lost(
    installation: Installation, shop: Shop
) -> None:
    supplier = FakeSupplier(failing=0.5, seed=3)
    with in_background(supplier) as port, told_shop(installation, shop, LAMPS[:1]) as told:
        installation.notifier(SUPPLIER_API_TIMEOUT="1", **OUTSIDE).wait_ready()
        registered = {
            "supplier_id": "LUMEN",
            "name": "Lumen",
            "api_url": f"http://{LOOPBACK}:{port}/orders",
        }
        assert shop.ask("RegisterSupplier", registered).is_accepted
        line = {"warehouse_id": "NORTH", "sku": LAMPS[0], "quantity": 5, "unit_cost": 2}
        for number in range(4):
            order = {
                "supplier_order_id": f"P{number}",
                "supplier_id": "LUMEN",
                "lines": [line],
            }
            assert shop.ask("CreateSupplierOrder", order).is_accepted

        def are_delivered() -> bool:
            return asyncio.run(_hurried(installation)) == 4

        wait_until(are_delivered, "all orders are with the supplier", 60)
        told.wait_event("SupplierOrderCreated", 4)
    assert len(supplier.orders) == 4
    assert supplier.mishaps


def test_what_nobody_can_send_waits_and_says_why(installation: Installation, shop: Shop) -> None:
    with told_shop(installation, shop, LAMPS[:1]):
        notifier = installation.notifier(**OUTSIDE).wait_ready()
        assert shop.ask("SetRecipients", {"recipients": [MAILED]}).is_accepted

        def does_wait() -> bool:
            return WAITING in notifier.get("/metrics")[1]

        wait_until(does_wait, "the metric shows that it waits", 40)
        assert 'inventory_channel_configured{channel="EMAIL"} 0.0' in notifier.get("/metrics")[1]
        ((found, error),) = asyncio.run(_waiting(installation))
        assert (found, error) == ("PENDING", "It waits: this channel is not configured.")


async def _hurried(installation: Installation) -> int:
    """Let what waits for its next attempt be due, and return how many deliveries are done."""
    session = await asyncpg.connect(installation.dsn)
    try:
        await session.execute(
            "update notices.deliveries set next_attempt_at = now() where status = 'PENDING'"
        )
        done = "select count(*) from notices.deliveries where status = 'DELIVERED'"
        return int(await session.fetchval(done))
    finally:
        await session.close()


async def _waiting(installation: Installation) -> list[asyncpg.Record]:
    session = await asyncpg.connect(installation.dsn)
    try:
        return await session.fetch("select status, last_error from notices.deliveries")
    finally:
        await session.close()
