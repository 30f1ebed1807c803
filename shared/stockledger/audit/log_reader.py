"""Reads the log's tables in pages by key: no long transaction, so a live system is not held up."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import Final, cast
from uuid import UUID

from stockledger.audit.answers import AnswerMatch, answer_data
from stockledger.audit.fold import PartitionFold
from stockledger.audit.rows import AnswerRow, EventRow, HeadRow, StreamRow
from stockledger.event_log.interface import BEFORE_ALL_OFFSETS
from stockledger.statements import Connection, load_statements

PAGE_ROWS: Final = 5_000
"""Rows a query: a few megabytes, and far more work in a page than in asking for it."""

SQL: Final = load_statements(Path(__file__).with_suffix(".sql"))

PageCheck = Callable[[Sequence[EventRow]], Awaitable[None]]


async def read_heads(connection: Connection) -> dict[int, HeadRow]:
    """Return every partition's row."""
    rows = await connection.fetch(SQL["heads"])
    return {row[0]: HeadRow(*row) for row in rows}


async def read_answers(
    connection: Connection, partition: int, after_offset: int, below_offset: int
) -> list[AnswerRow]:
    """Return the next page of answers in offset order; empty at the end."""
    rows = await connection.fetch(SQL["answers"], partition, after_offset, below_offset, PAGE_ROWS)
    return [AnswerRow(*row) for row in rows]


async def read_events(
    connection: Connection, partition: int, after_position: int, to_position: int
) -> list[EventRow]:
    """Return the next page of events in position order; empty at the end."""
    rows = await connection.fetch(SQL["events"], partition, after_position, to_position, PAGE_ROWS)
    return [EventRow(*row) for row in rows]


async def read_streams(
    connection: Connection, partition: int, to_position: int
) -> AsyncIterator[StreamRow]:
    """Yield the registry of one partition, as it was at a position."""
    tenant_id, stream = "", ""
    while rows := await connection.fetch(
        SQL["streams"], partition, tenant_id, stream, to_position, PAGE_ROWS
    ):
        for row in rows:
            yield StreamRow(*row)
        tenant_id, stream = rows[-1][1], rows[-1][2]


async def answered_at(
    connection: Connection, partition: int, digests: Sequence[UUID]
) -> dict[UUID, tuple[int, int]]:
    """Return the offset and the position of those of the commands that are answered."""
    rows = await connection.fetch(SQL["answered"], partition, list(digests))
    return {cast("UUID", row[0]): (row[1], row[2]) for row in rows}


class PartitionWalk:
    """Feeds one partition's events and answers to the checks, as far as it is told to go."""

    def __init__(
        self,
        connection: Connection,
        fold: PartitionFold,
        match: AnswerMatch,
        page_check: PageCheck,
    ) -> None:
        self.answers_read = 0
        self._page_check = page_check
        self._connection = connection
        self._fold = fold
        self._match = match
        self._page: list[AnswerRow] = []
        self._next = 0
        self._offset = BEFORE_ALL_OFFSETS

    async def advance(self, head: HeadRow, to_position: int) -> None:
        """Feed the events up to a position, and the answers below the head that go with them."""
        fold, partition = self._fold, self._fold.partition
        while fold.position < to_position:
            rows = await read_events(self._connection, partition, fold.position, to_position)
            if not rows:
                return
            for row in rows:
                fold.feed(row)
                self._match.feed_event(row)
            await self._page_check(rows)
            await self._feed_answers(head, fold.position)

    async def finish(self, head: HeadRow) -> None:
        """Feed what is left up to the head, and end all checks."""
        await self.advance(head, head.next_position - 1)
        await self._feed_answers(head, None)
        self._match.finish(head)
        self._fold.finish(head)
        begun = read_streams(self._connection, self._fold.partition, head.next_position - 1)
        async for row in begun:
            self._fold.check_stream(row)
        self._fold.finish_streams()
        digests = [event.digest for event in self._match.unclaimed]
        answered = await answered_at(self._connection, self._fold.partition, digests)
        positions = {name: place[1] for name, place in answered.items()}
        now = await read_heads(self._connection)
        self._match.convict_unclaimed(positions, now[self._fold.partition])

    async def _feed_answers(self, head: HeadRow, up_to: int | None) -> None:
        while await self._answers_left(head):
            row = self._page[self._next]
            data = answer_data(row)
            if up_to is not None and _position_of(data) > up_to:
                return
            self._match.feed_answer(row, data)
            self._next += 1
            self.answers_read += 1

    async def _answers_left(self, head: HeadRow) -> bool:
        if self._next == len(self._page):
            self._page = await read_answers(
                self._connection, self._fold.partition, self._offset, head.next_offset
            )
            self._next = 0
            if self._page:
                self._offset = self._page[-1].command_offset
        return bool(self._page)


def _position_of(data: dict[str, object]) -> int:
    position = data.get("position")
    return position if isinstance(position, int) else 0
