"""A recreated commands topic begins at offset 0: the answers to its predecessor make room."""

from collections.abc import Sequence
from dataclasses import replace

import asyncpg

from stockledger.audit.log_reader import read_heads
from stockledger.config import Settings
from stockledger.event_log.interface import BEFORE_ALL_OFFSETS
from stockledger.event_log.postgres import PostgresEventLog
from stockledger.statements import Connection
from stockledger_command_handler.adopt import Standing, Start, adopt_one
from tests.support.log_owner import LAMP, MONDAY, LogOwner, digest_of

Session = asyncpg.Connection

SLOWLY = """
    create function ledger.slowly() returns trigger language plpgsql as $$
    begin
        perform pg_sleep(0.6);
        return new;
    end $$;
    create trigger slowly before update on ledger.results
    for each row execute function ledger.slowly();
"""
LIMIT_SECONDS = 1
"""For a statement, on either side: less than two answers take that are moved slowly."""


async def answered(log: PostgresEventLog, *, sent: int, count: int) -> LogOwner:
    """Append so many answers, of which Kafka acknowledged the first."""
    owner = await LogOwner.take(log)
    for _ in range(count):
        await owner.append(LAMP)
    await log.append([replace(owner.batch(), answered_offset=sent)], MONDAY)
    return owner


async def adopt(log: PostgresEventLog, session: Connection, owner: LogOwner) -> None:
    """Adopt an empty topic."""
    head = (await log.heads())[owner.head.partition]
    await adopt_one(session, Standing(head, 0, 0, 0), Start.BEGINNING)
    owner.head = (await log.own([head.partition]))[head.partition]


async def offsets(log: PostgresEventLog, owner: LogOwner, first: int) -> Sequence[int]:
    """Return the offsets of a partition's answers from one on."""
    results = await log.read_results(owner.head.partition, first, 100)
    return [result.command_offset for result in results]


async def test_answers_move_below_zero_as_often_as_topics_are_recreated(
    postgres_log: PostgresEventLog, owner_session: Session
) -> None:
    owner = await answered(postgres_log, sent=3, count=3)
    await adopt(postgres_log, owner_session, owner)
    assert await offsets(postgres_log, owner, BEFORE_ALL_OFFSETS) == [-3, -2, -1]

    later = owner.batch(LAMP)
    later.results[0].digest = digest_of("a command of the new topic")
    await postgres_log.append([later], MONDAY)
    await adopt(postgres_log, owner_session, owner)

    assert await offsets(postgres_log, owner, BEFORE_ALL_OFFSETS) == [-7, -6, -5, -4]
    assert owner.head.next_offset == 0


async def test_answers_that_were_not_sent_are_sent_after_the_adoption(
    postgres_log: PostgresEventLog, owner_session: Session
) -> None:
    owner = await answered(postgres_log, sent=3, count=5)

    await adopt(postgres_log, owner_session, owner)

    assert await offsets(postgres_log, owner, owner.head.answered_offset) == [-2, -1]


async def test_answers_deleted_before_excuse_no_command_of_the_new_topic(
    postgres_log: PostgresEventLog, owner_session: Session
) -> None:
    owner = await answered(postgres_log, sent=3, count=3)
    partition = owner.head.partition
    await owner_session.execute("truncate ledger.deleted_results")
    await owner_session.execute("insert into ledger.deleted_results values ($1, 1, 2)", partition)

    await adopt(postgres_log, owner_session, owner)

    head = (await read_heads(owner_session))[partition]
    await owner_session.execute("truncate ledger.deleted_results")
    assert [head.has_deleted(offset) for offset in (-2, -1, 0)] == [True, False, False]
    assert head.deleted_position == 2


async def test_moving_answers_takes_as_long_as_it_takes(
    postgres_log: PostgresEventLog, owner_session: Session, ledger_settings: Settings
) -> None:
    owner = await answered(postgres_log, sent=2, count=2)
    limited = await asyncpg.connect(
        ledger_settings.postgres_dsn.get_secret_value(),
        command_timeout=LIMIT_SECONDS,
        server_settings={"statement_timeout": f"{LIMIT_SECONDS}s"},
    )
    await owner_session.execute(SLOWLY)
    try:
        await adopt(postgres_log, limited, owner)
    finally:
        await limited.close()
        await owner_session.execute("drop function ledger.slowly() cascade")

    assert await offsets(postgres_log, owner, BEFORE_ALL_OFFSETS) == [-2, -1]
