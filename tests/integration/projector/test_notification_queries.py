"""Notifications: what the notifier's deliveries tell of themselves."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from stockledger.messages.fields import time_to_wire
from stockledger_projector.api import notification_queries
from stockledger_projector.api.position_watch import WAIT_SECONDS_MAX
from tests.support.projecting import Projecting
from tests.support.recorded_ledger import RecordedLedger

Session = asyncpg.Connection
SHOP = "lamp-shop"
TENANT = f"/v1/tenants/{SHOP}"
BEGIN = datetime(2026, 11, 21, 9, 0, 0, 123_456, tzinfo=UTC)

INSERT = """
insert into notices.deliveries (
    delivery_id, position, occurred_at, created_at, next_attempt_at, partition, attempts,
    tenant_id, channel, destination, address, status, severity, recipient_id, supplier_order_id,
    wording, subject, about, facts, last_error
) values ($1, 1, $2, $2, $2, 1, 2, $3, $4, 'there', 'anna@shop.example', $5, 'WARNING', $6, $7,
    'alert_raised', $8, 'item/NORTH/LAMP:LOW_STOCK:3', '{"code": "SECRET"}', $9)
"""


async def deliver(
    owner: Session,
    number: int,
    tenant: str = SHOP,
    *,
    channel: str = "EMAIL",
    status: str = "PENDING",
    recipient: str | None = "ANNA",
    order: str | None = None,
    subject: str = "LOW_STOCK",
) -> None:
    """Put a delivery where the notifier keeps them; two are made at a time."""
    time = BEGIN + timedelta(minutes=number // 2)
    error = "no answer" if status == "DEAD" else None
    told = (channel, status, recipient, order, subject, error)
    await owner.execute(INSERT, UUID(int=number), time, tenant, *told)


async def get(client: httpx.AsyncClient, **parameters: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - of a query
    """Return the notifications of a page; they have to be as the document says."""
    response = await client.get(f"{TENANT}/notifications", params=parameters)
    assert response.status_code == 200, response.text
    notification_queries.NotificationPage.model_validate(response.json())
    return list(response.json()["items"])


def numbers(page: list[dict[str, Any]]) -> list[int]:
    """Return which deliveries these are."""
    return [UUID(each["delivery_id"]).int for each in page]


async def test_a_notification_tells_what_went_to_whom_and_never_what_it_says(
    client: httpx.AsyncClient, owner: Session
) -> None:
    await deliver(owner, 1, status="DEAD")

    (told,) = await get(client)

    assert told == {
        "delivery_id": str(UUID(int=1)),
        "channel": "EMAIL",
        "address": "anna@shop.example",
        "recipient_id": "ANNA",
        "wording": "alert_raised",
        "subject": "LOW_STOCK",
        "severity": "WARNING",
        "about": "item/NORTH/LAMP:LOW_STOCK:3",
        "status": "DEAD",
        "attempts": 2,
        "last_error": "no answer",
        "occurred_at": time_to_wire(BEGIN),
        "created_at": time_to_wire(BEGIN),
    }
    assert "SECRET" not in str(told)


async def test_notifications_are_listed_by_how_far_they_are_and_to_whom(
    client: httpx.AsyncClient, owner: Session
) -> None:
    await deliver(owner, 1, status="DELIVERED")
    await deliver(owner, 2, status="DEAD", channel="SMS")
    await deliver(owner, 3, recipient="BERT", subject="OUT_OF_STOCK")
    await deliver(owner, 4, recipient=None, channel="SUPPLIER", order="P1")
    await deliver(owner, 5, "tent-shop")

    assert numbers(await get(client)) == [4, 3, 2, 1]
    assert numbers(await get(client, status=["DEAD", "DELIVERED"])) == [2, 1]
    assert numbers(await get(client, status=["DEAD", "PENDING"])) == [4, 3, 2]
    assert numbers(await get(client, status="PENDING", recipient_id="BERT")) == [3]
    assert numbers(await get(client, supplier_order_id="P1")) == [4]
    month = {"from": time_to_wire(BEGIN), "to": time_to_wire(BEGIN + timedelta(days=31))}
    assert numbers(await get(client, channel="SMS", **month)) == [2]
    assert numbers(await get(client, subject="OUT_OF_STOCK", **month)) == [3]
    assert numbers(await get(client, recipient_id="BERT", **month)) == [3]
    later = {"from": time_to_wire(BEGIN + timedelta(minutes=1))}
    assert numbers(await get(client, **later)) == [4, 3, 2]
    earlier = {"to": time_to_wire(BEGIN + timedelta(minutes=1))}
    assert numbers(await get(client, **earlier)) == [1]
    waiting = (await get(client))[1]
    assert waiting["next_attempt_at"] == time_to_wire(BEGIN + timedelta(minutes=1))


@pytest.mark.parametrize("asked", [{}, {"status": ["PENDING", "DEAD"]}], ids=["all", "some"])
async def test_pages_of_notifications_miss_and_repeat_none_though_some_are_of_one_time(
    client: httpx.AsyncClient, owner: Session, asked: dict[str, list[str]]
) -> None:
    for number in range(1, 8):
        await deliver(owner, number, status="DEAD" if number % 3 else "PENDING")
    seen: list[int] = []
    cursor: dict[str, str] = {}
    while True:
        response = await client.get(
            f"{TENANT}/notifications", params={"limit": 3, **asked, **cursor}
        )
        page = response.json()
        seen += numbers(page["items"])
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}

    assert seen == [7, 6, 5, 4, 3, 2, 1]


async def test_a_tenant_sees_its_own_even_when_a_statement_asks_for_all(
    client: httpx.AsyncClient, owner: Session
) -> None:
    await deliver(owner, 1)
    await deliver(owner, 2, "tent-shop")

    async with owner.transaction():
        await owner.execute("set local role stockledger_api")
        assert await owner.fetchval("select count(*) from notices.deliveries") == 0
        await owner.execute(f"set local stockledger.tenant_id = '{SHOP}'")
        seen = await owner.fetch("select tenant_id from notices.deliveries")

    assert [row["tenant_id"] for row in seen] == [SHOP]
    assert numbers(await get(client)) == [1]


async def test_a_query_waits_for_the_notifier_as_well(
    client: httpx.AsyncClient, owner: Session, ledger: RecordedLedger, projecting: Projecting
) -> None:
    raised = ledger.receive(SHOP, "NORTH", "LAMP", 1)
    await projecting.fold(ledger.events)
    asked = {"min_position": raised.position}

    early = await client.get(f"{TENANT}/notifications", params=asked, timeout=2 * WAIT_SECONDS_MAX)
    await owner.execute(
        "insert into views.positions (view_group, partition, position) values ('notifier', $1, $2)",
        raised.partition,
        raised.position,
    )

    assert early.status_code == 504
    assert await get(client, **asked) == []
