"""What the auditor reads, row by row: the columns of the tables, and nothing decoded."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(slots=True)
class EventRow:
    """A row of ledger.events; `data` is the JSON text, `actor` out of the metadata."""

    partition: int
    position: int
    tenant_id: str
    stream: str
    stream_number: int
    version: int
    type: str
    recorded_at: datetime
    data: str
    command_source: str
    command_id: str
    actor: str | None = None


@dataclass(slots=True)
class AnswerRow:
    """A row of ledger.results; `data` is the JSON text, `reply` None for the results topic."""

    partition: int
    command_offset: int
    digest: UUID
    tenant_id: str
    type: str
    decided_at: datetime
    data: str
    reply: str | None


@dataclass(slots=True)
class StreamRow:
    """A row of ledger.streams; `version` is that of its snapshot, 0 without one."""

    partition: int
    tenant_id: str
    stream: str
    stream_number: int
    version: int


@dataclass(slots=True)
class HeadRow:
    """A row of ledger.log_partitions, and what was deleted of its answers past retention.

    Answers decided since `recognised_since` must be there: repeats of their commands may come.
    """

    partition: int
    next_position: int
    next_offset: int
    answered_offset: int
    published_position: int
    last_time: datetime | None
    deleted_offset: int | None = None
    deleted_position: int = 0
    recognised_since: datetime | None = None

    def has_deleted(self, offset: int) -> bool:
        """Say whether the answer under an offset may be deleted."""
        return self.deleted_offset is not None and offset <= self.deleted_offset

    def may_lack_answer(self, position: int, recorded_at: datetime) -> bool:
        """Say whether the answer that an event belongs to may be deleted."""
        return position <= self.deleted_position and self.is_past(recorded_at)

    def is_past(self, time: datetime) -> bool:
        """Say whether answers of that time may be deleted; never before any was."""
        if self.deleted_offset is None or self.recognised_since is None:
            return False
        return time < self.recognised_since
