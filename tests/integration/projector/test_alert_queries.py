"""Alerts: what is kept, and what is told."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from stockledger.messages.alert import AlertKind, AlertResolution
from stockledger.messages.fields import time_to_wire
from stockledger_projector.api import alert_answers
from tests.support.projecting import Projecting
from tests.support.recorded_alerts import RecordedAlerts
from tests.support.recorded_ledger import BEGIN, RecordedLedger

SHOP = "lamp-shop"
TENANT = f"/v1/tenants/{SHOP}"


@pytest.fixture
def alerts(ledger: RecordedLedger) -> RecordedAlerts:
    """Alerts of the shop: none yet."""
    return RecordedAlerts(ledger, SHOP)


async def get(client: httpx.AsyncClient, path: str, **parameters: Any) -> dict[str, Any]:  # noqa: ANN401 - of a query
    """Return the answer's JSON values; it has to be a good one."""
    response = await client.get(f"{TENANT}{path}", params=parameters)
    assert response.status_code == 200, response.text
    return dict(response.json())


async def named(client: httpx.AsyncClient, path: str = "/alerts", **filters: Any) -> list[str]:  # noqa: ANN401 - of a query
    """Return which alerts a page tells of, in its order."""
    page = await get(client, path, **filters)
    alert_answers.AlertPage.model_validate(page)
    return [f"{each['kind']} {each.get('sku', 'of')} {each['number']}" for each in page["items"]]


async def test_an_alert_tells_what_became_of_it_and_how_long_that_took(
    client: httpx.AsyncClient,
    projecting: Projecting,
    ledger: RecordedLedger,
    alerts: RecordedAlerts,
) -> None:
    raised = alerts.raise_(AlertKind.LOW_STOCK, "NORTH", "LAMP", figure=18)
    ledger.now += timedelta(seconds=30)
    alerts.acknowledge(AlertKind.LOW_STOCK, "NORTH", "LAMP")
    ledger.now += timedelta(minutes=2)
    resolved = alerts.resolve(AlertKind.LOW_STOCK, "NORTH", "LAMP", figure=60)
    alerts.raise_(AlertKind.LOW_STOCK, "NORTH", "LAMP", figure=20)
    await projecting.fold(ledger.events)

    again, first = (await get(client, "/alerts/history"))["items"]

    assert first == {
        "warehouse_id": "NORTH",
        "sku": "LAMP",
        "kind": "LOW_STOCK",
        "number": 1,
        "severity": "WARNING",
        "status": "RESOLVED",
        "name": "Lamp",
        "figure": 18,
        "trigger": 20,
        "raised_at": time_to_wire(raised.recorded_at),
        "acknowledged_at": time_to_wire(raised.recorded_at + timedelta(seconds=30.001)),
        "acknowledged_by": "anna",
        "seconds_to_acknowledge": 30.001,
        "resolved_at": time_to_wire(resolved.recorded_at),
        "resolution": "cause_gone",
        "resolved_figure": 60,
        "seconds_to_resolve": 150.002,
        "position": resolved.position,
    }
    assert (again["number"], again["status"]) == (2, "OPEN")
    assert "resolved_at" not in again


async def test_what_is_open_is_told_unless_something_else_is_asked_for(
    client: httpx.AsyncClient,
    projecting: Projecting,
    ledger: RecordedLedger,
    alerts: RecordedAlerts,
) -> None:
    alerts.raise_(AlertKind.LOW_STOCK, "NORTH", "LAMP")
    alerts.resolve(AlertKind.LOW_STOCK, "NORTH", "LAMP", resolution=AlertResolution.REPLACED)
    alerts.raise_(AlertKind.OUT_OF_STOCK, "NORTH", "LAMP")
    alerts.raise_(AlertKind.OVERSTOCK, "SOUTH", "LAMP")
    alerts.acknowledge(AlertKind.OVERSTOCK, "SOUTH", "LAMP")
    alerts.raise_(AlertKind.CAPACITY, "SOUTH", figure=80)
    alerts.raise_(AlertKind.LOW_STOCK, "NORTH", "TENT")
    await projecting.fold(ledger.events)

    assert await named(client) == [
        "LOW_STOCK TENT 1",
        "CAPACITY of 1",
        "OVERSTOCK LAMP 1",
        "OUT_OF_STOCK LAMP 1",
    ]
    assert await named(client, status="ACKNOWLEDGED") == ["OVERSTOCK LAMP 1"]
    assert await named(client, status=["RESOLVED", "ACKNOWLEDGED"]) == [
        "OVERSTOCK LAMP 1",
        "LOW_STOCK LAMP 1",
    ]
    assert await named(client, kind=["CAPACITY", "OVERSTOCK"]) == [
        "CAPACITY of 1",
        "OVERSTOCK LAMP 1",
    ]
    assert await named(client, severity="CRITICAL") == ["OUT_OF_STOCK LAMP 1"]
    assert await named(client, warehouse_id="NORTH", sku="LAMP") == ["OUT_OF_STOCK LAMP 1"]
    assert await named(client, sku="LAMP") == ["OVERSTOCK LAMP 1", "OUT_OF_STOCK LAMP 1"]
    assert await named(client, warehouse_id="EAST") == []
    page = await get(client, "/alerts", kind="CAPACITY")
    assert "sku" not in page["items"][0]


