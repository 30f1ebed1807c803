"""Following the events topic: repeats, gaps, lost topics, zombies, events of a newer release."""

import asyncio
from dataclasses import replace

import asyncpg
import pytest
from prometheus_client import CollectorRegistry

from stockledger_projector.app import ProjectorWorker
from stockledger_projector.settings import ProjectorSettings
from tests.support.following import following_projector
from tests.support.projecting import rows_of
from tests.support.recorded_ledger import RecordedLedger
from tests.support.recorded_transport import publish, store
from tests.support.waiting import wait_until_async

SHOP = "lamp-shop"
OTHER_SHOP = "tent-shop"
NEWER = "stockledger.StockTeleported.v1"


def record_trade(ledger: RecordedLedger, times: int) -> None:
    """Record some trade in two partitions."""
    for number in range(times):
        for shop in (SHOP, OTHER_SHOP):
            ledger.receive(shop, "NORTH", f"LAMP-{number % 5}", 10)
            ledger.issue(shop, "NORTH", f"LAMP-{number % 5}", 3)


async def test_events_of_all_partitions_end_in_the_views(
    following: ProjectorSettings, ledger: RecordedLedger
) -> None:
    record_trade(ledger, 50)
    await publish(following, ledger.events)

    async with following_projector(following) as projector:
        await projector.reached(200)

        levels = await rows_of(projector.session, "views.stock_levels")
        assert {row["available"] for row in levels} == {70_000}
        assert len(levels) == 10
        assert len(await rows_of(projector.session, "views.movements")) == 200
        assert projector.worker.unready() is None


async def test_a_repeated_event_is_dropped(
    following: ProjectorSettings, ledger: RecordedLedger
) -> None:
    record_trade(ledger, 5)
    for repeated in (ledger.events, ledger.events[:7], ledger.events, ledger.events[:4]):
        await publish(following, repeated)

    async with following_projector(following) as projector:
        await projector.reached(20)

        levels = await rows_of(projector.session, "views.stock_levels")
        assert {row["available"] for row in levels} == {7_000}
        assert len(await rows_of(projector.session, "views.movements")) == 20


async def test_a_gap_in_the_topic_is_filled_from_the_log(
    following: ProjectorSettings, ledger: RecordedLedger
) -> None:
    record_trade(ledger, 10)
    await store(following, ledger.events)
    missing = ledger.events[8:20]
    await publish(following, [event for event in ledger.events if event not in missing])

    async with following_projector(following) as projector:
        await projector.reached(40)

        shown = [
            (row["partition"], row["position"])
            for row in await rows_of(projector.session, "views.movements")
        ]
        assert sorted(shown) == sorted((each.partition, each.position) for each in ledger.events)


async def test_a_lost_topic_is_made_up_for_by_the_log(
    following: ProjectorSettings, ledger: RecordedLedger
) -> None:
    record_trade(ledger, 5)
    await publish(following, ledger.events)
    async with following_projector(following) as projector:
        await projector.reached(20)
        await projector.session.execute("update views.positions set next_offset = 1000000")
    record_trade(ledger, 5)
    await store(following, ledger.events)

    async with following_projector(following) as projector:
        await projector.reached(40)


async def test_after_a_restart_it_goes_on_where_it_was(
    following: ProjectorSettings, ledger: RecordedLedger
) -> None:
    record_trade(ledger, 5)
    await publish(following, ledger.events)
    async with following_projector(following) as projector:
        await projector.reached(20)
    record_trade(ledger, 5)
    await publish(following, ledger.events[20:])

    async with following_projector(following) as projector:
        await projector.reached(40)

        assert len(await rows_of(projector.session, "views.movements")) == 40


async def test_a_projector_that_was_overtaken_begins_again_and_changes_nothing_twice(
    following: ProjectorSettings, ledger: RecordedLedger
) -> None:
    record_trade(ledger, 5)
    await store(following, ledger.events)
    await publish(following, ledger.events)
    async with following_projector(following) as projector:
        await projector.reached(20)
        await projector.session.execute(
            "update views.positions set position = position - 1 where position > 0"
        )
        ledger.receive(SHOP, "NORTH", "LAMP-0", 1)
        await store(following, ledger.events[20:])
        await publish(following, ledger.events[20:])

        await asyncio.wait({projector.running}, timeout=20)
        failure = projector.running.exception()

    assert "others read on" in str(failure)
    async with following_projector(following) as projector:
        await projector.reached(21)
        assert len(await rows_of(projector.session, "views.movements")) == 21


async def test_an_event_of_a_newer_release_ends_the_following_and_is_never_skipped(
    following: ProjectorSettings, ledger: RecordedLedger
) -> None:
    ledger.receive(SHOP, "NORTH", "LAMP", 10)
    unknown = replace(ledger.receive(SHOP, "NORTH", "LAMP", 10), type=NEWER)
    ledger.issue(SHOP, "NORTH", "LAMP", 5)
    await publish(following, [ledger.events[0], unknown, ledger.events[2]])

    async with following_projector(following) as projector:
        await projector.reached(1)

        async def has_stopped() -> bool:
            return NEWER in (projector.worker.unready() or "")

        await wait_until_async(has_stopped, "not ready, for the newer event's sake")
        assert projector.worker.progress.stalled() is None
        await projector.reached(1)


async def test_a_new_batch_is_shown_by_the_metrics(
    following: ProjectorSettings, ledger: RecordedLedger
) -> None:
    record_trade(ledger, 5)
    await publish(following, ledger.events)
    registry = CollectorRegistry()
    worker = ProjectorWorker(following, registry)
    running = asyncio.create_task(worker.run())
    topic = {"topic": f"{following.topic_prefix}inventory.events.v1"}
    place = {**topic, "partition": str(ledger.events[0].partition)}

    async def is_shown() -> bool:
        lag = registry.get_sample_value("inventory_consumer_lag_records", place)
        return lag == 0 and registry.get_sample_value("inventory_batch_records_sum", topic) == 20

    await wait_until_async(is_shown, "no lag, and twenty records in batches")
    await worker.drain()
    await asyncio.wait_for(running, 10)


async def test_a_batch_that_fails_at_once_is_seen_to_stand_still_however_often_it_begins_again(
    following: ProjectorSettings, ledger: RecordedLedger
) -> None:
    ledger.receive(SHOP, "NORTH", "LAMP", 10)
    await publish(following, ledger.events)
    owner = await asyncpg.connect(following.postgres_dsn.get_secret_value())
    await owner.execute("revoke insert on views.movements from stockledger_projector")
    await owner.close()
    registry = CollectorRegistry()
    worker = ProjectorWorker(following, registry)
    topic = f"{following.topic_prefix}inventory.events.v1"
    place = {"topic": topic, "partition": str(ledger.events[0].partition)}
    progressed = set[float | None]()

    for _ in range(2):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await worker.run()
        assert registry.get_sample_value("inventory_consumer_lag_records", place) == 1
        name = "inventory_last_progress_timestamp_seconds"
        progressed.add(registry.get_sample_value(name, place))

    assert len(progressed - {None}) == 1
