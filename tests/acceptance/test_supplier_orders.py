"""Orders to suppliers through the topics: two answers to one alert are one order, units add up."""

import json
from collections import Counter
from typing import Any, Final

from tests.support.installation import Installation
from tests.support.shop import Answer, Shop, headers_of
from tests.support.trial import verify

NORTH: Final = {"warehouse_id": "NORTH"}
LAMP: Final = {**NORTH, "sku": "LAMP"}
CHAIR: Final = {**NORTH, "sku": "CHAIR"}
LUMEN: Final = {"supplier_id": "LUMEN"}
P1: Final = {"supplier_order_id": "P1"}
ALERTS: Final = 40


def open_shop(shop: Shop) -> None:
    """Keep lamps, of which 10 should be there, from a supplier."""
    shop.ask("CreateWarehouse", {**NORTH, "name": "North"})
    shop.ask("RegisterSupplier", {**LUMEN, "name": "Lumen Works", "lead_time_days": 5})
    shop.ask("ReceiveStock", {**LAMP, "quantity": 20, "unit_cost": 4})
    shop.ask("ReceiveStock", {**CHAIR, "quantity": 5, "unit_cost": 25})
    wanted = {"reorder_point": 10, "reorder_quantity": 30}
    assert shop.ask("ConfigureItem", {**LAMP, **LUMEN, **wanted}).is_accepted


def recorded(shop: Shop, *types: str) -> list[dict[str, Any]]:
    """Return what the events of these types say, in their order; of repeats, the first."""
    wanted = {f"stockledger.{name}.v1".encode() for name in types}
    events: dict[bytes, bytes] = {}
    for event in shop.events():
        headers, value = headers_of(event), event.value()
        if headers["ce_type"] in wanted and value is not None:
            events.setdefault(headers["ce_id"], value)
    return [json.loads(value) for value in events.values()]


def line_of(answer: Answer, sku: str) -> dict[str, float]:
    """Return what became of an item's units, as far as anything did."""
    (line,) = [line for line in answer.data["outcome"]["lines"] if line["sku"] == sku]
    return {fate: figure for fate, figure in line.items() if figure and fate not in LAMP}


def test_whoever_answers_an_alert_at_the_same_instant_there_is_one_order(
    installation: Installation, shop: Shop
) -> None:
    """Two schedulers send the tick, each of them twice, and the handler dies in between."""
    handler = installation.handler().wait_ready()
    open_shop(shop)
    shop.ask("IssueStock", {**LAMP, "quantity": 16})
    rival = Shop(installation.settings)
    reorder = {"reorder": {**LAMP, "number": 1}}
    ids = [
        scheduler.publish("CreateSupplierOrder", {"supplier_order_id": order_id, **reorder})
        for order_id in ("tick-1", "tick-2", "tick-1", "by-hand")
        for scheduler in (shop, rival)
    ]
    shop.flush()
    rival.flush()
    handler.kill()
    installation.handler().wait_ready()
    answers = shop.answers_to(ids).values()
    rival.close()

    (created,) = recorded(shop, "SupplierOrderCreated")
    assert all(answer.is_accepted for answer in answers)
    named = {answer.data["outcome"]["supplier_order_id"] for answer in answers}
    assert named == {created["supplier_order_id"]}
    assert created["lines"] == [{**LAMP, "quantity": 30}]
    assert [change["on_order"] for change in recorded(shop, "OnOrderChanged")] == [30]
    verify(installation)


