"""The queries over HTTP: figures, filters, pages, waiting, and whose rows are whose."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import httpx
import pytest

from stockledger.database import API_ROLE, open_pool
from stockledger.messages.fields import time_to_wire
from stockledger_projector.api import answers, position_watch
from stockledger_projector.rebuild import VIEWS
from stockledger_projector.settings import ProjectorSettings
from tests.support.ledger_clock import shift_ledger_clock
from tests.support.projecting import Projecting
from tests.support.recorded_changes import record_changes
from tests.support.recorded_holds import LAMP, LAMPS, TENT
from tests.support.recorded_ledger import BEGIN, RecordedLedger
from tests.support.recorded_reservations import RecordedReservations, record_checkouts

Session = asyncpg.Connection
SHOP = "lamp-shop"
OTHER_SHOP = "tent-shop"
TENANT = f"/v1/tenants/{SHOP}"


@pytest.fixture
async def stocked(ledger: RecordedLedger, projecting: Projecting) -> RecordedLedger:
    """Two shops with stock; the other one's in the same partition and of the same names."""
    ledger.warehouse(SHOP, "NORTH")
    ledger.warehouse(SHOP, "SOUTH", name="South")
    ledger.make_default(SHOP, "NORTH")
    for warehouse in ("NORTH", "SOUTH"):
        for number in range(5):
            sku = f"LAMP-{number}"
            ledger.configure(SHOP, warehouse, sku, category="lights", maximum=100)
            ledger.receive(SHOP, warehouse, sku, 10 + 10 * number, unit_cost=12_345)
    ledger.configure(SHOP, "NORTH", "TENT", category="camping", reorder_point=3)
    ledger.issue(SHOP, "NORTH", "LAMP-4", 7, order="O-1")
    ledger.configure(OTHER_SHOP, "NORTH", "LAMP-0")
    ledger.receive(OTHER_SHOP, "NORTH", "LAMP-0", 999)
    await projecting.fold(ledger.events)
    return ledger


async def get(
    client: httpx.AsyncClient, path: str, **parameters: str | int | list[str]
) -> dict[str, Any]:
    """Return the answer's JSON values; it has to be a good one."""
    response = await client.get(f"{TENANT}{path}", params=parameters)
    assert response.status_code == 200, response.text
    return dict(response.json())


