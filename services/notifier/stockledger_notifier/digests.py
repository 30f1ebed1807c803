"""Making digests: of what was collected in a burst, and once a day of all that is open."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple
from uuid import UUID, uuid4

import asyncpg
import orjson

from stockledger.event_log.driver_errors import log_errors
from stockledger.messages.alert import Severity
from stockledger.messages.recipients import Recipient, Wording
from stockledger.statements import Connection, load_statements
from stockledger_notifier.bursts import BURST_TIME
from stockledger_notifier.channels.channel import Route
from stockledger_notifier.folding import recipient_of
from stockledger_notifier.happenings import RANKS
from stockledger_notifier.outgoing import NewDelivery, deliver
from stockledger_notifier.quiet_hours import UTC_NAME, told_from
from stockledger_notifier.rules import delivery_id, rank_max

SQL: Final = load_statements(Path(__file__).with_suffix(".sql"))

LINES_MAX: Final = 100
"""Lines of a digest; of what is beyond them, the number is told."""

TAKEN_AT_ONCE_MAX: Final = 20_000
"""Notifications taken by one statement: less than half a second."""

EVERY_SECONDS: Final = 1.0
"""How often it is looked for digests that are due."""

DAILY: Final = "daily"
BURST: Final = "burst"


class DueDigest(NamedTuple):
    """A digest to be made now; with a day, of all that is open."""

    partition: int
    tenant_id: str
    recipient_id: str
    position: int
    day: date | None
    settings: str | None
    time_zone: str | None
    now: datetime


@dataclass(slots=True)
class Lines:
    """The gravest of what there is to tell, and how much there is."""

    rows: list[asyncpg.Record] = field(default_factory=list[asyncpg.Record])
    count: int = 0

    def add(self, rows: Sequence[asyncpg.Record]) -> int:
        """Take the first rows of a number, which each of them gives; return the number."""
        count = rows[0]["count"] if rows else 0
        every = sorted([*self.rows, *rows], key=lambda row: (row["rank"], row["position"]))
        self.rows = every[:LINES_MAX]
        self.count += count
        return count


class Digests:
    """Makes all digests that are due, each in a transaction of its own."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        self._pool = pool

    async def make(self) -> int:
        """Make what is due; return how many digests are to go out."""
        made = 0
        while (is_sent := await self._make_one()) is not None:
            made += is_sent
        return made

    async def _make_one(self) -> bool | None:
        """Make one digest; say whether there was anything to tell, None: none was due."""
        with log_errors():
            async with self._pool.acquire() as connection, connection.transaction():
                row = await connection.fetchrow(SQL["due"])
                return None if row is None else await _make(connection, DueDigest(*row))


async def _make(connection: Connection, due: DueDigest) -> bool:
    """Make a digest of what may be told now, and put the rest off; say whether there was any."""
    place = due.partition, due.tenant_id, due.recipient_id
    lines, rest_from = Lines(), None
    if due.settings is None:
        await connection.execute(SQL["drop_collected"], *place)
    else:
        recipient = recipient_of(due.settings)
        made_id = _id(due, recipient)
        collect = _collect_burst if due.day is None else _collect_day
        rest_from = await collect(connection, due, recipient, made_id, lines)
        if lines.rows:
            await deliver(connection, [_delivery(due, recipient, made_id, lines)])
    if rest_from is None:
        await connection.execute(SQL["made"], *place, due.position)
    else:
        await connection.execute(SQL["put_off"], *place, due.position, rest_from)
    return bool(lines.rows)


async def _collect_burst(
    connection: Connection, due: DueDigest, recipient: Recipient, made_id: UUID, lines: Lines
) -> datetime | None:
    """Take what was collected, in quiet hours what passes them; return when the rest is due."""
    least = next((each for each in Severity if _told_from(due, recipient, each) <= due.now), None)
    if least is not None:
        await _take_collected(connection, due, made_id, lines, least)
    rest_from = _told_from(due, recipient, Severity.INFO)
    return rest_from + BURST_TIME if rest_from > due.now else None


async def _collect_day(
    connection: Connection, due: DueDigest, recipient: Recipient, made_id: UUID, lines: Lines
) -> datetime | None:
    """Take all that is open, and notices; in quiet hours nothing: return when they end."""
    if await connection.fetchval(SQL["is_made"], made_id):
        return None
    found = await _open(connection, due, recipient)
    gravest = Severity(found[0]["severity"]) if found else Severity.INFO
    at = _told_from(due, recipient, gravest)
    if at > due.now:
        return at
    lines.add(found)
    await _take_collected(connection, due, made_id, lines, Severity.INFO)
    return None


def _told_from(due: DueDigest, recipient: Recipient, severity: Severity) -> datetime:
    return told_from(recipient.quiet_hours, severity, due.time_zone or UTC_NAME, due.now)


def _delivery(due: DueDigest, recipient: Recipient, made_id: UUID, lines: Lines) -> NewDelivery:
    return NewDelivery(
        made_id,
        due.partition,
        max(row["position"] for row in lines.rows),
        due.tenant_id,
        Route(recipient.channel),
        recipient.address,
        Severity(lines.rows[0]["severity"]),
        due.now,
        orjson.dumps(_facts(due.day, lines)).decode(),
        due.now,
        Wording.DIGEST,
        recipient_id=due.recipient_id,
    )


def _id(due: DueDigest, recipient: Recipient) -> UUID:
    """Return the id: a day's digest is the same when its check is read again."""
    if due.day is None:
        return uuid4()
    position, channel = str(due.position), recipient.channel
    return delivery_id(due.tenant_id, position, due.recipient_id, channel, DAILY)


async def _open(
    connection: Connection, due: DueDigest, recipient: Recipient
) -> Sequence[asyncpg.Record]:
    return await connection.fetch(
        SQL["open"],
        due.partition,
        due.tenant_id,
        rank_max(recipient),
        recipient.subjects,
        recipient.warehouses,
        LINES_MAX,
    )


async def _take_collected(
    connection: Connection, due: DueDigest, made_id: UUID, lines: Lines, least: Severity
) -> None:
    """Take what was collected, from a severity on.

    A day's digest takes the notices, for it has all that is open.

    It does so whatever the recipient's pace is by now: perhaps no other digest ever would.
    """
    place = due.partition, due.tenant_id, due.recipient_id
    wording = None if due.day is None else Wording.NOTICE
    taken = TAKEN_AT_ONCE_MAX
    while taken == TAKEN_AT_ONCE_MAX:
        taken = lines.add(
            await connection.fetch(
                SQL["take"], *place, made_id, LINES_MAX, TAKEN_AT_ONCE_MAX, wording, RANKS[least]
            )
        )


def _facts(day: date | None, lines: Lines) -> Mapping[str, Any]:
    facts = {
        "reason": BURST if day is None else DAILY,
        "count": lines.count,
        "more": lines.count - len(lines.rows),
        "lines": list(_lines(lines.rows)),
    }
    return facts if day is None else {**facts, "day": day.isoformat()}


def _lines(rows: Iterable[asyncpg.Record]) -> Iterable[Mapping[str, Any]]:
    for row in rows:
        line = {
            **orjson.loads(row["facts"]),
            "wording": row["wording"],
            "subject": row["subject"],
            "severity": row["severity"],
        }
        seen_by = row["acknowledged_by"]
        yield line if seen_by is None else {**line, "acknowledged_by": seen_by}
