"""No statement of the notifier walks through a big table."""

import re
from collections.abc import Mapping
from typing import Final

import asyncpg

from stockledger_notifier import digests, figures, notices, outbox
from stockledger_notifier.settings import NotifierSettings
from tests.support.notifying import Notifying

COUNTS_MANY: Final = "waiting"
"""It looks at what is not finished, up to a number, and at all that is due."""

STATEMENTS: Final[Mapping[str, str]] = {
    **notices.SQL,
    **outbox.SQL,
    **digests.SQL,
    **{name: sql for name, sql in figures.SQL.items() if name != COUNTS_MANY},
}
TABLES: Final = "deliveries|notifications|recipients|templates|tenants|open_alerts|digests"


async def test_no_statement_walks_through_a_big_table(
    notifying: Notifying, settings: NotifierSettings
) -> None:
    owner = await asyncpg.connect(settings.postgres_dsn.get_secret_value())
    await owner.execute(_MANY)
    await owner.execute("analyze")
    await owner.close()
    await check_plans(notifying)


async def test_plans_made_while_the_tables_are_empty_are_good_when_they_have_grown(
    notifying: Notifying,
) -> None:
    await check_plans(notifying)


async def check_plans(notifying: Notifying) -> None:
    """Check that each statement goes to its rows by their keys."""
    for name, statement in STATEMENTS.items():
        plan = await plan_of(notifying, statement)
        assert not re.findall(rf"Seq Scan on ({TABLES})", plan), f"{name}\n{plan}"
        assert "Bitmap" not in plan, f"{name}\n{plan}"
        assert "Hash Join" not in plan, f"{name}\n{plan}"
        assert "hashed SubPlan" not in plan, f"{name}\n{plan}"


async def test_what_is_due_is_found_at_the_front_of_an_index(notifying: Notifying) -> None:
    plan = await plan_of(notifying, outbox.SQL["claim"])
    found = r"Index .*Scan using deliveries_due.*\n.*destination = .*next_attempt_at <= "
    assert re.search(found, plan), plan


async def plan_of(notifying: Notifying, statement: str) -> str:
    """Return the plan that the notifier's own sessions use, whatever the arguments are."""
    arguments = ", ".join(["null"] * len(set(re.findall(r"\$\d+", statement))))
    called = f"({arguments})" if arguments else ""
    async with notifying.pool.acquire() as session:
        await session.execute(f"prepare explained as {statement}")
        rows = await session.fetch(f"explain execute explained {called}")
        await session.execute("deallocate explained")
    return "\n".join(row[0] for row in rows)


_MANY = """
with filled as (
    insert into notices.recipients
        (partition, tenant_id, recipient_id, channel, address, settings, is_verified)
    select number % 4, 'shop-' || number, 'anna', 'EMAIL', 'anna@acme.example', '{}', true
    from generate_series(1, 5000) as number
), open as (
    insert into notices.open_alerts (
        partition, tenant_id, about, kind, severity, warehouse_id, rank, position, raised_at, facts
    )
    select number % 4, 'shop-' || number % 500, 'A' || number, 'LOW_STOCK', 'WARNING', 'NORTH', 1,
        number, clock_timestamp(), '{}'
    from generate_series(1, 20000) as number
), told as (
    insert into notices.notifications (
        partition, position, recipient_id, channel, tenant_id, wording, subject, severity, rank,
        status, about
    )
    select number % 4, number, 'anna', 'EMAIL', 'shop-' || number % 500, 'alert_raised',
        'LOW_STOCK', 'WARNING', 1, 'COLLECTED', 'A' || number
    from generate_series(1, 20000) as number
)
insert into notices.deliveries (
    delivery_id, position, occurred_at, partition, tenant_id, channel, destination, address,
    severity, recipient_id, facts, about, status
)
select gen_random_uuid(), number, clock_timestamp(), number % 4, 'shop-' || number % 500,
    'WEBHOOK', 'host-' || number % 50, 'https://a.example', 'WARNING', 'shop', '{}', 'A' || number,
    (array['PENDING', 'DELIVERED', 'DEAD'])[number % 3 + 1]
from generate_series(1, 20000) as number
"""