def items_of(page: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the warehouses and SKUs of a page of levels."""
    return [(item["warehouse_id"], item["sku"]) for item in page["items"]]


async def test_the_level_of_an_item_is_told_in_decimals(
    client: httpx.AsyncClient, stocked: RecordedLedger
) -> None:
    level = await get(client, "/items/NORTH/LAMP-4")

    answers.LevelAnswer.model_validate(level)
    assert (level["available"], level["on_hand"], level["unit_cost"]) == (43, 43, 1.2345)
    assert level["value"] == pytest.approx(43 * 1.2345, abs=0.0001)
    assert (level["category"], level["maximum"], level["flags"]) == ("lights", 100, [])
    assert "reorder_point" not in level
    assert stocked.events


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"warehouse_id": "SOUTH", "limit": 2}, [("SOUTH", "LAMP-0"), ("SOUTH", "LAMP-1")]),
        ({"sku": "LAMP-3"}, [("NORTH", "LAMP-3"), ("SOUTH", "LAMP-3")]),
        ({"category": "camping"}, [("NORTH", "TENT")]),
        ({"flag": "OUT_OF_STOCK"}, [("NORTH", "TENT")]),
        ({"flag": ["OUT_OF_STOCK", "REORDER_NEEDED"]}, [("NORTH", "TENT")]),
        (
            {"flag": "LOW_STOCK", "warehouse_id": "NORTH"},
            [("NORTH", "LAMP-0"), ("NORTH", "LAMP-1")],
        ),
        ({"flag": "OVERSTOCK"}, []),
        ({"category": "lights", "sku": "TENT"}, []),
    ],
)
@pytest.mark.usefixtures("stocked")
async def test_levels_can_be_filtered(
    client: httpx.AsyncClient, filters: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert items_of(await get(client, "/levels", **filters)) == expected


@pytest.mark.usefixtures("stocked")
async def test_pages_of_levels_hold_every_item_once(client: httpx.AsyncClient) -> None:
    seen: list[tuple[str, str]] = []
    cursor: str | None = ""
    while cursor is not None:
        page = await get(client, "/levels", limit=4, **({"cursor": cursor} if cursor else {}))
        answers.LevelPage.model_validate(page)
        seen += items_of(page)
        cursor = page["next_cursor"]

    assert len(seen) == len(set(seen)) == 11
    assert seen == sorted(seen)


@pytest.mark.parametrize(
    ("clock", "asked"),
    [
        ("recorded", {}),
        ("effective", {}),
        ("recorded", {"warehouse_id": "NORTH"}),
        ("recorded", {"sku": "LAMP"}),
    ],
    ids=["recorded", "effective", "of a warehouse", "of a SKU"],
)
async def test_pages_of_movements_hold_every_movement_once_the_latest_first(
    client: httpx.AsyncClient,
    ledger: RecordedLedger,
    projecting: Projecting,
    clock: str,
    asked: dict[str, str],
) -> None:
    for number in range(12):
        ledger.receive(SHOP, "NORTH", "LAMP", 10)
        backdated = BEGIN - timedelta(days=number) if number % 3 == 0 else None
        ledger.issue(SHOP, "NORTH", "LAMP", 1, effective_at=backdated)
    await projecting.fold(ledger.events)
    shown: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        more = {"cursor": cursor} if cursor else {}
        page = await get(client, "/movements", limit=5, clock=clock, **asked, **more)
        answers.MovementPage.model_validate(page)
        shown += page["items"]
        cursor = page["next_cursor"]

    assert len({each["position"] for each in shown}) == len(shown) == 24
    times = [(each[f"{clock}_at"], each["position"]) for each in shown]
    assert times == sorted(times, reverse=True)
    assert (clock == "recorded") == ([p for _, p in times] == list(range(24, 0, -1)))


async def test_movements_can_be_filtered(
    client: httpx.AsyncClient, stocked: RecordedLedger
) -> None:
    issued = stocked.events[-3]
    (movement,) = (await get(client, "/movements", kind="issued"))["items"]
    assert movement["reference"] == {"type": "order", "id": "O-1"}
    assert [entry["bucket"] for entry in movement["entries"]] == ["available", "customer"]
    assert [entry["change"] for entry in movement["entries"]] == [-7, 7]
    assert movement["recorded_at"] == movement["effective_at"] == time_to_wire(issued.recorded_at)

    month = {"from": time_to_wire(BEGIN), "to": time_to_wire(BEGIN + timedelta(days=31))}
    for filters, count in (
        ({"reference_id": "O-1", "reference_type": "order"}, 1),
        ({"reference_id": "O-2"}, 0),
        ({"sku": "LAMP-4", "warehouse_id": "NORTH"}, 2),
        ({"warehouse_id": "SOUTH"}, 5),
        ({"warehouse_id": "SOUTH", "kind": "issued"}, 0),
        ({"sku": "LAMP-4"}, 3),
        ({"sku": "LAMP-4", "kind": "received"}, 2),
        ({"kind": "received"}, 10),
        ({"kind": "received", "from": time_to_wire(issued.recorded_at)}, 0),
        ({"reference_type": "order"} | month, 1),
        ({"reference_type": "order", "kind": "received"} | month, 0),
        ({"clock": "effective", "warehouse_id": "SOUTH"} | month, 5),
        ({"clock": "effective", "sku": "LAMP-4"} | month, 3),
        ({"from": time_to_wire(issued.recorded_at)}, 1),
        ({"to": time_to_wire(issued.recorded_at)}, 10),
        ({"clock": "effective", "from": time_to_wire(issued.recorded_at)}, 1),
    ):
        assert len((await get(client, "/movements", **filters))["items"]) == count, filters


@pytest.mark.usefixtures("stocked")
async def test_warehouses_are_listed_in_pages(client: httpx.AsyncClient) -> None:
    first = await get(client, "/warehouses", limit=1)
    second = await get(client, "/warehouses", limit=1, cursor=first["next_cursor"])

    answers.WarehousePage.model_validate(first)
    (north,), (south,) = first["items"], second["items"]
    assert (north["warehouse_id"], north["is_default"]) == ("NORTH", True)
    assert (south["name"], south["is_default"], second["next_cursor"]) == ("South", False, None)


@pytest.mark.usefixtures("stocked")
async def test_the_summary_counts_and_tells_the_health(client: httpx.AsyncClient) -> None:
    summary = await get(client, "/summary")

    answers.SummaryAnswer.model_validate(summary)
    assert (summary["products"], summary["items"], summary["units"]) == (6, 11, 293)
    assert (summary["out"], summary["low"]) == (1, 4)
    assert summary["health_score"] == round(100 * (1 - (1 + 4 / 2) / 11), 1)


async def test_the_summary_tells_what_is_held(
    client: httpx.AsyncClient, ledger: RecordedLedger, projecting: Projecting, owner: Session
) -> None:
    ledger.now = datetime.now(UTC)
    shop = RecordedReservations(ledger, SHOP).stock(LAMPS, TENT)
    shop.reserve("R1", LAMPS)
    shop.reserve("R2", TENT, lasting=timedelta(hours=2))
    await projecting.fold(ledger.events)
    held = await get(client, "/summary")

    await shift_ledger_clock(owner, timedelta(hours=1))

    assert (held["reserved"], held["reservations"]) == (5, 2)
    lapsed = await get(client, "/summary")
    assert (lapsed["reserved"], lapsed["reservations"]) == (5, 1)


async def test_an_item_tells_when_a_hold_ends_and_what_is_available_then(
    client: httpx.AsyncClient, ledger: RecordedLedger, projecting: Projecting, owner: Session
) -> None:
    ledger.now = datetime.now(UTC)
    shop = RecordedReservations(ledger, SHOP).stock(LAMPS, LAMPS)
    deadline = shop.reserve("R1", LAMPS)
    shop.reserve("R2", LAMP, lasting=timedelta(hours=2))
    await projecting.fold(ledger.events)
    held = await get(client, "/items/NORTH/LAMP")

    await shift_ledger_clock(owner, timedelta(hours=1))

    assert held["next_deadline"] == time_to_wire(deadline)
    assert (held["available"], held["reserved"], held["available_now"]) == (2, 4, 2)
    (lapsed,) = (await get(client, "/levels"))["items"]
    assert (lapsed["available"], lapsed["reserved"], lapsed["available_now"]) == (2, 4, 5)
    assert lapsed == await get(client, "/items/NORTH/LAMP")


async def test_a_tenant_without_stock_is_in_perfect_health(client: httpx.AsyncClient) -> None:
    summary = (await client.get("/v1/tenants/nobody/summary")).json()

    assert (summary["items"], summary["health_score"]) == (0, 100)


async def test_no_query_shows_another_tenants_rows(
    client: httpx.AsyncClient,
    settings: ProjectorSettings,
    stocked: RecordedLedger,
    projecting: Projecting,
) -> None:
    before = len(stocked.events)
    for shop in (SHOP, OTHER_SHOP):
        record_checkouts(RecordedReservations(stocked, shop), "C")
        record_changes(stocked, shop, "C")
    await projecting.fold(stocked.events[before:])
    assert (await get(client, "/items/NORTH/LAMP-0"))["available"] == 10
    async with await open_pool(settings, role=API_ROLE, size=1) as pool, pool.acquire() as session:
        tables = tuple(VIEWS)
        for table in tables:
            assert await session.fetchval(f"select count(*) from views.{table}") == 0  # noqa: S608
        async with session.transaction():
            await session.execute(f"set local stockledger.tenant_id = '{SHOP}'")
            for table in tables:
                tenants = await session.fetch(f"select distinct tenant_id from views.{table}")  # noqa: S608
                assert [row["tenant_id"] for row in tenants] == [SHOP]
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await session.fetch("select * from views.movements_2026_10")
        for statement in (
            "update views.stock_levels set available = 1",
            "delete from views.holds",
            "select * from ledger.events",
            "select views.create_month('views', '2027-01-01')",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await session.execute(statement)


async def test_a_query_waits_until_the_views_have_the_position(
    client: httpx.AsyncClient, ledger: RecordedLedger, projecting: Projecting
) -> None:
    ledger.receive(SHOP, "NORTH", "LAMP", 1)
    await projecting.fold(ledger.events)
    asking = asyncio.create_task(get(client, "/items/NORTH/LAMP", min_position=2))
    ledger.receive(SHOP, "NORTH", "LAMP", 1)
    done, _ = await asyncio.wait({asking}, timeout=0.1)
    assert not done

    await projecting.fold(ledger.events[1:])

    assert (await asking)["available"] == 2


async def test_a_query_gives_up_when_the_views_do_not_get_there(
    client: httpx.AsyncClient,
) -> None:
    response = await client.get(f"{TENANT}/summary", params={"min_position": 7}, timeout=20)

    assert response.status_code == 504
    assert response.json()["detail"] == "The views are at position 0, not at 7 yet."
    assert response.elapsed.total_seconds() >= position_watch.WAIT_SECONDS_MAX
