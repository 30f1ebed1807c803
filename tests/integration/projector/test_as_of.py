"""As of a past time: as we knew it then, and as it was by all that is known now."""

import random
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import asyncpg
import httpx
import pytest

from stockledger.amounts import money_to_wire, quantity_to_wire
from stockledger.messages.fields import Bucket, time_to_wire
from stockledger_projector.api import as_of_answers
from stockledger_projector.views.warehouse_balances import BLOCK_POSITIONS
from tests.support.frozen_figures import (
    BUCKETS,
    MONEY,
    Figures,
    FrozenFigures,
    ItemKey,
    added,
    nothing,
)
from tests.support.projecting import Projecting
from tests.support.recorded_changes import RecordedChanges
from tests.support.recorded_ledger import BEGIN, RecordedLedger
from tests.support.recorded_transfers import RecordedTransfers

Session = asyncpg.Connection
SHOP = "lamp-shop"
TENANT = f"/v1/tenants/{SHOP}"
WAREHOUSES = ("NORTH", "SOUTH", "EAST")
SKUS = ("LAMP", "TENT", "BOX")
MOVEMENTS = 2_600
TIMES = 25


async def get(client: httpx.AsyncClient, path: str, **parameters: Any) -> dict[str, Any]:  # noqa: ANN401 - of a query
    """Return the answer's JSON values; it has to be a good one."""
    response = await client.get(f"{TENANT}{path}", params=parameters)
    assert response.status_code == 200, response.text
    return dict(response.json())


def told(answer: dict[str, Any]) -> Figures:
    """Return the figures of an answer."""
    return {name: answer[name] for name in (*BUCKETS, *MONEY)}


def total(items: Iterable[Figures]) -> Figures:
    """Return the sum of items' figures."""
    sum_of_all = nothing()
    for figures in items:
        sum_of_all = added(sum_of_all, figures)
    return sum_of_all


class RandomTrade:
    """Movements of one shop at random: some backdated, some with a long pause before."""

    def __init__(self, ledger: RecordedLedger, seed: int) -> None:
        self._ledger = ledger
        self._choices = random.Random(seed)
        self._transfers = RecordedTransfers(ledger, SHOP)
        self._changes = RecordedChanges(ledger, SHOP)
        self._dispatched: list[str] = []
        for warehouse in WAREHOUSES:
            ledger.warehouse(SHOP, warehouse)

    def go_on(self) -> None:
        """Record one change, or the few of a transfer."""
        choices, ledger = self._choices, self._ledger
        if choices.random() < 0.02:
            ledger.now += timedelta(hours=choices.uniform(0, 300))
        ledger.now += timedelta(seconds=choices.choice((0, 1, 400)))
        warehouse, sku = choices.choice(WAREHOUSES), choices.choice(SKUS)
        available = ledger.stocks[SHOP, warehouse, sku].buckets[Bucket.AVAILABLE] // 1_000
        if available < 30:
            cost = choices.randrange(1, 90_000)
            ledger.receive(SHOP, warehouse, sku, choices.randrange(30, 90), unit_cost=cost)
            return
        units = choices.randrange(1, 9)
        match choices.randrange(8):
            case 0 | 1 | 2:
                ledger.issue(SHOP, warehouse, sku, units, effective_at=self._some_time_ago())
            case 3:
                self._changes.adjust(
                    warehouse,
                    sku,
                    choices.choice((-units, units)),
                    effective_at=self._some_time_ago(),
                )
            case 4:
                self._changes.damage(warehouse, sku, units)
            case 5:
                self._changes.correct_cost(warehouse, sku, choices.randrange(1, 90_000))
            case 6:
                value = choices.randrange(1, 90_000)
                ago = self._some_time_ago()
                self._changes.give_back(warehouse, sku, units, value=value, effective_at=ago)
            case _:
                self._transfer(sku)

    def _some_time_ago(self) -> datetime | None:
        if self._choices.random() < 0.6:
            return None
        ago = self._choices.choice((1, 600, 90_000, 3_000_000))
        return self._ledger.now - timedelta(seconds=self._choices.uniform(0, ago))

    def _transfer(self, sku: str) -> None:
        if self._ledger.stocks[SHOP, "NORTH", sku].buckets[Bucket.AVAILABLE] < 10_000:
            return
        name = f"T{len(self._ledger.events)}"
        self._transfers.create(name, **{sku: 7})
        self._transfers.dispatch(name, **{sku: 7})
        self._transfers.receive(name, "first", sku, received=3, damaged=1, short=1)
        if self._choices.random() < 0.5:
            self._transfers.cancel(name)