async def test_the_gravest_alerts_come_first_and_the_newest_of_each_severity_on_all_pages(
    client: httpx.AsyncClient,
    projecting: Projecting,
    ledger: RecordedLedger,
    alerts: RecordedAlerts,
) -> None:
    for kind in (AlertKind.OUT_OF_STOCK, AlertKind.LOW_STOCK, AlertKind.OVERSTOCK) * 2:
        for sku in ("LAMP", "TENT"):
            ledger.now = BEGIN
            alerts.raise_(kind, "NORTH", sku)
    assert len({event.recorded_at for event in ledger.events}) == 1
    await projecting.fold(ledger.events)

    seen: list[tuple[str, str, int]] = []
    asked: dict[str, Any] = {"sort": "gravest", "limit": 5}
    while True:
        page = await get(client, "/alerts", **asked)
        seen += [(each["severity"], each["sku"], each["number"]) for each in page["items"]]
        if page["next_cursor"] is None:
            break
        asked["cursor"] = page["next_cursor"]

    newest_first = [("TENT", 2), ("LAMP", 2), ("TENT", 1), ("LAMP", 1)]
    assert seen == [
        (severity, *each) for severity in ("CRITICAL", "WARNING", "INFO") for each in newest_first
    ]
    first = await get(client, "/alerts", limit=7)
    rest = await get(client, "/alerts", cursor=first["next_cursor"])
    together = [*first["items"], *rest["items"]]
    assert len(together) == len({each["position"] for each in together}) == 12
    assert [each["position"] for each in together] == sorted(
        (each["position"] for each in together), reverse=True
    )


async def test_the_history_of_a_period_has_what_was_raised_in_it(
    client: httpx.AsyncClient,
    projecting: Projecting,
    ledger: RecordedLedger,
    alerts: RecordedAlerts,
) -> None:
    for day in range(3):
        ledger.now = BEGIN + timedelta(days=day)
        alerts.raise_(AlertKind.LOW_STOCK, "NORTH", "LAMP")
        alerts.resolve(AlertKind.LOW_STOCK, "NORTH", "LAMP")
    await projecting.fold(ledger.events)
    begin, end = (time_to_wire(BEGIN + timedelta(days=days)) for days in (1, 2))

    assert await named(client, "/alerts/history", **{"from": begin, "to": end}) == [
        "LOW_STOCK LAMP 2"
    ]
    assert len(await named(client, "/alerts/history")) == 3
    assert await named(client) == []


async def test_response_times_are_told_by_kind_and_by_period(
    client: httpx.AsyncClient,
    projecting: Projecting,
    ledger: RecordedLedger,
    alerts: RecordedAlerts,
) -> None:
    for day, seconds in enumerate((10, 20, 90)):
        ledger.now = BEGIN + timedelta(days=day)
        alerts.raise_(AlertKind.LOW_STOCK, "NORTH", "LAMP")
        ledger.now += timedelta(seconds=seconds)
        alerts.acknowledge(AlertKind.LOW_STOCK, "NORTH", "LAMP")
        alerts.resolve(AlertKind.LOW_STOCK, "NORTH", "LAMP", resolution=AlertResolution.BY_HAND)
    alerts.raise_(AlertKind.CAPACITY, "SOUTH")
    alerts.resolve(AlertKind.CAPACITY, "SOUTH", resolution=AlertResolution.REPLACED)
    alerts.raise_(AlertKind.OVERSTOCK, "NORTH", "TENT")
    await projecting.fold(ledger.events)
    period = {"from": time_to_wire(BEGIN), "to": time_to_wire(BEGIN + timedelta(days=3))}

    answer = await get(client, "/alerts/response-times", **period)

    alert_answers.ResponseTimesAnswer.model_validate(answer)
    counts = ("raised", "acknowledged", "resolved", "resolved_by_hand", "replaced", "open")
    assert [answer[name] for name in counts] == [5, 3, 3, 3, 1, 1]
    assert answer["seconds_to_acknowledge"] == {"median": 20.001, "p95": 83.001}
    kinds = {each["kind"]: each for each in answer["kinds"]}
    assert list(kinds) == ["CAPACITY", "LOW_STOCK", "OVERSTOCK"]
    assert kinds["LOW_STOCK"]["seconds_to_resolve"] == {"median": 20.002, "p95": 83.002}
    assert "seconds_to_resolve" not in kinds["CAPACITY"]
    assert [each["raised"] for each in answer["periods"]] == [1, 1, 3]
    assert answer["periods"][1]["seconds_to_acknowledge"]["median"] == 20.001
    narrowed = await get(client, "/alerts/response-times", **period, kind="OVERSTOCK", by="month")
    assert [each["begins_at"][:10] for each in narrowed["periods"]] == ["2026-11-01"]
    south = await get(client, "/alerts/response-times", **period, warehouse_id="SOUTH")
    assert (south["raised"], south["replaced"]) == (1, 1)
    nothing = {"from": time_to_wire(BEGIN - timedelta(days=2)), "to": period["from"]}
    empty = await get(client, "/alerts/response-times", **nothing)
    assert (empty["raised"], empty["kinds"], empty["periods"]) == (0, [], [])
