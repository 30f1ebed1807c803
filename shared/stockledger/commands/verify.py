"""`stockledger verify`: proves the guarantees on a live system, or says what breaks them."""

import asyncio
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Annotated, Any, Final

import orjson
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from stockledger.audit.auditor import Report, audit_log, connect
from stockledger.audit.findings import FINDINGS_LISTED_MAX, Findings
from stockledger.audit.topics_check import TopicsReport, audit_topics
from stockledger.config import Settings, load_settings

FINDINGS_STATUS: Final = 1
"""Exit status when something was found."""


def verify(
    *,
    tenant: Annotated[
        str | None, typer.Option("--tenant", "-t", help="Only this tenant, in its partition.")
    ] = None,
    kafka: Annotated[
        bool, typer.Option("--kafka", help="Read the topics too, and match them with the log.")
    ] = False,
    settle: Annotated[
        float, typer.Option(min=0, help="Seconds that publishing may lag behind (with --kafka).")
    ] = 15.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Fold the whole log with code of its own and report what is not as it has to be.

    Checked: positions without gaps, versions in order, times that never run backwards, before +
    change = after, balances, double entry, units that sum to zero, nothing promised or sold that
    was not available, values, holds that are what is reserved and what their reservations say,
    reservations that end once and in time, returns within what was sold, transfers whose every
    unit is accounted for, adjustments that two persons agreed on, warehouses as full as they say,
    imports applied as a whole, one answer a command and its events once, read models equal to the
    fold. With --kafka: every command in the topic is answered, every answer and every event is in
    its topic, in order.

    Exit status: 0 nothing found, 1 something found (one line each), 2 could not run.

    For example:

        stockledger verify --kafka

        stockledger verify --tenant acme --json
    """
    begun = time.monotonic()
    report, topics = asyncio.run(_verify(tenant, settle if kafka else None, quiet=as_json))
    if as_json:
        typer.echo(orjson.dumps(_as_object(report, topics)))
    else:
        _tell(report, topics, time.monotonic() - begun)
    raise typer.Exit(FINDINGS_STATUS if report.findings.total else 0)


async def _verify(
    tenant: str | None, settle_seconds: float | None, *, quiet: bool
) -> tuple[Report, TopicsReport | None]:
    settings = load_settings(Settings)
    findings = Findings(only_tenant=tenant)
    connection = await connect(settings)
    try:
        with _progress(quiet=quiet) as progress:
            report = await audit_log(connection, tenant, findings, progress)
        topics = None
        if settle_seconds is not None:
            topics = await audit_topics(settings, connection, report, settle_seconds)
    finally:
        await connection.close()
    return report, topics


def _tell(report: Report, topics: TopicsReport | None, seconds: float) -> None:
    for finding in report.findings.listed:
        typer.echo(str(finding))
    unlisted = report.findings.total - len(report.findings.listed)
    if unlisted:
        typer.echo(f"and {unlisted} more (only {FINDINGS_LISTED_MAX} are listed)")
    rate = report.events / report.seconds if report.seconds else 0
    typer.echo(
        f"folded {report.events} events and {report.answers} answers of {report.items} items "
        f"in {report.seconds:.1f} s ({rate:,.0f} events/s)"
    )
    up_to = ", ".join(f"{partition}-{last}" for partition, last in report.positions.items() if last)
    typer.echo(f"up to {up_to or 'the empty log'}")
    if topics is not None:
        typer.echo(
            f"read {topics.commands} commands, {topics.answers} answers, {topics.events} events "
            f"and {topics.dead_letters} dead letters of the topics"
        )
    counted = ", ".join(f"{count} {kind}" for kind, count in report.findings.counts.most_common())
    typer.echo(f"{counted or 'nothing found'}, after {seconds:.1f} s")


def _as_object(report: Report, topics: TopicsReport | None) -> dict[str, Any]:
    return {
        "clean": not report.findings.total,
        "findings": report.findings.listed,
        "counts": {str(kind): count for kind, count in report.findings.counts.items()},
        "positions": {str(partition): last for partition, last in report.positions.items()},
        "view_positions": {str(key): value for key, value in report.view_positions.items()},
        "events": report.events,
        "answers": report.answers,
        "items": report.items,
        "seconds": round(report.seconds, 3),
        "topics": topics,
    }


@contextmanager
def _progress(*, quiet: bool) -> Generator[Callable[[int, int], None]]:
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield lambda _done, _total: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn(), console=console, transient=True) as progress:
        task = progress.add_task("events folded", total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