@pytest.mark.parametrize("seed", [1, 2])
async def test_random_past_times_are_told_as_they_were_known_and_as_they_were(
    client: httpx.AsyncClient,
    ledger: RecordedLedger,
    projecting: Projecting,
    owner: Session,
    seed: int,
) -> None:
    choices = random.Random(seed)
    trade, frozen = RandomTrade(ledger, seed), FrozenFigures()
    kept: list[tuple[datetime, dict[ItemKey, Figures]]] = []
    folded = 0
    while len(ledger.events) < MOVEMENTS:
        for _ in range(choices.choice((5, 50, 300))):
            trade.go_on()
        batch, folded = ledger.events[folded:], len(ledger.events)
        frozen.take(batch, SHOP)
        await projecting.fold(batch)
        kept.append((ledger.now, await _levels_now(owner)))

    assert len(ledger.events) > 2 * BLOCK_POSITIONS
    for at, levels in choices.sample(kept, min(len(kept), TIMES)):
        assert frozen.as_recorded(at) == levels
        await _assert_told(client, at, "recorded", levels)
        await _assert_told(client, at, "effective", frozen.as_effective(at))
    for at in choices.sample([*frozen.times, *frozen.effective], TIMES):
        await _assert_told(client, at, "recorded", frozen.as_recorded(at))
        await _assert_told(client, at, "effective", frozen.as_effective(at))


async def _levels_now(owner: Session) -> dict[ItemKey, Figures]:
    rows = await owner.fetch("select * from views.stock_levels where tenant_id = $1", SHOP)
    return {
        (row["warehouse_id"], row["sku"]): {
            **{name: quantity_to_wire(row[name]) for name in BUCKETS},
            **{name: money_to_wire(row[name]) for name in MONEY},
        }
        for row in rows
    }


async def _assert_told(
    client: httpx.AsyncClient, at: datetime, clock: str, expected: dict[ItemKey, Figures]
) -> None:
    asked = {"at": time_to_wire(at), "clock": clock}
    tenant = await get(client, "/as-of", **asked)
    as_of_answers.TenantAsOf.model_validate(tenant)
    assert told(tenant) == total(expected.values()), asked
    for warehouse in tenant["warehouses"]:
        name = warehouse["warehouse_id"]
        of_it = {key: figures for key, figures in expected.items() if key[0] == name}
        assert told(warehouse) == total(of_it.values()), (asked, name)
    items = (await get(client, "/warehouses/SOUTH/items/as-of", **asked))["items"]
    assert {(item["warehouse_id"], item["sku"]): told(item) for item in items} == {
        key: figures for key, figures in expected.items() if key[0] == "SOUTH"
    }, asked
    for sku in SKUS:
        item = await get(client, f"/items/NORTH/{sku}/as-of", **asked)
        as_of_answers.ItemAsOf.model_validate(item)
        figures = expected.get(("NORTH", sku), nothing())
        assert told(item) == figures, asked
        assert item["is_negative"] == any(value < 0 for value in figures.values())


async def test_what_was_backdated_before_its_stock_is_negative_and_flagged(
    client: httpx.AsyncClient, ledger: RecordedLedger, projecting: Projecting
) -> None:
    ledger.warehouse(SHOP, "NORTH")
    ledger.receive(SHOP, "NORTH", "LAMP", 10)
    ledger.issue(SHOP, "NORTH", "LAMP", 4, effective_at=BEGIN - timedelta(days=2))
    await projecting.fold(ledger.events)
    asked = {"at": time_to_wire(BEGIN - timedelta(days=1))}

    for path in ("/items/NORTH/LAMP/as-of", "/warehouses/NORTH/as-of", "/as-of"):
        as_it_was = await get(client, path, clock="effective", **asked)
        as_known = await get(client, path, **asked)

        assert (as_it_was["available"], as_it_was["is_negative"]) == (-4, True), path
        assert (as_known["available"], as_known["is_negative"]) == (0, False), path


async def test_an_item_tells_the_version_that_it_had(
    client: httpx.AsyncClient, ledger: RecordedLedger, projecting: Projecting
) -> None:
    received = ledger.receive(SHOP, "NORTH", "LAMP", 10)
    ledger.issue(SHOP, "NORTH", "LAMP", 4)
    await projecting.fold(ledger.events)

    then = await get(client, "/items/NORTH/LAMP/as-of", at=time_to_wire(received.recorded_at))
    before = await get(client, "/items/NORTH/LAMP/as-of", at=time_to_wire(BEGIN))

    assert (then["version"], then["position"], then["on_hand"]) == (1, 1, 10)
    assert (then["unit_cost"], then["value"]) == (2.5, 25)
    assert "version" not in before
    assert (before["on_hand"], before["unit_cost"]) == (0, 0)


async def test_pages_of_past_items_hold_every_item_once_and_none_that_came_later(
    client: httpx.AsyncClient, ledger: RecordedLedger, projecting: Projecting
) -> None:
    for number in range(7):
        ledger.receive(SHOP, "NORTH", f"LAMP-{number}", 10 + number)
    at = time_to_wire(ledger.now)
    ledger.receive(SHOP, "NORTH", "LAMP-10", 1)
    ledger.receive(SHOP, "NORTH", "LAMP-2", 1)
    await projecting.fold(ledger.events)
    seen: list[tuple[str, int]] = []
    cursor: str | None = ""
    while cursor is not None:
        more = {"cursor": cursor} if cursor else {}
        page = await get(client, "/warehouses/NORTH/items/as-of", at=at, limit=2, **more)
        as_of_answers.ItemsAsOf.model_validate(page)
        seen += [(item["sku"], item["on_hand"]) for item in page["items"]]
        cursor = page["next_cursor"]

    assert seen == [(f"LAMP-{number}", 10 + number) for number in range(7)]
