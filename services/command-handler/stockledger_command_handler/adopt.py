"""`stockledger adopt`: lets partitions go on whose log and topics contradict each other."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer
from aiokafka import AIOKafkaConsumer, TopicPartition

from stockledger.broker import connection_arguments
from stockledger.config import Settings, load_settings
from stockledger.database import open_pool
from stockledger.event_log.interface import PartitionHead
from stockledger.event_log.postgres import PostgresEventLog
from stockledger.last_records import last_records
from stockledger.statements import Connection, load_statements
from stockledger.topics import Topics
from stockledger_command_handler.take_over import position_or_zero

MOVING_SECONDS: Final = 86_400.0
"""For moving a partition's answers, however many: none are left half way."""

_SQL: Final = load_statements(Path(__file__).with_suffix(".sql"))


class Start(StrEnum):
    """Where commands begin when the log awaits an offset that the topic does not have."""

    BEGINNING = "beginning"
    END = "end"


@dataclass(frozen=True, slots=True)
class Standing:
    """One partition in the log and in the topics. `topic_position` 0: no event in the topic."""

    head: PartitionHead
    first_offset: int
    end_offset: int
    topic_position: int

    @property
    def offset_is_lost(self) -> bool:
        """Whether the log awaits an offset that the commands topic does not have."""
        return not self.first_offset <= self.head.next_offset <= self.end_offset

    @property
    def is_behind(self) -> bool:
        """Whether the events topic has events that the log does not."""
        known = max(self.head.next_position - 1, self.head.adopted_position)
        return self.topic_position > known

    def __str__(self) -> str:
        return (
            f"partition {self.head.partition}: the log awaits offset {self.head.next_offset} of "
            f"{self.first_offset} to {self.end_offset}, and has position "
            f"{self.head.next_position - 1}, the events topic {self.topic_position}"
        )


def adopt(
    *,
    start: Annotated[
        Start, typer.Option(help="Where to begin when the awaited offset is not there.")
    ] = Start.BEGINNING,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without, only show.")] = False,
) -> None:
    """Let command handlers go on after a database was restored or a topic recreated.

    A handler stops when the log awaits an offset that the commands topic does not have, or when
    the events topic is ahead of the log. This command shows such partitions and, with --yes,
    adopts them: commands are taken from the awaited offset, or where --start says, and decided
    again if the log lost them. Their events have positions that subscribers know and drop, so
    rebuild the read models afterwards and compare (`stockledger verify --kafka`).

    Exit status: 0 nothing to do, or done; 1 shown only.

    Example: stockledger adopt --start beginning --yes
    """
    settings = load_settings(Settings)
    found = asyncio.run(_adopt(settings, start, do_it=yes))
    for standing in found:
        typer.echo(f"{'adopted ' if yes else ''}{standing}")
    if not found:
        typer.echo("log and topics agree")
    if found and not yes:
        raise typer.Exit(1)


async def _adopt(settings: Settings, start: Start, *, do_it: bool) -> list[Standing]:
    # The operator's own rights: the handlers' role must not change what is answered.
    async with await open_pool(settings, role=None, size=1) as pool:
        heads = await PostgresEventLog(pool, settings.partitions).heads()
        wrong = [
            standing
            for standing in await _standings(settings, heads)
            if standing.offset_is_lost or standing.is_behind
        ]
        async with pool.acquire() as connection:
            for standing in wrong if do_it else []:
                await adopt_one(connection, standing, start)
    return wrong


async def adopt_one(connection: Connection, standing: Standing, start: Start) -> None:
    """Let a partition go on, however many answers have to make room for that."""
    partition = standing.head.partition
    next_offset = _next_offset(standing, start)
    async with connection.transaction():
        if next_offset < standing.head.next_offset:
            await connection.execute(_SQL["patience"])
            await connection.execute(_SQL["move_answers"], partition, timeout=MOVING_SECONDS)
        await connection.execute(_SQL["adopt"], partition, next_offset, standing.topic_position)


def _next_offset(standing: Standing, start: Start) -> int:
    if not standing.offset_is_lost:
        return standing.head.next_offset
    return standing.first_offset if start is Start.BEGINNING else standing.end_offset


async def _standings(settings: Settings, heads: Mapping[int, PartitionHead]) -> list[Standing]:
    topics = Topics.of(settings)
    last = await last_records(settings, topics.events, list(heads))
    named = {number: TopicPartition(topics.commands, number) for number in sorted(heads)}
    arguments = connection_arguments(settings)
    async with AIOKafkaConsumer(**arguments, isolation_level="read_committed") as consumer:
        first = await consumer.beginning_offsets(named.values())
        ends = await consumer.end_offsets(named.values())
    return [
        Standing(
            heads[number],
            first[partition],
            ends[partition],
            position_or_zero(last[number]) if number in last else 0,
        )
        for number, partition in named.items()
    ]