def test_each_time_stock_runs_low_there_is_one_order_more(
    installation: Installation, shop: Shop
) -> None:
    installation.handler().wait_ready()
    open_shop(shop)
    ids: list[str] = []
    for number in range(1, ALERTS + 1):
        ids.append(shop.publish("IssueStock", {**LAMP, "quantity": 16 if number == 1 else 30}))
        for order_id in (f"order-{number}", f"again-{number}"):
            order = {"supplier_order_id": order_id, "reorder": {**LAMP, "number": number}}
            ids.append(shop.publish("CreateSupplierOrder", order))
        came = {**LAMP, "received": 30, "unit_cost": 3}
        delivery = {"delivery_id": "all-of-it", "lines": [came]}
        first = {"supplier_order_id": f"order-{number}"}
        ids.append(shop.publish("ReceiveSupplierOrder", {**first, **delivery}))
    codes = Counter(answer.code for answer in shop.answers_to(ids).values())
    assert codes == {None: len(ids)}
    created = recorded(shop, "SupplierOrderCreated")
    assert [each["supplier_order_id"] for each in created] == [
        f"order-{number}" for number in range(1, ALERTS + 1)
    ]
    assert [alert["number"] for alert in recorded(shop, "AlertRaised") if is_reorder(alert)] == [
        *range(1, ALERTS + 1)
    ]
    verify(installation)


def is_reorder(alert: dict[str, Any]) -> bool:
    return bool(alert["kind"] == "REORDER_NEEDED")


def test_an_order_comes_in_parts_and_what_is_said_twice_counts_once(
    installation: Installation, shop: Shop
) -> None:
    handler = installation.handler().wait_ready()
    open_shop(shop)
    lines = [{**LAMP, "quantity": 20, "unit_cost": 3}, {**CHAIR, "quantity": 4}]
    shop.ask("CreateSupplierOrder", {**P1, **LUMEN, "lines": lines})
    unavailable = shop.ask("ReportSupplierUnavailable", {**P1, "attempts": 3, "cause": "refused"})
    assert unavailable.data["outcome"]["status"] == "UNAVAILABLE"
    shop.ask("SubmitSupplierOrder", {**P1, "supplier_reference": "by telephone"})
    first = {**P1, "delivery_id": "lorry-1", "lines": [{**LAMP, "received": 8, "rejected": 2}]}
    shop.ask("ReceiveSupplierOrder", first)
    handler.terminate()
    installation.handler().wait_ready()

    again = shop.ask("ReceiveSupplierOrder", first)
    assert (again.is_accepted, again.data["events"]) == (True, [])
    other = shop.ask("ReceiveSupplierOrder", {**first, "lines": [{**LAMP, "received": 9}]})
    assert other.code == "INVENTORY_DUPLICATE_COMMAND"
    over = [{**LAMP, "received": 13}, {**CHAIR, "received": 1, "unit_cost": 20}]
    last = {**P1, "delivery_id": "lorry-2", "lines": over, "final": True}
    answer = shop.ask("ReceiveSupplierOrder", last)

    assert answer.data["outcome"]["status"] == "RECEIVED"
    assert line_of(answer, "LAMP") == {"ordered": 20, "received": 21, "rejected": 2, "over": 3}
    assert line_of(answer, "CHAIR") == {"ordered": 4, "received": 1, "cancelled": 3}
    assert shop.ask("CancelSupplierOrder", P1).code == "INVENTORY_INVALID_MOVEMENT"
    sold = shop.ask("IssueStock", {**LAMP, "quantity": 41})
    assert (sold.data["outcome"]["available"], sold.data["outcome"]["on_hand"]) == (0, 0)
    verify(installation)


def test_a_warehouse_is_not_given_up_while_a_supplier_is_on_the_way_to_it(
    installation: Installation, shop: Shop
) -> None:
    installation.handler().wait_ready()
    open_shop(shop)
    lines = [{**LAMP, "quantity": 20}]
    shop.ask("CreateSupplierOrder", {**P1, **LUMEN, "lines": lines})
    shop.ask("IssueStock", {**LAMP, "quantity": 20})
    shop.ask("IssueStock", {**CHAIR, "quantity": 5})
    refused = shop.ask("DeleteWarehouse", NORTH)
    assert refused.data["details"]["on_order"] == 20
    assert shop.ask("CancelSupplierOrder", P1).data["outcome"]["status"] == "CANCELLED"
    assert shop.ask("DeleteWarehouse", NORTH).is_accepted
    late = {**P1, "delivery_id": "too-late", "lines": [{**LAMP, "received": 1, "unit_cost": 1}]}
    assert shop.ask("ReceiveSupplierOrder", late).code == "INVENTORY_INVALID_MOVEMENT"
    verify(installation)
