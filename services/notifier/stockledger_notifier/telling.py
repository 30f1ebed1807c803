"""Telling recipients of what a batch says has happened, each of each event once."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

from stockledger.messages.recipients import Wording
from stockledger.rows import columns, execute
from stockledger.statements import Connection, load_statements
from stockledger_notifier.audiences import Audiences, audiences_of, store
from stockledger_notifier.bursts import BURST_TIME
from stockledger_notifier.channels.channel import Route
from stockledger_notifier.folding import NoticeChanges, RecipientsChange, Step, Tenant, Verification
from stockledger_notifier.outgoing import NewDelivery, deliver
from stockledger_notifier.rules import Notification
from stockledger_notifier.statuses import NotificationStatus

SQL: Final = load_statements(Path(__file__).with_suffix(".sql"))

ROWS_AT_ONCE_MAX: Final = 2_000
"""Notifications written by one statement: their rows are some megabytes."""

Told = Mapping[tuple[str, str], int]
"""How many were told, by channel and subject."""


class _Key(NamedTuple):
    """What a notification is one of a kind by: the event, the recipient, the channel."""

    partition: int
    position: int
    recipient_id: str
    channel: str


class Times(NamedTuple):
    """Now, and how long ago something may have happened that people are told of."""

    now: datetime
    since: datetime


async def tell(connection: Connection, changes: NoticeChanges, times: Times) -> Told:
    """Tell recipients, as they are at each step; return how many."""
    audiences = await audiences_of(connection, {_tenant_of(step) for step in changes.steps})
    made = _made(changes, audiences, times)
    told: Counter[tuple[str, str]] = Counter()
    digests: dict[tuple[str | int, ...], datetime] = {}
    while chunk := list(islice(made, ROWS_AT_ONCE_MAX)):
        for happening, recipient, status, told_from in await _notify(connection, chunk):
            told[recipient.channel, happening.subject] += 1
            if status is NotificationStatus.COLLECTED and told_from is not None:
                whose = happening.partition, happening.tenant_id, recipient.recipient_id
                due = told_from + BURST_TIME
                digests[whose] = min(digests.get(whose, due), due)
    await execute(connection, SQL["collect"], [(*whose, due) for whose, due in digests.items()])
    await store(connection, audiences)
    return told


def _made(changes: NoticeChanges, audiences: Audiences, times: Times) -> Iterator[Notification]:
    """Yield the notifications of the steps, while the audiences follow the steps."""
    over = set(changes.over)
    never_told = set[tuple[Tenant, str | None]]()
    for step in changes.steps:
        if isinstance(step, RecipientsChange):
            audiences.replace(step)
        elif isinstance(step, Verification):
            audiences.verify(step)
        elif step.occurred_at >= times.since:
            alert = _tenant_of(step), step.about
            is_over = step.wording is Wording.ALERT_RAISED and alert in over
            if is_over:
                never_told.add(alert)
            elif alert in never_told:
                continue
            yield from audiences.told(step, times.now, is_over=is_over)


async def _notify(connection: Connection, chunk: Sequence[Notification]) -> Sequence[Notification]:
    """Write notifications and their deliveries; return those that were not known yet."""
    by_key = {_key(each): each for each in chunk}
    rows = await connection.fetch(SQL["notify"], *columns([_row(each) for each in chunk]))
    new = [by_key[_Key(*row)] for row in rows]
    alone = [each for each in new if each.status is NotificationStatus.QUEUED]
    await deliver(connection, [_delivery(each) for each in alone])
    return [each for each in new if each.status is not NotificationStatus.WITHDRAWN]


def _key(notification: Notification) -> _Key:
    happening, recipient, *_ = notification
    return _Key(happening.partition, happening.position, recipient.recipient_id, recipient.channel)


def _row(notification: Notification) -> tuple[object, ...]:
    happening, _, status, _ = notification
    return (
        *_key(notification),
        happening.tenant_id,
        happening.wording,
        happening.subject,
        happening.severity,
        happening.rank,
        status,
        happening.about,
        happening.facts if status is NotificationStatus.COLLECTED else None,
        notification.delivery_id,
    )


def _delivery(notification: Notification) -> NewDelivery:
    happening, recipient, _, at = notification
    made = notification.delivery_id
    assert made is not None
    assert at is not None
    return NewDelivery(
        made,
        happening.partition,
        happening.position,
        happening.tenant_id,
        Route(recipient.channel),
        recipient.address,
        happening.severity,
        happening.occurred_at,
        happening.facts,
        at,
        happening.wording,
        happening.subject,
        happening.about,
        recipient.recipient_id,
    )


def _tenant_of(step: Step) -> Tenant:
    if isinstance(step, RecipientsChange | Verification):
        return step.tenant
    return Tenant(step.partition, step.tenant_id)
