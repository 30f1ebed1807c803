"""No statement of the notifier walks through a big table."""

import re
from collections.abc import Mapping
from typing import Final

import asyncpg

from stockledger_notifier import (
    audiences,
    deliveries,
    digests,
    figures,
    giving_up,
    notices,
    old_deliveries,
    outbox,
    outgoing,
    telling,
)
from stockledger_notifier.settings import NotifierSettings
from tests.support.notifying import Notifying

COUNTS_MANY: Final = "waiting"
"""It looks at what is not finished, up to a number, and at all that is due."""

STATEMENTS: Final[Mapping[str, str]] = {
    **notices.SQL,
    **audiences.SQL,
    **telling.SQL,
    **outgoing.SQL,
    **outbox.SQL,
    **giving_up.SQL,
    **old_deliveries.SQL,
    "retry": deliveries.SQL["retry"],
    **digests.SQL,
    **{name: sql for name, sql in figures.SQL.items() if name != COUNTS_MANY},
}
_AT_THE_FRONT: Final = {
    "claim": r"using deliveries_due.*\n.*destination = .*severity = .*next_attempt_at <= ",
    "give_up": r"using deliveries_unfinished.*\n.*due_at < ",
    "delete_deliveries": r"using deliveries_of_channel.*\n.*created_at < ",
    "delete_notifications": r"using notifications_pkey.*\n.*partition = .*position\W* <= ",
}
_ASKED: Final = {
    "'{WEBHOOK}', null, 50": "deliveries_of_channel",
    "'{EMAIL,WEBHOOK}', 'DELIVERED', 50": "deliveries_of_channel",
    "'{EMAIL,WEBHOOK}', 'DEAD', 50": "deliveries_dead",
    "'{EMAIL,WEBHOOK}', 'WITHDRAWN', 50": "deliveries_withdrawn",
    "'{EMAIL,WEBHOOK}', 'PENDING', 50": "deliveries_unfinished",
    "'{WEBHOOK}', null, 50, 'shop-7'": "deliveries_of_tenant",
    "'{WEBHOOK}', 'DEAD', 50, 'shop-7'": "deliveries_of_status",
}
"""Channels, status, number, perhaps a tenant; and where these deliveries are found."""

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


async def test_what_is_due_or_too_old_is_found_at_the_front_of_an_index(
    notifying: Notifying,
) -> None:
    for statement, found in _AT_THE_FRONT.items():
        plan = await plan_of(notifying, STATEMENTS[statement])
        assert re.search(found, plan), plan


async def test_what_an_operator_asks_for_is_found_by_an_index_of_its_own(
    notifying: Notifying, settings: NotifierSettings
) -> None:
    owner = await asyncpg.connect(settings.postgres_dsn.get_secret_value())
    await owner.execute(_MANY)
    await owner.execute(_MOST_ARE_DELIVERED)
    await owner.execute("analyze")
    await owner.close()
    for asked, index in _ASKED.items():
        async with notifying.pool.acquire() as session, session.transaction():
            await session.execute(deliveries.FOR_WHAT_IS_ASKED)
            statement = "list_of_tenant" if "shop" in asked else "list"
            await session.execute(f"prepare explained as {deliveries.SQL[statement]}")
            rows = await session.fetch(f"explain execute explained ({asked})")
            await session.execute("deallocate explained")
        plan = "\n".join(row[0] for row in rows)
        assert re.findall(r"using (deliveries_\w+)", plan) == [index], f"{asked}\n{plan}"


async def plan_of(notifying: Notifying, statement: str) -> str:
    """Return the plan that the notifier's own sessions use, whatever the arguments are."""
    arguments = ", ".join(["null"] * len(set(re.findall(r"\$\d+", statement))))
    called = f"({arguments})" if arguments else ""
    async with notifying.pool.acquire() as session:
        await session.execute(f"prepare explained as {statement}")
        rows = await session.fetch(f"explain execute explained {called}")
        await session.execute("deallocate explained")
    return "\n".join(row[0] for row in rows)


_MOST_ARE_DELIVERED = """
update notices.deliveries
set status = case position % 100 when 1 then 'WITHDRAWN' else 'DELIVERED' end
where position % 100 >= 1
"""
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
