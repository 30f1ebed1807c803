"""Positions have no gaps and stand in the order of commits, because numbering is under a lock."""

import asyncio
from pathlib import Path

from asyncpg.transaction import Transaction

from stockledger.event_log import postgres
from stockledger.event_log.columns import append_arguments
from stockledger.event_log.postgres import PostgresEventLog
from stockledger.statements import Connection, load_statements
from tests.support.log_owner import CHAIR, CHAIR_KEY, LAMP, LAMP_KEY, MONDAY, LogOwner, new_event
from tests.support.waiting import wait_until_async

APPEND = load_statements(Path(postgres.__file__).with_suffix(".sql"))["append"]


async def _somebody_waits_for_a_lock(session: Connection) -> bool:
    return bool(
        await session.fetchval(
            "select count(*) from pg_stat_activity where wait_event_type = 'Lock' "
            "and datname = current_database()"
        )
    )


async def _stall(session: Connection, owner: LogOwner) -> Transaction:
    """Append a lamp's first event in a transaction that stays open."""
    transaction = session.transaction()
    await transaction.start()
    await session.execute(APPEND, *append_arguments([owner.batch(LAMP)], MONDAY))
    return transaction


async def test_a_stalled_append_holds_the_next_one_back(
    postgres_log: PostgresEventLog, owner_session: Connection
) -> None:
    owner = await LogOwner.take(postgres_log)
    stalled = await _stall(owner_session, owner)
    next_one = asyncio.create_task(postgres_log.append_to_stream(CHAIR_KEY, 0, [new_event(CHAIR)]))
    await wait_until_async(lambda: _somebody_waits_for_a_lock(owner_session), "the next one waits")

    assert await postgres_log.read_partition(owner.head.partition, 1, 10) == []

    await stalled.commit()
    await next_one
    events = await postgres_log.read_partition(owner.head.partition, 1, 10)
    assert [(event.position, event.stream) for event in events] == [(1, LAMP), (2, CHAIR)]


async def test_an_append_rolled_back_leaves_no_hole(
    postgres_log: PostgresEventLog, owner_session: Connection
) -> None:
    owner = await LogOwner.take(postgres_log)
    stalled = await _stall(owner_session, owner)
    next_one = asyncio.create_task(postgres_log.append_to_stream(CHAIR_KEY, 0, [new_event(CHAIR)]))
    await wait_until_async(lambda: _somebody_waits_for_a_lock(owner_session), "the next one waits")

    await stalled.rollback()
    await next_one

    events = await postgres_log.read_partition(owner.head.partition, 1, 10)
    assert [(event.position, event.stream) for event in events] == [(1, CHAIR)]


async def test_owning_waits_for_the_append_under_way(
    postgres_log: PostgresEventLog, owner_session: Connection
) -> None:
    owner = await LogOwner.take(postgres_log)
    stalled = await _stall(owner_session, owner)
    taking_over = asyncio.create_task(postgres_log.own([owner.head.partition]))
    await wait_until_async(lambda: _somebody_waits_for_a_lock(owner_session), "the owner waits")

    await stalled.commit()

    head = (await taking_over)[owner.head.partition]
    assert (head.epoch, head.next_position, head.next_offset) == (2, 2, 1)
    assert await postgres_log.stream_version(LAMP_KEY) == 1
