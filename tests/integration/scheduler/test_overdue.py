"""Late transfers are told and old requests end: real handlers and schedulers, by their ticks."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from tests.support.installation import Installation
from tests.support.ledger_clock import shift_ledger_clock
from tests.support.shop import Shop, headers_of
from tests.support.waiting import wait_until

LAMP = {"warehouse_id": "NORTH", "sku": "LAMP"}
ENDS = {"source_warehouse_id": "NORTH", "destination_warehouse_id": "SOUTH"}
ANN = "ann"
LATENESS_MAX = timedelta(seconds=1)
TWO_DAYS = timedelta(days=2)


def do(shop: Shop, command_type: str, **data: object) -> Mapping[str, Any]:
    """Let a command be decided, which is accepted; return its outcome."""
    answer = shop.ask(command_type, data, ce_actor=ANN)
    assert answer.is_accepted, answer.data
    outcome: Mapping[str, Any] = answer.data["outcome"]
    return outcome


def told(shop: Shop, kind: str) -> dict[str, list[datetime]]:
    """Return when events of a type were recorded, by the stream that they are of."""
    found: dict[str, list[datetime]] = {}
    for message in shop.events():
        headers = headers_of(message)
        if headers["ce_type"] == f"stockledger.{kind}.v1".encode():
            recorded_at = datetime.fromisoformat(headers["ce_time"].decode())
            found.setdefault(headers["ce_stream"].decode(), []).append(recorded_at)
    return found


def go_ahead(installation: Installation, ahead: timedelta) -> None:
    """Put the ledger's clock forward."""

    async def shifted() -> None:
        session = await asyncpg.connect(installation.dsn)
        await shift_ledger_clock(session, ahead)
        await session.close()

    asyncio.run(shifted())


@pytest.fixture
def lamps(installation: Installation, shop: Shop) -> Shop:
    """A shop with two warehouses, the first of them full of lamps; handler and scheduler run."""
    installation.handler().wait_ready()
    installation.scheduler().wait_ready()
    for warehouse in ("NORTH", "SOUTH"):
        do(shop, "CreateWarehouse", warehouse_id=warehouse, name=warehouse)
    do(shop, "ReceiveStock", **LAMP, quantity=50, unit_cost=2)
    return shop


def test_a_late_transfer_is_told_once_and_one_that_came_is_not(lamps: Shop) -> None:
    expected = datetime.now(UTC) + timedelta(seconds=8)
    lines = [{"sku": "LAMP", "quantity": 1}]
    for name, delivery in (("T1", expected), ("T2", expected), ("T3", None)):
        do(lamps, "CreateTransfer", transfer_id=name, **ENDS, lines=lines)
        due = {"expected_delivery": delivery.isoformat()} if delivery else {}
        do(lamps, "DispatchTransfer", transfer_id=name, **due)
    came = [{"sku": "LAMP", "received": 1}]
    outcome = do(lamps, "ReceiveTransfer", transfer_id="T2", receipt_id="D1", lines=came)
    assert outcome["status"] == "COMPLETED"
    assert datetime.now(UTC) < expected, "too slow to tell"

    wait_until(lambda: "transfer/T1" in told(lamps, "TransferOverdue"), "T1 is overdue")

    late = do(lamps, "ReceiveTransfer", transfer_id="T1", receipt_id="D2", lines=came)
    assert late["status"] == "COMPLETED"
    ((stream, (recorded_at,)),) = told(lamps, "TransferOverdue").items()
    assert stream == "transfer/T1"
    assert timedelta(0) <= recorded_at - expected <= LATENESS_MAX


def test_a_request_that_nobody_decided_expires_and_others_do_not(
    installation: Installation, lamps: Shop
) -> None:
    do(lamps, "ConfigureTenant", approval_quantity=5, approval_days=1)
    for name in ("A1", "A2"):
        asked = {"adjustment_id": name, "change": -9, "reason": "Counted"}
        assert do(lamps, "AdjustStock", **LAMP, **asked)["status"] == "PENDING"
    do(lamps, "RejectAdjustment", adjustment_id="A2", reason="They are all there")

    go_ahead(installation, TWO_DAYS)

    wait_until(lambda: "adjustment/A1" in told(lamps, "AdjustmentExpired"), "A1 expires")
    assert set(told(lamps, "AdjustmentExpired")) == {"adjustment/A1"}
    refused = lamps.ask("ApproveAdjustment", {"adjustment_id": "A1"}, ce_actor="bob")
    assert refused.code == "INVENTORY_INVALID_MOVEMENT"
