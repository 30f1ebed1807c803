"""What Stockledger answers: accepted or refused, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from pydantic import ConfigDict

from stockledger.messages.fields import StreamName, TenantId, Time
from stockledger.messages.message import Event, message

Figure = str | int | float | bool | None
DetailValue = Figure | list[dict[str, Figure]]
"""A figure, or one object a line."""


class ErrorCode(StrEnum):
    """Why a command was refused; stable for ever."""

    NOT_FOUND = "INVENTORY_NOT_FOUND"
    INSUFFICIENT_STOCK = "INVENTORY_INSUFFICIENT_STOCK"
    INVALID_MOVEMENT = "INVENTORY_INVALID_MOVEMENT"
    VALIDATION_ERROR = "INVENTORY_VALIDATION_ERROR"
    VERSION_CONFLICT = "INVENTORY_VERSION_CONFLICT"
    DUPLICATE_COMMAND = "INVENTORY_DUPLICATE_COMMAND"
    COMMAND_TOO_OLD = "INVENTORY_COMMAND_TOO_OLD"
    WAREHOUSE_INACTIVE = "INVENTORY_WAREHOUSE_INACTIVE"
    CAPACITY_EXCEEDED = "INVENTORY_CAPACITY_EXCEEDED"
    SUPPLIER_UNAVAILABLE = "INVENTORY_SUPPLIER_UNAVAILABLE"
    APPROVAL_REQUIRED = "INVENTORY_APPROVAL_REQUIRED"
    FORBIDDEN = "INVENTORY_FORBIDDEN"
    RESERVATION_EXPIRED = "INVENTORY_RESERVATION_EXPIRED"
    RESERVATION_NOT_ACTIVE = "INVENTORY_RESERVATION_NOT_ACTIVE"
    INTERNAL_ERROR = "INVENTORY_INTERNAL_ERROR"


@dataclass(frozen=True, slots=True)
class Rejection:
    """A refusal: a stable code, a sentence, and the figures (as on the wire) that explain it."""

    code: ErrorCode
    message: str
    details: Mapping[str, DetailValue] = field(default_factory=dict[str, DetailValue])


@dataclass(slots=True)
class Accepted:
    """The events that take effect (none: it was in effect already), and what the answer says.

    Not frozen only because that would cost half a microsecond a command.
    """

    events: Sequence[Event]
    outcome: Mapping[str, DetailValue]


@message
class StreamVersion:
    """A stream that a command changed, and its version afterwards."""

    stream: StreamName
    version: int


@message
class CommandResult:
    """What every answer says. `position` is that of the command's last event, else the log's."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="ignore")
    schema_version: ClassVar[int] = 1

    command_id: str
    command_source: str
    command_type: str
    tenant_id: TenantId
    decided_at: Time
    partition: int
    position: int


@message
class CommandAccepted(CommandResult):
    """Decided and in effect; without events when it was in effect already.

    Of thousands of events, as an import has, only the first are named, and the streams of those:
    `more_events` says how many more there are.
    """

    streams: tuple[StreamVersion, ...]
    events: tuple[str, ...]
    outcome: dict[str, DetailValue]
    more_events: int | None = None


@message
class CommandRejected(CommandResult):
    """Decided and without effect."""

    code: ErrorCode
    message: str
    details: dict[str, DetailValue]
