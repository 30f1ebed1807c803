"""Transfers and adjustments: what is kept, and what is told."""

from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import httpx

from stockledger.messages.fields import time_to_wire
from stockledger_projector.api import (
    adjustment_answers,
    transfer_answers,
)
from tests.support.ledger_clock import shift_ledger_clock
from tests.support.projecting import Projecting, rows_of
from tests.support.recorded_changes import RecordedChanges
from tests.support.recorded_ledger import BEGIN
from tests.support.recorded_transfers import RecordedTransfers

Session = asyncpg.Connection
SHOP = "lamp-shop"
TENANT = f"/v1/tenants/{SHOP}"


async def get(client: httpx.AsyncClient, path: str, **parameters: Any) -> dict[str, Any]:  # noqa: ANN401 - of a query
    """Return the answer's JSON values; it has to be a good one."""
    response = await client.get(f"{TENANT}{path}", params=parameters)
    assert response.status_code == 200, response.text
    return dict(response.json())


async def test_every_unit_of_a_transfer_is_accounted_for(
    client: httpx.AsyncClient, projecting: Projecting, transfers: RecordedTransfers
) -> None:
    ledger = transfers.ledger
    transfers.create("T1", LAMP=30, TENT=4)
    transfers.dispatch("T1", BEGIN + timedelta(days=2), LAMP=30, TENT=4)
    transfers.receive("T1", "first", "LAMP", received=20, damaged=3, short=2)
    transfers.overdue("T1", BEGIN + timedelta(days=2))
    await projecting.fold(ledger.events)

    transfer = await get(client, "/transfers/T1")

    transfer_answers.TransferDetails.model_validate(transfer)
    assert (transfer["status"], transfer["receipts"]) == ("IN_TRANSIT", 1)
    assert transfer["overdue_at"] == time_to_wire(ledger.now)
    assert (transfer["carrier"], transfer["tracking_number"]) == ("Swift", "SW-1")
    lamp, tent = transfer["lines"]
    assert (lamp["sent"], lamp["received"], lamp["damaged"], lamp["short"]) == (30, 20, 3, 2)
    assert (lamp["in_transit"], lamp["sent_value"], lamp["transit_value"]) == (5, 75, 12.5)
    assert (tent["in_transit"], transfer["in_transit"]) == (4, 9)


async def test_units_on_their_way_belong_to_the_destination_with_their_value(
    client: httpx.AsyncClient, projecting: Projecting, transfers: RecordedTransfers
) -> None:
    transfers.create("T1", LAMP=30)
    transfers.dispatch("T1", LAMP=30)
    await projecting.fold(transfers.ledger.events)

    south = await get(client, "/items/SOUTH/LAMP")

    assert (south["in_transit"], south["transit_value"], south["on_hand"]) == (30, 75, 0)
    assert projecting.levels.snapshots[SHOP, "SOUTH", "LAMP"]["transit_value"] == 75
    assert "transit_value" not in await get(client, "/items/NORTH/LAMP")
    moved = await get(client, "/movements", kind="transfer_sent")
    assert moved["items"][0]["reference"] == {"type": "transfer", "id": "T1"}


async def test_transfers_are_listed_by_status_place_and_lateness(
    client: httpx.AsyncClient, projecting: Projecting, transfers: RecordedTransfers
) -> None:
    for number in range(5):
        transfers.create(f"T{number}", LAMP=2)
    transfers.dispatch("T1", LAMP=2)
    transfers.receive("T1", "first", "LAMP", received=2)
    transfers.dispatch("T2", LAMP=2)
    transfers.overdue("T2", BEGIN)
    transfers.dispatch("T3", LAMP=2)
    transfers.cancel("T3")
    await projecting.fold(transfers.ledger.events)

    async def ids(**filters: Any) -> list[str]:  # noqa: ANN401 - of a query
        page = await get(client, "/transfers", **filters)
        transfer_answers.TransferPage.model_validate(page)
        return [each["transfer_id"] for each in page["items"]]

    assert await ids() == ["T4", "T3", "T2", "T1", "T0"]
    assert await ids(status=["PENDING", "COMPLETED"]) == ["T4", "T1", "T0"]
    assert await ids(status="CANCELLED") == ["T3"]
    assert await ids(overdue=True) == ["T2"]
    assert await ids(source_warehouse_id="SOUTH") == []
    assert len(await ids(destination_warehouse_id="SOUTH")) == 5
    first = await get(client, "/transfers", limit=2)
    second = await get(client, "/transfers", limit=5, cursor=first["next_cursor"])
    assert [each["transfer_id"] for each in second["items"]] == ["T2", "T1", "T0"]
    (returned,) = (await get(client, "/transfers", status="CANCELLED"))["items"]
    assert (returned["returned"], returned["in_transit"], returned["transit_value"]) == (2, 0, 0)


