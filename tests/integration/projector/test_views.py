"""The views on a real PostgreSQL: what events make of them."""

from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from stockledger.errors import OwnershipLost
from stockledger_projector.settings import ProjectorSettings
from tests.support.projecting import Projecting, rows_of
from tests.support.recorded_ledger import BEGIN, RecordedLedger

Session = asyncpg.Connection
SHOP = "lamp-shop"


async def test_a_level_says_what_the_last_event_said(
    ledger: RecordedLedger, projecting: Projecting, owner: Session
) -> None:
    ledger.configure(SHOP, "NORTH", "LAMP", category="lights", reorder_point=5, maximum=100)
    ledger.receive(SHOP, "NORTH", "LAMP", 40, unit_cost=25_000)
    ledger.issue(SHOP, "NORTH", "LAMP", 10)
    ledger.move_bin(SHOP, "NORTH", "LAMP", "A-7")

    await projecting.fold(ledger.events)

    (lamp,) = await rows_of(owner, "views.stock_levels")
    assert lamp["available"] == lamp["on_hand"] == 30_000
    assert lamp["value"] == 30 * 25_000
    assert (lamp["name"], lamp["category"], lamp["bin"]) == ("Lamp", "lights", "A-7")
    assert (lamp["version"], lamp["position"]) == (4, 4)
    assert lamp["updated_at"] == ledger.now


async def test_batches_of_any_size_make_the_same_views(
    ledger: RecordedLedger, projecting: Projecting, owner: Session
) -> None:
    ledger.warehouse(SHOP, "NORTH")
    for number in range(20):
        sku = f"LAMP-{number % 3}"
        if number < 3:
            ledger.configure(SHOP, "NORTH", sku, maximum=50)
        ledger.receive(SHOP, "NORTH", sku, 5 + number)
        ledger.issue(SHOP, "NORTH", sku, 2)
    await projecting.fold(ledger.events)
    at_once = {name: await rows_of(owner, f"views.{name}") for name in _VIEWS}
    await owner.execute("truncate views.positions, views.stock_levels, views.movements")
    await owner.execute("truncate views.warehouses")

    for event in ledger.events:
        await projecting.fold([event])

    assert {name: await rows_of(owner, f"views.{name}") for name in _VIEWS} == at_once
    assert len(at_once["movements"]) == 40


_VIEWS = ("stock_levels", "movements", "warehouses")


@pytest.mark.parametrize(
    ("on_hand", "maximum", "reorder_point", "flags"),
    [
        (0, 100, None, ["OUT_OF_STOCK"]),
        (20, 100, None, ["LOW_STOCK"]),
        (21, 100, None, []),
        (5, None, 5, ["LOW_STOCK", "REORDER_NEEDED"]),
        (5, 100, 10, ["LOW_STOCK", "REORDER_NEEDED"]),
        (6, None, 5, []),
        (101, 100, None, ["OVERSTOCK"]),
        (1, None, None, []),
    ],
)
async def test_flags_follow_from_figures_and_thresholds(
    ledger: RecordedLedger,
    projecting: Projecting,
    on_hand: int,
    maximum: int | None,
    reorder_point: int | None,
    flags: list[str],
) -> None:
    ledger.configure(SHOP, "NORTH", "LAMP", maximum=maximum, reorder_point=reorder_point)
    if on_hand:
        ledger.receive(SHOP, "NORTH", "LAMP", on_hand)

    await projecting.fold(ledger.events)

    assert projecting.levels.snapshots[SHOP, "NORTH", "LAMP"]["flags"] == flags


async def test_a_snapshot_is_published_once_an_item_though_settings_and_figures_changed(
    ledger: RecordedLedger, projecting: Projecting
) -> None:
    ledger.configure(SHOP, "NORTH", "LAMP")
    ledger.receive(SHOP, "NORTH", "LAMP", 3, unit_cost=10_000)
    ledger.configure(SHOP, "NORTH", "LAMP", maximum=2)

    await projecting.fold(ledger.events)

    snapshot = projecting.levels.snapshots[SHOP, "NORTH", "LAMP"]
    assert (snapshot["version"], snapshot["available"], snapshot["unit_cost"]) == (3, 3, 1)
    assert snapshot["flags"] == ["OVERSTOCK"]


