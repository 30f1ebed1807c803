"""Reads the topics and matches them with what the audit of the log has seen."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from stockledger.audit.auditor import Report
from stockledger.audit.log_reader import SQL, answered_at, read_answers, read_events, read_heads
from stockledger.audit.rows import AnswerRow, HeadRow
from stockledger.audit.topic_answers import TopicAnswers, answered_command
from stockledger.audit.topic_commands import (
    OPEN_MAX,
    CommandName,
    OpenCommands,
    Place,
    name_of,
)
from stockledger.audit.topic_events import TopicEvents
from stockledger.config import Settings
from stockledger.event_log.interface import BEFORE_ALL_OFFSETS
from stockledger.partitioning import partition_of
from stockledger.statements import Connection
from stockledger.topic_tail import TopicRecord, TopicTail, header
from stockledger.topics import Topics

LOOKUP_ROWS: Final = 5_000
"""Names looked up in one query."""


@dataclass(slots=True)
class TopicsReport:
    """How many records of each topic were matched."""

    commands: int = 0
    answers: int = 0
    events: int = 0
    dead_letters: int = 0


async def audit_topics(
    settings: Settings, connection: Connection, report: Report, settle_seconds: float
) -> TopicsReport:
    """Match the topics with the log up to the heads of the report.

    What was committed just before may not be published yet: it has `settle_seconds` to come.
    """
    check = _TopicsCheck(settings, connection, report, settle_seconds)
    await check.commands()
    await check.events()
    await check.answers()
    return check.report


class _TopicsCheck:
    def __init__(
        self, settings: Settings, connection: Connection, report: Report, settle_seconds: float
    ) -> None:
        self.report = TopicsReport()
        self._settings = settings
        self._topics = Topics.of(settings)
        self._connection = connection
        self._findings = report.findings
        self._heads: Mapping[int, HeadRow] = report.heads
        self._settle_seconds = settle_seconds

    async def commands(self) -> None:
        """Account for every command below the heads' offsets."""
        commands = OpenCommands(self._findings)
        ahead: set[UUID] = set()
        async with self._tail(self._topics.commands) as tail:
            async for partition, records in _batches(tail):
                below = self._heads[partition].next_offset
                decided = [record for record in records if record.offset < below]
                undecided = records[len(decided) :]
                self.report.commands += len(decided)
                if len(ahead) < OPEN_MAX:
                    ahead.update(name_of(record).digest for record in undecided)
                if decided:
                    await self._check_decided(commands, partition, decided)
        await self._strike_answered(commands, list(commands.open))
        await self._strike_dead_letters(commands, ahead)
        await self._strike_past(commands)
        commands.finish()

    async def events(self) -> None:
        """Follow the events topic, partition by partition, up to the heads' positions."""
        async with self._tail(self._topics.events) as tail:
            first = await tail.first_offsets()
            checks = {
                partition: TopicEvents(partition, self._findings, complete=not first[partition])
                for partition in self._heads
            }

            async def check(partition: int, records: Sequence[TopicRecord]) -> None:
                positions = [_position(record) for record in records]
                rows = await read_events(
                    self._connection, partition, min(positions) - 1, max(positions)
                )
                checks[partition].check(records, {row.position: row for row in rows})
                self.report.events += len(records)

            async def is_complete() -> bool:
                return all(
                    checks[partition].position >= head.next_position - 1
                    for partition, head in self._heads.items()
                )

            await self._read_and_settle(tail, check, is_complete)
        for partition, head in self._heads.items():
            checks[partition].finish(head.next_position - 1)

    async def answers(self) -> None:
        """Find every stored answer in the results topic."""
        async with self._tail(self._topics.results) as tail:
            first = await tail.first_offsets()
            checks = {
                partition: TopicAnswers(head, self._findings, complete=not first[partition])
                for partition, head in self._heads.items()
            }

            async def check(partition: int, records: Sequence[TopicRecord]) -> None:
                named = [(record, answered_command(record)) for record in records]
                digests = [digest for _, digest in named if digest is not None]
                rows = await self._connection.fetch(SQL["answers_named"], partition, digests)
                checks[partition].check(named, {row[2]: AnswerRow(*row) for row in rows})
                self.report.answers += len(records)

            async def is_complete() -> bool:
                async for _ in self._awaited(checks):
                    return False
                return True

            await self._read_and_settle(tail, check, is_complete)
        async for answer in self._awaited(checks):
            checks[answer.partition].convict_missing(answer)

    def _tail(self, topic: str) -> TopicTail:
        return TopicTail(self._settings, topic, from_beginning=True, partitions=self._heads)

    async def _read_and_settle(
        self,
        tail: TopicTail,
        check: Callable[[int, Sequence[TopicRecord]], Awaitable[None]],
        is_complete: Callable[[], Awaitable[bool]],
    ) -> None:
        deadline = asyncio.get_running_loop().time() + self._settle_seconds
        while True:
            async for partition, records in _batches(tail):
                await check(partition, records)
            if await is_complete() or asyncio.get_running_loop().time() > deadline:
                return

    async def _awaited(self, checks: Mapping[int, TopicAnswers]) -> AsyncIterator[AnswerRow]:
        for partition, head in self._heads.items():
            offset = BEFORE_ALL_OFFSETS
            while page := await read_answers(self._connection, partition, offset, head.next_offset):
                for answer in page:
                    if checks[partition].is_awaited(answer):
                        yield answer
                offset = page[-1].command_offset

    async def _check_decided(
        self, commands: OpenCommands, partition: int, records: Sequence[TopicRecord]
    ) -> None:
        rows = await self._connection.fetch(
            SQL["answer_digests"], partition, records[0].offset, records[-1].offset
        )
        still_open = commands.check(partition, records, {row[0]: row[1] for row in rows})
        await self._strike_answered(commands, still_open)

    async def _strike_answered(self, commands: OpenCommands, places: Sequence[Place]) -> None:
        homes: dict[int, dict[UUID, list[Place]]] = defaultdict(dict)
        for place in places:
            name = commands.open[place]
            if name.is_whole:
                home = partition_of(name.tenant, self._settings.partitions)
                homes[home].setdefault(name.digest, []).append(place)
        for home, named in homes.items():
            answered = await answered_at(self._connection, home, list(named))
            for digest, (offset, _) in answered.items():
                # A repeat comes after the command that was answered, a forward from elsewhere.
                commands.strike(
                    [place for place in named[digest] if place[0] != home or place[1] > offset]
                )

    async def _strike_dead_letters(self, commands: OpenCommands, ahead: set[UUID]) -> None:
        excused = set(ahead)
        async with self._tail(self._topics.commands_dead_letters) as tail:
            async for _, records in _batches(tail):
                self.report.dead_letters += len(records)
                for record in records:
                    commands.strike_dead_letter(record)
                excused.update(name_of(record).digest for record in records)
        commands.strike(
            [
                place
                for place, name in commands.open.items()
                if name.digest in excused and self._is_foreign(place, name)
            ]
        )

    async def _strike_past(self, commands: OpenCommands) -> None:
        """Strike what may have been answered so long ago that the answer is deleted."""
        heads = await read_heads(self._connection)
        commands.strike(
            [
                (partition, offset)
                for (partition, offset), name in commands.open.items()
                if heads[partition].has_deleted(offset)
                or name.is_past(heads[partition_of(name.tenant, self._settings.partitions)])
            ]
        )

    def _is_foreign(self, place: Place, name: CommandName) -> bool:
        return partition_of(name.tenant, self._settings.partitions) != place[0]


async def _batches(tail: TopicTail) -> AsyncIterator[tuple[int, list[TopicRecord]]]:
    """Yield runs of one partition's records, until the end of the topic."""
    batch: list[TopicRecord] = []
    async for record in tail.until_end():
        if batch and (record.partition != batch[0].partition or len(batch) == LOOKUP_ROWS):
            yield batch[0].partition, batch
            batch = []
        batch.append(record)
    if batch:
        yield batch[0].partition, batch


def _position(record: TopicRecord) -> int:
    return int(header(record, "ce_position") or 0)