async def test_batches_of_any_size_make_the_same_views(
    projecting: Projecting, transfers: RecordedTransfers, changes: RecordedChanges, owner: Session
) -> None:
    ledger = transfers.ledger
    transfers.create("T1", LAMP=30, TENT=4)
    transfers.dispatch("T1", LAMP=30, TENT=4)
    transfers.receive("T1", "first", "LAMP", received=20, damaged=3, short=2)
    changes.adjust("NORTH", "LAMP", -5, effective_at=BEGIN - timedelta(days=50))
    changes.request("A1", "NORTH", "LAMP", -50)
    changes.reject("A1")
    changes.stage("I1", 3)
    changes.stage("I1", 2, chunk=2)
    changes.apply("I1", 5)
    changes.configure(approval_quantity=10)
    changes.fill("NORTH", 90)
    transfers.cancel("T1")
    await projecting.fold(ledger.events)
    at_once = {name: await rows_of(owner, f"views.{name}") for name in _VIEWS}
    await owner.execute(
        "truncate views.positions, " + ", ".join(f"views.{name}" for name in _VIEWS)
    )

    for event in ledger.events:
        await projecting.fold([event])

    assert all(at_once.values())
    assert {name: await rows_of(owner, f"views.{name}") for name in _VIEWS} == at_once


_VIEWS = (
    "stock_levels",
    "movements",
    "warehouses",
    "transfers",
    "transfer_lines",
    "adjustments",
    "imports",
    "tenants",
    "warehouse_balances",
    "backdated_changes",
)


async def test_who_approves_sees_what_changed_meanwhile(
    client: httpx.AsyncClient,
    projecting: Projecting,
    transfers: RecordedTransfers,
    changes: RecordedChanges,
    owner: Session,
) -> None:
    transfers.ledger.now = datetime.now(UTC)
    changes.request("A1", "NORTH", "LAMP", -40)
    changes.request("A2", "NORTH", "TENT", -40)
    changes.approve("A2", changed_meanwhile=3)
    transfers.ledger.issue(SHOP, "NORTH", "LAMP", 70)
    await projecting.fold(transfers.ledger.events)

    (pending,) = (await get(client, "/adjustments", status="PENDING"))["items"]

    adjustment_answers.AdjustmentAnswer.model_validate(pending)
    assert (pending["adjustment_id"], pending["can_be_approved"]) == ("A1", True)
    assert (pending["requested_by"], pending["change"]) == ("anna", -40)
    assert pending["when_requested"]["on_hand"] == 100
    assert pending["now"] == {"version": 2, "available": 30, "on_hand": 30, "change_value": -100}
    assert (pending["changed_meanwhile"], pending["would_be_available"]) == (-70, -10)
    approved = await get(client, "/adjustments/A2")
    assert (approved["status"], approved["decided_by"]) == ("APPROVED", "bert")
    assert (approved["changed_meanwhile"], approved["can_be_approved"]) == (3, False)
    assert "now" not in approved
    await shift_ledger_clock(owner, timedelta(days=8))
    assert not (await get(client, "/adjustments/A1"))["can_be_approved"]


async def test_adjustments_are_listed_by_status_and_item(
    client: httpx.AsyncClient,
    projecting: Projecting,
    transfers: RecordedTransfers,
    changes: RecordedChanges,
) -> None:
    for number, sku in enumerate(("LAMP", "TENT", "LAMP")):
        changes.request(f"A{number}", "NORTH", sku, -5)
    changes.reject("A1")
    changes.expire("A2")
    await projecting.fold(transfers.ledger.events)

    async def ids(**filters: Any) -> list[str]:  # noqa: ANN401 - of a query
        page = await get(client, "/adjustments", **filters)
        return [each["adjustment_id"] for each in page["items"]]

    assert await ids() == ["A2", "A1", "A0"]
    assert await ids(status=["REJECTED", "EXPIRED"]) == ["A2", "A1"]
    assert await ids(sku="LAMP", warehouse_id="NORTH") == ["A2", "A0"]
    assert await ids(warehouse_id="SOUTH") == []
    rejected = await get(client, "/adjustments/A1")
    assert (rejected["decision_reason"], rejected["reason"]) == (
        "Count once more",
        "Counted again",
    )
