"""Imports, capacity and reports: what is kept, and what is told."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from stockledger.amounts import Quantity
from stockledger.messages.capacity import (
    CapacityEased,
    CapacitySet,
    CapacityUnit,
    CapacityUsed,
    CapacityWarned,
)
from stockledger.messages.fields import WarehouseId, time_to_wire
from stockledger.messages.warehouse import WarehouseDeleted
from stockledger_projector.api import (
    import_queries,
    report_answers,
)
from tests.support.projecting import Projecting
from tests.support.recorded_changes import RecordedChanges
from tests.support.recorded_ledger import BEGIN, THOUSAND
from tests.support.recorded_transfers import RecordedTransfers

SHOP = "lamp-shop"
TENANT = f"/v1/tenants/{SHOP}"
NORTH = WarehouseId("NORTH")


async def get(client: httpx.AsyncClient, path: str, **parameters: Any) -> dict[str, Any]:  # noqa: ANN401 - of a query
    """Return the answer's JSON values; it has to be a good one."""
    response = await client.get(f"{TENANT}{path}", params=parameters)
    assert response.status_code == 200, response.text
    return dict(response.json())


async def test_an_import_tells_what_was_staged_and_what_came_of_it(
    client: httpx.AsyncClient, projecting: Projecting, changes: RecordedChanges
) -> None:
    changes.stage("I1", 3)
    changes.stage("I1", 2, chunk=2)
    changes.stage("I2", 1)
    changes.apply("I1", 5)
    await projecting.fold(changes.ledger.events)

    first = await get(client, "/imports/I1")
    page = await get(client, "/imports")

    import_queries.ImportAnswer.model_validate(first)
    assert (first["kind"], first["chunks"], first["rows"]) == ("quantities", 2, 5)
    assert (first["changed"], first["applied_at"]) == (5, time_to_wire(changes.ledger.now))
    assert [each["import_id"] for each in page["items"]] == ["I2", "I1"]
    assert "applied_at" not in page["items"][0]


async def test_a_warehouse_with_a_limit_tells_how_full_it_is(
    client: httpx.AsyncClient, projecting: Projecting, transfers: RecordedTransfers
) -> None:
    ledger, limit = transfers.ledger, Quantity(100 * THOUSAND)

    def used(units: float) -> Quantity:
        return Quantity(round(units * THOUSAND))

    unit = CapacityUnit.VOLUME
    ledger.record(SHOP, CapacitySet(warehouse_id=NORTH, capacity=limit, unit=unit, used=used(79.5)))
    for units in (96, 97.25):
        ledger.record(
            SHOP,
            CapacityUsed(warehouse_id=NORTH, change=used(1), used=used(units), capacity=limit),
        )
    for percent in (80, 95):
        ledger.record(
            SHOP,
            CapacityWarned(warehouse_id=NORTH, percent=percent, used=used(97.25), capacity=limit),
        )
    await projecting.fold(ledger.events)
    full = (await get(client, "/capacity"))["items"]
    eased = CapacityEased(warehouse_id=NORTH, percent=95, used=used(89), capacity=limit)
    ledger.record(SHOP, eased)
    await projecting.fold(ledger.events[-1:])
    (north, _) = (await get(client, "/capacity"))["items"]
    ledger.record(SHOP, CapacitySet(warehouse_id=NORTH, unit=unit, used=used(89)))
    await projecting.fold(ledger.events[-1:])

    report_answers.CapacityPage.model_validate({"items": full, "next_cursor": None})
    assert full[0] == {
        "warehouse_id": "NORTH",
        "name": "North",
        "is_active": True,
        "capacity": 100,
        "unit": "volume",
        "used": 97.25,
        "free": 2.75,
        "utilisation": 97.2,
        "warned_percent": 95,
    }
    assert full[1] == {"warehouse_id": "SOUTH", "name": "North", "is_active": True}
    assert (north["warned_percent"], north["used"]) == (80, 89)
    (unlimited, _) = (await get(client, "/capacity"))["items"]
    assert "capacity" not in unlimited


async def test_a_warehouse_that_was_given_up_is_listed_no_more(
    client: httpx.AsyncClient, projecting: Projecting, transfers: RecordedTransfers
) -> None:
    transfers.ledger.record(SHOP, WarehouseDeleted(warehouse_id=WarehouseId("SOUTH")))
    await projecting.fold(transfers.ledger.events)

    for path in ("/warehouses", "/capacity"):
        (north,) = (await get(client, path))["items"]
        assert north["warehouse_id"] == "NORTH"


