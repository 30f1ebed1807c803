"""`stockledger deliveries`: looks at what was sent to whom, and tries dead ones again."""

import asyncio
from pathlib import Path
from typing import Annotated, Final
from uuid import UUID

import asyncpg
import typer

from stockledger.config import Settings, load_settings
from stockledger.database import NOTIFIER_ROLE, open_pool
from stockledger.event_log.driver_errors import log_errors
from stockledger.messages.fields import time_to_wire
from stockledger.statements import load_statements
from stockledger_notifier.channels.channel import Route
from stockledger_notifier.statuses import DeliveryStatus

SQL: Final = load_statements(Path(__file__).with_suffix(".sql"))

FOR_WHAT_IS_ASKED: Final = "set local plan_cache_mode = force_custom_plan"
"""Each filter has an index of its own; one plan for all of them would use none."""

SHOWN_DEFAULT: Final = 50
"""Deliveries shown when it is not said how many: a screen or two."""

SHOWN_MAX: Final = 10_000
"""And at most."""

RETRIED_AT_ONCE_MAX: Final = 5_000
"""Deliveries of one statement: some hundred milliseconds."""

deliveries = typer.Typer(
    help="Look at what was sent to whom, and try dead deliveries again.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

_Tenant = Annotated[str | None, typer.Option(help="Of this tenant only.")]
_OfChannel = Annotated[Route | None, typer.Option(help="By this channel only.")]


@deliveries.command("list")
def list_deliveries(
    status: Annotated[DeliveryStatus | None, typer.Option(help="With this status only.")] = None,
    tenant: _Tenant = None,
    channel: _OfChannel = None,
    limit: Annotated[
        int, typer.Option(min=1, max=SHOWN_MAX, help="The latest so many.")
    ] = SHOWN_DEFAULT,
) -> None:
    """Show deliveries, the latest first, one a line: id, status, attempts, what, to whom, why not.

    Example: stockledger deliveries list --status DEAD --tenant acme
    """
    for row in asyncio.run(_list(status, tenant, channel, limit)):
        typer.echo(_line(row))


@deliveries.command("retry")
def retry_deliveries(
    ids: Annotated[list[UUID] | None, typer.Argument(help="Dead deliveries, by id.")] = None,
    *,
    every: Annotated[bool, typer.Option("--all", help="All that are dead.")] = False,
    tenant: _Tenant = None,
    channel: _OfChannel = None,
) -> None:
    """Send dead deliveries again, with the same ids: those named, or with --all all there are.

    Example: stockledger deliveries retry --all --channel WEBHOOK
    """
    if bool(ids) == every:
        message = "Name deliveries, or say --all."
        raise typer.BadParameter(message)
    retried = asyncio.run(_retry(ids, tenant, channel))
    typer.echo(f"deliveries sent again: {retried}")


async def _list(
    status: DeliveryStatus | None, tenant: str | None, channel: Route | None, limit: int
) -> list[asyncpg.Record]:
    async with await open_pool(load_settings(Settings), role=NOTIFIER_ROLE, size=1) as pool:
        channels = list(Route) if channel is None else [channel]
        with log_errors():
            async with pool.acquire() as session, session.transaction():
                await session.execute(FOR_WHAT_IS_ASKED)
                if tenant is None:
                    return await session.fetch(SQL["list"], channels, status, limit)
                return await session.fetch(SQL["list_of_tenant"], channels, status, limit, tenant)


async def _retry(ids: list[UUID] | None, tenant: str | None, channel: Route | None) -> int:
    total, retried = 0, RETRIED_AT_ONCE_MAX
    async with await open_pool(load_settings(Settings), role=NOTIFIER_ROLE, size=1) as pool:
        while retried == RETRIED_AT_ONCE_MAX:
            with log_errors():
                status = await pool.execute(SQL["retry"], ids, tenant, channel, RETRIED_AT_ONCE_MAX)
            retried = int(status.split()[-1])
            total += retried
    return total


def _line(row: asyncpg.Record) -> str:
    what = row["subject"] or row["wording"] or "supplier order"
    told = (
        f"{row['delivery_id']}  {row['status']:9}  {row['attempts']:2} attempts  "
        f"{time_to_wire(row['created_at'])}  {row['tenant_id']}  {what} by {row['channel']} "
        f"to {row['address']}"
    )
    return f"{told}  {row['last_error']}" if row["last_error"] else told
