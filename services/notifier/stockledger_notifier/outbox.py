"""The table of deliveries, as the workers use it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Final, NamedTuple
from uuid import UUID

import asyncpg
import orjson

from stockledger.event_log.driver_errors import log_errors
from stockledger.messages.alert import Severity
from stockledger.messages.fields import TenantId
from stockledger.messages.recipients import Channel as RecipientChannel
from stockledger.messages.recipients import Wording
from stockledger.notification_keys import verification_code
from stockledger.rows import columns
from stockledger.statements import load_statements
from stockledger_notifier.channels.channel import Delivery, Route, TenantTemplate
from stockledger_notifier.folding import recipient_of
from stockledger_notifier.quiet_hours import UTC_NAME, Quiet
from stockledger_notifier.statuses import DeliveryStatus

SQL: Final = load_statements(Path(__file__).with_suffix(".sql"))

LEASE_SECONDS: Final = 90.0
"""For so long a delivery is one process's own; then whoever is free takes it up again.

Three times the longest attempt: it may wait for its turn, and its end has to be written down.
"""

GRAVEST_FIRST: Final = tuple(reversed(Severity))
"""In this order a destination is sent what is due."""

NOT_CONFIGURED: Final = "It waits: this channel is not configured."
"""Why something waits that no process can send."""

_LEASE: Final = timedelta(seconds=LEASE_SECONDS)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that this process has taken up; `is_reported`: people know that it is stuck.

    `claimed_at` is by the event loop's clock, not later than the lease began. `quiet`: when its
    recipient is not disturbed.
    """

    delivery: Delivery
    partition: int
    destination: str
    claimed_at: float
    is_reported: bool = False
    quiet: Quiet | None = None


class Demand(NamedTuple):
    """What to take up: by which channel, how many, how many of each destination, and which not.

    `after`: the destination that was served last; those behind it come first.
    """

    route: Route
    count_max: int
    each_max: int
    not_to: Sequence[str]
    after: str = ""


class Attempt(NamedTuple):
    """What became of an attempt: the status, and the pause (s) until the next one.

    `given_back`: it was not begun. `is_reported`: people are told that it is stuck.
    `counts_more`: for so many attempts it counts beside itself. `is_held`: it is not to go out
    before the pause is over, so that it is not late until then.
    """

    claimed: Claimed
    status: DeliveryStatus
    pause: float = 0.0
    given_back: bool = False
    is_reported: bool = False
    error: str | None = None
    counts_more: int = 0
    is_held: bool = False


class Outbox:
    """Takes up what is due, and writes down what became of it; each in one statement."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", key: bytes | None) -> None:
        self._pool = pool
        self._key = key

    async def claim(self, demand: Demand) -> list[Claimed]:
        """Take up deliveries for LEASE_SECONDS from now."""
        route, count_max, each_max, not_to, after = demand
        now = asyncio.get_running_loop().time()
        with log_errors():
            rows = await self._pool.fetch(
                SQL["claim"],
                route,
                not_to,
                each_max,
                count_max,
                _LEASE,
                after,
                GRAVEST_FIRST,
                NOT_CONFIGURED,
            )
        return [self._claimed(row, route, now) for row in rows]

    async def record(self, attempts: Sequence[Attempt]) -> None:
        """Write down what became of attempts; there is at least one."""
        with log_errors():
            await self._pool.execute(SQL["record"], *columns([_row(each) for each in attempts]))

    def _claimed(self, row: asyncpg.Record, route: Route, now: float) -> Claimed:
        delivery = _delivery(row, route)
        if delivery.wording is Wording.VERIFICATION and self._key is not None:
            facts = {**delivery.facts, "code": _code(self._key, delivery)}
            delivery = replace(delivery, facts=facts)
        quiet = None if delivery.wording is Wording.VERIFICATION else _quiet(row)
        return Claimed(
            delivery, row["partition"], row["destination"], now, row["is_reported"], quiet
        )


def _delivery(row: asyncpg.Record, route: Route) -> Delivery:
    template = None
    if row["is_worded"]:
        template = TenantTemplate(
            row["template_subject"], row["template_text"], row["template_html"]
        )
    wording = row["wording"]
    return Delivery(
        str(row["delivery_id"]),
        row["tenant_id"],
        route,
        row["address"],
        row["occurred_at"],
        orjson.loads(row["facts"]),
        None if wording is None else Wording(wording),
        row["recipient_id"],
        row["supplier_id"],
        row["supplier_order_id"],
        template,
        row["attempts"],
    )


def _quiet(row: asyncpg.Record) -> Quiet | None:
    """Return the recipient's quiet hours as they are now; None: it has none, or is none."""
    settings = row["settings"]
    hours = None if settings is None else recipient_of(settings).quiet_hours
    if hours is None:
        return None
    return Quiet(hours, Severity(row["severity"]), row["time_zone"] or UTC_NAME)


def _code(key: bytes, delivery: Delivery) -> str:
    """Return the code that proves who gives it to have got the delivery."""
    channel = RecipientChannel(delivery.route)
    return verification_code(key, TenantId(delivery.tenant_id), channel, delivery.address)


def _row(attempt: Attempt) -> tuple[object, ...]:
    delivery = attempt.claimed.delivery
    return (
        UUID(delivery.delivery_id),
        delivery.attempt,
        attempt.status,
        timedelta(seconds=attempt.pause),
        int(attempt.given_back) - attempt.counts_more,
        attempt.is_reported,
        attempt.error,
        attempt.is_held,
    )
