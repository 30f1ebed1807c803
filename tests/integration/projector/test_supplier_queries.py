"""Suppliers and orders to them: what is kept, and what is told."""

from datetime import timedelta
from typing import Any

import asyncpg
import httpx
import pytest

from stockledger.messages.fields import time_to_wire
from stockledger_projector.api import supplier_answers
from stockledger_projector.settings import ProjectorSettings
from tests.support.ledger_clock import shift_ledger_clock
from tests.support.projecting import Projecting, rows_of
from tests.support.recorded_ledger import BEGIN, RecordedLedger
from tests.support.recorded_supplies import RecordedSupplies
from tests.support.recorded_transport import store

Session = asyncpg.Connection
SHOP = "lamp-shop"
TENANT = f"/v1/tenants/{SHOP}"
API = "https://api.lumen.example/orders"


@pytest.fixture
def supplies(ledger: RecordedLedger) -> RecordedSupplies:
    """Orders of the shop to one supplier: none yet."""
    made = RecordedSupplies(ledger, SHOP)
    made.register("LUMEN", api_url=API)
    return made


async def get(client: httpx.AsyncClient, path: str, **parameters: Any) -> dict[str, Any]:  # noqa: ANN401 - of a query
    """Return the answer's JSON values; it has to be a good one."""
    response = await client.get(f"{TENANT}{path}", params=parameters)
    assert response.status_code == 200, response.text
    return dict(response.json())


async def test_every_unit_of_an_order_is_accounted_for(
    client: httpx.AsyncClient, projecting: Projecting, supplies: RecordedSupplies
) -> None:
    supplies.ledger.actor = "anna"
    supplies.create("P1", 40, "LAMP", reorder=3, api_url=API)
    supplies.submit("P1")
    supplies.confirm("P1", BEGIN + timedelta(days=3))
    first = supplies.receive("P1", "first", "LAMP", received=15, rejected=2)
    supplies.receive("P1", "second", "LAMP", received=20, over=5, cancelled=8, completed=True)
    await projecting.fold(supplies.ledger.events)

    order = await get(client, "/supplier-orders/P1")

    supplier_answers.SupplierOrderDetails.model_validate(order)
    assert (order["status"], order["deliveries"], order["by_hand"]) == ("RECEIVED", 2, False)
    assert order["reorder"] == {"warehouse_id": "NORTH", "sku": "LAMP", "number": 3}
    assert (order["created_by"], order["supplier_reference"]) == ("anna", "LW-88")
    assert order["expected_delivery"] == time_to_wire(BEGIN + timedelta(days=3))
    assert order["first_received_at"] == time_to_wire(first.recorded_at)
    assert order["ended_at"] == time_to_wire(supplies.ledger.now)
    assert order["supplier"] == {"phone": "+49 30 5550100"}
    (line,) = order["lines"]
    assert line == {
        "warehouse_id": "NORTH",
        "sku": "LAMP",
        "unit_cost": 3.1,
        "ordered": 40,
        "received": 35,
        "rejected": 2,
        "over": 5,
        "cancelled": 8,
        "on_order": 0,
        "received_value": 108.5,
    }
    assert {name: order[name] for name in line if name in order} == {
        name: line[name] for name in line if name not in ("warehouse_id", "sku", "unit_cost")
    }


async def test_units_on_order_belong_to_what_an_item_will_have(
    client: httpx.AsyncClient, projecting: Projecting, supplies: RecordedSupplies
) -> None:
    ledger = supplies.ledger
    ledger.configure(SHOP, "NORTH", "LAMP", reorder_point=20, supplier="LUMEN")
    ledger.receive(SHOP, "NORTH", "LAMP", 10)
    await projecting.fold(ledger.events)
    assert "REORDER_NEEDED" in projecting.levels.snapshots[SHOP, "NORTH", "LAMP"]["flags"]
    before = len(ledger.events)
    ordered = supplies.create("P1", 11, "LAMP")

    await projecting.fold(ledger.events[before:])

    snapshot = projecting.levels.snapshots[SHOP, "NORTH", "LAMP"]
    assert (snapshot["on_order"], snapshot["available"], snapshot["version"]) == (11, 10, 3)
    assert snapshot["position"] == ordered.position - 1
    assert "REORDER_NEEDED" not in snapshot["flags"]
    level = await get(client, "/items/NORTH/LAMP")
    assert (level["on_order"], level["last_unit_cost"]) == (11, 2.5)
    assert (level["supplier_id"], level["reorder_automatically"]) == ("LUMEN", True)
    assert (await get(client, "/levels", flag="REORDER_NEEDED"))["items"] == []
    before = len(ledger.events)
    supplies.receive("P1", "first", "LAMP", received=4)
    await projecting.fold(ledger.events[before:])
    level = await get(client, "/items/NORTH/LAMP")
    assert (level["on_order"], level["available"], level["last_unit_cost"]) == (7, 14, 3.1)


