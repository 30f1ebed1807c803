"""From a Kafka record to what is to be done with it."""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from stockledger.broker import Record
from stockledger.careful_reading import UnreadableRecord
from stockledger.dead_letters import is_too_large
from stockledger.envelope import CommandEnvelope, Unreadable, decode_envelope
from stockledger.messages.codec import decode_command
from stockledger.messages.message import Command
from stockledger.messages.results import ErrorCode, Rejection
from stockledger.messages.stock_import import ApplyImport
from stockledger.partitioning import partition_of
from stockledger_command_handler.origin import origin_of
from stockledger_command_handler.outgoing import metadata_of

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class ToDecide:
    """A command for a partition of ours, or why it can only be refused.

    `metadata` is the JSON text that its events and its answer take over from the envelope.
    """

    record: Record
    envelope: CommandEnvelope
    command: Command | Rejection
    metadata: str


@dataclass(slots=True)
class ToForward:
    """A command that belongs to another partition."""

    record: Record
    partition: int


@dataclass(slots=True)
class ToDeadLetter:
    """A record that cannot be answered. `reason` is a short slug for a label."""

    record: Record
    reason: str
    explanation: str


@dataclass(slots=True)
class ToSetAside:
    """A command that must not be decided: it failed as no other did."""

    task: ToDecide
    reason: str
    explanation: str

    @property
    def record(self) -> Record:
        """The record of the command."""
        return self.task.record


Task = ToDecide | ToForward | ToDeadLetter | ToSetAside


def decode(record: Record, partitions: int) -> Task:
    """Return what is to be done with a record; never raises."""
    if isinstance(record, UnreadableRecord):
        return ToDeadLetter(record, "unreadable_record", record.explanation)
    envelope: CommandEnvelope | Unreadable | None = None
    try:
        envelope = decode_envelope(record)
        return _decoded(record, envelope, partitions)
    except Exception as error:  # noqa: BLE001 - the dead-letter policy
        _log.exception("decoding failed", **origin_of(record, envelope))
        return ToDeadLetter(record, "decoding_failed", repr(error))


def decided_together(tasks: Sequence[Task]) -> Sequence[Task]:
    """Return the first of the tasks that make a batch: an import's rows are a batch by themselves.

    So nobody's answer waits for them in the same batch.
    """
    for index, task in enumerate(tasks):
        if isinstance(task, ToDecide) and isinstance(task.command, ApplyImport):
            return tasks[: max(index, 1)]
    return tasks


def _decoded(record: Record, envelope: CommandEnvelope | Unreadable, partitions: int) -> Task:
    if isinstance(envelope, Unreadable):
        return ToDeadLetter(record, envelope.reason, envelope.explanation)
    partition = partition_of(envelope.tenant_id, partitions)
    if partition != record.partition:
        if is_too_large(record):
            return ToDeadLetter(record, "too_large", "too large to be sent on uncompressed")
        return ToForward(record, partition)
    command = (
        Rejection(ErrorCode.VALIDATION_ERROR, envelope.fault)
        if envelope.fault is not None
        else decode_command(envelope.type, envelope.data)
    )
    return ToDecide(record, envelope, command, metadata_of(envelope))
