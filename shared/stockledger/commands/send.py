"""`stockledger send`: publishes commands and waits for their answers."""

import asyncio
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Final

import orjson
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from stockledger.commands.lines import append_outcome, clean, short_type
from stockledger.commands.outgoing import (
    SOURCE_DEFAULT,
    NotACommand,
    OutgoingCommand,
    Stamp,
    command_names,
    from_flags,
    from_json,
)
from stockledger.commands.sending import Answer, CommandSender, command_sender
from stockledger.config import Settings, load_settings

REFUSED: Final = 1
"""Exit status when a command was refused."""

TIMED_OUT: Final = 3
"""Exit status when an answer did not come in time."""

Sent = tuple[OutgoingCommand, asyncio.Future[Answer], float]


@dataclass(frozen=True, slots=True)
class Manner:
    """How to wait for answers and to tell them."""

    reply_topic: str | None
    seconds: float
    as_json: bool


@dataclass(slots=True)
class Outcomes:
    """What became of the commands, and how it is told."""

    manner: Manner
    quiet: bool
    console: Console = field(default_factory=lambda: Console(highlight=False, soft_wrap=True))
    counts: Counter[str] = field(default_factory=Counter[str])

    def answered(self, command: OutgoingCommand, answer: Answer, seconds: float) -> None:
        """Tell and count an answer."""
        refused = "code" in answer
        self.counts["refused" if refused else "accepted"] += 1
        if self.manner.as_json:
            typer.echo(orjson.dumps({"result": "refused" if refused else "accepted", **answer}))
        elif refused or not self.quiet:
            line = Text(f"{short_type(command.type)} ", style="bold")
            line.append(f"{command.tenant} ", style="magenta")
            append_outcome(line, answer)
            place = f"  at {answer.get('partition')}-{answer.get('position')}"
            line.append(f"{place}, {seconds * 1_000:.0f} ms, id {command.id}", style="dim")
            self.console.print(clean(line))

    def missing(self, command: OutgoingCommand) -> None:
        """Tell and count an answer that did not come."""
        self.counts["unanswered"] += 1
        typer.echo(f"{command.answer_id}: no answer within {self.manner.seconds:g} s", err=True)

    @property
    def status(self) -> int:
        if self.counts["unanswered"]:
            return TIMED_OUT
        return REFUSED if self.counts["refused"] else 0


def send(  # noqa: PLR0913 - each is an option
    command: Annotated[
        str | None, typer.Argument(help=f"What to send: {', '.join(command_names())}.")
    ] = None,
    *,
    tenant: Annotated[
        str | None, typer.Option("--tenant", "-t", envvar="INVENTORY_TENANT", help="Whose stock.")
    ] = None,
    assignments: Annotated[
        list[str] | None,
        typer.Option("--set", "-s", metavar="FIELD=VALUE", help="A field; dots lead into objects."),
    ] = None,
    json_text: Annotated[
        str | None, typer.Option("--json", help="A CloudEvent, or {type, tenant, data}.")
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option("--file", "-f", help="Such objects, one a line; - reads standard input."),
    ] = None,
    command_id: Annotated[
        str | None, typer.Option("--id", help="The same id again has no second effect.")
    ] = None,
    source: Annotated[str, typer.Option(help="Where the command comes from.")] = SOURCE_DEFAULT,
    actor: Annotated[str | None, typer.Option(help="Who wants it.")] = None,
    reply_topic: Annotated[
        str | None, typer.Option(help="Have the answer sent to this topic instead.")
    ] = None,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds to wait for an answer.")] = 30.0,
    as_json: Annotated[
        bool, typer.Option("--as-json", help="Print each answer as one line of JSON.")
    ] = False,
) -> None:
    """Send one command, or a file of them, and wait for the answers.

    Exit status: 0 accepted, 1 refused, 2 could not be sent, 3 no answer in time.

    For example:

        stockledger send IssueStock -t acme -s warehouse_id=NORTH -s sku=LAMP -s quantity=1

        stockledger send --json '{"type": "SetDefaultWarehouse", "tenant": "acme", "data": {…}}'

        stockledger send --file commands.jsonl --as-json
    """
    manner = Manner(reply_topic, timeout, as_json)
    stamp = Stamp(tenant=tenant, source=source, id=command_id, actor=actor)
    if sum(way is not None for way in (command, json_text, file)) != 1:
        raise typer.BadParameter("name one of: a command, --json, --file")
    if assignments and command is None:
        raise typer.BadParameter("--set goes with a command's name")
    if file is not None and command_id is not None:
        raise typer.BadParameter("--id names one command, not a file of them")
    if file is not None:
        raise typer.Exit(asyncio.run(_send_file(file, stamp, manner)))
    one = (
        from_flags(command, assignments or [], stamp)
        if command is not None
        else from_json(json_text or "", stamp)
    )
    raise typer.Exit(asyncio.run(_send_one(one, manner)))


async def _send_one(command: OutgoingCommand, manner: Manner) -> int:
    outcomes = Outcomes(manner, quiet=False)
    async with command_sender(load_settings(Settings), manner.reply_topic) as sender:
        await _settle((command, await sender.send(command), time.monotonic()), outcomes)
    return outcomes.status


async def _send_file(file: Path, stamp: Stamp, manner: Manner) -> int:
    outcomes = Outcomes(manner, quiet=True)
    unsettled: asyncio.Queue[Sent | None] = asyncio.Queue()
    with _progress(file, manner) as advance:
        async with command_sender(load_settings(Settings), manner.reply_topic) as sender:
            settling = asyncio.create_task(_settle_all(unsettled, outcomes, advance))
            try:
                async for sent in _sent_lines(file, stamp, sender):
                    unsettled.put_nowait(sent)
            finally:
                unsettled.put_nowait(None)
                await settling
    if not manner.as_json:
        total = ", ".join(f"{count} {name}" for name, count in sorted(outcomes.counts.items()))
        outcomes.console.print(total or "no commands")
    return outcomes.status


async def _settle_all(
    unsettled: "asyncio.Queue[Sent | None]", outcomes: Outcomes, advance: Callable[[], None]
) -> None:
    while (sent := await unsettled.get()) is not None:
        await _settle(sent, outcomes)
        advance()


async def _sent_lines(file: Path, stamp: Stamp, sender: CommandSender) -> AsyncIterator[Sent]:
    for number, line in _lines(file):
        try:
            command = from_json(line, stamp)
        except NotACommand as error:
            raise NotACommand(f"line {number}: {error}; the lines before it are sent") from error
        yield command, await sender.send(command), time.monotonic()


def _lines(file: Path) -> Iterator[tuple[int, bytes]]:
    if str(file) == "-":
        yield from _filled(sys.stdin.buffer)
        return
    with file.open("rb") as opened:
        yield from _filled(opened)


def _filled(lines: Iterator[bytes]) -> Iterator[tuple[int, bytes]]:
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield number, line


async def _settle(sent: Sent, outcomes: Outcomes) -> None:
    command, answer, begun = sent
    left = begun + outcomes.manner.seconds - time.monotonic()
    try:
        async with asyncio.timeout(max(0.0, left)):
            outcomes.answered(command, await answer, time.monotonic() - begun)
    except TimeoutError:
        outcomes.missing(command)


@contextmanager
def _progress(file: Path, manner: Manner) -> Generator[Callable[[], None]]:
    console = Console(stderr=True)
    if manner.as_json or not console.is_terminal:
        yield lambda: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=console) as progress:
        total = None if str(file) == "-" else sum(1 for _ in _lines(file))
        task = progress.add_task("answered", total=total)
        yield lambda: progress.advance(task)