@pytest.mark.parametrize("size", [1, 100])
async def test_the_valuation_sums_up_by_warehouse_and_by_category(
    client: httpx.AsyncClient,
    projecting: Projecting,
    transfers: RecordedTransfers,
    changes: RecordedChanges,
    size: int,
) -> None:
    changes.configure()
    transfers.ledger.configure(SHOP, "NORTH", "LAMP", category="lights")
    transfers.create("T1", LAMP=30)
    transfers.dispatch("T1", LAMP=30)
    await projecting.fold(transfers.ledger.events)

    async def rows(grouping: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        cursor: str | None = None
        while True:
            behind = {} if cursor is None else {"cursor": cursor}
            report = await get(client, "/valuation", group_by=grouping, limit=size, **behind)
            report_answers.ValuationAnswer.model_validate(report)
            assert (report["currency"], report["total"]["value"]) == ("EUR", 200)
            assert (report["total"]["transit_value"], report["total"]["in_transit"]) == (75, 30)
            found += report["items"]
            cursor = report["next_cursor"]
            if cursor is None:
                return found

    north, south = await rows("warehouse")
    assert (north["warehouse_id"], north["value"], north["on_hand"]) == ("NORTH", 200, 80)
    assert (south["warehouse_id"], south["value"], south["transit_value"]) == ("SOUTH", 0, 75)
    none, lights = await rows("category")
    assert (none["value"], none["transit_value"], "category" in none) == (25, 75, False)
    assert (lights["category"], lights["value"]) == ("lights", 175)


async def test_goods_sold_count_when_they_took_effect_less_what_came_back(
    client: httpx.AsyncClient,
    projecting: Projecting,
    transfers: RecordedTransfers,
    changes: RecordedChanges,
) -> None:
    ledger = transfers.ledger
    ledger.issue(SHOP, "NORTH", "LAMP", 10)
    ledger.issue(SHOP, "NORTH", "LAMP", 4, effective_at=BEGIN - timedelta(days=3))
    changes.give_back("NORTH", "LAMP", 2, value=50_000)
    await projecting.fold(ledger.events)
    asked = {"from": time_to_wire(BEGIN - timedelta(days=9)), "to": "2026-12-01T00:00:00Z"}

    by_day = await get(client, "/cost-of-goods-sold", **asked)
    by_month = await get(client, "/cost-of-goods-sold", by="month", warehouse_id="NORTH", **asked)
    elsewhere = await get(client, "/cost-of-goods-sold", warehouse_id="SOUTH", **asked)

    report_answers.CostOfGoodsSold.model_validate(by_day)
    assert [(each["begins_at"][:10], each["sold"]) for each in by_day["periods"]] == [
        ("2026-10-28", 4),
        ("2026-10-31", 10),
    ]
    assert (by_day["sold_value"], by_day["returned_value"]) == (35, 5)
    assert (by_day["cost_of_goods_sold"], elsewhere["cost_of_goods_sold"]) == (30, 0)
    (october,) = by_month["periods"]
    assert (october["sold"], october["returned"]) == (14, 2)


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/transfers/T9", 404, "no transfer T9"),
        ("/adjustments/A9", 404, "no adjustment A9"),
        ("/imports/I9", 404, "no import I9"),
        ("/transfers?status=LOST", 422, "query.status"),
        ("/valuation?group_by=colour", 422, "group_by"),
        ("/cost-of-goods-sold?from=2026-01-01T00:00:00Z", 422, "query.to"),
        (
            "/cost-of-goods-sold?from=2020-01-01T00:00:00Z&to=2026-01-01T00:00:00Z&by=hour",
            422,
            "more than 1000 periods",
        ),
        ("/as-of?at=yesterday", 422, "query.at"),
        ("/as-of?at=0001-01-01T00:00:00%2B14:00", 422, "out of range"),
        ("/as-of", 422, "query.at"),
        ("/warehouses/EAST/as-of?at=2026-01-01T00:00:00Z", 404, "no warehouse EAST"),
        ("/items/NORTH/TABLE/as-of?at=2026-01-01T00:00:00Z", 404, "no item TABLE"),
    ],
)
async def test_a_question_that_cannot_be_answered_gets_a_problem(
    client: httpx.AsyncClient, path: str, status: int, said: str
) -> None:
    response = await client.get(f"{TENANT}{path}")

    assert response.status_code == status
    assert said in response.json()["detail"]
