"""Reorder proposals, and that alerts and orders together make the same views in any batches."""

from datetime import timedelta
from typing import Any

import asyncpg
import httpx
import pytest

from stockledger.messages.alert import AlertKind
from stockledger_projector.api import reorder_proposals
from tests.support.projecting import Projecting, rows_of
from tests.support.recorded_alerts import RecordedAlerts
from tests.support.recorded_ledger import BEGIN, RecordedLedger
from tests.support.recorded_supplies import RecordedSupplies

Session = asyncpg.Connection
SHOP = "lamp-shop"
TENANT = f"/v1/tenants/{SHOP}"


@pytest.fixture
def alerts(ledger: RecordedLedger) -> RecordedAlerts:
    """Alerts of the shop: none yet."""
    return RecordedAlerts(ledger, SHOP)


@pytest.fixture
def supplies(ledger: RecordedLedger) -> RecordedSupplies:
    """Orders of the shop: none yet."""
    return RecordedSupplies(ledger, SHOP)


async def get(client: httpx.AsyncClient, path: str, **parameters: Any) -> dict[str, Any]:  # noqa: ANN401 - of a query
    """Return the answer's JSON values; it has to be a good one."""
    response = await client.get(f"{TENANT}{path}", params=parameters)
    assert response.status_code == 200, response.text
    return dict(response.json())


async def test_a_proposal_tells_what_to_order_now_of_whom_and_at_what_cost(
    client: httpx.AsyncClient,
    projecting: Projecting,
    ledger: RecordedLedger,
    alerts: RecordedAlerts,
    supplies: RecordedSupplies,
) -> None:
    supplies.register("LUMEN")
    ledger.configure(SHOP, "NORTH", "LAMP", reorder_point=20, maximum=100, supplier="LUMEN")
    ledger.receive(SHOP, "NORTH", "LAMP", 30, unit_cost=20_000)
    ledger.receive(SHOP, "NORTH", "LAMP", 1, unit_cost=40_000)
    ledger.issue(SHOP, "NORTH", "LAMP", 15)
    alerts.raise_(AlertKind.REORDER_NEEDED, "NORTH", "LAMP", figure=16, recommended=84)
    ledger.issue(SHOP, "NORTH", "LAMP", 4)
    alerts.acknowledge(AlertKind.REORDER_NEEDED, "NORTH", "LAMP")
    await projecting.fold(ledger.events)

    (proposal,) = (await get(client, "/reorder-proposals"))["items"]

    reorder_proposals.ProposalAnswer.model_validate(proposal)
    assert (proposal["number"], proposal["acknowledged_by"]) == (1, "anna")
    assert (proposal["available"], proposal["recommended"]) == (12, 88)
    assert (proposal["last_unit_cost"], proposal["recommended_value"]) == (4, 352)
    assert (proposal["supplier_id"], proposal["supplier_name"]) == ("LUMEN", "Lumen Works")
    assert proposal["reorder_automatically"]
    assert "supplier_order" not in proposal

    before = len(ledger.events)
    supplies.create("P1", 3, "LAMP", reorder=1)
    await projecting.fold(ledger.events[before:])

    (proposal,) = (await get(client, "/reorder-proposals"))["items"]
    assert proposal["supplier_order"] == {"supplier_order_id": "P1", "status": "QUEUED"}
    assert (proposal["on_order"], proposal["recommended"]) == (3, 85)
    before = len(ledger.events)
    supplies.cancel("P1", 3, "LAMP")
    await projecting.fold(ledger.events[before:])
    (proposal,) = (await get(client, "/reorder-proposals"))["items"]
    assert "supplier_order" not in proposal


