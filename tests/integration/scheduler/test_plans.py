"""No statement of the scheduler walks through a big table."""

import re
from datetime import timedelta
from typing import Final

import asyncpg
import pytest

from stockledger import positions
from stockledger_scheduler import old_results, timers
from tests.support.keeping import Keeping

Session = asyncpg.Connection
COUNTS_MANY: Final = "figures"
STATEMENTS: Final = {
    **{name: sql for name, sql in timers.SQL.items() if name != COUNTS_MANY},
    "advance": positions.SQL["advance"],
    "delete": old_results.SQL["delete"],
}
"""What the function behind `delete` reads is looked at beside the other tests of old answers."""


@pytest.fixture
async def filled(keeping: Keeping, owner: Session) -> Keeping:
    """Tables large enough that walking through them would be a mistake."""
    await owner.execute(_MANY_TIMERS)
    await owner.execute("analyze timers.timers, timers.calendars")
    return keeping


async def test_no_statement_walks_through_a_big_table(filled: Keeping) -> None:
    await check_plans(filled)
    await check_fronts(filled)


async def test_plans_made_while_the_tables_are_empty_are_good_when_they_have_grown(
    keeping: Keeping,
) -> None:
    await check_plans(keeping)
    await check_fronts(keeping)


async def check_plans(keeping: Keeping) -> None:
    """Check that each statement goes to its rows by their keys."""
    for name, statement in STATEMENTS.items():
        plan = await plan_of(keeping, statement)
        assert not re.findall(r"Seq Scan on (timers|calendars)", plan), f"{name}\n{plan}"
        assert "Bitmap" not in plan, f"{name}\n{plan}"
        assert "Hash" not in plan, f"{name}\n{plan}"


async def check_fronts(keeping: Keeping) -> None:
    """Check that each room is read in the order of its own index, and from a time on."""
    for name, within in (("due", ".*>=.*<="), ("figures", "")):
        plan = await plan_of(keeping, timers.SQL[name])
        for room in ("reservations", "others", "reorders", "put_off"):
            scan = rf"Index Scan using timers_{room} .*\n.*partition = {within}"
            assert re.search(scan, plan), f"{name} {room}\n{plan}"
        assert plan.count("Sort  (") <= 1, plan


async def test_what_is_due_is_asked_without_reading_what_is_not(
    filled: Keeping, owner: Session
) -> None:
    assert len((await filled.due([1], 500)).timers) == 500
    await owner.execute("update timers.timers set due = due + $1", timedelta(days=400))
    assert (await filled.due([1])).timers == []


async def plan_of(keeping: Keeping, statement: str) -> str:
    """Return the plan that the scheduler's own sessions use, whatever the arguments are."""
    arguments = ", ".join(["null"] * len(set(re.findall(r"\$\d+", statement))))
    async with keeping.pool.acquire() as session:
        await session.execute(f"prepare explained as {statement}")
        rows = await session.fetch(f"explain execute explained ({arguments})")
        await session.execute("deallocate explained")
    return "\n".join(row[0] for row in rows)


_MANY_TIMERS = """
with filled as (
    insert into timers.calendars (partition, tenant_id)
    select number % 4, 'shop-' || number from generate_series(1, 5000) as number
)
insert into timers.timers (partition, tenant_id, kind, id, due)
select number % 4, 'shop-' || number % 500, 'reservation', 'R' || number,
    clock_timestamp() + (number - 10000) * interval '1 second'
from generate_series(1, 20000) as number
"""
