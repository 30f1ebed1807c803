"""The availability of a basket over HTTP: what can be had now, by the rules of ReserveStock."""

from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import httpx
import pytest

from stockledger.messages.fields import time_to_wire
from stockledger_projector.api.availability import BasketAvailability
from stockledger_projector.api.body_limit import BODY_BYTES_MAX
from tests.support.ledger_clock import shift_ledger_clock
from tests.support.projecting import Projecting
from tests.support.recorded_holds import LAMP, LAMPS, TENT
from tests.support.recorded_ledger import RecordedLedger
from tests.support.recorded_reservations import RecordedReservations

Session = asyncpg.Connection
SHOP = "lamp-shop"
AVAILABILITY = f"/v1/tenants/{SHOP}/availability"
HOUR = timedelta(hours=1)


@pytest.fixture
async def shop(ledger: RecordedLedger) -> RecordedReservations:
    """Six lamps in the north, three in the south, two tents; another shop has more."""
    ledger.now = datetime.now(UTC)
    ledger.warehouse(SHOP, "NORTH")
    ledger.warehouse(SHOP, "SOUTH")
    RecordedReservations(ledger, "tent-shop").stock(LAMPS, LAMPS, TENT, TENT)
    return RecordedReservations(ledger, SHOP).stock(
        LAMPS, LAMPS, LAMPS._replace(warehouse="SOUTH"), TENT
    )


async def ask(
    client: httpx.AsyncClient, *lines: dict[str, Any], allow_split: bool = False
) -> dict[str, Any]:
    """Return the answer's JSON values; it has to be a good one."""
    response = await client.post(AVAILABILITY, json={"lines": lines, "allow_split": allow_split})
    assert response.status_code == 200, response.text
    BasketAvailability.model_validate(response.json())
    return dict(response.json())


def line(sku: str, quantity: float, warehouse_id: str | None = None) -> dict[str, Any]:
    named = {} if warehouse_id is None else {"warehouse_id": warehouse_id}
    return {"sku": sku, "quantity": quantity, **named}


async def test_a_basket_tells_each_line_and_where_it_is(
    client: httpx.AsyncClient, shop: RecordedReservations, projecting: Projecting
) -> None:
    deadline = shop.reserve("R1", LAMPS)
    await projecting.fold(shop.ledger.events)

    basket = await ask(client, line("LAMP", 3), line("TENT", 2.5), line("UNKNOWN", 1))

    lamps, tents, unknown = basket["lines"]
    assert not basket["can_be_reserved"]
    assert (lamps["can_be_reserved"], lamps["available"]) == (True, 6)
    assert lamps["warehouses"] == [
        {
            "warehouse_id": "NORTH",
            "available": 3,
            "is_active": True,
            "next_lapse": time_to_wire(deadline),
        },
        {"warehouse_id": "SOUTH", "available": 3, "is_active": True},
    ]
    assert (tents["can_be_reserved"], tents["available"], tents["quantity"]) == (False, 2, 2.5)
    assert (unknown["can_be_reserved"], unknown["available"]) == (False, 0)
    assert unknown["warehouses"] == []


async def test_only_holds_whose_deadline_is_ahead_are_subtracted(
    client: httpx.AsyncClient, shop: RecordedReservations, projecting: Projecting, owner: Session
) -> None:
    shop.reserve("R1", LAMPS)
    later = shop.reserve("R2", LAMP, lasting=2 * HOUR)
    await projecting.fold(shop.ledger.events)
    before = await ask(client, line("LAMP", 5, "NORTH"))

    await shift_ledger_clock(owner, HOUR)

    after = await ask(client, line("LAMP", 5, "NORTH"))
    assert (before["can_be_reserved"], before["lines"][0]["available"]) == (False, 2)
    assert (after["can_be_reserved"], after["lines"][0]["available"]) == (True, 5)
    (north,) = after["lines"][0]["warehouses"]
    assert north["next_lapse"] == time_to_wire(later)


async def test_lines_of_one_item_add_up(
    client: httpx.AsyncClient, shop: RecordedReservations, projecting: Projecting
) -> None:
    await projecting.fold(shop.ledger.events)

    fitting = await ask(client, line("LAMP", 3), line("LAMP", 4, "NORTH"))
    too_many = await ask(
        client, line("TENT", 1), line("LAMP", 4, "NORTH"), line("LAMP", 3, "NORTH")
    )

    assert fitting["can_be_reserved"]
    assert [each["can_be_reserved"] for each in too_many["lines"]] == [True, False, False]
    assert not too_many["can_be_reserved"]


@pytest.mark.parametrize(("allow_split", "quantity"), [(False, 6), (True, 9)])
async def test_a_line_comes_from_several_warehouses_only_when_it_may(
    client: httpx.AsyncClient,
    shop: RecordedReservations,
    projecting: Projecting,
    *,
    allow_split: bool,
    quantity: int,
) -> None:
    await projecting.fold(shop.ledger.events)

    most, more = [
        await ask(client, line("LAMP", asked), allow_split=allow_split)
        for asked in (quantity, quantity + 0.001)
    ]

    assert most["can_be_reserved"]
    assert not more["can_be_reserved"]


async def test_an_inactive_warehouse_promises_nothing(
    client: httpx.AsyncClient, shop: RecordedReservations, projecting: Projecting
) -> None:
    shop.ledger.activate(SHOP, "NORTH", active=False)
    await projecting.fold(shop.ledger.events)

    basket = await ask(client, line("LAMP", 4), line("LAMP", 1, "NORTH"))

    assert [each["can_be_reserved"] for each in basket["lines"]] == [False, False]
    assert [each["available"] for each in basket["lines"]] == [3, 0]
    assert (await ask(client, line("LAMP", 3)))["can_be_reserved"]
    north, south = basket["lines"][0]["warehouses"]
    assert (north["is_active"], north["available"]) == (False, 6)
    assert (south["is_active"], south["available"]) == (True, 3)


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({}, 422, "body.lines"),
        ({"lines": []}, 422, "body.lines"),
        ({"lines": [line("LAMP", 1)] * 501}, 422, "body.lines"),
        ({"lines": [line("LAMP", 0)]}, 422, "body.lines.0.quantity"),
        ({"lines": [line("LAMP", 0.0001)]}, 422, "3 fractional digits"),
        ({"lines": [{"sku": "LAMP", "quantity": "1"}]}, 422, "not a JSON number"),
        ({"lines": [line("a b", 1)]}, 422, "body.lines.0.sku"),
        ({"lines": [line("LAMP", 1) | {"lot": "L1"}]}, 422, "body.lines.0.lot"),
        ({"lines": [line("LAMP", 1)], "note": "x" * BODY_BYTES_MAX}, 413, "131072 bytes"),
    ],
)
async def test_a_basket_that_cannot_be_used_gets_a_problem(
    client: httpx.AsyncClient, body: dict[str, Any], status: int, said: str
) -> None:
    response = await client.post(AVAILABILITY, json=body)

    assert (response.status_code, response.json()["status"]) == (status, status)
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["code"] == "INVENTORY_VALIDATION_ERROR"
    assert said in response.json()["detail"]
