"""The partitions of this process: taken over, kept ahead of their rows, and written down."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

import structlog

from stockledger.broker import Record
from stockledger.errors import LogError
from stockledger.event_log.interface import EventLog, PartitionAppend, PartitionHead
from stockledger_command_handler.batch import OwnedPartition
from stockledger_command_handler.caution import Caution

_BEGINNING_OF_TIME: Final = datetime(1970, 1, 1, tzinfo=UTC)
_log = structlog.get_logger(__name__)

Mark = tuple[int, int, int]
"""What a row may be behind of: next offset, answered offset, published position."""


class Ownership:
    """What this process owns; empty between assignments.

    `last_time` is the time of the last batch of any partition that was ever owned: a later batch
    has no earlier one.
    """

    def __init__(self, log: EventLog, caution: Caution) -> None:
        self._log = log
        self._caution = caution
        self._marked: dict[int, Mark] = {}
        self._uncounted: set[int] = set()
        self._is_new = True
        self.partitions: dict[int, OwnedPartition] = {}
        self.last_time = _BEGINNING_OF_TIME

    async def begin(self, heads: Mapping[int, PartitionHead]) -> None:
        """Own the partitions of these rows, taken over from others or from oneself."""
        self._keep(heads)
        if self._is_new:
            self._caution.taken_over(max(head.attempts for head in heads.values()))
            self._uncounted = set(heads)
            self._is_new = False
        else:
            await self.write_down()

    def forget(self) -> None:
        """Own nothing, until the same partitions are taken over from oneself."""
        self.partitions = {}

    def give_up(self) -> None:
        """Own nothing; whatever is assigned next was another's."""
        self.forget()
        self._is_new = True

    async def count_attempts(self, records: Sequence[Record]) -> None:
        """Count the first batch of a new assignment, so that a record that kills is found.

        Writing down what was appended sets the number back: only what ended its owner adds up.
        """
        first: dict[int, int] = {}
        for record in records:
            if record.partition in self._uncounted:
                first.setdefault(record.partition, record.offset)
        if not first:
            return
        epochs = {partition: self.partitions[partition].epoch for partition in sorted(first)}
        for partition, attempts in (await self._log.count_attempts(epochs)).items():
            self._caution.attempted(partition, first[partition], attempts)
        self._uncounted -= first.keys()

    def published(self, parts: Iterable[PartitionAppend]) -> None:
        """Know that Kafka has what these parts of a batch came to."""
        for part in parts:
            owned = self.partitions.get(part.partition)
            if owned is not None:
                owned.answered_offset = part.next_offset
                owned.published_position = part.next_position - 1

    async def pass_over(self, positions: Mapping[int, int]) -> None:
        """Pass over offsets that hold no record (a transaction's end); nothing is under way."""
        for partition, position in positions.items():
            owned = self.partitions.get(partition)
            if owned is not None and position > owned.next_offset:
                owned.next_offset = owned.answered_offset = position
        if any(_mark(owned) != self._marked.get(p) for p, owned in self.partitions.items()):
            await self._append_marks()

    async def write_down(self) -> None:
        """Write down what Kafka has by now; a failure is only logged, a take-over makes up."""
        try:
            await self._append_marks()
        except LogError as error:
            _log.info("not written down what is published", error=repr(error))

    async def _append_marks(self) -> None:
        if self.partitions:
            owned = [self.partitions[partition] for partition in sorted(self.partitions)]
            await self._log.append([one.append() for one in owned], self.last_time)
            self._marked = {one.partition: _mark(one) for one in owned}

    def _keep(self, heads: Mapping[int, PartitionHead]) -> None:
        self.partitions = {partition: OwnedPartition.of(head) for partition, head in heads.items()}
        self._marked = {}
        times = [head.last_time for head in heads.values() if head.last_time]
        self.last_time = max([self.last_time, *times])


def _mark(owned: OwnedPartition) -> Mark:
    return owned.next_offset, owned.answered_offset, owned.published_position
