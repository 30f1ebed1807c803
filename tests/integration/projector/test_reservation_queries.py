"""Reservations over HTTP: what each holds, lists, history, and how they end."""

from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import httpx
import pytest

from stockledger.messages.fields import time_to_wire
from stockledger_projector.api import reservation_answers as shapes
from stockledger_projector.settings import ProjectorSettings
from tests.support.ledger_clock import shift_ledger_clock
from tests.support.projecting import Projecting
from tests.support.recorded_holds import LAMP, LAMPS, TENT
from tests.support.recorded_ledger import RecordedLedger
from tests.support.recorded_reservations import RecordedReservations, record_checkouts
from tests.support.recorded_transport import store

Session = asyncpg.Connection
SHOP = "lamp-shop"
OTHER_SHOP = "tent-shop"
TENANT = f"/v1/tenants/{SHOP}"
HOUR = timedelta(hours=1)


@pytest.fixture
async def shop(ledger: RecordedLedger, projecting: Projecting) -> RecordedReservations:
    """Four reservations that ended in four ways, the last one not at all; folded."""
    ledger.now = datetime.now(UTC)
    recorded = RecordedReservations(ledger, SHOP).stock(*([LAMPS] * 4), *([TENT] * 4))
    recorded.reserve("R1", LAMPS, TENT, customer="Anna", cart="C1")
    recorded.reserve("R2", LAMP, customer="Anna", lasting=2 * HOUR)
    recorded.reserve("R3", LAMP, customer="Bert", lasting=HOUR / 4)
    recorded.reserve("R4", LAMPS, asked=[LAMPS, TENT], order="O4", lasting=3 * HOUR)
    recorded.confirm("R1", order="O1")
    recorded.release("R2")
    recorded.expire("R3")
    other = RecordedReservations(ledger, OTHER_SHOP)
    record_checkouts(other, "other")
    await projecting.fold(ledger.events)
    return recorded


async def get(client: httpx.AsyncClient, path: str, **parameters: Any) -> dict[str, Any]:  # noqa: ANN401 - as httpx takes them
    """Return the answer's JSON values; it has to be a good one."""
    response = await client.get(f"{TENANT}{path}", params=parameters)
    assert response.status_code == 200, response.text
    return dict(response.json())


async def ids(client: httpx.AsyncClient, **filters: Any) -> list[str]:  # noqa: ANN401
    """Return the reservations that a list shows."""
    page = await get(client, "/reservations", **filters)
    shapes.ReservationPage.model_validate(page)
    return [each["reservation_id"] for each in page["items"]]


@pytest.mark.usefixtures("shop")
async def test_a_reservation_tells_what_it_sold_and_to_whom(client: httpx.AsyncClient) -> None:
    sold = await get(client, "/reservations/R1")

    shapes.ReservationAnswer.model_validate(sold)
    assert (sold["status"], sold["is_lapsed"], sold["version"]) == ("COMPLETED", False, 2)
    assert (sold["customer_id"], sold["cart_id"], sold["order_id"]) == ("Anna", "C1", "O1")
    assert sold["lines"] == [
        {"warehouse_id": "NORTH", "sku": "LAMP", "quantity": 3},
        {"warehouse_id": "SOUTH", "sku": "TENT", "quantity": 2},
    ]
    assert sold["ended_at"] == sold["updated_at"] > sold["created_at"]
    assert "asked" not in sold


