"""Who is told of what happens, and when: nothing here looks at anything but what it is given."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID, uuid5

from stockledger.messages.alert import Severity
from stockledger.messages.recipients import Channel, Pace, Recipient, Wording
from stockledger_notifier.bursts import Bursts
from stockledger_notifier.happenings import RANKS, Happening
from stockledger_notifier.quiet_hours import UTC_NAME, told_from
from stockledger_notifier.statuses import NotificationStatus

LEAST_SEVERITY: Final[Mapping[Channel, Severity]] = {
    Channel.SMS: Severity.CRITICAL,
    Channel.EMAIL: Severity.WARNING,
    Channel.WEBHOOK: Severity.INFO,
}
"""What somebody is told who did not say how grave it must be."""

READ_BY_PEOPLE: Final = frozenset({Channel.EMAIL, Channel.SMS})
"""Where many at once are told together; a program is told of each, as the rate limit lets it."""

_DELIVERIES: Final = UUID("5ad0cf3e-4a3c-5b53-9d6e-0d8a9b7a6c21")


@dataclass(slots=True)
class Addressee:
    """A recipient as it is now."""

    recipient: Recipient
    is_verified: bool
    bursts: Bursts = field(default_factory=Bursts)


@dataclass(slots=True)
class Audience:
    """All recipients of a tenant, by their ids, and the tenant's clock."""

    addressees: dict[str, Addressee] = field(default_factory=dict[str, Addressee])
    time_zone: str = UTC_NAME


class Notification(NamedTuple):
    """One recipient is told of one happening.

    `told_from`: when that may begin, alone or (COLLECTED) with others of a burst; None: with the
    day's digest, or never.
    """

    happening: Happening
    recipient: Recipient
    status: NotificationStatus
    told_from: datetime | None = None

    @property
    def delivery_id(self) -> UUID | None:
        """The id of the delivery that tells of nothing else; None when there is none."""
        if self.status is not NotificationStatus.QUEUED:
            return None
        happening, recipient = self.happening, self.recipient
        return delivery_id(
            happening.tenant_id,
            str(happening.position),
            recipient.recipient_id,
            recipient.channel,
        )


def delivery_id(*what: str) -> UUID:
    """Return the id of a delivery: the same for the same thing to the same recipient, for ever."""
    return uuid5(_DELIVERIES, "\0".join(what))


def notifications_of(
    happening: Happening, audience: Audience, now: datetime, *, is_over: bool = False
) -> Iterator[Notification]:
    """Yield who is told of it; counts what they are told at once.

    `is_over`: it was over before anybody could be told.
    """
    for addressee in audience.addressees.values():
        recipient = addressee.recipient
        if not addressee.is_verified or not concerns(recipient, happening):
            continue
        if recipient.pace is Pace.DAILY:
            # An alert that is open is told of every day until it is over.
            if happening.wording is Wording.NOTICE:
                yield Notification(happening, recipient, NotificationStatus.COLLECTED)
        elif is_over:
            yield Notification(happening, recipient, NotificationStatus.WITHDRAWN)
        else:
            yield _at_once(happening, addressee, audience.time_zone, now)


def concerns(recipient: Recipient, happening: Happening) -> bool:
    """Say whether a recipient wants to know of it."""
    if happening.wording is Wording.ALERT_RESOLVED and not recipient.resolved:
        return False
    if happening.rank > rank_max(recipient):
        return False
    if recipient.subjects is not None and happening.subject not in recipient.subjects:
        return False
    warehouses, warehouse_id = recipient.warehouses, happening.warehouse_id
    return warehouses is None or warehouse_id is None or warehouse_id in warehouses


def rank_max(recipient: Recipient) -> int:
    """Return the rank of the least grave that a recipient wants to know of."""
    return RANKS[recipient.severity or LEAST_SEVERITY[recipient.channel]]


def _at_once(
    happening: Happening, addressee: Addressee, time_zone: str, now: datetime
) -> Notification:
    recipient = addressee.recipient
    at = told_from(recipient.quiet_hours, happening.severity, time_zone, now)
    is_too_much = recipient.channel in READ_BY_PEOPLE and addressee.bursts.add(at, now)
    status = NotificationStatus.COLLECTED if is_too_much else NotificationStatus.QUEUED
    return Notification(happening, recipient, status, at)
