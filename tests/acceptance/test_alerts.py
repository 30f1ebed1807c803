"""Alerts through the real processes: raised once, seen to, closed, and found by the day's check."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from tests.support.installation import Installation
from tests.support.shop import Answer, Shop, headers_of
from tests.support.trial import verify
from tests.support.waiting import wait_until

NORTH: Final = {"warehouse_id": "NORTH"}
LAMP: Final = {**NORTH, "sku": "LAMP"}
LOW: Final = {**LAMP, "kind": "LOW_STOCK"}
CHANGES: Final = 100
ITEMS: Final = 250


def open_shop(shop: Shop, lamps: float) -> None:
    """Keep lamps that are low at 10."""
    shop.ask("CreateWarehouse", {**NORTH, "name": "North"})
    shop.ask("ReceiveStock", {**LAMP, "quantity": lamps, "unit_cost": 4})
    shop.ask("ConfigureItem", {**LAMP, "maximum": 50, "low_stock_percent": 20})


def recorded(shop: Shop, *types: str) -> list[dict[str, Any]]:
    """Return what the events of these types say, in their order; of repeats, the first."""
    wanted = {f"stockledger.{name}.v1".encode() for name in types}
    events: dict[bytes, bytes] = {}
    for event in shop.events():
        headers, value = headers_of(event), event.value()
        if headers["ce_type"] in wanted and value is not None:
            events.setdefault(headers["ce_id"], value)
    return [json.loads(value) for value in events.values()]


def issue(shop: Shop, quantity: float) -> Answer:
    """Sell lamps."""
    return shop.ask("IssueStock", {**LAMP, "quantity": quantity})


def test_stock_that_flaps_around_its_threshold_raises_one_alert(
    installation: Installation, shop: Shop
) -> None:
    handler = installation.handler().wait_ready()
    open_shop(shop, 11)
    ids: list[str] = []
    for change in range(CHANGES):
        if change == CHANGES // 2:
            shop.answers_to(ids)
            handler.kill()
            installation.handler().wait_ready()
        if change % 2:
            back = {**LAMP, "quantity": 0.999, "unit_cost": 4}
            ids.append(shop.publish("ReceiveStock", back))
        else:
            ids.append(shop.publish("IssueStock", {**LAMP, "quantity": 0.999}))
        if change == 0:
            ids.append(shop.publish("IssueStock", {**LAMP, "quantity": 0.001}))
    assert all(answer.is_accepted for answer in shop.answers_to(ids).values())

    (alert,) = recorded(shop, "AlertRaised")
    assert (alert["kind"], alert["number"], alert["figure"], alert["trigger"]) == (
        "LOW_STOCK",
        1,
        10,
        10,
    )
    assert recorded(shop, "AlertResolved") == []
    verify(installation)


def test_an_alert_is_seen_to_and_closed_and_stays_silent_though_the_handler_dies(
    installation: Installation, shop: Shop
) -> None:
    handler = installation.handler().wait_ready()
    open_shop(shop, 11)
    sale = issue(shop, 1)
    assert sale.data["events"] == ["stockledger.StockIssued.v1", "stockledger.AlertRaised.v1"]
    assert sale.data["outcome"] == {"available": 10, "on_hand": 10}

    assert shop.ask("AcknowledgeAlert", LOW).code == "INVENTORY_FORBIDDEN"
    seen_to = shop.ask("AcknowledgeAlert", {**LOW, "number": 1}, ce_actor="grace")
    assert seen_to.data["outcome"] == {"number": 1, "open": True, "acknowledged_by": "grace"}
    handler.kill()
    installation.handler().wait_ready()

    closed = shop.ask("ResolveAlert", LOW, ce_actor="heidi")
    assert closed.data["outcome"] == {"number": 1, "open": False, "acknowledged_by": "grace"}
    assert shop.ask("ResolveAlert", LOW, ce_actor="heidi").data["events"] == []
    assert issue(shop, 1).data["events"] == ["stockledger.StockIssued.v1"]

    shop.ask("ReceiveStock", {**LAMP, "quantity": 5, "unit_cost": 4})
    assert "stockledger.AlertRaised.v1" in issue(shop, 4).data["events"]
    other = shop.ask("ResolveAlert", {**LOW, "number": 1}, ce_actor="grace")
    assert (other.code, other.data["details"]["open_number"]) == ("INVENTORY_VERSION_CONFLICT", 2)
    assert [event["number"] for event in recorded(shop, "AlertRaised")] == [1, 2]
    verify(installation)


def test_the_days_check_finds_each_item_once_though_ticks_come_twice(
    installation: Installation, shop: Shop
) -> None:
    installation.handler().wait_ready()
    day = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
    configure_many(shop)
    shop.ask("StartDailyCheck", {"day": day})

    tick: dict[str, Any] = {"day": day}
    while not recorded(shop, "DailyCheckCompleted"):
        twice = [shop.publish("ContinueDailyCheck", tick) for _ in range(2)]
        first, second = (shop.answers_to(twice)[name].data["events"] for name in twice)
        assert first
        assert second == []
        tick["after"] = recorded(shop, "ItemsChecked")[-1]["last"]

    assert [event["items"] for event in recorded(shop, "ItemsChecked")] == [100, 100, 50]
    assert [event["items"] for event in recorded(shop, "DailyCheckCompleted")] == [ITEMS]
    assert_each_is_out_of_stock_once(shop)
    verify(installation)


def test_the_scheduler_lets_the_days_check_go_on_to_its_end(
    installation: Installation, shop: Shop
) -> None:
    installation.handler().wait_ready()
    installation.scheduler().wait_ready()
    day = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
    configure_many(shop)
    shop.ask("StartDailyCheck", {"day": day})

    def is_completed() -> bool:
        return any(event["items"] == ITEMS for event in recorded(shop, "DailyCheckCompleted"))

    wait_until(is_completed, "all items checked")
    assert_each_is_out_of_stock_once(shop)
    verify(installation)


def configure_many(shop: Shop) -> None:
    """Have items of which there never were any units."""
    shop.ask("CreateWarehouse", {**NORTH, "name": "North"})
    ids = [
        shop.publish("ConfigureItem", {**NORTH, "sku": f"SKU-{number:03}"})
        for number in range(ITEMS)
    ]
    assert all(answer.is_accepted for answer in shop.answers_to(ids).values())
    assert recorded(shop, "AlertRaised") == []


def assert_each_is_out_of_stock_once(shop: Shop) -> None:
    """Fail unless there is one alert of each item."""
    alerts = recorded(shop, "AlertRaised")
    assert {event["kind"] for event in alerts} == {"OUT_OF_STOCK"}
    assert Counter(event["sku"] for event in alerts) == {
        f"SKU-{number:03}": 1 for number in range(ITEMS)
    }
