"""What runs short is reordered once, checks go through all items, late orders are told: really."""

import asyncio
import json
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from stockledger.crash_points import VARIABLE
from tests.support.installation import Installation
from tests.support.ledger_clock import shift_ledger_clock
from tests.support.shop import ACME, Shop, headers_of
from tests.support.waiting import wait_until

LAMP = {"warehouse_id": "NORTH", "sku": "LAMP"}
LUMEN = {"supplier_id": "LUMEN", "name": "Lumen Works"}
AUTOMATIC = {"supplier_id": "LUMEN", "reorder_automatically": True}
ITEMS = 230
"""Items of a check: two full parts, and one more."""

Told = Mapping[str, Any]


def do(shop: Shop, command_type: str, **data: object) -> Mapping[str, Any]:
    """Let a command be decided, which is accepted; return its outcome."""
    answer = shop.ask(command_type, data, ce_actor="ann")
    assert answer.is_accepted, answer.data
    outcome: Mapping[str, Any] = answer.data["outcome"]
    return outcome


def told(shop: Shop, kind: str) -> list[Told]:
    """Return the data of all events of a type, in order."""
    found: list[Told] = []
    for message in shop.events():
        value = message.value()
        if headers_of(message)["ce_type"] == f"stockledger.{kind}.v1".encode():
            assert value is not None
            found.append(json.loads(value))
    return found


def set_clock(installation: Installation, now: datetime) -> None:
    """Let it be this time by the ledger's clock."""

    async def shifted() -> None:
        session = await asyncpg.connect(installation.dsn)
        await shift_ledger_clock(session, now - datetime.now(UTC))
        await session.close()

    asyncio.run(shifted())


@pytest.fixture
def lamps(installation: Installation, shop: Shop) -> Shop:
    """A shop with ten lamps, of which LUMEN has more; a handler runs."""
    installation.handler().wait_ready()
    do(shop, "CreateWarehouse", warehouse_id="NORTH", name="North")
    do(shop, "RegisterSupplier", **LUMEN)
    do(shop, "ReceiveStock", **LAMP, quantity=10, unit_cost=2)
    do(shop, "ConfigureItem", **LAMP, reorder_point=5, reorder_quantity=20, **AUTOMATIC)
    return shop


@pytest.mark.parametrize(
    "point",
    [
        "scheduler-before-send:1:KILL",
        "scheduler-after-send:1:KILL",
        "scheduler-after-commit:2:KILL",
    ],
)
def test_schedulers_that_die_and_send_again_order_once(
    installation: Installation, lamps: Shop, point: str
) -> None:
    doomed = installation.scheduler(**{VARIABLE: point})
    do(lamps, "IssueStock", **LAMP, quantity=6)
    wait_until(lambda: not doomed.is_running, "killed")
    for _ in range(2):
        installation.scheduler()

    wait_until(lambda: told(lamps, "SupplierOrderCreated") != [], "ordered")

    (alert,) = [each for each in told(lamps, "AlertRaised") if each["kind"] == "REORDER_NEEDED"]
    (created,) = told(lamps, "SupplierOrderCreated")
    order = created["supplier_order_id"]
    assert created["reorder"] == {**LAMP, "number": alert["number"]}
    assert [line["quantity"] for line in created["lines"]] == [20]

    reorder = {"reorder": created["reorder"]}
    again = do(lamps, "CreateSupplierOrder", supplier_order_id=order, **reorder)
    assert again["supplier_order_id"] == order
    by_another_name = do(lamps, "CreateSupplierOrder", supplier_order_id="P1", **reorder)
    assert by_another_name == {"supplier_order_id": order, "existing": True}
    do(lamps, "IssueStock", **LAMP, quantity=1)
    assert len(told(lamps, "SupplierOrderCreated")) == 1
    (change,) = told(lamps, "OnOrderChanged")
    assert (change["change"], change["on_order"]) == (20, 20)


def test_an_alert_that_nobody_may_reorder_for_stays_for_people(
    installation: Installation, lamps: Shop
) -> None:
    do(lamps, "ConfigureItem", **LAMP, reorder_automatically=False)
    installation.scheduler().wait_ready()
    do(lamps, "IssueStock", **LAMP, quantity=6)
    do(lamps, "ConfigureItem", warehouse_id="NORTH", sku="TENT", reorder_point=1, **AUTOMATIC)
    do(
        lamps,
        "ConfigureItem",
        warehouse_id="NORTH",
        sku="DESK",
        reorder_point=1,
        maximum=9,
        **AUTOMATIC,
    )

    wait_until(lambda: told(lamps, "SupplierOrderCreated") != [], "ordered")

    (created,) = told(lamps, "SupplierOrderCreated")
    assert created["reorder"]["sku"] == "DESK", "of TENT nobody can say how many, of LAMP who asks"


def test_a_check_goes_through_all_items_though_its_scheduler_dies(
    installation: Installation, lamps: Shop
) -> None:
    names = [f"TENT-{number:03}" for number in range(ITEMS - 1)]
    tents = {
        lamps.publish("ConfigureItem", {"warehouse_id": "NORTH", "sku": name}): ACME
        for name in names
    }
    lamps.answers_to(tents, 60)
    doomed = installation.scheduler(**{VARIABLE: "scheduler-after-send:2:KILL"})
    nine = datetime(2027, 2, 1, 9, tzinfo=UTC)
    set_clock(installation, nine)
    wait_until(lambda: not doomed.is_running, "killed")
    installation.scheduler()
    installation.scheduler()

    wait_until(lambda: told(lamps, "DailyCheckCompleted") != [], "completed", 60)

    assert told(lamps, "DailyCheckCompleted") == [{"day": "2027-02-01", "items": ITEMS}]
    parts = told(lamps, "ItemsChecked")
    assert [part["items"] for part in parts] == [100, 100, 30]
    raised = Counter(alert["sku"] for alert in told(lamps, "AlertRaised"))
    assert raised == Counter(names), "each of them was configured, and never came"


def test_a_late_order_is_told_once_for_each_promise(
    installation: Installation, lamps: Shop
) -> None:
    installation.scheduler().wait_ready()
    noon = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
    lines = [{**LAMP, "quantity": 1, "unit_cost": 2}]
    for order in ("P1", "P2"):
        expected = {"expected_delivery": noon.isoformat()}
        named = {"supplier_order_id": order, "supplier_id": "LUMEN"}
        do(lamps, "CreateSupplierOrder", **named, lines=lines, **expected)
    came = [{**LAMP, "received": 1}]
    do(lamps, "ReceiveSupplierOrder", supplier_order_id="P2", delivery_id="D1", lines=came)

    def overdue() -> list[str]:
        return [event["supplier_order_id"] for event in told(lamps, "SupplierOrderOverdue")]

    set_clock(installation, noon)
    wait_until(lambda: overdue() == ["P1"], "late")
    later = noon + timedelta(hours=1)
    stamp = {"ce_time": noon.isoformat(), "ce_actor": "ann"}
    for promise in (noon, later):
        data = {"supplier_order_id": "P1", "expected_delivery": promise.isoformat()}
        assert lamps.ask("ConfirmSupplierOrder", data, **stamp).is_accepted
    set_clock(installation, later)
    wait_until(lambda: overdue() == ["P1", "P1"], "late again")
