"""A batch on its way: what it takes, what it comes to, and where each part has got to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from stockledger.envelope import Reply
from stockledger.event_log.interface import (
    NewResult,
    PartitionAppend,
    PartitionHead,
    Snapshot,
)
from stockledger.publisher import OutgoingMessage
from stockledger_command_handler.outgoing import Stamp
from stockledger_command_handler.stream_cache import CachedStream

Addressed = dict[str, dict[int, list[OutgoingMessage]]]
"""Messages by topic and partition."""

Outgoing = dict[str, dict[int, list[Iterable[OutgoingMessage]]]]
"""Messages by topic and partition, each made when it is packed: a message is a score of objects,
and those of some batches at once would all be looked through by the garbage collector."""

Sent = TypeVar("Sent")


@dataclass(slots=True)
class OwnedPartition:
    """A partition of ours, ahead of its row by the batches under way.

    `published_position` and `answered_offset` are what Kafka acknowledged; the next append
    writes them down.
    """

    partition: int
    epoch: int
    next_offset: int
    next_position: int
    published_position: int
    answered_offset: int

    @classmethod
    def of(cls, head: PartitionHead) -> "OwnedPartition":
        """Return the partition as its row says, all of it published."""
        return cls(
            head.partition,
            head.epoch,
            head.next_offset,
            head.next_position,
            head.next_position - 1,
            head.next_offset,
        )

    def append(self) -> PartitionAppend:
        """Return an append of nothing yet, which writes down what Kafka acknowledged."""
        return PartitionAppend(
            partition=self.partition,
            epoch=self.epoch,
            expected_offset=self.next_offset,
            next_offset=self.next_offset,
            next_position=self.next_position,
            answered_offset=self.answered_offset,
            published_position=self.published_position,
        )


@dataclass(slots=True)
class Answered:
    """A command that this batch answered: the answer, and for whom.

    It says no more of the command than answering needs: the rest would be kept for the garbage
    collector to look through until the batch is published. `timestamp` is the record's, in ms.
    """

    result: NewResult
    command: str
    command_type: str
    reply: Reply | None
    partition: int
    timestamp: int
    stamp: Stamp
    outcome: str


@dataclass(slots=True)
class Batch:
    """Commands decided at one time, to be committed by one append.

    `taken` names the records, (partition, offset), in the order in which they were taken;
    `answered` has the commands by their digests; `snapshots` are of the states that it leaves
    behind, to be stored once it is in the log.
    `before` must be in Kafka before the append, `after` only may be once it is done.
    """

    number: int
    time: datetime
    stamp: Stamp
    taken: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    parts: dict[int, PartitionAppend] = field(default_factory=dict[int, PartitionAppend])
    answered: dict[str, Answered] = field(default_factory=dict[str, Answered])
    changed: set[CachedStream] = field(default_factory=set[CachedStream])
    snapshots: list[Snapshot] = field(default_factory=list[Snapshot])
    before: Addressed = field(default_factory=dict[str, dict[int, list[OutgoingMessage]]])
    after: Addressed = field(default_factory=dict[str, dict[int, list[OutgoingMessage]]])

    def appends(self) -> Sequence[PartitionAppend]:
        """Return the parts in the order in which their rows are locked."""
        return [self.parts[partition] for partition in sorted(self.parts)]


def add(addressed: dict[str, dict[int, list[Sent]]], topic: str, partition: int, one: Sent) -> None:
    """Put something behind what goes to the same partition."""
    addressed.setdefault(topic, {}).setdefault(partition, []).append(one)
