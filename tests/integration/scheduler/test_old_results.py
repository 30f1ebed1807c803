"""Answers past retention go, and no answer that a repeat may still ask for."""

from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from prometheus_client import CollectorRegistry
from pydantic import ValidationError

from stockledger.database import SCHEDULER_ROLE, open_pool
from stockledger_scheduler import old_results
from stockledger_scheduler.metrics import SchedulerMetrics
from stockledger_scheduler.old_results import OldResults
from stockledger_scheduler.settings import SchedulerSettings
from tests.support.installation import Installation
from tests.support.keeping import Keeping
from tests.support.ledger_clock import shift_ledger_clock
from tests.support.shop import Shop

Session = asyncpg.Connection
DAYS_8 = timedelta(days=8)


def old_results_of(keeping: Keeping, *partitions: int, rows_max: int = 1_000) -> OldResults:
    metrics = SchedulerMetrics(CollectorRegistry())
    return OldResults(keeping.pool, lambda: partitions, DAYS_8, metrics, rows_max)


async def answer(owner: Session, partition: int, count: int, days_old: float) -> None:
    """Store published answers that were decided so long ago."""
    await owner.execute(_ANSWERS, partition, count, timedelta(days=days_old))


async def offsets(owner: Session, partition: int) -> list[int]:
    rows = await owner.fetch(
        "select command_offset from ledger.results where partition = $1 order by 1", partition
    )
    return [row[0] for row in rows]


async def test_only_answers_past_retention_are_deleted(keeping: Keeping, owner: Session) -> None:
    await answer(owner, 0, 5, days_old=8.1)
    await answer(owner, 0, 3, days_old=7.9)

    assert await old_results_of(keeping, 0).delete() == 5

    assert await offsets(owner, 0) == [5, 6, 7]
    assert await old_results_of(keeping, 0).delete() == 0


async def test_many_go_in_several_transactions(keeping: Keeping, owner: Session) -> None:
    await answer(owner, 0, 25, days_old=9)
    await answer(owner, 1, 20, days_old=9)
    await answer(owner, 1, 1, days_old=1)
    await answer(owner, 2, 1, days_old=9)

    assert await old_results_of(keeping, 0, 1, rows_max=10).delete() == 45

    assert [await offsets(owner, partition) for partition in range(3)] == [[], [20], [0]]


async def test_answers_to_a_topic_that_was_recreated_since_go_first(
    keeping: Keeping, owner: Session
) -> None:
    await answer(owner, 0, 3, days_old=9)
    await owner.execute("update ledger.results set command_offset = command_offset - 5")
    await answer(owner, 0, 1, days_old=9)

    assert await old_results_of(keeping, 0, rows_max=2).delete() == 4

    assert await offsets(owner, 0) == []


async def test_what_is_not_published_yet_stays(keeping: Keeping, owner: Session) -> None:
    await answer(owner, 0, 4, days_old=9)
    await owner.execute("update ledger.log_partitions set answered_offset = 3 where partition = 0")

    assert await old_results_of(keeping, 0).delete() == 3

    assert await offsets(owner, 0) == [3]


async def test_what_is_deleted_is_written_down(keeping: Keeping, owner: Session) -> None:
    await answer(owner, 0, 4, days_old=9)
    await old_results_of(keeping, 0).delete()
    await answer(owner, 0, 2, days_old=9)
    await old_results_of(keeping, 0).delete()

    (noted,) = await owner.fetch("select * from ledger.deleted_results")
    assert tuple(noted) == (0, 5, 105)


async def test_no_setting_deletes_what_may_still_be_repeated(
    keeping: Keeping, owner: Session
) -> None:
    with pytest.raises(ValidationError):
        SchedulerSettings(results_retention_days=7)
    await answer(owner, 0, 1, days_old=7.1)
    await answer(owner, 0, 1, days_old=7)

    await keeping.pool.fetch(old_results.SQL["delete"], 0, 0, timedelta(0), 100)

    assert await offsets(owner, 0) == [1]


async def test_deleting_reads_the_oldest_answers_only(keeping: Keeping, owner: Session) -> None:
    await answer(owner, 0, 20_000, days_old=9)
    await owner.execute("analyze ledger.results")
    async with keeping.pool.acquire() as session, session.transaction():
        await session.fetch(old_results.SQL["delete"], 0, 0, DAYS_8, 100)
        read = await session.fetchrow(
            "select seq_scan, idx_tup_fetch from pg_stat_xact_all_tables"
            " where schemaname = 'ledger' and relname = 'results_0'"
        )
    assert read is not None
    assert read["seq_scan"] == 0
    assert read["idx_tup_fetch"] <= 200


async def test_a_repeat_is_answered_from_store_until_it_is_refused_for_its_age(
    installation: Installation, shop: Shop
) -> None:
    installation.handler().wait_ready()
    north = {"warehouse_id": "NORTH", "name": "North", "code": "N"}
    first = shop.ask("CreateWarehouse", north, ce_id="c1")
    shop.ask("ConfigureTenant", {"currency": "EUR"}, ce_id="c2")  # the first is published by now
    stamped = first.headers["ce_time"].decode()

    async with await open_pool(
        SchedulerSettings.model_validate(installation.settings.model_dump()),
        role=SCHEDULER_ROLE,
        size=1,
    ) as pool:
        session = await asyncpg.connect(installation.dsn)
        results = old_results_of(Keeping(pool), *range(installation.settings.partitions))
        for days, deleted in ((6.9, 0), (8.1, 2)):
            await shift_ledger_clock(session, ahead=timedelta(days=days))
            assert await results.delete() == deleted
            shop.publish("CreateWarehouse", north, ce_id="c1", ce_time=stamped)
            shop.answers_to([shop.publish("ConfigureTenant", {}, ce_time=in_days(days))])
        await session.close()

    answers = shop.read_answers()["c1"]
    assert [answer.code for answer in answers] == [None, None, "INVENTORY_COMMAND_TOO_OLD"]
    assert answers[1].data == first.data


def in_days(days: float) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).isoformat()


_ANSWERS = """
with row as (
    update ledger.log_partitions
    set next_offset = next_offset + $2, answered_offset = next_offset + $2
    where partition = $1
    returning next_offset
)
insert into ledger.results (
    partition, command_offset, decided_at, digest, body_hash, tenant_id, type, data, metadata
)
select
    $1, next_offset - $2 + number - 1, ledger.ledger_now() - $3::interval, gen_random_uuid(),
    'hash', 'lamp-shop', 'stockledger.CommandAccepted.v1',
    json_build_object('position', 100 + next_offset - $2 + number - 1), '{}'
from row, generate_series(1, $2::int) as number
"""
