"""Every statement of the log has a plan that stays good when the tables grow."""

import re
from collections.abc import AsyncGenerator
from itertools import pairwise
from pathlib import Path

import asyncpg
import pytest

import stockledger.event_log
from stockledger.config import Settings
from stockledger.database import LEDGER_ROLE, open_pool
from stockledger.event_log.postgres import PostgresEventLog
from stockledger.statements import Connection, load_statements
from tests.support.log_owner import CHAIR, LAMP, LogOwner

STATEMENTS = {
    name: sql
    for file in sorted(Path(stockledger.event_log.__file__).parent.glob("*.sql"))
    for name, sql in load_statements(file).items()
}
BIG_TABLES = ("events", "streams", "results")


async def _plan(session: Connection, sql: str) -> list[str]:
    parameters = len(set(re.findall(r"\$\d+", sql)))
    arguments = f"({', '.join(['null'] * parameters)})" if parameters else ""
    await session.execute(f"prepare explained as {sql}")
    plan = await session.fetch(f"explain execute explained{arguments}")
    await session.execute("deallocate explained")
    return [line for (line,) in plan]


def _whole_reads(plan: list[str]) -> list[str]:
    """Return the lines that read, or sort, a big table from end to end."""
    return [
        line
        for line in plan
        if "Seq Scan on " in line and line.split("Seq Scan on ")[1].startswith(BIG_TABLES)
    ]


def test_there_are_statements() -> None:
    assert {"append", "lookup", "load_streams", "own"} <= STATEMENTS.keys()


@pytest.fixture
async def handlers_session(ledger_settings: Settings) -> AsyncGenerator[Connection]:
    """A session as the command handler has it."""
    async with (
        await open_pool(ledger_settings, role=LEDGER_ROLE, size=1) as pool,
        pool.acquire() as session,
    ):
        yield session


@pytest.mark.parametrize("name", STATEMENTS)
async def test_no_statement_reads_a_big_table_whole(
    name: str,
    postgres_log: PostgresEventLog,
    owner_session: Connection,
    handlers_session: Connection,
) -> None:
    assert _whole_reads(await _plan(handlers_session, STATEMENTS[name])) == []

    owner = await LogOwner.take(postgres_log)
    await owner.append(*([LAMP, CHAIR] * 500))
    await owner_session.execute("analyze ledger.events, ledger.streams, ledger.results")

    assert _whole_reads(await _plan(handlers_session, STATEMENTS[name])) == []


@pytest.mark.parametrize("name", ["lookup", "load_streams"])
async def test_what_a_batch_asks_for_is_found_by_whole_keys(
    name: str, handlers_session: Connection
) -> None:
    plan = await _plan(handlers_session, STATEMENTS[name])

    conditions = [
        condition.strip()
        for scan, condition in pairwise(plan)
        if "Index Scan using" in scan and "Index Cond:" in condition
    ]
    assert len(conditions) >= 4
    assert all("partition = key.partition" in condition for condition in conditions)
    assert all(" AND " in condition for condition in conditions)
    assert not [line for line in plan if "Hash" in line or "Merge Join" in line]


async def test_many_streams_are_looked_for_by_whole_keys(handlers_session: Connection) -> None:
    plan = await _plan(handlers_session, STATEMENTS["existing_streams"])

    assert any("Index Cond:" in line and " AND " in line for line in plan)
    assert not [line for line in plan if "Hash" in line or "Merge Join" in line]


async def test_names_are_looked_for_between_their_first_and_their_last(
    handlers_session: Connection,
) -> None:
    await handlers_session.execute("set plan_cache_mode = force_generic_plan")
    await handlers_session.execute(f"prepare names as {STATEMENTS['stream_names']}")
    rows = await handlers_session.fetch(
        "explain execute names(0, 'shop', 'item/', 10, 'item/NORTH/')"
    )

    conditions = {line for (line,) in rows if "Cond:" in line or "Filter:" in line}
    assert conditions
    assert all("(stream > " in line and "(stream < " in line for line in conditions), conditions


async def test_the_handlers_role_cannot_change_what_is_recorded(
    postgres_log: PostgresEventLog, owner_session: Connection
) -> None:
    await LogOwner.take(postgres_log)
    await owner_session.execute("set role stockledger_ledger")

    for change in (
        "delete from ledger.events",
        "update ledger.events set data = '{}'",
        "delete from ledger.results",
        "update ledger.results set data = '{}'",
        "delete from ledger.log_partitions",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await owner_session.execute(change)


@pytest.mark.parametrize("role", ["stockledger_projector", "stockledger_api"])
async def test_other_roles_write_nothing_into_the_log(
    role: str, postgres_log: PostgresEventLog, owner_session: Connection
) -> None:
    await LogOwner.take(postgres_log)
    await owner_session.execute(f"set role {role}")

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await owner_session.fetch("select * from ledger.own_partitions(array[0])")
    assert await owner_session.fetchval("select ledger.ledger_now()")