async def test_proposals_are_listed_by_place_and_supplier_while_their_alert_is_open(
    client: httpx.AsyncClient,
    projecting: Projecting,
    ledger: RecordedLedger,
    alerts: RecordedAlerts,
) -> None:
    for warehouse, sku, supplier in (
        ("NORTH", "LAMP", "LUMEN"),
        ("NORTH", "TENT", "CANVAS"),
        ("SOUTH", "LAMP", "LUMEN"),
        ("SOUTH", "TENT", None),
    ):
        ledger.configure(SHOP, warehouse, sku, reorder_point=5, supplier=supplier)
        alerts.raise_(AlertKind.REORDER_NEEDED, warehouse, sku)
    alerts.raise_(AlertKind.LOW_STOCK, "NORTH", "LAMP")
    alerts.resolve(AlertKind.REORDER_NEEDED, "NORTH", "TENT")
    await projecting.fold(ledger.events)

    async def places(**filters: Any) -> list[str]:  # noqa: ANN401 - of a query
        page = await get(client, "/reorder-proposals", **filters)
        reorder_proposals.ProposalPage.model_validate(page)
        return [f"{each['warehouse_id']} {each['sku']}" for each in page["items"]]

    assert await places() == ["SOUTH TENT", "SOUTH LAMP", "NORTH LAMP"]
    assert await places(warehouse_id="SOUTH") == ["SOUTH TENT", "SOUTH LAMP"]
    assert await places(sku="LAMP") == ["SOUTH LAMP", "NORTH LAMP"]
    assert await places(supplier_id="LUMEN") == ["SOUTH LAMP", "NORTH LAMP"]
    assert await places(supplier_id="CANVAS") == []
    first = await get(client, "/reorder-proposals", limit=2)
    assert await places(cursor=first["next_cursor"]) == ["NORTH LAMP"]
    (unknown,) = (await get(client, "/reorder-proposals", warehouse_id="SOUTH", sku="TENT"))[
        "items"
    ]
    assert "recommended" not in unknown


async def test_another_tenant_sees_none_of_it(
    client: httpx.AsyncClient,
    projecting: Projecting,
    ledger: RecordedLedger,
    alerts: RecordedAlerts,
    supplies: RecordedSupplies,
) -> None:
    supplies.register("LUMEN")
    supplies.create("P1", 3, "LAMP")
    alerts.raise_(AlertKind.REORDER_NEEDED, "NORTH", "LAMP")
    await projecting.fold(ledger.events)

    for path in ("alerts", "alerts/history", "reorder-proposals", "suppliers", "supplier-orders"):
        assert len((await get(client, f"/{path}"))["items"]) == 1
        other = await client.get(f"/v1/tenants/tent-shop/{path}")
        assert other.json() == {"items": [], "next_cursor": None}
    for path in ("suppliers/LUMEN", "supplier-orders/P1", "supplier-orders/P1/history"):
        assert (await client.get(f"/v1/tenants/tent-shop/{path}")).status_code == 404


async def test_batches_of_any_size_make_the_same_views(
    projecting: Projecting,
    ledger: RecordedLedger,
    alerts: RecordedAlerts,
    supplies: RecordedSupplies,
    owner: Session,
) -> None:
    for number in range(3):
        supplies.register("LUMEN", f"Lumen {number}")
        alerts.raise_(AlertKind.REORDER_NEEDED, "NORTH", "LAMP")
        alerts.acknowledge(AlertKind.REORDER_NEEDED, "NORTH", "LAMP")
        order = f"P{number}"
        supplies.create(order, 40, "LAMP", reorder=number + 1)
        alerts.resolve(AlertKind.REORDER_NEEDED, "NORTH", "LAMP")
        supplies.unavailable(order)
        supplies.submit(order)
        supplies.confirm(order, BEGIN + timedelta(days=number))
        supplies.overdue(order, BEGIN)
        supplies.receive(order, "first", "LAMP", received=10)
        supplies.receive(order, "second", "LAMP", received=40, rejected=3, over=13, completed=True)
    supplies.create("Q1", 4, "LAMP")
    supplies.cancel("Q1", 4, "LAMP")
    ledger.issue(SHOP, "NORTH", "LAMP", 1)
    await projecting.fold(ledger.events)
    at_once = {name: await rows_of(owner, f"views.{name}") for name in _VIEWS}
    await owner.execute(
        "truncate views.positions, " + ", ".join(f"views.{name}" for name in _VIEWS)
    )

    for event in ledger.events:
        await projecting.fold([event])

    assert all(at_once.values())
    assert {name: await rows_of(owner, f"views.{name}") for name in _VIEWS} == at_once


_VIEWS = ("stock_levels", "alerts", "suppliers", "supplier_orders", "supplier_order_lines")
