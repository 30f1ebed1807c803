"""Writing what a batch of events changes: who is told of what, and what is open."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from stockledger.rows import execute
from stockledger.statements import Connection, load_statements
from stockledger_notifier.channels.channel import Route
from stockledger_notifier.folding import DirectDelivery, NoticeChanges
from stockledger_notifier.outgoing import NewDelivery, deliver
from stockledger_notifier.telling import Times, Told, tell

SQL: Final = load_statements(Path(__file__).with_suffix(".sql"))

OLD_ORDER_PAUSE: Final = timedelta(minutes=15)
"""How long an order that is old when it is found waits: reading on may show that it is settled."""


async def write(connection: Connection, changes: NoticeChanges, within: timedelta) -> Told:
    """Write what a batch changes; nobody is told of what is longer ago than `within`."""
    now: datetime = await connection.fetchval(SQL["now"])
    times = Times(now, now - within)
    await _write_settings(connection, changes)
    await _withdraw(connection, changes)
    told = await tell(connection, changes, times)
    await _write_alerts(connection, changes)
    await deliver(connection, list(_direct(changes.direct, times)))
    if changes.settled_orders:
        await connection.execute(SQL["settle"], changes.settled_orders)
    checks = [
        (*check.tenant, check.position, date.fromisoformat(check.day), now)
        for check in changes.checks
        if check.at >= times.since
    ]
    await execute(connection, SQL["repeat_open"], checks)
    return told


async def _write_settings(connection: Connection, changes: NoticeChanges) -> None:
    zones = [(*tenant, zone) for tenant, zone in changes.zones.items()]
    await execute(connection, SQL["set_zones"], zones)
    templates = [
        (*tenant, channel, wording, *template)
        for (tenant, channel, wording), template in changes.templates.items()
    ]
    await execute(connection, SQL["set_templates"], templates)


async def _withdraw(connection: Connection, changes: NoticeChanges) -> None:
    over = [(*tenant, about) for tenant, about in changes.over]
    await execute(connection, SQL["withdraw_collected"], over)
    await execute(connection, SQL["withdraw_deliveries"], over)


async def _write_alerts(connection: Connection, changes: NoticeChanges) -> None:
    over = [(*tenant, about) for tenant, about in changes.over]
    await execute(connection, SQL["end_alerts"], over)
    raised = [
        (
            *tenant,
            about,
            each.subject,
            each.severity,
            each.warehouse_id,
            each.rank,
            each.position,
            each.occurred_at,
            each.facts,
        )
        for (tenant, about), each in changes.raised.items()
    ]
    await execute(connection, SQL["open_alerts"], raised)
    seen = [(*tenant, about, by) for (tenant, about), by in changes.acknowledged.items()]
    await execute(connection, SQL["acknowledge_alerts"], seen)


def _direct(found: Sequence[DirectDelivery], times: Times) -> Iterator[NewDelivery]:
    """Yield what goes out in any case; an order that is old goes out after a while.

    A log that is followed anew tells meanwhile which of its orders the suppliers have.
    """
    for each in found:
        is_old = each.occurred_at < times.since
        if is_old and each.route is not Route.SUPPLIER:
            continue
        yield NewDelivery(
            each.id,
            each.tenant.partition,
            each.position,
            each.tenant.tenant_id,
            each.route,
            each.address,
            each.severity,
            each.occurred_at,
            each.facts,
            times.now + OLD_ORDER_PAUSE if is_old else times.now,
            each.wording,
            recipient_id=each.recipient_id,
            supplier_id=each.supplier_id,
            supplier_order_id=each.supplier_order_id,
        )
