"""Audits the log, the answers and the read models, partition after partition."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import asyncpg

from stockledger.audit.answers import AnswerMatch
from stockledger.audit.findings import Findings
from stockledger.audit.fold import PartitionFold
from stockledger.audit.log_reader import PartitionWalk, read_heads
from stockledger.audit.rows import EventRow, HeadRow
from stockledger.audit.view_reader import SQL, ReadModelCheck
from stockledger.config import Settings
from stockledger.errors import ConfigurationError
from stockledger.partitioning import partition_of
from stockledger.statements import Connection

CONNECT_SECONDS: Final = 10
"""How long PostgreSQL may take to accept the connection."""

Progress = Callable[[int, int], None]
"""Called with how many events of how many are folded."""


@dataclass(slots=True)
class Report:
    """What was audited, up to which position, and what was found."""

    findings: Findings
    heads: dict[int, HeadRow] = field(default_factory=dict[int, HeadRow])
    view_positions: dict[int, int] = field(default_factory=dict[int, int])
    events: int = 0
    answers: int = 0
    items: int = 0
    seconds: float = 0.0

    @property
    def positions(self) -> dict[int, int]:
        """The last position of each partition that was folded."""
        return {partition: head.next_position - 1 for partition, head in self.heads.items()}


async def connect(settings: Settings) -> Connection:
    """Return a session that only reads; ConfigurationError when PostgreSQL does not answer."""
    try:
        return await asyncpg.connect(
            settings.postgres_dsn.get_secret_value(),
            timeout=CONNECT_SECONDS,
            server_settings={
                "application_name": "stockledger-verify",
                "default_transaction_read_only": "on",
                "jit": "off",
                "timezone": "UTC",
            },
        )
    except ValueError as error:
        raise ConfigurationError(f"INVENTORY_POSTGRES_DSN: {error}") from error
    except (OSError, TimeoutError) as error:
        raise ConfigurationError(
            f"no PostgreSQL answers (INVENTORY_POSTGRES_DSN): {error}"
        ) from error


async def audit_log(
    connection: Connection, tenant: str | None, findings: Findings, progress: Progress
) -> Report:
    """Fold every partition, or a tenant's own, up to its head, and compare all that follows."""
    begun = time.monotonic()
    report = Report(findings)
    heads = await read_heads(connection)
    wanted = list(heads) if tenant is None else [partition_of(tenant, len(heads))]
    total = sum(heads[partition].next_position - 1 for partition in wanted)
    has_views: bool = await connection.fetchval(SQL["has_views"])
    for partition in wanted:

        def advanced(rows: Sequence[EventRow]) -> None:
            report.events += len(rows)
            progress(report.events, total)

        await _audit_partition(connection, partition, report, advanced, has_views=has_views)
    report.seconds = time.monotonic() - begun
    return report


async def _audit_partition(
    connection: Connection,
    partition: int,
    report: Report,
    advanced: Callable[[Sequence[EventRow]], None],
    *,
    has_views: bool,
) -> None:
    findings = report.findings
    heads = await read_heads(connection)
    head = heads[partition]
    fold = PartitionFold(partition, len(heads), findings)
    check = ReadModelCheck(connection, fold, findings)

    async def page_check(rows: Sequence[EventRow]) -> None:
        advanced(rows)
        await check.check_page(rows)

    walk = PartitionWalk(connection, fold, AnswerMatch(head, findings), page_check)
    if has_views:
        await check.begin()
        await walk.advance(head, min(check.position, head.next_position - 1))
        head = await check.check_rows(walk)
    await walk.finish(head)
    report.heads[partition] = head
    report.view_positions[partition] = check.position
    report.answers += walk.answers_read
    report.items += len(fold.items.seen)
