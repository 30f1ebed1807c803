"""Orders over HTTP: what was sold under each, what came back, and lists."""

from typing import Any

import httpx
import pytest

from stockledger.messages.fields import time_to_wire
from stockledger_projector.api import order_answers as shapes
from tests.support.projecting import Projecting
from tests.support.recorded_holds import LAMP, LAMPS, TENT
from tests.support.recorded_ledger import RecordedLedger
from tests.support.recorded_reservations import RecordedReservations, record_checkouts

SHOP = "lamp-shop"
TENANT = f"/v1/tenants/{SHOP}"


@pytest.fixture
async def shop(ledger: RecordedLedger, projecting: Projecting) -> RecordedReservations:
    """An order that was reserved, sold and partly returned, one that is off, one to come."""
    recorded = RecordedReservations(ledger, SHOP).stock(*([LAMPS] * 4), *([TENT] * 4))
    recorded.reserve("R1", LAMPS, order="O1")
    await projecting.fold(ledger.events)
    before = len(ledger.events)
    recorded.confirm("R1", order="O1")
    recorded.accept("O1", TENT, reservations=["R1", "R0"], customer="Anna", cart="C1")
    recorded.give_back("O1", LAMP, to="SOUTH")
    recorded.accept("O2", LAMP, customer="Bert")
    recorded.cancel("O2", LAMP)
    recorded.reserve("R3", LAMP, order="O3")
    record_checkouts(RecordedReservations(ledger, "tent-shop"), "other")
    await projecting.fold(ledger.events[before:])
    return recorded


async def get(client: httpx.AsyncClient, path: str, **parameters: Any) -> dict[str, Any]:  # noqa: ANN401 - as httpx takes them
    """Return the answer's JSON values; it has to be a good one."""
    response = await client.get(f"{TENANT}{path}", params=parameters)
    assert response.status_code == 200, response.text
    return dict(response.json())


async def test_an_order_tells_what_was_sold_and_what_came_back(
    client: httpx.AsyncClient, shop: RecordedReservations
) -> None:
    order = await get(client, "/orders/O1")

    shapes.OrderDetails.model_validate(order)
    assert (order["status"], order["version"]) == ("ACCEPTED", 4)
    assert (order["customer_id"], order["cart_id"]) == ("Anna", "C1")
    assert order["reservation_ids"] == ["R0", "R1"]
    assert order["asked"] == [{"sku": "TENT", "quantity": 2}]
    assert (order["sold"], order["sold_value"]) == (5, 12.5)
    assert (order["returned"], order["returned_value"]) == (1, 2.5)
    lamps, tents = order["lines"]
    assert lamps == {
        "warehouse_id": "NORTH",
        "sku": "LAMP",
        "sold": 3,
        "sold_value": 7.5,
        "returned": 1,
        "returned_value": 2.5,
    }
    assert (tents["warehouse_id"], tents["sold"], tents["returned"]) == ("SOUTH", 2, 0)
    assert order["created_at"] < order["accepted_at"] < order["updated_at"]
    assert order["updated_at"] <= time_to_wire(shop.ledger.now)


@pytest.mark.usefixtures("shop")
async def test_an_order_that_is_off_or_still_to_come_says_so(client: httpx.AsyncClient) -> None:
    off, coming = await get(client, "/orders/O2"), await get(client, "/orders/O3")

    assert (off["status"], off["sold"], off["returned"]) == ("CANCELLED", 1, 1)
    assert off["cancelled_at"] > off["accepted_at"]
    assert (coming["status"], coming["sold"], coming["lines"]) == ("OPEN", 0, [])
    assert coming["reservation_ids"] == ["R3"]
    assert "accepted_at" not in coming


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, ["O3", "O2", "O1"]),
        ({"status": "ACCEPTED"}, ["O1"]),
        ({"status": ["OPEN", "CANCELLED"]}, ["O3", "O2"]),
        ({"customer_id": "Anna"}, ["O1"]),
        ({"cart_id": "C1", "status": "ACCEPTED"}, ["O1"]),
        ({"cart_id": "C2"}, []),
    ],
)
@pytest.mark.usefixtures("shop")
async def test_orders_can_be_filtered(
    client: httpx.AsyncClient, filters: dict[str, Any], expected: list[str]
) -> None:
    page = await get(client, "/orders", **filters)

    shapes.OrderPage.model_validate(page)
    assert [each["order_id"] for each in page["items"]] == expected


@pytest.mark.usefixtures("shop")
async def test_a_list_of_orders_tells_sums_and_can_be_cut_by_time(
    client: httpx.AsyncClient,
) -> None:
    (first,) = (await get(client, "/orders", customer_id="Anna"))["items"]

    assert (first["sold"], first["sold_value"]) == (5, 12.5)
    assert "lines" not in first
    later = await get(client, "/orders", **{"from": first["created_at"]})
    earlier = await get(client, "/orders", to=first["created_at"])
    assert (len(later["items"]), len(earlier["items"])) == (3, 0)


async def test_pages_of_orders_hold_each_once_the_latest_first(
    client: httpx.AsyncClient, ledger: RecordedLedger, projecting: Projecting
) -> None:
    shop = RecordedReservations(ledger, SHOP).stock(*([LAMPS] * 10))
    for number in range(11):
        shop.accept(f"O{number}", LAMP)
    await projecting.fold(ledger.events)
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        more = {"cursor": cursor} if cursor else {}
        page = await get(client, "/orders", limit=4, **more)
        seen += [each["order_id"] for each in page["items"]]
        cursor = page["next_cursor"]

    assert seen == [f"O{number}" for number in range(10, -1, -1)]
