"""Limits of warehouses, through the topics: the last place is given away once."""

from collections import Counter
from typing import Final

from tests.support.installation import Installation
from tests.support.shop import Shop
from tests.support.trial import verify

NORTH: Final = {"warehouse_id": "NORTH"}
LAMP: Final = {**NORTH, "sku": "LAMP"}
CAPACITY: Final = 40
RUSH: Final = 30
ITEMS: Final = 300


def test_of_two_receipts_at_once_one_takes_the_last_place(
    installation: Installation, shop: Shop
) -> None:
    installation.handler().wait_ready()
    shop.ask("CreateWarehouse", {**NORTH, "name": "North", "capacity": CAPACITY})
    shop.ask("ReceiveStock", {**LAMP, "quantity": CAPACITY - 1, "unit_cost": 2})
    rival = Shop(installation.settings)
    last = {"quantity": 1, "unit_cost": 2}

    ids = [
        receiver.publish("ReceiveStock", {**NORTH, "sku": f"SKU-{number}", **last})
        for number in range(RUSH)
        for receiver in (shop, rival)
    ]
    rival.flush()
    answers = shop.answers_to(ids).values()
    rival.close()

    codes = Counter(answer.code for answer in answers)
    assert codes == {None: 1, "INVENTORY_CAPACITY_EXCEEDED": len(ids) - 1}
    refused = next(answer.data["details"] for answer in answers if answer.code)
    assert refused == {**NORTH, "capacity": 40, "unit": "units", "used": 40, "asked": 1}
    verify(installation)


def test_a_limit_counts_what_came_in_the_same_instant_and_what_came_long_before(
    installation: Installation, shop: Shop
) -> None:
    handler = installation.handler().wait_ready()
    receipts = [
        {**NORTH, "sku": f"SKU-{number}", "quantity": 2, "unit_cost": 1} for number in range(ITEMS)
    ]
    shop.publish("CreateWarehouse", {**NORTH, "name": "North"})
    ids = [shop.publish("ReceiveStock", receipt) for receipt in receipts]
    limits = [shop.publish("UpdateWarehouse", {**NORTH, "capacity": 600})]
    refused = shop.publish("ReceiveStock", receipts[0])
    limits.append(shop.publish("UpdateWarehouse", {**NORTH, "capacity_unit": "volume"}))
    limits.append(shop.publish("UpdateWarehouse", {**NORTH, "capacity_unit": "units"}))
    answers = shop.answers_to([*ids, *limits, refused])
    assert [answers[limited].code for limited in limits] == [None, None, None]
    assert answers[refused].code == "INVENTORY_CAPACITY_EXCEEDED"

    handler.terminate()
    installation.handler().wait_ready()
    shop.ask("UpdateWarehouse", {**NORTH, "unlimited": True})
    later = shop.ask("UpdateWarehouse", {**NORTH, "capacity": 700})
    assert "stockledger.CapacityWarned.v1" in later.data["events"]
    beyond = shop.ask("ReceiveStock", {**receipts[0], "quantity": 101})
    assert beyond.data["details"]["used"] == 2 * ITEMS
    full = shop.ask("DeleteWarehouse", NORTH)
    figures = {"items": ITEMS, "on_hand": 2 * ITEMS, "in_transit": 0, "on_order": 0}
    assert full.data["details"] == {**NORTH, **figures}
    verify(installation)