async def test_orders_are_listed_by_status_supplier_item_and_what_a_person_has_to_do(
    client: httpx.AsyncClient, projecting: Projecting, supplies: RecordedSupplies
) -> None:
    supplies.create("P0", 2, "LAMP")
    supplies.create("P1", 2, "TENT", api_url=API)
    supplies.create("P2", 2, "LAMP", api_url=API)
    supplies.unavailable("P2")
    supplies.create("P3", 2, "LAMP", supplier="OTHER", api_url=API)
    supplies.submit("P3")
    supplies.overdue("P3", BEGIN)
    supplies.create("P4", 2, "LAMP")
    supplies.cancel("P4", 2, "LAMP")
    await projecting.fold(supplies.ledger.events)

    async def ids(**filters: Any) -> list[str]:  # noqa: ANN401 - of a query
        page = await get(client, "/supplier-orders", **filters)
        supplier_answers.SupplierOrderPage.model_validate(page)
        return [each["supplier_order_id"] for each in page["items"]]

    assert await ids() == ["P4", "P3", "P2", "P1", "P0"]
    assert await ids(status=["QUEUED", "SUBMITTED"]) == ["P3", "P1", "P0"]
    assert await ids(supplier_id="OTHER") == ["P3"]
    assert await ids(sku="TENT") == ["P1"]
    assert await ids(warehouse_id="NORTH", sku="LAMP", status="CANCELLED") == ["P4"]
    assert await ids(warehouse_id="SOUTH") == []
    assert await ids(overdue=True) == ["P3"]
    assert await ids(by_hand=True) == ["P2", "P0"]
    first = await get(client, "/supplier-orders", limit=2)
    second = await get(client, "/supplier-orders", limit=5, cursor=first["next_cursor"])
    assert [each["supplier_order_id"] for each in second["items"]] == ["P2", "P1", "P0"]
    unreached, queued = second["items"][:2]
    assert (unreached["attempts"], unreached["cause"]) == (3, "no answer within 5 s")
    assert (unreached["by_hand"], queued["by_hand"], queued["on_order"]) == (True, False, 2)


async def test_the_history_of_an_order_tells_each_delivery(
    client: httpx.AsyncClient,
    settings: ProjectorSettings,
    projecting: Projecting,
    supplies: RecordedSupplies,
) -> None:
    supplies.create("P1", 40, "LAMP")
    supplies.unavailable("P1")
    supplies.ledger.actor = "bert"
    supplies.receive("P1", "first", "LAMP", received=15, rejected=2)
    await store(settings, supplies.ledger.events)
    await projecting.fold(supplies.ledger.events)

    history = await get(client, "/supplier-orders/P1/history", limit=2)
    rest = await get(client, "/supplier-orders/P1/history", cursor=history["next_cursor"])

    supplier_answers.SupplierOrderHistory.model_validate(history)
    events = [*history["items"], *rest["items"]]
    assert [each["event"] for each in events] == [
        "SupplierOrderCreated",
        "SupplierUnavailable",
        "SupplierOrderReceived",
    ]
    assert (events[1]["attempts"], events[2]["actor"]) == (3, "bert")
    assert (events[2]["delivery_id"], events[2]["lines"][0]["rejected"]) == ("first", 2)
    assert rest["next_cursor"] is None


async def test_a_supplier_is_known_by_its_last_registration_and_measured_by_its_orders(
    client: httpx.AsyncClient, projecting: Projecting, supplies: RecordedSupplies, owner: Session
) -> None:
    ledger = supplies.ledger
    registered = ledger.events[0]
    supplies.register("LUMEN", "Lumen and Sons")
    for number, (days_first, days_whole) in enumerate(((1, 2), (3, 5), (4, 10))):
        begun = ledger.now = BEGIN + timedelta(days=20 * number)
        expected = begun + timedelta(days=6)
        supplies.create(f"P{number}", 10, "LAMP", expected=expected)
        ledger.now = begun + timedelta(days=days_first)
        supplies.receive(f"P{number}", "first", "LAMP", received=4)
        ledger.now = begun + timedelta(days=days_whole)
        supplies.receive(f"P{number}", "last", "LAMP", received=6, completed=True)
    supplies.create("Q1", 10, "LAMP", expected=ledger.now - timedelta(days=40))
    supplies.create("Q2", 10, "LAMP", expected=ledger.now)
    supplies.cancel("Q2", 10, "LAMP")
    await shift_ledger_clock(owner, timedelta(days=400))
    await projecting.fold(ledger.events)

    supplier = await get(client, "/suppliers/LUMEN")

    supplier_answers.SupplierDetails.model_validate(supplier)
    assert (supplier["name"], supplier["version"]) == ("Lumen and Sons", 2)
    assert supplier["registered_at"] == time_to_wire(registered.recorded_at)
    assert "api_url" not in supplier
    measured = supplier["performance"]
    assert [measured[each] for each in ("orders", "open", "received", "cancelled")] == [5, 1, 3, 1]
    assert (measured["due"], measured["on_time"], measured["on_time_share"]) == (4, 2, 0.5)
    assert measured["days_until_first_delivery"] == {"median": 3.0, "p95": 3.9}
    assert measured["days_until_received"] == {"median": 5.0, "p95": 9.5}


async def test_suppliers_are_listed_by_id_page_by_page(
    client: httpx.AsyncClient, projecting: Projecting, supplies: RecordedSupplies, owner: Session
) -> None:
    for name in ("ACME", "ZENITH", "CANVAS"):
        supplies.register(name)
    await projecting.fold(supplies.ledger.events)

    first = await get(client, "/suppliers", limit=3)
    rest = await get(client, "/suppliers", cursor=first["next_cursor"])

    supplier_answers.SupplierPage.model_validate(first)
    assert [each["supplier_id"] for each in first["items"]] == ["ACME", "CANVAS", "LUMEN"]
    assert [each["supplier_id"] for each in rest["items"]] == ["ZENITH"]
    new = await get(client, "/suppliers/ACME")
    assert new["performance"] == dict.fromkeys(
        ("orders", "open", "received", "cancelled", "unavailable", "due", "on_time"), 0
    )
    assert len(await rows_of(owner, "views.suppliers")) == 4