async def test_a_movement_shows_both_entries_and_both_times(
    ledger: RecordedLedger, projecting: Projecting, owner: Session
) -> None:
    ledger.receive(SHOP, "NORTH", "LAMP", 10)
    ledger.actor = "anna"
    backdated = BEGIN - timedelta(days=2)
    ledger.issue(SHOP, "NORTH", "LAMP", 4, order="O-7", effective_at=backdated)

    await projecting.fold(ledger.events)

    received, issued = await rows_of(owner, "views.movements")
    assert (received["kind"], received["from_bucket"], received["to_bucket"]) == (
        "received",
        "supplier",
        "available",
    )
    assert (received["from_before"], received["from_after"]) == (0, -10_000)
    assert (received["unit_cost"], received["effective_at"]) == (25_000, None)
    assert (issued["from_before"], issued["from_after"]) == (10_000, 6_000)
    assert (issued["to_bucket"], issued["to_after"]) == ("customer", 4_000)
    assert (issued["reference_type"], issued["reference_id"]) == ("order", "O-7")
    assert (issued["actor"], issued["effective_at"]) == ("anna", backdated)
    assert issued["command"] == f"/shop/c{issued['partition']}-2"


async def test_each_month_has_its_table_and_the_first_movement_makes_it(
    ledger: RecordedLedger, projecting: Projecting, owner: Session
) -> None:
    ledger.now = datetime(2026, 10, 31, 23, 59, 59, 998_000, tzinfo=UTC)
    ledger.receive(SHOP, "NORTH", "LAMP", 1)
    ledger.receive(SHOP, "NORTH", "LAMP", 1)

    await projecting.fold(ledger.events)

    assert await owner.fetchval("select count(*) from views.movements_2026_10") == 1
    assert await owner.fetchval("select count(*) from views.movements_2026_11") == 1


async def test_warehouses_know_description_activity_and_the_default(
    ledger: RecordedLedger, projecting: Projecting, owner: Session
) -> None:
    opened = ledger.warehouse(SHOP, "NORTH")
    ledger.warehouse(SHOP, "SOUTH", name="South")
    ledger.make_default(SHOP, "NORTH")
    await projecting.fold(ledger.events)
    before = len(ledger.events)
    ledger.rename(SHOP, "NORTH", "Far North")
    ledger.activate(SHOP, "SOUTH", active=False)
    ledger.make_default(SHOP, "SOUTH")

    await projecting.fold(ledger.events[before:])

    north, south = await rows_of(owner, "views.warehouses")
    assert (north["name"], north["is_active"], north["is_default"]) == ("Far North", True, False)
    assert (north["created_at"], north["version"]) == (opened.recorded_at, 2)
    assert (south["name"], south["is_active"], south["is_default"]) == ("South", False, True)


async def test_a_batch_that_another_process_has_folded_changes_nothing(
    ledger: RecordedLedger, projecting: Projecting, owner: Session
) -> None:
    ledger.receive(SHOP, "NORTH", "LAMP", 10)
    await projecting.fold(ledger.events)
    before = {name: await rows_of(owner, f"views.{name}") for name in _VIEWS}

    with pytest.raises(OwnershipLost):
        await projecting.fold(ledger.events)

    assert {name: await rows_of(owner, f"views.{name}") for name in _VIEWS} == before


async def test_a_batch_fails_whole_when_only_one_of_its_partitions_was_lost(
    ledger: RecordedLedger, projecting: Projecting, owner: Session
) -> None:
    ledger.receive("lamp-shop", "NORTH", "LAMP", 10)
    ledger.receive("tent-shop", "NORTH", "TENT", 10)
    assert len({event.partition for event in ledger.events}) == 2
    await projecting.fold(ledger.events[:1])

    with pytest.raises(OwnershipLost):
        await projecting.fold(ledger.events)

    assert [row["sku"] for row in await rows_of(owner, "views.stock_levels")] == ["LAMP"]


async def test_the_projector_can_change_views_and_nothing_else(
    settings: ProjectorSettings, projecting: Projecting
) -> None:
    del settings
    async with projecting.pool.acquire() as session:
        for statement in (
            "insert into ledger.log_partitions (partition) values (99)",
            "delete from views.stock_levels",
            "drop table views.stock_levels",
            "select views.swap_shadow('stock_levels')",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await session.execute(statement)