@pytest.mark.usefixtures("shop")
async def test_an_active_reservation_past_its_deadline_is_shown_as_lapsed(
    client: httpx.AsyncClient, owner: Session
) -> None:
    held = await get(client, "/reservations/R4")

    await shift_ledger_clock(owner, 4 * HOUR)

    assert (held["status"], held["is_lapsed"]) == ("ACTIVE", False)
    assert [each["sku"] for each in held["asked"]] == ["LAMP", "TENT"]
    assert "ended_at" not in held
    lapsed = await get(client, "/reservations/R4")
    assert lapsed == held | {"is_lapsed": True}
    assert not (await get(client, "/reservations/R3"))["is_lapsed"]
    shown = (await get(client, "/reservations"))["items"]
    assert {each["reservation_id"]: each["is_lapsed"] for each in shown} == {
        "R1": False,
        "R2": False,
        "R3": False,
        "R4": True,
    }


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, ["R4", "R2", "R1", "R3"]),
        ({"sort": "soonest_deadline"}, ["R3", "R1", "R2", "R4"]),
        ({"status": "ACTIVE"}, ["R4"]),
        ({"status": ["CANCELLED", "EXPIRED", "EXPIRED"]}, ["R2", "R3"]),
        ({"customer_id": "Anna"}, ["R2", "R1"]),
        ({"customer_id": "Anna", "status": "COMPLETED"}, ["R1"]),
        ({"cart_id": "C1"}, ["R1"]),
        ({"order_id": "O1"}, ["R1"]),
        ({"order_id": "O4"}, ["R4"]),
        ({"order_id": "O2"}, []),
        ({"customer_id": "nobody"}, []),
    ],
)
@pytest.mark.usefixtures("shop")
async def test_reservations_can_be_filtered(
    client: httpx.AsyncClient, filters: dict[str, Any], expected: list[str]
) -> None:
    assert await ids(client, **filters) == expected


async def test_reservations_can_be_found_by_their_deadline(
    client: httpx.AsyncClient, shop: RecordedReservations
) -> None:
    second = (await get(client, "/reservations/R2"))["expires_at"]

    assert await ids(client, expires_after=second) == ["R4", "R2"]
    assert await ids(client, expires_before=second) == ["R1", "R3"]
    assert await ids(client, expires_after=second, expires_before=second) == []
    soon = time_to_wire(shop.ledger.now + HOUR)
    assert await ids(client, status="ACTIVE", expires_before=soon) == []


@pytest.mark.parametrize("sort", ["latest_deadline", "soonest_deadline"])
async def test_pages_of_reservations_hold_each_once_though_many_share_a_deadline(
    client: httpx.AsyncClient, ledger: RecordedLedger, projecting: Projecting, sort: str
) -> None:
    shop = RecordedReservations(ledger, SHOP).stock(*([LAMPS] * 30))
    for number in range(25):
        ledger.now = datetime(2026, 10, 31, 9, number // 5, tzinfo=UTC)
        shop.reserve(f"R{number:02}", LAMP)
        if number % 3 == 0:
            shop.release(f"R{number:02}")
    await projecting.fold(ledger.events)
    seen: list[tuple[str, str]] = []
    cursor: str | None = ""
    while cursor is not None:
        more = {"cursor": cursor} if cursor else {}
        page = await get(client, "/reservations", limit=4, sort=sort, **more)
        seen += [(each["expires_at"], each["reservation_id"]) for each in page["items"]]
        cursor = page["next_cursor"]

    assert len(seen) == len(set(seen)) == 25
    assert seen == sorted(seen, reverse=sort == "latest_deadline")


async def test_the_history_of_a_reservation_tells_who_changed_what_and_when(
    client: httpx.AsyncClient,
    settings: ProjectorSettings,
    ledger: RecordedLedger,
    projecting: Projecting,
) -> None:
    shop = RecordedReservations(ledger, SHOP).stock(LAMPS, LAMPS)
    made = len(ledger.events)
    shop.reserve("R1", LAMPS, customer="Anna")
    ledger.actor = "bert"
    shop.enlarge("R1", LAMP)
    extended = shop.extend("R1", by=HOUR)
    shop.confirm("R1", order="O1")
    RecordedReservations(ledger, OTHER_SHOP).reserve("R2", TENT)
    await store(settings, ledger.events)
    await projecting.fold(ledger.events)

    history = await get(client, "/reservations/R1/history")

    shapes.ReservationHistory.model_validate(history)
    created, updated, longer, confirmed = history["items"]
    first = ledger.events[made]
    assert created == {
        "event": "ReservationCreated",
        "recorded_at": time_to_wire(first.recorded_at),
        "command": f"/shop/{first.command_id}",
        "position": first.position,
        "version": 1,
        "lines": [{"warehouse_id": "NORTH", "sku": "LAMP", "quantity": 3}],
        "expires_at": created["expires_at"],
        "customer_id": "Anna",
    }
    assert (updated["event"], updated["actor"]) == ("ReservationUpdated", "bert")
    assert updated["lines"][0]["quantity"] == 4
    assert (longer["event"], longer["expires_at"]) == (
        "ReservationExtended",
        time_to_wire(extended),
    )
    assert "lines" not in longer
    assert (confirmed["event"], confirmed["order_id"]) == ("ReservationConfirmed", "O1")
    response = await client.get(f"{TENANT}/reservations/R2/history")
    assert response.status_code == 404


async def test_a_long_history_comes_in_pages(
    client: httpx.AsyncClient, settings: ProjectorSettings, ledger: RecordedLedger
) -> None:
    shop = RecordedReservations(ledger, SHOP).stock(LAMPS)
    shop.reserve("R1", LAMP)
    for _ in range(10):
        shop.extend("R1", by=HOUR)
    await store(settings, ledger.events)
    seen: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        more = {"cursor": cursor} if cursor else {}
        page = await get(client, "/reservations/R1/history", limit=5, **more)
        seen += [each["version"] for each in page["items"]]
        cursor = page["next_cursor"]

    assert seen == list(range(1, 12))


async def test_no_session_reads_the_history_of_another_tenant(
    client: httpx.AsyncClient, settings: ProjectorSettings, owner: Session, ledger: RecordedLedger
) -> None:
    RecordedReservations(ledger, SHOP).reserve("R1", LAMP)
    await store(settings, ledger.events)
    assert (await get(client, "/reservations/R1/history"))["items"]
    partition = ledger.events[0].partition
    asked = "select count(*) from views.history($1, 'reservation/R1', 0, 10)"

    async with owner.transaction():
        await owner.execute("set local role stockledger_api")
        assert await owner.fetchval(asked, partition) == 0
        await owner.execute(f"set local stockledger.tenant_id = '{OTHER_SHOP}'")
        assert await owner.fetchval(asked, partition) == 0
        await owner.execute(f"set local stockledger.tenant_id = '{SHOP}'")
        assert await owner.fetchval(asked, partition) == 1


async def test_the_fulfilment_rate_counts_what_ended_in_the_hours_of_a_period(
    client: httpx.AsyncClient, ledger: RecordedLedger, projecting: Projecting
) -> None:
    shop = RecordedReservations(ledger, SHOP).stock(*([LAMPS] * 10))
    RecordedReservations(ledger, OTHER_SHOP).reserve("R1", LAMP)
    ledger.now = datetime(2026, 11, 2, 8, 59, tzinfo=UTC)
    for number in range(8):
        shop.reserve(f"R{number}", LAMP)
    shop.confirm("R0")
    ledger.now = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
    shop.confirm("R1")
    shop.confirm("R2")
    shop.release("R3")
    shop.expire("R4", "R5")
    await projecting.fold(ledger.events)

    whole = await get(client, "/fulfilment")
    later = await get(
        client, "/fulfilment", **{"from": "2026-11-02T10:40:00+01:00", "to": "2026-11-02T09:41:00Z"}
    )
    none = await get(client, "/fulfilment", **{"from": "2026-11-02T10:00:00Z"})

    shapes.FulfilmentAnswer.model_validate(whole)
    assert whole == {
        "created": 8,
        "confirmed": 3,
        "released": 1,
        "expired": 2,
        "fulfilment_rate": 0.5,
    }
    assert later == {
        "from": "2026-11-02T09:00:00.000000Z",
        "to": "2026-11-02T10:00:00.000000Z",
        "created": 0,
        "confirmed": 2,
        "released": 1,
        "expired": 2,
        "fulfilment_rate": 0.4,
    }
    assert (none["confirmed"], none["fulfilment_rate"]) == (0, None)
